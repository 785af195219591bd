"""What goes to standard output, to standard error and to files, and the exit codes."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TYPE_CHECKING

from mtdetect import files

if TYPE_CHECKING:
    from typing import TextIO

CLEAN, FLAGGED, FAILED, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 130, 141


def complain(message: str) -> None:
    """A line on standard error; names of files and folders in it may hold anything."""
    from mtdetect.render.terminal import show  # noqa: PLC0415 - not needed for --version

    if sys.stderr is None:
        return
    sys.stderr.write(f"mtdetect: {show(message)}\n")
    sys.stderr.flush()


def write(text: str, output: str | None) -> bool:
    """Results to standard output or whole to a file; False, after saying why, where that fails.

    Raises:
        OSError: standard output is closed or takes no more.
    """
    if output is None:
        if sys.stdout is None:
            raise OSError("standard output is closed")
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")  # whatever the locale says: JSON has to be
        sys.stdout.write(text)
        sys.stdout.flush()
        return True
    try:
        files.replace(output, text)
    except OSError as error:
        complain(f"{output}: cannot be written: {files.reason(error)}")
        return False
    return True


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a standard stream, which is None where the caller has closed it, is a terminal."""
    return stream is not None and stream.isatty()


def wants_color(choice: str, output: str | None) -> bool:
    """Whether the text format is coloured; NO_COLOR (https://no-color.org) says no."""
    if choice != "auto":
        return choice == "always"
    if output or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return is_terminal(sys.stdout)


def discard_output() -> None:
    """What is still buffered must not fail again when the interpreter shuts down."""
    if sys.stdout is None:
        return
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
