"""Documents of all lengths for calibration and evaluation, with their paragraphs.

Training units are single paragraphs; readers judge documents. Here blocks are cut at line ends into
stretches whose lengths are spread evenly over the log scale, from one sentence to a long article.
"""

from __future__ import annotations

import math
import random
import zlib
from typing import TYPE_CHECKING

from mtdetect.training.units import Sample, draw, engine_family

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mtdetect.training.corpora import Block

SHORTEST_WORDS, LONGEST_WORDS = 15, 1500
LINES_A_PARAGRAPH = 3
"""Corpora of single sentences have lost their paragraphs; news paragraphs hold two or three."""


def _rng(*parts: str) -> random.Random:
    return random.Random(zlib.crc32("\0".join(parts).encode()))  # noqa: S311 - reproducible draws


def _words(line: str) -> int:
    return line.count(" ") + 1


def stretches(lines: Sequence[str], rng: random.Random, *, whole: bool) -> Iterator[slice]:
    """Consecutive slices whose word counts are log-uniform; after them the whole, if wanted."""
    start = 0
    while start < len(lines):
        target = math.exp(rng.uniform(math.log(SHORTEST_WORDS), math.log(LONGEST_WORDS)))
        stop, words = start, 0
        while stop < len(lines) and (words < target or stop == start):
            words += _words(lines[stop])
            stop += 1
        yield slice(start, stop)
        start = stop
    if whole and len(lines) > 1:
        yield slice(0, len(lines))


_ENDS_SENTENCE = (*".!?…:;,", '."', '!"', '?"', ".”", "!”", "?”", ".'", ".’", ".)", ',"', ",”")


def _joined(lines: Sequence[str], *, paragraphs: bool) -> str:
    """The text of some corpus lines; a headline among sentences stands alone, as on a page."""
    if paragraphs:
        return "\n\n".join(lines)
    found: list[list[str]] = [[]]
    for line in lines:
        headline = not line.endswith(_ENDS_SENTENCE)
        if found[-1] and (headline or len(found[-1]) == LINES_A_PARAGRAPH):
            found.append([])
        found[-1].append(line)
        if headline:
            found.append([])
    return "\n\n".join(" ".join(paragraph) for paragraph in found if paragraph)


def samples(
    blocks: Iterable[Block],
    *,
    machines: int,
    paragraphs: bool,
    salt: str,
    fixed_lines: int | None = None,
    whole: bool = False,
) -> Iterator[Sample]:
    """Cut blocks into documents; each human stretch comes with at most ``machines`` twins.

    Args:
        blocks: aligned blocks; a repeated human stretch is given once.
        machines: machine versions drawn for each stretch, engines in turn.
        paragraphs: whether a line of these blocks is a paragraph, not a sentence.
        salt: varies the cuts.
        fixed_lines: cut into exactly so many lines instead, dropping what is left over.
        whole: give whole blocks besides their stretches.
    """
    seen: set[str] = set()
    for block in blocks:
        rng = _rng(salt, block.group, block.human[0])
        if fixed_lines:
            last = len(block.human) - fixed_lines
            cuts = [slice(i, i + fixed_lines) for i in range(0, last + 1, fixed_lines)]
        else:
            cuts = list(stretches(block.human, rng, whole=whole))
        for cut in cuts:
            human = _joined(block.human[cut], paragraphs=paragraphs)
            lines = cut.stop - cut.start
            twin = f"{block.group}:{zlib.crc32(human.encode()):08x}"
            rest = (block.corpus, block.group, block.kind)
            if human.strip() and human not in seen:
                seen.add(human)
                yield Sample(human, block.label, block.label, *rest, "", "", twin, lines)
            for engine, language in draw(list(block.machine), machines, _rng(salt, human)):
                text = _joined(block.machine[engine, language][cut], paragraphs=paragraphs)
                if text.strip():
                    family = engine_family(engine)
                    yield Sample(text, "mt", block.label, *rest, language, family, twin, lines)
