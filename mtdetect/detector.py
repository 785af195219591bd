"""The detector: a loaded model that scores texts."""

from __future__ import annotations

import difflib
import os
from collections import deque
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from mtdetect import model as model_file
from mtdetect.evidence import UnknownSignalError
from mtdetect.rating import MIN_WORDS, Rater
from mtdetect.signals import catalogue
from mtdetect.text import Document

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from mtdetect.calibration import Thresholds
    from mtdetect.profile import Profile
    from mtdetect.report import ModelId, Report
    from mtdetect.text import Span

CHUNK = 32
"""Texts sent to a worker at a time."""


class Detector:
    """Scores texts with one model; immutable, so it may be shared between threads."""

    def __init__(self, rater: Rater) -> None:
        self._rater = rater

    @classmethod
    def load(cls, path: str | os.PathLike[str] | None = None, *, deep: bool = False) -> Detector:
        """Read a model: the ``.npz`` file, with its ``.json`` beside it.

        Args:
            path: of the ``.npz`` file; None for the shipped model, which is read once a process.
            deep: take in a second opinion, a small neural network whose file stands beside: surer,
                and far slower. Needs ``mtdetect[deep]``.

        Raises:
            ModelError: a file is missing, damaged, or made for another version; or a library that
                a second opinion needs is.
        """
        if path is None:
            return _default(deep)
        resolved = Path(path)
        model_file.checked_header(resolved)
        loaded = model_file.load(resolved)
        try:
            rater = Rater.from_model(loaded)
        except (TypeError, UnknownSignalError) as error:
            raise model_file.ModelError(
                f"{resolved.with_suffix('.json')}: not a usable model header: {error}"
            ) from error
        return cls(_deepened(rater, resolved) if deep else rater)

    @classmethod
    def default(cls) -> Detector:
        """The shipped model, read once a process."""
        return _default(deep=False)

    @property
    def model(self) -> ModelId:
        """Name, version and digest of the model."""
        return self._rater.model

    @property
    def thresholds(self) -> Thresholds:
        """Of the operating points."""
        return self._rater.thresholds

    def adapted(
        self,
        *,
        select: Collection[str] = (),
        ignore: Collection[str] = (),
        min_words: int = MIN_WORDS,
        profile: Profile | None = None,
    ) -> Detector:
        """A detector with the same model, set up for a house.

        Args:
            select: signals that count, by name; empty for all. Signals of a human hand always
                count: without them, more human texts than stated would be flagged.
            ignore: signals that do not count.
            min_words: words of prose below which no verdict is given.
            profile: an operating point of the house's own, in place of the model's.

        Raises:
            ProfileError: the profile was measured with another model.
            ValueError: a name is no signal's, or that of a signal of a human hand; or ``min_words``
                is smaller than the model can tell anything about.
        """
        if min_words < MIN_WORDS:
            raise ValueError(f"min_words must be {MIN_WORDS} or more, not {min_words}")
        rater = replace(self._rater, ignored=_left_out(select, ignore), min_words=min_words)
        if profile is not None:
            rater = replace(rater, thresholds=profile.thresholds(rater.thresholds, rater.model))
        return Detector(rater)

    def score(
        self,
        text: str,
        *,
        fpr: float | None = None,
        explain: bool = True,
        links: Sequence[Span] = (),
    ) -> Report:
        """Rate one text.

        Args:
            text: any string; spans in the report are code points of it.
            fpr: the operating point, the share of human texts that may be flagged; by default that
                of the profile, or 0.01.
            explain: False leaves findings and contributions empty; all else is the same.
            links: spans of ``text`` that were links or emphasis in its markup, in order. A page
                breaks at its links.

        Raises:
            TypeError: ``text`` is not a string.
            ValueError: ``fpr`` lies outside the rates that the model was measured at.
        """
        if not isinstance(text, str):
            raise TypeError(f"text must be a str, not {type(text).__name__}")
        if fpr is None:
            fpr = self._rater.thresholds.usual_fpr
        return self._rater.rate(Document(text, links), fpr=fpr, explain=explain)

    def score_many(
        self,
        texts: Iterable[str],
        *,
        fpr: float | None = None,
        explain: bool = True,
        n_jobs: int = 1,
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
        self, texts: Iterator[str], fpr: float | None, explain: bool, n_jobs: int
    ) -> Iterator[Report]:
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - slow, and rarely used

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


def _left_out(select: Collection[str], ignore: Collection[str]) -> frozenset[str]:
    """The signals that do not count.

    Raises:
        ValueError: a name is unknown, or evidence of a human hand would be left out.
    """
    known = catalogue()
    for name in (*select, *ignore):
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            guess = f"; did you mean {close[0]}?" if close else ""
            raise ValueError(f"no signal is called {name!r}{guess}")
    for name in ignore:
        if known[name].family == "human":
            raise ValueError(
                f"{name} speaks for a human hand; without it, more human texts than stated"
                " would be flagged"
            )
    machine = {name for name, signal in known.items() if signal.family != "human"}
    return frozenset(ignore) | (machine - set(select) if select else frozenset())


def _deepened(rater: Rater, path: Path) -> Rater:
    from mtdetect import deep  # noqa: PLC0415 - few have what it needs

    file = deep.beside(path)
    opinion = deep.load(file)
    if opinion.settings.belongs_to != rater.model.sha256:
        raise model_file.ModelError(f"{file} was made for another model than {path.name}")
    return rater.deepened(opinion)


@cache
def _default(deep: bool) -> Detector:
    return Detector.load(model_file.default_path(), deep=deep)


_worker: list[Detector] = []


def _set_worker(detector: Detector) -> None:
    _worker[:] = [detector]


def _score_in_worker(texts: list[str], fpr: float | None, explain: bool) -> list[Report]:
    return [_worker[0].score(text, fpr=fpr, explain=explain) for text in texts]
