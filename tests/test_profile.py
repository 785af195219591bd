"""Profiles: written, read, refused where they are damaged or another model's."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import MODEL
from hypothesis import given
from hypothesis import strategies as st

from mtdetect.calibration import Thresholds
from mtdetect.detector import Detector
from mtdetect.house import HousePoint
from mtdetect.profile import Profile, ProfileError, summary

EXAMPLES = Path(__file__).parent.parent / "examples"
THRESHOLDS = Thresholds(
    words=(40, 400),
    fprs=(0.001, 0.01, 0.1),
    log_odds=((3.0, 2.0, 1.0), (4.0, 3.0, 2.0)),
    passage_margins=(2.0, 1.5, 0.5),
)
POINT = HousePoint(
    fpr=0.005,
    shift=-1.25,
    texts=2000,
    flagged=4,
    rate_low=0.0007,
    rate_high=0.0046,
    flagged_unshifted=1,
    seen=0.0005,
    duplicates=12,
    insufficient=3,
    unreadable=0,
)
PROFILE = Profile(
    name="bbc",
    created=date(2026, 11, 21),
    mtdetect="0.1.0",
    redo="mtdetect calibrate --human archive --fpr 0.005 -o bbc.toml",
    model=MODEL,
    point=POINT,
)


def loaded(tmp_path, text):
    path = tmp_path / "house.toml"
    path.write_text(text, encoding="utf-8")
    return Profile.load(path)


def test_what_was_written_is_loaded(tmp_path):
    assert loaded(tmp_path, PROFILE.to_text()) == PROFILE
    unknown = replace(PROFILE, point=replace(POINT, seen=None))
    assert "seen" not in unknown.to_text()
    assert loaded(tmp_path, unknown.to_text()) == unknown


def test_it_can_be_read_by_a_person():
    lines = PROFILE.to_text().splitlines()
    assert lines[0].startswith("# An operating point of mtdetect")
    assert "created = 2026-11-21" in lines
    assert "shift = -1.25" in lines
    assert 'redo = "mtdetect calibrate --human archive --fpr 0.005 -o bbc.toml"' in lines


@given(st.text(), st.text())
def test_any_name_and_command_is_written_as_toml(name, redo):
    data = tomllib.loads(replace(PROFILE, name=name, redo=redo).to_text())
    assert (data["name"], data["redo"]) == (name, redo)


def test_a_name_that_is_no_unicode_still_gives_a_file():
    data = tomllib.loads(replace(PROFILE, name="a\udcffb\x7f").to_text())
    assert data["name"] == "a?b\x7f"


def test_the_thresholds_are_shifted_and_know_one_rate():
    house = PROFILE.thresholds(THRESHOLDS, MODEL)
    for words in (10, 40, 100, 400, 9000):
        expected = THRESHOLDS.document(words, 0.005) - 1.25
        assert house.document(words, 0.005) == pytest.approx(expected)
        expected = THRESHOLDS.passage(words, 0.005) - 1.25
        assert house.passage(words, 0.005) == pytest.approx(expected)
    with pytest.raises(ValueError, match=r"fpr must be 0\.005, the one rate at hand, not 0\.01"):
        house.document(100, 0.01)


def test_a_profile_of_another_model_is_refused():
    other = replace(PROFILE, model=replace(MODEL, version="0.9", sha256="cd" * 32))
    with pytest.raises(ProfileError) as caught:
        other.thresholds(THRESHOLDS, MODEL)
    assert str(caught.value) == (
        "profile bbc was measured with the model en 0.9 (cdcdcdcdcdcd), and this is en 1.0"
        " (abababababab): measure again, by mtdetect calibrate --human archive --fpr 0.005 -o"
        " bbc.toml"
    )


def test_a_rate_that_the_model_lacks_is_refused():
    lax = replace(PROFILE, point=replace(POINT, fpr=0.15))
    with pytest.raises(ProfileError, match=r"profile bbc: fpr must lie between 0.001 and 0.1"):
        lax.thresholds(THRESHOLDS, MODEL)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("format = 1", "format = 2", "its format is 2, and 1 is read"),
        ("format = 1\n", "", "its format is None"),
        ('name = "bbc"\n', "", "name is missing"),
        ('name = "bbc"', "name = 3", "name is not text"),
        ("created = 2026-11-21", 'created = "yesterday"', "created is not a date"),
        ("created = 2026-11-21", "created = 2026-11-21T10:00:00", "created is not a date"),
        ("format = 1", "format = 1\nfpr = 0.2", "fpr is unknown"),
        ("shift = -1.25", "shift = -1.25\npassage_shift = 2.0", "point.passage_shift is unknown"),
        ("shift = -1.25\n", "", "point.shift is missing"),
        ("shift = -1.25", "shift = nan", "point.shift is not a number"),
        ("shift = -1.25", "shift = true", "point.shift is not a number"),
        ("shift = -1.25", f"shift = 1{'0' * 400}", "not a profile"),
        ("fpr = 0.005", "fpr = 5.0", "point.fpr lies outside 0 to 1"),
        ("seen = 0.0005", "seen = -0.5", "point.seen lies outside 0 to 1"),
        ("duplicates = 12", "duplicates = -1", "point.duplicates is negative"),
        ("duplicates = 12", "duplicates = 1.5", "point.duplicates is not a whole number"),
        ("texts = 2000", "texts = 3", "more than point.texts"),
        ("texts = 2000\nflagged = 4", "texts = 0\nflagged = 0", "or there are none"),
        ("rate_high = 0.0046", "rate_high = 0.0001", "outside the interval"),
        ('name = "en"', "name = 1", "model.name is not text"),
        ("[model]", "[modell]", "modell is unknown"),
        ("[model]", "[[model]]", "model is not a table"),
        ("[point]", "[point", "not a TOML file"),
        ('name = "bbc"', "name = " + "[" * 5000, "not a TOML file"),
    ],
)
def test_a_damaged_profile_is_refused_by_name_and_key(old, new, problem, tmp_path):
    text = PROFILE.to_text()
    assert old in text
    with pytest.raises(ProfileError) as caught:
        loaded(tmp_path, text.replace(old, new, 1))
    assert "house.toml: " in str(caught.value)
    assert problem in str(caught.value)


def test_whole_numbers_pass_for_numbers(tmp_path):
    assert (
        loaded(tmp_path, PROFILE.to_text().replace("shift = -1.25", "shift = -1")).point.shift == -1
    )


def test_what_is_missing_or_no_text_is_refused(tmp_path):
    with pytest.raises(ProfileError, match=r"none\.toml: no such file"):
        Profile.load(tmp_path / "none.toml")
    path = tmp_path / "house.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ProfileError, match="not a TOML file"):
        Profile.load(path)


def test_the_summary_says_what_was_measured():
    assert (
        summary(PROFILE)
        == """\
