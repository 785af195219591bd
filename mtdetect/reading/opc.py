"""The ZIP package that a DOCX file is: its parts within bounds, and how they refer to each other.

A part is inflated up to a limit and no further, XML is read as a stream, and a document type is
refused: neither a ZIP bomb nor "billion laughs" has anything to work with. ECMA-376, part 2.
"""

from __future__ import annotations

import codecs
import io
import posixpath
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from mtdetect.files import UnreadableError
from mtdetect.reading.encoding import binary_kind

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_PART: Final = 64 * 2**20
"""Bytes of the largest part that is read, inflated."""

MOST_PARTS: Final = 10_000
DEEPEST: Final = 1_000
"""Elements inside one another; Word nests a few dozen."""

_MOST_NAMES: Final = 10_000  # distinct names of elements; expat keeps them all
_CHUNK: Final = 2**18
_LONGEST_TAG: Final = 2**22  # a tag is held whole, and old versions of expat start it over

_BROKEN_ZIP: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
_CENTRAL_ENTRY: Final = b"PK\x01\x02"
_RELATIONSHIP: Final = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"


class Package:
    """The parts of a DOCX file.

    Args:
        name: of the file, for errors.
        data: its bytes.

    Raises:
        UnreadableError: the bytes are no ZIP archive, or one that should not be opened.
    """

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        if not data.startswith(b"PK"):
            raise UnreadableError(name, f"not a DOCX file ({_what_instead(data)})")
        if data.count(_CENTRAL_ENTRY) > MOST_PARTS:
            raise UnreadableError(name, f"holds more than {MOST_PARTS:,} files, so it is not read")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            parts = {info.filename.lower().lstrip("/"): info for info in self._zip.infolist()}
        except _BROKEN_ZIP:
            raise UnreadableError(name, "damaged: not a whole ZIP archive (cut short?)") from None
        self._parts = parts  # names of parts are compared without regard to case

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._parts

    def part(self, part: str) -> bytes:
        """The bytes of a part that the package has.

        Raises:
            UnreadableError: it is encrypted, damaged or larger than ``LARGEST_PART``.
        """
        info = self._parts[part.lower()]
        if info.flag_bits & 1:
            raise UnreadableError(self.name, "encrypted with a password")
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise UnreadableError(self.name, f"{part} is packed in a way that DOCX does not know")
        try:
            with self._zip.open(info) as stream:
                data = stream.read(LARGEST_PART + 1)
        except _BROKEN_ZIP:
            raise UnreadableError(self.name, f"damaged: {part} cannot be unpacked") from None
        if len(data) > LARGEST_PART:
            limit = f"{LARGEST_PART // 2**20} MB"
            raise UnreadableError(self.name, f"{part} is larger than {limit} when unpacked")
        return data

    def related(self, part: str) -> dict[str, str]:
        """The parts that a part refers to, by the last word of the relationship's type.

        Of several parts in the same relation, the first. ``part`` "" is the package itself.
        """
        folder, base = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        found: dict[str, str] = {}

        def start(element: str, attributes: dict[str, str]) -> None:
            target = attributes.get("Target", "")
            if element == _RELATIONSHIP and attributes.get("TargetMode") != "External":
                kind = attributes.get("Type", "").rpartition("/")[2]
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                found.setdefault(kind, path)

        if rels in self:
            self.walk(rels, start)
        return found

    def walk(
        self,
        part: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Read a part's XML as a stream of events; names are "namespace local".

        Raises:
            UnreadableError: it is not well-formed, declares a document type, or goes beyond what
                a document needs.
        """
        data = _as_utf8(self.part(part))
        parser = expat.ParserCreate("utf-8", " ", intern=None)
        parser.buffer_text, parser.buffer_size = True, 2**16
        depth, names = 0, set()

        def refuse_doctype(*_: object) -> None:
            raise UnreadableError(self.name, f"{part} declares a document type, so it is not read")

        def guarded_start(element: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            names.add(element)
            if depth > DEEPEST or len(names) > _MOST_NAMES:
                raise UnreadableError(self.name, f"{part} is nested or mixed beyond all bounds")
            start(element, attributes)

        def guarded_end(element: str) -> None:
            nonlocal depth
            depth -= 1
            if end:
                end(element)

        parser.StartDoctypeDeclHandler = refuse_doctype
        parser.StartElementHandler, parser.EndElementHandler = guarded_start, guarded_end
        if text:
            parser.CharacterDataHandler = text
        reached = 0
        try:
            for offset in range(0, len(data), _CHUNK):
                parser.Parse(data[offset : offset + _CHUNK], False)
                reached = max(reached, parser.CurrentByteIndex)
                if offset - reached > _LONGEST_TAG:
                    raise UnreadableError(self.name, f"{part} has a tag or comment of megabytes")
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            where = f"line {error.lineno:,}, column {error.offset + 1:,}"
            reason = f"damaged: {part} is not well-formed XML ({where})"
            raise UnreadableError(self.name, reason) from None


def _as_utf8(data: bytes) -> bytes:
    """XML in UTF-16, the other encoding that a part may have, as UTF-8."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace").encode()
    return data


def _what_instead(data: bytes) -> str:
    """What bytes that are no ZIP archive look like."""
    if not data:
        return "it is empty"
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "encrypted with a password"
    if kind := binary_kind(data):
        return f"it looks like {kind}"
    start = data[:200].lstrip(codecs.BOM_UTF8 + b" \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "it looks like HTML"
    return "not a ZIP archive"
