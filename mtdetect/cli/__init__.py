"""The command line: results on standard output, everything else on standard error.

Nothing heavy is imported before it is needed: ``--version`` and ``--help`` answer without NumPy.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mtdetect import files
from mtdetect.cli import console, score, tell
from mtdetect.cli.console import FAILED, INTERRUPTED, PIPE_CLOSED

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    commands = {"signals": tell.signals, "explain": tell.explain, "calibrate": _calibrate}
    try:
        if arguments and arguments[0] in commands:
            return commands[arguments[0]](arguments[1:])
        return score.run(arguments)
    except SystemExit as stop:  # argparse has said what was wrong
        return stop.code if isinstance(stop.code, int) else FAILED


def _calibrate(arguments: Sequence[str]) -> int:
    from mtdetect.cli import calibrate  # noqa: PLC0415 - of use to few

    return calibrate.run(arguments)
