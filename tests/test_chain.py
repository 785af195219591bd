"""The two-state chain: against every path of states, and where numbers grow large."""

from __future__ import annotations

import math
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtdetect.chain import runs, sigmoid, smooth

evidence = st.floats(-30, 30)
switches = st.floats(0.001, 0.5)


def evenly(log_odds, switch):
    """Smoothed with the same chance of a change everywhere."""
    return smooth(log_odds, [switch] * (len(log_odds) - 1))


def by_enumeration(log_odds, switches):
    """Posterior of the machine state, summed over all 2^n paths: slow and beyond doubt."""
    n = len(log_odds)
    total = 0.0
    machine = [0.0] * n
    for path in product((0, 1), repeat=n):
        log_weight = sum(
            math.log(switch if a != b else 1 - switch)
            for (a, b), switch in zip(pairwise(path), switches, strict=True)
        )
        log_weight += sum(own for own, state in zip(log_odds, path, strict=True) if state)
        weight = math.exp(log_weight)
        total += weight
        for i, state in enumerate(path):
            machine[i] += weight * state
    return [m / total for m in machine]


@given(st.lists(evidence, min_size=1, max_size=8), st.data())
def test_forward_backward_is_the_sum_over_all_paths(log_odds, data):
    n = len(log_odds) - 1
    chances = data.draw(st.lists(switches, min_size=n, max_size=n))
    wanted = by_enumeration(log_odds, chances)
    assert smooth(log_odds, chances) == pytest.approx(wanted, abs=1e-9)


def test_nothing_in_nothing_out():
    assert evenly([], switch=0.1) == []


@given(evidence, switches)
def test_a_lone_sentence_keeps_its_own_odds(own, switch):
    assert evenly([own], switch=switch) == [pytest.approx(sigmoid(own))]


@given(st.lists(evidence, min_size=1, max_size=8))
def test_neighbours_say_nothing_when_every_sentence_may_change_hands(log_odds):
    assert evenly(log_odds, switch=0.5) == pytest.approx([sigmoid(own) for own in log_odds])


@given(st.lists(evidence, min_size=1, max_size=8), switches)
def test_the_states_are_symmetric(log_odds, switch):
    flipped = evenly([-own for own in log_odds], switch=switch)
    assert evenly(log_odds, switch=switch) == pytest.approx([1 - p for p in flipped], abs=1e-9)


@given(st.lists(st.sampled_from((-1e4, -800.0, 0.0, 800.0, 1e4)), max_size=12), switches)
def test_extreme_evidence_overflows_nowhere(log_odds, switch):
    smoothed = evenly(log_odds, switch=switch)
    assert all(0 <= p <= 1 for p in smoothed)
    # Evidence that no neighbour can outweigh decides its own sentence.
    assert all((p > 0.5) == (own > 0) for p, own in zip(smoothed, log_odds, strict=True) if own)


def test_a_pasted_paragraph_is_found_and_a_lone_odd_sentence_is_not():
    pasted = evenly([-1.5] * 6 + [1.5] * 4 + [-1.5] * 6, switch=0.05)
    assert all(p > 0.5 for p in pasted[6:10])
    assert all(p < 0.5 for p in pasted[:6] + pasted[10:])
    lone = evenly([-1.5] * 6 + [1.5] + [-1.5] * 6, switch=0.05)
    assert all(p < 0.5 for p in lone)


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
