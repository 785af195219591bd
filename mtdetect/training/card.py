"""The model card: what a model is for, what it was measured to do, what it is known to get wrong.

The prose stands in ``card.md``, the paragraph on what is inside the model file in
``card_model.md``, and the texts that the card quotes in ``card_examples.toml``.
"""

from __future__ import annotations

import json
import math
import tomllib
from importlib.resources import files
from itertools import groupby
from string import Template
from textwrap import fill
from typing import TYPE_CHECKING, Any

from mtdetect import model as model_file
from mtdetect.detector import Detector
from mtdetect.training.evaluation.held_out import SHOWN
from mtdetect.training.evaluation.idioms import ALL
from mtdetect.training.evaluation.ranking import QUESTIONS
from mtdetect.training.evaluation.tables import Column, Row
from mtdetect.training.metrics import upper_bound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

NOT_MEASURED = "Not measured for this card; `scripts/evaluate.py --card` does."

WATTS_PER_CORE = 15.0
"""Assumed draw of a busy core with its share of the rest of the machine."""

GRAMS_PER_KWH = 480.0
"""CO2 of electricity, about the world's average in 2023 (Ember, Global Electricity Review 2024)."""

RESOURCES = "resources.json"
"""What training took, in the work folder: it differs between runs, so the header cannot hold it."""

CORPORA = {
    "18f": "government blog posts (18F)",
    "abc": "rural and science news (ABC)",
    "bbc": "BBC news",
    "clear": "excerpts for school readers (CLEAR)",
    "essays": "students: school essays (ASAP)",
    "ewt": "web: answers, reviews, mail, blogs (EWT)",
    "gum": "many genres (GUM)",
    "newswire": "English-language press outside the West",
    "onestop": "news at three reading levels (OneStop)",
    "sotu": "State of the Union addresses",
    "iwslt17 native": "talks (IWSLT)",
}
YEARS = {"native": "texts written in English, WMT", "ht": "human translations, WMT"}
"""Corpora that come by year are one row of the card."""

UNITS = ("1 sentence", "8 sentences", "15 sentences", "document")
"""Units of the ranking that the card shows: the evaluation prints more."""

PARTS = {
    "newswire": "press, by outlet",
    "gum": "GUM, by genre",
    "human translations": "human translations, by language",
}


def write(path: Path, *, model: Path, metrics: Mapping[str, Any], work: Path) -> None:
    """Write the card of a model.

    Args:
        path: of the card.
        model: the ``.npz`` file, with its ``.json`` beside it.
        metrics: what was measured, by section of the evaluation, and "fpr", the operating point.
        work: folder where training may have left ``RESOURCES``.

    Raises:
        ModelError: the model is missing or damaged.
    """
    took = work / RESOURCES
    resources = json.loads(took.read_text(encoding="utf-8")) if took.exists() else None
    examples = rated_examples(Detector.load(model), metrics["fpr"])
    text = card(model_file.read_header(model), metrics, examples=examples, resources=resources)
    path.write_text(text, encoding="utf-8")


def card(
    header: Mapping[str, Any],
    metrics: Mapping[str, Any],
    *,
    examples: Sequence[Row],
    resources: Mapping[str, float] | None,
) -> str:
    """The card as Markdown; a section that was not measured says so.

    Args:
        header: of the model.
        metrics: as for ``write``.
        examples: as ``rated_examples`` gives them.
        resources: "seconds" and "cpu_seconds" of training, "cores" of the machine, and "memory_gb",
            the peak; None if unknown.
    """
    tables = {
        name: make(metrics[section]) if section in metrics else NOT_MEASURED
        for name, (section, make) in TABLES.items()
    }
    corpus = header["corpus"]
    return Template(_read("card.md")).substitute(
        tables,
        model=_read("card_model.md"),
        version=header["version"],
        sha256=header["sha256"],
        fingerprint=corpus["fingerprint"],
        files=f"{corpus['files']:,}",
        training_texts=f"{corpus['training_texts']:,}",
        calibration_documents=f"{corpus['calibration_documents']:,}",
        seed=corpus["seed"],
        fpr=f"{metrics['fpr']:.3g}",
        examples=_examples(examples),
        resources=_resources(resources),
    )


