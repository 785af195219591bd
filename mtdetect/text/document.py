"""The document: one untouched text and its parts as spans, found when first asked for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from mtdetect.text.furniture import mark_furniture
from mtdetect.text.normalise import normalise, straighten
from mtdetect.text.paragraphs import split_paragraphs
from mtdetect.text.sentences import split_sentences
from mtdetect.text.span import Span
from mtdetect.text.words import split_words

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence


class Paragraph(NamedTuple):
    """A paragraph's span and whether it is running prose or page furniture."""

    span: Span
    kind: Literal["prose", "furniture"]


class Document:
    """A text with its paragraphs, sentences and words as spans over it.

    Args:
        text: any string; it is kept as it is. Offsets are code points.
        links: spans that were links or emphasis where the text was marked up, in order; None where
            nobody knows.
    """

    def __init__(self, text: str, links: Sequence[Span] | None = None) -> None:
        self.text = text
        self.links = links

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """Paragraphs in text order: disjoint, without surrounding white space."""
        spans = split_paragraphs(self.text)
        return tuple(
            Paragraph(span, "furniture" if furniture else "prose")
            for span, furniture in zip(spans, mark_furniture(self.text, spans), strict=True)
        )

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Sentences of all paragraphs, prose and furniture, in order; none crosses a paragraph."""
        return tuple(
            sentence
            for (start, end), _ in self.paragraphs
            for sentence in split_sentences(self.text, start, end)
        )

    @cached_property
    def words(self) -> tuple[Span, ...]:
        """Words (letters and digits, with inner apostrophes) of the whole text, in order."""
        return tuple(split_words(self.text))

    @cached_property
    def prose(self) -> tuple[Span, ...]:
        """Spans of the prose paragraphs."""
        return tuple(span for span, kind in self.paragraphs if kind == "prose")

    @cached_property
    def prose_sentences(self) -> tuple[Span, ...]:
        """Sentences that lie in prose paragraphs."""
        return tuple(self._within_prose(self.sentences))

    @cached_property
    def prose_words(self) -> tuple[Span, ...]:
        """Words that stand in prose paragraphs."""
        return tuple(self._within_prose(self.words))

    @cached_property
    def n_prose_words(self) -> int:
        """How many words stand in prose paragraphs."""
        return len(self.prose_words)

    @cached_property
    def n_prose_characters(self) -> int:
        """How many characters the prose paragraphs hold."""
        return sum(span.end - span.start for span in self.prose)

    @cached_property
    def straight(self) -> str:
        """The text with straight quotes, dashes and plain spaces; same length, case kept."""
        return straighten(self.text)

    @cached_property
    def normalised(self) -> str:
        """The text in lower case with straight quotes and dashes; same length."""
        return normalise(self.text)

    def _within_prose(self, spans: tuple[Span, ...]) -> Iterator[Span]:
        """Those of ``spans`` (in text order, none across a paragraph's edge) that lie in prose."""
        for start, end in self.prose:
            first = bisect_left(spans, (start, start))
            yield from spans[first : bisect_left(spans, (end, end), first)]

    @cached_property
    def _paragraph_starts(self) -> list[int]:
        return [paragraph.span.start for paragraph in self.paragraphs]

    def paragraph_at(self, offset: int) -> Paragraph | None:
        """The paragraph that holds the character at ``offset``; None between paragraphs."""
        index = bisect_right(self._paragraph_starts, offset) - 1
        if index < 0 or offset >= self.paragraphs[index].span.end:
            return None
        return self.paragraphs[index]

    def is_prose(self, offset: int) -> bool:
        """Whether the character at ``offset`` belongs to a prose paragraph."""
        paragraph = self.paragraph_at(offset)
        return paragraph is not None and paragraph.kind == "prose"

    def find(self, pattern: re.Pattern[str], *, group: int | str = 0) -> Iterator[Span]:
        """Spans of the pattern's ``group`` in the text whose start lies in prose, in order."""
        for match in pattern.finditer(self.text):
            if self.is_prose(match.start(group)):
                yield Span(*match.span(group))
