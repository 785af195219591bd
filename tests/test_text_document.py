from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtdetect.text import Document, Span
from mtdetect.text.document import PAIRS
from mtdetect.text.language import not_english
from mtdetect.text.normalise import normalise, straighten

MARKS = ".!?…,;:()[]{}'\"“”‘’«»„—–-•*_/@#&0123 \n\r\t\x0b\x0c\x1c\x85\u00a0\u200b\u200f\u2028"
PIECES = (
    *("\r\n", "\n\n", ". ", ".” ", "? “", " . . . ", "U.S. ", "e.g. ", "Mr. ", "J. K. ", "No. 5"),
    *("The ", "the ", "he said", "iPhone", "3.5", "Node.js", "a.B", "[1]", " 😀 ", "é", "e\u0301"),
    *("سلام", "؟", "好。", "İ", "ß", "By Ann Pell", "See also", "\ufeff", "- item", "1. ", "CNN"),
)
FRAGMENTS = st.lists(st.sampled_from([*MARKS, *PIECES]), max_size=60).map("".join)
TEXTS = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=200) | FRAGMENTS
_GAP = re.compile(r"[\s\u200b\u2060\ufeff]*")


def _ordered_and_in_bounds(spans, text):
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))


@given(TEXTS)
def test_spans_are_ordered_disjoint_and_lossless(text):
    document = Document(text)
    paragraphs = [span for span, _ in document.paragraphs]
    for spans in (paragraphs, document.sentences, document.words, document.prose):
        _ordered_and_in_bounds(spans, text)
    for spans in (paragraphs, document.sentences):
        # What no span covers is white space, so spans and gaps give the text back.
        edges = [0, *(edge for span in spans for edge in span), len(text)]
        gaps = [text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
        assert all(_GAP.fullmatch(gap) for gap in gaps)
        pieces = [span.of(text) for span in spans]
        assert all(piece == piece.strip() for piece in pieces)
        whole = "".join(gap + piece for gap, piece in zip(gaps, [*pieces, ""], strict=True))
        assert whole == text


@given(TEXTS)
def test_sentences_and_words_lie_within_paragraphs(text):
    document = Document(text)
    for span in (*document.sentences, *document.words):
        paragraph = document.paragraph_at(span.start)
        assert paragraph is not None
        assert paragraph.span.covers(span)
    for paragraph, _ in document.paragraphs:
        inside = [s for s in document.sentences if paragraph.covers(s)]
        assert inside[0].start == paragraph.start
        assert inside[-1].end == paragraph.end


@given(TEXTS)
def test_prose_views_agree_with_a_plain_count(text):
    document = Document(text)
    assert document.prose_words == tuple(w for w in document.words if document.is_prose(w.start))
    assert document.n_prose_words == len(document.prose_words)
    assert document.prose_sentences == tuple(
        s for s in document.sentences if document.is_prose(s.start)
    )
    assert document.n_prose_characters == sum(len(span.of(text)) for span in document.prose)
    not_english(document)  # must not raise


@given(TEXTS)
def test_views_keep_the_length(text):
    assert len(straighten(text)) == len(text)
    assert len(normalise(text)) == len(text)


@given(TEXTS)
def test_words_are_letters_and_digits(text):
    for word in Document(text).words:
        piece = word.of(text)
        assert piece[0].isalnum()
        assert not re.search(r"[\s.,_-]", piece)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Israel's well-known 3.5", ["Israel's", "well", "known", "3", "5"]),
        ("rock ’n’ roll, don’t", ["rock", "n", "roll", "don’t"]),
        ("snake_case", ["snake", "case"]),
        ("cafe\u0301s", ["cafe\u0301s"]),
        ("हिन्दी", ["हिन्दी"]),
        ("''", []),
    ],
)
def test_words(text, words):
    assert [span.of(text) for span in Document(text).words] == words


def test_find_keeps_to_prose():
    document = Document("Leave a Reply\n\nThe reply came late.")
    assert list(document.find(re.compile("[Rr]eply"))) == [Span(19, 24)]


signs = st.text(alphabet="aB1 .,;:-!?/%)(\n’éß", max_size=60)


@given(signs, st.lists(st.sampled_from(PAIRS), max_size=4, unique=True))
def test_pairs_are_found_as_by_searching_the_shape(text, pairs):
    document = Document(text)
    shape = document.shape
    wanted = [at for at in range(len(shape)) if shape[at : at + 2] in pairs]
    assert document.pairs(*pairs) == wanted


def test_pairs_that_are_not_kept_are_refused():
    with pytest.raises(KeyError):
        Document("a b").pairs("a ")


@given(signs)
def test_inner_capitals_follow_a_letter_and_a_space(text):
    document = Document(text)
    assert document.inner_capitals == [
        match.end() for match in re.finditer("[aA?](?= A)", document.shape)
    ]


def test_finding_nowhere_finds_nothing():
    assert list(Document("One two three.").find(re.compile("two"), [])) == []


def test_paragraph_at_is_none_between_paragraphs():
    document = Document("One.\n\nTwo.")
    assert document.paragraph_at(4) is None
    assert document.paragraph_at(6).span == Span(6, 10)
    assert document.paragraph_at(-1) is None
    assert document.paragraph_at(10) is None


HOSTILE = [
    ".",
    "“",
    '"',
    "a.",
    "\n ",
    ". ”",
    "- a\n",
    "A. ",
    "! ",
    "J.K.",
    "😀 ",
    "a'",
    "See also ",
]
HOSTILE += [
    "By Ab Cd, ",
    "AP/",
    "a\n",
    "1. ",
    ". [1]",
    "{",
    "The “a.” ",
    "\r\n\r\n",
    "e\u0301",
    " ",
]


def _seconds(text):
    start = time.process_time()
    document = Document(text)
    assert document.n_prose_words >= 0
    assert document.n_prose_characters >= 0
    assert len(document.prose_sentences) >= 0
    not_english(document)
    return time.process_time() - start


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_linear_on_hostile_text(piece):
    n = 30_000 // len(piece)
    once = min(_seconds(piece * n) for _ in range(2))
    four = min(_seconds(piece * 4 * n) for _ in range(2))
    # Quadratic work would multiply by sixteen, and by far more than the constant at this size.
    assert four < 8 * once + 0.1
