"""The service as a process: its socket, its workers, its signals."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from mtdetect.serve import guard
from mtdetect.serve.app import create_app
from mtdetect.serve.pool import Pool

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from typing import Self

    from mtdetect.serve.limits import Limits
    from mtdetect.serve.worker import Settings

_IDLE_SECONDS: Final = 10.0
_MOST_CONNECTIONS: Final = 1000
_ENDING: Final = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class Service:
    """What is to be served, and how.

    Attributes:
        listener: a socket that listens.
        workers: how many processes score.
        settings: what they go by.
        limits: what is taken at most.
        started: called with the address when texts can be scored.
        log: takes a line for the operator.
    """

    listener: socket.socket
    workers: int
    settings: Settings
    limits: Limits
    started: Callable[[str], None]
    log: Callable[[str], None]

    @property
    def address(self) -> str:
        """Where the page is."""
        host, port = self.listener.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/"

    def run(self) -> signal.Signals | None:
        """Serve until a signal says to end, and give that back. Requests in work are finished.

        Raises:
            StartError: the model or the profile cannot be used.
        """
        return asyncio.run(self._run())

    async def _run(self) -> signal.Signals | None:
        with _Ending() as ending:
            pool = Pool(self.workers, self.settings, self.limits, self.log)
            start = asyncio.create_task(pool.__aenter__())
            ending.calls(start.cancel)
            try:
                await start
            except asyncio.CancelledError:
                return ending.signal
            try:
                server = self._server(pool)
                ending.calls(server.end)
                self.started(self.address)
                await server.serve(sockets=[self.listener])
            finally:
                await pool.__aexit__()
            return ending.signal

    def _server(self, pool: Pool) -> Server:
        names = guard.names_of(self.listener.getsockname()[0])
        app = create_app(pool, self.limits, names=names, log=self.log)
        config = uvicorn.Config(
            app,
            http=Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=_MOST_CONNECTIONS,
            timeout_graceful_shutdown=int(2 * self.limits.seconds) + 1,
        )
        return Server(config)


class Server(uvicorn.Server):
    """Uvicorn with signals left to ``_Ending``: by itself it dies of them after it has ended."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    def end(self) -> None:
        """Finish what is in work; a second call: do not."""
        self.force_exit = self.should_exit
        self.should_exit = True


class _Ending:
    """The signals that end the service, while it runs."""

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self._action: Callable[[], object] = lambda: None

    def calls(self, action: Callable[[], object]) -> None:
        """What a signal is to do from now on; done at once if there was one already."""
        self._action = action
        if self.signal is not None:
            action()

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._before = {name: signal.signal(name, self._handle) for name in _ENDING}
        return self

    def __exit__(self, *_: object) -> None:
        for name, handler in self._before.items():
            signal.signal(name, handler)

    def _handle(self, number: int, _: Any) -> None:  # noqa: ANN401 - a frame
        self.signal = self.signal or signal.Signals(number)
        self._loop.call_soon_threadsafe(self._action)


class Protocol(H11Protocol):
    """HTTP that gives a client so many seconds to send the head of a request, or to take an answer.

    Uvicorn forgets its own limit with the first byte of a request.
    """

    _timer: asyncio.TimerHandle | None = None
    _unsent = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to watch."""
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Watch no longer."""
        super().connection_lost(exc)
        if self._timer:
            self._timer.cancel()

    def on_response_complete(self) -> None:
        """Watch for the next request."""
        super().on_response_complete()
        self._watch()

    def _watch(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = self.loop.call_later(_IDLE_SECONDS, self._look)

    def _look(self) -> None:
        unsent = self.transport.get_write_buffer_size()
        stalled = unsent > 0 and unsent == self._unsent
        idle = unsent == 0 and (self.cycle is None or self.cycle.response_complete)
        self._unsent = unsent
        if stalled or idle:
            self.transport.abort()
        else:
            self._watch()
