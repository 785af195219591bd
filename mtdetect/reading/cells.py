"""Cells of a table: which row and column, and where the characters stand in the file."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from mtdetect.reading.places import TextCarrier, TextPlace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mtdetect.text import Span


class CellPlace(NamedTuple):
    """A stretch of a cell.

    Attributes:
        row: as a user counts: the line of a JSONL file, the row of a CSV or TSV file in a
            spreadsheet (the header is row 1), the row of a Parquet file from 1.
        column: its name.
        text: where the stretch stands in the file; None where that cannot be told.
    """

    row: int
    column: str
    text: TextPlace | None

    def brief(self) -> str:
        """As in "row 12"."""
        return f"row {self.row}"

    def to_dict(self) -> dict[str, Any]:
        """``row``, ``column`` and, under ``text``, the fields of the place in the file."""
        text = self.text.to_dict() if self.text else None
        return {"row": self.row, "column": self.column, "text": text}


class LineStart(NamedTuple):
    """How much of a file stands before a line: lines, code points, UTF-16 units and bytes."""

    lines: int = 0
    code_points: int = 0
    utf16: int = 0
    bytes: int = 0

    def after(self, text: str, size: int) -> LineStart:
        """What stands before the line that follows ``text``, which has ``size`` bytes."""
        lines = text.count("\n") + text.count("\r") - text.count("\r\n")
        units = len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
        return LineStart(
            self.lines + lines,
            self.code_points + len(text),
            self.utf16 + units,
            self.bytes + size,
        )


@dataclass(frozen=True)
class CellCarrier:
    """The lines of a file that hold one row, or the cell alone where a file has no lines.

    Attributes:
        text: the lines, or the cell.
        row: its number.
        column: the name of the cell's column.
        start: what stands before the lines; None where the file has none.
        encoding: of the file.
    """

    text: str
    row: int
    column: str
    start: LineStart | None = None
    encoding: str = "utf-8"

    def place(self, span: Span) -> CellPlace:
        """The place of ``text[span.start:span.end]`` in the file."""
        if self.start is None:
            return CellPlace(self.row, self.column, None)
        inside = self._lines.place(span)
        before = self.start
        place = inside._replace(
            start=inside.start + before.code_points,
            end=inside.end + before.code_points,
            line=inside.line + before.lines,
            end_line=inside.end_line + before.lines,
            utf16_start=inside.utf16_start + before.utf16,
            utf16_end=inside.utf16_end + before.utf16,
        )
        return CellPlace(self.row, self.column, place)

    @cached_property
    def _lines(self) -> TextCarrier:
        before = self.start.bytes if self.start else 0
        size = before + len(self.text.encode(self.encoding))
        return TextCarrier(self.text, encoding=self.encoding, mark=before, size=size)


def no_column(column: str, columns: Iterable[str]) -> str:
    """Why there is no text: the column is not there, but these are."""
    names = list(dict.fromkeys(columns))
    lower = {name.lower(): name for name in reversed(names)}
    near = get_close_matches(column[:80].lower(), list(lower)[:1000], n=1)
    hint = f"did you mean {_quoted(lower[near[0]])}? " if near else ""
    shown = ", ".join(map(_quoted, names[:12])) + (", …" if len(names) > 12 else "")
    return f"no column {_quoted(column)}; {hint}there is {shown or 'none'}"


def _quoted(name: str) -> str:
    """A name from a file, safe to print."""
    return repr(name if len(name) <= 40 else name[:40] + "…")
