"""The signals for reading: the list of all, and the page of one."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Final

from mtdetect import phrases
from mtdetect.record import PAGES_BY_HAND
from mtdetect.render.figures import sentence, signed
from mtdetect.render.terminal import clip, excerpt, show
from mtdetect.text import Document, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mtdetect.record import HandCount, Record, Texts
    from mtdetect.signals import Signal

# What else occurs in a sum of evidence and can be asked about.
OTHER_TERMS: Final = {
    "style": "How much likelier the wording is in machine translation than in English written by"
    " people, by a model learned from translations of the same texts.",
    phrases.NAME: "Words that are each common and whose company is not, by a model of the company"
    " that words keep in English by people, fitted to errors that translators marked. Shown where a"
    " text is flagged, as places to look; it weighs nothing.",
    "prior": "Where the sum of evidence starts, before a word has been read.",
    "length": "A correction for the length of the text, so that sums compare across lengths.",
    "second_opinion": "What a small neural network says of the text as a whole, where it was asked"
    " with --deep. It reads the words in their order, a hundred or so at a time, and gives no"
    " reasons; the style counts for less beside it.",
}

LAST: Final = ("prior", "length", "second_opinion")
"""What has no place in a text, in the order in which it ends a sum."""

GROUPS: Final = {
    ("native", True): "native text",
    ("native", False): "native, sentences joined",
    ("human translation", False): "human translations",
    ("round trip", False): "machine round trips",
    ("forward", False): "machine translations",
}
"""What the pooled rows of a record are called, by label and by whether page damage counts there."""

_WIDTH: Final = 96


def render_list(signals: Iterable[Signal], header: Mapping[str, Any], *, width: int) -> str:
    """A line for each signal, as ordered: name, family, weight in force, claim.

    Args:
        signals: what to list.
        header: the model's readable half; a signal that it lacks is listed with a dash.
        width: columns to fill; claims are cut there.
    """
    listed = list(signals)
    names = max((len(s.name) for s in listed), default=0)
    families = max((len(s.family) for s in listed), default=0)
    rows = (
        f"{s.name:<{names}}  {s.family:<{families}}  {_weight(s, header) or '—':>6}  {s.claim}"
        for s in listed
    )
    return "\n".join(clip(row, width) for row in rows)


def render_page(signal: Signal, header: Mapping[str, Any], record: Record | None = None) -> str:
    """One signal: claim, unit, weight, documentation, its examples run through it, its record.

    Args:
        signal: what to show.
        header: the model's readable half.
        record: where the signal fired on the corpora; None where a model comes without one.
    """
    return "\n".join(_page(signal, header, record))


def _page(signal: Signal, header: Mapping[str, Any], record: Record | None) -> Iterator[str]:
    model = f"model {header['name']} {header['version']}"
    weight = _weight(signal, header)
    yield f"{signal.name}   ({signal.family})"
    yield ""
    yield from textwrap.wrap(sentence(signal.claim), _WIDTH)
    yield ""
    yield f"Unit:    {signal.unit}"
    yield f"Weight:  {weight} ({model})" if weight else f"Weight:  not yet weighted ({model})"
    yield ""
    yield from signal.doc.splitlines()
    yield ""
    yield "Fires on"
    yield from (f"    {line}" for line in marked_examples(signal, _WIDTH - 4))
    yield "Stays quiet on"
    for example in signal.quiet:
        yield from textwrap.wrap(
            show(example), _WIDTH, initial_indent="    ", subsequent_indent="      "
        )
    if record:
        yield "Fired in" + f"{'documents':>43}{'paragraphs':>19}{'in 10,000':>11}"
        yield from (f"    {line}" for line in _rows(signal.name, record))
        if hand := record.by_hand.get(signal.name):
            yield ""
            yield from textwrap.wrap(by_hand(hand), _WIDTH)


def marked_examples(signal: Signal, width: int) -> Iterator[str]:
    """Every finding in the texts that the signal must fire on, and a row that underlines it."""
    for example in signal.fires:
        for place in signal(Document(example)).evidence:
            yield from excerpt(example, place.span, Span(0, len(example)), width)


def by_hand(count: HandCount) -> str:
    """What a reader counted, and how much of it the rule should find, as sentences."""
    machine, edited, amateur = (
        f"{seen:.0f} of {pages}"
        for seen, pages in zip(
            (count.machine, count.edited, count.amateur), PAGES_BY_HAND, strict=True
        )
    )
    return (
        f"A reader noticed this kind of damage ({count.kind}) on {machine} machine-translated,"
        f" {edited} edited and {amateur} amateur pages; the rule is expected to find it on"
        f" {count.recall:.0%} of those."
    )


def _rows(name: str, record: Record) -> Iterator[str]:
    """The record of one signal: pooled rows, under the first the corpora where it fired."""
    for row in record.pooled():
        yield _row(GROUPS[row.label, row.trusted], row, name)
        if row.trusted:
            for corpus in record.trusted():
                if corpus.of(name).documents:
                    yield _row(f"  {corpus.corpus}", corpus, name)


def _row(title: str, row: Texts, name: str) -> str:
    hits = row.of(name)
    return (
        f"{title:<26}{hits.documents:>9,} of {row.documents:>6,}"
        f"{hits.paragraphs:>9,} of {row.paragraphs:>6,}{row.per_10_000(name):>10.1f}"
    )


def _weight(signal: Signal, header: Mapping[str, Any]) -> str | None:
    """What the model makes of one place, in log-odds; None where it does not know the signal."""
    known = header["signals"].get(signal.name)
    return None if known is None else signed(known["weight"], 2)
