"""The phrases of a text whose wording speaks most for machine translation."""

from __future__ import annotations

import sys
from bisect import bisect_left
from heapq import nlargest
from typing import TYPE_CHECKING, Final

from mtdetect.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtdetect.report import Contribution

_PHRASE_WORDS: Final = 4
_RIVALS: Final = 22  # phrases of at most so many words that share one with another, it included


def telling(
    span: Span, contributions: Sequence[Contribution], text: str, *, most: int
) -> list[Span]:
    """The most telling phrases inside a stretch, by the style model; strongest first.

    A phrase is one to four neighbouring words with nothing but spaces between them. Its strength is
    the sum of its words' shares; no two phrases overlap.

    Args:
        span: where to look.
        contributions: of the whole text, in text order, those without a place last.
        text: the whole text.
        most: how many phrases to return.
    """
    first = bisect_left(contributions, span.start, key=_start)
    last = bisect_left(contributions, span.end, lo=first, key=_start)
    words = [
        (c.span, c.weight)
        for c in contributions[first:last]
        if c.signal == "style" and c.span and c.span.of(text)[:1].isalnum()
    ]
    best: list[Span] = []
    taken: set[int] = set()
    for strength, first, last in nlargest(_RIVALS * most, _candidates(words, text)):
        if strength <= 0 or len(best) == most:
            break
        if taken.isdisjoint(range(first, last)):
            taken.update(range(first, last))
            best.append(Span(words[first][0].start, words[last - 1][0].end))
    return best


def _candidates(words: Sequence[tuple[Span, float]], text: str) -> Iterator[tuple[float, int, int]]:
    """Every phrase: its strength, its first word and the one after its last."""
    for index, (word, weight) in enumerate(words):
        total, end = weight, word.end
        yield total, index, index + 1
        for after in range(index + 1, min(index + _PHRASE_WORDS, len(words))):
            following, share = words[after]
            if following.start < end or text[end : following.start].strip(" "):
                break
            total, end = total + share, following.end
            yield total, index, after + 1


def _start(contribution: Contribution) -> int:
    return contribution.span.start if contribution.span else sys.maxsize
