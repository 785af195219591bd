"""The service under load, with workers killed, and told to end: the real one, with its model.

``MTDETECT_LOAD_SECONDS`` is how long the load lasts.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress

import pytest

pytest.importorskip("starlette")
pytest.importorskip("uvicorn")

from serving import service

CLIENTS = 200
SECONDS = float(os.environ.get("MTDETECT_LOAD_SECONDS", "60"))
TEXT = """\
The ferry left twenty minutes late because somebody had parked a van across the ramp. Nobody knew
whose it was. The harbour master rang round the cafes until a man in a paint-stained jumper came
running down the hill, waving his keys and apologising to everyone he passed on the way.
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]


class Client:
    """Sends one request after another on one connection."""

    def __init__(self, port):
        self._port = port
        self._streams = None

    async def post(self, path, content, kind="application/json"):
        """The status and the body of an answer."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        writer.write(head.encode() + content)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().splitlines()
        headers = dict(line.split(": ", 1) for line in lines[1:-1])
        body = await reader.readexactly(int(headers["content-length"]))
        if headers.get("connection") == "close":
            await self.close()
        return int(lines[0].split()[1]), body

    async def close(self):
        if self._streams:
            self._streams[1].close()
            with suppress(ConnectionError):
                await self._streams[1].wait_closed()
        self._streams = None


def asked(number):
    """A request of its own for each client, so that no answer can be taken for another's."""
    return json.dumps({"text": f"{TEXT}\n\nThis is number {number}."}).encode()


async def work(port, number, until, done):
    """One client: ask until told to stop; (status, seconds) of every answer is added to done."""
    client, content = Client(port), asked(number)
    first = None
    while not until():
        begun = time.monotonic()
        status, body = await client.post("/score", content)
        done.append((status, time.monotonic() - begun))
        if status == 200:
            first = first or body
            assert body == first  # the same text, the same bytes
    await client.close()


def crowd(port, clients, until):
    """Many clients at once; what they got."""

    async def run():
        done = []
        await asyncio.gather(*(work(port, number, until, done) for number in range(clients)))
        return done

    return asyncio.run(run())


