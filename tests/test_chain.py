"""The two-state chain: against every path of every explanation, and where numbers are large."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtdetect import chain
from mtdetect.chain import ChainSettings, Sentences, machine_probabilities, runs, sigmoid

SETTINGS = ChainSettings(
    human=(-0.2, 0.15),
    machine=(0.2, 0.1),
    tie=0.3,
    spread=3.0,
    mixed=0.8,
    within=0.002,
    between=0.2,
)
WORDS = 20.0


def document(levels, *, words=WORDS, opens=(), evidence=()):
    """Sentences that score exactly at these levels."""
    n = len(levels)
    told = np.zeros(n)
    told[: len(evidence)] = evidence
    return Sentences(
        np.array(levels, dtype=float) * words,
        np.full(n, words),
        told,
        np.array([i == 0 or i in opens for i in range(n)], dtype=bool),
    )


def likelihood(score, words, level):
    """Of a score that is normal about its level, but for what all levels share."""
    return math.exp((level * score - level**2 * words / 2) / SETTINGS.spread)


def by_enumeration(sentences):
    """Posterior of the machine, summed over authors, levels and all 2^n paths: beyond doubt."""
    n = len(sentences.scores)
    total, machine = 0.0, [0.0] * n
    paths = [*product((0, 1), repeat=n)]
    levels = chain.level_pairs(SETTINGS)
    for human, other, prior in zip(*levels.both, levels.prior, strict=True):
        for path in paths:
            weight = SETTINGS.mixed / 2
            for (a, b), opens in zip(pairwise(path), sentences.opens[1:], strict=True):
                switch = SETTINGS.between if opens else SETTINGS.within
                weight *= switch if a != b else 1 - switch
            weight += (1 - SETTINGS.mixed) / 2 * (path in {paths[0], paths[-1]})
            weight *= math.exp(prior)
            for state, score, words, told in zip(path, *sentences[:3], strict=True):
                weight *= likelihood(score, words, other if state else human)
                weight *= math.exp(told) if state else 1
            total += weight
            for i, state in enumerate(path):
                machine[i] += weight * state
    return [m / total for m in machine]


levels = st.floats(-1, 1)


@pytest.mark.parametrize(
    ("scores", "words", "evidence", "opens"),
    [
        ([3.0], [12.0], [0.0], [True]),
        ([-4.0, 6.0], [12.0, 30.0], [0.5, 0.0], [True, True]),
        ([-4.0, 6.0, 5.0, -2.0], [20.0, 30.0, 9.0, 0.0], [0, 2, 0, -1], [True, True, False, True]),
        ([9.0, 8.0, -9.0], [20.0, 25.0, 30.0], [0, 0, 0], [True, False, False]),
    ],
)
def test_the_posterior_is_the_sum_over_all_explanations(scores, words, evidence, opens):
    told = Sentences(*(np.array(part, dtype=float) for part in (scores, words, evidence)),
                     np.array(opens))  # fmt: skip
    assert machine_probabilities(told, SETTINGS) == pytest.approx(by_enumeration(told), abs=1e-6)


def test_a_long_document_is_cut_into_parts_with_levels_of_their_own(monkeypatch):
    levels = [-0.3] * 6 + [0.2] * 6
    monkeypatch.setattr(chain, "LONGEST", 7)
    found = machine_probabilities(document(levels, opens=(6,)), SETTINGS)
    halves = [machine_probabilities(document(half), SETTINGS) for half in (levels[:6], levels[6:])]
    assert found == pytest.approx([p for half in halves for p in half])


def test_a_long_human_document_does_not_fall_apart():
    rng = np.random.default_rng(0)
    n = 3000
    scores = -0.3 * WORDS + rng.normal(size=n) * math.sqrt(1.3 * SETTINGS.spread * WORDS)
    told = document(scores / WORDS, opens=range(0, n, 3))
    assert np.mean(np.array(machine_probabilities(told, SETTINGS)) > 0.5) < 0.1


def test_nothing_in_nothing_out():
    assert machine_probabilities(document([]), SETTINGS) == []


@given(st.integers(1, 6))
def test_sentences_that_say_nothing_leave_even_odds(n):
    told = document([0.0] * n, words=0.0)
    assert machine_probabilities(told, SETTINGS) == pytest.approx([0.5] * n)


def test_whole_documents_are_one_hand():
    for level, machine in ((-0.2, False), (0.25, True)):
        found = machine_probabilities(document([level] * 30, opens=range(0, 30, 3)), SETTINGS)
        assert all((p > 0.8) == machine and (p < 0.2) != machine for p in found)


def pasted(host, insertion, *, opens):
    """Probabilities of six sentences of a host, four of an insertion, six of the host."""
    return machine_probabilities(
        document([host] * 6 + [insertion] * 4 + [host] * 6, opens=opens), SETTINGS
    )


def test_a_pasted_paragraph_is_found_and_a_lone_odd_sentence_is_not():
    found = pasted(-0.3, 0.4, opens=(6, 10))
    assert all(p > 0.5 for p in found[6:10])
    assert all(p < 0.5 for p in found[:6] + found[10:])
    lone = machine_probabilities(document([-0.3] * 6 + [0.4] + [-0.3] * 6), SETTINGS)
    assert all(p < 0.5 for p in lone)


def test_what_counts_is_the_distance_from_the_rest():
    """A paragraph stands out the more the less suspect its document is; among its like, not."""
    found = [pasted(host, 0.2, opens=(6, 10)) for host in (-0.6, -0.3, -0.1, 0.2)]
    assert found[0][8] > 0.7
    standing_out = [p[8] - p[0] for p in found]
    assert sorted(standing_out, reverse=True) == standing_out
    assert max(found[-1]) - min(found[-1]) < 0.05


def test_an_author_changes_between_paragraphs_rather_than_within():
    levels = [-0.2] * 6 + [0.25] * 6
    between, within = (
        machine_probabilities(document(levels, opens=opens), SETTINGS) for opens in ((6,), ())
    )
    assert between[6] - between[5] > within[6] - within[5]


@given(st.lists(levels, min_size=1, max_size=8), st.data())
def test_evidence_for_the_machine_never_lowers_its_sentence(drawn, data):
    place = data.draw(st.integers(0, len(drawn) - 1))
    told = np.zeros(len(drawn))
    before = machine_probabilities(document(drawn, evidence=told), SETTINGS)
    told[place] = 2.0
    after = machine_probabilities(document(drawn, evidence=told), SETTINGS)
    assert after[place] >= before[place] - 0.01


@given(st.lists(st.sampled_from((-1e4, -800.0, 0.0, 800.0, 1e4)), max_size=12))
def test_extreme_scores_overflow_nowhere(scores):
    told = document([score / WORDS for score in scores], opens=range(0, 12, 2))
    assert all(0 <= p <= 1 + 1e-9 for p in machine_probabilities(told, SETTINGS))


def test_every_document_may_be_mixed():
    """Nothing hangs on documents of one hand: without them the chain alone decides."""
    told = document([-0.2] * 6 + [0.25] * 6, opens=(6,))
    found = machine_probabilities(told, replace(SETTINGS, mixed=1 - 1e-12))
    assert found[0] < 0.5 < found[-1]


@given(st.floats(-1e6, 1e6))
def test_sigmoid_is_a_probability_and_symmetric(x):
    assert 0 <= sigmoid(x) <= 1
    assert sigmoid(x) + sigmoid(-x) == pytest.approx(1)


@given(st.lists(st.floats(-800, 800), min_size=2))
def test_sigmoid_is_monotone(xs):
    xs.sort()
    values = [sigmoid(x) for x in xs]
    assert values == sorted(values)


@given(st.lists(st.floats(0, 1)), st.floats(0, 1))
def test_runs_are_maximal_and_hold_all_sentences_above(probabilities, above):
    found = runs(probabilities, above=above)
    inside = {i for first, last in found for i in range(first, last + 1)}
    assert inside == {i for i, p in enumerate(probabilities) if p > above}
    for (_, last), (first, _) in pairwise(found):
        assert first > last + 1


def test_runs_leave_out_the_bound_itself():
    assert runs([0.5, 0.6, 0.5, 0.7, 0.8], above=0.5) == [(1, 1), (3, 4)]
    assert runs([], above=0.5) == []
