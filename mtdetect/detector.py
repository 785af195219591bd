"""The detector: a loaded model that scores texts."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from mtdetect import model as model_file
from mtdetect.evidence import UnknownSignalError
from mtdetect.rating import Rater
from mtdetect.text import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mtdetect.report import ModelId, Report

CHUNK = 32
"""Texts sent to a worker at a time."""


class Detector:
    """Scores texts with one model; immutable, so it may be shared between threads."""

    def __init__(self, rater: Rater) -> None:
        self._rater = rater

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Detector:
        """Read a model: the ``.npz`` file, with its ``.json`` beside it.

        Raises:
            ModelError: a file is missing, damaged, or made for another version.
        """
        resolved = Path(path)
        model_file.checked_header(resolved)
        loaded = model_file.load(resolved)
        try:
            return cls(Rater.from_model(loaded))
        except (TypeError, UnknownSignalError) as error:
            raise model_file.ModelError(
                f"{resolved.with_suffix('.json')}: not a usable model header: {error}"
            ) from error

    @classmethod
    def default(cls) -> Detector:
        """The shipped model, read once a process."""
        return _default()

    @property
    def model(self) -> ModelId:
        """Name, version and digest of the model."""
        return self._rater.model

    def score(self, text: str, *, fpr: float = 0.01, explain: bool = True) -> Report:
        """Rate one text.

        Args:
            text: any string; spans in the report are code points of it.
            fpr: the operating point, the share of human texts that may be flagged.
            explain: False leaves findings and contributions empty; all else is the same.

        Raises:
            TypeError: ``text`` is not a string.
            ValueError: ``fpr`` lies outside the rates that the model was measured at.
        """
        if not isinstance(text, str):
            raise TypeError(f"text must be a str, not {type(text).__name__}")
        return self._rater.rate(Document(text), fpr=fpr, explain=explain)

    def score_many(
        self, texts: Iterable[str], *, fpr: float = 0.01, explain: bool = True, n_jobs: int = 1
    ) -> Iterator[Report]:
        """Rate texts lazily: a report out for every text in, in order.

        Args:
            texts: any iterable; it is read a few chunks ahead of the reports taken.
            fpr: as in ``score``.
            explain: as in ``score``.
            n_jobs: worker processes; 1 works in this process, -1 takes one for each core.

        Raises:
            TypeError: ``texts`` is a single string.
            ValueError: ``n_jobs`` is neither positive nor -1.
        """
        if isinstance(texts, str):
            raise TypeError("texts must be an iterable of str, not one str; see score()")
        if n_jobs == -1:
            n_jobs = os.cpu_count() or 1
        if n_jobs < 1:
            raise ValueError(f"n_jobs must be positive or -1, not {n_jobs}")
        if n_jobs == 1:
            return (self.score(text, fpr=fpr, explain=explain) for text in texts)
        return self._score_in_workers(iter(texts), fpr, explain, n_jobs)

    def _score_in_workers(
        self, texts: Iterator[str], fpr: float, explain: bool, n_jobs: int
    ) -> Iterator[Report]:
        pending: deque[Future[list[Report]]] = deque()
        with ProcessPoolExecutor(n_jobs, initializer=_set_worker, initargs=(self,)) as pool:
            try:
                while True:
                    while len(pending) < 2 * n_jobs and (chunk := list(islice(texts, CHUNK))):
                        pending.append(pool.submit(_score_in_worker, chunk, fpr, explain))
                    if not pending:
                        return
                    yield from pending.popleft().result()
            finally:
                for future in pending:
                    future.cancel()


@cache
def _default() -> Detector:
    return Detector.load(model_file.default_path())


_worker: list[Detector] = []


def _set_worker(detector: Detector) -> None:
    _worker[:] = [detector]


def _score_in_worker(texts: list[str], fpr: float, explain: bool) -> list[Report]:
    return [_worker[0].score(text, fpr=fpr, explain=explain) for text in texts]
