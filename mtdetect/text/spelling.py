"""British and American spellings of the same words."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

# Pairs of which one dialect uses both forms: of no use to show a mixture, but to fold it.
_LOOSE = """metre meter|kilometre kilometer|centimetre centimeter|millimetre millimeter|litre liter
|programme program|towards toward|afterwards afterward|mum mom|practise practice|licence license
|judgement judgment|theatre theater|ageing aging|acknowledgement acknowledgment|whilst while
|amongst among|tonne ton|learnt learned|burnt burned|spelt spelled|spoilt spoiled|dreamt dreamed"""
_ENDINGS = ("", "s", "es", "d", "ed", "r", "rs", "er", "ers", "ing", "ings", "ly", "able", "ful")
_IZE = re.compile(r"([a-z]{3,}i)z(e[sdr]?|ers|ing|ations?|ational)")
_NOT_IZE = frozenset(("capsize", "capsizes", "capsized", "oversize", "oversized", "downsize"))


@cache
def spelling_pairs() -> tuple[tuple[str, str], ...]:
    """(British, American) dictionary forms, from the table beside this module."""
    text = files("mtdetect.text").joinpath("spelling.tsv").read_text(encoding="utf-8")
    return tuple(
        (british, american)
        for british, american in (
            line.split("\t") for line in text.splitlines() if line and not line.startswith("#")
        )
    )


@cache
def _british() -> dict[str, str]:
    """American forms, inflected by rule, and their British ones."""
    loose = (pair.split() for pair in _LOOSE.split("|"))
    table = {}
    for british, american in (*spelling_pairs(), *loose):
        for ending in _ENDINGS:
            one, other = (
                word[:-1] + ending
                if ending[:1] in {"e", "i", "a"} and word.endswith("e")
                else word + ending
                for word in (british, american)
            )
            table[other] = one
    return table


def fold_spelling(word: str) -> str:
    """One form for both national spellings of a lower-case word; other words as they are.

    The form need not be a word: "meters" and "metres" only have to come out alike.
    """
    folded = _british().get(word)
    if folded is not None:
        return folded
    match = _IZE.fullmatch(word)
    if match and word not in _NOT_IZE:
        return f"{match[1]}s{match[2]}"
    return word
