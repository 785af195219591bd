"""Names of files as other programs want them: relative paths with slashes, and URIs."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from mtdetect.reading import ROWS, SUFFIXES, UnreadableError

if TYPE_CHECKING:
    from mtdetect.reading import Source

STDIN: Final = "<stdin>"
"""What results call standard input."""

_ROW: Final = re.compile(r":\d+\Z")


def posix(name: str) -> str:
    """A path with slashes, without "./" in front."""
    return PurePath(name).as_posix()


def uri(name: str) -> str:
    """A path as a URI, percent-encoded; a relative one stays relative.

    Bytes of a name that is not UTF-8 come out as they are on the disk.
    """
    path = posix(name)
    try:
        encoded = quote(path, safe="/~", errors="surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate that stands for no byte
        encoded = quote(path, safe="/~", errors="replace")
    if not PurePath(name).is_absolute():
        return encoded
    if path.startswith("//"):  # a server's share, as Windows writes it
        return f"file:{encoded}"
    return f"file://{encoded}" if path.startswith("/") else f"file:///{encoded}"


def inside(name: str) -> bool:
    """Whether a relative path stays below the folder that it starts from."""
    parts = PurePath(name).parts
    return not PurePath(name).is_absolute() and ".." not in parts and name != STDIN


def file_of(source: Source | UnreadableError) -> str:
    """The name of the file that a text is from, or was to be, also where it is a row of it."""
    file = _ROW.sub("", source.name)
    if isinstance(source, UnreadableError):
        of_rows = file == STDIN or SUFFIXES.get(PurePath(file).suffix.lower()) in ROWS
    else:
        of_rows = source.format in ROWS
    return file if of_rows else source.name
