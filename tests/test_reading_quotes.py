"""Quotations left out of the prose, with what is left still in its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtdetect.reading.places import TextCarrier
from mtdetect.reading.quotes import without_quotes
from mtdetect.reading.source import Comment, Source
from mtdetect.reading.sourcemap import Prose
from mtdetect.text import Span


def source(text, **rest):
    return Source(name="a.txt", text=text, carrier=TextCarrier(text), **rest)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "“We will not sell the harbour to anyone,” said the mayor.",
            "“…” said the mayor.",
        ),
        ('He said "we have all the time that we need" and left.', 'He said "…" and left.'),
        ("She called it a “very good day” for the town.", None),
        (
            "One.\n\n“All of this paragraph is a quotation of hers.”\n\nTwo.",
            "One.\n\nTwo.",
        ),
        (
            "He began: “It was a cold night on the river,\n\n“and nobody came to the pier at all.”",
            "He began: “…",
        ),
        (
            "The dockers’ leader said ‘we don’t know what the owners want’ on Friday.",
            "The dockers’ leader said ‘…’ on Friday.",
        ),
        ("Der Satz „das hier ist ein Zitat von ihm“ stand da.", "Der Satz „…“ stand da."),
        ("«Nous ne vendrons pas», he said.", None),
        ("", None),
        ("\n\n“", None),
    ],
)
def test_what_is_left(text, left):
    assert without_quotes(source(text)).text.rstrip() == (text if left is None else left).rstrip()


def test_what_the_markup_calls_a_quotation_goes_whole():
    text = "The council met.\n\nNobody will ever know why.\n\nIt met again."
    start = text.index("Nobody")
    quotes = (Span(start, start + len("Nobody will ever know why.")),)
    assert without_quotes(source(text, quotes=quotes)).text == "The council met.\n\nIt met again."


def test_links_and_comments_move_along():
    text = "“We do not want any of it,” she said on the pier, and he agreed there."
    at = text.index("pier")
    left = without_quotes(
        source(
            text,
            links=(Span(4, 10), Span(at, at + 4)),
            comments=(Comment("note", Span(at, at), at),),
        )
    )
    assert [span.of(left.text) for span in left.links] == ["pier"]
    assert left.text[left.comments[0].at :].startswith("pier")


TEXTS = st.text(st.sampled_from('ab .,’\n“”"‘«»é😀'), max_size=60)


@given(TEXTS, st.integers(0, 60), st.integers(0, 20))
def test_every_character_left_points_at_itself(text, start, length):
    left = without_quotes(source(text))
    span = Span(min(start, len(left.text)), min(start + length, len(left.text)))
    if left.map is None:
        assert left.text == text
        return
    for piece in left.map.pieces(span):
        if piece.kind == "same":
            assert piece.origin.of(text) == piece.prose.of(left.text)
        else:
            assert piece.prose.of(left.text) == "…"


@given(TEXTS)
def test_maps_are_composed(text):
    """The prose of a text without its letters "a", then without its quotations."""
    prose = Prose(text)
    for index, char in enumerate(text):
        if char != "a":
            prose.same(index, index + 1)
    kept, first = prose.build()
    left = without_quotes(Source("a", kept, TextCarrier(text), first))
    for index, char in enumerate(left.text):
        origin = left.map.origin(Span(index, index + 1))
        assert char == "…" or origin.of(text) == char
