"""Which sentences of a document a machine translated: a two-state chain with unknown levels.

Sentences are not judged alone: neighbours mostly share an author. The chain (human, machine) is
sticky, most of all inside a paragraph, so one pasted paragraph is found and a lone odd sentence is
not. It is solved by forward-backward (Rabiner 1989).

What a word scores on average, the *level* of a text, differs more between documents, by their
subject and house style, than it differs by chance within one. What tells a pasted paragraph is
therefore less its score than its distance from the rest. The levels of a document's human and
machine part are unknown, random effects in the sense of Laird and Ware (1982): the chain is solved
for each pair on a grid, and the pairs are weighed by their prior and by how well they explain the
document.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

HUMAN_LEVELS, MACHINE_LEVELS, WIDEST = 9, 7, 3.0
"""The grid: how many levels of either side, and how many standard deviations it reaches."""

LONGEST = 300
"""Most sentences that share their levels; a longer document is cut into equal parts.

The chapters of a book differ in subject, and over a thousand sentences chance alone would look like
two hands.
"""

_MOST_NATS = 50.0
"""What one sentence can say: enough to decide, too little to overflow."""


@dataclass(frozen=True, slots=True)
class ChainSettings:
    """How sentences are smoothed along a document.

    Attributes:
        human, machine: mean and standard deviation of the level, per word, among human and among
            machine-translated documents.
        tie: by how much the machine part's level is expected to follow the human part's, which has
            the same subject, from 0 (not at all) to 1.
        spread: variance of the score of one word about the level of its text.
        mixed: probability that a document has both authors.
        within, between: probability that in such a document the author changes between two
            sentences of a paragraph, and of two paragraphs.
    """

    human: tuple[float, float]
    machine: tuple[float, float]
    tie: float
    spread: float
    mixed: float
    within: float
    between: float


class Sentences(NamedTuple):
    """What the chain is told of a document's sentences, (n,) each.

    Attributes:
        scores: sums of the words' scores.
        words: how many words; the scores are taken relative to it.
        evidence: log-odds for "machine" apart from the scores.
        opens: whether the sentence opens a paragraph.
    """

    scores: NDArray[np.float64]
    words: NDArray[np.float64]
    evidence: NDArray[np.float64]
    opens: NDArray[np.bool_]

    def only(self, chosen: NDArray[np.int64]) -> Sentences:
        """Some of them."""
        return Sentences(
            self.scores[chosen], self.words[chosen], self.evidence[chosen], self.opens[chosen]
        )


def machine_probabilities(sentences: Sentences, settings: ChainSettings) -> list[float]:
    """Posterior probability that a machine translated each sentence, given all others.

    The document is all human, all machine, or mixed; the chain describes the last.
    """
    n = len(sentences.scores)
    if n <= LONGEST:
        return _posterior(sentences, settings).tolist() if n else []
    parts = np.array_split(np.arange(n), -(-n // LONGEST))
    return [p for part in parts for p in _posterior(sentences.only(part), settings).tolist()]


def _posterior(sentences: Sentences, settings: ChainSettings) -> NDArray[np.float64]:
    """(n,) the same of sentences that share their levels."""
    scores, words, evidence, opens = sentences
    levels = level_pairs(settings)
    # (2, pairs) log-likelihoods of all scores at each level, up to a constant, and the priors.
    fits = levels.both * scores.sum() - levels.halved_squares * words.sum()
    all_human, all_machine = levels.prior + fits / settings.spread
    nats = scores[:, None] * levels.apart - words[:, None] * levels.squares_apart
    nats /= settings.spread
    nats += evidence[:, None]
    np.maximum(nats, -_MOST_NATS, out=nats)
    ratios = np.exp(np.minimum(nats, _MOST_NATS, out=nats), out=nats)
    switches = np.where(opens, settings.between, settings.within)
    before, following = _passed_on(ratios, switches)
    after = before * ratios

    both = all_human + (np.log1p(after) - np.log1p(before)).sum(axis=0)
    alone = math.log((1 - settings.mixed) / 2)
    authors = np.array(
        [
            alone + _log_sum(all_human),
            alone + _log_sum(all_machine) + evidence.sum(),
            math.log(settings.mixed) + _log_sum(both),
        ]
    )
    _, machine_alone, mixed = np.exp(authors - _log_sum(authors))
    odds = after * following
    within = (odds / (1 + odds)) @ np.exp(both - _log_sum(both))
    found: NDArray[np.float64] = machine_alone + mixed * within
    return np.minimum(found, 1.0)


def _log_sum(logs: NDArray[np.float64]) -> float:
    """Log of the sum of the numbers with these logs."""
    highest = float(logs.max())
    return highest + math.log(np.exp(logs - highest).sum())


class Levels(NamedTuple):
    """The grid of pairs of levels, and what follows from it alone.

    Attributes:
        both: (2, pairs) levels of the human part, and of the machine part.
        prior: (pairs,) log priors of the pairs.
        halved_squares: (2, pairs) half the squares of the levels.
        apart: (pairs,) the machine part's level less the human part's.
        squares_apart: (pairs,) half the difference of their squares.
    """

    both: NDArray[np.float64]
    prior: NDArray[np.float64]
    halved_squares: NDArray[np.float64]
    apart: NDArray[np.float64]
    squares_apart: NDArray[np.float64]


def level_pairs(settings: ChainSettings) -> Levels:
    """The grid that a document's levels are looked for on."""
    return _level_pairs(*settings.human, *settings.machine, settings.tie)


