"""Lines on pages to paragraphs: what belongs together, and what is no running text at all.

A PDF file holds glyphs at places. Whether a line goes on the one above is read from the page as a
person does it: a wider gap, an indent, other type, or a line that was ended although the next word
would have fitted begin a new paragraph; a line that begins in lower case where the one above has no
final stop goes on, whatever stands between.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STOPPED: Final = re.compile(r"[.!?…:;][\"'”’»)\]]*\Z")
_ITEM: Final = re.compile(r"(?:[-*+•▪●‣◦·■–—]|\(?\d{1,2}[.)]|[a-z]\))\s+\S")
_PAGE_NUMBER: Final = re.compile(
    r"(?:page\s*)?[-–—|\s]*(?:\d{1,4}|[ivxl]{1,6})[-–—|\s]*(?:(?:of|/)\s*\d{1,4})?", re.IGNORECASE
)
_PRINTED: Final = re.compile(r"(?:file|https?)://|\A\d{1,2}/\d{1,2}/\d{2,4}, \d{1,2}:\d{2}")
_DIGITS: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST_WORD: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|-)*\Z")
_FIRST_WORD: Final = re.compile(r"[^\W\d_]+")
_LONGEST_WORD: Final = 60
_LETTER: Final = re.compile(r"[^\W\d_]")

_WINDOW: Final = 6  # lines up and down that show how wide a column is
_EDGE_LINES: Final = 3  # at the top and the bottom of a page that may be a running head
_SAME_HEIGHT: Final = 4.0  # points by which a running head may be off
_WIDER_GAP: Final = 1.3  # of the usual leading
_OTHER_TYPE, _OTHER_MATTER = 1.15, 1.5  # ratios of heights: another paragraph, surely another
_INDENT, _DEEPEST_INDENT = 0.7, 6.0  # of the height
_WORD_SPACE: Final = 0.3  # of the height
_SURELY_SHORT: Final = 0.2  # of the column's width


class Line(NamedTuple):
    """A line of a page; lengths in points, ``y`` upwards.

    Attributes:
        start: offset in the carrier of its first character that is no white space.
        end: likewise, after the last one; a hyphen that may break a word is none of them.
        text: as read, without that hyphen.
        page: its number, from 0.
        left: of the first character.
        right: of the last one.
        y: of the bottom.
        height: of the type.
        first_word: width of the first word.
        hyphen: whether a hyphen at its end may break a word.
    """

    start: int
    end: int
    text: str
    page: int
    left: float
    right: float
    y: float
    height: float
    first_word: float
    hyphen: bool = False

    @property
    def is_stopped(self) -> bool:
        """Whether it ends as a sentence does."""
        return not self.hyphen and _STOPPED.search(self.text[-4:]) is not None

    @property
    def is_item(self) -> bool:
        """Whether it starts as a list item does."""
        return _ITEM.match(self.text) is not None

    def is_below(self, above: Line) -> bool:
        """Whether it stands under another one in the same column."""
        overlap = min(self.right, above.right) - max(self.left, above.left)
        return self.page == above.page and above.y - self.y > 0.3 * self.height and overlap > 0


def paragraphs(lines: Sequence[Line]) -> list[list[Line]]:
    """The paragraphs of running text."""
    return _Layout(_without_notes(_without_page_furniture(lines))).paragraphs()


def _without_page_furniture(lines: Sequence[Line]) -> list[Line]:
    """Lines without page numbers, what browsers print, and heads and feet of several pages."""
    pages: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        pages[line.page].append(line)
    dropped: set[Line] = set()
    repeated: dict[str, list[Line]] = defaultdict(list)
    for page in pages.values():
        by_height = sorted(page, key=lambda line: line.y)
        for line in {*by_height[:_EDGE_LINES], *by_height[-_EDGE_LINES:]}:
            repeated[_DIGITS.sub("#", line.text)].append(line)
        top, bottom = by_height[-1].y - _SAME_HEIGHT, by_height[0].y + _SAME_HEIGHT
        if top > bottom:
            outermost = [line for line in page if line.y >= top or line.y <= bottom]
            dropped.update(line for line in outermost if _is_page_number(line.text))
    for alike in repeated.values():
        alike.sort(key=lambda line: line.y)
        for one, other in pairwise(alike):
            if one.page != other.page and other.y - one.y <= _SAME_HEIGHT:
                dropped |= {one, other}
    return [line for line in lines if line not in dropped]


def _is_page_number(text: str) -> bool:
    """Whether a line is a page number or what a browser prints beside it."""
    return bool(_PAGE_NUMBER.fullmatch(text) or _PRINTED.search(text))


def _without_notes(lines: Sequence[Line]) -> list[Line]:
    """Lines without notes in smaller type at the foot of a page over which a sentence runs on."""
    kept: list[Line] = []
    for line in lines:
        if kept and line.page != kept[-1].page and line.text[0].islower():
            last = len(kept) - 1
            while last > 0 and line.height > _OTHER_TYPE * kept[last].height:
                last -= 1
            if kept[last].page == kept[-1].page and not kept[last].is_stopped:
                del kept[last + 1 :]
        kept.append(line)
    return kept


class _Layout:
    """Decides line by line whether a paragraph begins.

    Args:
        lines: of running text, in order.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        gaps = sorted((a.y - b.y) / b.height for a, b in pairwise(lines) if b.is_below(a))
        # Except where every paragraph has one line, a quarter of the gaps at least are inside one.
        self._leading = gaps[len(gaps) // 4] if gaps else 1.0

    def paragraphs(self) -> list[list[Line]]:
        """Lines by paragraph, without paragraphs of figures more than letters."""
        found: list[list[Line]] = []
        for index, line in enumerate(self._lines):
            if index and not self._begins(index):
                found[-1].append(line)
            else:
                found.append([line])
        return [paragraph for paragraph in found if _has_words(paragraph)]

    def _begins(self, index: int) -> bool:
        """Whether a paragraph begins with this line."""
        above, line = self._lines[index - 1], self._lines[index]
        ratio = max(above.height, line.height) / min(above.height, line.height)
        if not above.is_stopped and line.text[0].islower() and ratio < _OTHER_MATTER:
            return False
        if ratio > _OTHER_TYPE:
            return True
        if not line.is_below(above):  # on the next page or in the next column
            return above.is_stopped or self._was_ended(index)
        if (above.y - line.y) / line.height > _WIDER_GAP * self._leading:
            return True
        if line.is_item and (above.is_stopped or above.is_item):
            return True
        return self._is_indented(index) or self._was_ended(index)

    def _is_indented(self, index: int) -> bool:
        """Whether a line is set in as the first line of a paragraph is."""
        above, line = self._lines[index - 1], self._lines[index]
        left, _ = self._column(index)
        if not _INDENT * line.height < line.left - left < _DEEPEST_INDENT * line.height:
            return False
        # Beside a picture, too, lines are set in: without a stop above it takes more.
        return above.is_stopped or self._room(index) > 0

    def _was_ended(self, index: int) -> bool:
        """Whether the line above was ended although this one's first word would have fitted."""
        left, right = self._column(index - 1)
        least = 0 if self._lines[index - 1].is_stopped else _SURELY_SHORT * (right - left)
        return self._room(index) > least

    def _room(self, index: int) -> float:
        """What this line's first word would have left of the line above."""
        above, line = self._lines[index - 1], self._lines[index]
        _, right = self._column(index - 1)
        return right - above.right - line.first_word - _WORD_SPACE * line.height

    def _column(self, index: int) -> tuple[float, float]:
        """Left and right edge of the lines around one, as far as they stand below each other."""
        around = [self._lines[index]]
        for lower in range(index + 1, min(len(self._lines), index + 1 + _WINDOW)):
            if not self._lines[lower].is_below(self._lines[lower - 1]):
                break
            around.append(self._lines[lower])
        for upper in range(index - 1, max(-1, index - 1 - _WINDOW), -1):
            if not self._lines[upper + 1].is_below(self._lines[upper]):
                break
            around.append(self._lines[upper])
        return min(line.left for line in around), max(line.right for line in around)


def _has_words(lines: Sequence[Line]) -> bool:
    text = "".join(line.text for line in lines)
    letters = sum(1 for _ in _LETTER.finditer(text))
    return letters > sum(char.isdigit() for char in text)


class Words:
    """The words of a document, to tell a hyphen that belongs to one from a line's end inside it.

    Args:
        lines: of the document.
    """

    def __init__(self, lines: Iterable[Line]) -> None:
        self._words = {word[0].lower() for line in lines for word in _WORD.finditer(line.text)}

    def keep_hyphen(self, line: str, after: str) -> bool:
        """Whether the word that was broken between two lines is written with a hyphen.

        It is where it goes on with no lower-case letter, where it has another hyphen, and where the
        document has it with one and never without.
        """
        first = _LAST_WORD.search(line[-_LONGEST_WORD:])
        second = _FIRST_WORD.match(after)
        if first is None or second is None or "-" in first[0] or not second[0][0].islower():
            return True
        before, rest = first[0].lower(), second[0].lower()
        return f"{before}-{rest}" in self._words and before + rest not in self._words
