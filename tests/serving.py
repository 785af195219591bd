"""The service as its users start it, for tests that need the real thing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
_COMMAND = "import sys; from mtdetect.cli import serve; sys.exit(serve.run(sys.argv[1:]))"


class Service:
    """A service that runs: its process, its address, and what it wrote."""

    def __init__(self, process, address, log):
        self.process, self.address, self._log = process, address, log

    @property
    def port(self):
        return int(self.address.rstrip("/").rpartition(":")[2])

    def log(self):
        """Everything on standard error so far."""
        return self._log.read_text(encoding="utf-8")

    def workers(self):
        """The process ids of its workers."""
        folder = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in folder.read_text(encoding="ascii").split()]

    def end(self, number=signal.SIGTERM):
        """Tell it to end; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)


@contextmanager
def service(folder, *options):
    """A service on a free port, its log in a folder; killed at the end if it still runs."""
    log = folder / "serve.log"
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with log.open("w") as errors:
        process = subprocess.Popen(  # noqa: S603 - this interpreter
            [sys.executable, "-c", _COMMAND, "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=ROOT,
            env=environment,
            text=True,
        )
    try:
        with process.stdout:
            address = process.stdout.readline().strip()
            assert address.startswith("http://"), log.read_text()
            yield Service(process, address, log)
    finally:
        process.kill()
        process.wait()
