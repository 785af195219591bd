"""The normalised view: lower case, straight quotes and dashes, at unchanged length.

The style model must not learn typography (corpora differ in it for reasons that have nothing to do
with translation), so it reads this view. Every character maps to exactly one character: an offset
in the view is an offset in the text.
"""

from __future__ import annotations

_QUOTES = dict.fromkeys("“”„‟«»″＂〝〞「」『』", '"')
_APOSTROPHES = dict.fromkeys("‘’‚‛‹›`´ʼ′＇", "'")
_DASHES = dict.fromkeys("‐‑‒–—―−－", "-")
_SPACES = dict.fromkeys("\t\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000", " ")
_PLAIN = _QUOTES | _APOSTROPHES | _DASHES | _SPACES


def straighten(text: str) -> str:
    """Straight quotes, apostrophes and dashes and plain spaces; case and length unchanged."""
    # A text has few of them; str.translate would look up every character of a text beyond ASCII.
    for mark, plain in _PLAIN.items():
        if mark in text:
            text = text.replace(mark, plain)
    return text


def lower(straight: str) -> str:
    """A straightened text in lower case, with one character out for each character in."""
    lowered = straight.lower()
    if len(lowered) == len(straight):
        return lowered
    # A few capitals (İ) lower to two code points; they keep their own form so that offsets hold.
    return "".join(low if len(low := char.lower()) == 1 else char for char in straight)


def normalise(text: str) -> str:
    """``straighten`` and lower case, with one character out for each character in."""
    return lower(straighten(text))
