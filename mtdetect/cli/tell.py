"""The commands that tell about the program: its versions, its kinds of evidence."""

from __future__ import annotations

import argparse
import difflib
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mtdetect.cli.console import CLEAN, FAILED, complain, is_terminal, write

if TYPE_CHECKING:
    from collections.abc import Sequence

DEEP: Final = (
    "take in a second opinion, by a small neural network: surer, and far slower"
    " (needs mtdetect[deep])"
)

_UNCUT: Final = 10_000


def header(path: str | None) -> dict[str, Any] | None:
    """The readable half of the model; None, after saying why, where it cannot be read."""
    from mtdetect import model  # noqa: PLC0415 - not needed for --help

    try:
        return model.checked_header(Path(path)) if path else model.model_header()
    except model.ModelError as error:
        complain(str(error))
        return None


def add_model(parser: argparse._ActionsContainer) -> None:
    """The option that names another model."""
    parser.add_argument("--model", metavar="PATH", help="use this model (.npz), not the built-in")


def add_deep(parser: argparse._ActionsContainer) -> None:
    """The option that asks for a second opinion."""
    parser.add_argument("--deep", action="store_true", help=DEEP)


def versions(model: str | None) -> str:
    """A line with the versions of the program and its model."""
    from mtdetect import __version__  # noqa: PLC0415 - beside its use

    head = header(model)
    if head is None:
        return f"mtdetect {__version__}\n"
    digest = str(head["sha256"])[:12]
    return f"mtdetect {__version__} (model {head['name']} {head['version']}, {digest})\n"


def signals(argv: Sequence[str]) -> int:
    """``mtdetect signals``: the catalogue."""
    parser = argparse.ArgumentParser(
        prog="mtdetect signals",
        description="List every kind of evidence: name, family, weight in force (log-odds; positive"
        " speaks for machine translation), claim. mtdetect explain NAME tells more.",
        allow_abbrev=False,
    )
    add_model(parser)
    head = header(parser.parse_args(argv).model)
    if head is None:
        return FAILED
    from mtdetect.render.catalogue import render_list  # noqa: PLC0415 - not needed for --help
    from mtdetect.signals import catalogue  # noqa: PLC0415 - compiles every rule

    width = shutil.get_terminal_size().columns if is_terminal(sys.stdout) else _UNCUT
    write(render_list(catalogue().values(), head, width=width) + "\n", None)
    return CLEAN


def explain(argv: Sequence[str]) -> int:
    """``mtdetect explain NAME``: one signal, whole."""
    parser = argparse.ArgumentParser(
        prog="mtdetect explain",
        description="What one kind of evidence means, where it comes from and what it weighs.",
        allow_abbrev=False,
    )
    parser.add_argument("name", metavar="NAME", help="as printed by mtdetect signals")
    add_model(parser)
    options = parser.parse_args(argv)
    from mtdetect.render.catalogue import OTHER_TERMS, render_page  # noqa: PLC0415 - as above
    from mtdetect.signals import catalogue  # noqa: PLC0415 - compiles every rule

    name, known = options.name.replace("-", "_"), catalogue()
    if name in OTHER_TERMS:
        write(f"{name}\n\n{OTHER_TERMS[name]}\n", None)
        return CLEAN
    if name not in known:
        close = difflib.get_close_matches(name, [*known, *OTHER_TERMS], n=1)
        guess = f"did you mean {close[0]}? " if close else ""
        complain(f"no signal is called {options.name}; {guess}(mtdetect signals lists them)")
        return FAILED
    head = header(options.model)
    if head is None:
        return FAILED
    from mtdetect import model, record  # noqa: PLC0415 - not needed for --help

    path = record.beside(Path(options.model) if options.model else model.default_path())
    try:
        counted = record.load(path) if path.exists() else None
    except model.ModelError as error:
        complain(str(error))
        return FAILED
    write(render_page(known[name], head, counted) + "\n", None)
    return CLEAN
