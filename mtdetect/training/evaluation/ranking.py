"""How well machine texts rank above human ones: by question, set, unit, engine and language."""

from __future__ import annotations

import zlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mtdetect.rating import MIN_WORDS
from mtdetect.training import calibrate, corpora
from mtdetect.training.documents import samples
from mtdetect.training.evaluation.languages import FAMILY_OF
from mtdetect.training.evaluation.tables import Column, Row, count, figure, section, share, table
from mtdetect.training.metrics import auc, ranking
from mtdetect.training.units import Sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from mtdetect.training.corpora import Block
    from mtdetect.training.evaluation.run import Run
    from mtdetect.training.manifest import Manifest

UNITS = (1, 3, 8, 15)
SPLIT_UNITS = ("8 sentences", "document")
"""Units that are also shown by engine and language."""

MOST_TWINS = 1500
"""Human texts in one row; more would narrow the intervals little and take long."""

MOST_MACHINES = 12
"""Machine versions of one human text: pairs of a year share their English originals."""

FEWEST = 50
"""Machine texts that make a row by engine or language."""

QUESTIONS = {"native": "native vs round trip", "ht": "human vs machine translation"}

LONG = ("wmt18", "flores", "htmt")
"""Sets with native texts of 15 sentences and their round trips."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Texts with their scores.

    Attributes:
        samples: the texts.
        style: (n,) calibrated log-odds of the style model alone.
        whole: (n,) log-odds of the whole rating.
        over: (n,) whether the shipped threshold is exceeded.
        long_enough: whether most of the texts are long enough for a verdict.
    """

    samples: list[Sample]
    style: NDArray[np.float64]
    whole: NDArray[np.float64]
    over: NDArray[np.bool_]
    long_enough: bool


def rows(run: Run) -> list[Row]:
    """Ranking figures of every set and unit, out of fold.

    ``called`` is the share of the machine texts that the shipped thresholds call "machine",
    ``called_human`` that of the human ones; both are None for units mostly too short for a verdict.
    """
    found = []
    long: list[Scored] = []
    for names, texts in text_sets(run.manifest):
        run.progress(f"{', '.join(names.values())}: {len(texts):,} texts")
        scored = _score(run, texts)
        found.append(_row(scored, np.ones(len(texts), dtype=bool), **names))
        if names["unit"] in SPLIT_UNITS:
            found += _splits(scored, names)
        if names["question"] == QUESTIONS["native"] and names["unit"] == "15 sentences":
            long.append(scored)
    if len(long) > 1:
        found.append(_pooled(long))
    return found


def _pooled(long: Sequence[Scored]) -> Row:
    joined = Scored(
        [s for scored in long for s in scored.samples],
        np.concatenate([scored.style for scored in long]),
        np.concatenate([scored.whole for scored in long]),
        np.concatenate([scored.over for scored in long]),
        long_enough=True,
    )
    names = {"question": QUESTIONS["native"], "set": "all sets", "unit": "15 sentences"}
    return _row(joined, np.ones(len(joined.samples), dtype=bool), **names)


def text_sets(manifest: Manifest) -> Iterator[tuple[dict[str, str], list[Sample]]]:
    """The rows' names and their human and machine texts."""
    sets = {
        "wmt18": list(corpora.wmt_firefox(manifest, "wmt18")),
        "flores": list(corpora.flores(manifest)),
        "htmt": list(corpora.ht_vs_mt(manifest)),
        "wmt21": list(corpora.wmt_systems(manifest, "wmt21")),
        "wmt22": list(corpora.wmt_systems(manifest, "wmt22")),
    }
    documents = list(corpora.ht_vs_mt_documents(manifest))
    for label, question in QUESTIONS.items():
        for name, blocks in sets.items():
            chosen = [b for b in blocks if b.label == label and (b.machine or label == "ht")]
            if not any(block.machine for block in chosen):
                continue
            for lines in UNITS:
                machines = 12 if name == "flores" else 3
                found = samples(
                    chosen, machines=machines, paragraphs=False, salt="evaluate", fixed_lines=lines
                )
                unit = f"{lines} sentence" + "s" * (lines > 1)
                yield {"question": question, "set": name, "unit": unit}, thin(found)
        for part, chosen in (
            ("HT-vs-MT wmt18", [b for b in documents if b.group == "wmt18"]),
            ("HT-vs-MT wmt08–17", [b for b in documents if b.group != "wmt18"]),
        ):
            texts = [document(b) for b in chosen if b.label == label]
            if texts:
                yield {"question": question, "set": part, "unit": "document"}, texts


def document(block: Block) -> Sample:
    """A one-line document block, human or machine, as a sample."""
    twin = f"{block.group}-{block.kind.rpartition('-')[2]}"
    rest = (block.label, block.corpus, block.group, "")
    if block.human:
        return Sample(block.human[0], block.label, *rest, "", "", twin, 1)
    ((engine, language), (text, *_)), *_ = block.machine.items()
    return Sample(text, "mt", *rest, language, engine, twin, 1)


