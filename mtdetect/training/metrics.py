"""Statistics of rankings and proportions, with their uncertainty."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import beta
from sklearn.metrics import roc_auc_score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BOOTSTRAPS = 200


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well scores rank machine above human texts.

    ``auc``, ``tpr5`` and ``tpr1`` (true positives at 5 % and 1 % false positives) each come with a
    95 % interval from a bootstrap over twin groups: a human text and its machine versions are drawn
    together.
    """

    human: int
    machine: int
    auc: float
    auc_interval: tuple[float, float]
    tpr5: float
    tpr5_interval: tuple[float, float]
    tpr1: float
    tpr1_interval: tuple[float, float]
    paired: float | None

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def true_positives(human: NDArray[np.float64], machine: NDArray[np.float64], fpr: float) -> float:
    """Share of machine scores above the (1 - fpr) quantile of the human ones."""
    return float((machine > np.quantile(human, 1 - fpr, method="higher")).mean())


def ranking(
    scores: NDArray[np.float64],
    is_machine: NDArray[np.bool_],
    twins: Sequence[str],
    *,
    seed: int = 0,
    bootstraps: int = BOOTSTRAPS,
) -> Ranking:
    """Rank statistics of ``scores`` with bootstrap intervals.

    Args:
        scores: (n,) any monotone score.
        is_machine: (n,) the truth.
        twins: (n,) twin group of each text; the bootstrap draws groups.
        seed: of the bootstrap.
        bootstraps: how many resamples.

    Raises:
        ValueError: one side is empty.
    """
    if not is_machine.any() or is_machine.all():
        raise ValueError("both human and machine texts are needed")
    groups: dict[str, list[int]] = defaultdict(list)
    for index, twin in enumerate(twins):
        groups[twin].append(index)
    members = [np.array(indices) for indices in groups.values()]

    def figures(chosen: NDArray[np.int64]) -> tuple[float, float, float] | None:
        s, y = scores[chosen], is_machine[chosen]
        if not y.any() or y.all():
            return None
        human, machine = s[~y], s[y]
        return (
            float(roc_auc_score(y, s)),
            true_positives(human, machine, 0.05),
            true_positives(human, machine, 0.01),
        )

    rng = np.random.default_rng(seed)
    resampled = []
    for _ in range(bootstraps):
        drawn = rng.integers(len(members), size=len(members))
        found = figures(np.concatenate([members[i] for i in drawn]))
        if found:
            resampled.append(found)
    low, high = np.quantile(np.array(resampled), (0.025, 0.975), axis=0)
    point = figures(np.arange(len(scores)))
    assert point is not None  # noqa: S101 - both sides were checked above
    return Ranking(
        human=int((~is_machine).sum()),
        machine=int(is_machine.sum()),
        auc=point[0],
        auc_interval=(float(low[0]), float(high[0])),
        tpr5=point[1],
        tpr5_interval=(float(low[1]), float(high[1])),
        tpr1=point[2],
        tpr1_interval=(float(low[2]), float(high[2])),
        paired=_paired(scores, is_machine, members),
    )


def _paired(
    scores: NDArray[np.float64], is_machine: NDArray[np.bool_], members: list[NDArray[np.int64]]
) -> float | None:
    """Share of (human, machine) twins in which the machine text scores higher: a diagnostic."""
    wins = total = 0
    for group in members:
        human, machine = scores[group][~is_machine[group]], scores[group][is_machine[group]]
        wins += int((machine[:, None] > human[None, :]).sum())
        total += len(machine) * len(human)
    return wins / total if total else None


def upper_bound(hits: int, n: int, confidence: float = 0.95) -> float:
    """One-sided exact (Clopper-Pearson) upper bound of a proportion."""
    return float(beta.ppf(confidence, hits + 1, n - hits)) if hits < n else 1.0
