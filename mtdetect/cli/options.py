"""The options of the main job."""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from mtdetect import config
from mtdetect.cli.tell import DEEP, add_model

if TYPE_CHECKING:
    from collections.abc import Callable

_DESCRIPTION = """\
Find machine-translated English, say how sure that is, and point at the words that gave it away.
Reads plain text, Markdown, HTML, DOCX and PDF, and columns of JSONL, CSV, TSV and Parquet; a text
needs 40 words of English prose.
"""
_EPILOG = """\
other commands:
  mtdetect signals        list every kind of evidence, with its weight
  mtdetect explain NAME   what one of them means, with examples
  mtdetect calibrate      measure an operating point on texts of your own house
  mtdetect corpus         score millions of texts, a row out for every row in
  mtdetect serve          answer over HTTP, with a page to paste a text into

  A file that is called like a command is given as ./signals.

examples:
  mtdetect article.html                         one article
  mtdetect --format html -o report.html in/     a page to look at, for all files of a folder
  pandoc -t plain a.odt | mtdetect -            what another program writes
  mtdetect --quiet posts/                       the flagged files of a folder, one a line
  mtdetect --fpr 0.001 archive/                 flag at most 1 in 1,000 human texts
  mtdetect --column body posts.jsonl            one text a row
  mtdetect --format sarif -o mt.sarif docs/     for a code host

exit codes:
  0    nothing was flagged (see --fail-on)
  1    something was: machine or mixed
  2    wrong usage, or a file that could not be read (the others are still scored)
  130  interrupted        141  whoever read the output went away

Settings are read from mtdetect.toml or [tool.mtdetect] in pyproject.toml, the nearest upward from
the current folder; the command line wins. The percentage is the probability that the text as a
whole is machine-translated, also where the verdict is "mixed" because of a passage. It is evidence,
not proof.
"""

_PROSE: Final = (
    *("*.txt", "*.text", "*.md", "*.markdown", "*.html", "*.htm", "*.xhtml", "*.docx"),
)

SETTINGS: Final = (
    *("fpr", "profile", "model", "deep", "select", "ignore", "min_words", "skip_quotes"),
    *("baseline", "fail_on", "glob", "column", "format", "color"),
)
"""Options that are settings too: where the command line is silent, the file speaks."""


def parser() -> argparse.ArgumentParser:
    """The parser of ``mtdetect FILE...``."""
    made = argparse.ArgumentParser(
        prog="mtdetect",
        usage="mtdetect [options] FILE [FILE ...]",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made.add_argument(
        "files", nargs="*", metavar="FILE", help="file, folder, or - for standard input"
    )
    _add_reports(made.add_argument_group("reports"))
    _add_reading(made.add_argument_group("reading"))
    _add_rating(made.add_argument_group("rating"))
    settings = made.add_argument_group("settings").add_argument
    settings("--config", metavar="FILE", help="read settings from FILE, not from the nearest")
    settings("--no-config", action="store_true", help="read no file of settings")
    settings("--show-config", action="store_true", help="print the settings in force, and stop")
    made.add_argument(
        "--version", action="store_true", help="print the versions of the program and its model"
    )
    return made


def _add_reports(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--format", choices=config.FORMATS, help="what to write (default: text)")
    add("-o", "--output", metavar="FILE", help="write to FILE instead of standard output")
    how_much = group.add_mutually_exclusive_group()
    add_detail = how_much.add_argument
    add_detail("-q", "--quiet", action="store_true", help="one line for each flagged file only")
    add_detail("--explain", action="store_true", help="add every contribution, by size, with sums")
    add(
        "--color",
        choices=config.COLORS,
        help="colour the text (default: auto, on a terminal, unless NO_COLOR is set)",
    )
    add(
        "--fail-on",
        choices=config.FAIL_ON,
        help="from which verdict on the exit code is 1 (default: mixed, which takes machine in)",
    )
    baseline = group.add_mutually_exclusive_group().add_argument
    baseline("--baseline", metavar="FILE", help="what this file knows does not count as new")
    baseline("--write-baseline", metavar="FILE", help="write what was found to such a file")


def _add_reading(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add_choice(group)
    add("--stdin-filename", metavar="NAME", help="what - is called; its ending tells the format")
    add(
        "--skip-quotes",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="leave quotations of others out of the prose",
    )


def _add_rating(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add_point(group)
    add(
        "--select",
        action="extend",
        type=_names,
        metavar="NAME[,NAME]",
        help="signals that count, and no others save those of a human hand",
    )
    add_ignore(group)
    add(
        "--min-words",
        type=checked(config.word_count),
        metavar="N",
        help="give no verdict on fewer words of prose (default: 40)",
    )
    add_model(group)
    add("--deep", action=argparse.BooleanOptionalAction, default=None, help=DEEP)


def add_choice(parser: argparse._ActionsContainer) -> None:
    """The options that say which files of a folder, and which column, are read."""
    add = parser.add_argument
    add(
        "--glob",
        action="append",
        type=checked(config.glob_pattern),
        metavar="PATTERN",
        help="which files of a folder to read; may be repeated (default: all formats with prose)",
    )
    add("--column", metavar="NAME", help="which one holds the text, in JSONL, CSV, TSV and Parquet")


def add_point(parser: argparse._ActionsContainer) -> None:
    """The options that choose the operating point."""
    point = parser.add_mutually_exclusive_group().add_argument
    point(
        "--fpr",
        type=checked(config.share),
        metavar="SHARE",
        help="share of human texts that may be flagged, 0.001 to 0.2 (default: 0.01)",
    )
    point("--profile", metavar="FILE", help="an operating point made by mtdetect calibrate")


def add_ignore(parser: argparse._ActionsContainer) -> None:
    """The option that names signals that do not count."""
    parser.add_argument(
        "--ignore",
        action="extend",
        type=_names,
        metavar="NAME[,NAME]",
        help="signals that do not count",
    )


def _names(value: str) -> list[str]:
    names = [name.strip().replace("-", "_") for name in value.split(",")]
    if not all(names):
        raise argparse.ArgumentTypeError(f"{value!r} is not a list of names")
    return names


def checked(check: Callable[[Any], Any]) -> Callable[[str], Any]:
    """A check of a setting as argparse wants it."""

    def convert(value: str) -> Any:  # noqa: ANN401 - whatever the setting is
        try:
            return check(value)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return convert


def default_globs() -> tuple[str, ...]:
    """The files of a folder that hold prose and can be read here."""
    return (*_PROSE, "*.pdf") if find_spec("pypdfium2") else _PROSE


def given(options: argparse.Namespace) -> dict[str, Any]:
    """The settings that the command line gives, by their names."""
    values = {name: getattr(options, name) for name in SETTINGS}
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in values.items()
        if value is not None
    }
