"""What findings weigh together: causes, repetition, length, and the bound on a human hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtdetect.evidence import (
    HUMAN_BOUND,
    UnknownSignalError,
    Weighing,
    WeightedEvidence,
    gather,
    in_force,
    pool,
    read_signals,
    weighings,
)
from mtdetect.signals import Evidence, Reading, catalogue
from mtdetect.text import Document, Span

TEXT = "The ferry left late. It came back early. Nobody knew why it had.\n\nThen it rained."
DOCUMENT = Document(TEXT)
BY_FAMILY = {}
for _signal in catalogue().values():
    BY_FAMILY.setdefault(_signal.family, []).append(_signal.name)
ONE, TWIN = BY_FAMILY["boundaries"][:2]
OTHER = BY_FAMILY["spacing"][0]
MARK, MARK_TWIN = BY_FAMILY["quotation"][:2]


def weigh(document, measured, weighings):
    return in_force(document, gather(measured, weighings))


def at(words, note=""):
    start = TEXT.index(words)
    return Evidence(Span(start, start + len(words)), note)


def readings(**found):
    return {name: Reading(1.0, tuple(places)) for name, places in found.items()}


def weights(**by_name):
    return {name: Weighing(weight, 0.1, 0.01) for name, weight in by_name.items()}


def pairs(found):
    return [(item.signal, item.weight) for item in found]


def test_every_place_is_listed_in_text_order_with_its_note():
    found = weigh(
        DOCUMENT,
        readings(**{ONE: [at("rained", "why")], OTHER: [at("ferry"), at("early")]}),
        weights(**{ONE: 2.0, OTHER: 1.0}),
    )
    assert [TEXT[slice(*item.span)] for item in found] == ["ferry", "early", "rained"]
    assert [item.note for item in found] == ["", "", "why"]
    assert pairs(found) == [(OTHER, 1.0), (OTHER, 0.5), (ONE, 2.0)]


def test_of_one_family_in_one_sentence_the_heaviest_counts():
    found = weigh(
        DOCUMENT,
        readings(**{ONE: [at("The")], TWIN: [at("ferry")], OTHER: [at("late")]}),
        weights(**{ONE: 1.0, TWIN: 1.5, OTHER: 0.5}),
    )
    assert pairs(found) == [(ONE, 0.0), (TWIN, 1.5), (OTHER, 0.5)]


def test_a_broken_quotation_counts_once_in_its_paragraph():
    found = weigh(
        DOCUMENT,
        readings(**{MARK: [at("ferry"), at("rained")], MARK_TWIN: [at("early"), at("why")]}),
        weights(**{MARK: 1.0, MARK_TWIN: 1.5}),
    )
    assert pairs(found) == [(MARK, 0.0), (MARK_TWIN, 1.5), (MARK_TWIN, 0.0), (MARK, 1.0)]


@pytest.mark.parametrize(
    ("first", "second"),
    [("ferry", "ferry left"), ("left late", "late"), ("early", "Nobody"), ("ferry", "left")],
)
def test_findings_at_one_place_count_once_whatever_their_family(first, second):
    found = weigh(
        DOCUMENT,
        readings(**{ONE: [at(first)], OTHER: [at(second)]}),
        weights(**{ONE: 1.0, OTHER: 1.5}),
    )
    assert sorted(pairs(found)) == sorted([(ONE, 0.0), (OTHER, 1.5)])


def test_a_finding_inside_a_longer_one_counts_by_itself():
    found = weigh(
        DOCUMENT,
        readings(**{ONE: [at("The ferry left late")], OTHER: [at("ferry")]}),
        weights(**{ONE: 1.0, OTHER: 1.5}),
    )
    assert pairs(found) == [(ONE, 1.0), (OTHER, 1.5)]


def test_a_human_hand_at_the_place_of_damage_keeps_its_weight():
    found = weigh(
        DOCUMENT,
        readings(**{ONE: [at("ferry")], OTHER: [at("ferry left")]}),
        weights(**{ONE: 1.0, OTHER: -1.0}),
    )
    assert pairs(found) == [(ONE, 1.0), (OTHER, -1.0)]


def test_of_equals_the_first_counts():
    found = weigh(
        DOCUMENT,
        readings(**{ONE: [at("left")], TWIN: [at("ferry")]}),
        weights(**{ONE: 1.0, TWIN: 1.0}),
    )
    assert pairs(found) == [(TWIN, 1.0), (ONE, 0.0)]


def test_one_family_in_two_sentences_counts_twice():
    found = weigh(
        DOCUMENT,
        readings(**{ONE: [at("ferry")], TWIN: [at("early")]}),
        weights(**{ONE: 1.0, TWIN: 1.5}),
    )
    assert pairs(found) == [(ONE, 1.0), (TWIN, 1.5)]


def test_each_further_finding_of_a_signal_counts_half():
    places = [at("ferry"), at("came"), at("Nobody"), at("rained")]
    found = weigh(DOCUMENT, readings(**{ONE: places}), weights(**{ONE: 2.0}))
    assert [item.weight for item in found] == [2.0, 1.0, 0.5, 0.25]


def test_a_finding_without_force_does_not_halve_the_next():
    found = weigh(
        DOCUMENT,
        readings(**{ONE: [at("ferry"), at("rained")], TWIN: [at("left")]}),
        weights(**{ONE: 1.0, TWIN: 1.5}),
    )
    assert pairs(found) == [(ONE, 0.0), (TWIN, 1.5), (ONE, 1.0)]


def test_a_signal_that_is_not_weighed_yet_counts_zero():
    found = weigh(DOCUMENT, readings(**{ONE: [at("ferry")], OTHER: [at("early")]}), {})
    assert pairs(found) == [(ONE, 0.0), (OTHER, 0.0)]


def test_a_human_hand_is_halved_too():
    found = weigh(DOCUMENT, readings(**{ONE: [at("ferry"), at("left")]}), weights(**{ONE: -1.0}))
    assert [item.weight for item in found] == [-1.0, -0.5]


def test_nothing_found_weighs_nothing():
    assert weigh(DOCUMENT, {ONE: Reading(None), TWIN: Reading(0.0)}, {}) == []
    assert weigh(Document(""), {}, {}) == []


@given(st.data())
def test_weights_in_force_never_exceed_those_of_the_signals(data):
    names = [ONE, TWIN, OTHER]
    starts = st.lists(st.integers(0, len(TEXT) - 2), max_size=6, unique=True)
    found = {name: [Evidence(Span(i, i + 1)) for i in sorted(data.draw(starts))] for name in names}
    chosen = weights(**{name: data.draw(st.floats(-3, 3)) for name in names})
    weighed = weigh(DOCUMENT, readings(**found), chosen)
    assert len(weighed) == sum(map(len, found.values()))
    assert [item.span for item in weighed] == sorted(item.span for item in weighed)
    for item in weighed:
        own = chosen[item.signal].weight
        assert item.weight * own >= 0
        assert abs(item.weight) <= abs(own)
    for name in names:
        total = sum(item.weight for item in weighed if item.signal == name)
        assert abs(total) <= 2 * abs(chosen[name].weight) + 1e-9


SPAN = Span(0, 1)
given_weights = st.lists(st.floats(-4, 4).filter(lambda w: w == 0 or abs(w) > 1e-6), max_size=12)
page_counts = st.floats(0, 200)
shares = st.floats(0.05, 1.0)


def pooled(values, page_count, share, surplus=0.1):
    items = [WeightedEvidence(ONE, SPAN, "", value) for value in values]
    table = {ONE: Weighing(1.0, surplus + 0.01, 0.01), OTHER: Weighing(-1.0, 0.01, 5.0)}
    return [item.weight for item in pool(items, page_count, table, share)]


@given(given_weights, page_counts, shares)
def test_pooled_weights_add_up_to_the_evidence(values, page_count, share):
    found = pooled(values, page_count, share)
    damage = sum(v for v in values if v > 0)
    s = damage - 0.1 * page_count / share
    # log(d e^s + 1 - d), by the book
    undamaged = math.log1p(-share) if share < 1 else -math.inf
    high, low = max(s + math.log(share), undamaged), min(s + math.log(share), undamaged)
    wanted = max(0.0, high + math.log1p(math.exp(low - high))) if damage else 0.0
    assert sum(w for w in found if w > 0) == pytest.approx(wanted, abs=1e-9)


@given(given_weights, page_counts, shares)
def test_damage_never_speaks_for_a_person_nor_grows(values, page_count, share):
    for before, after in zip(values, pooled(values, page_count, share), strict=True):
        if before > 0:
            assert 0 <= after <= before + 1e-9
        else:
            assert before - 1e-9 <= after <= 0


@given(given_weights, page_counts, page_counts, shares)
def test_the_same_damage_in_a_longer_text_weighs_no_more(values, one, other, share):
    short, long = sorted((one, other))
    damage = [sum(w for w in pooled(values, pages, share) if w > 0) for pages in (short, long)]
    assert damage[1] <= damage[0] + 1e-9


@given(given_weights, st.floats(0.1, 4), page_counts, shares)
def test_one_more_finding_never_lowers_the_damage(values, more, page_count, share):
    def damage(found):
        return sum(w for w in pooled(found, page_count, share) if w > 0)

    assert damage([*values, more]) >= damage(values) - 1e-9


@given(given_weights, page_counts, shares)
def test_evidence_of_a_human_hand_is_bounded(values, page_count, share):
    human = -sum(w for w in pooled(values, page_count, share) if w < 0)
    stated = -sum(v for v in values if v < 0)
    assert human == pytest.approx(min(stated, HUMAN_BOUND))


def test_a_signal_that_is_commoner_in_human_text_earns_no_surplus():
    table = {ONE: Weighing(1.0, 0.01, 0.5)}
    item = WeightedEvidence(ONE, SPAN, "", 1.0)
    short, long = (pool([item], pages, table, 0.5)[0].weight for pages in (1, 1000))
    assert short == long > 0


@pytest.mark.parametrize("damage", [1e-9, 1.0, 1e4])
@pytest.mark.parametrize("page_count", [0.0, 1.0, 1e6])
@pytest.mark.parametrize("share", [1e-6, 0.5, 1.0])
def test_extremes_stay_finite(damage, page_count, share):
    (weight,) = pooled([damage], page_count, share)
    assert 0 <= weight <= damage


def test_a_header_gives_weighings():
    entry = {"weight": 1.5, "machine_rate": 0.2, "human_rate": 0.01}
    assert weighings({ONE: entry}) == {ONE: Weighing(1.5, 0.2, 0.01)}
    assert weighings({}) == {}


def test_unknown_signals_are_all_named():
    with pytest.raises(UnknownSignalError, match="a_bad_one, b_bad_one"):
        weighings({"b_bad_one": {}, ONE: {}, "a_bad_one": {}})


def test_a_weighing_needs_all_its_numbers():
    with pytest.raises(KeyError):
        weighings({ONE: {"weight": 1.0}})


def test_every_signal_is_read():
    found = read_signals(DOCUMENT)
    assert list(found) == list(catalogue())
    assert all(isinstance(reading, Reading) for reading in found.values())


def test_a_place_may_carry_a_share_of_its_signals_weight():
    readings = {ONE: Reading(1.0, (Evidence(Span(0, 1)), Evidence(Span(2, 3), "", 0.5)))}
    weights = {ONE: Weighing(2.0, 0.1, 0.01)}
    assert [item.weight for item in gather(readings, weights)] == [2.0, 1.0]
    assert [item.weight for item in gather(readings, {})] == [0.0, 0.0]
