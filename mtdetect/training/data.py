"""What is learned from, in which folds and with which weights.

Folds: all sets of one year share a fold, because references of a year recur in every repository
that holds it; FLORES is cut into blocks of lines. So a text and its machine twins never meet across
folds. A native corpus without news twins is in one fold as a whole: what a model that has read the
rest of an outlet says of it would flatter, and thresholds set on that would be too low for outlets
that nobody trained on.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from mtdetect.training import corpora
from mtdetect.training.documents import samples
from mtdetect.training.units import units

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from mtdetect.training.corpora import Block
    from mtdetect.training.manifest import Manifest
    from mtdetect.training.units import Sample

N_FOLDS = 5
_YEAR_FOLDS = {
    **dict.fromkeys(("wmt18",), 0),
    **dict.fromkeys(("wmt08", "wmt13", "wmt16"), 1),
    **dict.fromkeys(("wmt09", "wmt14", "wmt17"), 2),
    **dict.fromkeys(("wmt10", "wmt15", "wmt21"), 3),
    **dict.fromkeys(("wmt11", "wmt12", "wmt22", "iwslt17"), 4),
}

_CORPUS_FOLDS = {
    "state_union": 0, "bbc": 1, "newswire": 2, "abc": 2, "18f": 3, "onestop": 3, "ewt": 4,
    "essay": 4,
}  # fmt: skip
"""By what the names of a corpus's groups begin with."""

UNPAIRED = ("bbc", "newswire", "onestop", "18f", "abc", "sotu", "ewt")
FIREFOX_SETS = (
    "iwslt17", "wmt08", "wmt09", "wmt10", "wmt11", "wmt12", "wmt13", "wmt14", "wmt15", "wmt16",
    "wmt18",
)  # fmt: skip


SYSTEM_YEARS: Final[tuple[Literal["wmt21", "wmt22"], ...]] = ("wmt21", "wmt22")

ORIGIN_KNOWN = ("wmt14", "wmt15", "wmt16", "wmt18", *SYSTEM_YEARS)
"""Years whose human translations are known to come from the language of their pair."""


def fold_of(group: str) -> int:
    """The fold of a twin group."""
    corpus = re.split(r"[-/]", group, maxsplit=1)[0]
    known = _YEAR_FOLDS.get(group, _CORPUS_FOLDS.get(corpus))
    return zlib.crc32(group.encode()) % N_FOLDS if known is None else known


def paired_blocks(manifest: Manifest) -> Iterator[Block]:
    """News, talks and encyclopedic text with machine twins, and the sets' human-only blocks."""
    return chain(
        corpora.flores(manifest),
        *(corpora.wmt_firefox(manifest, year) for year in FIREFOX_SETS),
        corpora.wmt_systems(manifest, "wmt21"),
        corpora.wmt_systems(manifest, "wmt22"),
        corpora.ht_vs_mt(manifest),
    )


def unpaired_blocks(manifest: Manifest) -> Iterator[Block]:
    """Native documents without a machine twin, of many kinds and outlets."""
    return chain(
        corpora.bbc(manifest),
        corpora.newswire(manifest),
        corpora.onestop(manifest),
        corpora.posts_18f(manifest),
        corpora.nltk_plain(manifest),
        corpora.treebank(manifest, "ewt"),
    )


def evaluation_blocks(manifest: Manifest) -> Iterator[Block]:
    """Native documents under terms that allow evaluation only."""
    return chain(corpora.treebank(manifest, "gum"), corpora.clear(manifest))


def training_units(manifest: Manifest) -> list[Sample]:
    """All texts to learn from, in a fixed order.

    FLORES has the most engines and languages for its few lines, so it is cut three times with many
    twins each; older forward translations are the most plentiful and the least like today's.
    """
    paired = list(paired_blocks(manifest))
    flores = [block for block in paired if block.corpus == "flores"]
    news = [block for block in paired if block.corpus != "flores"]
    found = [
        *units(news, machines=3, salt="a"),
        *units(news, machines=2, salt="b"),
        *(unit for salt in "abc" for unit in units(flores, machines=24, salt=salt)),
        *units(unpaired_blocks(manifest), machines=0, lengths=(1, 2, 3, 4, 6, 8), salt="a"),
        *units(corpora.essays(manifest), machines=1, salt="a"),
    ]
    return [
        unit
        for unit in found
        if zlib.crc32((unit.text + unit.engine).encode()) / 2**32 < _share(unit)
    ]


