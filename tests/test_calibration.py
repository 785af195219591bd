"""Calibration by length and the thresholds of an operating point."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtdetect.calibration import (
    CENTRE_WORDS,
    LONGEST,
    SHORTEST,
    Calibration,
    Thresholds,
    log_length,
)

WORDS = (15, 40, 100, 1500)
FPRS = (0.001, 0.01, 0.1)
TABLE = Thresholds(
    words=WORDS,
    fprs=FPRS,
    log_odds=((3.0, 2.0, 1.0), (4.0, 2.5, 1.0), (6.0, 3.0, 0.5), (9.0, 3.5, 0.0)),
    passage_margins=(1.0, 0.5, 0.25),
)
words = st.integers(0, 10_000)
fprs = st.floats(FPRS[0], FPRS[-1])
terms = st.tuples(*[st.floats(-3, 3)] * 3)


def test_log_length_is_zero_at_the_centre_and_flat_outside_the_fitted_range():
    assert log_length(CENTRE_WORDS) == 0
    assert log_length(0) == log_length(1) == log_length(SHORTEST)
    assert log_length(10 * LONGEST) == log_length(LONGEST)
    assert log_length(SHORTEST) < log_length(SHORTEST + 1) < log_length(LONGEST)


def test_at_the_centre_only_the_constant_terms_speak():
    calibration = Calibration((1.5, 7.0, 9.0), (-0.5, 7.0, 9.0))
    assert calibration.scale(CENTRE_WORDS) == 1.5
    assert calibration.prior() == -0.5
    assert calibration.length(CENTRE_WORDS) == 0


@given(terms, terms, words)
def test_no_length_turns_evidence_round(scale, offset, n):
    assert Calibration(scale, offset).scale(n) >= 0


@given(terms, terms, words)
def test_prior_and_length_make_the_quadratic_offset(scale, offset, n):
    calibration = Calibration(scale, offset)
    x = log_length(n)
    whole = offset[0] + offset[1] * x + offset[2] * x * x
    assert calibration.prior() + calibration.length(n) == pytest.approx(whole)


def test_from_header():
    header = {"scale": [1, 2, 3], "offset": [4, 5, 6]}
    assert Calibration.from_header(header) == Calibration((1, 2, 3), (4, 5, 6))
    with pytest.raises(KeyError):
        Calibration.from_header({"scale": [1, 2, 3]})
    thresholds = {
        "words": list(WORDS),
        "fpr": list(FPRS),
        "log_odds": [list(row) for row in TABLE.log_odds],
        "passage_margin": list(TABLE.passage_margins),
    }
    assert Thresholds.from_header(thresholds) == TABLE


@pytest.mark.parametrize("i", range(len(WORDS)))
@pytest.mark.parametrize("j", range(len(FPRS)))
def test_thresholds_at_the_grid_are_the_table(i, j):
    assert TABLE.document(WORDS[i], FPRS[j]) == pytest.approx(TABLE.log_odds[i][j])


def test_between_grid_points_thresholds_are_linear_in_the_logs():
    middle = TABLE.document(40, math.sqrt(0.001 * 0.01))
    assert middle == pytest.approx((4.0 + 2.5) / 2)
    assert TABLE.document(round(math.sqrt(40 * 100)), 0.01) == pytest.approx(2.75, abs=0.01)


def test_outside_the_grid_the_nearest_length_is_used():
    assert TABLE.document(0, 0.01) == TABLE.document(15, 0.01)
    assert TABLE.document(90_000, 0.01) == TABLE.document(1500, 0.01)


@given(words, fprs, fprs)
def test_a_stricter_operating_point_never_has_a_lower_threshold(n, one, other):
    strict, lax = sorted((one, other))
    assert TABLE.document(n, strict) >= TABLE.document(n, lax) - 1e-12
    assert TABLE.passage(n, strict) >= TABLE.passage(n, lax) - 1e-12


@given(words, fprs)
def test_a_threshold_lies_within_the_table(n, fpr):
    assert 0.0 <= TABLE.document(n, fpr) <= 9.0


@given(words, fprs)
def test_a_passage_must_exceed_more_than_a_whole_text_of_its_length(n, fpr):
    margin = TABLE.passage(n, fpr) - TABLE.document(n, fpr)
    assert 0.25 - 1e-9 <= margin <= 1.0 + 1e-9


@pytest.mark.parametrize("fpr", [0.0, -0.01, 0.0009, 0.11, 1.0, math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("method", [TABLE.document, TABLE.passage])
def test_rates_that_were_not_measured_are_refused(method, fpr):
    with pytest.raises(ValueError, match=r"fpr must lie between 0.001 and 0.1"):
        method(100, fpr)
