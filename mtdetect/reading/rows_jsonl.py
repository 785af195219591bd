"""JSON Lines: an object a line (https://jsonlines.org/), in UTF-8 as JSON demands."""

from __future__ import annotations

import codecs
import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mtdetect.files import UnreadableError
from mtdetect.reading.cells import CellCarrier, LineStart, no_column
from mtdetect.reading.encoding import binary_kind, decode
from mtdetect.reading.source import Source
from mtdetect.reading.sourcemap import Prose

if TYPE_CHECKING:
    from collections.abc import Iterator

# Lines that hold something; 64 MB of line ends would take minutes one by one.
_LINE = re.compile(r"[^\r\n]+(?:\r\n|\r|\n)?")
_LINE_BYTES = re.compile(rb"[^\r\n]+(?:\r\n|\r|\n)?")
_WIDE = re.compile(  # UTF-16 or UTF-32 by its mark, or UTF-16 by its first sign
    rb"\xff\xfe|\xfe\xff|\0\0\xfe\xff|(?:[ \t\r\n]\0){0,99}\{\0|(?:\0[ \t\r\n]){0,99}\0\{"
)
_SPACE = re.compile(r"[ \t\n\r]*")
_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\."
)
# Of the other values only the kind matters; to convert a long number takes quadratic time.
_DECODER: Final = json.JSONDecoder(parse_int=len, parse_float=len, parse_constant=len)
_LONGEST_LINE: Final = 16 * 2**20  # bytes; what is parsed takes many times as much
_REPLACEMENT: Final = "\ufffd"
_SURROGATE = re.compile("[\ud800-\udfff]")
_KINDS: Final = {bool: "true or false", int: "a number", list: "a list", dict: "an object"}


class _Line(NamedTuple):
    text: str
    start: LineStart
    encoding: str
    warnings: tuple[str, ...]


def read(name: str, data: bytes, column: str) -> Iterator[Source | UnreadableError]:
    """The texts of one column; a row is called by its line. Blank lines are no rows.

    Raises:
        UnreadableError: the file is no text, or one JSON list and not an object a line.
    """
    if kind := binary_kind(data):
        raise UnreadableError(name, f"looks like {kind}, not text")
    if re.match(rb"(?:\xef\xbb\xbf)?\s{0,200}\[", data):
        raise UnreadableError(name, "a JSON list; JSON Lines has an object on each line")
    for line in _lines(name, data):
        if isinstance(line, UnreadableError):
            yield line
        elif line.text.strip():
            try:
                yield _source(f"{name}:{line.start.lines + 1}", line, column)
            except UnreadableError as error:
                yield error


def _lines(name: str, data: bytes) -> Iterator[_Line | UnreadableError]:
    if _WIDE.match(data):
        yield from _decoded_lines(name, data)
        return
    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    start = LineStart(bytes=mark)
    for match in _LINE_BYTES.finditer(data, mark):
        raw = match.group()
        blank = data[start.bytes : match.start()].decode()
        start = start.after(blank, len(blank))
        if len(raw) > _LONGEST_LINE:
            reason = f"a line of more than {_LONGEST_LINE // 2**20} MB"
            yield UnreadableError(f"{name}:{start.lines + 1}", reason)
            start = start.after(raw.decode(errors="replace"), len(raw))
            continue
        try:
            line = _Line(raw.decode(), start, "utf-8", ())
        except UnicodeDecodeError:
            try:  # one line in another encoding says nothing about the others
                decoded = decode(f"{name}:{start.lines + 1}", raw)
            except UnreadableError as error:
                yield error
                start = start.after("\n", len(raw))
                continue
            line = _Line(decoded.text, start, decoded.encoding, decoded.warnings)
        yield line
        start = start.after(line.text, len(raw))


