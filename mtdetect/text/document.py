"""The document: one untouched text and its parts as spans, found when first asked for."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from mtdetect.text.normalise import normalise, straighten
from mtdetect.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Paragraph(NamedTuple):
    """A paragraph's span and whether it is running prose or page furniture."""

    span: Span
    kind: Literal["prose", "furniture"]


class Document:
    """A text with its paragraphs, sentences and words as spans over it.

    Args:
        text: any string; it is kept as it is. Offsets are code points.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """Paragraphs in text order: disjoint, without surrounding white space."""
        # PLACEHOLDER until mtdetect.text.paragraphs exists
        separator = r"\n\s*\n" if re.search(r"\n\s*\n", self.text) else r"\n"
        spans, start = [], 0
        for match in [*re.finditer(separator, self.text), None]:
            end = match.start() if match else len(self.text)
            piece = self.text[start:end]
            if piece.strip():
                left = start + len(piece) - len(piece.lstrip())
                spans.append(Paragraph(Span(left, left + len(piece.strip())), "prose"))
            start = match.end() if match else end
        return tuple(spans)

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Sentences of all paragraphs, prose and furniture, in text order; none crosses a paragraph."""
        # PLACEHOLDER until mtdetect.text.sentences exists
        found = []
        for paragraph, _ in self.paragraphs:
            for match in re.finditer(r"\S.*?(?:[.!?]+[\"”’)]*(?=\s|$)|$)", paragraph.of(self.text), re.S):
                if match.group().strip():
                    found.append(Span(paragraph.start + match.start(), paragraph.start + match.end()))
        return tuple(found)

    @cached_property
    def words(self) -> tuple[Span, ...]:
        """Words (letters and digits, with inner apostrophes) of the whole text, in order."""
        return tuple(Span(*match.span()) for match in _WORD.finditer(self.text))

    @cached_property
    def prose(self) -> tuple[Span, ...]:
        """Spans of the prose paragraphs."""
        return tuple(span for span, kind in self.paragraphs if kind == "prose")

    @cached_property
    def prose_sentences(self) -> tuple[Span, ...]:
        """Sentences that lie in prose paragraphs."""
        return tuple(s for s in self.sentences if self.is_prose(s.start))

    @cached_property
    def n_prose_words(self) -> int:
        """How many words stand in prose paragraphs."""
        return sum(1 for word in self.words if self.is_prose(word.start))

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