@lru_cache(maxsize=4)
def _level_pairs(
    human_mean: float, human_sd: float, machine_mean: float, machine_sd: float, tie: float
) -> Levels:
    h, m = (np.linspace(-WIDEST, WIDEST, n) for n in (HUMAN_LEVELS, MACHINE_LEVELS))
    human = np.repeat(human_mean + human_sd * h, len(m))
    machine = machine_mean + tie * (human - human_mean) + np.tile(machine_sd * m, len(h))
    prior = -(np.repeat(h, len(m)) ** 2 + np.tile(m, len(h)) ** 2) / 2
    both = np.stack([human, machine])
    return Levels(
        both,
        prior - math.log(np.exp(prior).sum()),
        both**2 / 2,
        machine - human,
        (machine**2 - human**2) / 2,
    )


def _passed_on(
    ratios: NDArray[np.float64], switches: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n, pairs) odds of the machine state given the sentences before each, and given those after.

    Either way the odds take in the evidence of a sentence and move on by one, so both ways are gone
    in one loop: forward in the first half of each row, backward in the second.

    Args:
        ratios: (n, pairs) likelihood ratios of the sentences, machine to human.
        switches: (n,) probability that the author changes before each; the first is not used.
    """
    n, pairs = ratios.shape
    taken_in = np.concatenate([ratios, ratios[::-1]], axis=1)
    change = np.empty((n, 2 * pairs))
    change[:, :pairs] = switches[:, None]
    change[0, pairs:] = switches[0]
    change[1:, pairs:] = switches[:0:-1, None]
    stay = 1 - change
    odds = np.ones((n, 2 * pairs))
    informed, here, gone = np.empty((3, 2 * pairs))
    rows = zip(odds[:-1], taken_in[:-1], stay[1:], change[1:], odds[1:], strict=True)
    # Names at hand and positional arguments: of a step so small the calls are the most.
    multiply, add, divide = np.multiply, np.add, np.divide
    for known, evidence, stays, changes, moved in rows:
        multiply(known, evidence, informed)
        multiply(informed, stays, here)
        add(here, changes, here)
        multiply(informed, changes, gone)
        add(gone, stays, gone)
        divide(here, gone, moved)
    return odds[:, :pairs], odds[::-1, pairs:]


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
