"""Calibration by length, weights of evidence, thresholds: all from out-of-fold scores."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression

from mtdetect import record, style
from mtdetect.calibration import Calibration, Thresholds, log_length
from mtdetect.chain import ChainSettings
from mtdetect.evidence import Weighing, read_signals
from mtdetect.rating import MIN_WORDS, Rater
from mtdetect.report import ModelId
from mtdetect.text import Document
from mtdetect.training.data import fold_of
from mtdetect.training.weights import weigh_on_twins, weigh_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from mtdetect.style import StyleModel
    from mtdetect.training.fit import FittedStyle
    from mtdetect.training.units import Sample

FPRS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
WORDS = (15, 25, 40, 60, 90, 135, 200, 300, 450, 700, 1000, 1500)
DAMAGED_SHARE = 49 / 84
"""Pages with at least one mechanical cue among the machine-translated pages read by hand."""

FEWEST, FEWEST_OF_A_LANGUAGE = 200, 150
"""Texts of a kind in a window, or translations from a language, that set a threshold."""

NO_PASSAGE = -20.0
"""Stands for the excess of a text in which no passage is suspect."""

CHAIN = {
    "human": [-0.16, 0.15],
    "machine": [0.17, 0.09],
    "tie": 0.3,
    "spread": 2.6,
    "mixed": 0.85,
    "within": 0.001,
    "between": 0.2,
}
"""Chosen on spliced documents of folds 2 to 4; the levels are this style model's."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Raw measurements of a sample: lengths, the two style scores, findings of each signal."""

    words: int
    pages: float
    machine: float
    translated: float
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Rated:
    """The rating of a sample: its log-odds and each passage's (words, log-odds)."""

    words: int
    log_odds: float
    passages: tuple[tuple[int, float], ...]


def _chunks(n: int, size: int = 1000) -> list[range]:
    return [range(i, min(n, i + size)) for i in range(0, n, size)]


def _measure(
    samples: Sequence[Sample], folds: Sequence[FittedStyle], signals: bool
) -> list[Measured]:
    @cache  # a model's table takes longer to lay out than a text to score
    def models(fold: int) -> tuple[StyleModel, StyleModel]:
        return folds[fold].models()

    found = []
    for sample in samples:
        machine, translated = models(fold_of(sample.group))
        document = Document(sample.text)
        reading = style.read(document)
        counts = (
            {name: len(r.evidence) for name, r in read_signals(document).items() if r.evidence}
            if signals
            else {}
        )
        found.append(
            Measured(
                document.n_prose_words,
                document.n_prose_characters / 2000,
                machine.score(reading),
                translated.score(reading),
                counts,
            )
        )
    return found


def measure(
    samples: Sequence[Sample], folds: Sequence[FittedStyle], *, signals: bool = True
) -> list[Measured]:
    """Measure samples with the style model that did not see their fold."""
    parts = Parallel(n_jobs=2)(
        delayed(_measure)([samples[i] for i in chunk], folds, signals)
        for chunk in _chunks(len(samples))
    )
    return [measured for part in parts for measured in part]


def _rate(samples: Sequence[Sample], raters: Sequence[Rater]) -> list[Rated]:
    found = []
    for sample in samples:
        report = raters[fold_of(sample.group)].rate(
            Document(sample.text), fpr=FPRS[0], explain=False
        )
        passages = tuple((passage.words, passage.log_odds) for passage in report.passages)
        found.append(Rated(report.words, report.log_odds or 0.0, passages))
    return found


def rate(samples: Sequence[Sample], raters: Sequence[Rater]) -> list[Rated]:
    """Rate samples with the rater that did not see their fold."""
    parts = Parallel(n_jobs=2)(
        delayed(_rate)([samples[i] for i in chunk], raters) for chunk in _chunks(len(samples))
    )
    return [rated for part in parts for rated in part]


