"""National spelling is a publisher's choice: the style model must not see it."""

from __future__ import annotations

import pytest

from mtdetect.style import canonical, tokenize
from mtdetect.text.spelling import fold_spelling, spelling_pairs

PAIRS = [
    ("metres", "meters"),
    ("behaviour", "behavior"),
    ("coloured", "colored"),
    ("recognising", "recognizing"),
    ("theatres", "theaters"),
    ("favourites", "favorites"),
    ("programmes", "programs"),
    ("centred", "centered"),
    ("organisations", "organizations"),
    ("defences", "defenses"),
    ("analysed", "analyzed"),
    ("travelled", "traveled"),
    ("neighbour's", "neighbor's"),
    ("pressurised", "pressurized"),
    ("mr", "mr."),
    ("per cent", "percent"),
]


@pytest.mark.parametrize(("british", "american"), PAIRS)
def test_both_spellings_are_one_token(british, american):
    assert canonical(british) == canonical(american)


@pytest.mark.parametrize(("british", "american"), spelling_pairs())
def test_the_table_folds(british, american):
    assert fold_spelling(british) == fold_spelling(american)


@pytest.mark.parametrize(
    "word",
    ["size", "prize", "seized", "capsized", "four", "hour", "water", "meant", "there", "under"],
)
def test_other_words_stay(word):
    assert fold_spelling(word) == word


@pytest.mark.parametrize(("british", "american"), spelling_pairs())
def test_folding_twice_changes_nothing_more(british, american):
    for word in (british, american):
        assert fold_spelling(fold_spelling(word)) == fold_spelling(word)


def test_house_style_is_one_token_each():
    assert tokenize("mr. lund said 5 percent of mrs. reed's ferries, 5 per cent or 5%") == [
        "mr.", "lund", "said", "5", "percent", "of", "mrs.", "reed's", "ferries", ",",
        "5", "per cent", "or", "5", "%",
    ]  # fmt: skip
    assert canonical("%") == canonical("percent")


def test_numbers_are_told_apart_by_length_alone():
    assert canonical("17") == canonical("42") != canonical("420")
