"""``mtdetect calibrate``: an operating point measured on the house's own texts."""

from __future__ import annotations

import argparse
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mtdetect import __version__, config, files, house, reading, seen
from mtdetect.cli.console import CLEAN, FAILED, complain, is_terminal, write
from mtdetect.cli.options import add_choice, checked, default_globs
from mtdetect.cli.tell import add_deep, add_model
from mtdetect.detector import Detector
from mtdetect.model import ModelError, default_path
from mtdetect.profile import Profile, summary
from mtdetect.reading.quotes import without_quotes
from mtdetect.result import Scored

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtdetect.result import Result

_DESCRIPTION = """\
Measure the score on texts that you know to be written by people, and store the operating point at
which a share --fpr of such texts is flagged, as machine or as mixed. Use it with --profile.

The texts should be like those to be judged: same desks, same writers, same editing. Texts of which
translations by a machine may be a part make the point worth nothing.
"""


def run(argv: Sequence[str]) -> int:
    """Measure, store and say what was measured; the exit code."""
    parser = _parser()
    options = parser.parse_args(argv)
    globs = options.glob or default_globs()
    found = [item for folder in options.human for item in files.find(folder, globs)]
    inputs = [item for item in found if isinstance(item, str)]
    if problem := files.output_problem(options.output, inputs):
        parser.error(f"--output: {problem}")
    try:
        detector = Detector.load(options.model, deep=options.deep)
        point = house.measure(
            _results(found, detector, options.column, skip_quotes=options.skip_quotes),
            detector.thresholds,
            fpr=options.fpr,
            seen=_seen(options.model),
        )
    except (ModelError, house.TooFewTextsError, ValueError) as error:
        complain(str(error))
        return FAILED
    profile = Profile(
        name=options.name or Path(options.output).stem,
        created=datetime.now(tz=UTC).date(),
        mtdetect=__version__,
        redo=shlex.join(["mtdetect", "calibrate", *argv]),
        model=detector.model,
        point=point,
    )
    if not write(profile.to_text(), options.output):
        return FAILED
    write(summary(profile), None)
    if point.warning:
        complain(f"warning: {point.warning}")
    return FAILED if point.unreadable else CLEAN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mtdetect calibrate",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--human", nargs="+", required=True, metavar="PATH", help="files or folders of human texts")
    add(
        "--fpr",
        type=checked(config.share),
        default=0.01,
        metavar="SHARE",
        help="share of such texts that may be flagged, 0.001 to 0.2 (default: 0.01)",
    )
    add(
        "-o", "--output", required=True, metavar="FILE", help="the profile to write, such as a.toml"
    )
    add("--name", help="what reports call the profile (default: the name of FILE)")
    add_choice(parser)
    add(
        "--skip-quotes",
        action="store_true",
        help="leave quotations out, for a house that scores its texts so",
    )
    add_model(parser)
    add_deep(parser)
    return parser


def _results(
    found: Sequence[str | files.UnreadableError],
    detector: Detector,
    column: str | None,
    *,
    skip_quotes: bool,
) -> Iterator[Result]:
    """Every text scored, with what is being done on a terminal."""
    shows = is_terminal(sys.stderr)
    for number, item in enumerate(found, start=1):
        if shows:
            sys.stderr.write(f"\r\x1b[K{number:,} of {len(found):,}")
            sys.stderr.flush()
        texts = iter([item]) if not isinstance(item, str) else reading.read(item, column=column)
        for text in texts:
            if isinstance(text, files.UnreadableError):
                complain(f"{text.name}: {text.reason}")
                yield text
            else:
                source = without_quotes(text) if skip_quotes else text
                report = detector.score(source.text, explain=False, links=source.links)
                yield Scored(source, report)
    if shows:
        sys.stderr.write("\r\x1b[K")


def _seen(model: str | None) -> seen.SeenTexts | None:
    """The texts that the model was made from; None where that is not recorded.

    Raises:
        ModelError: the record is damaged.
    """
    path = seen.beside(Path(model) if model else default_path())
    return seen.SeenTexts.load(path) if path.exists() else None
