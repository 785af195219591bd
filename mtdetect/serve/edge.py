"""The outermost layer: who may ask, headers of every answer, a line in the log, no stack traces."""

from __future__ import annotations

import time
import traceback
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from starlette.datastructures import Headers, MutableHeaders

from mtdetect.serve import guard
from mtdetect.serve.accept import wants_html
from mtdetect.serve.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from mtdetect.serve.app import Scorer

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": under that a browser sends "Origin: null" with the page's own form.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Pages state in themselves which style and script are theirs.
_PAGE_POLICY: Final = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_POLICY: Final = f"default-src 'none'; {_PAGE_POLICY}"
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Edge:
    """Wraps the service.

    Args:
        app: the service.
        scorer: who scores; its model is named in every answer.
        names: what the Host header may say; None: anything.
        paths: those that the log may name. Of others it says nothing: they can hold anything.
        log: takes a line.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        scorer: Scorer,
        names: frozenset[str] | None,
        paths: set[str],
        log: Callable[[str], None],
    ) -> None:
        self._app, self._scorer, self._names = app, scorer, names
        self._paths, self._log = paths, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])
        begun, status = time.monotonic(), 0

        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._add_headers(MutableHeaders(scope=message))
            await send(message)

        try:
            guard.check(scope["method"], Headers(scope=scope), self._names)
            await self._app(scope, receive, send_with_headers)
        except Problem as problem:
            await self._answer(problem, scope, send_with_headers)
        except Exception as error:  # noqa: BLE001 - what it says may quote the text
            self._log(_where(error))
            if status:
                raise _AbortedError from None  # nothing else ends an answer that has begun
            fault = Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "an error inside mtdetect")
            await self._answer(fault, scope, send_with_headers)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "?"
            path = scope["path"] if scope["path"] in self._paths else "(other)"
            milliseconds = 1000 * (time.monotonic() - begun)
            self._log(f"{method} {path} {status or 'gone'} {milliseconds:.0f} ms")

    async def _answer(self, problem: Problem, scope: Scope, send: Send) -> None:
        answer = problem.answer(html=wants_html(Headers(scope=scope).get("accept", "")))
        headers = {
            "content-type": answer.type,
            "content-length": str(len(answer.body)),
            "connection": "close",  # the body was not read
            **answer.headers,
        }
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        await send({"type": "http.response.body", "body": answer.body})

    def _add_headers(self, headers: MutableHeaders) -> None:
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        is_page = headers.get("content-type", "").startswith("text/html")
        headers.setdefault("Content-Security-Policy", _PAGE_POLICY if is_page else _POLICY)
        model = self._scorer.model
        named = f"{model.name} {model.version} {model.sha256[:12]}"
        headers["X-Mtdetect-Model"] = named.encode("ascii", "replace").decode()


class _AbortedError(Exception):
    """An answer that broke off; said to the server, which closes the connection."""


def _where(error: Exception) -> str:
    """The kind and place of an error; its words may quote a text."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.name}, {last.filename}:{last.lineno}"
