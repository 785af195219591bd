"""CSV and TSV: a row stays as it is written, and the scores are cells at its end.

The first row names the columns; blank lines are no rows. A row that cannot be read as cells of
these columns stands whole in its first cell. Bytes that are not UTF-8 go through as they are.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from mtdetect.corpus import json_rows
from mtdetect.corpus.errors import CorpusError, DamagedError
from mtdetect.corpus.rows import Batch, Record, batched
from mtdetect.corpus.streams import LONGEST_LINE, Stream
from mtdetect.files import UnreadableError
from mtdetect.reading import LARGEST_TEXT
from mtdetect.reading.cells import no_column
from mtdetect.reading.encoding import binary_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mtdetect.batch import Scorer, Values

_DELIMITERS: Final = {"csv": ",;\t|", "tsv": "\t"}
_MARK: Final = "\ufeff"
_NOT_UTF8 = re.compile("[\udc80-\udcff]")  # what "surrogateescape" makes of stray bytes
_SAMPLE_LINES: Final = 1000
_END = re.compile(r"[\r\n]*\Z")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written: QUOTE_NONE where its quotation marks are text."""

    delimiter: str
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL
    end: str = "\n"


@dataclass(slots=True)
class _Raw:
    """A row as it stands in the file, with its line ends, and its cells or why there are none."""

    lines: str
    cells: list[str]
    problem: str


@dataclass(slots=True)
class _Row(Record):
    raw: _Raw | None = None


@dataclass(frozen=True, slots=True)
class CsvCodec:
    """Rows in, rows out, or objects in JSON Lines."""

    scorer: Scorer
    header: tuple[str, ...]
    dialect: Dialect
    to_json: bool

    def records(self, payload: Sequence[_Raw]) -> list[_Row]:
        """The rows of a batch."""
        return [_Row(self._cell(raw), raw=raw) for raw in payload]

    def _cell(self, raw: _Raw) -> object:
        if problem := self._problem(raw):
            return UnreadableError("", problem)
        cell = raw.cells[self.header.index(self.scorer.column)]
        if not cell.isascii() and (bad := _NOT_UTF8.search(cell)):
            byte = ord(bad.group()) - 0xDC00
            return UnreadableError("", f"not UTF-8 (byte 0x{byte:02X} in the text)")
        return cell

    def _problem(self, raw: _Raw) -> str:
        if raw.problem or len(raw.cells) == len(self.header):
            return raw.problem
        return f"{len(raw.cells)} cells where the header has {len(self.header)}"

    def encode(
        self,
        payload: Sequence[_Raw],
        records: Sequence[_Row],  # noqa: ARG002 - the payload holds it
        values: Sequence[Values],
        chosen: Sequence[int],
    ) -> bytes:
        """The chosen rows, each with its values."""
        encoded = self._object if self.to_json else self._line
        return b"".join(encoded(payload[i], values[i]) for i in chosen)

    def _line(self, raw: _Raw, values: Values) -> bytes:
        row = _END.sub("", raw.lines)
        if self._problem(raw):
            whole = json_rows.dumps(row) if self.dialect.quoting == csv.QUOTE_NONE else row
            row = self._written([whole, *[""] * (len(self.header) - 1)])
        added = ["" if value is None else str(value) for value in values]
        line = row + self.dialect.delimiter + self._written(added) + self.dialect.end
        return line.encode("utf-8", "surrogateescape")

    def _object(self, raw: _Raw, values: Values) -> bytes:
        if self._problem(raw):
            whole = _END.sub("", raw.lines).encode("utf-8", "surrogateescape")
            return json_rows.kept(whole, self.scorer, values)
        row = dict(zip(self.header, raw.cells, strict=True))
        return json_rows.line(row, self.scorer, values)

    def _written(self, cells: Sequence[str]) -> str:
        if self.dialect.quoting == csv.QUOTE_NONE:
            return self.dialect.delimiter.join(" ".join(cell.splitlines()) for cell in cells)
        buffer = io.StringIO()
        # What may end a line is quoted only if it is said to.
        csv.writer(buffer, delimiter=self.dialect.delimiter, lineterminator="\r\n").writerow(cells)
        return buffer.getvalue().removesuffix("\r\n")

    def head(self, lines: str) -> bytes:
        """The header with the names of the columns added; nothing in JSON Lines."""
        if self.to_json:
            return b""
        row = _END.sub("", lines) + self.dialect.delimiter + self._written(self.scorer.columns)
        return (row + self.dialect.end).encode("utf-8", "surrogateescape")


