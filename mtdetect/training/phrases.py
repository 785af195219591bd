"""Training the phrase model: counts and vectors of English by people, weights by marked errors."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from mtdetect import phrases, style
from mtdetect.text.normalise import normalise
from mtdetect.training import corpora, data, marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from mtdetect.training.manifest import Manifest
    from mtdetect.training.marked import MarkedText

MIN_COUNT = 5
"""Rarer n-grams are not kept: they could only remember a text."""

TRAINED_ON: tuple[marked.SetName, ...] = ("2020", "2021-ted")
"""Sets of marked errors to learn from; "2021-news" is only ever measured."""

ANY_ERROR = 0.2
"""What an error of any other category counts beside one that can be seen without the source."""

RIDGE = 0.01
"""Penalty a word."""


def human_lines(manifest: Manifest, without_fold: int | None = None) -> Iterable[str]:
    """Every different line of English that a person wrote or translated."""
    blocks = chain(
        data.paired_blocks(manifest), data.unpaired_blocks(manifest), corpora.essays(manifest)
    )
    lines = (
        line
        for block in blocks
        if data.fold_of(block.group) != without_fold
        for line in block.human
    )
    return dict.fromkeys(lines)


def token_line(lines: Iterable[str]) -> NDArray[np.uint64]:
    """(n,) hashes of the lines' tokens, a zero after each line."""
    parts = []
    for line in lines:
        parts += [style.token_hashes(style.tokenize(normalise(line))), np.zeros(1, dtype=np.uint64)]
    return np.concatenate(parts)


def counts(hashes: NDArray[np.uint64]) -> dict[str, NDArray[Any]]:
    """The keys and counts of words, pairs and triples that occur ``MIN_COUNT`` times or more."""
    found: dict[str, NDArray[Any]] = {"total": np.array([(hashes > 0).sum()], dtype=np.float32)}
    for n, name in enumerate(("word", "pair", "triple"), 1):
        whole = np.lib.stride_tricks.sliding_window_view(hashes > 0, n).all(axis=1)
        keys, times = np.unique(phrases.ngram_keys(hashes, n)[whole], return_counts=True)
        kept = times >= MIN_COUNT
        found[f"{name}s"] = keys[kept]
        found[f"{name}_counts"] = phrases.quantised(times[kept])
    return found


def vectors(hashes: NDArray[np.uint64], words: NDArray[np.uint32]) -> NDArray[np.int8]:
    """(n_words, DIMENSIONS) vector of each known word's company.

    Positive mutual information of words with those one and two places after and before them,
    reduced to its leading directions.
    """
    n = len(words)
    keys = phrases.ngram_keys(hashes, 1)
    place = np.minimum(np.searchsorted(words, keys), n - 1)
    place[(words[place] != keys) | (hashes == 0)] = n
    together = sparse.csr_matrix((n, n), dtype=np.float32)
    for apart in (1, 2):
        left, right = place[:-apart], place[apart:]
        known = (left < n) & (right < n)
        if apart == 2:
            known &= hashes[1:-1] > 0
        ones = np.full(known.sum(), 1 / apart, dtype=np.float32)
        together = together + sparse.coo_matrix((ones, (left[known], right[known])), (n, n))
    both = sparse.hstack([together, together.T]).tocoo()
    rows, columns = (np.asarray(both.sum(axis=axis)).ravel() + 1 for axis in (1, 0))
    information = np.log(both.data * rows.sum() / (rows[both.row] * columns[both.col]))
    positive = information > 0
    places = (both.row[positive], both.col[positive])
    matrix = sparse.csr_matrix((information[positive], places), both.shape)
    size = min(phrases.DIMENSIONS, n - 1)
    left_vectors, strengths, _ = randomized_svd(matrix, size, n_iter=3, random_state=0)
    found = np.zeros((n, phrases.DIMENSIONS))
    found[:, :size] = left_vectors * np.sqrt(strengths)
    found /= np.linalg.norm(found, axis=1, keepdims=True) + 1e-6
    return np.round(found * 127).astype(np.int8)


