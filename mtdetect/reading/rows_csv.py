"""CSV and TSV as Python's ``csv`` module reads them, and where in the file each cell stands.

The first row names the columns. A file called CSV whose header has the column only between
semicolons, tabs or bars is read so. Where a quotation mark is out of place, the row is an error:
a quotation mark that gets lost would look like damage. A TSV file that makes no sense with
quotation marks as signs of the format has them as text.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from mtdetect.files import UnreadableError
from mtdetect.reading.cells import CellCarrier, LineStart, no_column
from mtdetect.reading.encoding import decode
from mtdetect.reading.source import Source
from mtdetect.reading.sourcemap import Prose, SourceMap
from mtdetect.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LONGEST_CELL: Final = 16_000_000  # characters, of which the csv module keeps four bytes each
_ENDLESS: Final = (
    f"a cell of more than {_LONGEST_CELL:,} characters, or one that is never closed; "
    "the rows after it are not read"
)
_MOST_CELLS: Final = 100_000
_TOO_WIDE: Final = f"a line of more than {_MOST_CELLS:,} cells; the rows after it are not read"
_DELIMITERS: Final = {"csv": ",;\t|", "tsv": "\t"}
_ENDS: Final = {sign: re.compile(rf"[\r\n{re.escape(sign)}]") for sign in ",;\t|"}


class _Dialect(NamedTuple):
    delimiter: str
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL


class _Record(NamedTuple):
    """A row: its cells, or what is wrong with it, and the lines that it stands in."""

    cells: list[str]
    problem: str
    lines: str


def read(name: str, data: bytes, column: str, kind: str) -> Iterator[Source | UnreadableError]:
    """The texts of one column; rows are counted as a spreadsheet does, the header is row 1.

    Blank lines are no rows, but they count.

    Raises:
        UnreadableError: the file is no text, is empty, or has no such column.
    """
    if csv.field_size_limit() < _LONGEST_CELL:
        csv.field_size_limit(_LONGEST_CELL)
    decoded = decode(name, data)
    encoding, warnings = decoded.encoding, decoded.warnings
    dialect, remark = _dialect(name, decoded.text, column, kind)
    warnings += (remark,) if remark else ()
    start = LineStart(bytes=len(data) - len(decoded.text.encode(encoding)))
    header: list[str] = []
    index = 0
    for row, record in enumerate(_records(decoded.text, dialect), 1):
        if not header:
            header = record.cells
            index = header.index(column) if header else 0
        elif problem := _problem(record, header):
            yield UnreadableError(f"{name}:{row}", problem)
        elif record.cells:
            cell = record.cells[index]
            text, source_map = _prose(record.lines, index, dialect)
            yield Source(
                name=f"{name}:{row}",
                text=cell,
                # Were they ever to differ, the row alone would be the place.
                carrier=CellCarrier(record.lines, row, column, start, encoding)
                if text == cell
                else CellCarrier(cell, row, column),
                map=source_map if text == cell else None,
                warnings=warnings,
                format=kind,
                encoding=encoding,
            )
            warnings = ()  # they are about the file; said once
        start = start.after(record.lines, len(record.lines.encode(encoding)))


def _dialect(name: str, text: str, column: str, kind: str) -> tuple[_Dialect, str]:
    """How the file is written, and a remark on it for the user.

    Raises:
        UnreadableError: the header does not have the column once.
    """
    dialects = [_Dialect(delimiter) for delimiter in _DELIMITERS[kind]]
    headers = [_header(text, dialect) for dialect in dialects]
    fitting = [index for index, header in enumerate(headers) if column in header.cells]
    if not fitting:
        header = max(headers, key=lambda header: (header.problem, len(header.cells)))
        empty = "empty; the first row should name the columns" if not header.lines else ""
        raise UnreadableError(name, header.problem or empty or no_column(column, header.cells))
    dialect, header = dialects[fitting[0]], headers[fitting[0]]
    if header.cells.count(column) > 1:
        raise UnreadableError(name, f"more than one column is called {column!r}")
    verbatim = _Dialect(dialect.delimiter, csv.QUOTE_NONE)
    if kind == "tsv" and column in _header(text, verbatim).cells:
        good, bad = _tally(text, dialect)
        if bad and _tally(text, verbatim)[0] > good:
            return verbatim, "quotation marks do not enclose cells; read as they stand"
    return dialect, ""


def _header(text: str, dialect: _Dialect) -> _Record:
    """The first row that holds something."""
    records = (record for record in _records(text, dialect) if record.cells or record.problem)
    return next(records, _Record([], "", ""))


def _tally(text: str, dialect: _Dialect) -> tuple[int, int]:
    """How many rows can be read and how many cannot."""
    header = _header(text, dialect).cells
    problems = [0, 0]
    for record in _records(text, dialect):
        if record.cells or record.problem:
            problems[bool(_problem(record, header))] += 1
    return problems[0], problems[1]


def _problem(record: _Record, header: list[str]) -> str:
    """Why a row cannot be read; empty if it can."""
    if record.problem or not record.cells or len(record.cells) == len(header):
        return record.problem
    return f"the number of cells is {len(record.cells)}, in the header {len(header)}"


def _records(text: str, dialect: _Dialect) -> Iterator[_Record]:
    """All rows, those without a cell too."""
    taken = 0  # characters that the reader has asked for

    def lines() -> Iterator[str]:
        nonlocal taken
        for match in _LINE.finditer(text):
            taken = match.end()
            if text.count(dialect.delimiter, match.start(), taken) > _MOST_CELLS:
                raise csv.Error(_TOO_WIDE)
            yield match.group()

    reader = csv.reader(lines(), delimiter=dialect.delimiter, quoting=dialect.quoting, strict=True)
    while True:
        start, cells, problem = taken, [], ""
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problem = _explained(error)
        yield _Record(cells, problem, text[start:taken])
        if problem in {_ENDLESS, _TOO_WIDE}:  # nobody knows where the next row begins
            return


def _explained(error: csv.Error) -> str:
    message = str(error)
    if "end of data" in message:
        return "a quotation mark opens a cell that is never closed"
    if "expected after" in message:
        return "a quotation mark inside a quoted cell is not doubled"
    if "field limit" in message:
        return _ENDLESS
    if message == _TOO_WIDE:
        return _TOO_WIDE
    return f"bad CSV: {message}"


def _prose(lines: str, index: int, dialect: _Dialect) -> tuple[str, SourceMap]:
    """The text of a cell of a row, and where each character stands in its lines."""
    pieces, end = _pieces(lines, 0, dialect)
    for _ in range(index):
        pieces, end = _pieces(lines, end + 1, dialect)
    prose = Prose(lines)
    for number, (first, last) in enumerate(pieces):
        if number % 2:
            prose.decoded('"', first, last)
        else:
            prose.same(first, last)
    return prose.build()


def _pieces(lines: str, at: int, dialect: _Dialect) -> tuple[list[Span], int]:
    """The stretches that the cell at ``at`` is made of, and where it ends.

    Every second one is a doubled quotation mark, which means one.
    """
    if dialect.quoting == csv.QUOTE_NONE or not lines.startswith('"', at):
        match = _ENDS[dialect.delimiter].search(lines, at)
        end = match.start() if match else len(lines)
        return [Span(at, end)], end
    pieces = []
    at += 1
    while (end := lines.find('"', at)) >= 0:
        pieces.append(Span(at, end))
        at = end + 1
        if not lines.startswith('"', at):
            break
        at += 1
        pieces.append(Span(end, at))
    return pieces, at
