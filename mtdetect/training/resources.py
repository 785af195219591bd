"""What a recipe takes: time, and the memory of a process with its workers."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import TYPE_CHECKING, Self

from joblib.externals.loky import get_reusable_executor

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS_BETWEEN = 2.0


def _descendants(root: int) -> Iterator[int]:
    """A process and all that it started, as Linux lists them."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            # "pid (name) state parent …"; the name may hold blanks and brackets.
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it ended meanwhile
        children.setdefault(parent, []).append(int(entry.parent.name))
    waiting = [root]
    while waiting:
        process = waiting.pop()
        yield process
        waiting += children.get(process, [])


def memory_in_use() -> int:
    """Bytes that this process and its workers hold, what they share counted once; Linux only."""
    total = 0
    for process in _descendants(os.getpid()):
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


class Meter:
    """Measures from ``with`` to ``used``: seconds, processor seconds and the peak of memory."""

    def __enter__(self) -> Self:
        self._start = time.monotonic()
        self._peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self._peak = max(self._peak, memory_in_use())
            if self._ended.wait(SECONDS_BETWEEN):
                return

    def used(self) -> dict[str, float]:
        """What was taken so far; workers are ended, or their time does not count."""
        get_reusable_executor().shutdown(wait=True)
        own, workers = getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)
        return {
            "seconds": time.monotonic() - self._start,
            "cpu_seconds": own.ru_utime + own.ru_stime + workers.ru_utime + workers.ru_stime,
            "cores": os.cpu_count() or 1,
            "memory_gb": self._peak / 1e9,
        }
