"""Questions about single words: asked once a word, for all rules together."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mtdetect.signals import names, odd
from mtdetect.signals.odd import Questions
from mtdetect.text import Document


def test_a_question_is_answered_for_the_words_of_the_document():
    questions = Questions()
    long = questions.question(lambda word: len(word) > 5)
    double = questions.question(lambda word: "oo" in word)
    document = Document("The ferries left soon.")
    assert questions.any_word(document, long)
    assert questions.any_word(document, double)
    assert not questions.any_word(Document("The ferry left late."), long)
    assert not questions.any_word(Document("The ferries left late."), double)


def test_a_word_is_asked_about_once():
    questions, asked = Questions(), []
    ask = questions.question(lambda word: bool(asked.append(word)))
    for text in ("The ferry left.", "The ferry left late."):
        assert not questions.any_word(Document(text), ask)
    assert sorted(asked) == ["ferry", "late", "left", "the"]


def test_a_question_that_comes_later_is_asked_about_all_words():
    questions, document = Questions(), Document("A ferry.")
    assert not questions.any_word(document, questions.question(lambda word: word == "boat"))
    assert questions.any_word(document, questions.question(lambda word: word == "ferry"))


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(odd, "LIMIT", 50)
    questions, asked = Questions(), []
    ask = questions.question(lambda word: bool(asked.append(word)))
    for first in (*range(0, 300, 10), 0):
        text = " ".join(f"w{number}" for number in range(first, first + 10))
        assert not questions.any_word(Document(text), ask)
    assert Counter(asked)["w0"] == 2


shapes = st.lists(st.sampled_from(["Aa", "Jan", "Lee", "Smith", "Peterson", "a" * 20, "B", "."]))


@given(shapes.map(" ".join))
def test_two_names_are_found_as_by_their_pattern(text):
    document = Document(text)
    found = list(re.finditer("Aa{2,15}(?= Aaaaa)", document.shape))
    plain = [match.start() for match in found]
    first_names = [text[slice(*match.span())] for match in found]
    twice = [at for at, name in zip(plain, first_names, strict=True) if first_names.count(name) > 1]
    assert names._two_names(document, every=True) == plain  # noqa: SLF001 - quicker than the pattern
    assert names._two_names(document, every=False) == twice  # noqa: SLF001 - as above
