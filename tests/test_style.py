"""The style model: shares that add up, views that make no difference, the same sums as training."""

from __future__ import annotations

import re
import threading
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtdetect import style
from mtdetect.style import BITS, ORDERS, StyleModel, ngrams, read, tokenize
from mtdetect.text import Document
from mtdetect.text.normalise import normalise

WORDS = ("the", "a", "council", "ferry", "1987", "12", "it's", "don't", *',.?!;:-()"', "İ", "é")
SENTENCES = (
    "The ferry was late again, and nobody on the quay complained.",
    "“It's the tide,” the captain said – and she wasn't joking.",
    "In 1987 the harbour took 1,200 boats (most of them small).",
    "Who pays? The council does; it always has!",
)
prose = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=8).map(" ".join)
pages = st.lists(prose, min_size=1, max_size=4).map("\n\n".join)
token_lists = st.lists(st.sampled_from(WORDS), max_size=40)


@cache
def model():
    """Weights for every bucket; some are dropped, as training drops rare ones."""
    rng = np.random.default_rng(0)
    idf = rng.uniform(1, 12, 2**BITS).astype(np.float32)
    idf[rng.random(2**BITS) < 0.2] = 0
    return StyleModel(idf, rng.normal(0, 1, 2**BITS).astype(np.float32))


def buckets_of(*tokens):
    """The bucket of one n-gram."""
    features = ngrams(tokens)
    return features.buckets[features.order == len(tokens)][0]


@given(token_lists)
def test_every_run_of_one_to_three_tokens_is_an_ngram(tokens):
    features = ngrams(tokens)
    found = list(zip(features.order, features.first, strict=True))
    wanted = [(n, i) for n in range(1, ORDERS + 1) for i in range(len(tokens) - n + 1)]
    assert sorted(found) == sorted(wanted)
    assert ((features.buckets >= 0) & (features.buckets < 2**BITS)).all()
    for bucket, first, order in zip(*features, strict=True):
        assert bucket == buckets_of(*tokens[first : first + order])


@given(st.lists(token_lists, max_size=5))
def test_no_ngram_crosses_paragraphs(paragraphs):
    tokens = [token for paragraph in paragraphs for token in paragraph]
    segments = np.repeat(np.arange(len(paragraphs)), [len(p) for p in paragraphs])
    whole = ngrams(tokens, segments.astype(np.int32))
    alone = np.concatenate([ngrams(p).buckets for p in paragraphs] or [np.array([], np.int32)])
    assert sorted(whole.buckets) == sorted(alone)
    last = whole.first + whole.order - 1
    assert (segments[whole.first] == segments[last]).all()


def test_order_and_position_tell_ngrams_apart():
    assert buckets_of("said", "the") != buckets_of("the", "said")
    assert len({buckets_of("the"), buckets_of("the", "the"), buckets_of("the", "the", "the")}) == 3


def test_numbers_differ_only_in_length():
    assert buckets_of("1987") == buckets_of("2024") == buckets_of("19875")
    assert len({buckets_of(n) for n in ("7", "12", "300", "1987")}) == 4


def test_the_address_of_an_ngram_is_part_of_the_model_format():
    # A model's weights are addressed by these: a change here makes every model useless.
    assert buckets_of("the") == 987_950
    assert buckets_of("said", "the") == 140_396
    assert buckets_of("said", "the", "1987") == 655_603


@settings(deadline=None)  # the first text waits for the model
@given(pages | st.text(max_size=200))
def test_token_shares_add_up_to_the_score(text):
    reading = read(Document(text))
    shares = model().token_shares(reading)
    assert shares.shape == reading.sentence.shape
    assert shares.sum() == pytest.approx(model().score(reading), abs=1e-9)


def test_a_share_is_split_over_the_tokens_of_its_ngram():
    weights = np.zeros(2**BITS, dtype=np.float32)
    weights[buckets_of("late", "again")] = 2
    only = StyleModel(np.ones(2**BITS, dtype=np.float32), weights)
    shares = only.token_shares(read(Document("The ferry was late again, late again.")))
    told = np.flatnonzero(shares)
    assert told.tolist() == [3, 4, 6, 7]
    assert np.ptp(shares[told]) == pytest.approx(0)


def test_sentences_are_counted_in_order():
    document = Document("One boat left. Two stayed here.\n\nBy then it rained.")
    reading = read(document)
    assert reading.sentence.tolist() == [0] * 4 + [1] * 4 + [2] * 5
    assert len(document.prose_sentences) == 3


