"""The normalised view: lower case, straight quotes and dashes, at unchanged length.

The style model must not learn typography (corpora differ in it for reasons that have nothing to do
with translation), so it reads this view. Every character maps to exactly one character: an offset
in the view is an offset in the text.
"""

from __future__ import annotations

_QUOTES = dict.fromkeys(map(ord, "“”„‟«»″＂〝〞「」『』"), '"')
_APOSTROPHES = dict.fromkeys(map(ord, "‘’‚‛‹›`´ʼ′＇"), "'")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")
_SPACES = dict.fromkeys(map(ord, "\t\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000"), " ")
_TABLE = _QUOTES | _APOSTROPHES | _DASHES | _SPACES


def straighten(text: str) -> str:
    """Straight quotes, apostrophes and dashes and plain spaces; case and length unchanged."""
    return text.translate(_TABLE)


def normalise(text: str) -> str:
    """``straighten`` and lower case, with one character out for each character in."""
    straight = text.translate(_TABLE)
    lowered = straight.lower()
    if len(lowered) == len(text):
        return lowered
    # A few capitals (İ) lower to two code points; they keep their own form so that offsets hold.
    return "".join(low if len(low := char.lower()) == 1 else char for char in straight)
