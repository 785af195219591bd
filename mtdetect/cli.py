"""The command line: results on standard output, everything else on standard error.

Nothing heavy is imported before it is needed: ``--version`` and ``--help`` answer without NumPy.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import io
import os
import shutil
import sys
from collections import Counter
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final

from mtdetect import files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from mtdetect.detector import Detector
    from mtdetect.report import Report

    Result = tuple[files.Source, Report] | files.UnreadableError

CLEAN, FLAGGED, FAILED, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 130, 141

_DEFAULT_GLOBS: Final = ("*.txt",)
_LOWEST_FPR, _HIGHEST_FPR = 0.001, 0.2
_PROGRESS_FROM: Final = 20  # fewer files are done before anyone wonders
_NO_TERMINAL_WIDTH: Final = 100
_UNCUT: Final = 10_000

_DESCRIPTION = """\
Find machine-translated English, say how sure that is, and point at the words that gave it away.
The text must be English prose of 40 words or more, as plain text.
"""
_EPILOG = """\
other commands:
  mtdetect signals        list every kind of evidence, with its weight
  mtdetect explain NAME   what one of them means, with examples

  A file that is called like a command is given as ./signals or ./explain.

examples:
  mtdetect article.txt                     one article
  pandoc -t plain a.docx | mtdetect -      what another program writes
  mtdetect --quiet --glob '*.md' posts/    the flagged files of a folder, one a line
  mtdetect --fpr 0.001 archive/            flag at most 1 in 1,000 human texts
  mtdetect --format json -o all.json in/   reports for a program

exit codes:
  0    nothing was flagged
  1    something was: machine or mixed
  2    wrong usage, or a file that could not be read (the others are still scored)
  130  interrupted        141  whoever read the output went away

The percentage is the probability that the text as a whole is machine-translated, also where the
verdict is "mixed" because of a passage. It is evidence, not proof.
"""


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
        _discard_output()
        return PIPE_CLOSED
    except OSError as error:  # reading has caught its own, so this is standard output
        _discard_output()
        _complain(f"cannot write: {files.reason(error)}")
        return FAILED
    return code


def _run(arguments: Sequence[str]) -> int:
    commands = {"signals": _signals, "explain": _explain}
    try:
        if arguments and arguments[0] in commands:
            return commands[arguments[0]](arguments[1:])
        return _score(arguments)
    except SystemExit as stop:  # argparse has said what was wrong
        return stop.code if isinstance(stop.code, int) else FAILED


def _discard_output() -> None:
    """What is still buffered must not fail again when the interpreter shuts down."""
    if sys.stdout is None:
        return
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mtdetect",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("files", nargs="*", metavar="FILE", help="text file, folder, or - for standard input")
    add("--format", choices=("text", "json"), default="text", help="what to write (default: text)")
    add("-o", "--output", metavar="FILE", help="write to FILE instead of standard output")
    add(
        "--fpr",
        type=_fpr,
        default=0.01,
        metavar="SHARE",
        help="share of human texts that may be flagged, 0.001 to 0.2 (default: 0.01)",
    )
    how_much = parser.add_mutually_exclusive_group()
    add_detail = how_much.add_argument
    add_detail("-q", "--quiet", action="store_true", help="one line for each flagged file only")
    add_detail("--explain", action="store_true", help="add every contribution, by size, with sums")
    add(
        "--glob",
        action="append",
        type=_glob,
        metavar="PATTERN",
        help="which files of a folder to read; may be repeated (default: *.txt)",
    )
    _add_model(parser)
    add(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colour the text (auto: on a terminal, unless NO_COLOR is set)",
    )
    add("--version", action="store_true", help="print the versions of the program and its model")
    return parser


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", metavar="PATH", help="use this model (.npz), not the built-in")


def _fpr(value: str) -> float:
    try:
        share = float(value)
    except ValueError:
        share = -1.0
    if not _LOWEST_FPR <= share <= _HIGHEST_FPR:
        raise argparse.ArgumentTypeError(
            f"{value!r} is not a share from {_LOWEST_FPR} to {_HIGHEST_FPR};"
            " 0.01 flags 1 in 100 human texts"
        )
    return share


def _glob(value: str) -> str:
    if not PurePath(value).parts:  # such as "" and "."
        raise argparse.ArgumentTypeError(f"{value!r} is not a pattern for names of files")
    return value


def _score(argv: Sequence[str]) -> int:
    """The main job: rate files."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.version:
        _write(_versions(options.model), None)
        return CLEAN
    found = _found(parser, options)
    detector = _detector(options.model)
    if detector is None:
        return FAILED
    try:
        detector.score("", fpr=options.fpr, explain=False)
    except ValueError as error:  # another model may have been measured at fewer rates
        parser.error(f"--fpr: {error}")
    tally: Counter[str] = Counter()
    results = _counted(_results(found, detector, options), tally)
    written = True
    if options.format == "json":
        written = _write(_json(list(results), detector), options.output)
    elif options.output:
        written = _write("".join(_texts(results, options)), options.output)
    else:
        for text in _texts(results, options):
            _write(text, None)
    if len(found) > 1 and not options.quiet:
        _complain(_summary(tally))
    if not written or tally["unreadable"]:
        return FAILED
    return FLAGGED if tally["machine"] or tally["mixed"] else CLEAN


