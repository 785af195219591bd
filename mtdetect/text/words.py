r"""Words as spans: letters, digits and their combining marks, with inner apostrophes.

A hyphen separates words ("state-of-the-art" is four), an apostrophe inside a word does not
("Israel's" is one). Marks are named because ``\w`` leaves them out: a decomposed "é" is a letter
and a mark.
"""

from __future__ import annotations

import re
import unicodedata

from mtdetect.text.span import Span


def _marks() -> str:
    """Combining marks, general and of the scripts up to Tibetan, for a character class."""
    blocks = (range(0x300, 0xFFF), range(0x1AB0, 0x1B00), range(0x1DC0, 0x1E00))
    return "".join(
        chr(code) for block in blocks for code in block if unicodedata.category(chr(code))[0] == "M"
    )


_LETTERS = rf"[^\W_]+(?:[{_marks()}]+[^\W_]*)*"
_WORD = re.compile(rf"{_LETTERS}(?:['’‘]{_LETTERS})*")


def split_words(text: str) -> list[Span]:
    """Spans of the words of ``text``, in order."""
    # Half of a document's time goes here: Span's own constructor would double it.
    new = tuple.__new__
    return [new(Span, match.span()) for match in _WORD.finditer(text)]
