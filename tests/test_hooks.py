"""The pre-commit hook and the GitHub Action, run as their hosts run them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from mtdetect.cli import main

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
(HOOK,) = yaml.safe_load(ROOT.joinpath(".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
ACTION = yaml.safe_load(ROOT.joinpath("action.yml").read_text(encoding="utf-8"))
INSTALL, SCORE = ACTION["runs"]["steps"]
BASH = shutil.which("bash")
needs_bash = pytest.mark.skipif(BASH is None or os.name == "nt", reason="the action is for bash")


def options_in(text):
    """Long options, without their values."""
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


@pytest.fixture
def known_options(capsys):
    assert main(["--help"]) == 0
    return options_in(capsys.readouterr().out)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository under test, as the current folder."""
    shutil.copy(EXAMPLES / "native.txt", tmp_path / "native.txt")
    shutil.copy(EXAMPLES / "round_trip.txt", tmp_path / "round trip.txt")
    shutil.copy(EXAMPLES / "round_trip.txt", tmp_path / "--quiet.txt")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_hook_calls_the_command_with_options_that_it_has(known_options):
    project = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert HOOK["entry"] in project["scripts"]
    assert HOOK["language"] == "python"
    assert options_in(" ".join(HOOK["args"])) <= known_options


@pytest.mark.parametrize(
    ("names", "code"),
    [(["native.txt"], 0), (["native.txt", "round trip.txt"], 1), (["--quiet.txt"], 1)],
)
def test_the_hook_on_files_of_a_commit(repository, capsys, names, code):
    assert repository.joinpath(names[-1]).exists()
    assert main([*HOOK["args"], *names]) == code
    assert f"{names[-1]}   {'machine' if code else 'human'}" in capsys.readouterr().out


def test_a_spliced_text_does_not_stop_a_commit_by_default(capsys):
    assert main([*HOOK["args"], str(EXAMPLES / "spliced.txt")]) == 0
    assert "mixed" in capsys.readouterr().out


def test_the_action_uses_options_that_there_are(known_options):
    used = options_in(SCORE["run"]) | options_in(ACTION["inputs"]["args"]["description"])
    assert used == {"--format", "--fail-on", "--output", "--fpr"}
    assert used <= known_options


def test_inputs_reach_the_scripts_as_variables_only():
    for step in (INSTALL, SCORE):
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"
    given = dict.fromkeys(SCORE["env"].values())
    assert list(given) == [f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"]]
    for variable in SCORE["env"]:
        assert f"${variable}" in SCORE["run"]


def run_step(step, folder, **inputs):
    """Run a step as the runner does, with Python installed where the first step puts it."""
    values = {name: about["default"] for name, about in ACTION["inputs"].items()} | inputs
    environment = {
        variable: values[re.search(r"inputs\.([a-z-]+)", value)[1]]
        for variable, value in step.get("env", {}).items()
    }
    runner = folder.parent / f"{folder.name}-runner"
    (runner / "temp").mkdir(parents=True, exist_ok=True)
    script = runner / "step.sh"
    script.write_text(step["run"], encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - a script of this repository
        [BASH, "--noprofile", "--norc", "-eo", "pipefail", script],
        cwd=folder,
        env=os.environ
        | environment
        | {
            "RUNNER_TEMP": str(runner / "temp"),
            "GITHUB_OUTPUT": str(runner / "output"),
            "GITHUB_ACTION_PATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    output = runner / "output"
    said = output.read_text(encoding="utf-8") if output.exists() else ""
    return done, dict(line.split("=", 1) for line in said.splitlines())


def score_step(folder, **inputs):
    """Run the second step with this Python in place of the installed one."""
    stand_in = folder.parent / f"{folder.name}-runner" / "temp" / "mtdetect" / "bin" / "python"
    stand_in.parent.mkdir(parents=True)
    stand_in.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    stand_in.chmod(0o755)
    return run_step(SCORE, folder, **inputs)


@needs_bash
def test_the_action_annotates_and_fails(repository):
    done, outputs = score_step(repository)
    assert done.returncode == 1, done.stderr
    assert re.search(r"^::(warning|error|notice) .*file=round trip\.txt", done.stdout, re.MULTILINE)
    assert "native.txt" not in done.stdout
    assert outputs == {}


@needs_bash
def test_the_action_passes_where_nothing_is_found(repository):
    done, _ = score_step(repository, paths="native.txt")
    assert done.returncode == 0, done.stderr


@needs_bash
def test_the_action_leaves_a_file_for_code_scanning(repository):
    done, outputs = score_step(repository, format="sarif")
    assert done.returncode == 1, done.stderr
    assert outputs == {"report": "mtdetect.sarif"}
    report = json.loads(repository.joinpath("mtdetect.sarif").read_text(encoding="utf-8"))
    assert report["version"] == "2.1.0"


@needs_bash
def test_the_action_writes_where_it_is_told_and_need_not_fail(repository):
    inputs = {"output": "found.json", "format": "json", "fail-on": "never"}
    done, outputs = score_step(repository, paths="\nround trip.txt\n--quiet.txt\n", **inputs)
    assert done.returncode == 0, done.stderr
    assert outputs == {"report": "found.json"}
    found = repository.joinpath("found.json").read_text(encoding="utf-8")
    assert "round trip.txt" in found
    assert "--quiet.txt" in found
    assert "native.txt" not in found


@needs_bash
def test_inputs_of_the_action_are_never_run(repository):
    for name in ("numpy", "mtdetect", "argparse", "site"):  # planted by whoever sent the change
        repository.joinpath(f"{name}.py").write_text("open('planted', 'w')\n", encoding="utf-8")
    inputs = {
        "paths": "native.txt\n$(touch ran)\n`touch ran`\n; touch ran\n*.txt",
        "args": "--fpr=0.001\n--glob=$(touch ran)\n--glob=a b",
        "output": "a;touch ran\nreport=elsewhere",
        "fail-on": "machine",
    }
    done, outputs = score_step(repository, **inputs)
    assert done.returncode == 2
    assert "$(touch ran): no such file" in done.stderr
    assert "; touch ran: no such file" in done.stderr
    assert outputs == {"report": "a;touch ran"}
    assert not repository.joinpath("ran").exists()
    assert not repository.joinpath("planted").exists()


@needs_bash
@pytest.mark.parametrize(
    "inputs", [{"fail-on": "always"}, {"format": "xml"}, {"args": "--no-such-option"}]
)
def test_the_action_says_what_is_wrong_with_its_inputs(repository, inputs):
    done, _ = score_step(repository, **inputs)
    assert done.returncode == 2
    assert "usage: mtdetect" in done.stderr


@needs_bash
def test_the_action_asks_for_a_newer_python(repository, monkeypatch):
    old = repository / "bin" / "python3"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(old.parent), prepend=os.pathsep)
    done, _ = run_step(INSTALL, repository)
    assert done.returncode == 2
    assert "::error::mtdetect needs Python 3.11" in done.stdout


@needs_bash
@pytest.mark.slow
def test_the_action_installs_itself_and_scores(repository):
    """As on a runner; needs what the package is built and runs with from an index."""
    repository.joinpath("venv.py").write_text("raise SystemExit('planted')\n", encoding="utf-8")
    done, _ = run_step(INSTALL, repository)
    assert done.returncode == 0, done.stderr
    done, _ = run_step(SCORE, repository, paths="round trip.txt")
    assert done.returncode == 1, done.stderr
    assert "round trip.txt" in done.stdout
