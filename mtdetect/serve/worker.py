"""A process that scores what it is handed on standard input, until that is closed."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, BinaryIO

from mtdetect.serve.messages import SIZES, Job, frame, sizes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtdetect.detector import Detector


@dataclass(frozen=True, slots=True)
class Settings:
    """What a worker goes by: ``model`` and ``profile`` are paths, ``fpr`` the usual rate."""

    model: str | None = None
    profile: str | None = None
    fpr: float | None = None
    deep: bool = False


def main(argv: Sequence[str] | None = None) -> None:
    """Load the model, say so, and answer job after job. ``argv`` holds the settings as JSON."""
    # The parent decides when to stop: by closing the pipe, whoever was told to end.
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    logging.getLogger().addHandler(logging.NullHandler())  # libraries quote what they read
    jobs, answers = sys.stdin.buffer, _private_output()
    arguments = sys.argv[1:] if argv is None else argv
    settings = Settings(**json.loads(arguments[-1]))
    try:
        detector = _detector(settings)
    except Exception as error:  # noqa: BLE001 - the parent says it
        _send(answers, frame({"error": str(error)}))
        return
    from mtdetect.serve.work import Desk  # noqa: PLC0415 - a model that cannot be read is told first

    desk = Desk(detector, settings.fpr)
    _send(answers, frame({"model": asdict(detector.model)}))
    while (job := _next(jobs)) is not None:
        answer = desk.answer(job)
        head = {"status": int(answer.status), "type": answer.type, "headers": dict(answer.headers)}
        try:
            _send(answers, frame(head, answer.body))
        except BrokenPipeError:
            return


def _private_output() -> BinaryIO:
    """The pipe to the parent, so that a stray print cannot get into it."""
    private = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return private


def _detector(settings: Settings) -> Detector:
    """The detector to use.

    Raises:
        ModelError: the model cannot be loaded.
        ProfileError: the profile cannot be used.
        ValueError: the model was not measured at this rate.
    """
    from mtdetect.detector import Detector  # noqa: PLC0415 - after the signals are set
    from mtdetect.profile import Profile  # noqa: PLC0415 - as above

    detector = Detector.load(settings.model, deep=settings.deep)
    if settings.profile:
        detector = detector.adapted(profile=Profile.load(settings.profile))
    try:
        detector.score("", fpr=settings.fpr, explain=False)
    except ValueError as error:
        raise ValueError(f"--fpr: {error}") from None
    return detector


def _next(stream: BinaryIO) -> Job | None:
    """The next job; None when there will be no more."""
    start = stream.read(SIZES)
    if len(start) < SIZES:
        return None
    head_size, body_size = sizes(start)
    head, body = stream.read(head_size), stream.read(body_size)
    if len(body) < body_size:
        return None
    return Job(body=body, **json.loads(head))


def _send(stream: BinaryIO, content: bytes) -> None:
    stream.write(content)
    stream.flush()
