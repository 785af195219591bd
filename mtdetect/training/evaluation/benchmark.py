"""The published German-English benchmark by its own rules (van der Werff et al., EAMT 2022).

One model an engine, fitted on the benchmark's own training years alone (wmt08 to wmt17, human
translations against the engine's), tested on WMT18. Which units to fit on and how to decide are
chosen by cross-validation over years, and the decision threshold is set on the same cross-fitted
scores; WMT18 is read once, with what was chosen.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mtdetect.calibration import Calibration
from mtdetect.training import calibrate, corpora, fit
from mtdetect.training.corpora import Block
from mtdetect.training.data import N_FOLDS, fold_of
from mtdetect.training.evaluation.ranking import document
from mtdetect.training.evaluation.tables import Column, Row, section, share, table
from mtdetect.training.metrics import auc, exact_interval
from mtdetect.training.units import LENGTHS, units

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from mtdetect.training.evaluation.run import Run
    from mtdetect.training.fit import FittedStyle
    from mtdetect.training.manifest import Manifest
    from mtdetect.training.units import Sample

TEST = "wmt18"
TEST_FOLD = fold_of(TEST)
"""No training year is in this fold, so the "fold model" without it is fitted on all of them."""

PUBLISHED = {
    ("google", "document"): 0.848,
    ("deepl", "document"): 0.748,
}
"""Accuracy of their SVM on the same WMT18 documents."""

ENGINES = ("google", "deepl")
LEVELS = ("document", "sentence")


MIN_PASSAGES = 5
"""Half of what training asks of an n-gram, for a small part of its text.

Cross-validated over the training years as the rest is: 5, 10 and 20 passages give 82.7, 82.2 and
80.3 % (Google) and 78.6, 77.4 and 74.5 % (DeepL) of documents.
"""


@dataclass(frozen=True, slots=True)
class Data:
    """One engine's part of the benchmark.

    Attributes:
        kinds: units to fit on by kind ("sentences", "pieces", "documents"), training years alone.
        test: WMT18 by level.
    """

    kinds: Mapping[str, list[Sample]]
    test: Mapping[str, list[Sample]]

    def validation(self, level: str) -> list[Sample]:
        """Training texts of a level, to choose on."""
        return self.kinds[f"{level}s"]


RECIPES = {
    "documents": ("documents",),
    "sentences": ("sentences",),
    "sentences, documents": ("sentences", "documents"),
    "mixed lengths": ("pieces", "documents"),
    "all lengths": ("sentences", "pieces", "documents"),
}
"""What to fit on: kinds of units."""


def rows(run: Run) -> list[Row]:
    """Accuracies: of every choice by cross-validation, and of the chosen ones on WMT18 as well."""
    return [row for engine in ENGINES for row in _engine(run, engine)]


def _engine(run: Run, engine: str) -> list[Row]:
    found = read(run.manifest, engine)
    kinds = [(kind, unit) for kind, texts in found.kinds.items() for unit in texts]
    run.progress(f"{engine}: {len(kinds):,} units of the benchmark's training years")
    texts = [unit for _, unit in kinds]
    design = fit.design(texts, progress=run.progress, min_passages=MIN_PASSAGES)
    fold = np.array([fold_of(unit.group) for _, unit in kinds])
    kind = np.array([kind for kind, _ in kinds])
    cases = [
        np.isin(kind, recipe) & (fold != left_out)
        for recipe in RECIPES.values()
        for left_out in range(N_FOLDS)
    ]
    fitted = fit.fit_many(design, cases)
    models = {name: fitted[i * N_FOLDS : (i + 1) * N_FOLDS] for i, name in enumerate(RECIPES)}
    rows = []
    for level in LEVELS:
        validation = {name: score(found.validation(level), models[name]) for name in RECIPES}
        recipe, rule, accuracies = choose(validation)
        for (name, other), accuracy in accuracies.items():
            chosen = (name, other) == (recipe, rule)
            rows.append(
                {
                    "engine": engine,
                    "level": level,
                    "units": name,
                    "rule": other,
                    "chosen": chosen,
                    "cv_n": len(validation[name].words),
                    "cv_accuracy": accuracy,
                    **(
                        _tested(validation[name], score(found.test[level], models[name]), rule)
                        if chosen
                        else {}
                    ),
                    "published": PUBLISHED.get((engine, level)) if chosen else None,
                }
            )
    return rows


def read(manifest: Manifest, engine: str) -> Data:
    """The benchmark's texts for one engine."""
    years = [_only(block, engine) for block in corpora.ht_vs_mt(manifest) if block.label == "ht"]
    documents = [
        document(block)
        for block in corpora.ht_vs_mt_documents(manifest)
        if block.label == "ht" and (not block.machine or (engine, "de") in block.machine)
    ]
    return Data(
        {
            "sentences": list(units(years, lengths=(1,), machines=1)),
            "pieces": list(units(years, lengths=LENGTHS, machines=1)),
            "documents": [d for d in documents if d.group != TEST],
        },
        {
            "sentence": list(
                units([development_sentences(manifest, engine)], lengths=(1,), machines=1)
            ),
            "document": [d for d in documents if d.group == TEST],
        },
    )


def _only(block: Block, engine: str) -> Block:
    return replace(block, machine={k: v for k, v in block.machine.items() if k[0] == engine})


