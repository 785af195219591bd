"""What the model achieves out of fold: ranking quality, and what its thresholds cost."""

from __future__ import annotations

import zlib
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from sklearn.metrics import roc_auc_score

from mtdetect.calibration import Thresholds
from mtdetect.rating import MIN_WORDS
from mtdetect.training import calibrate, corpora, data
from mtdetect.training.data import FIREFOX_SETS, N_FOLDS
from mtdetect.training.documents import samples
from mtdetect.training.metrics import ranking, upper_bound
from mtdetect.training.units import Sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from mtdetect.training.calibrate import Rated
    from mtdetect.training.corpora import Block
    from mtdetect.training.fit import FittedStyle
    from mtdetect.training.manifest import Manifest

NEVER_TRAINED = ("gum", "clear")
SYSTEM_YEARS: tuple[Literal["wmt21", "wmt22"], ...] = ("wmt21", "wmt22")

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
        data.unpaired_blocks(manifest),
        data.evaluation_blocks(manifest),
        (b for b in corpora.essays(manifest) if zlib.adler32(b.group.encode()) % 5 == 1),
    )
    found: list[tuple[str, Sample]] = []
    for block in documents:
        text = "\n\n".join(block.human)
        rest = (block.corpus, block.group, block.kind, "", "", block.group)
        found.append((block.corpus, Sample(text, "native", "native", *rest, len(block.human))))
    for year in FIREFOX_SETS:
        blocks = list(corpora.wmt_firefox(manifest, year))
        five = samples(blocks, machines=0, paragraphs=False, salt="human", fixed_lines=5)
        found += [(f"{year} {sample.label}", sample) for sample in five]
    for year in SYSTEM_YEARS:
        for block in corpora.wmt_systems(manifest, year):
            five = samples([block], machines=0, paragraphs=False, salt="human", fixed_lines=5)
            name = f"{year} {block.kind}" if block.label == "ht" else f"{year} native"
            found += [(name, sample) for sample in five]
    return found


def human_table(
    manifest: Manifest,
    header: dict[str, Any],
    fitted: Sequence[FittedStyle],
    *,
    fpr: float,
    progress: Callable[[str], None],
) -> list[dict[str, Any]]:
    """What the operating point costs on each human corpus, and on each outlet that it flags.

    Besides the shipped thresholds, which were set on these corpora among others, each row gives the
    share flagged by thresholds that were set without its corpus.

    Args:
        manifest: the corpora.
        header: of the model.
        fitted: style models as ``fit.cross_fit`` returns them, the folds' and the full one.
        fpr: the operating point.
        progress: told about each step.
    """
    named = _human_samples(manifest)
    progress(f"rating {len(named):,} human texts")
    *raters, full = [calibrate.make_rater(model, header) for model in fitted]
    untrained = [pair for pair in named if pair[1].corpus in NEVER_TRAINED]
    trained = [pair for pair in named if pair[1].corpus not in NEVER_TRAINED]
    rated = dict(
        zip(
            (sample for _, sample in (*trained, *untrained)),
            (
                *calibrate.rate([sample for _, sample in trained], raters),
                *calibrate.rate([sample for _, sample in untrained], [full] * N_FOLDS),
            ),
            strict=True,
        )
    )
    progress("setting thresholds without each corpus")
    calibration = data.calibration_samples(manifest)
    ratings = calibrate.rate(calibration, raters)
    without = {}
    for corpus in {sample.corpus for _, sample in named}:
        keep = [i for i, sample in enumerate(calibration) if sample.corpus != corpus]
        without[corpus] = Thresholds.from_header(
            calibrate.fit_thresholds([calibration[i] for i in keep], [ratings[i] for i in keep])
        )
    shipped = Thresholds.from_header(header["thresholds"])
    by_name: dict[str, list[Sample]] = defaultdict(list)
    for name, sample in named:
        if rated[sample].words >= MIN_WORDS:
            by_name[name].append(sample)
            if sample.corpus == "newswire":
                by_name[f"newswire, {sample.kind}"].append(sample)
    rows = []
    for name, chosen in sorted(by_name.items(), key=lambda item: (" " in item[0], item[0])):
        ratings = [rated[sample] for sample in chosen]
        n = len(ratings)
        machine, mixed = _flagged(ratings, shipped, fpr)
        if name.startswith("newswire, ") and not machine + mixed:
            continue
        rows.append(
            {
                "corpus": name,
                "label": "press" if chosen[0].corpus == "newswire" else chosen[0].label,
                "n": n,
                "machine_rate": machine / n,
                "machine_upper": upper_bound(machine, n),
                "mixed_rate": mixed / n,
                "flagged_upper": upper_bound(machine + mixed, n),
                "machine_rate_left_out": _flagged(ratings, without[chosen[0].corpus], fpr)[0] / n,
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
        for part, chosen in (
            ("wmt18", [b for b in documents if b.label == label and b.group == "wmt18"]),
            ("wmt08-17", [b for b in documents if b.label == label and b.group != "wmt18"]),
        ):
            if chosen:
                yield f"{question}, HT-vs-MT {part}, document", [_document(b) for b in chosen]


def _document(block: Block) -> Sample:
    """A one-line document block, human or machine, as a sample."""
    twin = f"{block.group}-{block.kind.rpartition('-')[2]}"
    rest = (block.label, block.corpus, block.group, "")
    if block.human:
        return Sample(block.human[0], block.label, *rest, "", "", twin, 1)
    ((engine, language), (text, *_)), *_ = block.machine.items()
    return Sample(text, "mt", *rest, language, engine, twin, 1)


def _thin(found: list[Sample]) -> list[Sample]:
    """At most ``MOST_HUMAN`` twin groups, spread over the set."""
    twins = sorted({s.twin for s in found}, key=lambda t: zlib.crc32(t.encode()))[:MOST_HUMAN]
    kept = set(twins)
    return [s for s in found if s.twin in kept]


def ranking_table(
    manifest: Manifest,
    header: dict[str, Any],
    fitted: Sequence[FittedStyle],
    *,
    fpr: float,
    progress: Callable[[str], None],
) -> list[dict[str, Any]]:
    """Ranking figures by question, unit and, for 8 sentences and documents, engine.

    ``called`` is the share of the machine texts that the shipped thresholds call "machine" at
    ``fpr``; it is None for units mostly too short for a verdict.
    """
    folds = fitted[:N_FOLDS]
    thresholds = Thresholds.from_header(header["thresholds"])
    raters = [calibrate.make_rater(fold, header) for fold in folds]
    calibration = raters[0].calibration
    rows = []
    for question, found in _ranking_sets(manifest):
        progress(f"{question}: {len(found):,} texts")
        measured = calibrate.measure(found, folds, signals=False)
        rated = calibrate.rate(found, raters)
        style = np.array(
            [m.machine * calibration.scale(m.words) + calibration.length(m.words) for m in measured]
        )
        whole = np.array([r.log_odds for r in rated])
        over = np.array([r.log_odds > thresholds.document(r.words, fpr) for r in rated])
        long_enough = np.median([r.words for r in rated]) >= MIN_WORDS
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
                    "called": float(over[chosen & is_machine].mean()) if long_enough else None,
                    "rating": ranking(whole[chosen], is_machine[chosen], twins).to_dict(),
                }
            )
    return rows
