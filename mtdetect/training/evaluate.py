"""Figures with their uncertainty: ranking quality, and what thresholds cost on human text."""

from __future__ import annotations

import math
import zlib
from collections import defaultdict
from dataclasses import asdict, dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.metrics import roc_auc_score

from mtdetect.calibration import Thresholds
from mtdetect.rating import MIN_WORDS
from mtdetect.training import calibrate, corpora, data
from mtdetect.training.data import FIREFOX_SETS, N_FOLDS
from mtdetect.training.documents import Sample, samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from mtdetect.training.calibrate import Rated
    from mtdetect.training.fit import FittedStyle
    from mtdetect.training.manifest import Manifest

BOOTSTRAPS = 200


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well scores rank machine above human texts.

    ``auc``, ``tpr5`` and ``tpr1`` (true positives at 5 % and 1 % false positives) each come with a
    95 % interval from a bootstrap over twin groups: a human text and its machine versions are drawn
    together.
    """

    human: int
    machine: int
    auc: float
    auc_interval: tuple[float, float]
    tpr5: float
    tpr5_interval: tuple[float, float]
    tpr1: float
    tpr1_interval: tuple[float, float]
    paired: float | None

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def true_positives(
    human: NDArray[np.float64], machine: NDArray[np.float64], fpr: float
) -> float:
    """Share of machine scores above the (1 - fpr) quantile of the human ones."""
    return float((machine > np.quantile(human, 1 - fpr, method="higher")).mean())


def ranking(
    scores: NDArray[np.float64],
    is_machine: NDArray[np.bool_],
    twins: Sequence[str],
    *,
    seed: int = 0,
    bootstraps: int = BOOTSTRAPS,
) -> Ranking:
    """Rank statistics of ``scores`` with bootstrap intervals.

    Args:
        scores: (n,) any monotone score.
        is_machine: (n,) the truth.
        twins: (n,) twin group of each text; the bootstrap draws groups.
        seed: of the bootstrap.
        bootstraps: how many resamples.

    Raises:
        ValueError: one side is empty.
    """
    if not is_machine.any() or is_machine.all():
        raise ValueError("both human and machine texts are needed")
    groups: dict[str, list[int]] = defaultdict(list)
    for index, twin in enumerate(twins):
        groups[twin].append(index)
    members = [np.array(indices) for indices in groups.values()]

    def figures(chosen: NDArray[np.int64]) -> tuple[float, float, float] | None:
        s, y = scores[chosen], is_machine[chosen]
        if not y.any() or y.all():
            return None
        human, machine = s[~y], s[y]
        return (
            float(roc_auc_score(y, s)),
            true_positives(human, machine, 0.05),
            true_positives(human, machine, 0.01),
        )

    rng = np.random.default_rng(seed)
    resampled = []
    for _ in range(bootstraps):
        drawn = rng.integers(len(members), size=len(members))
        found = figures(np.concatenate([members[i] for i in drawn]))
        if found:
            resampled.append(found)
    low, high = np.quantile(np.array(resampled), (0.025, 0.975), axis=0)
    point = figures(np.arange(len(scores)))
    assert point is not None  # noqa: S101 - both sides were checked above
    return Ranking(
        human=int((~is_machine).sum()),
        machine=int(is_machine.sum()),
        auc=point[0],
        auc_interval=(float(low[0]), float(high[0])),
        tpr5=point[1],
        tpr5_interval=(float(low[1]), float(high[1])),
        tpr1=point[2],
        tpr1_interval=(float(low[2]), float(high[2])),
        paired=_paired(scores, is_machine, members),
    )


def _paired(
    scores: NDArray[np.float64], is_machine: NDArray[np.bool_], members: list[NDArray[np.int64]]
) -> float | None:
    """Share of (human, machine) twins in which the machine text scores higher: a diagnostic."""
    wins = total = 0
    for group in members:
        human, machine = scores[group][~is_machine[group]], scores[group][is_machine[group]]
        wins += int((machine[:, None] > human[None, :]).sum())
        total += len(machine) * len(human)
    return wins / total if total else None


def upper_bound(hits: int, n: int, confidence: float = 0.95) -> float:
    """One-sided upper bound of a proportion (Wilson score with continuity left out)."""
    if n == 0:
        return 1.0
    z = {0.95: 1.6449, 0.975: 1.96}[confidence]
    p = hits / n
    centre = p + z * z / (2 * n)
    spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return min(1.0, (centre + spread) / (1 + z * z / n))


LENGTH_BUCKETS = ((15, 40), (40, 100), (100, 250), (250, 600), (600, 1500))


def questions(samples: Sequence[Sample]) -> dict[str, NDArray[np.bool_]]:
    """Masks of the texts that take part in each question."""
    label = np.array([s.label for s in samples])
    source = np.array([s.source for s in samples])
    return {
        "native vs round trip": (label == "native") | ((label == "mt") & (source == "native")),
        "human vs machine translation": (label == "ht") | ((label == "mt") & (source == "ht")),
        "all human vs all machine": np.ones(len(samples), dtype=bool),
    }


def figures_for_header(samples: Sequence[Sample], rated: Sequence[Rated]) -> list[dict[str, Any]]:
    """Out-of-fold AUC by question and length, for the model's header."""
    words = np.array([r.words for r in rated])
    scores = np.array([r.log_odds for r in rated])
    machine = np.array([s.label == "mt" for s in samples])
    paired = np.array([s.corpus.startswith(("wmt", "htmt", "flores", "iwslt")) for s in samples])
    rows = []
    for question, mask in questions(samples).items():
        for low, high in LENGTH_BUCKETS:
            chosen = mask & paired & (words >= low) & (words < high)
            if chosen.any() and machine[chosen].any() and not machine[chosen].all():
                rows.append(
                    {
                        "question": question,
                        "words": f"{low}-{high}",
                        "auc": round(float(roc_auc_score(machine[chosen], scores[chosen])), 4),
                        "human": int((~machine[chosen]).sum()),
                        "machine": int(machine[chosen].sum()),
                    }
                )
    return rows


