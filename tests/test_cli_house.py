"""A house's own settings at work: operating point, baseline, suppressions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mtdetect import house
from mtdetect.cli import main

EXAMPLES = Path(__file__).parent.parent / "examples"
ROUND_TRIP = (EXAMPLES / "round_trip.txt").read_text(encoding="utf-8")
NATIVE = (EXAMPLES / "native.txt").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(name, text):
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return name


@pytest.fixture
def archive():
    """As many texts as a rate of 0.2 needs, no two alike."""
    sentences = NATIVE.replace("\n", " ").split(". ")
    needed = house.texts_needed(0.2)
    for number in range(needed):
        text = ". ".join([*sentences[number % 3 :], f"This is number {number} of the series."])
        write(f"archive/{number}.txt", text)
    return needed


def test_an_operating_point_is_measured_stored_and_used(archive, capsys):
    assert main(["calibrate", "--human", "archive", "--fpr", "0.2", "-o", "house.toml"]) == 0
    out, err = capsys.readouterr()
    assert f"house: measured on {archive} texts" in out
    assert err == ""
    write("a.txt", ROUND_TRIP)
    assert main(["--format", "json", "--profile", "house.toml", "a.txt"]) == 1
    report = json.loads(capsys.readouterr().out)["files"][0]["report"]
    assert report["fpr"] == 0.2
    main(["--format", "json", "--fpr", "0.2", "a.txt"])
    shipped = json.loads(capsys.readouterr().out)["files"][0]["report"]
    assert report["threshold"] != shipped["threshold"]
    assert report["log_odds"] == shipped["log_odds"]
    write("mtdetect.toml", 'profile = "house.toml"')
    assert main(["--format", "json", "a.txt"]) == 1
    assert json.loads(capsys.readouterr().out)["files"][0]["report"] == report


def test_too_few_texts_are_refused(archive, capsys):
    assert main(["calibrate", "--human", "archive", "--fpr", "0.1", "-o", "house.toml"]) == 2
    assert f"{archive} different texts" in capsys.readouterr().err
    assert not Path("house.toml").exists()


def test_what_cannot_be_read_is_named_and_counted(archive, capsys):
    Path("archive/broken.txt").write_bytes(b"\x89PNG\r\n")
    assert main(["calibrate", "--human", "archive", "--fpr", "0.2", "-o", "house.toml"]) == 2
    out, err = capsys.readouterr()
    assert "archive/broken.txt: looks like a PNG image" in err
    assert f"measured on {archive} texts" in out
    assert "1 unreadable" in out


@pytest.mark.parametrize(
    ("argv", "complaint"),
    [
        (["-o", "a.toml"], "--human"),
        (["--human", "."], "-o/--output"),
        (["--human", ".", "-o", "no/a.toml"], "there is no folder no"),
        (["--human", ".", "-o", "a.toml", "--fpr", "2"], "not a share"),
    ],
)
def test_wrong_usage_of_calibrate(argv, complaint, capsys):
    assert main(["calibrate", *argv]) == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize("text", ["fpr = 1", "not toml", ""])
def test_a_profile_that_is_none(text, capsys):
    write("a.txt", NATIVE)
    write("house.toml", text)
    assert main(["--profile", "house.toml", "a.txt"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("mtdetect: house.toml: not a")


def test_only_what_is_new_counts(capsys):
    write("old.txt", ROUND_TRIP)
    assert main(["--write-baseline", "known.json", "old.txt"]) == 1
    assert "ferry" not in Path("known.json").read_text(encoding="utf-8")
    assert main(["--baseline", "known.json", "--quiet", "old.txt"]) == 0
    write("moved/new_name.txt", ROUND_TRIP)
    assert main(["--baseline", "known.json", "moved"]) == 0
    write("fresh.txt", (EXAMPLES / "spliced.txt").read_text(encoding="utf-8"))
    capsys.readouterr()
    assert main(["--baseline", "known.json", "--quiet", "old.txt", "fresh.txt"]) == 1
    assert capsys.readouterr().out.startswith("fresh.txt")


def test_a_baseline_that_is_none(capsys):
    write("a.txt", NATIVE)
    assert main(["--baseline", write("known.json", "{}"), "a.txt"]) == 2
    assert "known.json: not a baseline" in capsys.readouterr().err


def suppressed(reason):
    return f"<!-- mtdetect: disable all {reason} -->\n\n{ROUND_TRIP}"


def test_the_accused_must_not_silence_the_witness(capsys):
    write("a.md", suppressed("-- we like it so"))

    def findings():
        code = main(["--format", "json", "a.md"])
        row = json.loads(capsys.readouterr().out)["files"][0]
        assert code == 1
        return row["report"]["log_odds"], [f["hidden"] for f in row["report"]["findings"]]

    log_odds, shown = findings()
    assert shown
    assert not any(shown)
    write("mtdetect.toml", "suppressions = true")
    same, hidden = findings()
    assert same == log_odds
    assert hidden == len(shown) * [{"why": "suppressed", "note": "we like it so"}]


def test_a_suppression_without_effect_is_reported(capsys):
    write("mtdetect.toml", "suppressions = true")
    write("a.md", suppressed(""))
    main(["a.md"])
    assert "a.md: line 1: mtdetect: disable has no effect without a reason" in (
        capsys.readouterr().err
    )
