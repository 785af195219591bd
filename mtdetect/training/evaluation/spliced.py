"""The passage finder on spliced documents: which paragraphs it finds, where, and what it costs.

Every document is rated with style weights that saw neither its host nor its insertion. The chain's
settings were chosen on some folds; the others are what to believe. A threshold on the paragraphs'
probability is always set on the folds that are not judged with it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mtdetect.text import Document
from mtdetect.training.evaluation.tables import Column, Row, count, figure, section, share, table
from mtdetect.training.metrics import bootstrap, calibration_error, ranking, reliability_bins
from mtdetect.training.splices import splices

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from mtdetect.rating import Rater
    from mtdetect.report import Passage, Report
    from mtdetect.text import Span
    from mtdetect.training.evaluation.run import Run
    from mtdetect.training.splices import Kind, Splice

CHOOSING, OTHERS = (2, 3, 4), (0, 1)
"""Folds that the chain's settings were chosen on, and the others."""

FLAGGED = 0.05
"""Share of human paragraphs that a threshold on the probability may flag."""

NEAR = 1
"""A boundary is right when it lies within so many sentences."""

SOURCES = ("round trip", "forward")


class Paragraph(NamedTuple):
    """A prose paragraph: its probability, whether it was called machine, and what it is."""

    probability: float
    called: bool
    machine: bool
    inserted: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A document and what the rating said of it.

    Attributes:
        splice: the document.
        verdict: on the whole.
        paragraphs: prose paragraphs.
        edges: how many sentences the start and the end of the passage that covers most of the
            machine's insertion lie off; None where no passage touches it, or there is none.
    """

    splice: Splice
    verdict: str
    paragraphs: tuple[Paragraph, ...]
    edges: tuple[int, int] | None


def judge(splice: Splice, rater: Rater, fpr: float) -> Judged:
    """Rate one document and compare with what it was made of."""
    document = Document(splice.text)
    report = rater.rate(document, fpr=fpr, explain=False)
    placed = list(splice.placed())
    starts = [span.start for span, _ in placed]
    paragraphs = []
    for rating in report.paragraphs:
        if rating.probability is not None:
            part = placed[bisect_left(starts, rating.span.start + 1) - 1][1]
            called = rating.verdict == "machine"
            paragraphs.append(Paragraph(rating.probability, called, part.machine, part.inserted))
    inserted = [span for span, part in placed if part.inserted and part.machine]
    edges = _edges(document, report, inserted[0]) if inserted else None
    return Judged(splice, report.verdict, tuple(paragraphs), edges)


def _edges(document: Document, report: Report, inserted: Span) -> tuple[int, int] | None:
    def shared(passage: Passage) -> int:
        start, end = passage.span
        return min(end, inserted.end) - max(start, inserted.start)

    best = max(report.passages, key=shared, default=None)
    if best is None or shared(best) <= 0:
        return None
    starts = [sentence.start for sentence in document.prose_sentences]
    found, wanted = ([bisect_left(starts, edge) for edge in s] for s in (best.span, inserted))
    return abs(found[0] - wanted[0]), abs(found[1] - wanted[1])


def rows(run: Run) -> list[Row]:
    """Figures by folds, kind of document and source of the machine text."""
    documents = list(splices(run.manifest))
    run.progress(f"rating {len(documents):,} spliced and unspliced documents")
    judged = [judge(splice, run.raters[splice.fold], run.fpr) for splice in documents]
    run.progress("drawing them anew for the intervals")
    found: list[Row] = []
    for folds, others in ((OTHERS, CHOOSING), (CHOOSING, OTHERS)):
        here, there = (_in_folds(judged, chosen) for chosen in (folds, others))
        name = f"folds {folds[0]}–{folds[-1]}"
        if here and there:
            found += _rows_of(name, here, _threshold(_of_kind(there, "machine in human")))
    return found


def _in_folds(judged: Iterable[Judged], folds: Sequence[int]) -> list[Judged]:
    return [item for item in judged if item.splice.fold in folds]


def _of_kind(judged: Iterable[Judged], kind: Kind) -> list[Judged]:
    return [item for item in judged if item.splice.kind == kind]


def _rows_of(name: str, judged: Sequence[Judged], threshold: float) -> list[Row]:
    found: list[Row] = []
    kinds: tuple[Kind, ...] = ("machine in human", "human in machine")
    for kind, source in product(kinds, ("", *SOURCES)):
        chosen = [j for j in _of_kind(judged, kind) if source in {"", j.splice.source}]
        if chosen:
            row = {"table": "found", "folds": name, "kind": kind, "source": source}
            found.append({**row, **finding(chosen, threshold)})
    groups: dict[str, list[Judged]] = defaultdict(list)
    for item in judged:
        if item.splice.kind in {"human", "human twin", "human in human", "machine"}:
            groups[item.splice.kind].append(item)
        if item.splice.kind == "human":
            groups[f"human: {item.splice.host}"].append(item)
    for group, chosen in sorted(groups.items()):
        row = {"table": "flagged", "folds": name, "kind": group}
        found.append({**row, **flagging(chosen, threshold)})
    whole = [j for j in judged if len(j.splice.parts) == 1]
    found.append({"table": "reliability", "folds": name, **reliability(whole)})
    return found


class Paragraphs(NamedTuple):
    """Paragraphs of many documents as columns, (n,) each."""

    probability: NDArray[np.float64]
    called: NDArray[np.bool_]
    machine: NDArray[np.bool_]
    inserted: NDArray[np.bool_]
    document: NDArray[np.int64]

    @classmethod
    def of(cls, judged: Sequence[Judged]) -> Paragraphs:
        """All paragraphs, with the number of their document."""
        found = [p for j in judged for p in j.paragraphs]
        return cls(
            np.array([p.probability for p in found]),
            np.array([p.called for p in found]),
            np.array([p.machine for p in found]),
            np.array([p.inserted for p in found]),
            np.repeat(np.arange(len(judged)), [len(j.paragraphs) for j in judged]),
        )


def _threshold(judged: Sequence[Judged]) -> float:
    """The probability that a share ``FLAGGED`` of these documents' human paragraphs exceed."""
    found = Paragraphs.of(judged)
    return float(np.quantile(found.probability[~found.machine], 1 - FLAGGED))


