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
    human, machine, prior = level_pairs(settings)

    def explained(level: NDArray[np.float64]) -> NDArray[np.float64]:
        """(pairs,) log-likelihood of all scores at each level, up to a constant."""
        fits: NDArray[np.float64] = level * scores.sum() - level**2 / 2 * words.sum()
        return fits / settings.spread

    nats = scores[:, None] * (machine - human) - words[:, None] * ((machine**2 - human**2) / 2)
    nats = nats / settings.spread + evidence[:, None]
    ratios = np.exp(np.minimum(np.maximum(nats, -_MOST_NATS), _MOST_NATS))
    switches = np.where(opens, settings.between, settings.within)
    before, following = _passed_on(ratios, switches)
    after = before * ratios

    all_human, all_machine = prior + explained(human), prior + explained(machine)
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


def level_pairs(
    settings: ChainSettings,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """(pairs,) levels of the human part, of the machine part, and log priors of the pairs."""
    return _level_pairs(*settings.human, *settings.machine, settings.tie)


@lru_cache(maxsize=4)
def _level_pairs(
    human_mean: float, human_sd: float, machine_mean: float, machine_sd: float, tie: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    h, m = (np.linspace(-WIDEST, WIDEST, n) for n in (HUMAN_LEVELS, MACHINE_LEVELS))
    human = np.repeat(human_mean + human_sd * h, len(m))
    machine = machine_mean + tie * (human - human_mean) + np.tile(machine_sd * m, len(h))
    prior = -(np.repeat(h, len(m)) ** 2 + np.tile(m, len(h)) ** 2) / 2
    return human, machine, prior - math.log(np.exp(prior).sum())


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
    taken_in = np.hstack([ratios, ratios[::-1]])
    change = np.repeat(np.stack([switches, np.roll(switches[::-1], 1)], axis=1), pairs, axis=1)
    stay = 1 - change
    odds = np.ones((n, 2 * pairs))
    here, gone = np.empty(2 * pairs), np.empty(2 * pairs)
    rows = zip(odds[:-1], taken_in[:-1], stay[1:], change[1:], odds[1:], strict=True)
    for known, evidence, stays, changes, moved in rows:
        informed = known * evidence
        np.multiply(informed, stays, out=here)
        here += changes
        np.multiply(informed, changes, out=gone)
        gone += stays
        np.divide(here, gone, out=moved)
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
