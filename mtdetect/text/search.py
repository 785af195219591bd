"""Searching a text for patterns by the rare literals that they hold.

A regular expression that begins with a choice of words is tried at every character of a text, which
takes a hundred times as long as looking for the words themselves. So rules say how their matches
begin: the beginnings are looked up, and the expression is tried there alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class _Rule:
    """A regular expression that is compiled when it is first used."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source = pattern, flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a pattern has
        method = getattr(re.compile(*self._source), name)
        setattr(self, name, method)
        return method


def rule(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """As ``re.compile``, when first used: most rules have nothing to do in most texts."""
    return cast("re.Pattern[str]", _Rule(pattern, flags))


def places(text: str, literals: Iterable[str]) -> list[int]:
    """Offsets at which one of the ``literals`` begins, in order."""
    found = []
    for literal in literals:
        at = text.find(literal)
        while at >= 0:
            found.append(at)
            at = text.find(literal, at + 1)
    found.sort()
    return found


def matches_at(
    pattern: re.Pattern[str], text: str, starts: Iterable[int]
) -> Iterator[re.Match[str]]:
    """What ``pattern.finditer(text)`` finds, given the offsets at which a match may begin.

    Args:
        pattern: one that does not match the empty string.
        text: what is searched.
        starts: in order; those of all matches, and any others.
    """
    done = 0
    for start in starts:
        if start >= done and (match := pattern.match(text, start)):
            yield match
            done = match.end()
