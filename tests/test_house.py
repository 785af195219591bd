"""The house's operating point: exact bounds, what counts, and what is left out."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import make_report
from hypothesis import given
from hypothesis import strategies as st
from made_results import gone, insufficient, source

from mtdetect import house
from mtdetect.calibration import Thresholds
from mtdetect.model import default_path, load
from mtdetect.rating import Rater
from mtdetect.report import Passage
from mtdetect.result import Scored
from mtdetect.seen import SeenTexts, marks
from mtdetect.text import Document, Span

EXAMPLES = Path(__file__).parent.parent / "examples"
THRESHOLDS = Thresholds(
    words=(40, 400),
    fprs=(0.01, 0.1),
    log_odds=((2.0, 1.0), (3.0, 2.0)),
    passage_margins=(1.5, 0.5),
)
rates = st.floats(0.001, 0.2)


def scored(number, log_odds, *, words=40, passages=()):
    """A human text of its own whose log-odds, and those of its passages of 40 words, are given."""
    text = f"Text number {number} is about the weather of that day and of the day before."
    report = make_report(text, "human")
    rated = tuple(Passage(Span(0, 9), n, 0.9, value, flagged=False) for n, value in passages)
    return Scored(source(text), replace(report, log_odds=log_odds, words=words, passages=rated))


def even(n, *, top=1.0):
    """``n`` texts whose log-odds rise evenly to ``top``."""
    return [scored(i, top - (n - 1 - i) / n) for i in range(n)]


@pytest.mark.parametrize(
    ("flagged", "texts", "low", "high"),
    [  # beta quantiles, by SciPy
        (0, 598, 0.0, 0.004997058694246506),
        (0, 1, 0.0, 0.95),
        (5, 100, 0.019905563662171832, 0.1022533776432745),
        (1, 20, 0.0025613787765302806, 0.2161061642068473),
        (10, 2125, 0.0025552833950279103, 0.007969144942564167),
        (300, 5000, 0.0545670308371774, 0.06581757601921176),
        (99, 100, 0.9534401885464611, 0.9994871985837377),
        (100, 100, 0.9704869503929601, 1.0),
        (20000, 100000, 0.19792085021891803, 0.2020920107972503),
    ],
)
def test_the_bounds_are_those_of_clopper_and_pearson(flagged, texts, low, high):
    assert house.lower_bound(flagged, texts) == pytest.approx(low, rel=1e-9)
    assert house.upper_bound(flagged, texts) == pytest.approx(high, rel=1e-9)


@given(st.integers(1, 800), st.data())
def test_the_bounds_enclose_the_rate_and_rise_with_it(texts, data):
    flagged = data.draw(st.integers(0, texts - 1))
    assert house.lower_bound(flagged, texts) <= flagged / texts < house.upper_bound(flagged, texts)
    assert house.lower_bound(flagged, texts) < house.lower_bound(flagged + 1, texts)
    assert house.upper_bound(flagged, texts) < house.upper_bound(flagged + 1, texts)


@given(st.integers(0, 5000), rates)
def test_as_many_may_be_flagged_as_keep_the_bound(texts, fpr):
    most = house.most_flagged(texts, fpr)
    if most is None:
        assert texts < house.texts_needed(fpr)
        return
    assert texts >= house.texts_needed(fpr)
    assert house.upper_bound(most, texts) <= fpr * (1 + 1e-9)
    assert house.upper_bound(most + 1, texts) > fpr


def test_how_many_texts_a_rate_needs():
    needed = {fpr: house.texts_needed(fpr) for fpr in (0.001, 0.005, 0.01, 0.05, 0.2)}
    assert needed == {0.001: 2995, 0.005: 598, 0.01: 299, 0.05: 59, 0.2: 14}


@given(st.integers(1, 100_000))
def test_the_lowest_rate_for_so_many_texts_is_one_that_they_bound(texts):
    lowest = house.lowest_fpr(texts)
    assert house.texts_needed(lowest) <= texts
    assert house.texts_needed(0.98 * lowest) > texts


def test_the_true_rate_exceeds_the_chosen_one_once_in_twenty_times():
    """Excesses drawn evenly from 0 to 1, so that the true rate above a shift is 1 - shift."""
    random = np.random.default_rng(1)
    over = [1 - house.lowest_shift(random.random(800), 0.01) > 0.01 for _ in range(4000)]
    expected = 1 - sum(math.comb(800, k) * 0.01**k * 0.99 ** (800 - k) for k in range(4))
    assert house.most_flagged(800, 0.01) == 3
    assert np.mean(over) == pytest.approx(1 - expected, abs=0.012)
    assert np.mean(over) < 0.05 + 0.012


def test_the_shift_leaves_as_many_above_as_may_be_flagged():
    found = house.measure(even(1000), THRESHOLDS, fpr=0.01)
    most = house.most_flagged(1000, 0.01)
    assert most == 4
    # The text number five from above stands at 1 - 4/1000, its threshold at 2.
    assert found.shift == pytest.approx(1 - most / 1000 - 2.0, abs=2e-6)
    assert (found.texts, found.flagged, found.flagged_unshifted) == (1000, most, 0)
    assert found.rate_low == house.lower_bound(most, 1000)
    assert found.rate_high == house.upper_bound(most, 1000) <= 0.01


def test_texts_count_by_how_much_they_exceed_the_threshold_for_their_length():
    found = [scored(i, 2.4 if i % 2 else 3.3, words=40 if i % 2 else 400) for i in range(299)]
    assert house.measure(found, THRESHOLDS, fpr=0.01).shift == pytest.approx(0.4)


def test_the_strongest_passage_counts_where_it_exceeds_more_than_the_text():
    assert THRESHOLDS.passage(40, 0.01) == 3.5
    weak = [scored(i, -5.0) for i in range(298)]
    passages = ((40, 3.0), (40, 4.25), (39, 99.0))  # the last is too short ever to be flagged
    found = house.measure([*weak, scored(298, 1.0, passages=passages)], THRESHOLDS, fpr=0.01)
    assert found.shift == pytest.approx(0.75)
    assert found.flagged_unshifted == 1


@pytest.mark.parametrize("fpr", [0.01, 0.05])
def test_a_text_is_flagged_exactly_where_its_excess_is_above_the_shift(fpr):
    rater = Rater.from_model(load(default_path()))
    for path in sorted(EXAMPLES.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        document = Document(text)
        report = rater.rate(document, fpr=fpr, explain=False)
        excess = house.excess(report, rater.thresholds, fpr)
        assert (report.verdict in {"machine", "mixed"}) == (excess > 0)
        for shift in (excess - 1e-6, excess + 1e-6):
            shifted = replace(rater, thresholds=rater.thresholds.fixed(fpr, shift))
            verdict = shifted.rate(document, fpr=fpr, explain=False).verdict
            assert (verdict in {"machine", "mixed"}) == (excess > shift), path


def test_equal_texts_count_once_and_what_cannot_be_scored_not_at_all():
    found = even(300)
    again = replace(found[7], source=source(found[7].source.text.replace(" ", "\n")))
    results = [*found, again, again, insufficient(), gone(), gone()]
    point = house.measure(results, THRESHOLDS, fpr=0.01)
    assert (point.texts, point.duplicates) == (300, 2)
    assert (point.insufficient, point.unreadable) == (1, 2)


def test_too_few_texts_are_refused_with_what_would_do():
    with pytest.raises(house.TooFewTextsError) as caught:
        house.measure([*even(298), insufficient()], THRESHOLDS, fpr=0.01)
    assert (caught.value.texts, caught.value.needed) == (298, 299)
    assert str(caught.value) == (
        "298 different texts with enough prose cannot bound the false-positive rate at 0.01, even"
        " if none is flagged: bring 299, or choose a rate of 0.0101 or higher"
    )
    with pytest.raises(house.TooFewTextsError, match=r"0 different texts .* bring 299$"):
        house.measure([], THRESHOLDS, fpr=0.01)


def test_a_rate_that_the_model_was_not_measured_at_is_refused_before_the_work():
    def never():
        raise AssertionError
        yield

    with pytest.raises(ValueError, match=r"between 0.01 and 0.1, not 0.005"):
        house.measure(never(), THRESHOLDS, fpr=0.005)


def with_sentences(number):
    """As ``even``, with so many sentences in each text that nearly all of them can be known."""
    return [
        replace(
            item,
            source=source(
                " ".join(f"On day {n} they wrote: {item.source.text}" for n in range(12))
            ),
        )
        for item in even(number)
    ]


@pytest.mark.parametrize(("known", "warned"), [(0, False), (2, False), (30, True), (300, True)])
def test_texts_that_the_model_was_made_from_lower_no_threshold(known, warned):
    found = with_sentences(300)
    seen = SeenTexts(mark for item in found[:known] for mark in marks(item.source.text))
    point = house.measure(found, THRESHOLDS, fpr=0.01, seen=seen)
    assert point.seen == pytest.approx(known / 300, abs=0.01)
    assert bool(point.warning) == warned
    assert point.shift == 0 if warned else point.shift < 0
    if warned:
        assert f"{100 * point.seen:.0f} % of the texts" in point.warning


def test_seen_texts_may_raise_a_threshold():
    found = [
        replace(item, report=replace(item.report, log_odds=5.0)) for item in with_sentences(299)
    ]
    seen = SeenTexts(mark for item in found for mark in marks(item.source.text))
    assert house.measure(found, THRESHOLDS, fpr=0.01, seen=seen).shift == pytest.approx(3.0)


def test_where_no_sentence_can_be_asked_for_nothing_is_said():
    point = house.measure(even(300), THRESHOLDS, fpr=0.01, seen=None)
    assert point.seen is None
    assert point.warning is None
