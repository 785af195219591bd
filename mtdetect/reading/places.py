"""Lines, columns, UTF-16 and byte offsets of a decoded text file."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from mtdetect.text import Span

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_CHUNK: Final = 2048  # code points between two checkpoints

# Encodings in which the bytes of two halves of a text are the bytes of the whole.
_STATELESS: Final = {"utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"}

# Encodings in which the bytes of a character depend on what stands before it.
_STATEFUL: Final = ("iso2022", "hz")


class TextPlace(NamedTuple):
    """A stretch of a text file.

    Offsets count from 0 and ends are exclusive; lines and columns count from 1, columns in code
    points. A line ends with CR LF, LF or CR.

    ``start`` and ``end`` count code points of the decoded text without its byte-order mark;
    ``byte_start`` and ``byte_end`` count bytes of the file, the mark among them, and are None in an
    encoding in which they cannot be told.
    """

    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int
    utf16_start: int
    utf16_end: int
    byte_start: int | None
    byte_end: int | None

    def brief(self) -> str:
        """As in "line 12"."""
        return f"line {self.line}"

    def to_dict(self) -> dict[str, Any]:
        """The fields by name."""
        return self._asdict()


class TextCarrier:
    """A decoded text file.

    Args:
        text: decoded, without a byte-order mark.
        encoding: Python's name of it.
        mark: bytes of the byte-order mark.
        size: of the file in bytes; None where it is unknown.
    """

    def __init__(
        self, text: str, *, encoding: str = "utf-8", mark: int = 0, size: int | None = None
    ) -> None:
        self._text = text
        self._encoding, self._mark, self._size = encoding, mark, size

    @property
    def text(self) -> str:
        """The decoded file."""
        return self._text

    def place(self, span: Span) -> TextPlace:
        """Where ``text[span.start:span.end]`` stands in the file."""
        start, end = span
        line, column = self._line(start)
        end_line, end_column = self._line(end)
        return TextPlace(
            start,
            end,
            line,
            column,
            end_line,
            end_column,
            self._units(start),
            self._units(end),
            self._bytes(start),
            self._bytes(end),
        )

    def _line(self, offset: int) -> tuple[int, int]:
        index = bisect_right(self._line_starts, offset) - 1
        return index + 1, offset - self._line_starts[index] + 1

    @cached_property
    def _line_starts(self) -> array[int]:
        starts = array("L", [0])
        starts.extend(match.end() for match in _LINE_END.finditer(self._text))
        return starts

    def _units(self, offset: int) -> int:
        """UTF-16 code units before an offset."""
        if self._text.isascii():
            return offset
        chunk = offset // _CHUNK
        return self._unit_marks[chunk] + _utf16(self._text[chunk * _CHUNK : offset])

    @cached_property
    def _unit_marks(self) -> list[int]:
        marks = [0]
        for start in range(0, len(self._text), _CHUNK):
            marks.append(marks[-1] + _utf16(self._text[start : start + _CHUNK]))
        return marks

    def _bytes(self, offset: int) -> int | None:
        """Bytes before an offset."""
        if self._byte_marks is None:
            return None
        chunk = offset // _CHUNK
        rest = self._encoded(self._text[chunk * _CHUNK : offset])
        return self._mark + self._byte_marks[chunk] + rest

    @cached_property
    def _byte_marks(self) -> list[int] | None:
        if self._encoding.startswith(_STATEFUL):
            return None
        marks = [0]
        try:
            for start in range(0, len(self._text), _CHUNK):
                marks.append(marks[-1] + self._encoded(self._text[start : start + _CHUNK]))
        except UnicodeEncodeError:
            return None
        whole = self._mark + marks[-1]
        if self._encoding in _STATELESS:
            return marks
        return marks if whole == self._size else None

    def _encoded(self, text: str) -> int:
        errors = "surrogatepass" if self._encoding in _STATELESS else "strict"
        return len(text.encode(self._encoding, errors))


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
