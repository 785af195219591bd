"""The files that the command line was given: which they are, their bytes, and where results go."""

from __future__ import annotations

import os
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

STDIN = "-"

LARGEST = 64 * 2**20
"""Bytes of the largest file that is read whole."""


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


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """The bytes of one file; "-" is standard input.

    Raises:
        UnreadableError: the file is missing, may not be read, or is larger than ``LARGEST``.
    """
    name = shown_name(path)
    if path == STDIN and sys.stdin is None:
        raise UnreadableError(name, "standard input is closed")
    try:
        if path == STDIN:
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableError(name, reason(error)) from None
    except ValueError:  # a NUL in the name
        raise UnreadableError(name, "not a file name") from None
    if len(data) > LARGEST:
        raise UnreadableError(name, f"larger than {LARGEST // 2**20} MB; split it")
    return data


def shown_name(path: str | os.PathLike[str]) -> str:
    """What messages call a file."""
    return "<stdin>" if path == STDIN else os.fspath(path)


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


def _count(number: int) -> str:
    return "1 file" if number == 1 else f"{number:,} files"
