"""Quotations left out: an editor who quotes foreign sources asks about the text around them."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from mtdetect.reading.sourcemap import Prose, compose
from mtdetect.text import Span
from mtdetect.text.paragraphs import split_paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtdetect.reading.source import Source

ELLIPSIS: Final = "…"
"""What stands in the prose for the words of a quotation."""

_SHORTEST: Final = 5  # words; what is shorter is a term or a title, and the writer's own sentence

# Pairs of marks; a straight mark closes what the one before it opened. An apostrophe stands between
# letters or after one, a closing single mark after a stop or before no letter.
_QUOTED: Final = re.compile(
    r"“(?P<curly>[^“”]*)(?:”|\Z)"
    r'|"(?P<straight>[^"]*)"'
    r"|«(?P<guillemets>[^«»]*)»"
    r"|„(?P<low>[^„“”]*)[“”]"
    r"|(?<!\w)‘(?P<single>[^‘’]*(?:’(?=\w)[^‘’]*)*)’(?!\w)"
)


class _Kept:
    """Stretches of a prose that stay, and where each of them begins in what is left of it."""

    def __init__(self) -> None:
        self.before: list[Span] = []
        self.after: list[int] = []

    def add(self, span: Span, at: int) -> None:
        self.before.append(span)
        self.after.append(at)

    def moved(self, offset: int) -> int:
        """The new place of an old offset; of one that is left out, the end of what precedes it."""
        index = bisect_right(self.before, offset, key=lambda span: span.start) - 1
        if index < 0:
            return 0
        start, end = self.before[index]
        return self.after[index] + min(offset, end) - start


def without_quotes(source: Source) -> Source:
    """The same source without the words of its quotations.

    Left out are what the markup calls a quotation, paragraphs that are one, and stretches of five
    words and more between quotation marks; an ellipsis stands for the latter. A quotation that
    opens and is not closed ends with its paragraph. Text outside stays as it is, in place.
    """
    prose, kept = Prose(source.text), _Kept()
    paragraphs = split_paragraphs(source.text)
    edges = [0, *(after.start for _, after in pairwise(paragraphs)), len(source.text)]
    for paragraph, (start, last) in zip(paragraphs, pairwise(edges), strict=False):
        if _quoted_whole(source, paragraph):
            continue
        first = start
        for quoted in _quotations(source.text, paragraph):
            kept.add(Span(first, quoted.start), len(prose))
            prose.same(first, quoted.start)
            prose.decoded(ELLIPSIS, *quoted)
            first = quoted.end
        kept.add(Span(first, last), len(prose))
        prose.same(first, last)
    text, left = prose.build()
    if text == source.text:
        return source
    links = [Span(kept.moved(start), kept.moved(end)) for start, end in source.links]
    return replace(
        source,
        text=text,
        map=compose(left, source.map),
        links=tuple(span for span in links if span.start < span.end),
        quotes=(),
        comments=tuple(replace(c, at=kept.moved(c.at)) for c in source.comments),
    )


def _quoted_whole(source: Source, paragraph: Span) -> bool:
    index = bisect_right(source.quotes, paragraph.start, key=lambda quote: quote.start) - 1
    if index >= 0 and source.quotes[index].covers(paragraph):
        return True
    match = _QUOTED.match(source.text, *paragraph)
    return match is not None and match.end() == paragraph.end and _long(match)


def _quotations(text: str, paragraph: Span) -> Iterator[Span]:
    """The words of the paragraph's quotations, without their marks."""
    for match in _QUOTED.finditer(text, *paragraph):
        if _long(match):
            yield Span(*match.span(match.lastgroup or 0))


def _long(match: re.Match[str]) -> bool:
    return len(match[match.lastgroup or 0].split()) >= _SHORTEST