@pytest.mark.parametrize("text", ["", " \n\n ", "😀", "…"])
def test_a_text_without_tokens_scores_zero(text):
    reading = read(Document(text))
    assert len(reading.features.buckets) == len(reading.sentence) == 0
    assert model().score(reading) == 0
    assert model().token_shares(reading).shape == (0,)


def test_a_text_of_unknown_ngrams_scores_zero():
    nothing_kept = StyleModel(np.zeros(2**BITS, np.float32), np.ones(2**BITS, np.float32))
    reading = read(Document(SENTENCES[0]))
    assert nothing_kept.score(reading) == 0
    assert not nothing_kept.token_shares(reading).any()


@given(pages)
def test_furniture_is_not_read(page):
    alone, framed = Document(page), Document(page + "\n\nShare this article\n\nSee also: Weather")
    assert framed.prose == alone.prose
    assert np.array_equal(read(framed).features.buckets, read(alone).features.buckets)


def curly(text):
    return text.replace("'", "’").replace(" - ", " — ").replace('"', "”")


def straight(text):
    return re.sub("[“”]", '"', text.replace("’", "'")).replace(" – ", " - ")


@pytest.mark.parametrize("view", [str.upper, str.lower, curly, straight])
@given(text=prose)
def test_case_quotes_and_dashes_make_no_difference(view, text):
    seen, plain = (ngrams(tokenize(normalise(t))).buckets for t in (view(text), text))
    assert np.array_equal(seen, plain)


@given(pages, st.integers(0, 30), st.integers(0, 30))
def test_a_stretch_read_from_a_document_is_that_stretch(page, one, other):
    document = Document(page)
    whole = read(document)
    n = len(document.prose_sentences)
    first, last = sorted((one % n, other % n))
    part = whole.between(first, last)
    inside = (whole.sentence >= first) & (whole.sentence <= last)
    assert np.array_equal(part.sentence, whole.sentence[inside])
    sentences = document.prose_sentences[first : last + 1]
    paragraphs = [p for p in document.prose if any(p.covers(s) for s in sentences)]
    stretch = "\n\n".join(
        " ".join(s.of(page) for s in sentences if p.covers(s)) for p in paragraphs
    )
    alone = ngrams(
        tokenize(normalise(stretch)),
        np.concatenate(
            [np.full(len(tokenize(normalise(p))), i) for i, p in enumerate(stretch.split("\n\n"))]
        ).astype(np.int32),
    )
    assert sorted(zip(*part.features, strict=True)) == sorted(zip(*alone, strict=True))


def test_training_counts_and_weighs_alike():
    fit = pytest.importorskip("mtdetect.training.fit")
    rng = np.random.default_rng(2)
    texts = [" ".join(rng.choice(SENTENCES, n)) for n in (1, 2, 3, 5, 8, 13, 40)]
    texts += [" ".join(rng.choice(WORDS, n)).capitalize() for n in (1, 2, 3, 20, 60)]
    trained = fit.tfidf(fit.count_matrix(texts), model().idf) @ model().weights
    scored = [model().score(read(Document(text))) for text in texts]
    assert trained == pytest.approx(scored, abs=1e-5)


def test_the_cache_of_hashes_is_bounded(monkeypatch):
    monkeypatch.setattr(style._TokenHashes, "LIMIT", 100)  # noqa: SLF001 - its limit is the subject
    monkeypatch.setattr(style, "_HASHES", style._TokenHashes())  # noqa: SLF001 - the same
    tokens = ["a" * n for n in range(1, 251)]
    first = ngrams(tokens).buckets
    assert len(style._HASHES) <= 100  # noqa: SLF001 - the same
    assert np.array_equal(ngrams(tokens).buckets, first)


def test_the_cache_of_hashes_may_be_shared_between_threads(monkeypatch):
    monkeypatch.setattr(style._TokenHashes, "LIMIT", 50)  # noqa: SLF001 - as above
    tokens = ["b" * n for n in range(1, 120)]
    wanted = ngrams(tokens).buckets
    results = []
    threads = [
        threading.Thread(target=lambda: results.extend(ngrams(tokens).buckets for _ in range(20)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 80
    assert all(np.array_equal(found, wanted) for found in results)


def test_lone_surrogates_are_tokens_or_nothing():
    read(Document("The \ud800 ferry\udfff left."))
    ngrams(["\ud800"])
