"""Writers who type without care: their slips look like the damage of a page and are none."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mtdetect.signals.wordlist import read_list

if TYPE_CHECKING:
    from mtdetect.text import Document

# A small "i", a comma on the wrong side of its space, "&" for "and", days in small letters.
_SLIP = re.compile(
    r" (?:i(?:['’]?(?:m|ve|ll|d))?(?= [a-z]{2})|& (?=[a-z])|,(?=[a-z])|u |ur |to much |to many "
    r"|there own |whats |thats |then the |sunday|monday|tuesday|wednesday|thursday|friday|saturday"
    r"|english |american|christmas)|,(?<=[a-z],)(?=[a-z]{3})"
    r"|[a-z]!+ (?=[a-z]{2,} [a-z])(?!(?:he|she|they) )"
)
_LOWER = re.compile(r"\b[a-z]+")


@lru_cache(maxsize=1)  # up to seven signals ask, one after the other
def careless(document: Document) -> bool:
    """Whether the text has a small "i" for I, a comma and no space, or a common misspelling.

    Such writers drop capitals and stops, set them where they please and space marks freely, so that
    a rule that counts on a typist's care measures nothing there.
    """
    if _SLIP.search(document.text):
        return True
    return not read_list("typos.txt").isdisjoint(_LOWER.findall(document.text))