def development_sentences(manifest: Manifest, engine: str) -> Block:
    """WMT18 as the benchmark has it, line by line: human translations and one engine's."""
    ending = {"google": "txt.en.google", "deepl": "deepl.en"}[engine]
    base = f"HT-vs-MT/experiments/shared_data/{engine}/dev"
    human, machine = (
        [html.unescape(line) for line in manifest.lines_of(f"{base}/{name}")]
        for name in (f"trans_en_{TEST}.txt", f"org_de_{TEST}.{ending}")
    )
    return Block(TEST, TEST, "ht", human, {(engine, "de"): machine}, "press")


@dataclass(frozen=True, slots=True)
class Scores:
    """Texts' style scores, lengths, truth and cross-validation folds, (n,) each."""

    values: NDArray[np.float64]
    words: NDArray[np.int64]
    is_machine: NDArray[np.bool_]
    fold: NDArray[np.int64]

    def where(self, chosen: NDArray[np.bool_]) -> Scores:
        """Some of the texts."""
        return Scores(
            self.values[chosen], self.words[chosen], self.is_machine[chosen], self.fold[chosen]
        )


def score(texts: Sequence[Sample], models: Sequence[FittedStyle]) -> Scores:
    """Scores by the model that did not see a text's year."""
    measured = calibrate.measure(texts, models, signals=False)
    return Scores(
        np.array([m.machine for m in measured]),
        np.array([m.words for m in measured]),
        np.array([s.label == "mt" for s in texts]),
        np.array([fold_of(s.group) for s in texts]),
    )


def _midpoint(known: Scores, asked: Scores) -> NDArray[np.bool_]:
    """Above the middle between the two classes' mean scores."""
    machine = known.values[known.is_machine].mean()
    human = known.values[~known.is_machine].mean()
    answers: NDArray[np.bool_] = asked.values > (machine + human) / 2
    return answers


def _logistic(known: Scores, asked: Scores) -> NDArray[np.bool_]:
    """Log-odds by score and length above zero, both classes weighing the same."""
    share = known.is_machine.mean()
    weights = np.where(known.is_machine, 1 / share, 1 / (1 - share))
    fitted = Calibration.from_header(
        calibrate.fit_calibration(known.values, known.words, known.is_machine, weights)
    )
    return np.array(
        [
            fitted.scale(n) * value + fitted.prior() + fitted.length(n) > 0
            for value, n in zip(asked.values, asked.words.tolist(), strict=True)
        ]
    )


RULES: dict[str, Callable[[Scores, Scores], NDArray[np.bool_]]] = {
    "midpoint": _midpoint,
    "logistic": _logistic,
}
"""Whether texts are machine-translated, given the scores of texts whose answer is known."""


def choose(validation: Mapping[str, Scores]) -> tuple[str, str, dict[tuple[str, str], float]]:
    """The units and the rule with the best cross-validated accuracy, and the accuracy of each.

    The rule that decides on a fold is set on the other folds. Of equals the first is taken.
    """
    accuracies = {}
    for name, scores in validation.items():
        for rule, decide in RULES.items():
            right = np.zeros(len(scores.words), dtype=bool)
            for fold in np.unique(scores.fold):
                asked = scores.fold == fold
                answers = decide(scores.where(~asked), scores.where(asked))
                right[asked] = answers == scores.is_machine[asked]
            accuracies[name, rule] = float(right.mean())
    recipe, rule = max(accuracies, key=lambda key: accuracies[key])
    return recipe, rule, accuracies


def _tested(known: Scores, test: Scores, rule: str) -> dict[str, Any]:
    """Accuracy on the test texts; only ``known``, the training years, sets the threshold."""
    answers = RULES[rule](known, test)
    right = answers == test.is_machine
    n = len(right)
    return {
        "n": n,
        "accuracy": float(right.mean()),
        "accuracy_interval": exact_interval(int(right.sum()), n),
        "human_right": float(right[~test.is_machine].mean()),
        "machine_right": float(right[test.is_machine].mean()),
        "auc": auc(test.values, test.is_machine),
    }


def _accuracy(row: Row) -> str:
    low, high = row["accuracy_interval"]
    return f"{row['accuracy']:.1%} ({low:.1%}–{high:.1%})"


NAMES = (
    Column("engine", lambda row: row["engine"], left=True),
    Column("level", lambda row: row["level"], left=True),
    Column("fitted on", lambda row: row["units"], left=True),
    Column("rule", lambda row: row["rule"], left=True),
)


def text(found: Sequence[Row]) -> str:
    """WMT18 with what was chosen, then the choices."""
    results = (
        *NAMES,
        Column("n", lambda row: f"{row['n']:,}"),
        Column("accuracy", _accuracy),
        Column("human right", lambda row: share(row["human_right"], 1)),
        Column("machine right", lambda row: share(row["machine_right"], 1)),
        Column("AUC", lambda row: f"{row['auc']:.3f}"),
        Column("published", lambda row: share(row["published"], 1)),
    )
    choices = (
        *NAMES,
        Column("n", lambda row: f"{row['cv_n']:,}"),
        Column("accuracy", lambda row: share(row["cv_accuracy"], 1)),
        Column("", lambda row: "chosen" if row["chosen"] else "", left=True),
    )
    return section(
        "German-English benchmark, human against machine translation",
        "One model an engine, fitted on the benchmark's training years alone (wmt08–17). Units and"
        " rule are chosen,\nand the threshold is set, by cross-validation over those years. Exact"
        " 95 % intervals; published: their SVM.",
        "On WMT18\n" + table(results, [row for row in found if row["chosen"]]),
        "Cross-validated inside the training years\n" + table(choices, found),
    )
