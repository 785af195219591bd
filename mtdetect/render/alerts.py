"""What a report for machines points at: the rule that SARIF and annotations share.

An alert may read as an accusation, so few things make one: a text that is "machine" as a whole; in
it the suspect passages and what speaks for a machine; in a "mixed" text the passages that are
flagged and what speaks for a machine inside them. What speaks for a person never does, nor
does anything in the words of a text that was not flagged. A trace of a translation tool in the
markup is a fact apart from the verdict: it is a note, whatever that says. That a page offers its
readers a translation makes no alert, for the original does so too.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from mtdetect import fingerprint, phrases
from mtdetect.reading.cells import CellPlace
from mtdetect.reading.places import TextPlace
from mtdetect.render.figures import percent, sentence, signed
from mtdetect.render.terminal import clip, show
from mtdetect.signals import catalogue
from mtdetect.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtdetect.reading import Mark, Place, Source
    from mtdetect.report import Finding, Passage, Report
    from mtdetect.result import Scored

DOCUMENT: Final = "document"
PASSAGE: Final = "passage"
PROVENANCE: Final = "provenance"

_LONGEST_QUOTATION: Final = 160  # columns
_LONGEST_MESSAGE: Final = 400
_KNOWN: Final = "the result is known to the baseline"


class Alert(NamedTuple):
    """One thing to point at.

    Attributes:
        rule: "document", "passage", the name of a signal, or "provenance/" and the name of a mark.
        level: "warning", or "note" for what weighs nothing by itself.
        message: whole sentences; nothing in them can steer a terminal.
        place: where it stands in the file.
        rank: from 0 to 100, the probability in percent at even odds, by this alone.
        fingerprint: the same as long as the words are.
        weight: in log-odds, or None for a mark.
        text: the words found, or "".
        hidden: None, or why it is not to be shown: "suppressed" or "known".
        note: the reason that goes with ``hidden``.
    """

    rule: str
    level: Literal["warning", "note"]
    message: str
    place: Place
    rank: float
    fingerprint: str
    weight: float | None
    text: str = ""
    hidden: Literal["suppressed", "known"] | None = None
    note: str = ""


def alerts(scored: Scored) -> list[Alert]:
    """All of a text: the whole, then its passages, findings and marks, each in text order."""
    found = [*_marks(scored)]
    if scored.report.verdict in {"machine", "mixed"}:
        found = [*_document(scored), *_passages(scored), *_findings(scored), *found]
    if scored.known:
        found = [alert if alert.hidden else _known(alert) for alert in found]
    return found


def shown(scored: Scored) -> list[Alert]:
    """Those of ``alerts`` that are new and were not suppressed."""
    return [alert for alert in alerts(scored) if alert.hidden is None]


def lines(place: Place) -> TextPlace | None:
    """Where a place is in the lines of its file; None where there are none, or none known."""
    if isinstance(place, CellPlace):
        return place.text
    return place if isinstance(place, TextPlace) else None


def traces(source: Source) -> list[tuple[int, Mark]]:
    """Number and mark of those that say more than that readers are offered a translation."""
    return [(n, mark) for n, mark in enumerate(source.marks) if not mark.name.endswith("_offer")]


def suspect_passages(report: Report) -> list[tuple[int, Passage]]:
    """Number and passage of those to point at: all of a machine text, the flagged of a mixed."""
    whole = report.verdict == "machine"
    return [(n, p) for n, p in enumerate(report.passages) if whole or p.flagged]


def suspect_findings(report: Report) -> Iterator[tuple[int, Finding, int | None]]:
    """Number and finding of those to point at, in text order, and the passage that each is in.

    The passage is its index in ``report.passages``; None where the finding is in none to point at.
    """
    passages = suspect_passages(report)
    for number, finding in enumerate(report.findings):
        signal = catalogue().get(finding.signal)
        by_hand = signal is not None and signal.family == "human"
        if finding.weight < 0 or by_hand or finding.signal == phrases.NAME:
            continue
        home = _home(passages, finding.span)
        if report.verdict == "machine" or home is not None:
            yield number, finding, home


def quotation(text: str, limit: int) -> str:
    """The words of ``text`` on one line, as shown, cut to ``limit`` columns with an ellipsis."""
    enough = 8 * limit
    shown_words = clip(" ".join(text[:enough].split()), limit)
    cut = len(text) > enough and not shown_words.endswith("…")
    return f"{shown_words}…" if cut else shown_words


def _home(passages: Sequence[tuple[int, Passage]], span: Span) -> int | None:
    """The first passage, of some in text order and apart, that shares a character with ``span``."""
    index = bisect_right(passages, span.start, key=lambda item: item[1].span.end)
    if index == len(passages) or passages[index][1].span.start >= max(span.end, span.start + 1):
        return None
    return passages[index][0]


def _known(alert: Alert) -> Alert:
    return alert._replace(hidden="known", note=_KNOWN)


def _document(scored: Scored) -> Iterator[Alert]:
    report = scored.report
    if report.verdict != "machine" or report.probability is None:
        return
    yield Alert(
        rule=DOCUMENT,
        level="warning",
        message=f"The text reads as if a machine had translated it: {percent(report.probability)}"
        f" at even odds, from {_count(report.words)}. This is a reason to look, not a proof.",
        place=scored.source.place(_prose(scored)),
        rank=100 * report.probability,
        fingerprint=fingerprint.document_fingerprint(scored),
        weight=report.log_odds,
    )


def _prose(scored: Scored) -> Span:
    """From the first paragraph of prose to the last."""
    prose = [p.span for p in scored.report.paragraphs if p.kind == "prose"]
    return Span(prose[0].start, prose[-1].end) if prose else Span(0, len(scored.source.text))


def _passages(scored: Scored) -> Iterator[Alert]:
    """Those that say more than that the text is suspect as a whole."""
    names = fingerprint.passage_fingerprints(scored)
    whole = _prose(scored) if scored.report.verdict == "machine" else None
    for number, passage in suspect_passages(scored.report):
        if whole is not None and passage.span.covers(whole):
            continue
        words = quotation(passage.span.of(scored.source.text), _LONGEST_QUOTATION)
        yield Alert(
            rule=PASSAGE,
            level="warning" if passage.flagged else "note",
            message=f"{_count(passage.words).capitalize()} here read as if a machine had translated"
            f" them: {percent(passage.probability)}. They begin “{words}”.",
            place=scored.source.place(passage.span),
            rank=100 * passage.probability,
            fingerprint=names[number],
            weight=passage.log_odds,
        )


def _findings(scored: Scored) -> Iterator[Alert]:
    names = fingerprint.fingerprints(scored)
    hidden = {item.finding: item for item in scored.hidden}
    for number, finding, _ in suspect_findings(scored.report):
        why = hidden.get(finding)
        yield Alert(
            rule=finding.signal,
            level="warning" if finding.weight else "note",
            message=f"{_sentence(finding.message)} {_weighed(finding)}",
            place=scored.source.place(finding.span),
            rank=100 / (1 + math.exp(-finding.weight)),
            fingerprint=names[number],
            weight=finding.weight,
            text=finding.text,
            hidden=why.why if why else None,
            note=why.note if why else "",
        )


def _marks(scored: Scored) -> Iterator[Alert]:
    source = scored.source
    names = fingerprint.mark_fingerprints(source)
    for number, mark in traces(source):
        yield Alert(
            rule=f"{PROVENANCE}/{show(mark.name)}",
            level="note",
            message=_sentence(mark.message),
            place=source.carrier.place(mark.span),
            rank=50.0,
            fingerprint=names[number],
            weight=None,
        )


def _weighed(finding: Finding) -> str:
    weight = f" ({signed(finding.weight)} in log-odds)" if finding.weight else ""
    return f"Here: “{quotation(finding.text, _LONGEST_QUOTATION)}”{weight}."


def _sentence(message: str) -> str:
    return sentence(clip(message, _LONGEST_MESSAGE).rstrip("."))


def _count(words: int) -> str:
    return "1 word" if words == 1 else f"{words:,} words"