def sample_weights(samples: Sequence[Sample], words: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n,) weights at even prior odds, at every length.

    Machine text is half round trip, half forward; human text 60 % native, every corpus alike, and
    40 % human-translated.
    """
    bucket = np.searchsorted(WORDS, words)
    keys = [
        (
            sample.label,
            sample.source if sample.label == "mt" else "",
            sample.corpus if sample.label == "native" else "",
            int(bucket[i]),
        )
        for i, sample in enumerate(samples)
    ]
    sizes = Counter(keys)
    native_corpora: dict[int, set[str]] = defaultdict(set)
    for label, _, corpus, b in sizes:
        if label == "native":
            native_corpora[b].add(corpus)
    share = {"mt": 0.5, "ht": 0.4}
    return np.array(
        [(share.get(key[0]) or 0.6 / len(native_corpora[key[3]])) / sizes[key] for key in keys]
    )


def fit_calibration(
    scores: NDArray[np.float64],
    words: NDArray[np.int64],
    positive: NDArray[np.bool_],
    weights: NDArray[np.float64],
) -> dict[str, list[float]]:
    """Logistic regression of the answer on the score, scale and offset quadratic in log length."""
    (scale,), offset = fit_scales([scores], words, positive, weights)
    return {"scale": scale, "offset": offset}


def fit_scales(
    scores: Sequence[NDArray[np.float64]],
    words: NDArray[np.int64],
    positive: NDArray[np.bool_],
    weights: NDArray[np.float64],
) -> tuple[list[list[float]], list[float]]:
    """The terms of each score's scale, and those of the offset, in one logistic regression.

    Args:
        scores: one or more scores, (n,) each.
        words: (n,) lengths.
        positive: (n,) the answers.
        weights: (n,) of the texts.
    """
    x = np.array([log_length(int(w)) for w in words])
    spreads = [score.std() for score in scores]
    columns = []
    for score, spread in zip(scores, spreads, strict=True):
        z = score / spread
        columns += [z, z * x, z * x * x]
    model = LogisticRegression(C=1e4, max_iter=2000, tol=1e-8)
    design = np.column_stack([*columns, x, x * x])
    model.fit(design, positive, sample_weight=weights / weights.mean())
    *terms, d, e = (float(value) for value in model.coef_[0])
    scales = [
        [float(term / spread) for term in terms[3 * i : 3 * i + 3]]
        for i, spread in enumerate(spreads)
    ]
    return scales, [float(model.intercept_[0]), d, e]


def _quantile(values: NDArray[np.float64], weights: NDArray[np.float64], fpr: float) -> float:
    """The value that a share ``fpr`` of the weight exceeds; beyond the data, an exponential tail.

    Where fewer than 20 values lie above, the tail above the 5 % point is taken as exponential.
    """
    order = np.argsort(values)[::-1]
    v, w = values[order], weights[order] / weights.sum()
    above = np.cumsum(w)
    index = int(np.searchsorted(above, fpr))
    if index >= 20 or fpr >= 0.05:
        return float(v[min(index, len(v) - 1)])
    base = int(np.searchsorted(above, 0.05))
    excess = float(np.average(v[: base + 1] - v[base], weights=w[: base + 1]))
    return float(v[base]) + excess * math.log(0.05 / fpr)


def fit_thresholds(
    samples: Sequence[Sample],
    rated: Sequence[Rated],
    *,
    two_hands: Sequence[Rated] = (),
    fives: Sequence[tuple[Sample, Rated]] = (),
) -> dict[str, Any]:
    """Thresholds by length and operating point from human texts alone.

    In a window around each length the threshold is the highest of some quantiles: of all human
    text pooled (native corpora weigh alike and 60 % together), of the worst native corpus at half
    as many false positives again, of human translations at twice as many, and of those from the
    worst language at four times as many.

    Args:
        samples: documents.
        rated: their ratings.
        two_hands: ratings of articles with a passage by another person in them.
        fives: more human texts, all short, with their ratings; passages are not asked of them.
    """
    table = {
        "words": list(WORDS),
        "fpr": list(FPRS),
        "log_odds": _document_thresholds(
            [*samples, *(sample for sample, _ in fives)], [*rated, *(found for _, found in fives)]
        ),
    }
    table["passage_margin"] = _passage_margins(samples, rated, two_hands, table)
    return table


def _document_thresholds(samples: Sequence[Sample], rated: Sequence[Rated]) -> list[list[float]]:
    """A row for each of ``WORDS``, with the threshold at each of ``FPRS``."""
    words = np.array([r.words for r in rated])
    values = np.array([r.log_odds for r in rated])
    human = np.array([s.label != "mt" for s in samples])
    native = np.array([s.corpus if s.label == "native" else "" for s in samples])
    translated = np.array([s.label == "ht" for s in samples])
    language = np.array([s.language if s.label == "ht" else "" for s in samples])
    weights = sample_weights(samples, words)
    rows = []
    for centre in WORDS:
        window = human & (words >= centre / 1.6) & (words <= centre * 1.6)
        corpora, languages = np.unique(native[window]), np.unique(language[window])
        # Which texts, if they are so many, may be flagged how many times as often as all others.
        parts = [
            (window & translated, FEWEST, 2.0),
            *((window & (native == name), FEWEST, 1.5) for name in corpora if name),
            *((window & (language == n), FEWEST_OF_A_LANGUAGE, 4.0) for n in languages if n),
        ]
        row = [
            max(
                [
                    _quantile(values[window], weights[window], fpr),
                    *(
                        _quantile(values[part], np.ones(part.sum()), fpr * times)
                        for part, fewest, times in parts
                        if part.sum() >= fewest
                    ),
                ]
            )
            for fpr in FPRS
        ]
        rows.append([round(float(t), 3) for t in np.maximum.accumulate(row[::-1])[::-1]])
    return rows


def _passage_margins(
    samples: Sequence[Sample],
    rated: Sequence[Rated],
    two_hands: Sequence[Rated],
    table: dict[str, Any],
) -> list[float]:
    """By how much the best passage of a human text may exceed its threshold.

    Set so that passages flag a quarter as many human texts again as whole documents do, and of
    articles by two people at most twice the share of the operating point: a passage is judged by
    its distance from the rest as well, and agency copy in an article is no machine's. (Half of the
    second hands are translators, whose texts cost twice as much as a whole, too.)
    """
    thresholds = Thresholds.from_header({**table, "passage_margin": [0.0] * len(FPRS)})
    weights = sample_weights(samples, np.array([r.words for r in rated]))
    margins = []
    for fpr in FPRS:

        def excess(found: Rated, fpr: float = fpr) -> float:
            over = [lo - thresholds.document(n, fpr) for n, lo in found.passages if n >= MIN_WORDS]
            return max(over, default=NO_PASSAGE)

        best, weight = [], []
        for sample, found, w in zip(samples, rated, weights, strict=True):
            if sample.label != "mt" and found.log_odds <= thresholds.document(found.words, fpr):
                best.append(excess(found))
                weight.append(w)
        margin = _quantile(np.array(best), np.array(weight), fpr / 4)
        if two_hands:
            others = np.array([excess(found) for found in two_hands])
            margin = max(margin, _quantile(others, np.ones(len(others)), 2 * fpr))
        margins.append(round(max(margin, 0.0), 3))
    return margins


def make_rater(fitted: FittedStyle, header: dict[str, Any]) -> Rater:
    """A rater with freshly fitted style weights and the calibration of ``header``."""
    machine, translated = fitted.models()
    return Rater(
        machine=machine,
        translated=translated,
        calibration=Calibration.from_header(header["calibration"]),
        translated_calibration=Calibration.from_header(header["translated_calibration"]),
        weights={name: Weighing(**entry) for name, entry in header["signals"].items()},
        damaged_share=header["damaged_share"],
        chain=ChainSettings(**header["chain"]),
        thresholds=Thresholds.from_header(header["thresholds"]),
        model=ModelId("out of fold", "", ""),
    )


NO_THRESHOLDS: dict[str, Any] = {
    "words": [WORDS[0], WORDS[-1]],
    "fpr": list(FPRS),
    "log_odds": [[1e9] * len(FPRS)] * 2,
    "passage_margin": [0.0] * len(FPRS),
}
"""Stands in while thresholds are being measured; nothing exceeds it."""


def calibrate(
    samples: Sequence[Sample],
    folds: Sequence[FittedStyle],
    *,
    two_hands: Sequence[Sample],
    fives: Sequence[Sample],
    progress: Callable[[str], None],
) -> tuple[dict[str, Any], list[Rated]]:
    """All that follows the style weights, as parts of the model's header, and the ratings used.

    Args:
        samples: documents of all lengths.
        folds: style models, each without one fold.
        two_hands: human articles with a passage by another person in them.
        fives: more human texts, for the thresholds alone.
        progress: told about each step.
    """
    progress(f"measuring {len(samples):,} documents out of fold")
    measured = measure(samples, folds)
    words = np.array([m.words for m in measured])
    weights = sample_weights(samples, words)
    usable = words > 0
    labels = np.array([s.label for s in samples])
    calibration = fit_calibration(
        np.array([m.machine for m in measured])[usable],
        words[usable],
        (labels == "mt")[usable],
        weights[usable],
    )
    human = usable & (labels != "mt")
    translated = labels == "ht"
    even = np.where(translated, weights / 0.4, weights / 0.6)
    translated_calibration = fit_calibration(
        np.array([m.translated for m in measured])[human],
        words[human],
        translated[human],
        even[human],
    )
    fitted = Calibration.from_header(calibration)
    style_log_odds = np.array([fitted.log_odds(m.machine, m.words) for m in measured])
    counted = record.shipped()
    signals = {
        **weigh_signals(counted),
        **weigh_on_twins(counted, samples, measured, style_log_odds, weights),
    }
    header = {
        "calibration": calibration,
        "translated_calibration": translated_calibration,
        "damaged_share": round(DAMAGED_SHARE, 4),
        "chain": CHAIN,
        "signals": signals,
        "thresholds": NO_THRESHOLDS,
    }
    progress("rating them for the thresholds")
    raters = [make_rater(fold, header) for fold in folds]
    rated = rate(samples, raters)
    progress(f"rating {len(two_hands) + len(fives):,} more human texts")
    header["thresholds"] = fit_thresholds(
        samples,
        rated,
        two_hands=rate(two_hands, raters),
        fives=list(zip(fives, rate(fives, raters), strict=True)),
    )
    return header, rated