class CsvReader:
    """The rows of a file.

    Raises:
        CorpusError: it is no table, or has no such column.
    """

    def __init__(self, path: Path, scorer: Scorer, *, kind: str, to_json: bool) -> None:
        csv.field_size_limit(max(csv.field_size_limit(), LARGEST_TEXT))
        self._size = max(path.stat().st_size, 1)
        dialect, header = _dialect(path, kind, scorer.column)
        for name in scorer.columns:
            if name in header.cells:
                hint = "choose another --prefix"
                raise CorpusError(f"{path}: has a column {name!r} already; {hint}")
        if to_json and len(set(header.cells)) < len(header.cells):
            raise CorpusError(f"{path}: two columns have one name; JSON Lines cannot hold that")
        self.codec = CsvCodec(scorer, tuple(header.cells), dialect, to_json)
        self.header = self.codec.head(header.lines)
        self.shape = "" if to_json else dialect.delimiter.join(header.cells)
        self._stream = Stream(path)

    def batches(self, skip: int) -> Iterator[Batch]:
        """The rows after the first ``skip``, the header not counted."""
        rows = (raw for raw in _raw_rows(self._stream, self.codec.dialect) if raw.cells)
        next(rows, None)
        return batched(rows, skip, lambda raw: len(raw.lines))

    def share(self) -> float:
        """How much of the file has been read, 0 to 1."""
        return self._stream.tell() / self._size

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def _raw_rows(stream: Stream, dialect: Dialect) -> Iterator[_Raw]:
    """All rows, blank lines too, which have no cells. A row that makes no sense has one."""
    taken: list[str] = []
    damage: list[DamagedError] = []

    def lines() -> Iterator[str]:
        for number in _from(1):
            try:
                raw = stream.readline()
            except DamagedError as error:  # the row that it cuts off comes out before
                damage.append(error)
                return
            if not raw:
                return
            if len(raw) > LONGEST_LINE:
                size = f"longer than {LONGEST_LINE // 2**20} MB"
                damage.append(DamagedError(f"line {number:,} is {size}"))
                return
            line = raw.decode("utf-8", "surrogateescape")
            taken.append(line.removeprefix(_MARK) if number == 1 else line)
            yield taken[-1]

    reader = csv.reader(lines(), delimiter=dialect.delimiter, quoting=dialect.quoting, strict=True)
    while True:
        cells, problem = [], ""
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            cells, problem = [""], _explained(error)
        yield _Raw("".join(taken), cells, problem)
        taken.clear()
    if damage:
        raise damage[0]


def _from(number: int) -> Iterator[int]:
    while True:
        yield number
        number += 1


def _dialect(path: Path, kind: str, column: str) -> tuple[Dialect, _Raw]:
    """How the file is written, and its header.

    Raises:
        CorpusError: the header does not have the column once.
    """
    stream = Stream(path)
    sample = stream.readline()[:1000]
    stream.close()
    if problem := binary_kind(sample):
        raise CorpusError(f"{path}: looks like {problem}, not text")
    if b"\0" in sample:
        raise CorpusError(f"{path}: holds NUL bytes: UTF-16 or no text; CSV is read in UTF-8")
    headers = []
    for delimiter in _DELIMITERS[kind]:
        dialect = Dialect(delimiter)
        header = next(iter(_sample(path, dialect)), _Raw("", [], ""))
        headers.append(header)
        if header.cells.count(column) == 1:
            break
    else:
        header = max(headers, key=lambda header: len(header.cells))
        twice = f"more than one column is called {column!r}" if column in header.cells else ""
        raise CorpusError(f"{path}: {header.problem or twice or no_column(column, header.cells)}")
    dialect = Dialect(delimiter, end="\r\n" if header.lines.endswith("\r\n") else "\n")
    verbatim = Dialect(delimiter, csv.QUOTE_NONE, dialect.end)
    if kind == "tsv" and _n_problems(path, verbatim) < _n_problems(path, dialect):
        dialect, header = verbatim, _sample(path, verbatim)[0]
    return dialect, header


def _sample(path: Path, dialect: Dialect) -> list[_Raw]:
    """The first rows."""
    stream, rows = Stream(path), []
    try:
        for raw in _raw_rows(stream, dialect):
            if raw.cells:
                rows.append(raw)
            if len(rows) == _SAMPLE_LINES:
                break
    except DamagedError:
        pass  # the run will tell
    finally:
        stream.close()
    return rows


def _n_problems(path: Path, dialect: Dialect) -> int:
    rows = _sample(path, dialect)
    return sum(bool(raw.problem) or len(raw.cells) != len(rows[0].cells) for raw in rows)


def _explained(error: csv.Error) -> str:
    message = str(error)
    if "end of data" in message:
        return "a quotation mark opens a cell that is never closed"
    if "expected after" in message:
        return "a quotation mark inside a quoted cell is not doubled"
    if "field limit" in message:
        return f"a cell of more than {LARGEST_TEXT:,} characters, or one that is never closed"
    return f"bad CSV: {message}"