def rated_examples(detector: Detector, fpr: float) -> list[Row]:
    """The texts that the card quotes, with the model's verdict, probability and count of words."""
    found = tomllib.loads(_read("card_examples.toml"))["example"]
    reports = [detector.score(example["text"], fpr=fpr, explain=False) for example in found]
    return [
        {**example, "verdict": r.verdict, "probability": r.probability, "words": r.words}
        for example, r in zip(found, reports, strict=True)
    ]


def _read(name: str) -> str:
    return files("mtdetect.training").joinpath(name).read_text(encoding="utf-8")


def _table(columns: Sequence[Column], rows: Iterable[Row]) -> str:
    """Rows as a Markdown table."""
    lines = [
        [column.heading for column in columns],
        ["---" if column.left else "--:" for column in columns],
        *([column.cell(row) for column in columns] for row in rows),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _number(value: float | None, form: str) -> str:
    """A figure; a dash where there is none."""
    return "–" if value is None or math.isnan(value) else format(value, form)


def _figure(row: Mapping[str, Any], name: str, digits: int) -> str:
    """A figure with its interval, such as ``0.843 (0.821–0.866)``."""
    form = f".{digits}f"
    shown = _number(row.get(name), form)
    if shown == "–":
        return shown
    low, high = (_number(end, form) for end in row[f"{name}_interval"])
    return f"{shown} ({low}–{high})"


def _figures(heading: str, name: str, digits: int) -> Column:
    return Column(heading, lambda row: _figure(row, name, digits))


def _shares(heading: str, name: str) -> Column:
    return Column(heading, lambda row: _number(row[name], ".2%"))


def _names(heading: str, name: str) -> Column:
    return Column(heading, lambda row: str(row[name]), left=True)


TEXTS = Column("texts", lambda row: f"{row['n']:,}")
PAIRED = Column("human + machine", lambda row: f"{row['human']:,} + {row['machine']:,}")


def _ranking(question: str) -> Callable[[Sequence[Row]], str]:
    """The table of a question: whole sets by unit, without engines and languages."""
    columns = (
        Column("set, unit", lambda row: f"{row['set']}, {row['unit']}", left=True),
        PAIRED,
        _figures("AUC", "auc", 2),
        _figures("found at 5 %", "tpr5", 2),
        _figures("found at 1 %", "tpr1", 2),
    )

    def table(rows: Sequence[Row]) -> str:
        whole = [row for row in rows if not row["engine"] and not row["language"]]
        asked = [row for row in whole if row["question"] == question]
        return _table(columns, [row for row in asked if row["unit"] in UNITS])

    return table


HUMAN = (
    _names("human text", "name"),
    TEXTS,
    _shares("machine", "machine_rate"),
    _shares("at most", "machine_upper"),
    _shares("a passage", "mixed_rate"),
    _shares("without it", "machine_rate_left_out"),
)


def _human(rows: Sequence[Row]) -> str:
    """Whole corpora; those that come by year are pooled."""
    whole = [row for row in rows if not row["part"]]
    years = [row for row in whole if row["corpus"].startswith("wmt")]
    single = [{**r, "name": CORPORA.get(r["corpus"], r["corpus"])} for r in whole if r not in years]
    pooled = [
        {"name": name, **_pooled([row for row in years if row["label"] == label])}
        for label, name in YEARS.items()
        if any(row["label"] == label for row in years)
    ]
    return _table(HUMAN, [*single, *pooled])


def _pooled(rows: Sequence[Row]) -> Row:
    n = sum(row["n"] for row in rows)
    hits = {
        name: sum(round(row[name] * row["n"]) for row in rows)
        for name in ("machine_rate", "mixed_rate", "machine_rate_left_out")
    }
    rates = {name: count / n for name, count in hits.items()}
    return {"n": n, **rates, "machine_upper": upper_bound(hits["machine_rate"], n)}


def _human_parts(rows: Sequence[Row]) -> str:
    """Outlets with a flagged text, genres of GUM, and human translations by language."""
    found = []
    for corpus, title in PARTS.items():
        parts = [row for row in rows if row["part"] and row["corpus"] == corpus]
        if corpus == "newswire":
            parts = [row for row in parts if _is_flagged(row)]
        found += [{**row, "name": f"{title}: {row['part']}"} for row in parts]
    return _table(HUMAN, found)


def _is_flagged(row: Row) -> bool:
    return bool(row["machine_rate"] + row["mixed_rate"] > 0)


def _reliability(rows: Sequence[Row]) -> str:
    return _table(
        (
            _names("words", "words"),
            TEXTS,
            _figures("Brier", "brier", 3),
            _figures("error", "ece", 3),
        ),
        rows,
    )


def _held_out(rows: Sequence[Row]) -> str:
    """A line an engine or family of languages, with the figures of every set in it."""

    def cells(heading: str) -> tuple[Column, Column]:
        def cell(line: Row, what: Callable[[Row], str]) -> str:
            return what(line[heading]) if heading in line else "–"

        return (
            Column(heading, lambda line: cell(line, lambda row: _figure(row, "auc", 2))),
            Column("seen", lambda line: cell(line, lambda row: _number(row["seen_auc"], ".2f"))),
        )

    heading_of = {(question, name): heading for heading, question, name in SHOWN}
    lines = [
        {
            "name": f"{held}: {name}",
            **{heading_of[row["question"], row["set"]]: row for row in group},
        }
        for (held, name), group in groupby(rows, key=lambda row: (row["held"], row["name"]))
    ]
    columns = [cells(heading) for heading, *_ in SHOWN]
    return _table((_names("held out", "name"), *(c for pair in columns for c in pair)), lines)


def _transfer(rows: Sequence[Row]) -> str:
    """The worst of every line of the matrix at 1 %."""
    found = []
    for row in rows:
        others = {name: rate for name, rate in row["rates"].items() if name != row["set_on"]}
        if row["fpr"] == 0.01 and others:
            worst = max(others, key=lambda name: others[name])
            found.append(f"{row['set_on']} → {worst} {others[worst]:.1%}")
    return fill("; ".join(found), 106) + "."


def _benchmark(rows: Sequence[Row]) -> str:
    """The chosen models on the test set."""
    return _table(
        (
            _names("engine", "engine"),
            _names("level", "level"),
            TEXTS,
            _figures("accuracy", "accuracy", 3),
            Column("AUC", lambda row: _number(row["auc"], ".2f")),
            Column("published accuracy", lambda row: _number(row["published"], ".3f")),
        ),
        [row for row in rows if row["chosen"]],
    )


def _language_models(rows: Sequence[Row]) -> str:
    """All registers together, then those with a flagged text."""
    all_of_them, *registers = rows
    return _table(
        (
            _names("register", "register"),
            TEXTS,
            _shares("machine", "machine_rate"),
            _shares("at most", "machine_upper"),
            _shares("a passage", "mixed_rate"),
        ),
        [all_of_them, *(row for row in registers if _is_flagged(row))],
    )


def _spliced(rows: Sequence[Row]) -> str:
    """Machine paragraphs in human articles, by the folds that settings were not chosen on."""
    found = [row for row in rows if row["table"] == "found" and row["kind"] == "machine in human"]
    return _table(
        (
            Column("inserted", lambda row: row["source"] or "all", left=True),
            Column("folds", lambda row: row["folds"].removeprefix("folds "), left=True),
            Column("articles", lambda row: f"{row['documents']:,}"),
            _figures("AUC", "auc", 2),
            _figures("F1 at 5 %", "roc_f1", 2),
            _figures("F1, threshold from the other folds", "set_f1", 2),
            _shares("human paragraphs flagged by it", "set_human"),
            _shares("called mixed", "mixed"),
        ),
        found,
    )


def _spans(rows: Sequence[Row]) -> str:
    return _table(
        (
            _names("words ranked by", "ranking"),
            Column("words", lambda row: f"{row['ranked']:,} of {row['words']:,}"),
            _shares("marked", "share"),
            _figures("times chance", "lift", 2),
            _figures("severe errors", "major", 2),
        ),
        rows,
    )


def _idioms(found: Mapping[str, Sequence[Row]]) -> str:
    """Lines of all systems by label and half, then findings in all native text."""
    lines = [row for row in found["labelled"] if row["system"] == ALL]
    native = found["native"][0]
    columns = (
        _names("lines that a reader called", "label"),
        _names("half", "half"),
        Column("lines", lambda row: f"{row['n']:,}"),
        _figures("found", "share", 2),
    )
    return (
        f"{_table(columns, lines)}\n\nIn {native['words']:,} words of native English:"
        f" {native['idioms']} such finding{'' if native['idioms'] == 1 else 's'},"
        f" {native['idioms_rate']:.2f} in 100,000 words."
    )


def _deep_ranking(found: Mapping[str, Sequence[Row]]) -> str:
    """Both questions, by set and unit."""
    columns = (
        Column("", lambda row: row["question"], left=True),
        Column("set, unit", lambda row: f"{row['set']}, {row['unit']}", left=True),
        PAIRED,
        Column("AUC without", lambda row: _number(row["alone_auc"], ".3f")),
        _figures("with", "auc", 3),
        _figures("gain", "gain", 3),
        Column("found at 1 % without", lambda row: _number(row["alone_tpr1"], ".2f")),
        _figures("with", "tpr1", 2),
    )
    return _table(columns, found["ranking"])


def _deep_human(found: Mapping[str, Sequence[Row]]) -> str:
    """By corpus."""
    columns = (
        Column("human text", lambda row: str(CORPORA.get(row["corpus"], row["corpus"])), left=True),
        TEXTS,
        _shares("without", "alone_rate"),
        _shares("with", "machine_rate"),
        _shares("at most", "machine_upper"),
    )
    return _table(columns, found["human"])


TABLES: dict[str, tuple[str, Callable[[Any], str]]] = {
    "ranking_native": ("ranking", _ranking(QUESTIONS["native"])),
    "ranking_human": ("ranking", _ranking(QUESTIONS["ht"])),
    "human": ("human", _human),
    "human_parts": ("human", _human_parts),
    "reliability": ("reliability", _reliability),
    "held_out": ("held-out", _held_out),
    "transfer": ("transfer", _transfer),
    "benchmark": ("benchmark", _benchmark),
    "language_models": ("language-models", _language_models),
    "spliced": ("spliced", _spliced),
    "spans": ("spans", _spans),
    "idioms": ("idioms", _idioms),
    "deep_ranking": ("deep", _deep_ranking),
    "deep_human": ("deep", _deep_human),
}
"""Placeholders of the template, the sections of the evaluation they show, and how."""


def _examples(examples: Sequence[Row]) -> str:
    return "\n\n".join(
        f"- {row['title']}: {_verdict(row)}\n\n  > {row['text']}" for row in examples
    )


def _verdict(row: Row) -> str:
    if row["probability"] is None:
        return f"**{row['verdict']}**, {row['words']} words."
    return f"**{row['verdict']}**, probability {row['probability']:.0%}, {row['words']} words."


def _resources(resources: Mapping[str, float] | None) -> str:
    """Time, memory, energy and carbon in words."""
    if resources is None:
        return "Not known: no record of the training was at hand."
    energy = resources["cpu_seconds"] / 3600 * WATTS_PER_CORE
    return (
        f"Training and calibration took {resources['seconds'] / 60:.1f} minutes on a machine with"
        f" {resources['cores']:.0f} cores,\n{resources['cpu_seconds'] / 60:.1f} core-minutes, and"
        f" up to {resources['memory_gb']:.1f} GB of memory. No accelerator.\n\n"
        f"That is about {energy:.1f} Wh and {energy / 1000 * GRAMS_PER_KWH:.1f} g of CO2, at an"
        f" assumed {WATTS_PER_CORE:.0f} W for a busy core and its share of the\nmachine, and"
        f" {GRAMS_PER_KWH:.0f} g of CO2 a kilowatt-hour, about the world's average in 2023 (Ember)."
        " Estimated,\nnot metered; experiments and evaluation are not counted."
    )
