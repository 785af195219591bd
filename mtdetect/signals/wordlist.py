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


NEVER_LAST = words(
    "a an the this these those my your his her its our their every each no of in on at to by for "
    "from with without into onto about against between among during through under over after "
    "before since until near like as than per via toward towards within including regarding "
    "and but or nor if that because when while where who which whose what how why although though "
    "whether is are was were be been has have had will would can could may might must shall should "
    "do does did say says said tell tells told write writes wrote add adds added announce "
    "announces announced stated explain explains explained repeat repeats repeated "
    "claimed believe believes believed think thinks thought know knows knew"
)
"""Words that hardly a sentence or a headline ends on: the next one still belongs to them."""