def _share(unit: Sample) -> float:
    """Which share of the units of this kind is kept, to save time where there is plenty."""
    if unit.corpus == "essays":
        return 0.3
    if unit.label == "mt" and unit.corpus in {"wmt08", "wmt09", "wmt10", "wmt11", "wmt12", "wmt13"}:
        return 0.5
    return 1.0


SHARES = {
    "round trip": 0.50, "forward": 0.44, "machine essay": 0.06,
    "twin": 0.27, "unpaired": 0.30, "essay": 0.03, "ht": 0.40,
}  # fmt: skip
"""Weight of each kind of unit; the machine kinds and the human kinds sum to 1 each."""


def machine_weights(found: Sequence[Sample]) -> NDArray[np.float64]:
    """(n,) weights of the units in the question "machine-translated or not", with mean 1.

    Both answers weigh the same. Native negatives weigh more than human-translated ones, half of
    them without a twin, so that the model sees more kinds of English than its machine side has.
    """
    kinds = np.array([_kind(unit) for unit in found])
    weights = np.zeros(len(found))
    for kind, share in SHARES.items():
        chosen = kinds == kind
        if chosen.any():
            weights[chosen] = share / chosen.sum()
    normalised: NDArray[np.float64] = weights * len(found) / weights.sum()
    return normalised


def _kind(unit: Sample) -> str:
    if unit.corpus == "essays":
        return "essay" if unit.label == "native" else "machine essay"
    if unit.label == "mt":
        return "round trip" if unit.source == "native" else "forward"
    if unit.label == "ht":
        return "ht"
    return "unpaired" if unit.corpus in UNPAIRED else "twin"


def calibration_samples(manifest: Manifest) -> list[Sample]:
    """Documents of all lengths to calibrate on, out of fold, from every corpus that trains."""
    paired = list(paired_blocks(manifest))
    flores = [block for block in paired if block.corpus == "flores"]
    news = [block for block in paired if block.corpus != "flores"]
    unpaired = unpaired_blocks(manifest)
    # Another hash than the folds', so that every fold has its share.
    student = [b for b in corpora.essays(manifest) if zlib.adler32(b.group.encode()) % 10 == 0]
    return [
        *samples(news, machines=1, paragraphs=False, salt="calibrate"),
        *samples(flores, machines=12, paragraphs=False, salt="calibrate"),
        *samples(flores, machines=12, paragraphs=False, salt="calibrate more"),
        *samples(unpaired, machines=0, paragraphs=True, salt="calibrate", whole=True),
        *samples(student, machines=0, paragraphs=True, salt="calibrate"),
    ]


def human_fives(manifest: Manifest) -> list[Sample]:
    """Human news and talks in stretches of five sentences, each once a set.

    ``language`` is what a human translation was made from, where the year tells; else "".
    """
    found: list[Sample] = []
    for year in FIREFOX_SETS:
        blocks = list(corpora.wmt_firefox(manifest, year))
        found += _fives("", [b for b in blocks if b.label == "native"])
        for language in sorted({language for b in blocks for _, language in b.machine} or {""}):
            chosen = [b for b in blocks if b.label == "ht" and _pair_of(b) == language]
            found += _fives(language if year in ORIGIN_KNOWN else "", chosen)
        found += _fives("", [b for b in blocks if b.label == "ht" and not b.machine])
    for system_year in SYSTEM_YEARS:
        for block in corpora.wmt_systems(manifest, system_year):
            language = block.kind.removeprefix("from ") if block.label == "ht" else ""
            found += _fives(language, [block])
    distinct: dict[tuple[str, str, str], Sample] = {}
    for sample in found:
        distinct.setdefault((sample.corpus, sample.label, sample.text), sample)
    return list(distinct.values())


def _pair_of(block: Block) -> str | None:
    return next((language for _, language in block.machine), None)


def _fives(language: str, blocks: Sequence[Block]) -> list[Sample]:
    cut = samples(blocks, machines=0, paragraphs=False, salt="human", fixed_lines=5)
    return [replace(sample, language=language) for sample in cut]
