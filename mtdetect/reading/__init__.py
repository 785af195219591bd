"""Files to prose with a source map: a reader for each format, and which one a file asks for."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, cast

from mtdetect import files
from mtdetect.files import UnreadableError
from mtdetect.reading.source import Comment, Mark, Place, Source
from mtdetect.reading.sourcemap import Piece, Prose, SourceMap

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from typing import Protocol

    class _Reader(Protocol):
        def read(self, name: str, data: bytes) -> Source: ...

    class _RowReader(Protocol):
        def read(
            self, name: str, data: bytes, *, kind: str, column: str
        ) -> Iterator[Source | UnreadableError]: ...


__all__ = [
    "Comment",
    "Mark",
    "Piece",
    "Place",
    "Prose",
    "Source",
    "SourceMap",
    "UnreadableError",
    "parse",
    "read",
]

LARGEST_TEXT: Final = 2_000_000
"""Characters of prose in the longest text that is scored: three thick novels."""

SUFFIXES: Final = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".pdf": "pdf",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
}
"""The format that a file name's ending means."""

ROWS: Final = frozenset({"jsonl", "csv", "tsv", "parquet"})
"""Formats that hold many texts, one a row."""

_MODULES: Final = {"text": "plain"}
_HTML_START: Final = re.compile(rb"\s{0,200}<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


def read(
    path: str | os.PathLike[str], *, filename: str | None = None, column: str | None = None
) -> Iterator[Source | UnreadableError]:
    """The texts of one file, in order: one, or one for each row.

    Args:
        path: of the file; "-" is standard input.
        filename: whose ending tells the format; by default ``path``.
        column: which one holds the text, in a format with rows.

    What cannot be read comes out as an error in its place.
    """
    name = files.shown_name(path)
    try:
        yield from parse(name, files.read_bytes(path), filename=filename, column=column)
    except UnreadableError as error:
        yield error


def parse(
    name: str, data: bytes, *, filename: str | None = None, column: str | None = None
) -> Iterator[Source | UnreadableError]:
    """As ``read``, from bytes.

    Raises:
        UnreadableError: the file as a whole cannot be read.
    """
    kind = SUFFIXES.get(PurePath(filename or name).suffix.lower())
    if kind in ROWS:
        if column is None:
            hint = f"a {kind} file holds many texts; say in which column with --column"
            raise UnreadableError(name, hint)
        rows = cast("_RowReader", import_module("mtdetect.reading.rows"))
        yield from map(_bounded, rows.read(name, data, kind=kind, column=column))
        return
    found, warning = kind or _by_content(data), None
    if kind == "text" and _HTML_START.match(data):
        found, warning = "html", "looks like HTML; read as such"
    module = import_module(f"mtdetect.reading.{_MODULES.get(found, found)}")
    source = cast("_Reader", module).read(name, data)
    if warning:
        source = replace(source, warnings=(*source.warnings, warning))
    bounded = _bounded(source)
    if isinstance(bounded, UnreadableError):
        raise bounded
    yield bounded


def _by_content(data: bytes) -> str:
    """The format of a file whose name says nothing."""
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"PK\x03\x04") and b"word/" in data:
        return "docx"
    return "html" if _HTML_START.match(data) else "text"


def _bounded(source: Source | UnreadableError) -> Source | UnreadableError:
    """The source, or an error where its prose is too long for one text."""
    if isinstance(source, Source) and len(source.text) > LARGEST_TEXT:
        reason = f"more than {LARGEST_TEXT:,} characters of prose; split it"
        return UnreadableError(source.name, reason)
    return source
