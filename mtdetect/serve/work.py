"""From a request's bytes to an answer: all that a worker does, without the process around it."""

from __future__ import annotations

import sys
import traceback
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from mtdetect import __version__
from mtdetect.reading import UnreadableError
from mtdetect.render import html, json
from mtdetect.result import Scored
from mtdetect.serve import sent
from mtdetect.serve.messages import HTML, JSON, Answer
from mtdetect.serve.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtdetect.detector import Detector
    from mtdetect.result import Result
    from mtdetect.serve.messages import Job

_FAULT: Final = "an error inside mtdetect ({}); please report it"


class Desk:
    """A detector with the operating point that holds where a request names none.

    Args:
        detector: with the profile, if there is one.
        fpr: the usual false-positive rate; None for the detector's own.
    """

    def __init__(self, detector: Detector, fpr: float | None = None) -> None:
        self._detector, self._fpr = detector, fpr

    def answer(self, job: Job) -> Answer:
        """The report on what a request holds, or what is wrong with it; raises nothing."""
        try:
            return self._batch(job) if job.batch else self._one(job)
        except Problem as problem:
            return problem.answer(html=job.html)
        except Exception as error:  # noqa: BLE001 - the next request must be served
            message = _FAULT.format(_told(error))
            return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, message).answer(html=job.html)

    def _one(self, job: Job) -> Answer:
        found = sent.one(job)
        return self._rendered([self._result(found)], job, single=True)

    def _batch(self, job: Job) -> Answer:
        return self._rendered(list(self._results(sent.many(job))), job, single=False)

    def _results(self, items: list[sent.Sent]) -> Iterator[Result]:
        """A result for every item, in order; one that fails does not take the others with it."""
        for item in items:
            try:
                yield self._result(item)
            except Problem as problem:
                yield UnreadableError(item.source.name, problem.message)
            except Exception as error:  # noqa: BLE001 - as above
                yield UnreadableError(item.source.name, _FAULT.format(_told(error)))

    def _result(self, item: sent.Sent) -> Result:
        """The text scored.

        Raises:
            Problem: the model, or the profile, was not measured at the rate asked for.
        """
        source = item.source
        if isinstance(source, UnreadableError):
            return source
        fpr = self._fpr if item.fpr is None else item.fpr
        if item.fpr is not None:
            try:
                self._detector.score("", fpr=fpr, explain=False)
            except ValueError as error:
                raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"fpr: {error}") from None
        return Scored(source, self._detector.score(source.text, fpr=fpr, links=source.links))

    def _rendered(self, results: list[Result], job: Job, *, single: bool) -> Answer:
        model = self._detector.model
        if job.html:
            page = html.render(results, version=__version__, model=model)
            return Answer(HTTPStatus.OK, HTML, page.encode("utf-8", "replace"))
        if single:
            text = json.render_line(results[0], version=__version__, model=model)
        else:
            text = json.render(results, version=__version__, model=model)
        return Answer(HTTPStatus.OK, JSON, text.encode())


def _told(error: Exception) -> str:
    """The kind of an error, after a line about where it arose; its words may quote the text."""
    kind = type(error).__name__
    last = traceback.extract_tb(error.__traceback__)[-1]
    if sys.stderr is not None:
        sys.stderr.write(f"mtdetect: {kind} in {last.name}, {last.filename}:{last.lineno}\n")
        sys.stderr.flush()
    return kind
