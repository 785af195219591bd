"""The detector's measurements as features for scikit-learn.

Needs scikit-learn 1.7.1 or newer (older ones lose the index of a Series), which scoring itself does
not: ``pip install ".[sklearn]"``.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Self, cast

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.parallel import Parallel, delayed

from mtdetect.detector import CHUNK, Detector
from mtdetect.signals import catalogue
from mtdetect.text import Document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["SCORES", "SignalFeatures"]

SCORES: Final = ("words", "style_log_odds", "style_log_odds_per_100_words", "log_odds")
"""Names of the detector's scores: words of prose, what the style model says of them, and the
document's log-odds, of which the style is one part."""


class SignalFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # untyped library
    """Texts to what mtdetect measures in them: a number for every signal, and the pooled scores.

    It learns nothing, so that ``fit`` only checks; the scores come from the model that ships with
    mtdetect. They flatter themselves on texts that this model was trained on (``models/README.md``
    lists them). What a signal or the model says may change from one version of mtdetect to the
    next: fit what stands behind this step again after an update.

    A signal that cannot be measured in a text (a text without prose; doubled quotation marks in a
    text that doubles all of them) is NaN, which is not the same as 0.
    ``HistGradientBoostingClassifier`` takes NaN as it is. Before a linear model put
    ``SimpleImputer(strategy="constant", fill_value=0.0, keep_empty_features=True)``.

    Args:
        signals: names of the signals to measure, in the order of the columns; None for all of
            ``mtdetect signals``.
        scores: whether the columns of ``SCORES`` follow.
        n_jobs: how many processes work; None is one, -1 one for each core, as in scikit-learn.

    >>> features = SignalFeatures(signals=["doubled_quote"], scores=False)
    >>> bool(features.fit_transform(["She called the vote “a farce.”” Then she left."]) > 0)
    True
    """

    def __init__(
        self,
        *,
        signals: Sequence[str] | None = None,
        scores: bool = True,
        n_jobs: int | None = None,
    ) -> None:
        self.signals = signals
        self.scores = scores
        self.n_jobs = n_jobs

    def fit(self, X: Sequence[str], y: object = None) -> Self:  # noqa: ARG002, N803 - as scikit-learn has it
        """Check parameters and texts; nothing is learned.

        Raises:
            TypeError, ValueError: as in ``transform``.
        """
        self._names()
        _texts(X)
        return self

    def transform(self, X: Sequence[str]) -> NDArray[np.float64]:  # noqa: N803 - as scikit-learn has it
        """Measure texts.

        Args:
            X: list, array or Series of n strings.

        Returns:
            (n, n_columns) rates in the unit of each signal, then the scores in words and log-odds;
            NaN where a text allows no measurement.

        Raises:
            TypeError: X is one string or no sequence, or holds something that is no string.
            ValueError: X has columns or a missing text; a parameter names no signal, or one twice.
        """
        names, texts = self._names(), _texts(X)
        rows = Parallel(n_jobs=self.n_jobs)(
            delayed(_measured)(texts[start : start + CHUNK], names, self.scores)
            for start in range(0, len(texts), CHUNK)
        )
        return np.concatenate([np.empty((0, len(self._columns(names)))), *rows])

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:  # noqa: ARG002 - as scikit-learn has it
        """The columns' names: those of the signals, then ``SCORES``."""
        return np.array(self._columns(self._names()), dtype=object)

    def _columns(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return (*names, *SCORES) if self.scores else names

    def _names(self) -> tuple[str, ...]:
        """The signals to measure, checked."""
        if isinstance(self.signals, str):
            raise TypeError("signals must be a list of names, not one str")
        names = tuple(catalogue()) if self.signals is None else tuple(self.signals)
        for name in names:
            if name not in catalogue():
                close = difflib.get_close_matches(str(name), catalogue(), n=1)
                guess = f"; did you mean {close[0]}?" if close else ""
                raise ValueError(f"no signal is called {name!r}{guess}")
        if len(set(names)) < len(names):
            raise ValueError("signals names one signal twice")
        if not names and not self.scores:
            raise ValueError("no signals and no scores: there is nothing to measure")
        return names

    def __sklearn_tags__(self) -> Any:  # noqa: ANN401 - scikit-learn is untyped
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = False
        return tags


def _texts(column: object) -> list[str]:
    """The strings of a list, an array or a Series."""
    if isinstance(column, str):
        raise TypeError("X must be a sequence of str, not one str; put it in a list")
    shape = getattr(column, "shape", None)
    if not isinstance(column, Sequence) and shape is None:
        raise TypeError(f"X must be a list, array or Series of str, not {type(column).__name__}")
    if shape is not None and len(shape) != 1:
        raise ValueError(
            f"X must have one dimension, not {len(shape)}; of a table give the column of texts"
            " (in a ColumnTransformer its name, not a list of names)"
        )
    return [_text(index, cell) for index, cell in enumerate(cast("Iterable[object]", column))]


def _text(index: int, cell: object) -> str:
    if isinstance(cell, str):
        return str(cell)
    not_a_number = isinstance(cell, float) and math.isnan(cell)
    if cell is None or not_a_number or type(cell).__name__ in {"NAType", "NaTType"}:  # pandas' own
        raise ValueError(f"X[{index}] is missing ({cell}); drop or fill missing texts first")
    raise TypeError(f"X[{index}] must be a str, not {type(cell).__name__}")


def _measured(texts: Sequence[str], names: Sequence[str], scores: bool) -> NDArray[np.float64]:
    """(n_texts, n_columns) the features of some texts; a module's function, so that it pickles."""
    signals = [catalogue()[name] for name in names]
    rows = []
    for text in texts:
        document = Document(text)
        values = [signal(document).value for signal in signals]
        rows.append([*values, *(_scores(text) if scores else ())])
    return np.array(rows, dtype=np.float64)  # None becomes NaN


def _scores(text: str) -> tuple[float, ...]:
    """The values of ``SCORES``."""
    report = Detector.default().score(text)
    style = math.nan
    if report.words:
        style = math.fsum(c.weight for c in report.contributions if c.signal == "style")
    log_odds = math.nan if report.log_odds is None else report.log_odds
    return report.words, style, style / max(report.words, 1) * 100, log_odds
