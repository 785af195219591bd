"""Statistics of rankings, probabilities and proportions, with their uncertainty."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import beta

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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


class _Ranks:
    """Scores sorted once, so that the figures of a resample cost one pass over counts."""

    def __init__(self, scores: NDArray[np.float64], is_machine: NDArray[np.bool_]) -> None:
        values, self.place = np.unique(scores, return_inverse=True)
        self.n_values = len(values)
        self.is_machine = is_machine

    def figures(self, counts: NDArray[np.float64]) -> tuple[float, float, float] | None:
        """AUC and true positives at 5 % and 1 %; None where a side was not drawn.

        Args:
            counts: (n,) how often each text was drawn.
        """
        y, n = self.is_machine, self.n_values
        human = np.bincount(self.place[~y], weights=counts[~y], minlength=n)
        machine = np.bincount(self.place[y], weights=counts[y], minlength=n)
        n_human, n_machine = human.sum(), machine.sum()
        if not n_human or not n_machine:
            return None
        below = np.cumsum(human)
        wins = machine @ (below - human / 2)

        def true_positives(fpr: float) -> float:
            # The smallest human score that at most a share fpr of the others exceed.
            rank = math.ceil(round((n_human - 1) * (1 - fpr), 9))
            threshold = int(np.searchsorted(below, rank, side="right"))
            return float(machine[threshold + 1 :].sum() / n_machine)

        return float(wins / (n_human * n_machine)), true_positives(0.05), true_positives(0.01)


def bootstrap(
    groups: Sequence[str],
    figures: Callable[[NDArray[np.float64]], tuple[float, ...] | None],
    *,
    seed: int = 0,
    bootstraps: int = BOOTSTRAPS,
) -> list[tuple[float, float]]:
    """95 % percentile intervals of some figures under resampling of whole groups.

    Args:
        groups: (n,) what is drawn together, such as the twin group of each text.
        figures: the figures given (n,) how often each text was drawn; None if they have none.
        seed: of the draws.
        bootstraps: how many resamples.
    """
    names, member_of = np.unique(np.asarray(groups), return_inverse=True)
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(bootstraps):
        drawn = rng.integers(len(names), size=len(names))
        counts = np.bincount(drawn, minlength=len(names)).astype(float)[member_of]
        if (figure := figures(counts)) is not None:
            found.append(figure)
    low, high = np.quantile(np.array(found), (0.025, 0.975), axis=0)
    return [(float(a), float(b)) for a, b in zip(low, high, strict=True)]


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
    ranks = _Ranks(scores, is_machine)
    point = ranks.figures(np.ones(len(scores)))
    if point is None:
        raise ValueError("both human and machine texts are needed")
    intervals = bootstrap(twins, ranks.figures, seed=seed, bootstraps=bootstraps)
    return Ranking(
        human=int((~is_machine).sum()),
        machine=int(is_machine.sum()),
        auc=point[0],
        auc_interval=intervals[0],
        tpr5=point[1],
        tpr5_interval=intervals[1],
        tpr1=point[2],
        tpr1_interval=intervals[2],
        paired=_paired(scores, is_machine, twins),
    )


def auc(scores: NDArray[np.float64], is_machine: NDArray[np.bool_]) -> float:
    """Probability that a machine text scores above a human one; ties count half.

    Raises:
        ValueError: one side is empty.
    """
    found = _Ranks(scores, is_machine).figures(np.ones(len(scores)))
    if found is None:
        raise ValueError("both human and machine texts are needed")
    return found[0]


def _paired(
    scores: NDArray[np.float64], is_machine: NDArray[np.bool_], twins: Sequence[str]
) -> float | None:
    """Share of (human, machine) twins in which the machine text scores higher: a diagnostic."""
    groups: dict[str, list[int]] = defaultdict(list)
    for index, twin in enumerate(twins):
        groups[twin].append(index)
    wins = total = 0
    for members in groups.values():
        chosen = np.array(members)
        human, machine = scores[chosen][~is_machine[chosen]], scores[chosen][is_machine[chosen]]
        wins += int((machine[:, None] > human[None, :]).sum())
        total += len(machine) * len(human)
    return wins / total if total else None


def upper_bound(hits: int, n: int, confidence: float = 0.95) -> float:
    """One-sided exact (Clopper-Pearson) upper bound of a proportion."""
    return float(beta.ppf(confidence, hits + 1, n - hits)) if hits < n else 1.0


def exact_interval(hits: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Two-sided exact (Clopper-Pearson) interval of a proportion."""
    tail = (1 + confidence) / 2
    return 1 - upper_bound(n - hits, n, tail), upper_bound(hits, n, tail)


@dataclass(frozen=True, slots=True)
class Bin:
    """Texts of similar probability: their mean probability, the share of machine texts, weight."""

    probability: float
    machine: float
    weight: float


def reliability_bins(
    probabilities: NDArray[np.float64],
    is_machine: NDArray[np.bool_],
    weights: NDArray[np.float64],
    n_bins: int = 10,
) -> list[Bin]:
    """Texts in order of their probability, cut into ``n_bins`` bins of equal weight.

    Args:
        probabilities: (n,) given to "machine-translated".
        is_machine: (n,) the truth.
        weights: (n,) of the texts; the bins' weights sum to 1.
        n_bins: how many.
    """
    used = np.flatnonzero(weights)
    order = used[np.argsort(probabilities[used], kind="stable")]
    w = weights[order] / weights[order].sum()
    middle = np.cumsum(w) - w / 2
    number = np.minimum((middle * n_bins).astype(int), n_bins - 1)
    mass = np.bincount(number, weights=w, minlength=n_bins)
    p = np.bincount(number, weights=w * probabilities[order], minlength=n_bins)
    y = np.bincount(number, weights=w * is_machine[order], minlength=n_bins)
    return [
        Bin(float(p[b] / mass[b]), float(y[b] / mass[b]), float(mass[b]))
        for b in range(n_bins)
        if mass[b]
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: weighted mean of |mean probability - share of machine texts|.

    Naeini, Cooper and Hauskrecht 2015, with bins of equal weight instead of equal width.
    """
    return sum(b.weight * abs(b.probability - b.machine) for b in bins)


def brier(
    probabilities: NDArray[np.float64],
    is_machine: NDArray[np.bool_],
    weights: NDArray[np.float64],
) -> float:
    """Weighted mean of (probability - truth)²: 0 is perfect, 0.25 is saying 50 % always."""
    return float(np.average((probabilities - is_machine) ** 2, weights=weights))
