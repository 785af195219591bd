"""The docs page of all signals, in Markdown: from their declarations and the shipped record."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from mtdetect.evidence import weighings
from mtdetect.record import PAGES_BY_HAND
from mtdetect.render.catalogue import GROUPS, by_hand, marked_examples
from mtdetect.render.figures import sentence, signed
from mtdetect.render.terminal import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mtdetect.evidence import Weighing
    from mtdetect.record import Record, Texts
    from mtdetect.signals import Signal

_WIDTH: Final = 96

_HEAD: Final = """\
# Signals

Each signal is one small rule that points at places in a text. This page says what each one finds,
what a finding weighs, and where the rule fired when it was counted on texts of known origin. It is
written by `python scripts/evidence.py --docs docs/signals.md`; `mtdetect explain NAME` prints the
same about one signal.

**How to read the table.** *Weight* is what one finding adds to the log-odds of machine translation
(+0.7 doubles the odds, +2.3 makes them ten times as high; below zero it speaks for a person). *LLR*
is the log-likelihood ratio behind it: the rate on machine-translated pages over the rate in human
text, smoothed. *Native* is in how many of 10,000 paragraphs of {paragraphs:,} by native writers, in
{corpora} corpora, the rule fires although nothing was translated; *pages* on how many of
{machine} machine-translated pages a reader noticed the kind of damage (edited and amateur pages:
{edited} and {amateur} read); *MT* and *HT* are paragraphs of 10,000 in clean machine and human
translations, which hold little page damage.

**From ratio to weight.** No finding weighs more than ±2.5, and none that reads the wording
(grammar, lexis, domains) more than +1.5: whole genres of English are not in the corpora. A rule
that fires in 2 or more of 10,000 native paragraphs weighs +1.5 at most, one that fires in 10 or
more +0.7: a rule that often accuses the innocent may not shout. Damage that was noticed on human
pages as often as on machine pages weighs nothing. Signs that clean translations hold too, such as
native idioms, are weighed beside the style model, which sees the same words, so their weight is
smaller than their ratio. In a text, findings of one cause count once, and each further finding of
a signal counts half of the one before.

"""


def render(signals: Iterable[Signal], header: Mapping[str, Any], record: Record) -> str:
    """The whole page.

    Args:
        signals: the catalogue, families together.
        header: the model's readable half; a signal that it lacks has a dash for its weight.
        record: where the signals fired on the corpora.
    """
    listed = list(signals)
    weights = weighings(header["signals"])
    native = record.native()
    head = _HEAD.format(
        paragraphs=native.paragraphs, corpora=len(record.trusted()), **PAGES_BY_HAND._asdict()
    )
    lines = [*_overview(listed, weights, record), ""]
    for family, members in groupby(listed, key=lambda s: s.family):
        lines += [f"## {family.capitalize()}", ""]
        for signal in members:
            lines += [*_section(signal, weights.get(signal.name), record), ""]
    return head + "\n".join(lines).rstrip() + "\n"


def _overview(
    signals: list[Signal], weights: Mapping[str, Weighing], record: Record
) -> Iterator[str]:
    yield "| signal | family | weight | LLR | native | pages | edited, amateur | MT | HT |"
    yield "| --- | --- | --: | --: | --: | --: | --: | --: | --: |"
    texts = (
        record.native(),
        record.labelled("round trip", "forward"),
        record.labelled("human translation"),
    )
    for signal in signals:
        name = signal.name
        hand = record.by_hand.get(name)
        counted = (
            (f"{hand.machine:.0f}", f"{hand.edited:.0f}, {hand.amateur:.0f}") if hand else ("", "")
        )
        native, *others = (f"{row.per_10_000(name):.1f}" for row in texts)
        figures = [*_weight_and_ratio(weights.get(name)), native, *counted, *others]
        cells = [f"[{name}](#{name})", signal.family, *figures]
        yield f"| {' | '.join(cells)} |"


def _weight_and_ratio(weighing: Weighing | None) -> tuple[str, str]:
    if weighing is None:
        return "—", "—"
    return signed(weighing.weight, 2), signed(weighing.log_ratio(), 2)


def _section(signal: Signal, weighing: Weighing | None, record: Record) -> Iterator[str]:
    weight, ratio = _weight_and_ratio(weighing)
    yield f"### {signal.name}"
    yield ""
    yield f"**{sentence(signal.claim)}**"
    yield f"Weight {weight}, log-likelihood ratio {ratio}."
    yield ""
    yield from signal.doc.replace("``", "`").splitlines()
    yield ""
    yield "Fires on"
    yield ""
    yield "```text"
    yield from marked_examples(signal, _WIDTH)
    yield "```"
    yield ""
    yield "and stays quiet on"
    yield ""
    yield "```text"
    yield from (show(example) for example in signal.quiet)
    yield "```"
    yield ""
    yield from _record(signal.name, record)


def _record(name: str, record: Record) -> Iterator[str]:
    """Pooled rows, after the first the trusted corpora where the signal fired."""
    yield "| texts | documents | paragraphs | in 10,000 |"
    yield "| --- | --: | --: | --: |"
    for row in record.pooled():
        yield _row(GROUPS[row.label, row.trusted], row, name)
        if row.trusted:
            for corpus in record.trusted():
                if corpus.of(name).documents:
                    yield _row(f"· {corpus.corpus}", corpus, name)
    yield ""
    if quiet := [row.corpus for row in record.trusted() if not row.of(name).documents]:
        yield f"Not once in {', '.join(quiet)}."
    hand = record.by_hand.get(name)
    yield by_hand(hand) if hand else "Weighed on twins of clean text, not on pages read by hand."


def _row(title: str, row: Texts, name: str) -> str:
    hits = row.of(name)
    return (
        f"| {title} | {hits.documents:,} of {row.documents:,} |"
        f" {hits.paragraphs:,} of {row.paragraphs:,} | {row.per_10_000(name):.1f} |"
    )
