"""The command line: results on standard output, everything else on standard error.

Nothing heavy is imported before it is needed: ``--version`` and ``--help`` answer without NumPy.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from mtdetect import files
from mtdetect.cli import console, score, tell
from mtdetect.cli.console import FAILED, INTERRUPTED, PIPE_CLOSED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    class _Command(Protocol):
        def run(self, argv: Sequence[str]) -> int: ...


__all__ = ["entry", "main"]


def entry() -> None:
    """What the installed command calls."""
    raise SystemExit(main())


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; never raises for what a user got wrong."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        console.discard_output()
        return PIPE_CLOSED
    except OSError as error:  # reading has caught its own, so this is standard output
        console.discard_output()
        console.complain(f"cannot write: {files.reason(error)}")
        return FAILED
    return code


def _run(arguments: Sequence[str]) -> int:
    command = arguments[0] if arguments else None
    try:
        if command in _TELLING:
            return _TELLING[command](arguments[1:])
        if command in _OTHERS:
            module = cast("_Command", import_module(f"mtdetect.cli.{command}"))
            return module.run(arguments[1:])
        return score.run(arguments)
    except SystemExit as stop:  # argparse has said what was wrong
        return stop.code if isinstance(stop.code, int) else FAILED


_TELLING: Final = {"signals": tell.signals, "explain": tell.explain}
_OTHERS: Final = ("calibrate", "corpus", "serve")
