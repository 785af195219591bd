"""What the service answers to: texts to score, one or many, and questions about itself."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from dataclasses import asdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Protocol

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response

from mtdetect import __version__
from mtdetect.serve import openapi, page
from mtdetect.serve.accept import wants_html
from mtdetect.serve.edge import Edge
from mtdetect.serve.messages import Answer, Job
from mtdetect.serve.problem import RETRY, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

    from mtdetect.report import ModelId
    from mtdetect.serve.limits import Limits

_PIECE: Final = 256 * 1024
_LINGER_SECONDS: Final = 2.0


class Scorer(Protocol):
    """Whoever scores: ``pool.Pool``."""

    size: int
    waiting: int

    @property
    def model(self) -> ModelId:
        """The model in use."""
        ...

    @property
    def ready(self) -> int:
        """How many of ``size`` workers can score."""
        ...

    async def score(self, job: Job) -> Answer:
        """The answer to a job."""
        ...


def create_app(
    scorer: Scorer, limits: Limits, *, names: frozenset[str] | None, log: Callable[[str], None]
) -> ASGIApp:
    """The service.

    Args:
        scorer: who scores.
        limits: what is taken at most.
        names: what the Host header may say; None: anything.
        log: takes a line for each request: method, path, status, milliseconds.
    """
    room = _Room(limits.held)
    started = time.monotonic()

    def health() -> Response:
        status = HTTPStatus.OK if scorer.ready else HTTPStatus.SERVICE_UNAVAILABLE
        content = {
            "status": "ready" if scorer.ready else "starting",
            "version": __version__,
            "model": asdict(scorer.model),
            "uptime": round(time.monotonic() - started, 3),
            "workers": {"ready": scorer.ready, "size": scorer.size},
            "waiting": scorer.waiting,
        }
        return JSONResponse(content, status)

    def start_page() -> Response:
        content = page.start_page(limits.body, scorer.model, __version__)
        return HTMLResponse(content, headers={"Content-Security-Policy": page.policy()})

    def description() -> Response:
        return JSONResponse(openapi.description(limits.body, __version__))

    telling = {"/": start_page, "/health": health, "/openapi.json": description}
    scoring = {
        "/score": _Scoring(scorer, limits, room, batch=False),
        "/score/batch": _Scoring(scorer, limits, room, batch=True),
    }

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        if path in telling:
            _allow(method, "GET, HEAD")
            await telling[path]()(scope, receive, send)
        elif path in scoring:
            _allow(method, "POST")
            await scoring[path](scope, receive, send)
        else:
            raise Problem(HTTPStatus.NOT_FOUND, "there is nothing here; see /openapi.json")

    return Edge(app, scorer=scorer, names=names, paths={*telling, *scoring}, log=log)


def _allow(method: str, methods: str) -> None:
    if method not in methods.split(", "):
        message = f"this address takes {methods}"
        raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, message, {"allow": methods})


class _Scoring:
    """An address that takes texts."""

    def __init__(self, scorer: Scorer, limits: Limits, room: _Room, *, batch: bool) -> None:
        self._scorer, self._limits, self._room, self._batch = scorer, limits, room, batch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        html = not self._batch and wants_html(headers.get("accept", ""))
        body = _Body(receive, self._limits)
        with self._room.share() as share:
            try:
                content = await body.read(headers, share)
                if content is None:
                    return
                job = Job(
                    body=content,
                    content_type=headers.get("content-type", ""),
                    query=scope["query_string"].decode("latin-1"),
                    batch=self._batch,
                    html=html,
                )
                answer = await self._scorer.score(job)
            except Problem as problem:
                answer = problem.answer(html=html)
            share.hold(len(answer.body))
            await _send(answer, send, body)


class _Room:
    """Bytes of requests and answers in memory, all together."""

    def __init__(self, limit: int) -> None:
        self.limit, self.held = limit, 0

    @contextmanager
    def share(self) -> Iterator[_Share]:
        """What one request holds, until it is answered."""
        share = _Share(self)
        try:
            yield share
        finally:
            self.held -= share.held


class _Share:
    """The part of one request in the room."""

    def __init__(self, room: _Room) -> None:
        self._room, self.held = room, 0

    def hold(self, size: int) -> None:
        """Take room for what is there already."""
        self.held += size
        self._room.held += size

    def check(self, size: int) -> None:
        """See whether there is room for so much more.

        Raises:
            Problem: there is not.
        """
        if self._room.held + size > self._room.limit:
            message = "too much to do; try again in a moment"
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, message, RETRY)


class _Body:
    """The body of a request, read once, and never more of it than is allowed."""

    def __init__(self, receive: Receive, limits: Limits) -> None:
        self._receive, self._limits = receive, limits
        self.ended = False

    async def read(self, headers: Headers, share: _Share) -> bytes | None:
        """All of it; None if the client has gone.

        Raises:
            Problem: it is too large, comes too slowly, or there is no room for it now.
        """
        announced = headers.get("content-length", "")
        self._check(int(announced) if announced.isdecimal() else 0, share)
        content = bytearray()
        try:
            async with asyncio.timeout(self._limits.seconds):
                while not self.ended:
                    message = await self._receive()
                    if message["type"] == "http.disconnect":
                        return None
                    piece = message.get("body", b"")
                    self.ended = not message.get("more_body", False)
                    self._check(len(content) + len(piece), share, len(piece))
                    share.hold(len(piece))
                    content += piece
        except TimeoutError:
            late = f"the request did not come in within {self._limits.seconds:g} s"
            raise Problem(HTTPStatus.REQUEST_TIMEOUT, late) from None
        return bytes(content)

    async def discard(self) -> None:
        """Let what still comes in pass for a while.

        To close at once would reset the connection, and the client, busy with sending, would not
        see why.
        """
        try:
            async with asyncio.timeout(_LINGER_SECONDS):
                while not self.ended:
                    message = await self._receive()
                    self.ended = not message.get("more_body", False)
        except TimeoutError:
            return

    def _check(self, size: int, share: _Share, more: int | None = None) -> None:
        if size > self._limits.body:
            message = f"larger than {self._limits.body:,} bytes"
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)
        share.check(size if more is None else more)


async def _send(answer: Answer, send: Send, body: _Body) -> None:
    """Send an answer in pieces, so that a slow client does not fill the server's buffers."""
    headers = {
        "content-type": answer.type,
        "content-length": str(len(answer.body)),
        **answer.headers,
    }
    if not body.ended:
        headers["connection"] = "close"
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    message: dict[str, Any] = {"type": "http.response.start", "status": answer.status}
    await send({**message, "headers": raw})
    for start in range(0, len(answer.body), _PIECE):
        piece = answer.body[start : start + _PIECE]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await body.discard()
    await send({"type": "http.response.body", "body": b""})
