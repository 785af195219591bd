from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from mtdetect.text import Document
from mtdetect.text.sentences import split_sentences

CASES = tomllib.loads((Path(__file__).parent / "data" / "segmentation.toml").read_text("utf-8"))


def _param(case):
    expected = [piece.strip() for piece in case["text"].split("|")]
    marks = [pytest.mark.xfail(strict=True, reason=case["xfail"])] if "xfail" in case else []
    text = case["text"].replace("|", "")
    return pytest.param(text, expected, id=f"{case['tag']}: {text[:30]!r}", marks=marks)


def test_the_table_is_large():
    assert len(CASES["case"]) >= 80


@pytest.mark.parametrize(("text", "expected"), [_param(case) for case in CASES["case"]])
def test_golden_segmentation(text, expected):
    found = [span.of(text) for span in split_sentences(text, 0, len(text))]
    assert found == expected


def test_a_paragraph_inside_a_text_is_split_at_its_own_offsets():
    text = "First. Second.\n\nThird. Fourth."
    assert [s.of(text) for s in split_sentences(text, 16, 30)] == ["Third.", "Fourth."]
    assert [s.start for s in split_sentences(text, 16, 30)] == [16, 23]


def test_a_headline_is_a_sentence_of_its_own():
    document = Document("Council closes the bridge\nThe council met on Monday. It was brief.")
    assert [s.of(document.text) for s in document.sentences] == [
        "Council closes the bridge",
        "The council met on Monday.",
        "It was brief.",
    ]
