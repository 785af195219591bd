"""The style model: shares that add up, views that make no difference, the same sums as training."""

from __future__ import annotations

import re
import threading
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtdetect import style
from mtdetect.style import KINDS, SLOT_BITS, VIEWS, StyleModel, Vocabulary, ngrams, read, tokenize
from mtdetect.text import Document
from mtdetect.text.normalise import normalise

WORDS = ("the", "a", "council", "ferry", "1987", "12", "it's", "don't", *',.?!;:-()"', "İ", "é")
ADDRESSES = [(534_794, 63_066), (1_943_691, 63_228)]
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
    """Weights for most n-grams of the test's texts; some do not count, as rare ones in training."""
    rng = np.random.default_rng(0)
    met = [" ".join(rng.choice(SENTENCES, 9)) for _ in range(9)] + [
        " ".join(rng.choice(WORDS, 400))
    ]
    return known(ngrams(tokenize(normalise("\n".join(met)))), rng)


class Listed(NamedTuple):
    """The n-grams of a token sequence one by one, kind by kind, each in text order."""

    slots: np.ndarray
    checks: np.ndarray
    first: np.ndarray
    kind: np.ndarray


def listed(features):
    kind, first = np.nonzero(features.left >= np.array([n for _, n in KINDS])[:, None])
    return Listed(*style.slot_and_check(features.keys[kind, first]), first, kind)


def known(features, rng):
    """A model with random weights that knows these n-grams."""
    slots, one_each = np.unique(listed(features).slots, return_index=True)
    idf = rng.uniform(1, 12, len(slots)).astype(np.float32)
    idf[rng.random(len(slots)) < 0.2] = 0
    vocabulary = Vocabulary(slots, listed(features).checks[one_each], idf)
    return StyleModel(vocabulary, rng.normal(0, 1, len(slots)).astype(np.float32))


def only(weight, *ngram):
    """A model that knows one n-gram of words."""
    slot, check = address(*ngram)
    vocabulary = Vocabulary(np.array([slot]), np.array([check]), np.ones(1, np.float32))
    return StyleModel(vocabulary, np.array([weight], np.float32))


def address(*tokens, view=0):
    """Slot and check number of one n-gram."""
    features = listed(ngrams(tokens))
    chosen = features.kind == KINDS.index((view, len(tokens)))
    return int(features.slots[chosen][0]), int(features.checks[chosen][0])


@given(token_lists)
def test_every_run_of_tokens_is_an_ngram_of_its_kind(tokens):
    features = listed(ngrams(tokens))
    found = list(zip(features.kind, features.first, strict=True))
    wanted = [(k, i) for k, (_, n) in enumerate(KINDS) for i in range(len(tokens) - n + 1)]
    assert found == wanted
    assert ((features.slots >= 0) & (features.slots < 2**SLOT_BITS)).all()
    for slot, check, first, kind in zip(*features, strict=True):
        view, n = KINDS[kind]
        assert (slot, check) == address(*tokens[first : first + n], view=view)


@given(st.lists(token_lists, max_size=5))
def test_no_ngram_crosses_paragraphs(paragraphs):
    tokens = [token for paragraph in paragraphs for token in paragraph]
    segments = np.repeat(np.arange(len(paragraphs)), [len(p) for p in paragraphs])
    whole = listed(ngrams(tokens, segments.astype(np.int32)))
    alone = np.concatenate(
        [listed(ngrams(p)).slots for p in paragraphs] or [np.array([], np.int32)]
    )
    assert sorted(whole.slots) == sorted(alone)
    last = whole.first + np.array([n for _, n in KINDS])[whole.kind] - 1
    assert (segments[whole.first] == segments[last]).all()


def test_order_and_position_tell_ngrams_apart():
    assert address("said", "the") != address("the", "said")
    assert len({address(*["the"] * n, view=v) for v, n in KINDS}) == len(KINDS)


def test_the_masked_view_sees_frequent_words_alone():
    ferry, tunnel, was = (("the", word, "late") for word in ("ferry", "tunnel", "was"))
    assert address(*ferry, view=1) == address(*tunnel, view=1) != address(*was, view=1)
    assert address(*ferry) != address(*tunnel)
    assert 250 < len(style.frequent_tokens()) <= 300
    assert all(style.canonical(token) == token for token in style.frequent_tokens())


def test_numbers_differ_only_in_length():
    assert address("1987") == address("2024") == address("19875")
    assert len({address(n) for n in ("7", "12", "300", "1987")}) == 4


