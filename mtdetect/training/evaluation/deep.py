"""What a second opinion adds, on texts that neither the style model nor the encoder has seen.

The encoder was trained without two folds. How its opinion counts, and the thresholds, are fitted on
one of them and read on the other, and the other way round; what it says of corpora that nothing is
ever trained on is read with the shipped figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mtdetect import deep
from mtdetect.calibration import Thresholds
from mtdetect.rating import MIN_WORDS
from mtdetect.training import calibrate, opinion
from mtdetect.training.data import N_FOLDS, fold_of
from mtdetect.training.evaluation import language_models
from mtdetect.training.evaluation.human import NEVER_TRAINED, human_samples
from mtdetect.training.evaluation.ranking import QUESTIONS, text_sets, thin
from mtdetect.training.evaluation.tables import Column, Row, count, figure, section, share, table
from mtdetect.training.metrics import auc, bootstrap, ranking, upper_bound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mtdetect.training.evaluation.run import Run
    from mtdetect.training.opinion import Heard
    from mtdetect.training.units import Sample

SETS = ("wmt18", "wmt21", "flores", "HT-vs-MT wmt18")
UNITS = ("3 sentences", "8 sentences", "15 sentences", "document")
MOST_TWINS, MOST_MACHINES = 400, 4
"""Human texts in a row, and machine versions of each: the encoder is slow."""

NO_FOLD = -1
"""Where texts lie that nothing is trained on."""

FEWEST = 30
"""Human texts, and machine texts, that make a row."""


@dataclass(frozen=True)
class _Court:
    """Both judges, and how they count in each fold."""

    run: Run
    encoder: deep.Encoder

    @cached_property
    def heard(self) -> Heard:
        """The calibration documents."""
        samples = opinion.documents(self.run.manifest)
        self.run.progress(f"the encoder reads {len(samples):,} documents, or did before")
        keep = self.run.work / opinion.KEPT
        return opinion.hear(samples, self.run.folds, self.run.header, self.encoder, keep=keep)

    @cached_property
    def counting(self) -> dict[int, _Counting]:
        """For each held fold how the opinion counts by the other one, and for none as shipped."""
        header = deep.read_header(self.encoder.path)
        shipped = _Counting(header, Thresholds.from_header(header["thresholds"]))
        fold = np.array([fold_of(sample.group) for sample in self.heard.samples])
        without = {held: self._fitted(np.flatnonzero(fold != held)) for held in opinion.HELD}
        return {**without, NO_FOLD: shipped}

    def _fitted(self, chosen: NDArray[np.intp]) -> _Counting:
        part = self.heard.part(chosen)
        terms = part.terms()
        log_odds = part.log_odds(self.run.header, terms).tolist()
        rated = [
            calibrate.Rated(measured.words, value, ())
            for measured, value in zip(part.measured, log_odds, strict=True)
        ]
        thresholds = calibrate.fit_thresholds(part.samples, rated)
        return _Counting(terms, Thresholds.from_header(thresholds))

    def judged(self, samples: Sequence[Sample], *, trained: bool = True) -> _Judged:
        """Both ratings of texts of the held folds, or of corpora that are never trained on."""
        run = self.run
        folds = run.folds if trained else [run.fitted[-1]] * N_FOLDS
        heard = opinion.hear(samples, folds, run.header, self.encoder)
        words = np.array([m.words for m in heard.measured])
        alone = np.array([r.log_odds for r in heard.rated])
        both, called_both = np.zeros(len(samples)), np.zeros(len(samples), dtype=bool)
        fold = np.array([fold_of(s.group) if trained else NO_FOLD for s in samples])
        for held in np.unique(fold).tolist():
            terms, thresholds = self.counting[held]
            chosen = np.flatnonzero(fold == held)
            both[chosen] = heard.part(chosen).log_odds(run.header, terms)
            called_both[chosen] = _over(both[chosen], words[chosen], thresholds, run.fpr)
        called = _over(alone, words, run.thresholds, run.fpr)
        return _Judged(samples, words, alone, both, called, called_both)


class _Counting(NamedTuple):
    """How an opinion counts, and the thresholds that go with it."""

    terms: dict[str, Any]
    thresholds: Thresholds


def _over(
    log_odds: NDArray[np.float64], words: NDArray[np.int64], thresholds: Thresholds, fpr: float
) -> NDArray[np.bool_]:
    limits = [thresholds.document(n, fpr) for n in words.tolist()]
    over: NDArray[np.bool_] = log_odds > np.array(limits)
    return over


@dataclass(frozen=True)
class _Judged:
    """Texts with (n,) words, log-odds without and with the opinion, and whether called machine."""

    samples: Sequence[Sample]
    words: NDArray[np.int64]
    alone: NDArray[np.float64]
    both: NDArray[np.float64]
    called: NDArray[np.bool_]
    called_both: NDArray[np.bool_]


def rows(run: Run) -> dict[str, list[Row]]:
    """Under "ranking" what is gained, by set and unit; under "human" what it costs, by corpus."""
    court = _Court(run, deep.Encoder(deep.beside(run.model)))
    return {"ranking": _rankings(court), "human": _costs(court)}


def _rankings(court: _Court) -> list[Row]:
    found = []
    for names, texts in text_sets(court.run.manifest):
        if names["set"] not in SETS or names["unit"] not in UNITS:
            continue
        held = thin(opinion.held_out(texts), twins=MOST_TWINS, machines=MOST_MACHINES)
        machine = sum(sample.label == "mt" for sample in held)
        if min(machine, len(held) - machine) >= FEWEST:
            court.run.progress(f"{', '.join(names.values())}: {len(held):,} texts")
            found.append(_row(court.judged(held), names))
    return found


def _row(judged: _Judged, names: Mapping[str, str]) -> Row:
    machine = np.array([sample.label == "mt" for sample in judged.samples])
    twins = [sample.twin for sample in judged.samples]
    both = ranking(judged.both, machine, twins).to_dict()
    alone = ranking(judged.alone, machine, twins).to_dict()

    def gain(counts: NDArray[np.float64]) -> tuple[float] | None:
        drawn = np.repeat(np.arange(len(machine)), counts.astype(int))
        y = machine[drawn]
        if y.all() or not y.any():
            return None
        return (auc(judged.both[drawn], y) - auc(judged.alone[drawn], y),)

    (gain_interval,) = bootstrap(twins, gain)
    return {
        **names,
        **both,
        "alone_auc": alone["auc"],
        "alone_tpr1": alone["tpr1"],
        "gain": both["auc"] - alone["auc"],
        "gain_interval": gain_interval,
        "alone_called": float(judged.called[machine].mean()),
        "called": float(judged.called_both[machine].mean()),
    }


def _costs(court: _Court) -> list[Row]:
    """Human documents of 40 words and more called machine, without and with the opinion."""
    named = human_samples(court.run.manifest)
    trained = opinion.held_out([n.sample for n in named if n.sample.corpus not in NEVER_TRAINED])
    never = [n.sample for n in named if n.sample.corpus in NEVER_TRAINED]
    never += language_models.read(court.run.language_models)
    corpus_of = {n.sample: n.corpus for n in named}
    found = []
    for samples, seen in ((trained, True), (never, False)):
        court.run.progress(f"{len(samples):,} human texts")
        judged = court.judged(samples, trained=seen)
        corpora = np.array([corpus_of.get(sample, "language models") for sample in samples])
        for corpus in np.unique(corpora).tolist():
            chosen = (corpora == corpus) & (judged.words >= MIN_WORDS)
            if n := int(chosen.sum()):
                hits = int(judged.called_both[chosen].sum())
                found.append(
                    {
                        "corpus": corpus,
                        "n": n,
                        "alone_rate": float(judged.called[chosen].mean()),
                        "machine_rate": hits / n,
                        "machine_upper": upper_bound(hits, n),
                    }
                )
    return found


RANKING = (
    Column("set and unit", lambda row: f"{row['set']}, {row['unit']}", left=True),
    count("human"),
    count("machine"),
    Column("AUC alone", lambda row: f"{row['alone_auc']:.3f}"),
    Column("with", lambda row: figure(row, "auc")),
    Column("gain", lambda row: figure(row, "gain")),
    Column("TPR at 1 % alone", lambda row: f"{row['alone_tpr1']:.2f}"),
    Column("with", lambda row: figure(row, "tpr1", 2)),
    Column("called alone", lambda row: share(row["alone_called"], 0)),
    Column("with", lambda row: share(row["called"], 0)),
)
HUMAN = (
    Column("human text", lambda row: row["corpus"], left=True),
    count("n"),
    Column("called alone", lambda row: share(row["alone_rate"])),
    Column("with", lambda row: share(row["machine_rate"])),
    Column("≤ 95 %", lambda row: share(row["machine_upper"])),
)


def text(found: Mapping[str, Sequence[Row]]) -> str:
    """What is gained by question, then what it costs."""
    parts = [
        f"{question[0].upper()}{question[1:]}\n"
        + table(RANKING, [row for row in found["ranking"] if row["question"] == question])
        for question in QUESTIONS.values()
        if any(row["question"] == question for row in found["ranking"])
    ]
    return section(
        "A second opinion",
        "The whole rating alone and with the opinion, which counts as fitted on the other fold that"
        " the encoder\nhas not seen; gain in AUC; TPR: machine texts found when 1 % of these human"
        " texts are flagged; called:\ntexts called machine at the operating point.",
        *parts,
        table(HUMAN, found["human"]),
    )
