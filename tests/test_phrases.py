"""The phrase model: what its counts know, what it points at, what its file must be."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtdetect import phrases, style
from mtdetect.phrases import DIMENSIONS, PhraseModel, Table, Tokens
from mtdetect.text import Document

KNOWN = "the mayor made a decision and the council took a decision"
N_FEATURES = 119


def tokens_of(text):
    return phrases.tokens_of(Document(text))[0]


def hashes_of(words):
    return style.token_hashes(words)


def counted(texts, times):
    """Counts of the n-grams of ``texts``, each said to occur ``times`` times."""
    found = {"total": np.array([1000.0], dtype=np.float32)}
    for n, name in enumerate(("word", "pair", "triple"), 1):
        keys = np.unique(
            np.concatenate([phrases.ngram_keys(hashes_of(text.split()), n) for text in texts])
        )
        found[f"{name}s"] = keys
        found[f"{name}_counts"] = phrases.quantised(np.full(len(keys), times))
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(len(found["words"]), DIMENSIONS))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found["vectors"] = np.round(vectors * 127).astype(np.int8)
    return found


ARRAYS = counted([KNOWN], 50)
MISSING = 10
"""Place among the features of: the pair with the word before is expected and never occurs."""


def model(linear=None, crossed=None):
    n = phrases.Company.N_CROSSED
    weights = np.zeros(N_FEATURES, dtype=np.float32)
    for place, weight in (linear or {}).items():
        weights[place] = weight
    products = np.zeros((n, n), dtype=np.float32)
    for place, weight in (crossed or {}).items():
        products[place] = weight
    learned = {
        "mean": np.zeros(N_FEATURES, dtype=np.float32),
        "scale": np.ones(N_FEATURES, dtype=np.float32),
        "linear": weights,
        "crossed": products,
        "level": np.array([0.5], dtype=np.float32),
    }
    return PhraseModel({**ARRAYS, **learned})


def test_a_table_finds_what_it_holds_and_nothing_else():
    table = Table(np.array([3, 7, 9], dtype=np.uint32), np.array([20, 40, 60], dtype=np.uint8))
    found = table.log_counts[table.find(np.array([9, 4, 3, 10], dtype=np.uint32))]
    assert found == pytest.approx([3, 0, 1, 0])


def test_an_empty_table_knows_nothing():
    table = Table(np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.uint8))
    assert table.log_counts[table.find(np.array([1, 2], dtype=np.uint32))].tolist() == [0, 0]


@given(st.integers(0, 300_000))
def test_a_stored_count_is_within_half_a_step(count):
    stored = int(phrases.quantised(np.array([count]))[0]) * phrases.COUNT_STEP
    assert stored == pytest.approx(math.log(count + 1), abs=phrases.COUNT_STEP / 2 + 1e-9)


def test_a_count_too_great_for_a_byte_is_the_greatest():
    assert phrases.quantised(np.array([10**7])).tolist() == [255]


def test_a_key_depends_on_the_order_of_the_words_and_on_nothing_around_them():
    inside = phrases.ngram_keys(hashes_of(["far", "strong", "tea", "away"]), 2)[1]
    alone, turned = (
        phrases.ngram_keys(hashes_of(words), 2)[0]
        for words in (["strong", "tea"], ["tea", "strong"])
    )
    assert inside == alone
    assert inside != turned


@pytest.mark.parametrize("n", [1, 2, 3])
def test_fewer_words_than_an_n_gram_have_no_key(n):
    assert len(phrases.ngram_keys(hashes_of(["tea"] * (n - 1)), n)) == 0


def test_common_words_in_company_never_seen_are_missing_from_the_counts():
    company = phrases.Company(ARRAYS)
    usual = company.features(tokens_of("The council took a decision"))
    odd = company.features(tokens_of("The council decision took made"))
    assert usual[:, MISSING].tolist() == [0] * 5
    assert odd[0, MISSING] == 0
    assert (odd[2:, MISSING] > 0).all()


def test_unknown_words_have_no_company_to_miss():
    features = phrases.Company(ARRAYS).features(tokens_of("Quokkas zigzag brazenly"))
    assert features[:, MISSING] == pytest.approx([0] * 3, abs=0.01)


def test_features_are_as_many_as_the_weights():
    assert phrases.Company(ARRAYS).features(tokens_of("The mayor.")).shape == (3, N_FEATURES)


def test_a_sentence_reads_the_same_alone_and_among_others():
    company = phrases.Company(ARRAYS)
    alone = company.features(tokens_of("The mayor made a decision."))
    among = company.features(
        tokens_of("It rained. The mayor made a decision. And the council took a decision.")
    )
    assert np.array_equal(among[3:9], alone)


def test_marks_are_never_odd():
    scores = model({MISSING: 1}).scores(tokens_of("The mayor, the council."))
    assert np.isneginf(scores[[2, 5]]).all()
    assert np.isfinite(scores[[0, 1, 3, 4]]).all()


def test_linear_and_crossed_weights_add_up_before_smoothing(monkeypatch):
    monkeypatch.setattr(phrases, "SMOOTHING", 0)
    tokens = tokens_of("The council decision took made")
    features = phrases.Company(ARRAYS).features(tokens)
    x = np.clip(features, -phrases.CAP, phrases.CAP)
    expected = 2 * x[:, 1] + 3 * x[:, 1] * x[:, MISSING]
    assert model({1: 2}, {(1, MISSING): 3}).scores(tokens) == pytest.approx(expected, rel=1e-5)


def test_a_neighbour_in_the_sentence_raises_a_score_and_one_beyond_it_does_not():
    tokens = Tokens.of(["a", "b", "c", "d"], [False] * 4, np.array([0, 0, 0, 1], np.int32))
    raw = np.array([0, 0, 1, 0], dtype=np.float32)
    assert phrases.smoothed(raw, tokens) == pytest.approx([0.09, 0.3, 1, 0])


@given(st.lists(st.sampled_from(["The mayor made tea. ", "a decision, ", "\n\n", "É 7? "])))
def test_scores_do_not_depend_on_how_a_text_is_cut(parts):
    tokens = tokens_of("".join(parts))
    with pytest.MonkeyPatch.context() as patch:
        whole = model({MISSING: 1, 1: 1}).scores(tokens)
        patch.setattr(phrases, "_CHUNK", 3)
        cut = model({MISSING: 1, 1: 1}).scores(tokens)
    assert np.array_equal(whole, cut)
    assert len(whole) == len(tokens.texts)


def test_even_one_endless_sentence_is_cut(monkeypatch):
    tokens = tokens_of("tea and " * 50_000)
    assert len(set(tokens.sentence)) == 1
    sizes = []

    def scores(_, part):
        sizes.append(len(part.texts))
        return np.zeros(sizes[-1], dtype=np.float32)

    monkeypatch.setattr(PhraseModel, "_scores", scores)
    assert len(model().scores(tokens)) == sum(sizes) == 100_000
    assert max(sizes) < 40_000


@given(st.text())
def test_any_text_has_a_score_for_each_token(text):
    document = Document(text)
    tokens, spans = phrases.tokens_of(document)
    assert len(model({1: 1}).scores(tokens)) == len(spans) == len(tokens.texts)
    assert [document.normalised[start:end] for start, end in spans] == list(tokens.texts)


def groups(text, scores, most=9):
    tokens, spans = phrases.tokens_of(Document(text))
    found = phrases.odd_groups(tokens, np.array(scores, dtype=np.float32), level=0.5, most=most)
    return [(group.span(spans).of(text), round(group.score, 3)) for group in found]


def test_words_in_a_row_above_the_level_are_a_group():
    assert groups("They did a crime again", [0, 1, 0.7, 1, 0]) == [("did a crime", 0.9)]


def test_a_word_alone_is_no_group():
    assert groups("They did a crime again", [0, 1, 0, 1, 0]) == []


def test_a_group_ends_with_its_sentence():
    text = "Rain did fall. they did well"
    minus = -np.inf
    assert groups(text, [0, 0, 1, minus, 1, 1, 0]) == [("they did", 1.0)]


def test_names_are_in_no_group():
    assert groups("They saw Deep Blue win fast", [0, 1, 2, 2, 1, 1]) == [("win fast", 1.0)]


def test_of_a_long_run_the_oddest_words_are_shown():
    assert groups("one two three four five six", [1, 1, 1, 3, 3, 3]) == [
        ("three four five six", 2.5)
    ]


def test_the_oddest_groups_are_given_in_text_order():
    text = "odd one here, odder two there, oddest three last"
    m = -np.inf
    scores = [1, 1, 0, m, 2, 2, 0, m, 3, 3, 0]
    assert groups(text, scores, most=2) == [("odder two", 2.0), ("oddest three", 3.0)]


def test_a_text_without_words_has_no_groups():
    tokens, _ = phrases.tokens_of(Document(""))
    assert phrases.odd_groups(tokens, model().scores(tokens), level=0, most=3) == []


def test_of_each_stretch_the_oddest_groups_are_pointed_at():
    text = "The mayor decision took tea. It rained.\n\nThe council took and a decision."
    document = Document(text)
    sentences = document.prose_sentences
    found = phrases.odd_spans(document, model({MISSING: 0.8}), sentences, most=1)
    assert [span.of(text) for span in found] == ["decision took", "and a"]
    assert phrases.odd_spans(document, model({MISSING: 0.8}), sentences[1:2], most=1) == []