def test_the_address_of_an_ngram_is_part_of_the_model_format():
    # A model's weights are addressed by these: a change here makes every model useless.
    assert [address("the"), address("said", "the")] == ADDRESSES


@settings(deadline=None)  # the first text waits for the model
@given(pages | st.text(max_size=200))
def test_token_shares_add_up_to_the_score(text):
    reading = read(Document(text))
    shares = model().token_shares(reading)
    assert shares.shape == reading.sentence.shape
    assert shares.sum() == pytest.approx(model().score(reading), abs=1e-9)


def test_a_share_is_split_over_the_tokens_of_its_ngram():
    shares = only(2, "late", "again").token_shares(
        read(Document("The ferry was late again, late again."))
    )
    told = np.flatnonzero(shares)
    assert told.tolist() == [3, 4, 6, 7]
    assert shares[told] == pytest.approx([0.5] * 4)


def test_each_view_is_weighed_by_its_own_length():
    plain, masked = VIEWS[0][0], VIEWS[1][0]
    text = "the boat and the tide and the quay"
    features = ngrams(tokenize(text))
    slots, one_each = np.unique(listed(features).slots, return_index=True)
    checks = listed(features).checks[one_each]
    vocabulary = Vocabulary(slots, checks, np.ones(len(slots), np.float32))
    place, _, value = vocabulary.occurrences(features)
    kind = place // len(features.left)
    slot, _ = style.slot_and_check(features.keys.ravel()[place])
    for view, shortest in ((0, plain), (1, masked)):
        of_view = np.array([KINDS[k][0] == view for k in kind])
        summed = np.bincount(slot[of_view], weights=value[of_view])
        assert np.sqrt(summed @ summed) == pytest.approx(1)
        assert (kind[of_view] >= KINDS.index((view, shortest))).all()


def test_a_stranger_in_a_known_slot_is_not_taken_for_the_known():
    slot, check = address("ferry")
    stranger = Vocabulary(
        np.array([slot]), np.array([check ^ 1], np.uint16), np.ones(1, np.float32)
    )
    assert StyleModel(stranger, np.ones(1, np.float32)).score(read(Document("The ferry."))) == 0
    assert only(1, "ferry").score(read(Document("The ferry."))) == pytest.approx(1)


def test_models_share_a_vocabulary_and_no_model_comes_late():
    slot, check = address("ferry")
    vocabulary = Vocabulary(np.array([slot]), np.array([check], np.uint16), np.ones(1, np.float16))
    one, two = (StyleModel(vocabulary, np.array([w], np.float16)) for w in (1, -2))
    reading = read(Document("The ferry."))
    assert (one.score(reading), two.score(reading)) == pytest.approx((1, -2))
    with pytest.raises(RuntimeError, match="after its first reading"):
        StyleModel(vocabulary, np.ones(1, np.float16))


def test_sentences_are_counted_in_order():
    document = Document("One boat left. Two stayed here.\n\nBy then it rained.")
    reading = read(document)
    assert reading.sentence.tolist() == [0] * 4 + [1] * 4 + [2] * 5
    assert len(document.prose_sentences) == 3


@pytest.mark.parametrize("text", ["", " \n\n ", "😀", "…"])
def test_a_text_without_tokens_scores_zero(text):
    reading = read(Document(text))
    assert reading.features.keys.shape == (len(KINDS), 0)
    assert len(reading.features.left) == len(reading.sentence) == 0
    assert model().score(reading) == 0
    assert model().token_shares(reading).shape == (0,)


def test_a_text_of_unknown_ngrams_scores_zero():
    nothing_kept = only(1, "zeppelin")
    reading = read(Document(SENTENCES[0]))
    assert nothing_kept.score(reading) == 0
    assert not nothing_kept.token_shares(reading).any()


@given(pages)
def test_furniture_is_not_read(page):
    alone, framed = Document(page), Document(page + "\n\nShare this article\n\nSee also: Weather")
    assert framed.prose == alone.prose
    assert np.array_equal(read(framed).features.keys, read(alone).features.keys)


def curly(text):
    return text.replace("'", "’").replace(" - ", " — ").replace('"', "”")


def straight(text):
    return re.sub("[“”]", '"', text.replace("’", "'")).replace(" – ", " - ")


@pytest.mark.parametrize("view", [str.upper, str.lower, curly, straight])
@given(text=prose)
def test_case_quotes_and_dashes_make_no_difference(view, text):
    seen, plain = (ngrams(tokenize(normalise(t))).keys for t in (view(text), text))
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
    of_part, of_alone = listed(part.features), listed(alone)
    assert sorted(zip(*of_part, strict=True)) == sorted(zip(*of_alone, strict=True))


