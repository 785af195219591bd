"""Fitting the style model: choosing the n-grams to know, and logistic regression on each view."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from mtdetect import style
from mtdetect.text.normalise import normalise
from mtdetect.training.data import N_FOLDS, fold_of, machine_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from mtdetect.training.units import Sample

REGULARISATION = (4.0, 1.0)
"""C of the logistic regression of each view, chosen on inner folds."""

ITERATIONS = 60
"""L-BFGS steps; stopping here regularises as well, and more steps gained nothing held out."""

MIN_PASSAGES = 10
"""An n-gram counts when so many passages hold it, a passage and its twins being one.

Rarer ones could only remember a text. Knowing the others apart from them, not mixing both in hash
buckets, is what gained most of all that was tried (docs/experiments.md).
"""


@dataclass(frozen=True, slots=True)
class FittedStyle:
    """Style weights of one run for the n-grams that are known, (n_known,) each.

    ``slots`` and ``checks`` find the n-grams, as ``style.Vocabulary`` has them.
    """

    slots: NDArray[np.int32]
    checks: NDArray[np.uint16]
    idf: NDArray[np.float32]
    machine: NDArray[np.float32]
    translated: NDArray[np.float32]

    def as_shipped(self) -> dict[str, NDArray[np.generic]]:
        """The arrays of the model file: n-grams that count, in half precision."""
        # In the order of their slots, which packs best.
        used = np.argsort(self.slots)
        used = used[self.idf[used] > 0]
        return {
            "slots": self.slots[used],
            "checks": self.checks[used],
            "idf": self.idf[used].astype(np.float16),
            "machine": self.machine[used].astype(np.float16),
            "translated": self.translated[used].astype(np.float16),
        }

    def models(self) -> tuple[style.StyleModel, style.StyleModel]:
        """The two style models: machine against human, human-translated against native."""
        vocabulary = style.Vocabulary(self.slots, self.checks, self.idf)
        return (
            style.StyleModel(vocabulary, self.machine),
            style.StyleModel(vocabulary, self.translated),
        )


@dataclass(frozen=True, slots=True)
class Design:
    """The features of all units, counted once for many fits.

    Attributes:
        counts: of each view, (n_units, n_known of the view).
        passages: of each view, (n_passages, n_known of the view): which passages hold an n-gram.
        passage: (n_units,) index of each unit's passage; twins share one.
        slots, checks: (n_known,) of both views, one after the other.
        labels, weights: (n_units,).
        min_passages: how many passages an n-gram needs to count.
    """

    counts: tuple[sparse.csr_matrix, ...]
    passages: tuple[sparse.csr_matrix, ...]
    passage: NDArray[np.int64]
    slots: NDArray[np.int32]
    checks: NDArray[np.uint16]
    labels: NDArray[np.str_]
    weights: NDArray[np.float64]
    min_passages: int


def design(
    units: Sequence[Sample],
    *,
    progress: Callable[[str], None],
    min_passages: int = MIN_PASSAGES,
) -> Design:
    """Count the n-grams of the units that at least ``min_passages`` passages hold."""
    progress(f"counting n-grams of {len(units):,} texts")
    parts = [style.token_hashes(style.tokenize(normalise(unit.text))) for unit in units]
    row = np.repeat(np.arange(len(units), dtype=np.int32), [len(part) for part in parts])
    hashes = np.concatenate(parts)
    del parts
    _, passage = np.unique([unit.twin for unit in units], return_inverse=True)
    # Threads: all of it is sorting, which lets go of the interpreter's lock.
    kinds = Parallel(n_jobs=2, prefer="threads", pre_dispatch=2)(
        delayed(_Kind.select)(keys, row, passage, min_passages) for keys in style.ngram_keys(hashes)
    )
    del hashes

    # Two n-grams of one slot cannot both be known: the one that more passages hold is.
    keys = np.concatenate([kind.keys for kind in kinds])
    support = np.concatenate([kind.support for kind in kinds])
    slots, checks = style.slot_and_check(keys)
    best_first = np.lexsort((keys, -support))
    _, firsts = np.unique(slots[best_first], return_index=True)
    kept = np.zeros(len(keys), dtype=bool)
    kept[best_first[firsts]] = True

    counts, passages = [], []
    start = 0
    for view in range(len(style.VIEWS)):
        rows, columns, width = [], [], 0
        for (of_view, _), kind in zip(style.KINDS, kinds, strict=True):
            if of_view == view:
                chosen = kept[start : start + len(kind.keys)]
                start += len(kind.keys)
                column = (np.cumsum(chosen, dtype=np.int32) - 1 + width).astype(np.int32)
                inside = chosen[kind.index]
                rows.append(kind.row[inside])
                columns.append(column[kind.index[inside]])
                width += int(chosen.sum())
        matrix = _matrix(np.concatenate(rows), np.concatenate(columns), (len(units), width))
        counts.append(matrix)
        holding = passage[np.repeat(np.arange(len(units)), np.diff(matrix.indptr))]
        shape = (int(passage.max()) + 1, width)
        held = _matrix(holding.astype(np.int32), matrix.indices, shape)
        held.data = np.ones(held.nnz, dtype=np.uint8)
        passages.append(held)
    progress(f"{int(kept.sum()):,} n-grams, {sum(m.nnz for m in counts):,} features")
    return Design(
        tuple(counts),
        tuple(passages),
        passage,
        slots[kept],
        checks[kept],
        np.array([unit.label for unit in units]),
        machine_weights(units),
        min_passages,
    )


def _matrix(
    rows: NDArray[np.int32], columns: NDArray[np.int32], shape: tuple[int, int]
) -> sparse.csr_matrix:
    """Counts of (row, column)."""
    ones = np.ones(len(rows), dtype=np.uint16)
    return sparse.coo_matrix((ones, (rows, columns)), shape=shape).tocsr()


@dataclass(frozen=True, slots=True)
class _Kind:
    """The n-grams of one kind that enough passages hold, and where they occur.

    Attributes:
        keys, support: (n_ngrams,) 64-bit keys and how many passages hold each.
        index, row: (n_occurrences,) which n-gram stands in which unit.
    """

    keys: NDArray[np.uint64]
    support: NDArray[np.int64]
    index: NDArray[np.int32]
    row: NDArray[np.int32]

    @classmethod
    def select(
        cls,
        keys: NDArray[np.uint64],
        row: NDArray[np.int32],
        passage: NDArray[np.int64],
        min_passages: int,
    ) -> _Kind:
        """The n-grams among ``keys``; n-gram i starts at token i, ``row`` is each token's unit."""
        n = len(row) - len(keys) + 1
        inside = row[: len(keys)] == row[n - 1 :]
        keys, row = keys[inside], row[: len(inside)][inside]
        # Most n-grams are rare; a coarse count drops nearly all of them before the exact one.
        coarse = (keys >> np.uint64(40)).astype(np.int32)
        common = np.bincount(coarse, minlength=2**24)[coarse] >= min_passages
        keys, row = keys[common], row[common]
        distinct, index = np.unique(keys, return_inverse=True)
        held = np.unique(index * (passage.max() + 1) + passage[row]) // (passage.max() + 1)
        support = np.bincount(held, minlength=len(distinct))
        enough = support >= min_passages
        chosen = enough[index]
        renumbered = np.cumsum(enough, dtype=np.int32) - np.int32(1)
        return cls(distinct[enough], support[enough], renumbered[index[chosen]], row[chosen])


