"""Words that a question is answered with yes for, found for all questions at once.

Some rules concern single words, such as two that are glued together. Words come again in text after
text: those that no question is answered with yes for are remembered, and only others are looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtdetect.text import Document

LIMIT: Final = 200_000
"""Most words remembered: a stream of ever new words must not grow the memory."""

LONGEST: Final = 40
"""Characters of a word that is remembered; longer ones do not come again."""


class Questions:
    """Questions about single words; may be shared between threads."""

    def __init__(self) -> None:
        self._asked: list[Callable[[str], bool]] = []
        self._plain: set[str] = set()
        # All signals read the same document, one after the other.
        self._last: tuple[frozenset[str], list[str]] = frozenset(), []

    def question(self, ask: Callable[[str], bool]) -> Callable[[str], bool]:
        """Declare a question about a word in lower case; its answer never changes."""
        self._asked.append(ask)
        self._plain = set()
        self._last = frozenset(), []
        return ask

    def any_word(self, document: Document, ask: Callable[[str], bool]) -> bool:
        """Whether a declared question is answered with yes for a word of the vocabulary."""
        words, odd = self._last
        if words is not document.vocabulary:
            odd = self._odd(document.vocabulary)
            self._last = document.vocabulary, odd
        return any(map(ask, odd))

    def _odd(self, words: frozenset[str]) -> list[str]:
        """The words for which some question is answered with yes."""
        unknown = words - self._plain
        odd = [word for word in unknown if any(ask(word) for ask in self._asked)]
        if len(self._plain) > LIMIT:
            self._plain.clear()
        self._plain.update(word for word in unknown.difference(odd) if len(word) <= LONGEST)
        return odd


_QUESTIONS = Questions()
question, any_word = _QUESTIONS.question, _QUESTIONS.any_word
