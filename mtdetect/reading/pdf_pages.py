"""The child process that reads a PDF: its bytes on standard input, its pages on standard output.

PDFium is a large program in C++ that was not made for many threads, and a file of kilobytes can ask
it for gigabytes. In a process of its own it can take down no other, and memory and time are bounded
where the system can do that. One JSON value a line comes out: [text, lines, offsets of white space
that divides no words] for each page, or {"error": reason} as the last one.
"""

from __future__ import annotations

import json
import re
import sys
from array import array
from bisect import bisect_left
from contextlib import closing, suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import pypdfium2
from pypdfium2.raw import (
    FPDF_ERR_PASSWORD,
    FPDF_ERR_SECURITY,
    FPDFText_GetCharIndexFromTextIndex,
    FPDFText_IsHyphen,
)

from mtdetect.reading import LARGEST_TEXT
from mtdetect.reading.pdf import Page
from mtdetect.reading.pdf_layout import Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pypdfium2 import PdfTextPage

MOST_PAGES: Final = 20_000
MOST_LINES: Final = 400_000
MEMORY: Final = 768 * 2**20
"""Bytes that this process may use."""
SECONDS, SECONDS_PER_MEGABYTE = 20, 3
"""Processor time that a file may take, and for each megabyte of it."""

_BROKEN_WORD: Final = "\ufffe"  # PDFium's sign for a hyphen at a line's end, and for unknown glyphs
_LINE_END: Final = re.compile(r"\r\n|\r|\n|\ufffe")
_ANY_END: Final = re.compile(r"\s+|\ufffe")
_HYPHEN: Final = re.compile(r"[^\W_][-\u2010\u00ad]\Z")
_SHOWN: Final = re.compile(r"\S+")
_INSIDE_WORD, _BETWEEN_WORDS = 0.12, 2.0  # heights of the type between two glyphs of a line


class RefusedError(Exception):
    """Why a file is not read, in plain words."""