def for_seconds(seconds):
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def resident(pid):
    """Megabytes of memory that a process has in use."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:  # noqa: PTH123 - not a path of ours
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def test_two_hundred_clients_are_served(tmp_path, capsys):
    with service(tmp_path, "--workers", "2") as running:
        done = crowd(running.port, CLIENTS, for_seconds(SECONDS))
        sizes = [resident(pid) for pid in (running.process.pid, *running.workers())]
        assert running.end() == 0
    times = sorted(seconds for _, seconds in done)
    median, p99 = statistics.median(times), times[int(0.99 * len(times))]
    with capsys.disabled():
        print(  # noqa: T201 - this is what the documentation states
            f"\n{CLIENTS} clients, {SECONDS:g} s: {len(done):,} answers,"
            f" {len(done) / SECONDS:.0f} a second; median {1000 * median:.0f} ms,"
            f" p99 {1000 * p99:.0f} ms, longest {1000 * times[-1]:.0f} ms;"
            f" memory {', '.join(f'{size:.0f} MB' for size in sizes)}"
        )
    assert {status for status, _ in done} == {200}
    assert len(done) >= 2 * CLIENTS
    assert p99 < 20 * median


def test_a_worker_killed_under_load_costs_nobody_an_answer(tmp_path):
    with service(tmp_path, "--workers", "2") as running:
        killed = []

        async def run():
            done, end = [], asyncio.Event()
            clients = [
                asyncio.create_task(work(running.port, number, end.is_set, done))
                for number in range(10)
            ]
            for _ in range(3):
                before = len(done)
                while len(done) < before + 20 or len(running.workers()) < 2:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
                killed.append(running.workers()[0])
                os.kill(killed[-1], signal.SIGKILL)
                await asyncio.sleep(1)
            before = len(done)
            while len(done) < before + 40:  # noqa: ASYNC110 - the clients have no event for it
                await asyncio.sleep(0.05)
            end.set()
            await asyncio.gather(*clients)
            return done

        done = asyncio.run(run())
        assert len(set(killed)) == 3
        assert not set(killed) & set(running.workers())
        said = running.log()
    statuses = Counter(status for status, _ in done)
    # Asked again of another worker: fails only if that one is killed as well.
    assert set(statuses) <= {200, 500}
    assert statuses[500] <= 1
    assert said.count("died; starting another") == 3


def test_what_takes_too_long_is_stopped_and_others_are_served(tmp_path):
    with service(tmp_path, "--workers", "1", "--timeout", "3") as running:

        async def run():
            client = Client(running.port)
            long = json.dumps({"text": TEXT * 9000}).encode()
            begun = time.monotonic()
            first = (await client.post("/score", long))[0], time.monotonic() - begun
            second = await client.post("/score", asked(1))
            await client.close()
            return first, second[0]

        (status, seconds), after = asyncio.run(run())
    assert status == 504
    assert seconds < 10
    assert after == 200


def test_large_requests_do_not_stay_in_memory(tmp_path):
    with service(tmp_path, "--workers", "1") as running:

        async def refused(client):
            status, _ = await client.post("/score", b"x" * 50_000_000, "text/plain")
            assert status == 413

        async def run():
            clients = [Client(running.port) for _ in range(4)]
            for _ in range(3):
                await asyncio.gather(*map(refused, clients))
            # Zeros are no text: read whole, and refused by the worker.
            status, _ = await clients[0].post("/score", b"\0" * 9_000_000, "text/plain")
            assert status == 422
            await clients[0].close()

        asyncio.run(run())
        assert resident(running.process.pid) < 200


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_ends_when_told_and_finishes_what_it_has_begun(tmp_path, number, code):
    with service(tmp_path, "--workers", "1") as running:
        workers = running.workers()

        async def run():
            client = Client(running.port)
            content = json.dumps({"text": TEXT * 200}).encode()
            asking = asyncio.create_task(client.post("/score", content))
            await asyncio.sleep(0.2)
            running.process.send_signal(number)
            status, body = await asking
            await client.close()
            return status, json.loads(body)["report"]["verdict"]

        assert asyncio.run(run())[0] == 200
        assert running.process.wait(30) == code
        assert not [pid for pid in workers if os.path.exists(f"/proc/{pid}")]  # noqa: PTH110
        assert "Traceback" not in running.log()


def test_the_log_of_the_real_thing_holds_no_text(tmp_path):
    requests = {
        "text/plain": b"SECRET " * 100,
        "application/json": b'{"text": "SECRET"',
        "multipart/form-data; boundary=x": b"SECRET",
        "application/pdf": b"%PDF-1.7 SECRET",
        "text/html": b"<html><p>SECRET</p><table><SECRET \0",
    }
    with service(tmp_path, "--workers", "1") as running:

        async def run():
            client = Client(running.port)
            for kind, body in requests.items():
                await client.post("/score?filename=SECRET", body, kind)
            await client.close()

        asyncio.run(run())
        lines = running.log().splitlines()
    assert len(lines) == len(requests)
    assert all(line.startswith("mtdetect: POST /score ") for line in lines)


def test_the_workers_do_not_outlive_it(tmp_path):
    with service(tmp_path, "--workers", "2") as running:
        deadline = time.monotonic() + 30
        while len(workers := running.workers()) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        time.sleep(3)  # the second one loads its model
        running.process.kill()
        running.process.wait()
        while any(os.path.exists(f"/proc/{pid}") for pid in workers):  # noqa: PTH110
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_what_cannot_be_loaded_is_told_at_once():
    code = "import sys; from mtdetect.cli import serve; sys.exit(serve.run(sys.argv[1:]))"
    for option in ("--model", "--profile"):
        done = subprocess.run(  # noqa: S603 - this interpreter
            [sys.executable, "-c", code, "--port", "0", option, "/no/such/file"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 2
        assert done.stdout == ""
        assert "/no/such/file" in done.stderr
        assert "Traceback" not in done.stderr
