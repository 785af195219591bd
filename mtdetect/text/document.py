"""The document: one untouched text and its parts as spans, found when first asked for."""

from __future__ import annotations

import itertools
import re
import string
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from mtdetect.text.furniture import mark_furniture
from mtdetect.text.normalise import lower, straighten
from mtdetect.text.paragraphs import split_paragraphs
from mtdetect.text.search import matches_at
from mtdetect.text.sentences import split_sentences
from mtdetect.text.span import Span
from mtdetect.text.words import split_words, vocabulary, word_starts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

_FIRST_DIGIT = re.compile("0(?<!00)")
_SHAPES = bytes.maketrans(
    (string.ascii_uppercase + string.ascii_lowercase + string.digits).encode(),
    ("A" * 26 + "a" * 26 + "0" * 10).encode(),
)
PAIRS = (
    *(" .", " ,", " ;", " )", "\n.", "..", ": ", " %", " /", " -", "- ", "-A", " ?", "?a"),
    *("aA", "0a", ",0", ",?", "\n0"),
    *("!!", "!?", "?!", "??", ":)", ":(", ":A", ":-", ";)", ";(", ";A", ";-"),
)
"""The neighbours in a text's shape that rules look for."""

_INDEX_OF_PAIR = np.zeros(2**16, dtype=np.uint8)
_INDEX_OF_PAIR[[ord(pair[0]) << 8 | ord(pair[1]) for pair in PAIRS]] = range(1, len(PAIRS) + 1)
_SHAPE_OF_LETTER = np.isin(np.arange(256), [ord(sign) for sign in "aA?"])


class Paragraph(NamedTuple):
    """A paragraph's span and whether it is running prose or page furniture."""

    span: Span
    kind: Literal["prose", "furniture"]


class Document:
    """A text with its paragraphs, sentences and words as spans over it.

    Args:
        text: any string; it is kept as it is. Offsets are code points.
        links: spans that were links or emphasis where the text was marked up, in order.
    """

    def __init__(self, text: str, links: Sequence[Span] = ()) -> None:
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
    def word_starts(self) -> NDArray[np.int64]:
        """(n_words,) where the words of the whole text begin; much cheaper than ``words``."""
        return word_starts(self.text)

    @cached_property
    def n_prose_words(self) -> int:
        """How many words stand in prose paragraphs."""
        return len(self.prose_word_starts)

    @cached_property
    def prose_word_starts(self) -> NDArray[np.int64]:
        """(n_prose_words,) where the words in prose paragraphs begin."""
        if len(self.prose) == len(self.paragraphs):
            return self.word_starts
        inside = np.zeros(len(self.word_starts), dtype=bool)
        for first, last in self._words_at(self.prose):
            inside[first:last] = True
        return self.word_starts[inside]

    def words_in(self, spans: Sequence[Span]) -> NDArray[np.int64]:
        """(n_spans,) how many words begin in each."""
        return np.diff(self._words_at(spans)).ravel()

    def _words_at(self, spans: Sequence[Span]) -> NDArray[np.int64]:
        """(n_spans, 2) indices into ``word_starts``: the words that begin in each, half-open."""
        edges = np.fromiter(
            itertools.chain.from_iterable(spans), dtype=np.int64, count=2 * len(spans)
        )
        return np.searchsorted(self.word_starts, edges).reshape(-1, 2)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The different words of the whole text, in lower case, apart at apostrophes and hyphens.

        A rule whose words are not among them need not look at the text.
        """
        return vocabulary(self.normalised)

    @cached_property
    def shape(self) -> str:
        """The text with A for every capital, a for a small letter, 0 for a digit; same length.

        What is not ASCII is a question mark.
        """
        return self._shape.decode("ascii")

    @cached_property
    def _shape(self) -> bytes:
        return self.text.encode("ascii", "replace").translate(_SHAPES)

    def pairs(self, *signs: str) -> list[int]:
        """Offsets in the shape at which one of these pairs of signs stands, in order.

        Raises:
            KeyError: a pair is not among ``PAIRS``.
        """
        found = [self._pairs[pair] for pair in signs]
        return sorted(itertools.chain.from_iterable(found))

    @cached_property
    def _pairs(self) -> dict[str, list[int]]:
        # One pass over the text for all rules: each search for a pair takes as long.
        codes = np.frombuffer(self._shape, dtype=np.uint8)
        index = _INDEX_OF_PAIR[codes[:-1].astype(np.uint16) << 8 | codes[1:]]
        found: dict[str, list[int]] = {pair: [] for pair in PAIRS}
        lists = list(found.values())
        for at in np.flatnonzero(index).tolist():
            lists[index[at] - 1].append(at)
        return found

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
        return lower(self.straight)

    def _within_prose(self, spans: tuple[Span, ...]) -> Iterator[Span]:
        """Those of ``spans`` (in text order, none across a paragraph's edge) that lie in prose."""
        for start, end in self.prose:
            first = bisect_left(spans, (start, start))
            yield from spans[first : bisect_left(spans, (end, end), first)]

    @cached_property
    def _paragraph_starts(self) -> list[int]:
        return [paragraph.span.start for paragraph in self.paragraphs]

    @cached_property
    def inner_capitals(self) -> list[int]:
        """Offsets of the spaces after which a capital follows a letter, in order.

        So words with a capital inside a sentence: names mostly. What is not ASCII counts as letter.
        """
        codes = np.frombuffer(self._shape, dtype=np.uint8)
        space_before_capital = (codes[1:-1] == ord(" ")) & (codes[2:] == ord("A"))
        at = np.flatnonzero(space_before_capital) + 1
        after_letter: list[int] = at[_SHAPE_OF_LETTER[codes[at - 1]]].tolist()
        return after_letter

    @cached_property
    def figures(self) -> list[int]:
        """Offsets at which runs of digits (0 to 9) begin, in order."""
        return [match.start() for match in _FIRST_DIGIT.finditer(self.shape)]

    def paragraph_at(self, offset: int) -> Paragraph | None:
        """The paragraph that holds the character at ``offset``; None between paragraphs."""
        index = bisect_right(self._paragraph_starts, offset) - 1
        if index < 0 or offset >= self.paragraphs[index].span.end:
            return None
        return self.paragraphs[index]

    @cached_property
    def _prose_starts(self) -> list[int]:
        return [span.start for span in self.prose]

    def is_prose(self, offset: int) -> bool:
        """Whether the character at ``offset`` belongs to a prose paragraph."""
        index = bisect_right(self._prose_starts, offset) - 1
        return index >= 0 and offset < self.prose[index].end

    def find(
        self,
        pattern: re.Pattern[str],
        starts: Iterable[int] | None = None,
        *,
        group: int | str = 0,
    ) -> Iterator[Span]:
        """Spans of the pattern's ``group`` in the text whose start lies in prose, in order.

        Args:
            pattern: what is searched for.
            starts: the offsets at which a match may begin, in order; None for all.
            group: the part of each match that is meant.
        """
        if starts == []:  # most often: a rule that has nothing to do should cost next to nothing
            return iter(())
        text = self.text
        found = pattern.finditer(text) if starts is None else matches_at(pattern, text, starts)
        return (Span(*m.span(group)) for m in found if self.is_prose(m.start(group)))
