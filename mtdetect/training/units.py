"""Texts of mixed lengths cut from aligned blocks, human sides and machine twins at equal places."""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mtdetect.training.corpora import Block

Label = Literal["native", "ht", "mt"]

LENGTHS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15)


@dataclass(frozen=True, slots=True)
class Sample:
    """One text to learn from or to test on.

    Attributes:
        text: lines joined by blanks, or by blank lines between paragraphs.
        label: "native", "ht" or "mt".
        source: label of the human twin; "native" with label "mt" is a round trip.
        corpus, group, kind, language, engine: as in ``Block``; engine is "" for human text.
        twin: identifies the human passage; all its machine versions share it.
        lines: how many corpus lines it joins.
    """

    text: str
    label: Label
    source: Label
    corpus: str
    group: str
    kind: str
    language: str
    engine: str
    twin: str
    lines: int


def engine_family(name: str) -> str:
    """The engine that a system's name stands for; builds of one engine are one family."""
    lowered = name.lower()
    return "bergamot" if lowered.startswith("bergamot") else lowered


def pieces(n_lines: int, lengths: Sequence[int], seed: str) -> Iterator[slice]:
    """Consecutive slices of random length; the same for the same seed."""
    rng = random.Random(zlib.crc32(seed.encode()))  # noqa: S311 - reproducible, not secret
    start = 0
    while start < n_lines:
        stop = min(n_lines, start + rng.choice(lengths))
        yield slice(start, stop)
        start = stop


def units(
    blocks: Iterable[Block], *, lengths: Sequence[int] = LENGTHS, machines: int, salt: str = ""
) -> Iterator[Sample]:
    """Cut blocks into units; each human passage comes with at most ``machines`` machine twins.

    Twins are drawn engine family first, so that an engine with many languages or builds does not
    crowd out the others. Human passages that were seen before are not repeated (test sets share
    references across language pairs); their machine twins are.
    """
    seen: set[str] = set()
    for block in blocks:
        n_lines = len(block.human)
        for piece in pieces(n_lines, lengths, salt + block.human[0]):
            human = block.human[piece]
            text = " ".join(human)
            twin = f"{block.group}:{zlib.crc32(text.encode()):08x}:{len(human)}"
            if text.strip() and text not in seen:
                seen.add(text)
                yield Sample(
                    text,
                    block.label,
                    block.label,
                    block.corpus,
                    block.group,
                    block.kind,
                    "",
                    "",
                    twin,
                    len(human),
                )
            rng = random.Random(zlib.crc32(f"{salt}{text}".encode()))  # noqa: S311 - the same
            for engine, language in draw(list(block.machine), machines, rng):
                output = " ".join(block.machine[engine, language][piece])
                if output.strip():
                    yield Sample(
                        output, "mt", block.label, block.corpus, block.group, block.kind,
                        language, engine_family(engine), twin, len(human),
                    )  # fmt: skip


def draw(systems: list[tuple[str, str]], number: int, rng: random.Random) -> list[tuple[str, str]]:
    """At most ``number`` distinct (engine, language) pairs, engine families in turn."""
    by_family: dict[str, list[tuple[str, str]]] = {}
    for system in systems:
        by_family.setdefault(engine_family(system[0]), []).append(system)
    families = list(by_family.values())
    for family in families:
        rng.shuffle(family)
    rng.shuffle(families)
    chosen: list[tuple[str, str]] = []
    while families and len(chosen) < number:
        families = [family for family in families if family]
        for family in families:
            if len(chosen) < number:
                chosen.append(family.pop())
    return chosen