def f1(
    flagged: NDArray[np.bool_], machine: NDArray[np.bool_], weights: NDArray[np.float64]
) -> tuple[float, float, float, float]:
    """F1, precision and recall of the flagged paragraphs, and the share of human ones flagged."""
    hits, claims = float(weights @ (flagged & machine)), float(weights @ flagged)
    machines, humans = float(weights @ machine), float(weights @ ~machine)
    return (
        2 * hits / max(claims + machines, 1),
        hits / max(claims, 1),
        hits / max(machines, 1),
        (claims - hits) / max(humans, 1),
    )


def finding(judged: Sequence[Judged], threshold: float) -> Row:
    """What is found in spliced documents; intervals by drawing documents.

    Three ways to flag: ``roc`` at the probability that the share ``FLAGGED`` of these very human
    paragraphs exceed, ``set`` at the threshold given, ``verdict`` as the report calls them.
    """
    found = Paragraphs.of(judged)
    human = ~found.machine
    names = [str(i) for i in found.document]
    ranks = ranking(found.probability, found.machine, names)
    order = np.argsort(-found.probability)

    def at_share(weights: NDArray[np.float64]) -> NDArray[np.bool_]:
        """The paragraphs above which the share of human ones lies."""
        above = np.cumsum((weights * human)[order])
        flagged = np.zeros(len(order), dtype=bool)
        flagged[order[above <= FLAGGED * above[-1]]] = True
        return flagged

    def figures(weights: NDArray[np.float64]) -> tuple[float, ...]:
        ways = at_share(weights), found.probability > threshold, found.called
        return tuple(value for way in ways for value in f1(way, found.machine, weights))

    values = figures(np.ones(len(names)))
    intervals = bootstrap(names, figures)
    keys = [
        f"{way}_{what}"
        for way in ("roc", "set", "verdict")
        for what in ("f1", "precision", "recall", "human")
    ]
    row: dict[str, Any] = {
        "documents": len(judged),
        "paragraphs": len(names),
        "machine_share": float(found.machine.mean()),
        "auc": ranks.auc,
        "auc_interval": ranks.auc_interval,
        "threshold": threshold,
        **dict(zip(keys, values, strict=True)),
        **{f"{key}_interval": i for key, i in zip(keys, intervals, strict=True)},
        **boundaries([j for j in judged if j.splice.kind == "machine in human"]),
    }
    for verdict in ("machine", "mixed"):
        row[verdict] = sum(j.verdict == verdict for j in judged) / len(judged)
    return row


def boundaries(judged: Sequence[Judged]) -> Row:
    """In how many documents a passage touches the insertion, and how many of these are right."""
    near = np.array([[e <= NEAR for e in j.edges] for j in judged if j.edges], dtype=bool)
    touched = len(near)
    near = near.reshape(-1, 2)
    return {
        "touched": touched / len(judged) if judged else None,
        "start": float(near[:, 0].mean()) if touched else None,
        "end": float(near[:, 1].mean()) if touched else None,
        "both": float(near.all(axis=1).mean()) if touched else None,
    }