def _found(
    parser: argparse.ArgumentParser, options: argparse.Namespace
) -> list[str | files.UnreadableError]:
    """What to read, after the options have been checked against each other."""
    if options.quiet and options.format != "text":
        parser.error("--quiet goes with --format text only")
    if not options.files and (sys.stdin is None or sys.stdin.isatty()):
        parser.error("give a file, a folder, or - for standard input")
    arguments = options.files or [files.STDIN]
    if arguments.count(files.STDIN) > 1:
        parser.error("- may be given once: standard input can be read once")
    globs = options.glob or _DEFAULT_GLOBS
    found = [item for argument in arguments for item in files.find(argument, globs)]
    inputs = [item for item in found if isinstance(item, str) and item != files.STDIN]
    if options.output and (problem := files.output_problem(options.output, inputs)):
        parser.error(f"--output: {problem}")
    return found


def _detector(path: str | None) -> Detector | None:
    """The detector to use; None, after saying why, where its model cannot be loaded."""
    from mtdetect.detector import Detector  # noqa: PLC0415 - brings in NumPy
    from mtdetect.model import ModelError  # noqa: PLC0415 - not needed for --help

    try:
        return Detector.load(path) if path else Detector.default()
    except ModelError as error:
        _complain(str(error))
        return None


def _results(
    found: Sequence[str | files.UnreadableError], detector: Detector, options: argparse.Namespace
) -> Iterator[Result]:
    """A report or an error for everything found, in order; warnings and errors go out at once."""
    streams = options.format == "text" and not options.output and _is_terminal(sys.stdout)
    progress = len(found) > _PROGRESS_FROM and _is_terminal(sys.stderr) and not streams
    for number, item in enumerate(found, start=1):
        if progress:
            sys.stderr.write(f"\r\x1b[K{number:,} of {len(found):,}")
            sys.stderr.flush()
        result: Result
        try:
            if isinstance(item, files.UnreadableError):
                raise item
            source = files.read(item)
        except files.UnreadableError as error:
            result, remarks = error, [f"{error.name}: {error.reason}{_hint(error)}"]
        else:
            report = detector.score(source.text, fpr=options.fpr, explain=not options.quiet)
            result = source, report
            remarks = [f"{source.name}: {warning}" for warning in source.warnings]
        if progress and (remarks or number == len(found)):
            sys.stderr.write("\r\x1b[K")
        for remark in remarks:
            _complain(remark)
        yield result


def _hint(error: files.UnreadableError) -> str:
    """What a user who typed a command's name in the wrong place wants to know."""
    if error.name in {"signals", "explain"} and error.reason == "no such file":
        return f" (the command {error.name!r} comes first on the line)"
    return ""


def _counted(results: Iterator[Result], tally: Counter[str]) -> Iterator[Result]:
    for result in results:
        tally[result[1].verdict if isinstance(result, tuple) else "unreadable"] += 1
        yield result


def _texts(
    results: Iterator[Result],
    options: argparse.Namespace,
) -> Iterator[str]:
    """What to print of each result, final line breaks included."""
    from mtdetect.render import text  # noqa: PLC0415 - not needed for --version

    color = _wants_color(options)
    width = shutil.get_terminal_size((_NO_TERMINAL_WIDTH, 24)).columns
    for result in results:
        if not isinstance(result, tuple):
            continue
        source, report = result
        if not options.quiet:
            shown = text.render(
                source.name, report, source.text, width=width, color=color, explain=options.explain
            )
            yield shown + ("\n\n" if "\n" in shown else "\n")
        elif report.verdict in {"machine", "mixed"}:
            yield text.render_line(source.name, report, color=color) + "\n"


def _json(results: Sequence[Result], detector: Detector) -> str:
    from mtdetect import __version__  # noqa: PLC0415 - beside its use
    from mtdetect.render import json  # noqa: PLC0415 - not needed for --version

    return json.render(results, version=__version__, model=detector.model) + "\n"


