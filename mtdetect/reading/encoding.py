"""Bytes to text: by byte-order mark, as declared, as UTF-8, else by a guess that is announced."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from mtdetect.files import UnreadableError
from mtdetect.reading.places import TextCarrier

# The longer mark first: UTF-32's little-endian mark begins with UTF-16's.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_SIGNATURES = (
    (b"%PDF-", "a PDF file"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (DOC, XLS or PPT)"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"RIFF", "a WebP image, a sound or a video"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
)
_ZIP_CONTENTS = (
    (b"word/document.xml", "a Word document (DOCX)"),
    (b"application/vnd.oasis.opendocument.text", "an OpenDocument text (ODT)"),
    (b"application/epub+zip", "an EPUB book"),
)

_LOOKS_BINARY = "looks like a binary file, not text"
_CONTROLS = bytes({*range(1, 9), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F})
_CP1252_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


class Decoded(NamedTuple):
    """A decoded file, its encoding by Python's name, and what was odd about it."""

    carrier: TextCarrier
    encoding: str
    warnings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole decoded file, without a byte-order mark."""
        return self.carrier.text


def decode(name: str, data: bytes, *, declared: str | None = None) -> Decoded:
    """Turn the bytes of a text file into text.

    Args:
        name: of the file, for errors.
        data: its bytes.
        declared: the encoding that the file itself names, if it does.

    Raises:
        UnreadableError: the bytes are no text; the reason says what they look like.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            text = _strictly(name, data[len(mark) :], encoding, skipped=len(mark))
            return _decoded(text, encoding, data, mark=len(mark))
    _refuse_binary(name, data)
    if utf16 := _utf16_without_mark(data):
        warning = f"no byte-order mark; read as {utf16.upper()}"
        return _decoded(_strictly(name, data, utf16), utf16, data, warning)
    if b"\0" in data:
        raise UnreadableError(name, "holds NUL bytes, so it looks like a binary file, not text")
    encoding, warnings = _declared(data, declared)
    try:
        return _decoded(data.decode(encoding), encoding, data, *warnings)
    except UnicodeDecodeError as error:
        where = f"not UTF-8 (byte 0x{data[error.start]:02X} at offset {error.start:,})"
    if len(data) - len(data.translate(None, _CONTROLS)) > len(data) / 100:
        raise UnreadableError(name, f"full of control characters: {_LOOKS_BINARY}")
    guess, label = "cp1252", "Windows-1252"
    if _CP1252_UNDEFINED.search(data):
        guess, label = "latin-1", "Latin-1"
    return _decoded(data.decode(guess), guess, data, *warnings, f"{where}; read as {label}")


def _refuse_binary(name: str, data: bytes) -> None:
    if looks_like := binary_kind(data):
        raise UnreadableError(name, f"looks like {looks_like}, not text")


def _declared(data: bytes, label: str | None) -> tuple[str, list[str]]:
    """The encoding to try: the declared one where that fits, else UTF-8 with a warning."""
    if label is None:
        return "utf-8", []
    try:
        encoding = _python_name(label)
        data.decode(encoding)
    except LookupError:
        return "utf-8", [f"declares an unknown encoding, {label!r}"]
    except UnicodeError:
        return "utf-8", [f"declares the encoding {label}, but is not in it"]
    return encoding, []


def _decoded(text: str, encoding: str, data: bytes, *warnings: str, mark: int = 0) -> Decoded:
    carrier = TextCarrier(text, encoding=encoding, mark=mark, size=len(data))
    return Decoded(carrier, encoding, warnings)


def _python_name(label: str) -> str:
    """Python's name for an encoding label of the web, where Latin-1 and ASCII mean Windows-1252.

    Raises:
        LookupError: there is no such encoding of text.
    """
    if "\0" in label:
        raise LookupError(label)
    info = codecs.lookup(label.strip())
    if not getattr(info, "_is_text_encoding", True) or info.name in _NO_LABELS:
        raise LookupError(label)
    return _ON_THE_WEB.get(info.name, info.name)


# https://encoding.spec.whatwg.org/#names-and-labels; a file that could be searched for its label
# is not in UTF-16, whatever it says.
_ON_THE_WEB = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
    "utf-8-sig": "utf-8",
}
_NO_LABELS = {"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}


def _strictly(name: str, data: bytes, encoding: str, *, skipped: int = 0) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        where = f"damaged at byte {error.start + skipped:,}"
        raise UnreadableError(name, f"starts like {encoding.upper()} but is {where}") from None


def binary_kind(data: bytes) -> str | None:
    """What a file that is no text looks like, such as "a PDF file"; None where nothing says."""
    if data.startswith(b"PK\x03\x04"):
        return next((kind for part, kind in _ZIP_CONTENTS if part in data), "a ZIP archive")
    return next((kind for start, kind in _SIGNATURES if data.startswith(start)), None)


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 of mostly Latin letters has a NUL in every second byte, and on one side only."""
    sample = data[:4096]
    half = len(sample) // 2
    if len(data) % 2 or not half:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.5 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.5 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None
