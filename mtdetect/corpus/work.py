"""Batches scored by worker processes, in order, and never far ahead of what is written."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

from mtdetect.corpus.errors import CorpusError, DamagedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from mtdetect.corpus.rows import Batch, Codec


class Done(NamedTuple):
    """A batch as it is written: the rows kept, those dropped, and what was counted."""

    kept: bytes
    dropped: bytes
    tally: Counter[str]


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker does to the batches of one file; it is pickled."""

    codec: Codec
    drop_above: float | None

    def __call__(self, batch: Batch) -> Done:
        """Score a batch and spell out its rows."""
        scorer = self.codec.scorer
        records = self.codec.records(batch.payload)
        values = [scorer.row(record.cell, record.links) for record in records]
        rows = [dict(zip(scorer.fields, row, strict=True)) for row in values]
        tally = Counter(str(row["verdict"]) for row in rows if row.get("verdict"))
        tally["rows"] = len(rows)
        tally["errors"] = sum(row["error"] is not None for row in rows)
        dropped = [i for i, row in enumerate(rows) if self._drops(row["probability"])]
        kept = sorted(set(range(len(rows))) - set(dropped))
        tally["dropped"] = len(dropped)
        encode = self.codec.encode
        return Done(
            encode(batch.payload, records, values, kept),
            encode(batch.payload, records, values, dropped) if dropped else b"",
            tally,
        )

    def _drops(self, probability: float | str | None) -> bool:
        limit = self.drop_above
        return limit is not None and isinstance(probability, float) and probability > limit


class Workers:
    """Processes for as long as the block lasts; one job works in this process.

    Args:
        n_jobs: how many.
    """

    def __init__(self, n_jobs: int) -> None:
        self._n_jobs = n_jobs
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        if self._n_jobs > 1:
            # Fresh processes: a copy of one that runs threads (PyArrow has some) can hang.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._n_jobs, context, initializer=_start_worker)
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def map(self, task: Callable[[Batch], Done], batches: Iterator[Batch]) -> Iterator[Done]:
        """What becomes of each batch, in order; at most two for each process are under way.

        Raises:
            CorpusError: a worker was killed.
            DamagedError: ``batches`` raises it; what came before comes out first.
        """
        if self._pool is None:
            yield from map(task, batches)
            return
        waiting: deque[Future[Done]] = deque()
        damage: list[Exception] = []
        try:
            while True:
                while len(waiting) < 2 * self._n_jobs and not damage:
                    batch = _next(batches, damage)
                    if batch is None:
                        break
                    waiting.append(self._pool.submit(task, batch))
                if not waiting:
                    break
                yield waiting.popleft().result()
        except BrokenProcessPool:
            raise CorpusError(
                "a worker process was killed, perhaps for lack of memory; --resume goes on"
            ) from None
        if damage:
            raise damage[0]


def _next(batches: Iterator[Batch], damage: list[Exception]) -> Batch | None:
    """The next batch; None at the end, or where reading fails, which is noted."""
    try:
        return next(batches, None)
    except DamagedError as error:
        damage.append(error)
        return None


def _start_worker() -> None:
    """Leave Ctrl-C to the first process, and end with it even where that is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