def thin(
    found: Iterable[Sample], *, twins: int = MOST_TWINS, machines: int = MOST_MACHINES
) -> list[Sample]:
    """At most so many twin groups, with so many machine versions each, spread over the set."""
    groups: dict[str, list[Sample]] = defaultdict(list)
    for sample in found:
        groups[sample.twin].append(sample)
    chosen = sorted(groups, key=_spread)[:twins]
    return [s for twin in chosen for s in _few(groups[twin], machines)]


def _few(group: list[Sample], most: int) -> list[Sample]:
    """The human text and some of its machine versions, of any engine and language."""
    machine = sorted((s for s in group if s.engine), key=lambda s: _spread(s.text))
    return [*(s for s in group if not s.engine), *machine[:most]]


def _spread(text: str) -> int:
    """A number without meaning, to draw by."""
    return zlib.crc32(text.encode())


def _score(run: Run, texts: list[Sample]) -> Scored:
    measured = calibrate.measure(texts, run.folds, signals=False)
    rated = calibrate.rate(texts, run.raters)
    calibration = run.raters[0].calibration
    return Scored(
        texts,
        np.array(
            [m.machine * calibration.scale(m.words) + calibration.length(m.words) for m in measured]
        ),
        np.array([r.log_odds for r in rated]),
        np.array([r.log_odds > run.thresholds.document(r.words, run.fpr) for r in rated]),
        bool(np.median([r.words for r in rated]) >= MIN_WORDS),
    )


def _splits(scored: Scored, names: dict[str, str]) -> list[Row]:
    """Rows by engine and by language; the human side is the same where it was never translated.

    A human translation is compared with outputs from its own source language alone. FLORES has 58
    languages, which are shown by family.
    """
    is_machine = np.array([s.label == "mt" for s in scored.samples])
    twins = np.array([s.twin for s in scored.samples])
    native = names["question"] == QUESTIONS["native"]
    engine = np.array([s.engine for s in scored.samples])
    by_family = names["set"] == "flores"
    language = np.array(
        [FAMILY_OF[s.language] if s.language and by_family else s.language for s in scored.samples]
    )
    found = []
    for key, of in (("engine", engine), ("language", language)):
        values = [v for v in np.unique(of) if v and (of == v).sum() >= FEWEST]
        if key == "language" and len(values) < 2:
            continue
        for value in values:
            human = ~is_machine
            if key == "language" and not native:
                human &= np.isin(twins, twins[of == value])
            chosen = human | (is_machine & (of == value))
            if (human & chosen).any():
                found.append(_row(scored, chosen, **names, **{key: str(value)}))
    return found


def _row(scored: Scored, chosen: NDArray[np.bool_], **names: str) -> Row:
    texts = [s for s, c in zip(scored.samples, chosen, strict=True) if c]
    is_machine = np.array([s.label == "mt" for s in texts])
    over = scored.over[chosen]
    calls: dict[str, Any] = {"called": None, "called_human": None}
    if scored.long_enough:
        calls = {
            "called": float(over[is_machine].mean()),
            "called_human": float(over[~is_machine].mean()),
        }
    return {
        "engine": "",
        "language": "",
        **names,
        "style_auc": auc(scored.style[chosen], is_machine),
        **ranking(scored.whole[chosen], is_machine, [s.twin for s in texts]).to_dict(),
        **calls,
    }


FIGURES = (
    count("human"),
    count("machine"),
    Column("AUC, style", lambda row: f"{row['style_auc']:.3f}"),
    Column("AUC", lambda row: figure(row, "auc")),
    Column("TPR at 5 %", lambda row: figure(row, "tpr5", 2)),
    Column("TPR at 1 %", lambda row: figure(row, "tpr1", 2)),
    Column("paired", lambda row: "" if row["paired"] is None else f"{row['paired']:.2f}"),
    Column("called", lambda row: share(row["called"], 0)),
    Column("… human", lambda row: share(row["called_human"], 1)),
)


def _name(row: Row) -> str:
    detail = row["engine"] or row["language"]
    if detail:
        return f"    {detail}"
    return f"{row['set']}, {row['unit']}"


def text(found: Sequence[Row]) -> str:
    """The long documents, then every set and unit, then engines and languages below their set."""
    long = [
        row
        for row in found
        if row["question"] == QUESTIONS["native"] and row["unit"] == "15 sentences"
    ]
    parts = [
        "Round-trip documents of 15 sentences: see the columns at 1 %\n"
        + table((Column("set", _name, left=True), *FIGURES), long)
    ]
    for question in QUESTIONS.values():
        chosen = [row for row in found if row["question"] == question and row["set"] != "all sets"]
        if chosen:
            parts.append(
                f"{question[0].upper()}{question[1:]}\n"
                + table((Column("set and unit", _name, left=True), *FIGURES), chosen)
            )
    return section(
        "Ranking of machine over human texts",
        "AUC of the style model alone and of the whole rating; TPR: machine texts found when 5 % or"
        " 1 % of\nthese human texts are flagged; paired: machine text above its own human twin;"
        " called: machine texts\nthat the shipped threshold calls machine, and human texts that it"
        " does. In brackets 95 % intervals\nfrom a bootstrap over twin groups.",
        *parts,
    )
