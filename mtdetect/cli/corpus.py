"""``mtdetect corpus``: files of any size scored row by row."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING, Final

from mtdetect import files
from mtdetect.cli.console import CLEAN, FAILED, complain, is_terminal
from mtdetect.cli.options import add_ignore, add_point
from mtdetect.cli.tell import add_deep, add_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtdetect.corpus import Job, Outcome

_DESCRIPTION = """\
Score every row of JSON Lines, CSV, TSV, Parquet, WARC or WET files, plain or compressed with gzip
or Zstandard, into one file. A row comes out for every row in, in order, as it was, with columns
added: mtdetect_probability, mtdetect_log_odds, mtdetect_verdict, mtdetect_error.
"""
_EPILOG = """\
examples:
  mtdetect corpus crawl.jsonl.gz scored.jsonl.gz
  mtdetect corpus --jobs 8 --resume CC-*.warc.gz pages.jsonl.zst
  mtdetect corpus --text-field body --drop-above 0.95 posts.parquet clean.parquet

exit codes:
  0    every row is in the result; how many have an error is said on standard error
  2    wrong usage; an input that could not be read to its end (what could be is in the result);
       no row that could be scored; or the run stopped, and --resume goes on with it
  130  interrupted; --resume goes on

Settings files are not read. docs/corpus.md tells more.
"""
_EVERY: Final = 0.2  # seconds between two lines of progress
_VERDICTS: Final = ("machine", "mixed", "human", "insufficient")


def run(argv: Sequence[str]) -> int:
    """Score the files; the exit code."""
    parser = _parser()
    options = parser.parse_args(argv)
    if len(options.paths) < 2:
        parser.error("give at least one input, and the output last")
    from mtdetect.corpus import CorpusError, run  # noqa: PLC0415 - not needed for --help
    from mtdetect.model import ModelError  # noqa: PLC0415 - as above
    from mtdetect.profile import ProfileError  # noqa: PLC0415 - as above

    progress = _Progress() if is_terminal(sys.stderr) else None
    try:
        job = _job(options)
        outcome = run(job, progress.show) if progress else run(job)
    except ValueError as error:
        parser.error(str(error))
    except (CorpusError, ModelError, ProfileError) as error:
        problem = str(error)
    except OSError as error:
        problem = f"{options.paths[-1]}: cannot be written: {files.reason(error)}"
    except KeyboardInterrupt:
        complain("interrupted; --resume goes on")
        raise
    else:
        problem = ""
    finally:
        if progress:
            progress.clear()
    if problem:
        complain(problem)
        return FAILED
    return _told(job, outcome)


def _told(job: Job, outcome: Outcome) -> int:
    """Say what came of the run; the exit code."""
    if outcome.already_done:
        complain(f"{job.output}: there already, and no run is unfinished; delete it to begin anew")
        return CLEAN
    for damage in outcome.damages:
        complain(damage)
    tally = outcome.tally
    complain(f"{job.output}: {_summary(outcome)}")
    nothing_scored = tally["errors"] == tally["rows"] > 0
    return FAILED if outcome.damages or nothing_scored else CLEAN


def _summary(outcome: Outcome) -> str:
    tally = outcome.tally
    line = f"{tally['rows']:,} {'row' if tally['rows'] == 1 else 'rows'}"
    parts = [f"{tally[name]:,} {name}" for name in _VERDICTS if tally[name]]
    parts += [f"{tally['errors']:,} with an error"] if tally["errors"] else []
    parts += [f"{tally['dropped']:,} dropped"] if tally["dropped"] else []
    line += f": {', '.join(parts)}" if parts else ""
    return line if outcome.resumed is None else f"{line} ({outcome.resumed:,} from an earlier run)"


class _Progress:
    """A line that tells rows, share, rate and time left, on a terminal."""

    def __init__(self) -> None:
        self._started = self._shown = time.monotonic()
        self._first: tuple[int, float] | None = None

    def show(self, rows: int, share: float) -> None:
        """Say how far the run has come."""
        now = time.monotonic()
        if self._first is None:  # what was skipped, and the model's loading, tell nothing
            self._first, self._started = (rows, share), now
        if now - self._shown < _EVERY:
            return
        self._shown = now
        taken = now - self._started
        done, gained = rows - self._first[0], share - self._first[1]
        line = f"{rows:,} rows  {share:.0%}"
        if done and taken > 1:
            line += f"  {done / taken:,.0f} rows/s"
        if gained > 0 and taken > 1:
            line += f"  {_duration(taken * (1 - share) / gained)} left"
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def _job(options: argparse.Namespace) -> Job:
    from mtdetect.batch import Scorer  # noqa: PLC0415 - not needed for --help
    from mtdetect.corpus import Job  # noqa: PLC0415 - as above

    scorer = Scorer(
        column=options.text_field,
        fpr=options.fpr,
        profile=options.profile,
        model=options.model,
        deep=options.deep,
        ignore=tuple(options.ignore or ()),
        score_only=options.score_only,
        annotate=options.annotate,
        prefix=options.prefix,
    )
    *inputs, output = options.paths
    return Job(
        inputs=tuple(inputs),
        output=output,
        scorer=scorer,
        drop_above=options.drop_above,
        n_jobs=options.jobs,
        resume=options.resume,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mtdetect corpus",
        usage="mtdetect corpus [options] IN [IN ...] OUT",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("paths", nargs="+", metavar="FILE", help="the inputs, all of one format, then the output")
    add(
        "--text-field",
        default="text",
        metavar="NAME",
        help="field or column with the text (default: text); of pages, what to call it",
    )
    how_much = parser.add_mutually_exclusive_group().add_argument
    how_much("--score-only", action="store_true", help="leave the verdict out")
    how_much("--annotate", action="store_true", help="add suspect passages and findings")
    add(
        "--drop-above",
        type=_probability,
        metavar="P",
        help="rows of a higher probability go to OUT.dropped.EXT instead",
    )
    add("--prefix", default="mtdetect_", help="of the columns added (default: mtdetect_)")
    add("--jobs", type=_count, default=1, metavar="N", help="worker processes (default: 1)")
    add("--resume", action="store_true", help="go on with an unfinished run, if there is one")
    add_point(parser)
    add_ignore(parser)
    add_model(parser)
    add_deep(parser)
    return parser


def _probability(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{value!r} is not a probability from 0 to 1")
    return number


def _count(value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"{value!r} is not a number of processes")
    return int(value)
