"""Passages in the manner of machine-translated pages, and the signals that must fire on them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from mtdetect.signals import catalogue
from mtdetect.text import Document

CASES = tomllib.loads((Path(__file__).parent / "data" / "machine.toml").read_text("utf-8"))["case"]
SIGNALS = catalogue()


def _params():
    for number, case in enumerate(CASES, 1):
        for name in case["expect"]:
            known = name in case.get("misses", ())
            marks = [pytest.mark.xfail(strict=True, reason=case["reason"])] if known else []
            yield pytest.param(case["text"], name, id=f"{number}-{case['via']}-{name}", marks=marks)


@pytest.mark.parametrize(("text", "name"), list(_params()))
def test_expected_damage_is_found(text, name):
    assert SIGNALS[name](Document(text)).evidence


def test_the_table_is_large_and_every_text_stands_once():
    assert len(CASES) >= 160
    assert len({case["text"] for case in CASES}) == len(CASES)
    assert sum(60 <= len(case["text"].split()) <= 150 for case in CASES) >= 40


def test_the_table_covers_every_kind_of_damage_and_many_languages():
    damage = {signal.family for signal in SIGNALS.values()} - {"human"}
    assert {SIGNALS[name].family for case in CASES for name in case["expect"]} == damage
    assert len({case["via"] for case in CASES}) >= 20


def test_every_case_expects_something_and_says_what_it_is():
    assert all(case["expect"] and case["note"] for case in CASES)


def test_known_misses_are_few_and_have_a_reason():
    missed = [case for case in CASES if "misses" in case]
    assert len(missed) * 3 <= len(CASES)
    assert all(set(case["misses"]) <= set(case["expect"]) and case["reason"] for case in missed)