def main() -> None:
    """Read standard input, write standard output; the exit code says nothing."""
    data = sys.stdin.buffer.read()
    _bound(SECONDS + SECONDS_PER_MEGABYTE * len(data) // 2**20)
    try:
        for page in read_pages(data):
            sys.stdout.write(json.dumps(page) + "\n")
    except RefusedError as error:
        sys.stdout.write(json.dumps({"error": str(error)}) + "\n")
    except pypdfium2.PdfiumError:
        sys.stdout.write(json.dumps({"error": "damaged: a page cannot be read"}) + "\n")


def _bound(seconds: int) -> None:
    """Bound the memory and the processor time of this process."""
    with suppress(ImportError, OSError, ValueError):  # no such thing here, or a lower bound is set
        import resource  # noqa: PLC0415 - Windows has none

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def read_pages(data: bytes) -> Iterator[Page]:
    """The pages of a PDF file.

    Raises:
        RefusedError: it is damaged, encrypted or too large.
        PdfiumError: a page is damaged.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) in {FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY}
        reason = "encrypted with a password" if locked else "damaged: no PDF that can be read"
        raise RefusedError(reason) from None
    characters = lines = 0
    with closing(document):
        if len(document) > MOST_PAGES:
            raise RefusedError(f"has more than {MOST_PAGES:,} pages; split it")
        for number in range(len(document)):
            with closing(document[number]) as page, closing(page.get_textpage()) as textpage:
                characters += textpage.count_chars()
                if characters > LARGEST_TEXT:
                    raise RefusedError(f"more than {LARGEST_TEXT:,} characters; split it")
                text = textpage.get_text_range(errors="replace")
                glyphs = _Glyphs(text, textpage, page.get_rotation())
                found = _read_page(text, number, glyphs)
                lines += len(found.lines)
                if lines > MOST_LINES:
                    raise RefusedError(f"has more than {MOST_LINES:,} lines; split it")
                yield found


def _read_page(text: str, number: int, glyphs: _Glyphs) -> Page:
    """The lines of a page that hold something."""
    lines = _group(text, _LINE_END, glyphs)
    if any(_inside_words(lines)):
        # PDFium took the lines for columns: its white space says nothing, the glyphs' places do.
        lines = _group(text, _ANY_END, glyphs)
    return Page(text, [_line(text, number, line) for line in lines], list(_inside_words(lines)))


def _group(text: str, end: re.Pattern[str], glyphs: _Glyphs) -> list[list[_Fragment]]:
    """Fragments, divided where ``end`` matches, by the line that they stand on."""
    ends = [match.span() for match in end.finditer(text) if glyphs.end_a_line(match)]
    lines: list[list[_Fragment]] = []
    for (_, first), (last, _) in pairwise([(0, 0), *ends, (len(text), len(text))]):
        if fragment := _fragment(text, first, last, glyphs):
            gap = _gap(lines[-1][-1], fragment) if lines else None
            if gap is None:
                lines.append([fragment])
            else:
                lines[-1].append(fragment._replace(spaced=gap >= _INSIDE_WORD))
    return lines


def _inside_words(lines: Sequence[Sequence[_Fragment]]) -> Iterator[int]:
    """The offsets of white space that divides no words."""
    for line in lines:
        yield from (one.end for one, other in pairwise(line) if not other.spaced)


class _Fragment(NamedTuple):
    """What PDFium gives as a line: offsets in the page, boxes of first and last character.

    ``word_right`` is the right edge of its first word, and ``whole_word`` whether that is all;
    ``spaced`` whether white space stands before it, and ``hyphen`` PDFium's hyphen after it.
    """

    start: int
    end: int
    first: _Box
    last: _Box
    word_right: float
    whole_word: bool
    hyphen: bool
    spaced: bool = True


def _fragment(text: str, first: int, last: int, glyphs: _Glyphs) -> _Fragment | None:
    shown = _SHOWN.search(text, first, last)
    if shown is None:
        return None
    start, word_end = shown.span()
    end = first + len(text[first:last].rstrip())
    return _Fragment(
        start,
        end,
        glyphs.box(start),
        glyphs.box(end - 1),
        glyphs.box(word_end - 1).right,
        whole_word=word_end == end,
        hyphen=text[last : last + 1] == _BROKEN_WORD,
    )


def _gap(one: _Fragment, other: _Fragment) -> float | None:
    """Between two fragments on one line, in heights of the type; None where they are on two."""
    before, after = one.last, other.first
    height = max(before.top - before.bottom, 1.0)
    gap = (after.left - before.right) / height
    beside = abs(after.bottom - before.bottom) < 0.3 * height and -0.5 < gap < _BETWEEN_WORDS
    return gap if beside and not one.hyphen else None


def _line(text: str, number: int, fragments: Sequence[_Fragment]) -> Line:
    head, tail = fragments[0], fragments[-1]
    word_right = head.word_right
    for one, other in pairwise(fragments):
        if other.spaced or not one.whole_word:
            break
        word_right = other.word_right
    shown = "".join(" " * part.spaced + text[part.start : part.end] for part in fragments)[1:]
    broken = not tail.hyphen and _HYPHEN.search(shown) is not None
    return Line(
        head.start,
        tail.end - broken,
        shown[: len(shown) - broken],
        number,
        left=head.first.left,
        right=max(head.first.right, tail.last.right),
        y=head.first.bottom,
        height=max(head.first.top - head.first.bottom, tail.last.top - tail.last.bottom, 1.0),
        first_word=max(0.0, word_right - head.first.left),
        hyphen=tail.hyphen or broken,
    )


class _Box(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float

    def turned(self, rotation: int) -> _Box:
        """As on a page that is shown turned clockwise; only where the origin is, is lost."""
        left, bottom, right, top = self
        if rotation == 90:
            return _Box(bottom, -right, top, -left)
        if rotation == 180:
            return _Box(-right, -top, -left, -bottom)
        return _Box(-top, left, -bottom, right) if rotation == 270 else self


class _Glyphs:
    """Where the characters of a page are drawn.

    Args:
        text: of the page.
        textpage: that it is from.
        rotation: by which the page is shown turned clockwise, in degrees.
    """

    def __init__(self, text: str, textpage: PdfTextPage, rotation: int) -> None:
        self._textpage, self._rotation = textpage, rotation
        # PDFium counts UTF-16 code units, in which these have two.
        self._wide = array("q", (i for i, char in enumerate(text) if char > "\uffff"))

    def box(self, offset: int) -> _Box:
        """Of the character at an offset; an empty one where PDFium knows none."""
        try:
            box = _Box(*self._textpage.get_charbox(self._index(offset), loose=True))
        except pypdfium2.PdfiumError:
            return _Box(0.0, 0.0, 0.0, 0.0)
        return box.turned(self._rotation)

    def end_a_line(self, match: re.Match[str]) -> bool:
        """Whether what looks like the end of a line is one, and no glyph without a meaning."""
        if match.group() != _BROKEN_WORD:
            return True
        return bool(FPDFText_IsHyphen(self._textpage, self._index(match.start())) == 1)

    def _index(self, offset: int) -> int:
        unit = offset + bisect_left(self._wide, offset)
        return int(FPDFText_GetCharIndexFromTextIndex(self._textpage, unit))


if __name__ == "__main__":
    main()
