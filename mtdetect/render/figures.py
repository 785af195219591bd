"""Figures and shares in words, the same in every report."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def percent(probability: float) -> str:
    """A probability for reading; never a certain 0 or 100."""
    if probability <= 0.005:
        return "< 1 %"
    return "> 99 %" if probability >= 0.995 else f"{100 * probability:.0f} %"


def signed(weight: float, decimals: int = 1) -> str:
    """Log-odds with their sign, by a true minus; zero, or what rounds to it, has none."""
    shown = f"{weight:+.{decimals}f}".replace("-", "−")
    return shown if shown.strip("+−0.") else shown[1:]


def humans(fpr: float) -> str:
    """The operating point as a share of texts: "1 in 100 measured human texts"."""
    share = Fraction(fpr).limit_denominator(1000)
    return f"{share.numerator} in {share.denominator:,} measured human texts"


def sentence(claim: str) -> str:
    """A claim as a sentence: with a capital and a full stop."""
    stop = "" if claim.endswith((".", "?", "!", "…")) else "."
    return claim[:1].upper() + claim[1:] + stop


def rounded(values: Sequence[float], total: float, *, decimals: int = 1) -> list[float]:
    """Values to so many decimals that add up to the rounded total, as a reader will check.

    The largest remainders are rounded the other way. Where values are missing, each is rounded as
    usual.
    """
    unit = 10**decimals
    # Rounded as when each is shown alone: 0.05 is a little more than it looks.
    units = [round(unit * round(value, decimals)) for value in values]
    off = round(unit * round(total, decimals)) - sum(units)
    if abs(off) <= len(units):
        step = 1 if off > 0 else -1
        order = sorted(range(len(units)), key=lambda i: step * (units[i] - unit * values[i]))
        for index in order[: abs(off)]:
            units[index] += step
    return [value / unit for value in units]
