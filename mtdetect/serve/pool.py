"""Worker processes: one job each at a time, stopped when it takes too long, replaced when they die.

``concurrent.futures`` can do neither: its processes cannot be stopped one by one, and when one dies
all go.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from mtdetect.report import ModelId
from mtdetect.serve.messages import SIZES, Answer, Job, sizes
from mtdetect.serve.problem import RETRY, Problem

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Callable
    from typing import Self

    from mtdetect.serve.limits import Limits
    from mtdetect.serve.worker import Settings

_LIVES: Final = 2  # workers that one job may take with it
_PAUSE: Final = 1.0  # seconds before another start where one failed
_GRACE: Final = 5.0  # seconds for idle workers to end by themselves

# ``-P`` keeps modules that lie in the current folder from being run; the package's own folder comes
# last, for a checkout that is not installed.
_START: Final = (
    "import sys; sys.path.append(sys.argv[1]); from mtdetect.serve.worker import main; main()"
)


class StartError(Exception):
    """No worker can start; the message says why."""


class _DiedError(Exception):
    """The worker ended in the middle of a job."""


class _Worker:
    """One process."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._jobs = cast("asyncio.StreamWriter", process.stdin)
        self._answers = cast("asyncio.StreamReader", process.stdout)

    @classmethod
    async def start(cls, settings: Settings) -> _Worker:
        root = str(Path(__file__).parents[2])
        # One thread of arithmetic each: the processes share the cores already.
        environment = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", **os.environ}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-c", _START, root, json.dumps(asdict(settings))),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=environment,
            limit=2**20,
        )
        return cls(process)

    @property
    def alive(self) -> bool:
        return self.process.returncode is None

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()

    async def model(self, expected: ModelId | None = None) -> ModelId:
        """The model that a worker has loaded, which it says first; one service has one model.

        Raises:
            StartError: it cannot work, and why.
        """
        try:
            head, _ = await self._read()
        except _DiedError:
            raise StartError("a worker ended while it started") from None
        if "error" in head:
            raise StartError(head["error"])
        model = ModelId(**head["model"])
        if expected not in {None, model}:
            raise StartError("its model is another one now; start the service again")
        return model

    async def ask(self, job: Job) -> Answer:
        """The answer to a job.

        Raises:
            _DiedError: there will be none.
        """
        try:
            self._jobs.write(job.frame())
            await self._jobs.drain()
        except (ConnectionError, RuntimeError):
            raise _DiedError from None
        head, body = await self._read()
        return Answer(body=body, **head)

    async def end(self) -> None:
        """Let the process go, and wait until it has."""
        self._jobs.close()
        try:
            await asyncio.wait_for(self.process.wait(), _GRACE)
        except TimeoutError:
            self.kill()
            await self.process.wait()

    async def _read(self) -> tuple[dict[str, Any], bytes]:
        try:
            head_size, body_size = sizes(await self._answers.readexactly(SIZES))
            head = await self._answers.readexactly(head_size)
            return json.loads(head), await self._answers.readexactly(body_size)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise _DiedError from None


class Pool:
    """A fixed number of workers, and a queue before them.

    Args:
        size: how many processes.
        settings: what they go by.
        limits: of the queue and of time.
        say: told in a line what an operator should know.
    """

    def __init__(
        self, size: int, settings: Settings, limits: Limits, say: Callable[[str], None]
    ) -> None:
        self.size = size
        self.waiting = 0
        self._settings, self._limits, self._say = settings, limits, say
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._workers: set[_Worker] = set()
        self._keepers: list[asyncio.Task[None]] = []
        self._model: ModelId | None = None

    @property
    def model(self) -> ModelId:
        """The model in use; known once the pool has started."""
        return cast("ModelId", self._model)

    @property
    def ready(self) -> int:
        """Workers that have loaded the model and live."""
        return sum(worker.alive for worker in self._workers)

    async def __aenter__(self) -> Self:
        """Start the workers; one has loaded the model when this returns.

        Raises:
            StartError: it cannot.
        """
        first = await _Worker.start(self._settings)
        try:
            self._model = await first.model()
        except BaseException:
            first.kill()
            await first.process.wait()
            raise
        self._keepers = [asyncio.create_task(self._keep(first))]
        self._keepers += [asyncio.create_task(self._keep(None)) for _ in range(self.size - 1)]
        return self

    async def __aexit__(self, *_: object) -> None:
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)

    async def score(self, job: Job) -> Answer:
        """The answer to a job; asked again of another worker if the first one dies.

        Raises:
            Problem: there is no worker in time, or the job takes too long, or two died of it.
        """
        for _ in range(_LIVES):
            worker = await self._next()
            try:
                async with asyncio.timeout(self._limits.seconds):
                    answer = await worker.ask(job)
            except _DiedError:
                worker.kill()
                continue
            except TimeoutError:
                worker.kill()
                message = f"scoring took more than {self._limits.seconds:g} s; send less text"
                raise Problem(HTTPStatus.GATEWAY_TIMEOUT, message, RETRY) from None
            except BaseException:
                worker.kill()  # whatever it says now is for nobody
                raise
            self._idle.put_nowait(worker)
            return answer
        message = "the process that scored this text died, and another one too"
        raise Problem(HTTPStatus.INTERNAL_SERVER_ERROR, message)

    async def _next(self) -> _Worker:
        """A worker that is free, in the order of asking.

        Raises:
            Problem: too many wait already, or none was free in time.
        """
        busy = Problem(
            HTTPStatus.SERVICE_UNAVAILABLE, "too much to do; try again in a moment", RETRY
        )
        if self.waiting >= self._limits.queue:
            raise busy
        self.waiting += 1
        try:
            async with asyncio.timeout(self._limits.seconds):
                while not (worker := await self._idle.get()).alive:
                    pass  # it died idle; its keeper has seen to another
        except TimeoutError:
            raise busy from None
        finally:
            self.waiting -= 1
        return worker

    async def _keep(self, worker: _Worker | None) -> None:
        """See to it that there is one worker, this one or the next, until cancelled."""
        while True:
            try:
                worker = worker or await self._started()
                self._workers.add(worker)
                self._idle.put_nowait(worker)
                await worker.process.wait()
                self._say(f"worker {worker.process.pid} died; starting another")
            except (StartError, OSError) as error:
                self._say(f"no worker: {error}; trying again")
                await asyncio.sleep(_PAUSE)
            except asyncio.CancelledError:
                if worker:
                    await worker.end()
                raise
            if worker:
                self._workers.discard(worker)
            worker = None

    async def _started(self) -> _Worker:
        """A new worker that has loaded the model.

        Raises:
            StartError, OSError: there is none.
        """
        worker = await _Worker.start(self._settings)
        try:
            await worker.model(self._model)
        except BaseException:
            worker.kill()
            await worker.process.wait()
            raise
        return worker
