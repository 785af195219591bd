"""Word lists: short ones written as one string, long ones kept as data files."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def words(text: str) -> frozenset[str]:
    """The words of a string, parted by white space."""
    return frozenset(text.split())


@cache
def read_list(name: str) -> frozenset[str]:
    """The entries of a data file: one per line, ``#`` starts a comment."""
    text = files("mtdetect.signals").joinpath("data", name).read_text(encoding="utf-8")
    entries = (line.partition("#")[0].strip() for line in text.splitlines())
    return frozenset(entry for entry in entries if entry)
