"""Runs that are killed, and what a second run makes of them; the command itself."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from corpus_fake import QuickScorer

from mtdetect.batch import Scorer
from mtdetect.cli import corpus as command
from mtdetect.corpus import CorpusError, Job, output, run

FAKE = Path(__file__).with_name("corpus_fake.py")
SEED = 20261121


class DyingScorer(QuickScorer):
    """Takes its worker with it at one text."""

    __slots__ = ()

    def row(self, cell, links=()):
        if cell == "row 300":
            os._exit(9)
        return super().row(cell, links)


class StoppingScorer(QuickScorer):
    """Stops the run at one text as Ctrl-C does."""

    __slots__ = ()

    def row(self, cell, links=()):
        if cell == "row 300":
            raise KeyboardInterrupt
        return super().row(cell, links)


def write_rows(path, n, start=0):
    rows = (json.dumps({"id": i, "text": f"row {i}"}) + "\n" for i in range(start, start + n))
    path.write_text("".join(rows))
    return path


def job(tmp_path, scorer=None, **options):
    out = str(tmp_path / "out.jsonl")
    inputs = options.pop("inputs", (str(tmp_path / "in.jsonl"),))
    return Job(inputs, out, scorer or QuickScorer(), **options)


@pytest.fixture
def unfinished(tmp_path, monkeypatch):
    """A folder with a run that was stopped; some of it is in the journal."""
    write_rows(tmp_path / "in.jsonl", 500)
    monkeypatch.setattr("mtdetect.corpus.job._SECONDS_BETWEEN_SYNCS", 0.0)
    monkeypatch.setattr("mtdetect.corpus.job.FRAME_BATCHES", 1)
    with pytest.raises(KeyboardInterrupt):
        run(job(tmp_path, StoppingScorer()))
    assert json.loads((tmp_path / "out.jsonl.part.json").read_text())["rows"] == 256
    return tmp_path


def fake(*arguments, **options):
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, str(FAKE), *map(str, arguments)], env=environment, text=True, **options
    )


def crashes(out, source, *steps):
    """How many kills a run survived; see ``corpus_fake``."""
    with fake("crashes", out, source, *steps, stdout=subprocess.PIPE) as process:
        printed, _ = process.communicate()
    assert process.returncode == 0
    return int(printed)


def test_killed_and_resumed_the_bytes_are_the_same(tmp_path):
    source = write_rows(tmp_path / "in.jsonl", 2000)
    assert crashes(tmp_path / "out.jsonl.gz", source, 12, 40, 77) == 3


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz", "jsonl.zst", "csv", "parquet"])
def test_killed_at_every_step(tmp_path, ending):
    frame = pd.DataFrame({"id": range(400), "text": [f"row {i}" for i in range(400)]})
    source = tmp_path / f"in.{ending}"
    if ending == "csv":
        frame.to_csv(source, index=False)
    elif ending == "parquet":
        frame.to_parquet(source, row_group_size=150)
    else:
        frame.to_json(source, orient="records", lines=True)
    assert crashes(tmp_path / f"out.{ending}", source) > 50


@pytest.mark.slow
def test_killed_twenty_times_at_any_moment(tmp_path):
    whole, out = tmp_path / "whole.jsonl.gz", tmp_path / "out.jsonl.gz"
    sources = [write_rows(tmp_path / f"{n}.jsonl", 50_000, n * 50_000) for n in range(4)]
    options = ("--drop-above", "0.7")
    with fake("cli", *options, *sources, whole) as process:
        pass
    assert process.returncode == 0
    dice, kills = random.Random(SEED), 0  # noqa: S311 - moments, not secrets
    while kills < 20:
        jobs = dice.choice(["1", "2"])
        process = fake("cli", "--resume", "--jobs", jobs, *options, *sources, out)
        try:
            process.wait(dice.uniform(1, 5))
        except subprocess.TimeoutExpired:
            process.kill()
            kills += 1
        process.wait()
        if process.returncode == 0:  # begin again: twenty are asked for
            compare(out, whole)
            out.unlink()
    with fake("cli", "--resume", *options, *sources, out) as process:
        pass
    assert process.returncode == 0
    compare(out, whole)
    with gzip.open(out) as kept, gzip.open(str(out).replace(".jsonl", ".dropped.jsonl")) as dropped:
        ids = [json.loads(line)["id"] for file in (kept, dropped) for line in file]
    assert sorted(ids) == list(range(200_000))


def compare(out, whole):
    for first, second in ((out, whole), (dropped(out), dropped(whole))):
        assert first.read_bytes() == second.read_bytes()


def dropped(path):
    return path.with_name(path.name.replace(".jsonl", ".dropped.jsonl"))


def test_workers_end_with_a_run_that_is_killed(tmp_path):
    source = write_rows(tmp_path / "in.jsonl", 5000)
    process = fake("cli", "--jobs", 2, source, tmp_path / "out.jsonl", stderr=subprocess.PIPE)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        process.kill()
        pytest.skip("needs Linux")
    workers = []
    while len(workers) < 3 and process.poll() is None:  # two, and the tracker of their resources
        workers = [int(number) for number in children.read_text().split()]
        time.sleep(0.01)
    process.kill()
    process.communicate()
    for _ in range(300):
        if not any(Path(f"/proc/{worker}/cmdline").exists() for worker in workers):
            break
        time.sleep(0.05)
    assert not [worker for worker in workers if is_running(worker)]


def is_running(number):
    try:
        return "\nState:\tZ" not in Path(f"/proc/{number}/status").read_text()
    except FileNotFoundError:
        return False


def test_an_unfinished_run_is_gone_on_with(unfinished):
    inputs = (os.path.relpath(unfinished / "in.jsonl"),)
    outcome = run(job(unfinished, inputs=inputs, resume=True))
    assert (outcome.resumed, outcome.tally["rows"]) == (256, 500)
    rows = [json.loads(line) for line in (unfinished / "out.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == list(range(500))
    assert [path.name for path in unfinished.iterdir() if ".part" in path.name] == []


def test_an_unfinished_run_is_not_overwritten(unfinished):
    with pytest.raises(CorpusError, match="--resume goes on with it"):
        run(job(unfinished))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"scorer": QuickScorer("body")}, "column text, this one has body"),
        ({"scorer": QuickScorer(score_only=True)}, "score_only False, this one has True"),
        ({"drop_above": 0.5}, "drop_above none, this one has 0.5"),
    ],
)
def test_other_settings_are_refused(unfinished, changed, words):
    before = (unfinished / "out.jsonl.part").read_bytes()
    with pytest.raises(CorpusError, match=words):
        run(job(unfinished, **changed, resume=True))
    assert (unfinished / "out.jsonl.part").read_bytes() == before


def test_other_inputs_are_refused(unfinished):
    source = unfinished / "in.jsonl"
    more = (str(source), str(write_rows(unfinished / "more.jsonl", 3)))
    with pytest.raises(CorpusError, match="1 inputs, this one has 2"):
        run(job(unfinished, inputs=more, resume=True))
    times = source.stat()
    content = source.read_text()
    source.write_text(content.replace("row 499", "row 4??"))
    os.utime(source, ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.raises(CorpusError, match="not what the unfinished run read"):
        run(job(unfinished, resume=True))
    source.write_text(content)
    with pytest.raises(CorpusError, match="not what the unfinished run read"):
        run(job(unfinished, resume=True))  # it was written anew
    os.utime(source, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert run(job(unfinished, resume=True)).tally["rows"] == 500


def test_damaged_leftovers_are_refused(unfinished):
    part, journal = unfinished / "out.jsonl.part", unfinished / "out.jsonl.part.json"
    whole, known = part.read_bytes(), journal.read_text()
    part.write_bytes(whole[:100])
    with pytest.raises(CorpusError, match="shorter than the unfinished run left it"):
        run(job(unfinished, resume=True))
    part.write_bytes(whole)
    journal.write_text(known[:-20])
    with pytest.raises(CorpusError, match="not the journal of an unfinished run"):
        run(job(unfinished, resume=True))
    journal.unlink()
    with pytest.raises(CorpusError, match="is in the way"):
        run(job(unfinished, resume=True))


def test_a_second_run_at_once_is_refused(unfinished):
    part = output.Part(unfinished / "out.jsonl", ("jsonl", ""), 1)
    before = (unfinished / "out.jsonl.part.json").read_text()
    with pytest.raises(CorpusError, match="another run is writing it"):
        run(job(unfinished, resume=True))
    part.close()
    assert (unfinished / "out.jsonl.part.json").read_text() == before


def test_nothing_unfinished_and_a_result_is_nothing_to_do(tmp_path):
    write_rows(tmp_path / "in.jsonl", 10)
    assert not run(job(tmp_path, resume=True)).already_done
    before = (tmp_path / "out.jsonl").stat()
    assert run(job(tmp_path, resume=True)).already_done
    assert (tmp_path / "out.jsonl").stat() == before


def test_a_worker_that_dies_leaves_a_run_to_resume(tmp_path):
    write_rows(tmp_path / "in.jsonl", 500)
    with pytest.raises(CorpusError, match="worker process was killed"):
        run(job(tmp_path, DyingScorer(), n_jobs=2))
    assert run(job(tmp_path, resume=True)).tally["rows"] == 500


def test_a_damaged_input_is_remembered_over_a_resume(tmp_path, monkeypatch):
    monkeypatch.setattr("mtdetect.corpus.job._SECONDS_BETWEEN_SYNCS", 0.0)
    monkeypatch.setattr("mtdetect.corpus.job.FRAME_BATCHES", 1)
    write_rows(tmp_path / "in.jsonl", 250)
    packed = gzip.compress((tmp_path / "in.jsonl").read_bytes())
    (tmp_path / "a.jsonl.gz").write_bytes(packed[:-4])
    write_rows(tmp_path / "b.jsonl", 250, 250)
    inputs = (str(tmp_path / "a.jsonl.gz"), str(tmp_path / "b.jsonl"))
    with pytest.raises(KeyboardInterrupt):
        run(job(tmp_path, StoppingScorer(), inputs=inputs))
    outcome = run(job(tmp_path, inputs=inputs, resume=True))
    assert outcome.tally["rows"] == 500
    assert len(outcome.damages) == 1
    assert "a.jsonl.gz: cannot be read after row 250" in outcome.damages[0]


def test_a_full_disk_leaves_a_run_to_resume(tmp_path, monkeypatch, capsys):
    write_rows(tmp_path / "in.jsonl", 500)
    monkeypatch.setattr("mtdetect.batch.Scorer", QuickScorer)
    arguments = [str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl")]

    def full(_part):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(output.Part, "sync", full)
        assert command.run(arguments) == 2
    assert "out.jsonl: cannot be written: No space left on device" in capsys.readouterr().err
    assert command.run(["--resume", *arguments]) == 0
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 500


@pytest.fixture
def quick(monkeypatch, tmp_path):
    """The command with the quick scorer, in a folder with one file."""
    monkeypatch.setattr("mtdetect.batch.Scorer", QuickScorer)
    monkeypatch.chdir(tmp_path)
    write_rows(tmp_path / "in.jsonl", 10)
    return tmp_path


def test_the_command(quick, capsys):
    assert command.run(["--annotate", "--drop-above", "0.5", "in.jsonl", "out.jsonl"]) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    kept, gone = (len((quick / f"out{x}.jsonl").read_text().splitlines()) for x in ("", ".dropped"))
    assert kept + gone == 10
    assert printed.err == (
        f"mtdetect: out.jsonl: 10 rows: {gone} machine, {kept} human, {gone} dropped\n"
    )
    assert command.run(["--resume", "in.jsonl", "out.jsonl"]) == 0
    assert "there already, and no run is unfinished" in capsys.readouterr().err


def test_the_exit_code_tells_of_trouble(quick, capsys):
    (quick / "some.jsonl").write_text('{"text": "good"}\nbad\n')
    assert command.run(["some.jsonl", "out.jsonl"]) == 0
    assert "2 rows: 1 human, 1 with an error" in capsys.readouterr().err.replace("machine", "human")
    (quick / "none.jsonl").write_text('{"text": 1}\n{"text": 2}\n')
    assert command.run(["none.jsonl", "out.jsonl"]) == 2
    assert "2 rows: 2 with an error" in capsys.readouterr().err
    (quick / "empty.jsonl").write_text("")
    assert command.run(["empty.jsonl", "out.jsonl"]) == 0
    assert (quick / "out.jsonl").read_bytes() == b""
    (quick / "cut.jsonl.gz").write_bytes(gzip.compress(b'{"text": "x"}\n')[:-3])
    assert command.run(["cut.jsonl.gz", "in.jsonl", "out.jsonl"]) == 2
    assert len((quick / "out.jsonl").read_text().splitlines()) == 11
    assert "cut.jsonl.gz: cannot be read after row 1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["in.jsonl"], "the output last"),
        (["in.jsonl", "out.jsonl", "--jobs", "0"], "'0' is not a number of processes"),
        (["in.jsonl", "out.jsonl", "--drop-above", "x"], "'x' is not a probability"),
        (["in.jsonl", "out.jsonl", "--fpr", "0.9"], "0.9"),
        (["in.jsonl", "out.jsonl", "--annotate", "--score-only"], "not allowed with"),
    ],
)
def test_wrong_usage(quick, capsys, arguments, words):
    with pytest.raises(SystemExit) as stop:
        command.run(arguments)
    assert stop.value.code == 2
    assert words in capsys.readouterr().err
    assert [path.name for path in quick.iterdir()] == ["in.jsonl"]


def test_what_cannot_be_begun_is_said(quick, capsys, monkeypatch):
    assert command.run(["nowhere.jsonl", "out.jsonl"]) == 2
    (quick / "folder.jsonl").mkdir()
    assert command.run(["folder.jsonl", "out.jsonl"]) == 2
    (quick / "folder.jsonl").rmdir()
    monkeypatch.setattr("mtdetect.batch.Scorer", Scorer)
    assert command.run(["--profile", "nowhere.toml", "in.jsonl", "out.jsonl"]) == 2
    assert command.run(["--model", "nowhere.npz", "in.jsonl", "out.jsonl"]) == 2
    errors = capsys.readouterr().err
    assert "mtdetect: nowhere.jsonl: no such file\n" in errors
    assert "Traceback" not in errors
    assert [path.name for path in quick.iterdir()] == ["in.jsonl"]


def test_progress_on_a_terminal(quick, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    shown = Terminal()
    monkeypatch.setattr("sys.stderr", shown)
    monkeypatch.setattr(command, "_EVERY", 0.0)
    clock = iter(range(0, 10_000, 2))
    monkeypatch.setattr(command.time, "monotonic", lambda: float(next(clock)))
    write_rows(quick / "in.jsonl", 2000)
    assert command.run(["in.jsonl", "out.jsonl"]) == 0
    assert "rows/s" in shown.getvalue()
    assert "left" in shown.getvalue()
    assert shown.getvalue().rpartition("\x1b[K")[2].startswith("mtdetect: out.jsonl: 2,000 rows")
