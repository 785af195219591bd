"""Fitting the style model: logistic regression on hashed n-grams, for each fold and in full."""

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

REGULARISATION = 10.0
"""C of the logistic regression, chosen on an inner fold."""

ITERATIONS = 60
"""L-BFGS steps; stopping here regularises as well, and more steps gained nothing held out."""

MIN_UNITS = 3
"""Buckets seen in fewer training units are dropped: they could only remember a text."""


@dataclass(frozen=True, slots=True)
class FittedStyle:
    """Style weights of one run: ``idf``, ``machine`` and ``translated``, (2**BITS,) each."""

    idf: NDArray[np.float32]
    machine: NDArray[np.float32]
    translated: NDArray[np.float32]

    def as_shipped(self) -> dict[str, NDArray[np.float16]]:
        """The arrays of the model file, in half precision."""
        return {
            "idf": self.idf.astype(np.float16),
            "machine": self.machine.astype(np.float16),
            "translated": self.translated.astype(np.float16),
        }

    def models(self) -> tuple[style.StyleModel, style.StyleModel]:
        """The two style models: machine against human, human-translated against native."""
        return style.StyleModel(self.idf, self.machine), style.StyleModel(self.idf, self.translated)


def count_matrix(texts: Sequence[str]) -> sparse.csr_matrix:
    """(n_texts, 2**BITS) n-gram counts, by the same code that scoring uses."""
    indices, ends = [], [0]
    for text in texts:
        buckets = style.ngrams(style.tokenize(normalise(text))).buckets
        indices.append(buckets)
        ends.append(ends[-1] + len(buckets))
    joined = np.concatenate(indices)
    data = np.ones(len(joined), dtype=np.float32)
    matrix = sparse.csr_matrix((data, joined, ends), shape=(len(texts), 2**style.BITS))
    matrix.sum_duplicates()
    return matrix


def inverse_document_frequency(counts: sparse.csr_matrix) -> NDArray[np.float32]:
    """(2**BITS,) smoothed idf; 0 for buckets in fewer than ``MIN_UNITS`` rows."""
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log((1 + counts.shape[0]) / (1 + frequency)) + 1
    idf[frequency < MIN_UNITS] = 0
    # What is shipped is half precision; fit on the same values.
    shipped: NDArray[np.float32] = idf.astype(np.float16).astype(np.float32)
    return shipped


def tfidf(counts: sparse.csr_matrix, idf: NDArray[np.float32]) -> sparse.csr_matrix:
    """Sub-linear tf-idf with L2 norm, as ``StyleModel`` computes it."""
    matrix = counts.copy()
    matrix.data = (1 + np.log(matrix.data)) * idf[matrix.indices]
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    norms[norms == 0] = 1
    matrix.data /= np.repeat(norms, np.diff(matrix.indptr)).astype(np.float32)
    return matrix


def _fit_head(
    matrix: sparse.csr_matrix, answers: NDArray[np.bool_], weights: NDArray[np.float64], seed: int
) -> NDArray[np.float32]:
    model = LogisticRegression(
        C=REGULARISATION, solver="lbfgs", max_iter=ITERATIONS, tol=1e-7, random_state=seed
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it stops early on purpose
        model.fit(matrix, answers, sample_weight=weights)
    shipped: NDArray[np.float32] = model.coef_[0].astype(np.float16).astype(np.float32)
    return shipped


def _fit(
    matrix: sparse.csr_matrix,
    labels: NDArray[np.str_],
    weights: NDArray[np.float64],
    *,
    rows: NDArray[np.bool_],
    idf: NDArray[np.float32],
    seed: int,
) -> FittedStyle:
    human = rows & (labels != "mt")
    machine = _fit_head(matrix[rows], labels[rows] == "mt", weights[rows], seed)
    translated = _fit_head(matrix[human], labels[human] == "ht", weights[human], seed)
    return FittedStyle(idf, machine, translated)


def cross_fit(
    units: Sequence[Sample], *, seed: int, progress: Callable[[str], None]
) -> tuple[list[FittedStyle], FittedStyle]:
    """Style models that left out each fold, and the one that saw everything.

    Document frequencies come from all folds: they know no labels.
    """
    progress(f"counting n-grams of {len(units):,} texts")
    counts = count_matrix([unit.text for unit in units])
    idf = inverse_document_frequency(counts)
    matrix = tfidf(counts, idf)
    progress(f"{matrix.nnz:,} features; fitting {N_FOLDS} folds and the whole")
    labels = np.array([unit.label for unit in units])
    folds = np.array([fold_of(unit.group) for unit in units])
    weights = machine_weights(units)

    subsets = [folds != fold for fold in range(N_FOLDS)] + [np.ones(len(units), dtype=bool)]
    # Processes: the solver holds the interpreter's lock. The matrix is shared through a file.
    fitted = Parallel(n_jobs=2, pre_dispatch=2)(
        delayed(_fit)(matrix, labels, weights, rows=rows, idf=idf, seed=seed) for rows in subsets
    )
    return fitted[:-1], fitted[-1]


def save(path: Path, fitted: Sequence[FittedStyle]) -> None:
    """Keep fitted models (the folds', then the full one) for evaluation; they are not shipped."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {"idf": fitted[0].idf.astype(np.float16)}
    for number, model in enumerate(fitted):
        arrays[f"machine{number}"] = model.machine.astype(np.float16)
        arrays[f"translated{number}"] = model.translated.astype(np.float16)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]  # none is named like an option


def load(path: Path) -> list[FittedStyle]:
    """The models that ``save`` kept: ``N_FOLDS`` that left out a fold, then the full one."""
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name].astype(np.float32) for name in archive.files}
    return [
        FittedStyle(arrays["idf"], arrays[f"machine{n}"], arrays[f"translated{n}"])
        for n in range(N_FOLDS + 1)
    ]
