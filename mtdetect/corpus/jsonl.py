"""JSON Lines: an object a line, in UTF-8. The line stays as it is; the scores are put at its end.

Blank lines are no rows. A line that is no JSON object, or not UTF-8, is kept whole as a string.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from mtdetect.corpus import json_rows
from mtdetect.corpus.errors import CorpusError, DamagedError
from mtdetect.corpus.rows import Batch, Record, batched
from mtdetect.corpus.streams import LONGEST_LINE, Stream
from mtdetect.files import UnreadableError
from mtdetect.reading.cells import no_column
from mtdetect.reading.encoding import binary_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mtdetect.batch import Scorer, Values

LOOK_AHEAD: Final = 1000
"""Rows among which one must have the field with the text."""

# Of the other values only the kind matters; to convert a long number takes quadratic time.
_DECODER: Final = json.JSONDecoder(parse_int=len, parse_float=len, parse_constant=len)
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"{\0", b"\0{")
_SPACE: Final = b" \t\r\n"
_KINDS: Final = {bool: "true or false", int: "a number", list: "a list", dict: "an object"}


@dataclass(slots=True)
class _Line(Record):
    """A line; ``members`` is how many an object has, None where it is none."""

    raw: bytes = b""
    members: int | None = None


@dataclass(frozen=True, slots=True)
class JsonlCodec:
    """Lines in, lines out."""

    scorer: Scorer

    def records(self, payload: Sequence[bytes]) -> list[_Line]:
        """The rows of a batch of lines."""
        return [parse(raw, self.scorer) for raw in payload]

    def encode(
        self,
        payload: Sequence[bytes],  # noqa: ARG002 - the records hold it
        records: Sequence[_Line],
        values: Sequence[Values],
        chosen: Sequence[int],
    ) -> bytes:
        """The chosen lines, each with its values."""
        return b"".join(self._encoded(records[i], values[i]) for i in chosen)

    def _encoded(self, row: _Line, values: Values) -> bytes:
        if row.members is None:
            return json_rows.kept(row.raw, self.scorer, values)
        return json_rows.extended(row.raw, self.scorer, values, empty=not row.members)


class JsonlReader:
    """The lines of a file.

    Raises:
        CorpusError: it is no JSON Lines, or none of its first rows has the field.
    """

    header, shape = b"", ""

    def __init__(self, path: Path, scorer: Scorer) -> None:
        self.codec = JsonlCodec(scorer)
        self._size = max(path.stat().st_size, 1)
        self._stream = Stream(path)
        try:
            self._look_ahead(path)
        except BaseException:
            self.close()
            raise
        self._stream.close()
        self._stream = Stream(path)

    def batches(self, skip: int) -> Iterator[Batch]:
        """The lines after the first ``skip``."""
        return batched(self._lines(), skip, len)

    def share(self) -> float:
        """How much of the file has been read, 0 to 1."""
        return self._stream.tell() / self._size

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def _lines(self) -> Iterator[bytes]:
        number = 0
        while raw := self._stream.readline():
            number += 1
            if number == 1:
                raw = raw.removeprefix(codecs.BOM_UTF8)
            if len(raw) > LONGEST_LINE:
                raise DamagedError(f"line {number:,} is longer than {LONGEST_LINE // 2**20} MB")
            if raw := raw.strip(_SPACE):
                yield raw

    def _look_ahead(self, path: Path) -> None:
        names: dict[str, None] = {}
        problem, objects = "", False
        try:
            for number, raw in enumerate(islice(self._lines(), LOOK_AHEAD)):
                if number == 0 and (problem := _no_lines(raw)):
                    raise CorpusError(f"{path}: {problem}")
                row = _decoded(raw)
                if isinstance(row, str):
                    problem = problem or row
                else:
                    objects = True
                    _refuse_clash(path, row, self.codec.scorer)
                    if _find(row, self.codec.scorer.column)[0]:
                        return
                    names |= dict.fromkeys(row)
        except DamagedError:
            return  # the run will tell
        if objects:
            raise CorpusError(f"{path}: {no_column(self.codec.scorer.column, names)}")
        if problem:
            first = f"no line of the first {LOOK_AHEAD:,} is an object"
            raise CorpusError(f"{path}: {first}: {problem}")


def parse(raw: bytes, scorer: Scorer) -> _Line:
    """One line as a row."""
    row = _decoded(raw)
    if isinstance(row, str):
        return _Line(UnreadableError("", row), raw=raw)
    clash = next((name for name in scorer.columns if name in row), None)
    if clash:
        reason = f"has a field {clash!r} already"
        return _Line(UnreadableError("", reason), raw=raw)
    there, value = _find(row, scorer.column)
    if not there:
        value = UnreadableError("", no_column(scorer.column, row))
    elif not isinstance(value, str):
        kind = "null" if value is None else _KINDS[type(value)]
        value = UnreadableError("", f"{scorer.column!r} is {kind}, not a string")
    return _Line(value, raw=raw, members=len(row))


def _decoded(raw: bytes) -> dict[str, Any] | str:
    """The object of a line, or why there is none."""
    try:
        row = _DECODER.decode(raw.decode())
    except UnicodeDecodeError as error:
        return f"not UTF-8 (byte 0x{raw[error.start]:02X} at offset {error.start:,} of the line)"
    except json.JSONDecodeError as error:
        return f"bad JSON: {error.msg.removesuffix(' at')} at column {error.pos + 1}"
    except RecursionError:
        return "JSON nested too deeply"
    return row if isinstance(row, dict) else "not a JSON object"


def _find(row: dict[str, Any], name: str) -> tuple[bool, Any]:
    """Whether a field is there, and its value; "post.body" is "body" inside "post"."""
    if name in row:
        return True, row[name]
    outer, _, inner = name.partition(".")
    within = row.get(outer)
    return _find(within, inner) if isinstance(within, dict) else (False, None)


def _no_lines(raw: bytes) -> str:
    """Why a file that begins so is no JSON Lines; empty where it may be."""
    if kind := binary_kind(raw):
        return f"looks like {kind}, not JSON Lines"
    if raw.startswith(_WIDE):
        return "looks like UTF-16; JSON Lines are read in UTF-8"
    if re.match(rb"\[\s*(?:\{|$)", raw):
        return "a JSON list; JSON Lines has an object on each line"
    return ""


def _refuse_clash(path: Path, row: dict[str, Any], scorer: Scorer) -> None:
    for name in scorer.columns:
        if name in row:
            raise CorpusError(f"{path}: has a field {name!r} already; choose another --prefix")
