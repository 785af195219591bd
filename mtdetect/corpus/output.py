"""The files being written: only ever added to, cut back on a resume, renamed at the end."""

from __future__ import annotations

import contextlib
import os
from importlib import import_module
from typing import TYPE_CHECKING, Final

from mtdetect.corpus import parquet, streams
from mtdetect.corpus.errors import CorpusError

if TYPE_CHECKING:
    from pathlib import Path

    from mtdetect.corpus.formats import Format

PART: Final = ".part"


class Part:
    """One result: ``NAME.part`` until it is whole.

    Rows come in frames, which the run cuts at the same rows whatever happens, and a frame is
    compressed by itself: so the bytes of the result depend on nothing but the rows.

    Args:
        target: the name of the result.
        form: its format.
        length: how many bytes of the part are kept; 0 begins anew.

    Raises:
        CorpusError: another run is at work on it, or there is less of it than is to be kept.
        OSError: it cannot be opened.
    """

    def __init__(self, target: Path, form: Format, length: int) -> None:
        self.target, self.path, self._form = target, part_of(target), form
        self._file = self.path.open("r+b" if self.path.exists() else "w+b")
        try:
            _lock(self._file.fileno(), self.path)
            self._cut(length)
        except BaseException:
            self._file.close()
            raise

    def _cut(self, length: int) -> None:
        if self._file.seek(0, os.SEEK_END) < length:
            raise CorpusError(f"{self.path}: shorter than the unfinished run left it")
        self._file.truncate(length)
        self._file.seek(length)

    def append(self, frame: bytes) -> None:
        """Add rows."""
        if frame:
            self._file.write(streams.compress(frame, self._form.compression))

    def fill(self) -> None:
        """Write an empty frame if there are no rows: nothing at all is no compressed file."""
        if not self._file.tell():
            self._file.write(streams.compress(b"", self._form.compression))

    def sync(self) -> int:
        """Have everything on the disk; how many bytes there are."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def finish(self) -> None:
        """Close the file and give the result its name."""
        self.sync()
        self.close()
        if self._form.kind == "parquet":
            joined = self.path.with_name(self.path.name + ".joined")
            parquet.join(self.path, joined)
            with joined.open("rb") as file:
                os.fsync(file.fileno())
            joined.replace(self.target)
            self.path.unlink()
        else:
            self.path.replace(self.target)
        sync_folder(self.target.parent)

    def close(self) -> None:
        """Close the file and leave it where it is."""
        self._file.close()


def part_of(target: Path) -> Path:
    """The name of a result until it is whole."""
    return target.with_name(target.name + PART)


def sync_folder(folder: Path) -> None:
    """Have new names in a folder on the disk, where the system knows how."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _lock(descriptor: int, path: Path) -> None:
    """Keep a second run away, where the system knows how; the lock goes with the process."""
    try:
        fcntl = import_module("fcntl")
    except ImportError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CorpusError(f"{path}: another run is writing it") from None
    except OSError:
        return  # a file system without locks