def test_training_counts_and_weighs_alike():
    fit = pytest.importorskip("mtdetect.training.fit")
    make = pytest.importorskip("mtdetect.training.units").Sample
    rng = np.random.default_rng(2)
    texts = [" ".join(rng.choice(SENTENCES, n)) for n in (1, 2, 3, 5, 8, 13, 40)]
    texts += [" ".join(rng.choice(WORDS, n)).capitalize() for n in (1, 2, 3, 20, 60)]
    units = [
        make(text, "mt" if i % 2 else "ht", "ht", "x", f"x-{i}", "", "", "", str(i), 1)
        for i, text in enumerate(texts)
    ]
    design = fit.design(units, progress=lambda _: None, min_passages=2)
    idfs = [fit.inverse_document_frequency(counts) for counts in design.counts]
    weights = rng.normal(0, 1, len(design.slots)).astype(np.float32)
    by_view = np.split(weights, [len(idfs[0])])
    trained = sum(
        fit.tfidf(counts, idf) @ w
        for counts, idf, w in zip(design.counts, idfs, by_view, strict=True)
    )
    vocabulary = Vocabulary(design.slots, design.checks, np.concatenate(idfs))
    fitted = StyleModel(vocabulary, weights)
    scored = [fitted.score(read(Document(text))) for text in texts]
    assert trained == pytest.approx(scored, abs=1e-5)
    assert np.ptp(scored) > 0.1


def test_the_cache_of_hashes_is_bounded(monkeypatch):
    monkeypatch.setattr(style._TokenHashes, "LIMIT", 100)  # noqa: SLF001 - its limit is the subject
    monkeypatch.setattr(style, "_HASHES", style._TokenHashes())  # noqa: SLF001 - the same
    tokens = ["a" * n for n in range(1, 251)]
    first = ngrams(tokens).keys
    assert len(style._HASHES) <= 100  # noqa: SLF001 - the same
    assert np.array_equal(ngrams(tokens).keys, first)


def test_the_cache_of_hashes_may_be_shared_between_threads(monkeypatch):
    monkeypatch.setattr(style._TokenHashes, "LIMIT", 50)  # noqa: SLF001 - as above
    tokens = ["b" * n for n in range(1, 120)]
    wanted = ngrams(tokens).keys
    results = []
    threads = [
        threading.Thread(target=lambda: results.extend(ngrams(tokens).keys for _ in range(20)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 80
    assert all(np.array_equal(found, wanted) for found in results)


pieces = st.lists(
    st.one_of(
        st.sampled_from([*WORDS, "per", "cent", "per cent", "percent", "mr.", "st.x"]), st.text()
    ),
    max_size=20,
)


@given(pieces, st.sampled_from(["", " ", "\n", "\u2009", "-"]))
def test_pieces_between_white_space_hold_the_tokens_of_the_text(parts, between):
    text = normalise(between.join(parts))
    read_whole = style.token_hashes(tokenize(text)).tobytes()
    assert style._hashes_of(text) == read_whole  # noqa: SLF001 - its tokens are the subject


def test_the_cache_of_pieces_is_bounded(monkeypatch):
    monkeypatch.setattr(style._PieceHashes, "LIMIT", 100)  # noqa: SLF001 - its limit is the subject
    monkeypatch.setattr(style, "_PIECES", style._PieceHashes())  # noqa: SLF001 - the same
    text = " ".join(f"{n} cc" + "c" * (n % 60) for n in range(1, 251))
    first = style._hashes_of(text)  # noqa: SLF001 - the same
    assert max(map(len, style._PIECES)) <= 40  # noqa: SLF001 - the same
    assert len(style._PIECES) <= 100  # noqa: SLF001 - the same
    assert style._hashes_of(text) == first  # noqa: SLF001 - the same


def test_all_ngrams_at_once_have_the_keys_of_each_kind_alone():
    hashes = style.token_hashes(WORDS)
    features = ngrams(WORDS)
    for (_, n), keys, row in zip(KINDS, style.ngram_keys(hashes), features.keys, strict=True):
        assert np.array_equal(row[: len(WORDS) - n + 1], keys)


def test_lone_surrogates_are_tokens_or_nothing():
    read(Document("The \ud800 ferry\udfff left."))
    ngrams(["\ud800"])