def _decoded_lines(name: str, data: bytes) -> Iterator[_Line]:
    """The lines of a file in UTF-16 or UTF-32."""
    decoded = decode(name, data)
    warnings, encoding = decoded.warnings, decoded.encoding
    size = len(decoded.text.encode(encoding))
    start, done = LineStart(bytes=len(data) - size), 0
    for match in _LINE.finditer(decoded.text):
        text, blank = match.group(), decoded.text[done : match.start()]
        done = match.end()
        start = start.after(blank, len(blank.encode(encoding)))
        yield _Line(text, start, encoding, warnings)
        start = start.after(text, len(text.encode(encoding)))
        warnings = ()  # they are about the file; said once


def _source(name: str, line: _Line, column: str) -> Source:
    at = _find(name, line.text.rstrip("\r\n"), column)
    _, end = _DECODER.raw_decode(line.text, at)
    prose = Prose(line.text)
    done = at + 1
    for match in _ESCAPE.finditer(line.text, done, end - 1):
        prose.same(done, match.start())
        done = match.end()
        prose.decoded(_meaning(match.group()), match.start(), done)
    prose.same(done, end - 1)
    text, source_map = prose.build()
    row = line.start.lines + 1
    return Source(
        name=name,
        text=text,
        carrier=CellCarrier(line.text, row, column, line.start, line.encoding),
        map=source_map,
        warnings=line.warnings,
        format="jsonl",
        encoding=line.encoding,
    )


@lru_cache(maxsize=4096)
def _meaning(escape: str) -> str:
    """The character of an escape; half a pair of surrogates is none."""
    return _SURROGATE.sub(_REPLACEMENT, json.loads(f'"{escape}"'))


def _find(name: str, text: str, column: str) -> int:
    """Where in a line the opening quotation mark of the column's string stands.

    Raises:
        UnreadableError: no such string; the reason says what there is.
    """
    try:
        start = _skip(text, 0)
        if text[start : start + 1] != "{":
            _DECODER.raw_decode(text, start)
            raise UnreadableError(name, "not a JSON object")
        members, end = _members(text, start)
        _expect(text, end, "")
        found = _member(text, members, column)
    except json.JSONDecodeError as error:
        reason = f"bad JSON: {error.msg.removesuffix(' at')} at column {error.pos + 1}"
        raise UnreadableError(name, reason) from None
    except RecursionError:
        raise UnreadableError(name, "JSON nested too deeply") from None
    if found is None:
        raise UnreadableError(name, no_column(column, members))
    at, value = found
    if not isinstance(value, str):
        kind = "null" if value is None else _KINDS[type(value)]
        raise UnreadableError(name, f"{column!r} is {kind}, not a string")
    return at


_Members = dict[str, tuple[int, Any]]


def _member(text: str, members: _Members, column: str) -> tuple[int, Any] | None:
    """Offset and value of a column, which may lie inside another one."""
    if column in members:
        return members[column]
    outer, _, inner = column.partition(".")
    at, value = members.get(outer, (0, None))
    return _member(text, _members(text, at)[0], inner) if isinstance(value, dict) else None


def _members(text: str, at: int) -> tuple[_Members, int]:
    """Offsets and values of an object that begins at ``at``, and where it ends.

    As in the ``json`` module the last of several members with one name counts.

    Raises:
        json.JSONDecodeError: it is no object.
    """
    members: _Members = {}
    at = _skip(text, at + 1)
    if text[at : at + 1] == "}":
        return members, at + 1
    while True:
        if text[at : at + 1] != '"':
            raise json.JSONDecodeError("Expecting a name in double quotes", text, at)
        name, at = _DECODER.raw_decode(text, at)
        at = _expect(text, at, ":")
        value, end = _DECODER.raw_decode(text, at)
        members[name] = at, value
        at = _skip(text, end)
        if text[at : at + 1] == "}":
            return members, at + 1
        at = _expect(text, at, ",")


def _expect(text: str, at: int, sign: str) -> int:
    """Where what follows the sign begins; no sign is the end of the text."""
    at = _skip(text, at)
    if text[at : at + 1] != sign:
        wanted = f"Expecting {sign!r}" if sign else "Extra data"
        raise json.JSONDecodeError(wanted, text, at)
    return _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
