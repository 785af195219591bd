"""A quick scorer in place of the model, and runs with it that are killed.

As a script: ``corpus_fake.py cli ARGUMENTS`` is ``mtdetect corpus`` with that scorer, and
``corpus_fake.py crashes OUT IN [STEP ...]`` kills a run before and after steps that change a file
(all, or those of these numbers), resumes it each time, and compares.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
import time
import zlib
from pathlib import Path

import mtdetect.batch
import mtdetect.corpus.job
from mtdetect.batch import Scorer
from mtdetect.cli import corpus as command
from mtdetect.corpus import Job, output, run


class QuickScorer(Scorer):
    """Scores by a checksum of the text."""

    __slots__ = ()

    def row(self, cell, links=()):
        if not isinstance(cell, str):
            return Scorer.row(self, cell, links)
        if "SECONDS_A_ROW" in os.environ:
            time.sleep(float(os.environ["SECONDS_A_ROW"]))
        number = zlib.crc32(cell.encode("utf-8", "surrogatepass")) / 2**32
        parts = {
            "probability": number,
            "log_odds": 10 * number - 5,
            "verdict": "machine" if number > 0.5 else "human",
            "passages": "[]",
            "findings": '[{"text": "the \u201cferry\u201d"}]',
            "error": None,
        }
        return tuple(parts[name] for name in self.fields)

    def check(self):
        return None

    def signature(self):
        return {"scorer": "quick", "score_only": self.score_only, "column": self.column}


def crashes(out, source, steps=None):
    """How many crashes there were, each resumed to the same bytes."""
    module = mtdetect.corpus.job
    module._SECONDS_BETWEEN_SYNCS, module.FRAME_BATCHES = 0.0, 2  # noqa: SLF001 - more to kill
    whole = out.with_name("whole-" + out.name)
    _run(whole, source)
    expected = _results(whole)
    count = 0
    for step in steps or itertools.count(1):
        if not _crashed(step, out, source):
            break
        count += 1
        _run(out, source)
        got = _results(out)
        assert got == expected, f"after a crash at step {step}"
        left = [name for name in os.listdir(out.parent) if ".part" in name]  # noqa: PTH208
        assert not left, left
        for path in out.parent.glob(out.name.partition(".")[0] + ".*"):
            path.unlink()
    return count


def _run(out, source, *, resume=True):
    return run(Job((str(source),), str(out), QuickScorer(), drop_above=0.7, resume=resume))


def _results(out):
    first, rest = out.name.split(".", 1)
    return [out.read_bytes(), out.with_name(f"{first}.dropped.{rest}").read_bytes()]


def _crashed(step, out, source):
    """Whether a run that is to be killed at a step came as far as that."""
    child = os.fork()
    if not child:
        count = 0

        def watched(function):
            def wrapper(*arguments, **keywords):
                nonlocal count
                for before in (True, False):
                    count += 1
                    if count == step:
                        os.kill(os.getpid(), signal.SIGKILL)
                    if before:
                        result = function(*arguments, **keywords)
                return result

            return wrapper

        os.fsync = watched(os.fsync)
        for home, name in ((Path, "replace"), (Path, "unlink"), (output.Part, "append")):
            setattr(home, name, watched(getattr(home, name)))
        _run(out, source)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


if __name__ == "__main__":
    if sys.argv[1] == "cli":
        mtdetect.batch.Scorer = QuickScorer
        sys.exit(command.run(sys.argv[2:]))
    numbers = [int(number) for number in sys.argv[4:]]
    print(crashes(Path(sys.argv[2]), Path(sys.argv[3]), numbers))  # noqa: T201
