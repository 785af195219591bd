"""From scores to log-odds: calibration by length, and the thresholds of an operating point."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

CENTRE_WORDS = 250
"""Length, in words of prose, at which the length contribution is zero by definition."""

SHORTEST, LONGEST = 15, 2500
"""Calibration was fitted between these lengths, in words; outside, the nearer one is used."""


def log_length(words: int) -> float:
    """Natural log of the length relative to ``CENTRE_WORDS``, within the calibrated range."""
    return math.log(min(max(words, SHORTEST), LONGEST) / CENTRE_WORDS)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Log-odds as a function of a raw score and a length.

    ``log_odds = scale(words) * score + offset(words)``, where scale and offset are quadratic in the
    log of the length: a score means more the longer the text that it was pooled from.
    """

    scale_terms: tuple[float, float, float]
    offset_terms: tuple[float, float, float]

    @classmethod
    def from_header(cls, header: dict[str, Any]) -> Calibration:
        """Read a calibration from its part of a model's header."""
        return cls(tuple(header["scale"]), tuple(header["offset"]))

    def scale(self, words: int) -> float:
        """Log-odds for one unit of score."""
        x = log_length(words)
        a, b, c = self.scale_terms
        return max(a + b * x + c * x * x, 0.0)

    def prior(self) -> float:
        """Log-odds of a text of ``CENTRE_WORDS`` words with score zero."""
        return self.offset_terms[0]

    def length(self, words: int) -> float:
        """Log-odds that the length adds to the prior."""
        x = log_length(words)
        _, b, c = self.offset_terms
        return b * x + c * x * x

    def log_odds(self, score: float, words: int) -> float:
        """Log-odds of a text of so many words with this score."""
        return self.prior() + self.length(words) + self.scale(words) * score


def _interpolate(x: float, xs: Sequence[float], ys: Sequence[float]) -> float:
    """Piecewise linear through (xs, ys), flat outside."""
    if x <= xs[0]:
        return ys[0]
    if x >= xs[-1]:
        return ys[-1]
    i = bisect_right(xs, x)
    share = (x - xs[i - 1]) / (xs[i] - xs[i - 1])
    return ys[i - 1] + share * (ys[i] - ys[i - 1])


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Log-odds that a share ``fpr`` of human texts of a length exceed.

    Attributes:
        words: (n,) lengths of the grid, ascending.
        fprs: (m,) false-positive rates of the grid, ascending.
        log_odds: n rows of m thresholds.
        passage_margins: (m,) by how much a passage must exceed the threshold of its own length:
            the best of a document's many passages exceeds it more often than a whole text does.
    """

    words: tuple[int, ...]
    fprs: tuple[float, ...]
    log_odds: tuple[tuple[float, ...], ...]
    passage_margins: tuple[float, ...]

    @classmethod
    def from_header(cls, header: dict[str, Any]) -> Thresholds:
        """Read thresholds from their part of a model's header."""
        return cls(
            tuple(header["words"]),
            tuple(header["fpr"]),
            tuple(tuple(row) for row in header["log_odds"]),
            tuple(header["passage_margin"]),
        )

    @property
    def usual_fpr(self) -> float:
        """The operating point where none is asked for: the only one, or 1 in 100."""
        return self.fprs[0] if len(self.fprs) == 1 else 0.01

    def fixed(self, fpr: float, shift: float) -> Thresholds:
        """Those of one operating point, each higher by ``shift``; no other rate can be asked for.

        Raises:
            ValueError: ``fpr`` lies outside the rates that were measured.
        """
        return Thresholds(
            self.words,
            (fpr,),
            tuple((self.document(words, fpr) + shift,) for words in self.words),
            (self.passage(self.words[0], fpr) - self.document(self.words[0], fpr),),
        )

    def _log_of(self, fpr: float) -> float:
        if len(self.fprs) == 1 and fpr != self.fprs[0]:
            raise ValueError(f"fpr must be {self.fprs[0]:g}, the one rate at hand, not {fpr:g}")
        if not self.fprs[0] <= fpr <= self.fprs[-1]:
            raise ValueError(
                f"fpr must lie between {self.fprs[0]:g} and {self.fprs[-1]:g}, not {fpr:g}: "
                "outside, the model's human texts are too few to say"
            )
        return math.log(fpr)

    def document(self, words: int, fpr: float) -> float:
        """The threshold for a text of ``words`` words.

        Raises:
            ValueError: ``fpr`` lies outside the rates that were measured.
        """
        x = self._log_of(fpr)
        logs = [math.log(f) for f in self.fprs]
        column = [_interpolate(x, logs, row) for row in self.log_odds]
        return _interpolate(math.log(max(words, 1)), [math.log(w) for w in self.words], column)

    def passage(self, words: int, fpr: float) -> float:
        """The threshold for a passage of ``words`` words inside a longer text."""
        logs = [math.log(f) for f in self.fprs]
        margin = _interpolate(self._log_of(fpr), logs, self.passage_margins)
        return self.document(words, fpr) + margin
