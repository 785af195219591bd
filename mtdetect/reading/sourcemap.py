"""From offsets in prose back to offsets in the text that it was taken from.

Prose is the file's text with pieces left out (tags, code), pieces decoded (an entity, a run of
white space) and paragraph breaks put in. The map is a list of pieces in order, so that a place is
looked up and never searched for.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING, Literal, NamedTuple

from mtdetect.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

PARAGRAPH_BREAK = "\n\n"

MARKER = "- "
"""What an item of a list begins with: a paragraph that begins in lower case is suspect, an item is
not."""


class Piece(NamedTuple):
    """A stretch of prose and what it stands for.

    ``kind`` is "same" where the characters are those of the origin one by one, "decoded" where they
    stand for ``origin`` as a whole (an entity, an escape, a run of white space), and "added" where
    nothing in the origin corresponds; then ``origin`` is empty or covers what was left out.
    """

    prose: Span
    origin: Span
    kind: Literal["same", "decoded", "added"]


_KINDS: tuple[Literal["same", "decoded", "added"], ...] = ("same", "decoded", "added")


class SourceMap:
    """Where each character of a prose came from; made by ``Prose.build``.

    Args:
        starts: offset in the prose at which each piece starts, ascending from 0.
        origins: start and end of each piece's origin, flat.
        kinds: index into ("same", "decoded", "added") of each piece.
        length: of the prose.
    """

    __slots__ = ("_kinds", "_length", "_origins", "_starts")

    def __init__(
        self, starts: array[int], origins: array[int], kinds: bytearray, length: int
    ) -> None:
        self._starts, self._origins, self._kinds = starts, origins, kinds
        self._length = length

    @property
    def length(self) -> int:
        """Characters of the prose."""
        return self._length

    def pieces(self, span: Span) -> Iterator[Piece]:
        """The pieces that ``span`` of the prose is made of, in order, cut to it."""
        index = max(0, bisect_right(self._starts, span.start) - 1)
        while index < len(self._starts) and (start := self._starts[index]) < span.end:
            end = self._end(index)
            first, last = self._origins[2 * index], self._origins[2 * index + 1]
            cut = Span(max(start, span.start), min(end, span.end))
            kind = _KINDS[self._kinds[index]]
            if kind == "same":
                first, last = first + cut.start - start, first + cut.end - start
            if cut.start < cut.end:
                yield Piece(cut, Span(first, last), kind)
            index += 1

    def origin(self, span: Span) -> Span:
        """The stretch of the origin from the first to the last character of ``span``.

        An empty span becomes an empty one. What was left out in between lies inside.
        """
        start = self._origin_of(span.start).start
        if span.end <= span.start:
            return Span(start, start)
        return Span(start, max(start, self._origin_of(span.end - 1).end))

    def _origin_of(self, offset: int) -> Span:
        """The origin of one character; that of the end, past the last one."""
        if not self._starts:
            return Span(0, 0)
        index = max(0, bisect_right(self._starts, min(offset, self._length)) - 1)
        first, last = self._origins[2 * index], self._origins[2 * index + 1]
        if offset >= self._length:
            return Span(last, last)
        if self._kinds[index] == 0:
            first += offset - self._starts[index]
            return Span(first, first + 1)
        return Span(first, last)

    def _end(self, index: int) -> int:
        return self._starts[index + 1] if index + 1 < len(self._starts) else self._length


class Prose:
    """Collects prose from a text piece by piece, in the order of the text.

    White space at the edges of a paragraph and beside other white space is dropped, as a browser
    does; paragraph breaks are put in between paragraphs that hold something.

    Args:
        origin: the text that pieces are taken from.
    """

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._parts: list[str] = []
        self._length = 0
        self._starts: array[int] = array("q")
        self._origins: array[int] = array("q")
        self._kinds = bytearray()
        self._space: Span | None = None  # white space that counts only if text follows
        self._broken = False  # the paragraph has ended, a break is due before the next text
        self._last = 0  # end in the origin of what was added last

    def __len__(self) -> int:
        """Characters of prose so far."""
        return self._length

    @property
    def next_offset(self) -> int:
        """The offset in the prose that the next character of text would get."""
        if self._broken:
            return self._length + len(PARAGRAPH_BREAK)
        return self._length + (self._space is not None)

    def same(self, start: int, end: int) -> None:
        """Add ``origin[start:end]`` as it is; no white space is dropped inside."""
        if start < end:
            self._settle(start)
            self._add(self._origin[start:end], start, end, 0)

    def decoded(self, text: str, start: int, end: int) -> None:
        """Add ``text``, which stands for ``origin[start:end]``."""
        if text:
            self._settle(start)
            self._add(text, start, end, 1)

    def space(self, start: int, end: int) -> None:
        """White space: one space if text of the same paragraph stands before and after it."""
        if self._length and not self._broken:
            self._space = Span(self._space.start if self._space else start, end)

    def end_paragraph(self) -> None:
        """What follows belongs to another paragraph."""
        self._space = None
        self._broken = self._length > 0

    def build(self) -> tuple[str, SourceMap]:
        """The prose and its map."""
        text = "".join(self._parts)
        return text, SourceMap(self._starts, self._origins, self._kinds, self._length)

    def _settle(self, start: int) -> None:
        if self._broken:
            self._add(PARAGRAPH_BREAK, self._last, max(self._last, start), 2)
        elif self._space:
            self._add(" ", self._space.start, self._space.end, 1)
        self._broken, self._space = False, None

    def _add(self, text: str, start: int, end: int, kind: int) -> None:
        follows_on = kind == 0 and self._kinds and self._kinds[-1] == 0
        if not (follows_on and self._origins[-1] == start):
            self._starts.append(self._length)
            self._origins.extend((start, end))
            self._kinds.append(kind)
        else:
            self._origins[-1] = end
        self._parts.append(text)
        self._length += len(text)
        self._last = end


def compose(outer: SourceMap, inner: SourceMap | None) -> SourceMap:
    """The map of a prose that was taken from another prose.

    Args:
        outer: from the last prose to the one that it was taken from.
        inner: from there to the origin; None where that is the origin.
    """
    if inner is None:
        return outer
    starts, origins, kinds = array("q"), array("q"), bytearray()
    for piece in outer.pieces(Span(0, outer.length)):
        if piece.kind == "same":
            shift = piece.prose.start - piece.origin.start
            parts = [(p.prose.start + shift, p.origin, p.kind) for p in inner.pieces(piece.origin)]
        else:
            parts = [(piece.prose.start, inner.origin(piece.origin), piece.kind)]
        for start, origin, kind in parts:
            starts.append(start)
            origins.extend(origin)
            kinds.append(_KINDS.index(kind))
    return SourceMap(starts, origins, kinds, outer.length)
