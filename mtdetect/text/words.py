r"""Words as spans: letters, digits and their combining marks, with inner apostrophes.

A hyphen separates words ("state-of-the-art" is four), an apostrophe inside a word does not
("Israel's" is one). Marks are named because ``\w`` leaves them out: a decomposed "é" is a letter
and a mark.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mtdetect.text.span import Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What is neither letter nor digit becomes a space; bytes beyond ASCII stay.
_SPACED = bytes(code if code > 127 or chr(code).isalnum() else 32 for code in range(256))

_COMMON = 0x2100
"""The characters of nearly all English texts lie below: Latin letters and punctuation."""

_LETTER, _APOSTROPHE, _MARK = 1, 2, 4


def _marks() -> str:
    """Combining marks, general and of the scripts up to Tibetan, for a character class."""
    blocks = (range(0x300, 0xFFF), range(0x1AB0, 0x1B00), range(0x1DC0, 0x1E00))
    return "".join(
        chr(code) for block in blocks for code in block if unicodedata.category(chr(code))[0] == "M"
    )


_LETTERS = rf"[^\W_]+(?:[{_marks()}]+[^\W_]*)*"
_RUN = re.compile(r"[^\W_]+")
_WORD = re.compile(rf"{_LETTERS}(?:['’‘]{_LETTERS})*")


def split_words(text: str) -> list[Span]:
    """Spans of the words of ``text``, in order."""
    # Span's own constructor would double the time.
    new = tuple.__new__
    return [new(Span, match.span()) for match in _WORD.finditer(text)]


def word_at(text: str, start: int) -> str:
    """The word that begins at ``start``.

    Raises:
        ValueError: none does.
    """
    match = _WORD.match(text, start)
    if match is None:
        raise ValueError(f"no word begins at {start}")
    return match.group()


def find_words(text: str) -> list[str]:
    """The words of ``text``, in order."""
    return _WORD.findall(text)


def vocabulary(text: str) -> frozenset[str]:
    """The different runs of letters and digits of ``text``, as they are written there."""
    # Three times as fast as looking for the runs in the text.
    apart = (
        text.encode("utf-8", "surrogatepass").translate(_SPACED).decode("utf-8", "surrogatepass")
    )
    pieces = frozenset(apart.split())
    if text.isascii():
        return pieces
    whole = frozenset(filter(str.isalnum, pieces))
    return whole.union(_RUN.findall(" ".join(pieces - whole)))


def word_starts(text: str) -> NDArray[np.int64]:
    """(n_words,) offsets of the first characters of the words of ``text``: as ``split_words``.

    Ten times as fast, for texts without combining marks: the characters are classed in one go.
    """
    if text.isascii():
        classes = np.frombuffer(text.encode("ascii").translate(_ascii_classes()), dtype=np.uint8)
    else:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        if codes.max() >= _COMMON:
            return _matched_starts(text)
        classes = _classes()[codes]
    letter = classes == _LETTER
    begins = letter.copy()
    begins[1:] &= ~letter[:-1]
    begins[2:] &= ~((classes[1:-1] == _APOSTROPHE) & letter[:-2])
    if not text.isascii() and (classes == _MARK).any():
        return _matched_starts(text)
    return np.flatnonzero(begins)


def _matched_starts(text: str) -> NDArray[np.int64]:
    return np.fromiter((match.start() for match in _WORD.finditer(text)), dtype=np.int64)


@cache
def _classes() -> NDArray[np.uint8]:
    """(_COMMON,) what each character is to a word."""
    characters = [chr(code) for code in range(_COMMON)]
    classes = np.array([_LETTER * char.isalnum() for char in characters], dtype=np.uint8)
    classes[[ord(char) for char in "'’‘"]] = _APOSTROPHE
    classes[[unicodedata.category(char)[0] == "M" for char in characters]] = _MARK
    return classes


@cache
def _ascii_classes() -> bytes:
    """The same of the first 256 characters, as ``bytes.translate`` takes it."""
    return _classes()[:256].tobytes()
