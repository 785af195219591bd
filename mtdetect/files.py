"""Reading what the command line was given: which files, in which encoding, and what is no text."""

from __future__ import annotations

import codecs
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

STDIN = "-"

# The longer mark first: UTF-32's little-endian mark begins with UTF-16's.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
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

_PLAIN_ONLY = "this version reads plain text only"
_LOOKS_BINARY = f"looks like a binary file; {_PLAIN_ONLY}"
_CONTROLS = re.compile(rb"[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_CP1252_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_HTML_START = re.compile(r"\s{0,200}<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """A text to score: its name as given, the decoded text, and what was odd about reading it.

    Line ends stay as they are in the file; offsets in a report refer to ``text``.
    """

    name: str
    text: str
    warnings: tuple[str, ...] = ()


class UnreadableError(Exception):
    """A file or folder that cannot be scored: ``name`` as given and ``reason`` in plain words."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


def find(argument: str, globs: Sequence[str]) -> Iterator[str | UnreadableError]:
    """The files that one argument stands for: itself, or what matches inside a folder.

    Folders are walked in sorted order. Hidden files and folders are skipped, and links to folders
    are not followed, so that a loop of links ends. What cannot be listed, and a folder in which
    nothing matches, comes out as an error in its place.
    """
    if argument == STDIN or not _holds(Path(argument).is_dir):
        yield argument
        return
    matched, others = 0, 0
    problems: list[OSError] = []
    for folder, subfolders, names in os.walk(argument, onerror=problems.append):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            if not name.startswith(".") and any(path.match(glob) for glob in globs):
                matched += 1
                yield os.path.join(folder, name)  # noqa: PTH118 - Path would drop a leading "./"
            else:
                others += 1
    for problem in problems:
        yield UnreadableError(str(problem.filename), reason(problem))
    if not matched and not problems:
        wanted = " or ".join(globs)
        hint = f" ({_count(others)} of other names; see --glob)" if others else ""
        yield UnreadableError(argument, f"no file in this folder matches {wanted}{hint}")


def read(path: str | os.PathLike[str]) -> Source:
    """Read and decode one file; "-" is standard input.

    Raises:
        UnreadableError: the file is missing, may not be read, or does not hold plain text.
    """
    name = "<stdin>" if path == STDIN else os.fspath(path)
    if path == STDIN and sys.stdin is None:
        raise UnreadableError(name, "standard input is closed")
    try:
        data = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    except OSError as error:
        raise UnreadableError(name, reason(error)) from None
    except ValueError:  # a NUL in the name
        raise UnreadableError(name, "not a file name") from None
    return decode(name, data)


def decode(name: str, data: bytes) -> Source:
    """Turn bytes into text: by byte-order mark, else as UTF-8, else by a guess that is announced.

    Raises:
        UnreadableError: the bytes are no plain text; the reason says what they look like.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _source(name, _strictly(name, data, encoding))
    if looks_like := _binary(data):
        raise UnreadableError(name, f"looks like {looks_like}; {_PLAIN_ONLY}")
    if utf16 := _utf16_without_mark(data):
        text = _strictly(name, data, utf16)
        return _source(name, text, f"no byte-order mark; read as {utf16.upper()}")
    if b"\0" in data:
        raise UnreadableError(
            name,
            "holds NUL bytes, so it looks like a binary file; this version reads plain text only",
        )
    try:
        return _source(name, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        where = f"not UTF-8 (byte 0x{data[error.start]:02X} at offset {error.start:,})"
    if len(_CONTROLS.findall(data)) > len(data) / 100:
        raise UnreadableError(name, f"full of control characters: {_LOOKS_BINARY}")
    if _CP1252_UNDEFINED.search(data):
        return _source(name, data.decode("latin-1"), f"{where}; read as Latin-1")
    return _source(name, data.decode("cp1252"), f"{where}; read as Windows-1252")


def reason(error: Exception) -> str:
    """What went wrong, in words for a user."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "permission denied"
    return (isinstance(error, OSError) and error.strerror) or str(error)


def output_problem(output: str, inputs: Iterable[str]) -> str | None:
    """Why results cannot be written to ``output``, so far as that is known before any work."""
    target = Path(output)
    if _holds(target.is_dir):
        return f"{output} is a folder"
    if not _holds(target.parent.is_dir):
        return f"there is no folder {target.parent}"
    if _holds(target.is_file) and any(_holds(partial(target.samefile, i)) for i in inputs):
        return f"{output} is one of the files to score"
    return None


def replace(path: str, text: str) -> None:
    """Write ``text`` to a file that, whatever happens, holds either the old content or the new.

    A link stays a link, permissions stay as they were; a pipe or a device is written to.

    Raises:
        OSError: the file cannot be written.
    """
    target = Path(path).resolve()
    if target.exists() and not target.is_file():
        target.write_text(text, encoding="utf-8")
        return
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=target.parent, prefix=f".{target.name[:60]}.", delete=False
    ) as file:
        try:
            file.write(text)
            file.close()
            mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
            Path(file.name).chmod(mode)
            Path(file.name).replace(target)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _holds(question: Callable[[], bool]) -> bool:
    """The answer about a path; no where the system gives none, as for too long a name."""
    try:
        return question()
    except OSError:
        return False


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _source(name: str, text: str, *warnings: str) -> Source:
    if _HTML_START.match(text):
        warnings += ("looks like HTML; markup is scored as if it were text",)
    return Source(name, text, warnings)


def _strictly(name: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        label = encoding.removesuffix("-sig").upper()
        raise UnreadableError(
            name, f"starts like {label} but is damaged at byte {error.start:,}"
        ) from None


def _binary(data: bytes) -> str | None:
    """What a file that is no text looks like, by its first bytes; None where they say nothing."""
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


def _count(number: int) -> str:
    return "1 file" if number == 1 else f"{number:,} files"
