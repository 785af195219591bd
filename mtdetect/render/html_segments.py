"""A paragraph cut where anything begins or ends, so that crossing spans become plain nesting."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from mtdetect.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Marking(NamedTuple):
    """A stretch to mark; ``label`` says how."""

    span: Span
    label: str


class Segment(NamedTuple):
    """A stretch over which nothing changes.

    Attributes:
        span: of the stretch; empty only for a reference at the end of the text.
        level: the shading of its sentence.
        labels: how it is marked, each with the number of markings that lie over it.
        references: numbers of the notes that are referred to after it.
    """

    span: Span
    level: int
    labels: dict[str, int]
    references: tuple[int, ...]


def segments(
    within: Span,
    levels: Iterable[tuple[Span, int]],
    markings: Sequence[Marking],
    references: Sequence[tuple[int, int]] = (),
) -> Iterator[Segment]:
    """Cut ``within`` into segments, in order and without a gap.

    Args:
        within: what to cut, usually a paragraph.
        levels: shaded stretches, in order and apart; elsewhere the level is 0.
        markings: in any order; they may nest, cross and reach out of ``within``.
        references: an offset and the number of a note that is referred to there.

    The time grows with the number of cuts, not with how many markings lie over each other.
    """
    edges: dict[int, Counter[str]] = {within.start: Counter(), within.end: Counter()}
    for span, label in markings:
        start, end = max(span.start, within.start), min(span.end, within.end)
        if start < end:
            edges.setdefault(start, Counter())[label] += 1
            edges.setdefault(end, Counter())[label] -= 1
    steps = _steps(within, levels)
    notes: dict[int, list[int]] = {}
    for offset, number in references:
        notes.setdefault(min(max(offset, within.start), within.end), []).append(number)
    cuts = sorted({*edges, *notes, *(offset for offset, _ in steps)})
    open_now: Counter[str] = Counter()
    if before := notes.get(within.start):
        yield Segment(Span(within.start, within.start), 0, {}, tuple(before))
    for start, end in pairwise(cuts):
        open_now.update(edges.get(start, ()))
        labels = {label: many for label, many in open_now.items() if many}
        current = steps[bisect_right(steps, start, key=lambda step: step[0]) - 1][1]
        yield Segment(Span(start, end), current, labels, tuple(notes.get(end, ())))


def _steps(within: Span, levels: Iterable[tuple[Span, int]]) -> list[tuple[int, int]]:
    """Offsets at which the shading changes, and to what.

    Space between two stretches of one level is shaded like them.
    """
    steps = [(within.start, 0)]
    last_end = within.start
    for span, level in levels:
        start, end = max(span.start, within.start), min(span.end, within.end)
        if start >= end:
            continue
        if level != steps[-1][1]:
            if start > last_end and steps[-1][1] and last_end > steps[-1][0]:
                steps.append((last_end, 0))
            steps.append((start, level))
        last_end = end
    if last_end < within.end and steps[-1][1]:
        steps.append((last_end, 0))
    return steps
