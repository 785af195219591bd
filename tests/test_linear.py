"""The time of every step and signal grows with the length of the text and no faster.

Times are of the processor, as ratios of one run: four times the text may take eight times as long,
for caches overflow and clocks are coarse; what grows with the square takes sixteen times.
"""

from __future__ import annotations

import time

import pytest

from mtdetect import Detector, style
from mtdetect.signals import catalogue
from mtdetect.text import Document
from mtdetect.text.language import not_english

RUNS = [" ", '"', "“", "A", ".", "(", "a", "1", "\n", "\t", "-", "'", "é", "中", "_", "İ", "\u0301"]
REPEATED = [
    *("“ ", "“ “ “ ", '"a" ', "“a” ", "“We go. ", "«", "„", "said. ", "etc. and ", "a.b.", "Mr. "),
    *(". . ", "\n.\n", "() ", "aB", "Aaa Bbbbb ", "the The ", "He said that ", "is he ", "he go "),
    *(
        "lower case lines of a text\n\n",
        "- item\n",
        "1. ",
        "e\u0301",
        "😀 ",
        "• ",
        "$ ",
        "1,",
        ": ",
    ),
    *(
        "According to the police ",
        "the minister, he ",
        "according to sources, he would have ",
        "it, ",
    ),
    *(
        "In the early years his career ",
        "Lund announced his departure ",
        "told the anchor Ann Lund ",
    ),
    *(
        "in 2019 year ",
        "1 million 3 ",
        "head of the house to the hand ",
        "one who would be ",
        "lol ",
    ),
    *(
        "See also ",
        "Source: Clarín\n",
        "https://a.b/c ",
        "By Ann Pell, Tom Lund, ",
        "many people is ",
    ),
    *(
        "Photo: ",
        "translated by Google ",
        "said “would be ",
        ", – said the coach. ",
        "soooo !!! :) ",
    ),
]
UNCLOSED = [
    "“We said ",
    '"We said ',
    "(see ",
    "«We said ",
    "„We said ",
    "[see ",
    "《a",
    "In this photo ",
]


def hostile(unit, size):
    """About ``size`` characters of ``unit`` over and over, or of what never ends after it."""
    return unit * (size // len(unit) + 1)


def unclosed(unit, size):
    """An opening that nothing closes in a long line."""
    return unit + "and so on, they went " * (size // 21)


def steps(text):
    """The steps of reading a text by name, in the order in which they need each other."""
    document = Document(text)
    detector = Detector.default()
    return {
        "paragraphs": lambda: document.paragraphs,
        "sentences": lambda: document.sentences,
        "words": lambda: document.n_prose_words,
        "normalised": lambda: document.normalised,
        "vocabulary": lambda: document.vocabulary,
        "shape": lambda: (document.inner_capitals, document.figures),
        "language": lambda: not_english(document),
        "style": lambda: style.read(document),
        **{name: lambda signal=signal: signal(document) for name, signal in catalogue().items()},
        "report": lambda: detector.score(text, explain=False),
    }


def seconds(text):
    """Processor time of each step, the shorter of two runs."""
    runs = []
    for _ in range(2):
        taken = {}
        for name, step in steps(text).items():
            start = time.process_time()
            step()
            taken[name] = time.process_time() - start
        runs.append(taken)
    return {name: min(run[name] for run in runs) for name in runs[0]}


def slow_ones(make, unit, size, grace):
    """Steps that take over eight times as long for four times the text, with both times.

    Processor time, too, grows where other work empties the caches, so a step is slow when it is
    found so twice.
    """
    slow = None
    for _ in range(2):
        short, long = seconds(make(unit, size)), seconds(make(unit, 4 * size))
        found = {n: (short[n], t) for n, t in long.items() if t > 8 * short[n] + grace}
        slow = found if slow is None else {n: found[n] for n in found if n in slow}
        if not slow:
            break
    return slow


@pytest.mark.parametrize("unit", ["“ ", "a", "etc. and ", "\n.\n", "He said that "])
def test_hostile_texts_are_read_in_linear_time(unit):
    assert not slow_ones(hostile, unit, 2_000, grace=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("unit", [*RUNS, *REPEATED])
def test_long_hostile_texts_are_read_in_linear_time(unit):
    assert not slow_ones(hostile, unit, 50_000, grace=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNCLOSED)
def test_what_is_never_closed_is_read_in_linear_time(unit):
    assert not slow_ones(unclosed, unit, 50_000, grace=0.05)
