"""A two-state chain over the sentences of a document, solved by forward-backward.

Sentences are not judged alone: neighbours mostly share an author. The chain (human, machine) is
sticky, most of all inside a paragraph, so one pasted paragraph is found and a lone odd sentence is
not.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def smooth(log_odds: Sequence[float], switches: Sequence[float]) -> list[float]:
    """Posterior probability of the machine state for each sentence.

    Args:
        log_odds: (n,) each sentence's own evidence for "machine", in nats.
        switches: (n - 1,) probability that the author changes between a sentence and the next, each
            in (0, 0.5].
    """
    n = len(log_odds)
    if not n:
        return []

    def step(log_ratio: float, switch: float) -> float:
        """Log-odds of the state one sentence on, before that sentence's evidence."""
        p = sigmoid(log_ratio)
        moved = p * (1 - switch) + (1 - p) * switch
        return math.log(moved / (1 - moved))

    forward = [float(log_odds[0])]
    for own, switch in zip(log_odds[1:], switches, strict=True):
        forward.append(step(forward[-1], switch) + own)
    backward = [0.0] * n
    for i in range(n - 2, -1, -1):
        backward[i] = step(backward[i + 1] + log_odds[i + 1], switches[i])
    return [sigmoid(f + b) for f, b in zip(forward, backward, strict=True)]


def sigmoid(log_odds: float) -> float:
    """The probability with these log-odds."""
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    e = math.exp(max(log_odds, -700.0))
    return e / (1 + e)


def runs(probabilities: Sequence[float], *, above: float) -> list[tuple[int, int]]:
    """Maximal runs (first, last) of consecutive sentences with a probability over ``above``."""
    found: list[tuple[int, int]] = []
    for i, p in enumerate(probabilities):
        if p > above:
            if found and found[-1][1] == i - 1:
                found[-1] = (found[-1][0], i)
            else:
                found.append((i, i))
    return found