def flagging(judged: Sequence[Judged], threshold: float) -> Row:
    """How much of whole documents, or of those with a human insertion, is flagged."""
    found = Paragraphs.of(judged)
    above = found.probability > threshold

    def figures(weights: NDArray[np.float64]) -> tuple[float, float]:
        return float(np.average(above, weights=weights)), float(
            np.average(found.called, weights=weights)
        )

    names = [str(i) for i in found.document]
    values, intervals = figures(np.ones(len(names))), bootstrap(names, figures)
    inserted = found.inserted
    return {
        "documents": len(judged),
        "paragraphs": len(names),
        "above": values[0],
        "above_interval": intervals[0],
        "called": values[1],
        "called_interval": intervals[1],
        "inserted_above": float(above[inserted].mean()) if inserted.any() else None,
        "inserted_called": float(found.called[inserted].mean()) if inserted.any() else None,
        "machine": sum(j.verdict == "machine" for j in judged) / len(judged),
        "mixed": sum(j.verdict == "mixed" for j in judged) / len(judged),
    }


def reliability(judged: Sequence[Judged]) -> Row:
    """AUC and calibration error of the paragraphs of unspliced documents, at even prior odds."""
    found = Paragraphs.of(judged)
    names = [str(i) for i in found.document]
    y = found.machine
    ranks = ranking(found.probability, y, names)

    def error(weights: NDArray[np.float64]) -> tuple[float, ...]:
        sides = (float(weights @ side) for side in (y, ~y))
        even = weights * np.where(y, *(1 / max(side, 1) for side in sides))
        return (calibration_error(reliability_bins(found.probability, y, even)),)

    return {
        "documents": len(judged),
        "paragraphs": len(names),
        "auc": ranks.auc,
        "auc_interval": ranks.auc_interval,
        "ece": error(np.ones(len(names)))[0],
        "ece_interval": bootstrap(names, error)[0],
    }


def _percent(name: str) -> Column:
    return Column(name, lambda row: share(row[name], 0))


FOUND = (
    Column("", lambda row: f"{row['kind']}, {row['source'] or 'all'}", left=True),
    count("documents"),
    Column("machine", lambda row: share(row["machine_share"], 0)),
    Column("AUC", lambda row: figure(row, "auc")),
    Column("F1 at 5 %", lambda row: figure(row, "roc_f1")),
    Column("recall", lambda row: share(row["roc_recall"], 0)),
    Column("F1, set", lambda row: figure(row, "set_f1")),
    Column("human", lambda row: share(row["set_human"], 1)),
    Column("F1, verdict", lambda row: figure(row, "verdict_f1")),
    Column("human", lambda row: share(row["verdict_human"], 1)),
    _percent("touched"),
    _percent("start"),
    _percent("end"),
    _percent("both"),
)

WHOLE = (
    Column("", lambda row: row["kind"], left=True),
    count("documents"),
    count("paragraphs"),
    Column("flagged, set", lambda row: figure(row, "above")),
    Column("of inserted", lambda row: share(row["inserted_above"], 1)),
    Column("called", lambda row: figure(row, "called")),
    Column("of inserted", lambda row: share(row["inserted_called"], 1)),
    Column("document machine", lambda row: share(row["machine"], 1)),
    Column("mixed", lambda row: share(row["mixed"], 1)),
)

RELIABILITY = (
    Column("", lambda row: row["folds"], left=True),
    count("paragraphs"),
    Column("AUC", lambda row: figure(row, "auc")),
    Column("ECE", lambda row: figure(row, "ece")),
)


def text(found: Sequence[Row]) -> str:
    """What is found, what whole documents cost, whether the paragraphs' probabilities hold."""
    parts = []
    for kind, columns in (("found", FOUND), ("flagged", WHOLE)):
        lines: list[Row | str] = []
        for row in found:
            if row["table"] == kind:
                if row["folds"] not in lines:
                    lines.append(row["folds"])
                lines.append(row)
        parts.append(table(columns, lines))
    parts.append(table(RELIABILITY, [row for row in found if row["table"] == "reliability"]))
    return section(
        "Spliced documents",
        "Three paragraphs of 8 sentences and more put into a document of the other origin, out of"
        f" fold. The chain was chosen\non folds {CHOOSING[0]}–{CHOOSING[-1]}. At 5 %: at the"
        " probability that 5 % of these human paragraphs exceed; set: at that of the other\nfolds;"
        " verdict: as reports call paragraphs. touched: a passage overlaps the insertion; start,"
        " end, both: of these, within\none sentence. human twin: what the machine documents were"
        " made from; human in human: the insertion's human twin\nin the same articles. Intervals:"
        " 95 %, bootstrap over documents.",
        *parts,
    )