bbc: measured on 2,000 texts, to flag at most 0.5 % of such texts
  flagged of these      4 (0.2 %), machine and mixed together
  expected of others    0.07 % to 0.46 %, each end with 95 % confidence
  thresholds            1.25 lower than the model's; those flag 1 (0.05 %)
  left out              12 duplicates, 3 without enough English prose
"""
    )


def test_of_texts_that_were_seen_the_summary_promises_nothing():
    shown = summary(replace(PROFILE, point=replace(POINT, seen=0.5)))
    assert "expected of others    cannot be told by texts that the model was made from" in shown
    assert "0.46 %" not in shown


def test_a_detector_takes_its_operating_point_from_the_profile():
    text = (EXAMPLES / "spliced.txt").read_text(encoding="utf-8")
    shipped = Detector.default()
    own = replace(PROFILE, model=shipped.model, point=replace(POINT, shift=30.0))
    plain, strict = shipped.score(text, fpr=0.005), shipped.adapted(profile=own).score(text)
    assert strict.fpr == 0.005
    assert strict.threshold == pytest.approx(plain.threshold + 30)
    assert (plain.verdict, strict.verdict) == ("mixed", "human")
    assert strict.log_odds == plain.log_odds


@pytest.mark.parametrize(
    ("shift", "words"),
    [(0.0, "   the model's; those"), (0.5, "0.50 higher than the model's; those")],
)
def test_the_summary_says_which_way_the_thresholds_moved(shift, words):
    clean = replace(POINT, shift=shift, duplicates=0, insufficient=0)
    shown = summary(replace(PROFILE, point=clean))
    assert words in shown
    assert "left out              none" in shown