def _human_samples(manifest: Manifest) -> list[tuple[str, Sample]]:
    """Human documents by corpus: whole where boundaries exist, else five sentences."""
    documents = chain(
        corpora.bbc(manifest),
        corpora.newswire(manifest),
        corpora.onestop(manifest),
        corpora.posts_18f(manifest),
        corpora.nltk_plain(manifest),
        corpora.treebank(manifest, "ewt"),
        corpora.treebank(manifest, "gum"),
        corpora.clear(manifest),
        (b for b in corpora.essays(manifest) if zlib.crc32(b.group.encode()) % 5 == 1),
    )
    found = []
    for block in documents:
        text = "\n\n".join(block.human)
        rest = (block.corpus, block.group, block.kind, "", "", block.group)
        found.append((block.corpus, Sample(text, "native", "native", *rest, len(block.human))))
    for year in FIREFOX_SETS:
        blocks = list(corpora.wmt_firefox(manifest, year))
        for sample in samples(blocks, machines=0, paragraphs=False, salt="human", fixed_lines=5):
            found.append((f"{year} {sample.label}", sample))
    for year in ("wmt21", "wmt22"):
        for block in corpora.wmt_systems(manifest, year):
            five = samples([block], machines=0, paragraphs=False, salt="human", fixed_lines=5)
            name = f"{year} {block.kind}" if block.label == "ht" else f"{year} native"
            found += [(name, sample) for sample in five]
    return found


def human_table(
    manifest: Manifest,
    header: dict[str, Any],
    folds: Sequence[FittedStyle],
    full: FittedStyle,
    *,
    fpr: float,
    progress: Callable[[str], None],
) -> list[dict[str, Any]]:
    """What the operating point costs on each human corpus.

    Besides the shipped thresholds, which were set on these corpora among others, each row gives the
    share flagged by thresholds that were set without its corpus.
    """
    named = _human_samples(manifest)
    progress(f"rating {len(named):,} human texts")
    raters = calibrate.out_of_fold_raters(header, folds)
    unseen = calibrate.out_of_fold_raters(header, [full])[0]
    seen = [(n, s) for n, s in named if s.corpus not in {"gum", "clear"}]
    held = [(n, s) for n, s in named if s.corpus in {"gum", "clear"}]
    rated = [
        *calibrate.rate([s for _, s in seen], raters),
        *calibrate.rate([s for _, s in held], [unseen] * N_FOLDS),
    ]
    names = [*((n, s) for n, s in seen), *((n, s) for n, s in held)]
    progress("setting thresholds without each corpus")
    calibration = data.calibration_samples(manifest)
    ratings = calibrate.rate(calibration, raters)
    thresholds = Thresholds.from_header(header["thresholds"])
    rows = []
    for name in sorted({n for n, _ in names}, key=lambda n: (" " in n, n)):
        chosen = [i for i, (n, _) in enumerate(names) if n == name and rated[i].words >= 40]
        corpus = names[chosen[0]][1].corpus
        keep = [i for i, s in enumerate(calibration) if s.corpus != corpus]
        without = Thresholds.from_header(
            calibrate.fit_thresholds([calibration[i] for i in keep], [ratings[i] for i in keep])
        )
        counts = {
            which: _flagged([rated[i] for i in chosen], table, fpr)
            for which, table in (("shipped", thresholds), ("without", without))
        }
        n = len(chosen)
        machine, mixed = counts["shipped"]
        rows.append(
            {
                "corpus": name,
                "label": names[chosen[0]][1].label,
                "n": n,
                "machine_rate": machine / n,
                "machine_upper": upper_bound(machine, n),
                "mixed_rate": mixed / n,
                "flagged_upper": upper_bound(machine + mixed, n),
                "machine_rate_left_out": counts["without"][0] / n,
                "flagged_rate_left_out": sum(counts["without"]) / n,
            }
        )
    return rows


