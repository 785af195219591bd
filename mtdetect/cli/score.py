"""The main job: read files, rate them, report."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mtdetect import config as settings_of
from mtdetect import files
from mtdetect.cli import options as options_of
from mtdetect.cli.console import (
    CLEAN,
    FAILED,
    FLAGGED,
    complain,
    is_terminal,
    wants_color,
    write,
)
from mtdetect.cli.tell import versions

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from mtdetect.baseline import Baseline
    from mtdetect.config import Config, Settings
    from mtdetect.detector import Detector
    from mtdetect.profile import Profile
    from mtdetect.reading import Source
    from mtdetect.result import Result, Scored

_PROGRESS_FROM: Final = 20  # fewer files are done before anyone wonders
_NO_TERMINAL_WIDTH: Final = 100


@dataclass
class _Run:
    """What one call of the command goes by."""

    options: argparse.Namespace
    config: Config
    found: list[str | files.UnreadableError]
    detectors: _Detectors
    baseline: Baseline | None
    tally: Counter[str] = field(default_factory=Counter)

    @property
    def settings(self) -> Settings:
        """Those for all paths."""
        return self.config.settings

    @property
    def needs_findings(self) -> bool:
        """Whether anything looks at them."""
        return not self.options.quiet or bool(self.baseline or self.options.write_baseline)

    @property
    def fpr(self) -> float:
        """The operating point."""
        profile = self.detectors.profile
        return profile.fpr if profile else self.settings.fpr


class _Detectors:
    """The detector for each set of settings, set up once."""

    def __init__(self, base: Detector, profile: Profile | None) -> None:
        self.base, self.profile = base, profile
        self._made: dict[tuple[object, ...], Detector] = {}

    def for_settings(self, settings: Settings) -> Detector:
        """The detector that these settings ask for.

        Raises:
            ProfileError: the profile belongs to another model.
            ValueError: they name a signal that there is not, or one that must count.
        """
        key = (settings.select, settings.ignore, settings.min_words)
        if key not in self._made:
            select, ignore, min_words = key
            self._made[key] = self.base.adapted(
                select=select, ignore=ignore, min_words=min_words, profile=self.profile
            )
        return self._made[key]


def run(argv: Sequence[str]) -> int:
    """Rate files; the exit code."""
    parser = options_of.parser()
    options = parser.parse_args(argv)
    if options.version:
        write(versions(options.model), None)
        return CLEAN
    try:
        config = _config(options)
    except settings_of.ConfigError as error:
        complain(str(error))
        return FAILED
    if options.show_config:
        write(settings_of.show(config), None)
        return CLEAN
    found = _found(parser, options, config.settings)
    detector = _detector(config.settings)
    if detector is None:
        return FAILED
    try:
        job = _prepared(options, config, found, detector)
    except settings_of.ConfigError as error:  # the profile or the baseline
        complain(str(error))
        return FAILED
    except ValueError as error:
        parser.error(str(error))
    return _report(job)


def _config(options: argparse.Namespace) -> Config:
    """The settings in force for all paths.

    Raises:
        ConfigError: a file of settings cannot be used.
    """
    if options.no_config:
        config = settings_of.Config()
    elif options.config:
        config = settings_of.load(Path(options.config))
    else:
        config = settings_of.discover(Path())
    return config.with_command_line(options_of.given(options))


def _found(
    parser: argparse.ArgumentParser, options: argparse.Namespace, settings: Settings
) -> list[str | files.UnreadableError]:
    """What to read, after the options have been checked against each other."""
    if (options.quiet or options.explain) and settings.format != "text":
        name = "--quiet" if options.quiet else "--explain"
        parser.error(f"{name} goes with --format text only")
    if not options.files and (sys.stdin is None or sys.stdin.isatty()):
        parser.error("give a file, a folder, or - for standard input")
    arguments = options.files or [files.STDIN]
    if arguments.count(files.STDIN) > 1:
        parser.error("- may be given once: standard input can be read once")
    globs = settings.glob or options_of.default_globs()
    found = [item for argument in arguments for item in files.find(argument, globs)]
    inputs = [item for item in found if isinstance(item, str) and item != files.STDIN]
    for name, output in (("output", options.output), ("write-baseline", options.write_baseline)):
        if output and (problem := files.output_problem(output, inputs)):
            parser.error(f"--{name}: {problem}")
    return found


def _detector(settings: Settings) -> Detector | None:
    """The detector to use; None, after saying why, where its model cannot be loaded."""
    from mtdetect.detector import Detector  # noqa: PLC0415 - brings in NumPy
    from mtdetect.model import ModelError  # noqa: PLC0415 - not needed for --help

    try:
        return Detector.load(settings.model, deep=settings.deep)
    except ModelError as error:
        complain(str(error))
        return None


def _prepared(
    options: argparse.Namespace,
    config: Config,
    found: list[str | files.UnreadableError],
    base: Detector,
) -> _Run:
    """The run, after everything that its settings name has been read and tried.

    Raises:
        BaselineError: the baseline cannot be used.
        ProfileError: the profile cannot be used.
        ValueError: another setting; the message has its name.
    """
    profile, baseline = None, None
    if path := config.settings.profile:
        from mtdetect.profile import Profile  # noqa: PLC0415 - few runs have one

        profile = Profile.load(path)
        if profile.point.warning:
            complain(f"{path}: {profile.point.warning}")
    if (known := config.settings.baseline) and not options.write_baseline:
        from mtdetect.baseline import Baseline  # noqa: PLC0415 - as above

        baseline = Baseline.load(known)
    job = _Run(options, config, found, _Detectors(base, profile), baseline)
    everywhere = [job.settings]
    everywhere += [replace(job.settings, **values) for _, values in job.config.overrides]
    for settings in everywhere:
        detector = job.detectors.for_settings(settings)
    try:
        detector.score("", fpr=job.fpr, explain=False)
    except ValueError as error:  # another model may have been measured at fewer rates
        raise ValueError(f"--fpr: {error}") from None
    return job


def _report(job: _Run) -> int:
    """Score everything and write the report; the exit code."""
    results = _results(job)
    written = True
    if job.options.write_baseline:
        from mtdetect.baseline import Baseline  # noqa: PLC0415 - few runs write one

        everything = list(results)
        known = Baseline.of(everything).to_text()
        written = write(known, job.options.write_baseline)
        results = iter(everything)
    if job.settings.format in {"text", "jsonl"} and not job.options.output:
        for text in _streamed(results, job):
            write(text, None)
    else:
        written = write("".join(_whole(results, job)), job.options.output) and written
    if sum(job.tally[name] for name in (*_VERDICTS, "unreadable")) > 1 and not job.options.quiet:
        complain(_summary(job.tally))
    if not written or job.tally["unreadable"]:
        return FAILED
    return FLAGGED if job.tally["failing"] else CLEAN


def _results(job: _Run) -> Iterator[Result]:
    """A result for every text of everything found, in order; warnings and errors go out at once."""
    from mtdetect import reading  # noqa: PLC0415 - not needed for --help

    streams = (
        job.settings.format in {"text", "jsonl"}
        and not job.options.output
        and is_terminal(sys.stdout)
    )
    progress = len(job.found) > _PROGRESS_FROM and is_terminal(sys.stderr) and not streams
    for number, item in enumerate(job.found, start=1):
        if progress:
            sys.stderr.write(f"\r\x1b[K{number:,} of {len(job.found):,}")
            sys.stderr.flush()
        if isinstance(item, files.UnreadableError):
            texts: Iterator[Source | files.UnreadableError] = iter([item])
            settings = job.settings
        else:
            called = job.options.stdin_filename if item == files.STDIN else None
            settings = job.config.settings_for(called or item)
            texts = reading.read(item, filename=called, column=settings.column)
        for text in texts:
            result, remarks = _result(text, settings, job)
            if progress and (remarks or number == len(job.found)):
                sys.stderr.write("\r\x1b[K")
            for remark in remarks:
                complain(remark)
            yield result


def _result(
    text: Source | files.UnreadableError, settings: Settings, job: _Run
) -> tuple[Result, list[str]]:
    """What becomes of one text, and what to say about it on standard error."""
    from mtdetect.reading.quotes import without_quotes  # noqa: PLC0415 - not needed for --help
    from mtdetect.result import Scored  # noqa: PLC0415 - as above

    if isinstance(text, files.UnreadableError):
        job.tally["unreadable"] += 1
        return text, [f"{text.name}: {text.reason}{_hint(text)}"]
    source = without_quotes(text) if settings.skip_quotes else text
    report = job.detectors.for_settings(settings).score(
        source.text, fpr=job.fpr, explain=job.needs_findings, links=source.links
    )
    result = Scored(source, report)
    remarks = list(source.warnings)
    if settings.suppressions:
        from mtdetect import suppressions  # noqa: PLC0415 - few runs allow them

        result, problems = suppressions.apply(result)
        remarks += [f"{problem.place.brief()}: {problem.message}" for problem in problems]
    if job.baseline is not None:
        result = job.baseline.apply(result)
    job.tally[report.verdict] += 1
    job.tally["failing"] += _fails(result, settings)
    return result, [f"{source.name}: {remark}" for remark in remarks]


def _fails(result: Scored, settings: Settings) -> bool:
    """Whether the exit code must tell of this result."""
    failing = {"machine": {"machine"}, "mixed": {"machine", "mixed"}, "never": set()}
    return result.report.verdict in failing[settings.fail_on] and not result.known


def _hint(error: files.UnreadableError) -> str:
    """What a user who typed a command's name in the wrong place wants to know."""
    if error.name in _COMMANDS and error.reason == "no such file":
        return f" (the command {error.name!r} comes first on the line)"
    return ""