class Moments:
    """Sums from which the weights follow: of products of features with each other and the answer.

    Args:
        company: whose features are weighed.
        texts: marked texts.
        mean, scale: (n_features,) that standardise the features.
    """

    def __init__(
        self,
        company: phrases.Company,
        texts: Sequence[MarkedText],
        mean: NDArray[np.float32],
        scale: NDArray[np.float32],
    ) -> None:
        self.upper = np.triu_indices(company.N_CROSSED)
        size = len(mean) + len(self.upper[0]) + 1
        self.products = np.zeros((size, size))
        self.answers = np.zeros(size)
        for text in texts:
            x = phrases.standardised(company.features(text.tokens), mean, scale)
            chosen = text.tokens.is_word
            x = x[chosen]
            terms = np.hstack(
                [x, x[:, self.upper[0]] * x[:, self.upper[1]], np.ones((len(x), 1), x.dtype)]
            )
            answer = (text.marked + ANY_ERROR * text.any_error)[chosen]
            self.products += terms.T @ terms
            self.answers += terms.T @ answer
        self.n = self.products[-1, -1]


def fit(moments: Sequence[Moments]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Linear and crossed weights by ridge regression; every set counts the same."""
    products = sum(m.products / m.n for m in moments)
    answers = sum(m.answers / m.n for m in moments)
    penalty = np.full(len(answers), RIDGE * len(moments))
    penalty[-1] = 0  # the constant, which no ranking needs
    weights = np.linalg.solve(products + np.diag(penalty), answers)
    upper = moments[0].upper
    n_linear = len(answers) - len(upper[0]) - 1
    crossed = np.zeros((upper[0].max() + 1,) * 2, dtype=np.float32)
    crossed[upper] = weights[n_linear:-1]
    return weights[:n_linear].astype(np.float32), crossed


def train(
    manifest: Manifest, *, progress: Callable[[str], None], without_fold: int | None = None
) -> dict[str, NDArray[Any]]:
    """The arrays of the phrase model.

    Args:
        manifest: the corpora.
        progress: told about each step.
        without_fold: a fold to leave out of the counts and vectors.
    """
    progress("counting phrases of human English")
    hashes = token_line(human_lines(manifest, without_fold))
    arrays = counts(hashes)
    progress(f"{len(arrays['pairs']):,} pairs, {len(arrays['triples']):,} triples; word vectors")
    arrays["vectors"] = vectors(hashes, arrays["words"])
    sets = [machine_texts(manifest, name) for name in TRAINED_ON]
    progress("fitting phrase weights to marked errors")
    return {**arrays, **weigh(arrays, sets)}


def machine_texts(manifest: Manifest, name: marked.SetName) -> list[MarkedText]:
    """The marked machine translations of a set."""
    return [text for text in marked.read(manifest, name) if not text.human]


def weigh(
    arrays: dict[str, NDArray[Any]], sets: Sequence[Sequence[MarkedText]]
) -> dict[str, NDArray[Any]]:
    """The learned arrays, given the counts and vectors."""
    company = phrases.Company(arrays)
    mean, scale = _deviations(company, [text for texts in sets for text in texts])
    moments = [Moments(company, texts, mean, scale) for texts in sets]
    linear, crossed = fit(moments)
    learned: dict[str, NDArray[Any]] = {
        "mean": mean,
        "scale": scale,
        "linear": linear,
        "crossed": crossed,
        "level": np.zeros(1, dtype=np.float32),
    }
    model = phrases.PhraseModel({**arrays, **learned})
    scores = np.concatenate([model.scores(text.tokens) for texts in sets for text in texts])
    learned["level"][0] = np.quantile(scores[np.isfinite(scores)], 0.9)
    return learned


def _deviations(
    company: phrases.Company, texts: Sequence[MarkedText]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(n_features,) mean and standard deviation of the features of words; 1 where there is none."""
    n = 0
    total: NDArray[np.float64] | float = 0.0
    squares: NDArray[np.float64] | float = 0.0
    for text in texts:
        x = company.features(text.tokens)[text.tokens.is_word].astype(float)
        n, total, squares = n + len(x), total + x.sum(axis=0), squares + (x**2).sum(axis=0)
    mean = np.asarray(total) / n
    deviation = np.sqrt(np.maximum(np.asarray(squares) / n - mean**2, 0))
    deviation[deviation < 1e-3] = 1
    return mean.astype(np.float32), deviation.astype(np.float32)