def _summary(tally: Counter[str]) -> str:
    scored = sum(tally.values()) - tally["unreadable"]
    verdicts = ("machine", "mixed", "human", "insufficient")
    parts = ", ".join(f"{tally[verdict]} {verdict}" for verdict in verdicts if tally[verdict])
    line = f"{scored:,} {'file' if scored == 1 else 'files'} scored"
    line += f": {parts}" if parts else ""
    return line + (f"; {tally['unreadable']} could not be read" if tally["unreadable"] else "")


def _wants_color(options: argparse.Namespace) -> bool:
    if options.color != "auto":
        return bool(options.color == "always")
    if options.output or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return _is_terminal(sys.stdout)


def _is_terminal(stream: TextIO | None) -> bool:
    """Whether a standard stream, which is None where the caller has closed it, is a terminal."""
    return stream is not None and stream.isatty()


def _complain(message: str) -> None:
    """A line on standard error; names of files and folders in it may hold anything."""
    from mtdetect.render.terminal import show  # noqa: PLC0415 - not needed for --version

    if sys.stderr is None:
        return
    sys.stderr.write(f"mtdetect: {show(message)}\n")
    sys.stderr.flush()


def _write(text: str, output: str | None) -> bool:
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
        _complain(f"{output}: cannot be written: {files.reason(error)}")
        return False
    return True


def _header(path: str | None) -> dict[str, Any] | None:
    """The readable half of the model; None, after saying why, where it cannot be read."""
    from mtdetect import model  # noqa: PLC0415 - not needed for --help

    try:
        return model.checked_header(Path(path)) if path else model.model_header()
    except model.ModelError as error:
        _complain(str(error))
        return None


def _versions(model: str | None) -> str:
    from mtdetect import __version__  # noqa: PLC0415 - beside its use

    header = _header(model)
    if header is None:
        return f"mtdetect {__version__}\n"
    digest = str(header["sha256"])[:12]
    return f"mtdetect {__version__} (model {header['name']} {header['version']}, {digest})\n"


def _signals(argv: Sequence[str]) -> int:
    """``mtdetect signals``: the catalogue."""
    parser = argparse.ArgumentParser(
        prog="mtdetect signals",
        description="List every kind of evidence: name, family, weight in force (log-odds; positive"
        " speaks for machine translation), claim. mtdetect explain NAME tells more.",
        allow_abbrev=False,
    )
    _add_model(parser)
    header = _header(parser.parse_args(argv).model)
    if header is None:
        return FAILED
    from mtdetect.render.catalogue import render_list  # noqa: PLC0415 - not needed for --help
    from mtdetect.signals import catalogue  # noqa: PLC0415 - compiles every rule

    width = shutil.get_terminal_size().columns if _is_terminal(sys.stdout) else _UNCUT
    _write(render_list(catalogue().values(), header, width=width) + "\n", None)
    return CLEAN


def _explain(argv: Sequence[str]) -> int:
    """``mtdetect explain NAME``: one signal, whole."""
    parser = argparse.ArgumentParser(
        prog="mtdetect explain",
        description="What one kind of evidence means, where it comes from and what it weighs.",
        allow_abbrev=False,
    )
    parser.add_argument("name", metavar="NAME", help="as printed by mtdetect signals")
    _add_model(parser)
    options = parser.parse_args(argv)
    from mtdetect.render.catalogue import OTHER_TERMS, render_page  # noqa: PLC0415 - as above
    from mtdetect.signals import catalogue  # noqa: PLC0415 - compiles every rule

    name, signals = options.name.replace("-", "_"), catalogue()
    if name in OTHER_TERMS:
        _write(f"{name}\n\n{OTHER_TERMS[name]}\n", None)
        return CLEAN
    if name not in signals:
        close = difflib.get_close_matches(name, [*signals, *OTHER_TERMS], n=1)
        guess = f"did you mean {close[0]}? " if close else ""
        _complain(f"no signal is called {options.name}; {guess}(mtdetect signals lists them)")
        return FAILED
    header = _header(options.model)
    if header is None:
        return FAILED
    from mtdetect import model, record  # noqa: PLC0415 - not needed for --help

    path = record.beside(Path(options.model) if options.model else model.default_path())
    try:
        counted = record.load(path) if path.exists() else None
    except model.ModelError as error:
        _complain(str(error))
        return FAILED
    _write(render_page(signals[name], header, counted) + "\n", None)
    return CLEAN
