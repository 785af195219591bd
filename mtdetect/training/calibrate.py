"""Calibration by length, weights of evidence, thresholds: all from out-of-fold scores."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression

from mtdetect import style
from mtdetect.calibration import Calibration, Thresholds, log_length
from mtdetect.evidence import Weighing, read_signals
from mtdetect.rating import ChainSettings, Rater
from mtdetect.report import ModelId
from mtdetect.signals import catalogue
from mtdetect.text import Document
from mtdetect.training.data import UNPAIRED, fold_of

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

WEIGHT_CAP = 3.0
"""Most nats for one finding: the rates behind it were counted on few pages."""

CHAIN = {"gain": 4.0, "within": 0.002, "between": 0.2}
"""Chosen on native articles with machine paragraphs spliced in, from training folds."""


WITH_PARAGRAPHS = (*UNPAIRED, "essays")
"""Native corpora that keep their typography and paragraphs, so that page damage can be counted."""


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
    x = np.array([log_length(int(w)) for w in words])
    spread = scores.std()
    z = scores / spread
    design = np.column_stack([z, z * x, z * x * x, x, x * x])
    model = LogisticRegression(C=1e4, max_iter=2000, tol=1e-8)
    model.fit(design, positive, sample_weight=weights / weights.mean())
    a, b, c, d, e = (float(value) for value in model.coef_[0])
    return {
        "scale": [float(a / spread), float(b / spread), float(c / spread)],
        "offset": [float(model.intercept_[0]), d, e],
    }


def wild_rates() -> dict[str, dict[str, float]]:
    """The counts of damage types on pages read by hand, by signal."""
    table = {}
    text = files("mtdetect.training").joinpath("wild_rates.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, machine, edited, amateur, recall = line.split("\t")[:5]
            table[name] = {
                "machine": float(machine),
                "edited": float(edited),
                "amateur": float(amateur),
                "recall": float(recall),
            }
    return table


def weigh_signals(
    samples: Sequence[Sample], measured: Sequence[Measured]
) -> dict[str, dict[str, float]]:
    """Each signal's rates per 2,000 characters and its weight.

    The machine rate comes from pages read by hand, times what a rule finds of it: benchmark output
    has no page damage. The human rate is the higher of two: the pages read by hand, and the rule's
    own hits on native corpora: the median corpus of those with 50 pages and more, a pseudo-hit
    added. (The mean would let one register, school essays, decide over the press; what a register
    costs is held by the thresholds.)
    """
    pages: dict[str, float] = defaultdict(float)
    hits: dict[tuple[str, str], float] = defaultdict(float)
    for sample, found in zip(samples, measured, strict=True):
        if sample.corpus in WITH_PARAGRAPHS:
            pages[sample.corpus] += found.pages
            for name, count in found.counts.items():
                # One odd page is one page, in a text of many pages as well.
                hits[sample.corpus, name] += min(count, 2 * max(1.0, found.pages))
    result = {}
    for name, row in wild_rates().items():
        machine = (row["machine"] + 0.5) / 84.5 * row["recall"]
        by_hand = (row["edited"] + row["amateur"] + 0.5) / 160.5 * row["recall"]
        by_rule = np.median([(hits[c, name] + 1) / (n + 1) for c, n in pages.items() if n >= 50])
        human = max(by_hand, float(by_rule))
        weight = min(max(math.log(machine / human), -WEIGHT_CAP), WEIGHT_CAP)
        # Counts this small cannot turn a type of damage into evidence of a human hand, or back.
        if (row["machine"] >= row["edited"] + row["amateur"]) != (weight > 0):
            weight = 0.0
        result[name] = {
            "weight": round(weight, 3),
            "machine_rate": round(machine, 5),
            "human_rate": round(human, 5),
        }
    return result


def weigh_human_hand(
    samples: Sequence[Sample],
    measured: Sequence[Measured],
    style_log_odds: NDArray[np.float64],
    weights: NDArray[np.float64],
) -> dict[str, dict[str, float]]:
    """Weights of the signs of a human hand that benchmark text holds too, such as contractions.

    The style model sees the same words, so what counts is what the sign adds to it: its coefficient
    beside the style log-odds, on texts with twins, never above zero.
    """
    names = [n for n, s in catalogue().items() if s.family == "human" and n not in wild_rates()]
    rows = np.array([s.corpus not in UNPAIRED and s.corpus != "essays" for s in samples])
    rows &= np.array([m.words >= 40 for m in measured])
    # Each further finding counts half of the one before, as in scoring.
    seen = np.array([[2 * (1 - 0.5 ** m.counts.get(n, 0)) for n in names] for m in measured])
    machine = np.array([s.label == "mt" for s in samples])
    model = LogisticRegression(C=1e4, max_iter=2000)
    design = np.column_stack([style_log_odds, seen])[rows]
    model.fit(design, machine[rows], sample_weight=(weights / weights.mean())[rows])
    style_share, *shares = (float(c) for c in model.coef_[0])
    pages = {side: sum(m.pages for m, is_machine in zip(measured, machine, strict=True)
                       if is_machine == side) for side in (True, False)}  # fmt: skip
    result = {}
    for name, share in zip(names, shares, strict=True):
        rates = {
            side: sum(
                m.counts.get(name, 0) for m, y in zip(measured, machine, strict=True) if y == side
            )
            / pages[side]
            for side in (True, False)
        }
        result[name] = {
            "weight": round(min(max(share / style_share, -WEIGHT_CAP), 0.0), 3),
            "machine_rate": round(rates[True], 5),
            "human_rate": round(rates[False], 5),
        }
    return result


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


def fit_thresholds(samples: Sequence[Sample], rated: Sequence[Rated]) -> dict[str, Any]:
    """Thresholds by length and operating point from human texts alone.

    In a window around each length the threshold is the highest of three quantiles: of all human
    text pooled (native corpora weigh alike and 60 % together), of the worst native corpus at half
    as many false positives again, and of human translations at twice as many (single languages
    cost up to twice their mean).
    """
    words = np.array([r.words for r in rated])
    values = np.array([r.log_odds for r in rated])
    human = np.array([s.label != "mt" for s in samples])
    corpus = np.array([s.corpus if s.label == "native" else "ht" for s in samples])
    weights = sample_weights(samples, words)
    rows = []
    for centre in WORDS:
        window = human & (words >= centre / 1.6) & (words <= centre * 1.6)
        row = []
        for fpr in FPRS:
            candidates = [_quantile(values[window], weights[window], fpr)]
            for name in np.unique(corpus[window]):
                chosen = window & (corpus == name)
                allowed = fpr * (2 if name == "ht" else 1.5)
                if chosen.sum() >= 200:
                    candidates.append(_quantile(values[chosen], np.ones(chosen.sum()), allowed))
            row.append(max(candidates))
        rows.append([round(float(t), 3) for t in np.maximum.accumulate(row[::-1])[::-1]])
    table = {"words": list(WORDS), "fpr": list(FPRS), "log_odds": rows}
    table["passage_margin"] = _passage_margins(samples, rated, table)
    return table


def _passage_margins(
    samples: Sequence[Sample], rated: Sequence[Rated], table: dict[str, Any]
) -> list[float]:
    """By how much the best passage of a human text may exceed its threshold.

    Set so that passages flag a quarter as many human texts again as whole documents do.
    """
    thresholds = Thresholds.from_header({**table, "passage_margin": [0.0] * len(FPRS)})
    weights = sample_weights(samples, np.array([r.words for r in rated]))
    margins = []
    for fpr in FPRS:
        best, weight = [], []
        for sample, found, w in zip(samples, rated, weights, strict=True):
            if sample.label == "mt" or found.log_odds > thresholds.document(found.words, fpr):
                continue
            excess = [lo - thresholds.document(n, fpr) for n, lo in found.passages if n >= 40]
            best.append(max(excess, default=-20.0))
            weight.append(w)
        margins.append(round(max(_quantile(np.array(best), np.array(weight), fpr / 4), 0.0), 3))
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
    progress: Callable[[str], None],
) -> tuple[dict[str, Any], list[Rated]]:
    """All that follows the style weights, as parts of the model's header, and the ratings used."""
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
    style_log_odds = np.array(
        [
            fitted.prior() + fitted.length(m.words) + fitted.scale(m.words) * m.machine
            for m in measured
        ]
    )
    signals = {
        **weigh_signals(samples, measured),
        **weigh_human_hand(samples, measured, style_log_odds, weights),
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
    rated = rate(samples, [make_rater(fold, header) for fold in folds])
    header["thresholds"] = fit_thresholds(samples, rated)
    return header, rated
