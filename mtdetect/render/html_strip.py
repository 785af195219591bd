"""The whole text at a glance: a bar for each sentence, ticks for findings."""

from __future__ import annotations

from bisect import bisect_right
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from mtdetect.render.figures import percent
from mtdetect.render.html_elements import Html, element, join, number
from mtdetect.render.html_words import Kind, count, kind, level

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtdetect.report import ParagraphRating, Report
    from mtdetect.result import Scored

_WIDTH: Final = 1000.0
_HEIGHT: Final = 64.0
_TOP: Final = 10.0  # room for the ticks above the bars
_BOTTOM: Final = 56.0  # the bars' foot; ticks of a human hand stand below
_LOWEST: Final = 3.0  # so that a sentence of no suspicion is seen
MOST_BARS: Final = 300
"""More sentences than these are drawn as so many bins of equal length."""

_MOST_TICKS: Final = 400
_MINI_CELLS: Final = 60


class Cell(NamedTuple):
    """A bar: where it stands (0 to 1), how probable, and the paragraph that it begins in."""

    start: float
    end: float
    probability: float
    paragraph: int


class _Scale:
    """From offsets in the text to 0 to 1 across the strip, with a small gap between paragraphs."""

    def __init__(self, paragraphs: Sequence[ParagraphRating]) -> None:
        lengths = [p.span.end - p.span.start for p in paragraphs]
        characters = max(1, sum(lengths))
        gap = min(0.004, 0.12 / max(1, len(paragraphs)))
        self._unit = (1 - gap * (len(paragraphs) - 1)) / characters
        self._starts = [p.span.start for p in paragraphs]
        self._lengths = lengths
        self._lefts = []
        left = 0.0
        for length in lengths:
            self._lefts.append(left)
            left += length * self._unit + gap

    def paragraph(self, offset: int) -> int:
        """Index of the paragraph at or before an offset."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def at(self, offset: int, paragraph: int) -> float:
        """Where an offset of a paragraph stands."""
        within = min(max(0, offset - self._starts[paragraph]), self._lengths[paragraph])
        return self._lefts[paragraph] + within * self._unit


def strip(scored: Scored, prefix: str) -> Html:
    """The text as a strip of bars whose paragraphs are links, as wide as the page."""
    report = scored.report
    if not report.paragraphs or report.probability is None:
        return Html()
    scale = _Scale(report.paragraphs)
    cells = _binned(_cells(report, scale), MOST_BARS)
    drawing = element(
        "svg",
        *_furniture(report, scale),
        element("path", d=f"M0 {number(_height(0.5))}H1000", class_="half"),
        *_links(cells, prefix),
        *_ticks(scored, scale),
        viewBox=f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}",
        preserveAspectRatio="none",
        role="img",
        aria_label=_described(scored),
    )
    return element("div", drawing, class_="strip")


def mini(report: Report) -> Html:
    """The same for a row of a table, without links or ticks."""
    if not report.paragraphs or report.probability is None:
        return Html()
    cells = sorted(
        _binned(_cells(report, _Scale(report.paragraphs)), _MINI_CELLS),
        key=_step,
    )
    return element(
        "svg",
        *(
            element("path", d="".join(map(_bar, group)), class_=f"c{step}")
            for step, group in groupby(cells, _step)
        ),
        viewBox=f"0 {_TOP:.0f} {_WIDTH:.0f} {_BOTTOM - _TOP:.0f}",
        preserveAspectRatio="none",
        aria_hidden="true",
        class_="mini",
    )


def _cells(report: Report, scale: _Scale) -> list[Cell]:
    cells = []
    for sentence in report.sentences:
        index = scale.paragraph(sentence.span.start)
        start, end = (scale.at(edge, index) for edge in sentence.span)
        cells.append(Cell(start, end, sentence.probability or 0.0, index))
    return cells


def _binned(cells: Sequence[Cell], most: int) -> list[Cell]:
    """The cells, or as many bins, each with the mean probability of what begins in it."""
    if len(cells) <= most:
        return list(cells)
    bins = []
    for _, group in groupby(cells, lambda cell: min(int(cell.start * most), most - 1)):
        members = list(group)
        width = sum(cell.end - cell.start for cell in members)
        mean = sum(cell.probability * (cell.end - cell.start) for cell in members) / width
        bins.append(Cell(members[0].start, members[-1].end, mean, members[0].paragraph))
    return bins


def _height(probability: float) -> float:
    """The top of a bar."""
    return _BOTTOM - max(_LOWEST, probability * (_BOTTOM - _TOP))


def _bar(cell: Cell) -> str:
    left, right = _WIDTH * cell.start, _WIDTH * cell.end
    width = max(0.6, right - left - min(0.8, (right - left) / 4))
    top = _height(cell.probability)
    return f"M{number(left)} {number(_BOTTOM)}V{number(top)}h{number(width)}V{number(_BOTTOM)}z"


def _links(cells: Sequence[Cell], prefix: str) -> Iterator[Html]:
    """The bars, those of one paragraph behind one link.

    The links are for the mouse: whoever uses the keyboard has the list of passages.
    """
    for paragraph, group in groupby(cells, lambda cell: cell.paragraph):
        members = list(group)
        left, right = _WIDTH * members[0].start, _WIDTH * members[-1].end
        reach = percent(max(cell.probability for cell in members))
        yield element(
            "a",
            element("title", f"¶ {paragraph + 1}, up to {reach}"),
            element(
                "rect",
                x=number(left),
                y=0,
                width=number(max(0.6, right - left)),
                height=f"{_HEIGHT:.0f}",
                class_="hit",
            ),
            *(
                element("path", d="".join(map(_bar, bars)), class_=f"c{step}")
                for step, bars in groupby(members, _step)
            ),
            href=f"#{prefix}-p{paragraph + 1}",
            tabindex="-1",
        )


def _step(cell: Cell) -> int:
    return level(cell.probability)


def _furniture(report: Report, scale: _Scale) -> Iterator[Html]:
    """A thin line where page furniture was left out."""
    lines: list[str] = []
    for index, paragraph in enumerate(report.paragraphs):
        if paragraph.kind == "furniture" and len(lines) < _MOST_TICKS:
            left, right = (_WIDTH * scale.at(edge, index) for edge in paragraph.span)
            lines.append(f"M{number(left)} {number(_BOTTOM - 1)}H{number(right)}")
    if lines:
        yield element("path", d="".join(lines), class_="left-out")


def _ticks(scored: Scored, scale: _Scale) -> Iterator[Html]:
    """Findings that weigh something: above the bars for a machine, below for a human hand."""
    found: dict[Kind, set[int]] = {"damage": set(), "hand": set()}
    for finding in scored.findings:
        shown = kind(finding)
        if shown in found and finding.weight:
            index = scale.paragraph(finding.span.start)
            place = scale.at(finding.span.start, index)
            found[shown].add(round(place * _MOST_TICKS))
    for shown, places in found.items():
        top, foot = (0, 8) if shown == "damage" else (_HEIGHT - 6, _HEIGHT)
        step = _WIDTH / _MOST_TICKS
        marks = (
            f"M{number(min(p * step, _WIDTH - 2))} {number(top)}h2V{number(foot)}h-2z"
            for p in sorted(places)
        )
        if places:
            yield element("path", d="".join(marks), class_=f"tick {shown}")


def _described(scored: Scored) -> str:
    """The strip in words."""
    report = scored.report
    sentences = count(len(report.sentences), "sentence")
    rated = [sentence.probability or 0.0 for sentence in report.sentences]
    suspect = sum(p >= 0.8 for p in rated)
    third = len(rated) / 3
    where = []
    for part, first in (("first", 0.0), ("second", third), ("last", 2 * third)):
        share = [p for i, p in enumerate(rated) if first <= i < first + third]
        if share:
            where.append(f"{part} third {percent(sum(share) / len(share))}")
    return (
        f"{sentences} in {count(len(report.paragraphs), 'paragraph')}, {suspect} of them at 80 % or"
        f" more; on average {join(where, ', ')}"
    )
