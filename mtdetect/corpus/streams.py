"""Plain, gzip and Zstandard files: read as one stream, written in frames.

Zstandard needs the library of that name, an optional dependency.
"""

from __future__ import annotations

import gzip
import io
import zlib
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any, Final, Literal

from mtdetect.corpus.errors import CorpusError, DamagedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Compression = Literal["", "gz", "zst"]

LONGEST_LINE: Final = 64 * 2**20
"""Bytes of the longest line that is read: a row is held in memory whole."""

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_SKIPPABLE: Final = tuple(bytes((0x50 + i, 0x2A, 0x4D, 0x18)) for i in range(16))
_PACKED: Final = {"gz": 2**16, "zst": 2**13}  # 8 KB of Zstandard can hold 256 MB
_UNPACKED: Final = 2**18


class Stream:
    """A file, unpacked by what its first bytes say, whatever its name.

    Damage shows only after all that stands before it has been read.
    """

    def __init__(self, path: Path) -> None:
        self._raw = path.open("rb")
        start = self._raw.read(4)
        self._raw.seek(0)
        self._unpacker: _Unpacker | None = None
        if start.startswith(_GZIP):
            self._unpacker = _Unpacker(_unpacked(self._raw, "gz"))
        elif start == _ZSTD or start in _SKIPPABLE:
            self._unpacker = _Unpacker(_unpacked(self._raw, "zst"))
        unpacker = self._unpacker
        self._open: IO[bytes] = io.BufferedReader(unpacker, _UNPACKED) if unpacker else self._raw

    def read(self, size: int) -> bytes:
        """The next ``size`` bytes, fewer at the end.

        Raises:
            DamagedError: the file ends too early, or its compression makes no sense.
        """
        try:
            return self._checked(self._open.read(size))
        except OSError as error:
            raise DamagedError(f"cannot be read: {error.strerror or error}") from None

    def readline(self, size: int = LONGEST_LINE + 1) -> bytes:
        """The next line with its end, or the first ``size`` bytes of it.

        Raises:
            DamagedError: as ``read``.
        """
        try:
            return self._checked(self._open.readline(size))
        except OSError as error:
            raise DamagedError(f"cannot be read: {error.strerror or error}") from None

    def tell(self) -> int:
        """How many bytes of the file, packed as it is, have been read."""
        return self._raw.tell()

    def close(self) -> None:
        """Close the file."""
        self._raw.close()

    def _checked(self, taken: bytes) -> bytes:
        if not taken and self._unpacker and self._unpacker.damage:
            raise self._unpacker.damage
        return taken


class _Unpacker(io.RawIOBase):
    """Chunks as a file that ends where they are damaged."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self._rest = b""
        self.damage: DamagedError | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - as in io.RawIOBase
        """Fill the buffer, or say 0 at the end."""
        try:
            while not self._rest:
                self._rest = next(self._chunks)
        except StopIteration:
            return 0
        except DamagedError as error:
            self.damage = error
            return 0
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def _unpacked(file: IO[bytes], kind: Literal["gz", "zst"]) -> Iterator[bytes]:
    """The content of all frames, in pieces.

    Raises:
        DamagedError: after all that can be unpacked.
    """
    packed, decompressor = b"", None
    while packed := packed or file.read(_PACKED[kind]):
        if decompressor is None:
            packed = packed.lstrip(b"\0") if kind == "gz" else packed  # tapes and disks pad
            if not packed:
                continue
            decompressor = zlib.decompressobj(31) if kind == "gz" else _zstd_decompressor()
        try:
            if kind == "gz":
                yield decompressor.decompress(packed, _UNPACKED)
                packed = decompressor.unconsumed_tail
            else:
                yield decompressor.decompress(packed)
                packed = b""
        except Exception as error:
            if isinstance(error, zlib.error) or type(error).__name__ == "ZstdError":
                name = {"gz": "gzip", "zst": "Zstandard"}[kind]
                raise DamagedError(f"bad {name}: {error}") from None
            raise
        if decompressor.eof:
            packed, decompressor = decompressor.unused_data, None
    if decompressor is not None:
        yield decompressor.flush() if kind == "gz" else b""
    if decompressor is not None and not decompressor.eof:
        raise DamagedError("the compressed file ends too early")


def compress(data: bytes, compression: Compression) -> bytes:
    """One frame: alone it is a whole file, and frames one after another are one too."""
    if compression == "gz":
        return gzip.compress(data, 6, mtime=0)
    if compression == "zst":
        packed: bytes = _zstandard().ZstdCompressor(level=3).compress(data)
        return packed
    return data


def check(compression: Compression) -> None:
    """Whether such files can be written here.

    Raises:
        CorpusError: the library is missing.
    """
    if compression == "zst":
        _zstandard()


def _zstd_decompressor() -> Any:  # noqa: ANN401 - an optional library
    return _zstandard().ZstdDecompressor().decompressobj()


def _zstandard() -> Any:  # noqa: ANN401 - an optional library
    try:
        return import_module("zstandard")
    except ImportError:
        hint = 'Zstandard needs a library: pip install "mtdetect[corpus]"'
        raise CorpusError(hint) from None