def _streamed(results: Iterator[Result], job: _Run) -> Iterator[str]:
    """What to print of each result, final line breaks included."""
    if job.settings.format == "jsonl":
        from mtdetect import __version__  # noqa: PLC0415 - beside its use
        from mtdetect.render import json  # noqa: PLC0415 - not needed for --version

        for result in results:
            line = json.render_line(result, version=__version__, model=job.detectors.base.model)
            yield line + "\n"
        return
    from mtdetect.render import text  # noqa: PLC0415 - not needed for --version
    from mtdetect.result import Scored  # noqa: PLC0415 - as above

    color = wants_color(job.settings.color, job.options.output)
    width = shutil.get_terminal_size((_NO_TERMINAL_WIDTH, 24)).columns
    for result in results:
        if not isinstance(result, Scored):
            continue
        if not job.options.quiet:
            shown = text.render(result, width=width, color=color, explain=job.options.explain)
            yield shown + ("\n\n" if "\n" in shown else "\n")
        elif result.report.verdict in {"machine", "mixed"} and not result.known:
            yield text.render_line(result.source.name, result.report, color=color) + "\n"


def _whole(results: Iterator[Result], job: _Run) -> Iterator[str]:
    """The report on all results together."""
    if job.settings.format in {"text", "jsonl"}:
        yield from _streamed(results, job)
        return
    from mtdetect import __version__  # noqa: PLC0415 - beside its use

    renderer = import_module(f"mtdetect.render.{_RENDERERS[job.settings.format]}")
    yield renderer.render(list(results), version=__version__, model=job.detectors.base.model)
    yield "\n"


_COMMANDS: Final = frozenset({"signals", "explain", "calibrate", "corpus", "serve"})
_RENDERERS: Final = {name: name for name in settings_of.FORMATS}
_VERDICTS: Final = ("machine", "mixed", "human", "insufficient")


def _summary(tally: Counter[str]) -> str:
    scored = sum(tally[verdict] for verdict in _VERDICTS)
    parts = ", ".join(f"{tally[verdict]} {verdict}" for verdict in _VERDICTS if tally[verdict])
    line = f"{scored:,} {'text' if scored == 1 else 'texts'} scored"
    line += f": {parts}" if parts else ""
    return line + (f"; {tally['unreadable']} could not be read" if tally["unreadable"] else "")
