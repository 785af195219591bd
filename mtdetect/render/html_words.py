"""What the page says in words: the verdict, how a text compares, where a stretch stands."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final, Literal

from mtdetect import phrases
from mtdetect.render.figures import humans, percent, sentence
from mtdetect.signals import catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtdetect.reading import Source
    from mtdetect.report import Finding, ParagraphRating, Report
    from mtdetect.text import Span

Kind = Literal["damage", "light", "hand", "odd"]
"""How a finding is shown: damage that counts, damage that is counted elsewhere, a human hand,
unusual words."""

KINDS: Final[tuple[Kind, ...]] = ("damage", "hand", "light", "odd")
"""From the strongest to the faintest."""

_FORMATS: Final = {
    "text": "plain text",
    "markdown": "Markdown",
    "html": "HTML",
    "docx": "Word (DOCX)",
    "pdf": "PDF",
    "jsonl": "a row of JSON Lines",
    "csv": "a row of CSV",
    "tsv": "a row of TSV",
    "parquet": "a row of Parquet",
}
_ENCODINGS: Final = {"cp1252": "Windows-1252", "latin-1": "Latin-1", "iso8859-1": "Latin-1"}

LEVELS: Final = (0.5, 0.8, 0.95)
"""Probabilities at which the shading gets a step darker; 0.8 is where a sentence is suspect."""


def level(probability: float | None) -> int:
    """The step of shading of a sentence or paragraph, 0 to 3; 0 where nothing is known."""
    return 0 if probability is None else bisect_right(LEVELS, probability)


def kind(finding: Finding) -> Kind:
    """How a finding is shown."""
    if finding.signal == phrases.NAME:
        return "odd"
    signal = catalogue().get(finding.signal)
    if finding.weight < 0 or (signal is not None and signal.family == "human"):
        return "hand"
    return "damage" if finding.weight > 0 else "light"


def title(signal: str) -> str:
    """A signal's name as words."""
    return signal.replace("_", " ")


def count(many: int, one: str, more: str | None = None) -> str:
    """As in "1 word", "2,048 words"."""
    return f"1 {one}" if many == 1 else f"{many:,} {more or one + 's'}"


def headline(report: Report) -> str:
    """The verdict as an editor would say it."""
    if report.verdict == "machine":
        return "Looks machine-translated"
    if report.verdict == "mixed":
        flagged = sum(passage.flagged for passage in report.passages)
        return (
            "One passage looks machine-translated"
            if flagged == 1
            else (f"{flagged} passages look machine-translated")
        )
    return "Reads as human" if report.verdict == "human" else "No verdict"


def standing(report: Report) -> str:
    """How the text compares with human ones, in sentences."""
    share = humans(report.fpr)
    if report.verdict == "insufficient":
        reason = report.reason or "too little to go on"
        return f"{sentence(reason)} This is no clean bill of health: nothing was decided."
    if report.verdict == "machine":
        return f"At most {share} score as high."
    if report.verdict == "mixed":
        flagged = sum(passage.flagged for passage in report.passages)
        above = (
            "one passage is above the line"
            if flagged == 1
            else (f"{flagged} passages are above the line")
        )
        return f"The whole is below the line that {share} cross; {above} for its length."
    below = f"Below the line that {share} cross."
    if report.probability is not None and report.probability > 0.5:
        below += " It is close to it: the line asks for more than an even bet."
    return below


def chance(report: Report) -> str:
    """The probability for reading, a dash where there is none."""
    return "–" if report.probability is None else percent(report.probability)


def read_as(source: Source) -> str:
    """Format and encoding of a source: "plain text, UTF-8"."""
    shown = _FORMATS.get(source.format, source.format)
    if source.encoding is None:
        return shown
    return f"{shown}, {_ENCODINGS.get(source.encoding, source.encoding.upper())}"


def paragraph_numbers(span: Span, paragraphs: Sequence[ParagraphRating]) -> tuple[int, int]:
    """The first and the last paragraph that a stretch touches, counted from 1.

    A stretch between two paragraphs belongs to the one before.
    """
    first = bisect_right(paragraphs, span.start, key=lambda p: p.span.end)
    last = bisect_left(paragraphs, span.end, lo=first, key=lambda p: p.span.start)
    if first == last:
        return max(1, first), max(1, first)
    return first + 1, last


def paragraph_range(span: Span, paragraphs: Sequence[ParagraphRating]) -> str:
    """As in "¶ 3" and "¶ 3–5"."""
    first, last = paragraph_numbers(span, paragraphs)
    return f"¶ {first}" if first == last else f"¶ {first}–{last}"
