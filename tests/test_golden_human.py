"""Human English of many kinds, none of which may be accused at the default operating point."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import mtdetect

CASES = tomllib.loads((Path(__file__).parent / "data" / "human.toml").read_text("utf-8"))["case"]

IN_BRITISH = (
    "The council said on Tuesday that the new centre would open in spring. The building, 400 metres"
    " from the harbour, is the favourite project of the mayor, who has defended the programme for"
    " years. About 60 per cent of the cost, he said, would be paid by the labour ministry."
    " Neighbours have complained about the colour of the roof and the behaviour of the contractors."
    " The organisers recognise the problem and have apologised. The theatre next door will be used"
    " as a store until the work is finished."
)
IN_AMERICAN = (
    "The council said on Tuesday that the new center would open in spring. The building, 400 meters"
    " from the harbor, is the favorite project of the mayor, who has defended the program for"
    " years. About 60 percent of the cost, he said, would be paid by the labor ministry."
    " Neighbors have complained about the color of the roof and the behavior of the contractors."
    " The organizers recognize the problem and have apologized. The theater next door will be used"
    " as a store until the work is finished."
)


# The most that all findings of one signal together may weigh against a human text, in log-odds.
CLEAN = 1.5


@cache
def _weights(text):
    """What each signal that fires on ``text`` weighs, its findings added up."""
    weights = Counter()
    for finding in mtdetect.score(text).findings:
        weights[finding.signal] += finding.weight
    return weights


def _param(case):
    marks = [pytest.mark.xfail(strict=True, reason=case["xfail"])] if "xfail" in case else []
    return pytest.param(case["text"], id=case["kind"], marks=marks)


def test_the_table_is_large_and_names_each_kind_once():
    kinds = [case["kind"] for case in CASES]
    assert len(kinds) >= 160
    assert len(set(kinds)) == len(kinds)


def test_few_failures_are_known():
    assert sum("xfail" in case for case in CASES) <= 4


@pytest.mark.parametrize("text", [_param(case) for case in CASES])
def test_human_text_is_not_accused(text):
    assert mtdetect.score(text, explain=False).verdict in {"human", "insufficient"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["kind"])
def test_no_signal_weighs_much_against_human_text(case):
    # A verdict may hide evidence that another text of the kind would fall to.
    heavy = {name for name, weight in _weights(case["text"]).items() if weight > CLEAN}
    assert heavy <= set(case.get("tolerates", ()))


def test_little_is_tolerated_and_with_a_reason():
    tolerant = [case for case in CASES if "tolerates" in case]
    assert len(tolerant) <= 12
    assert all(case["because"] for case in tolerant)


@pytest.mark.parametrize("text", [case["text"] for case in CASES], ids=lambda text: text[1:30])
def test_typewriter_quotes_do_not_convict(text):
    # Straightening quotes is what editors and mail programs do to anybody's text.
    straight = text.translate(str.maketrans("“”‘’", "\"\"''"))
    before, after = (mtdetect.score(t, explain=False) for t in (text, straight))
    assert after.verdict == before.verdict


def test_spelling_is_the_writers_and_not_the_engines():
    british, american = (mtdetect.score(t, explain=False) for t in (IN_BRITISH, IN_AMERICAN))
    assert american.verdict == british.verdict
    assert abs(american.log_odds - british.log_odds) < 1.0