def _flagged(rated: Sequence[Rated], thresholds: Thresholds, fpr: float) -> tuple[int, int]:
    """How many texts are called machine, and how many of the others mixed."""
    machine = mixed = 0
    for found in rated:
        if found.log_odds > thresholds.document(found.words, fpr):
            machine += 1
        elif any(n >= MIN_WORDS and lo > thresholds.passage(n, fpr) for n, lo in found.passages):
            mixed += 1
    return machine, mixed


UNITS = (1, 3, 8, 15)
MOST_HUMAN = 1500
"""Human texts in one row; more would narrow the intervals little and take long."""


def _ranking_sets(manifest: Manifest) -> Iterator[tuple[str, list[Sample]]]:
    """The rows' samples: (question, human and machine texts)."""
    sets = {
        "wmt18": list(corpora.wmt_firefox(manifest, "wmt18")),
        "flores": list(corpora.flores(manifest)),
        "htmt": list(corpora.ht_vs_mt(manifest)),
        "wmt21": list(corpora.wmt_systems(manifest, "wmt21")),
        "wmt22": list(corpora.wmt_systems(manifest, "wmt22")),
    }
    for label, question in (("native", "native vs round trip"), ("ht", "human vs machine")):
        for name, blocks in sets.items():
            chosen = [b for b in blocks if b.label == label and (b.machine or label == "ht")]
            if not any(block.machine for block in chosen):
                continue
            for lines in UNITS:
                machines = 12 if name == "flores" else 3
                found = samples(
                    chosen, machines=machines, paragraphs=False, salt="evaluate", fixed_lines=lines
                )
                yield f"{question}, {name}, {lines} sent.", _thin(list(found))
    documents = list(corpora.ht_vs_mt_documents(manifest))
    for label, question in (("native", "native vs round trip"), ("ht", "human vs machine")):
        for part, years in (("wmt18", ("wmt18",)), ("wmt08-17", None)):
            found = []
            for block in documents:
                if block.label == label and (block.group in years if years else block.group != "wmt18"):
                    side = "mt" if block.machine else label
                    engine = next(iter(block.machine), ("", ""))[0]
                    text = block.human[0] if block.human else next(iter(block.machine.values()))[0]
                    twin = f"{block.group}-{block.kind.split('-')[-1]}"
                    found.append(
                        Sample(text, side, label, block.corpus, block.group, "", "de", engine, twin, 1)
                    )
            if found:
                yield f"{question}, HT-vs-MT {part}, document", found


def _thin(found: list[Sample]) -> list[Sample]:
    """At most ``MOST_HUMAN`` twin groups, spread over the set."""
    twins = sorted({s.twin for s in found}, key=lambda t: zlib.crc32(t.encode()))[:MOST_HUMAN]
    kept = set(twins)
    return [s for s in found if s.twin in kept]


def ranking_table(
    manifest: Manifest,
    header: dict[str, Any],
    folds: Sequence[FittedStyle],
    *,
    progress: Callable[[str], None],
) -> list[dict[str, Any]]:
    """Ranking figures by question, unit and, for 8 sentences and documents, engine."""
    raters = calibrate.out_of_fold_raters(header, folds)
    calibration = raters[0].calibration
    rows = []
    for question, found in _ranking_sets(manifest):
        progress(f"{question}: {len(found):,} texts")
        measured = calibrate.measure(found, folds, signals=False)
        rated = calibrate.rate(found, raters)
        style = np.array([m.machine * calibration.scale(m.words) + calibration.length(m.words) for m in measured])
        whole = np.array([r.log_odds for r in rated])
        is_machine = np.array([s.label == "mt" for s in found])
        engines = np.array([s.engine for s in found])
        splits = [(question, np.ones(len(found), dtype=bool))]
        if "8 sent." in question or "document" in question:
            common = [e for e in np.unique(engines) if e and (engines == e).sum() >= 60]
            splits += [(f"{question}, {e}", ~is_machine | (engines == e)) for e in common]
        for name, chosen in splits:
            if is_machine[chosen].all() or not is_machine[chosen].any():
                continue
            twins = [s.twin for s, c in zip(found, chosen, strict=True) if c]
            rows.append(
                {
                    "question": name,
                    "style_auc": float(roc_auc_score(is_machine[chosen], style[chosen])),
                    "rating": ranking(whole[chosen], is_machine[chosen], twins).to_dict(),
                }
            )
    return rows
