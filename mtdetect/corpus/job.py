"""A run: inputs to one result, row by row, so that it can be killed at any moment and resumed."""

from __future__ import annotations

import json
import time
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mtdetect import __version__, files
from mtdetect.corpus import formats, output, parquet, streams
from mtdetect.corpus.errors import CorpusError, DamagedError
from mtdetect.corpus.journal import Journal, identity
from mtdetect.corpus.output import Part
from mtdetect.corpus.work import Task, Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mtdetect.batch import Scorer
    from mtdetect.corpus.formats import Format
    from mtdetect.corpus.work import Done

FRAME_BATCHES: Final = 16
"""Batches in a frame: what is compressed by itself, and after which a run can be resumed."""

_SECONDS_BETWEEN_SYNCS: Final = 2.0


@dataclass(frozen=True)
class Job:
    """What is to be done.

    Attributes:
        inputs: names of files of one format, read in this order.
        output: the name of the result; its ending tells the format.
        scorer: what scores the texts; its ``column`` is the field with the text.
        drop_above: rows of a higher probability go to a file of their own.
        n_jobs: worker processes.
        resume: go on with an unfinished run, if there is one.
    """

    inputs: tuple[str, ...]
    output: str
    scorer: Scorer
    drop_above: float | None = None
    n_jobs: int = 1
    resume: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    Attributes:
        tally: how many "rows", "errors", "dropped", and rows of each verdict.
        damages: inputs that could not be read to their end, with the reasons.
        resumed: rows that were in the result before, None where the run began anew.
        already_done: the result was whole before.
    """

    tally: Counter[str] = field(default_factory=Counter)
    damages: tuple[str, ...] = ()
    resumed: int | None = None
    already_done: bool = False


def run(job: Job, progress: Callable[[int, float], None] = lambda _rows, _share: None) -> Outcome:
    """Score all rows of the inputs into the result.

    Args:
        job: what is to be done.
        progress: called after each batch with the rows done, those of an earlier run counted, and
            the share of the input read, 0 to 1.

    Raises:
        CorpusError: the run cannot begin or go on; what is done is kept for ``resume``.
        ModelError, ProfileError, ValueError: the scorer's settings are wrong.
        OSError: the result cannot be written; what is done is kept.
    """
    kind, form = formats.target(job.inputs, job.output)
    targets = _targets(job, form)
    fresh = _fresh(job, kind, form)
    path = targets[0].with_name(targets[0].name + output.PART + ".json")
    resumed = path.exists()
    if resumed and not job.resume:
        raise CorpusError(
            f"{path} is there from an unfinished run: --resume goes on with it;"
            " to begin anew, delete the .part files"
        )
    if resumed:
        journal = Journal.load(path)
        journal.refuse_other(fresh)
    elif job.resume and targets[0].exists():
        return Outcome(already_done=True)
    else:
        journal = fresh
    before = journal.tally.get("rows", 0) if resumed else None
    if not journal.complete:
        header = _header(job, kind, form)
        if not resumed:
            _refuse_strangers(targets)
            journal.lengths = [0] * len(targets)
            journal.save(path)
        _Scoring(job, kind, form, journal, path, progress).go(targets, header)
    _finish(targets, form, journal, path)
    return Outcome(Counter(journal.tally), tuple(journal.damages), before)


def _targets(job: Job, form: Format) -> list[Path]:
    """The results: that of the rows kept and, if there may be any, that of the rows dropped.

    Raises:
        CorpusError: they cannot be written.
    """
    names = [str(Path(job.output).resolve())]
    if job.drop_above is not None:
        names.append(formats.dropped_name(names[0]))
    for name in names:
        if problem := files.output_problem(name, job.inputs):
            raise CorpusError(problem)
        if Path(name).exists() and not Path(name).is_file():
            raise CorpusError(f"{name}: not a file")
    streams.check(form.compression)
    if form.kind == "parquet":
        parquet.check()
    return [Path(name) for name in names]


def _fresh(job: Job, kind: str, form: Format) -> Journal:
    """The journal of a run that has done nothing yet."""
    settings: dict[str, Any] = {
        "mtdetect": __version__,
        **job.scorer.signature(),
        "drop_above": job.drop_above,
        "formats": [kind, *form],
    }
    inputs = []
    for name in job.inputs:
        path = Path(name)
        try:
            if path.exists() and not path.is_file():
                what = "a folder" if path.is_dir() else "no file that could be read again"
                raise CorpusError(f"{name} is {what}")
            inputs.append(identity(path, name))
        except OSError as error:
            raise CorpusError(f"{name}: {files.reason(error)}") from None
    return Journal(json.loads(json.dumps(settings)), inputs)


def _header(job: Job, kind: str, form: Format) -> bytes:
    """What the results begin with, after a look at the beginning of every input.

    Raises:
        CorpusError: an input is not what its name says, or has other columns than the first.
    """
    shapes: dict[str, str] = {}
    header = b""
    for name in job.inputs:
        reader = formats.reader(Path(name), kind, job.scorer, to=form.kind)
        reader.close()
        header = header if shapes else reader.header
        shapes.setdefault(reader.shape, name)
        if len(shapes) > 1:
            first, other = shapes.values()
            raise CorpusError(f"{other} has other columns than {first}; run the command for each")
    return header


def _refuse_strangers(targets: Sequence[Path]) -> None:
    """A part without a journal is none of ours.

    Raises:
        CorpusError: there is one.
    """
    for part in map(output.part_of, targets):
        if part.exists():
            raise CorpusError(f"{part} is in the way: delete it")


def _finish(targets: Sequence[Path], form: Format, journal: Journal, path: Path) -> None:
    """Give the results their names; done again after a crash, it does what was left."""
    for target, length in zip(targets, journal.lengths, strict=True):
        if output.part_of(target).exists():
            with closing(Part(target, form, length)) as part:
                part.finish()
        elif not target.exists():
            raise CorpusError(f"{output.part_of(target)} is gone; begin anew without {path}")
    path.unlink()


class _Scoring:
    """The way from where the journal stands to the last row."""

    def __init__(
        self,
        job: Job,
        kind: str,
        form: Format,
        journal: Journal,
        path: Path,
        progress: Callable[[int, float], None],
    ) -> None:
        self._job, self._kind, self._form = job, kind, form
        self._journal, self._path, self._progress = journal, path, progress
        self._at = (journal.input, journal.rows)
        self._tally = Counter(journal.tally)
        self._frames: list[bytearray] = []
        self._n_batches = 0
        self._synced = time.monotonic()

    def go(self, targets: Sequence[Path], header: bytes) -> None:
        """Score what is left."""
        anew = not any(self._journal.lengths)
        self._frames = [bytearray(header if anew else b"") for _ in targets]
        with ExitStack() as stack:
            parts = [
                stack.enter_context(closing(Part(target, self._form, length)))
                for target, length in zip(targets, self._journal.lengths, strict=True)
            ]
            workers = stack.enter_context(Workers(self._job.n_jobs))
            for index in range(self._journal.input, len(self._job.inputs)):
                self._read(index, parts, workers)
            self._end_frame(parts)
            for part in parts:
                part.fill()
            self._journal.complete = True
            self._save(parts)

    def _read(self, index: int, parts: Sequence[Part], workers: Workers) -> None:
        """Score the rows of one input that are not in the result."""
        name = self._job.inputs[index]
        if index != self._at[0]:
            self._at = (index, 0)
        reader = formats.reader(Path(name), self._kind, self._job.scorer, to=self._form.kind)
        task = Task(reader.codec, self._job.drop_above)
        with closing(reader):
            try:
                for done in workers.map(task, reader.batches(self._at[1])):
                    self._take(done, parts)
                    self._progress(self._tally["rows"], self._share(index, reader.share()))
            except DamagedError as error:
                place = f"after row {self._at[1]:,}"
                self._journal.damages.append(f"{name}: cannot be read {place}: {error}")

    def _take(self, done: Done, parts: Sequence[Part]) -> None:
        """Write one batch."""
        for frame, rows in zip(self._frames, (done.kept, done.dropped), strict=False):
            frame.extend(rows)
        self._tally += done.tally
        self._at = (self._at[0], self._at[1] + done.tally["rows"])
        self._n_batches += 1
        if self._n_batches == FRAME_BATCHES:
            self._end_frame(parts)
            if time.monotonic() - self._synced > _SECONDS_BETWEEN_SYNCS:
                self._save(parts)

    def _end_frame(self, parts: Sequence[Part]) -> None:
        for part, frame in zip(parts, self._frames, strict=True):
            part.append(bytes(frame))
            frame.clear()
        self._n_batches = 0

    def _save(self, parts: Sequence[Part]) -> None:
        """Note how far the results are, once they are so on the disk."""
        self._journal.lengths = [part.sync() for part in parts]
        self._journal.input, self._journal.rows = self._at
        self._journal.tally = dict(self._tally)
        self._journal.save(self._path)
        self._synced = time.monotonic()

    def _share(self, index: int, share: float) -> float:
        sizes: list[int] = [item["size"] for item in self._journal.inputs]
        return (sum(sizes[:index]) + share * sizes[index]) / max(sum(sizes), 1)
