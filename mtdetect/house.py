"""A newsroom's own operating point: measured on texts by people that it trusts.

What the rate bounds: of further texts like those that were measured, how many would be flagged at
all, called "machine" or "mixed". Every text counts by one number, its excess: by how much it
exceeds the model's threshold for its length, or its strongest passage the threshold for passages,
whichever is more. The house's thresholds are the model's, shifted by an upper order statistic of
the excesses. So the model says how thresholds follow the length and how passages compare with
documents, and the house's texts say how high they are. As one number is chosen and not two, the
bound is exact, whatever the distribution of the scores.

Source: Wilks, Determination of sample sizes for setting tolerance limits, Annals of Mathematical
Statistics 12 (1941); Clopper & Pearson, Biometrika 26 (1934).
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mtdetect.files import UnreadableError
from mtdetect.rating import MIN_WORDS
from mtdetect.seen import SEEN_FROM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from mtdetect.calibration import Thresholds
    from mtdetect.report import Report
    from mtdetect.result import Result
    from mtdetect.seen import SeenTexts

CONFIDENCE: Final = 0.95
"""With which the false-positive rate is at most the chosen one, and each end of the interval holds.

The two ends together hold with twice the doubt: a 90 % interval.
"""

SEEN_TOLERATED: Final = 0.01
"""Share of texts that the model was made from up to which they do no harm: the order statistic is
then that of a rate at most a hundredth higher or lower."""


class TooFewTextsError(Exception):
    """The texts cannot bound the rate that was asked for, even with none of them flagged.

    Attributes:
        texts: how many there are.
        needed: how many there must be.
    """

    def __init__(self, texts: int, fpr: float) -> None:
        self.texts, self.needed = texts, texts_needed(fpr)
        reachable = lowest_fpr(texts)
        way_out = f", or choose a rate of {reachable:g} or higher" if reachable <= 0.2 else ""
        super().__init__(
            f"{texts:,} different texts with enough prose cannot bound the false-positive rate at"
            f" {fpr:g}, even if none is flagged: bring {self.needed:,}{way_out}"
        )


@dataclass(frozen=True, slots=True)
class HousePoint:
    """An operating point and what was measured to find it.

    Attributes:
        fpr: the chosen false-positive rate, which holds for "machine" and "mixed" together.
        shift: what is added to the model's thresholds at that rate, in log-odds.
        texts: how many counted.
        flagged: how many of them are flagged at this point.
        rate_low, rate_high: the rate at this point lies between, by exact binomial bounds; each end
            holds with ``CONFIDENCE``.
        flagged_unshifted: how many the model's own thresholds flag at this rate.
        seen: share of the texts that the model was made from; None where it cannot be told.
        duplicates, insufficient, unreadable: texts that were left out.
    """

    fpr: float
    shift: float
    texts: int
    flagged: int
    rate_low: float
    rate_high: float
    flagged_unshifted: int
    seen: float | None
    duplicates: int
    insufficient: int
    unreadable: int

    @property
    def warning(self) -> str | None:
        """What speaks against relying on this point; None if nothing does."""
        if self.seen is None or self.seen <= SEEN_TOLERATED:
            return None
        return (
            f"{100 * self.seen:.0f} % of the texts were among those that the model was made from,"
            " and it is surer of these than of new ones: they cannot lower a threshold, and what is"
            " measured on them is too good; measure on other texts"
        )


def measure(
    results: Iterable[Result], thresholds: Thresholds, *, fpr: float, seen: SeenTexts | None = None
) -> HousePoint:
    """The operating point for a false-positive rate of ``fpr``.

    The shift is the lowest that bounds the rate with ``CONFIDENCE``. Where the model was made from
    more than ``SEEN_TOLERATED`` of the texts it is never below 0.

    Args:
        results: of texts by people, scored by the model itself at any operating point. Each text
            counts once. Texts that depend on each other, such as reprints with a changed headline,
            make the interval look narrower than it is.
        thresholds: the model's.
        fpr: share of human texts that may be flagged.
        seen: the texts that the model was made from, where that is known.

    Raises:
        TooFewTextsError: for this rate.
        ValueError: ``fpr`` lies outside the rates that the model was measured at.
    """
    thresholds.document(MIN_WORDS, fpr)  # a rate that cannot be had is refused before the work
    left_out: Counter[str] = Counter()
    known: set[bytes] = set()
    excesses: list[float] = []
    told: list[bool] = []
    for result in results:
        if isinstance(result, UnreadableError):
            left_out["unreadable"] += 1
        elif result.report.verdict == "insufficient":
            left_out["insufficient"] += 1
        elif (key := _key(result.source.text)) in known:
            left_out["duplicates"] += 1
        else:
            known.add(key)
            excesses.append(excess(result.report, thresholds, fpr))
            if seen is not None and (share := seen.share_seen(result.source.text)) is not None:
                told.append(share >= SEEN_FROM)
    share = sum(told) / len(told) if told else None
    values = np.array(excesses)
    shift = lowest_shift(values, fpr)
    if share is not None and share > SEEN_TOLERATED:
        shift = max(shift, 0.0)
    flagged = int((values > shift).sum())
    return HousePoint(
        fpr=fpr,
        shift=shift,
        texts=len(values),
        flagged=flagged,
        rate_low=lower_bound(flagged, len(values)),
        rate_high=upper_bound(flagged, len(values)),
        flagged_unshifted=int((values > 0).sum()),
        seen=share,
        duplicates=left_out["duplicates"],
        insufficient=left_out["insufficient"],
        unreadable=left_out["unreadable"],
    )


def excess(report: Report, thresholds: Thresholds, fpr: float) -> float:
    """By how much a text, or its strongest passage, exceeds its threshold, in log-odds.

    A text with a verdict is flagged exactly where this is positive.
    """
    over = [
        passage.log_odds - thresholds.passage(passage.words, fpr)
        for passage in report.passages
        if passage.words >= MIN_WORDS
    ]
    if report.log_odds is not None:
        over.append(report.log_odds - thresholds.document(report.words, fpr))
    return max(over)


def lowest_shift(excesses: NDArray[np.float64], fpr: float) -> float:
    """The lowest shift above which, with ``CONFIDENCE``, at most ``fpr`` of all such values lie.

    Raises:
        TooFewTextsError: for this rate.
    """
    most = most_flagged(len(excesses), fpr)
    if most is None:
        raise TooFewTextsError(len(excesses), fpr)
    value = float(np.sort(excesses)[::-1][most])
    return math.ceil(value * 1e6) / 1e6  # as it is written to a profile


def most_flagged(texts: int, fpr: float) -> int | None:
    """How many of ``texts`` may be flagged so that with ``CONFIDENCE`` the rate is at most ``fpr``.

    Where the threshold is put at the value of text number k + 1 from above, the true rate follows
    Beta(k + 1, texts - k), which exceeds ``fpr`` as often as no more than k of ``texts`` are
    flagged at a rate of ``fpr``. None where not even 0 will do.
    """
    allowed = int(np.searchsorted(_binomial_sums(texts, texts, fpr), 1 - CONFIDENCE, "right"))
    return allowed - 1 if allowed else None


def texts_needed(fpr: float) -> int:
    """The fewest texts that can bound the rate at ``fpr``: if none of them is flagged."""
    return math.ceil(math.log(1 - CONFIDENCE) / math.log1p(-fpr))


def lowest_fpr(texts: int) -> float:
    """The lowest rate that so many texts can bound, rounded up to three digits; at most 1."""
    if not texts:
        return 1.0
    rate = -math.expm1(math.log(1 - CONFIDENCE) / texts)
    step = 10.0 ** (math.floor(math.log10(rate)) - 2)
    return min(1.0, math.ceil(rate / step) * step)


def upper_bound(flagged: int, texts: int) -> float:
    """The rate at which no more than ``flagged`` of ``texts`` are flagged once in twenty times.

    Exact, after Clopper and Pearson. Theirs is for a threshold that was fixed beforehand; for one
    that was set at an order statistic of the same texts this end comes out the same.
    """
    if flagged >= texts:
        return 1.0
    return _solve(lambda p: float(_binomial_sums(flagged, texts, p)[-1]) <= 1 - CONFIDENCE)


def lower_bound(flagged: int, texts: int) -> float:
    """The rate at which ``flagged`` of ``texts`` or more are flagged once in twenty times."""
    if not flagged:
        return 0.0
    return _solve(lambda p: float(_binomial_sums(flagged - 1, texts, p)[-1]) <= CONFIDENCE)


def _solve(reached: Callable[[float], bool]) -> float:
    """The least number between 0 and 1 at which ``reached`` holds, by halving."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


def _binomial_sums(most: int, n: int, p: float) -> NDArray[np.float64]:
    """(most + 1,) probabilities that of ``n`` trials at most 0, 1, … ``most`` succeed."""
    k = np.arange(1, most + 1)
    ways = np.append(0.0, np.cumsum(np.log((n - k + 1) / k)))
    successes = np.arange(most + 1)
    chances = ways + successes * math.log(p) + (n - successes) * math.log1p(-p)
    sums: NDArray[np.float64] = np.cumsum(np.exp(chances))
    return sums


def _key(text: str) -> bytes:
    """What two copies of one text share, however their lines are broken."""
    return hashlib.blake2b(" ".join(text.split()).encode("utf-8", "replace")).digest()
