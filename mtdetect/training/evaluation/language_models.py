"""Text that language models wrote: it is no machine translation and must not be called so."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from mtdetect.chain import sigmoid
from mtdetect.rating import MIN_WORDS
from mtdetect.training.evaluation.human import flagged
from mtdetect.training.evaluation.tables import Column, Row, count, section, share, table
from mtdetect.training.metrics import upper_bound
from mtdetect.training.units import Sample

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mtdetect.training.calibrate import Rated
    from mtdetect.training.evaluation.run import Run

ALL = "all registers"


def read(path: Path) -> list[Sample]:
    """The texts of a JSON Lines file with "id", "register" and "text"; the kind is the register."""
    found = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            group = f"language-model-{row['id']}"
            rest = ("language models", group, row["register"], "", "", group)
            found.append(Sample(row["text"], "native", "native", *rest, 1))
    return found


def rows(run: Run) -> list[Row]:
    """What the operating point costs, by register; rated by the full model, which saw none."""
    texts = read(run.language_models)
    run.progress(f"rating {len(texts):,} texts of language models")
    groups: dict[str, list[Rated]] = defaultdict(list)
    short = 0
    for sample, rated in zip(texts, run.rate_untrained(texts), strict=True):
        if rated.words < MIN_WORDS:
            short += 1
            continue
        groups[ALL].append(rated)
        groups[sample.kind].append(rated)
    if short:
        run.progress(f"{short:,} of them are too short for a verdict")
    return [
        _row(register, groups[register], run)
        for register in sorted(groups, key=lambda name: (name != ALL, name))
    ]


def _row(register: str, rated: Sequence[Rated], run: Run) -> Row:
    n = len(rated)
    machine, mixed = flagged(rated, run.thresholds, run.fpr)
    return {
        "register": register,
        "n": n,
        "machine_rate": machine / n,
        "machine_upper": upper_bound(machine, n),
        "mixed_rate": mixed / n,
        "flagged_upper": upper_bound(machine + mixed, n),
        "mean_probability": float(np.mean([sigmoid(r.log_odds) for r in rated])),
        "median_words": int(np.median([r.words for r in rated])),
    }


COLUMNS = (
    Column("register", lambda row: row["register"], left=True),
    count("n"),
    Column("words", lambda row: f"{row['median_words']:,}"),
    Column("machine", lambda row: share(row["machine_rate"], 1)),
    Column("≤ 95 %", lambda row: share(row["machine_upper"], 1)),
    Column("mixed", lambda row: share(row["mixed_rate"], 1)),
    Column("probability", lambda row: f"{row['mean_probability']:.2f}"),
)


def text(found: Sequence[Row]) -> str:
    """A line a register."""
    return section(
        "Texts written by language models",
        "Texts of 40 words and more. words: median length; machine: called machine-translated;"
        " ≤ 95 %: its\none-sided upper bound; mixed: a passage is flagged; probability: mean of"
        " those given to machine translation.",
        table(COLUMNS, found),
    )
