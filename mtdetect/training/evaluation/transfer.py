"""Thresholds set on one kind of human text, applied to another: what a single corpus is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mtdetect.training import data
from mtdetect.training.documents import samples
from mtdetect.training.evaluation.tables import Column, Row, count, section, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mtdetect.training.evaluation.run import Run
    from mtdetect.training.units import Sample

FPRS = (0.05, 0.01)
SHORTEST, LONGEST = 100, 600
"""Words."""

FEWEST = 100
"""Texts that set a threshold for 1 %."""


def rows(run: Run) -> list[Row]:
    """For each corpus and rate, the rates that its threshold has on the other corpora."""
    found = run.calibration_set
    untrained = list(
        samples(
            data.evaluation_blocks(run.manifest),
            machines=0,
            paragraphs=True,
            salt="calibrate",
            whole=True,
        )
    )
    run.progress(f"rating {len(untrained):,} texts that are never trained on")
    values: dict[str, list[float]] = {}
    for sample, rated in zip(
        [*found.samples, *untrained], [*found.rated, *run.rate_untrained(untrained)], strict=True
    ):
        if sample.label != "mt" and SHORTEST <= rated.words <= LONGEST:
            values.setdefault(_corpus(sample), []).append(rated.log_odds)
    return matrix({name: np.array(found) for name, found in sorted(values.items())})


def _corpus(sample: Sample) -> str:
    if sample.label == "ht":
        return "translations"
    return "wmt" if sample.corpus.startswith(("wmt", "htmt")) else sample.corpus


def matrix(values: Mapping[str, NDArray[np.float64]]) -> list[Row]:
    """Rates at which each corpus' thresholds flag each corpus.

    Args:
        values: log-odds of human texts by corpus; small corpora are left out.
    """
    large = {name: scores for name, scores in values.items() if len(scores) >= FEWEST}
    found = []
    for fpr in FPRS:
        for name, scores in large.items():
            threshold = float(np.quantile(scores, 1 - fpr, method="higher"))
            found.append(
                {
                    "fpr": fpr,
                    "set_on": name,
                    "n": len(scores),
                    "threshold": threshold,
                    "rates": {
                        other: float((asked > threshold).mean()) for other, asked in large.items()
                    },
                }
            )
    return found


def text(found: Sequence[Row]) -> str:
    """A matrix for each rate: rows set the threshold, columns are what it flags."""
    names = list(found[0]["rates"]) if found else []

    def cell(name: str) -> Column:
        return Column(name, lambda row: f"{row['rates'][name]:.1%}")

    columns = [
        Column("set on", lambda row: row["set_on"], left=True),
        count("n"),
        *(cell(name) for name in names),
    ]
    return section(
        "Thresholds carried over",
        f"Human texts of {SHORTEST} to {LONGEST} words, out of fold. A row's corpus sets the"
        " threshold; the columns show\nthe share of each corpus that it flags.",
        *(
            f"{fpr:.0%} false positives where it was set\n"
            + table(columns, [row for row in found if row["fpr"] == fpr])
            for fpr in FPRS
        ),
    )
