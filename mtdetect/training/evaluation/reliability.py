"""Whether probabilities mean what they say: Brier score and calibration error by length.

The calibration was fitted on the very documents at hand, so here it is fitted anew without each
fold and judged on that fold. The weights of the signals are the model's: nearly all of them come
from pages read by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mtdetect.calibration import Calibration
from mtdetect.training import calibrate
from mtdetect.training.data import fold_of
from mtdetect.training.evaluation.header import LENGTH_BUCKETS
from mtdetect.training.evaluation.tables import Column, Row, count, figure, section, table
from mtdetect.training.metrics import bootstrap, brier, calibration_error, reliability_bins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mtdetect.training.calibrate import Measured
    from mtdetect.training.evaluation.run import CalibrationSet, Run
    from mtdetect.training.units import Sample

ALL = "all lengths"


def rows(run: Run) -> list[Row]:
    """Brier score, calibration error and the bins of a reliability plot, by length."""
    found = run.calibration_set
    run.progress("fitting the calibration without each fold")
    probabilities = cross_fitted(found, Calibration.from_header(run.header["calibration"]))
    words = np.array([m.words for m in found.measured])
    weights = calibrate.sample_weights(found.samples, words)
    is_machine = np.array([s.label == "mt" for s in found.samples])
    twins = np.array([s.twin for s in found.samples])
    buckets = {f"{low}–{high - 1}": (words >= low) & (words < high) for low, high in LENGTH_BUCKETS}
    within = (words >= LENGTH_BUCKETS[0][0]) & (words < LENGTH_BUCKETS[-1][1])
    return [
        _row(name, probabilities[m], is_machine[m], weights[m], twins[m])
        for name, m in {ALL: within, **buckets}.items()
        if m.any()
    ]


def cross_fitted(found: CalibrationSet, shipped: Calibration) -> NDArray[np.float64]:
    """(n,) probabilities whose calibration did not see the text's fold.

    Args:
        found: the documents.
        shipped: the calibration that their ratings used; its part is taken out again.
    """
    folds = np.array([fold_of(s.group) for s in found.samples])
    log_odds = np.array([r.log_odds for r in found.rated])
    log_odds -= _style_log_odds(found.measured, shipped)
    for fold in np.unique(folds):
        held = folds == fold
        kept = np.flatnonzero(~held)
        fitted = _fit([found.samples[i] for i in kept], [found.measured[i] for i in kept])
        asked = np.flatnonzero(held)
        log_odds[asked] += _style_log_odds([found.measured[i] for i in asked], fitted)
    probabilities: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(log_odds, -500, 500)))
    return probabilities


def _fit(samples: Sequence[Sample], measured: Sequence[Measured]) -> Calibration:
    words = np.array([m.words for m in measured])
    usable = words > 0
    return Calibration.from_header(
        calibrate.fit_calibration(
            np.array([m.machine for m in measured])[usable],
            words[usable],
            np.array([s.label == "mt" for s in samples])[usable],
            calibrate.sample_weights(samples, words)[usable],
        )
    )


def _style_log_odds(measured: Sequence[Measured], calibration: Calibration) -> NDArray[np.float64]:
    return np.array([calibration.log_odds(m.machine, m.words) for m in measured])


def _row(
    name: str,
    probabilities: NDArray[np.float64],
    is_machine: NDArray[np.bool_],
    weights: NDArray[np.float64],
    twins: NDArray[np.str_],
) -> Row:
    def figures(counts: NDArray[np.float64]) -> tuple[float, float]:
        w = weights * counts
        bins = reliability_bins(probabilities, is_machine, w)
        return brier(probabilities, is_machine, w), calibration_error(bins)

    score, error = figures(np.ones(len(weights)))
    intervals = bootstrap(twins.tolist(), figures)
    bins: list[dict[str, Any]] = [
        {"probability": b.probability, "machine": b.machine, "weight": b.weight}
        for b in reliability_bins(probabilities, is_machine, weights)
    ]
    return {
        "words": name,
        "n": len(weights),
        "brier": score,
        "brier_interval": intervals[0],
        "ece": error,
        "ece_interval": intervals[1],
        "bins": bins,
    }


COLUMNS = (
    Column("words", lambda row: row["words"], left=True),
    count("n"),
    Column("Brier", lambda row: figure(row, "brier")),
    Column("ECE", lambda row: figure(row, "ece")),
)


def text(found: Sequence[Row]) -> str:
    """A line a length."""
    return section(
        "Probabilities",
        "Out of fold, the calibration too, at even prior odds. Brier: mean squared error, 0.25 for"
        ' saying "50 %"\nalways; ECE: mean distance between probability and share of machine texts'
        " over ten bins of equal weight.\nIntervals: 95 %, bootstrap over twin groups; resampling"
        " can only add to an ECE, so its interval lies high.",
        table(COLUMNS, found),
    )