def inverse_document_frequency(counts: sparse.csr_matrix) -> NDArray[np.float32]:
    """(n_columns,) smoothed idf of a count matrix, in half precision as it is shipped."""
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log((1 + counts.shape[0]) / (1 + frequency)) + 1
    shipped: NDArray[np.float32] = idf.astype(np.float16).astype(np.float32)
    return shipped


def tfidf(counts: sparse.csr_matrix, idf: NDArray[np.float32]) -> sparse.csr_matrix:
    """Sub-linear tf-idf with L2 norm, as ``style.Vocabulary`` computes it."""
    values = (1 + np.log(counts.data, dtype=np.float32)) * idf[counts.indices]
    # Zeros are dropped in place, so the places must be its own.
    places = counts.indices.copy(), counts.indptr.copy()
    matrix = sparse.csr_matrix((values, *places), counts.shape)
    matrix.eliminate_zeros()
    squares = sparse.csr_matrix((matrix.data**2, matrix.indices, matrix.indptr), matrix.shape)
    norms = np.sqrt(np.asarray(squares.sum(axis=1)).ravel())
    norms[norms == 0] = 1
    matrix.data /= np.repeat(norms.astype(np.float32), np.diff(matrix.indptr))
    return matrix


def _fit_head(
    matrix: sparse.csr_matrix,
    answers: NDArray[np.bool_],
    weights: NDArray[np.float64],
    regularisation: float,
    seed: int,
) -> NDArray[np.float32]:
    """(n_columns,) weights for one question; zeros where only one answer, or nothing, is known."""
    if answers.all() or not answers.any() or not matrix.nnz:
        return np.zeros(matrix.shape[1], dtype=np.float32)
    model = LogisticRegression(
        C=regularisation, solver="lbfgs", max_iter=ITERATIONS, tol=1e-7, random_state=seed
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it stops early on purpose
        model.fit(matrix, answers, sample_weight=weights)
    shipped: NDArray[np.float32] = model.coef_[0].astype(np.float16).astype(np.float32)
    return shipped


def _column_counts(matrix: sparse.csr_matrix, rows: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(n_columns,) how many of the rows hold each column; a part at a time, to spare memory."""
    total = np.zeros(matrix.shape[1], dtype=np.int64)
    for part in np.array_split(np.flatnonzero(rows), 20):
        total += np.bincount(matrix[part].indices, minlength=matrix.shape[1])
    return total


def _fit(design: Design, rows: NDArray[np.bool_], seed: int) -> FittedStyle:
    """Fit on the units ``rows``; what the others alone hold is unknown to the result."""
    labels, weights = design.labels[rows], design.weights[rows]
    human = labels != "mt"
    seen = np.zeros(design.passages[0].shape[0], dtype=bool)
    seen[design.passage[rows]] = True
    idfs, machine, translated = [], [], []
    for counts, passages, c in zip(design.counts, design.passages, REGULARISATION, strict=True):
        chosen = counts[rows]
        idf = inverse_document_frequency(chosen)
        idf[_column_counts(passages, seen) < design.min_passages] = 0
        matrix = tfidf(chosen, idf)
        del chosen
        idfs.append(idf)
        machine.append(_fit_head(matrix, ~human, weights, c, seed))
        translated.append(_fit_head(matrix[human], labels[human] == "ht", weights[human], c, seed))
    return FittedStyle(
        design.slots,
        design.checks,
        np.concatenate(idfs),
        np.concatenate(machine),
        np.concatenate(translated),
    )


def fit_many(
    design: Design, subsets: Sequence[NDArray[np.bool_]], *, seed: int = 0
) -> list[FittedStyle]:
    """One fit for each subset, (n_units,) masks, two at a time."""
    # Processes: the solver holds the interpreter's lock. The matrices are shared through a file.
    fitted: list[FittedStyle] = Parallel(n_jobs=2, pre_dispatch=2)(
        delayed(_fit)(design, rows, seed) for rows in subsets
    )
    return fitted


def cross_fit(
    units: Sequence[Sample], *, seed: int, progress: Callable[[str], None]
) -> tuple[list[FittedStyle], FittedStyle]:
    """Style models that left out each fold, and the one that saw everything."""
    found = design(units, progress=progress)
    progress(f"fitting {N_FOLDS} folds and the whole")
    folds = np.array([fold_of(unit.group) for unit in units])
    subsets = [folds != fold for fold in range(N_FOLDS)] + [np.ones(len(units), dtype=bool)]
    *fitted, full = fit_many(found, subsets, seed=seed)
    return fitted, full


def save(path: Path, fitted: Sequence[FittedStyle]) -> None:
    """Keep fitted models (the folds', then the full one) for evaluation; they are not shipped."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {"slots": fitted[0].slots, "checks": fitted[0].checks}
    for number, model in enumerate(fitted):
        for name in ("idf", "machine", "translated"):
            arrays[f"{name}{number}"] = getattr(model, name).astype(np.float16)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]  # none is named like an option


def load(path: Path) -> list[FittedStyle]:
    """The models that ``save`` kept: ``N_FOLDS`` that left out a fold, then the full one."""
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    return [
        FittedStyle(
            arrays["slots"],
            arrays["checks"],
            *(arrays[f"{name}{n}"].astype(np.float32) for name in ("idf", "machine", "translated")),
        )
        for n in range(N_FOLDS + 1)
    ]
