"""Idioms translated word for word: how many the lexicon finds, and what it costs on native text.

The labels say, for machine-translated film lines whose original holds an idiom, whether a reader of
the English alone would call it literal. The lexicon may be written with the open half at hand; the
closed half is for reported figures.
"""

from __future__ import annotations

import csv
import html
import io
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from mtdetect.signals.lexis import calque, literal_idiom
from mtdetect.text import Document
from mtdetect.training import corpora, data
from mtdetect.training.evaluation.tables import Column, Row, count, figure, section, table
from mtdetect.training.metrics import exact_interval, upper_bound

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from mtdetect.training.evaluation.run import Run
    from mtdetect.training.manifest import Manifest

LABELS = "idiom_labels.tsv"
"""Stands beside the texts of language models."""

FOLDER = "idiom-translation/metaphor-translation/data/opensubtitles_final"
LANGUAGES = {"fr": "French", "jp": "Japanese"}
ALL = "all"
PER = 100_000


class Label(NamedTuple):
    """What a reader called the line ``row`` of a system's output, and the half it belongs to."""

    system: str
    language: str
    row: int
    label: str
    half: str


def read_labels(path: Path) -> list[Label]:
    """The labels of a tab-separated file with "id", "label", "half"; "#" starts a comment."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = []
    for row in csv.DictReader((x for x in lines if not x.startswith("#")), delimiter="\t"):
        system, language, number = row["id"].split("/")
        found.append(Label(system, language, int(number), row["label"], row["half"]))
    return found


def hypotheses(manifest: Manifest, system: str, language: str) -> list[str]:
    """The machine translations of one system, in the order of its file."""
    path = f"{FOLDER}/{system}_translations/{language}/{language}_idioms.csv"
    text = manifest.bytes_of(path).decode("utf-8-sig")
    table_rows = csv.DictReader(io.StringIO(text, newline=""))
    return [html.unescape(row["hypothesis"]) for row in table_rows]


def rows(run: Run) -> dict[str, list[Row]]:
    """Recall on labelled lines ("labelled") and findings in native text ("native")."""
    labels = read_labels(run.language_models.with_name(LABELS))
    run.progress(f"looking for idioms in {len(labels):,} labelled lines")
    sources = sorted({(label.system, label.language) for label in labels})
    texts = {source: hypotheses(run.manifest, *source) for source in sources}
    found = {
        label: bool(
            literal_idiom(Document(texts[label.system, label.language][label.row])).evidence
        )
        for label in labels
    }
    run.progress("looking for idioms in native text")
    return {"labelled": list(_labelled(found)), "native": native(native_texts(run.manifest))}


def _labelled(found: Mapping[Label, bool]) -> Iterator[Row]:
    """A row for each label, half, system and language, after one for all systems together."""
    n: Counter[tuple[str, str, str, str]] = Counter()
    hits: Counter[tuple[str, str, str, str]] = Counter()
    for label, hit in found.items():
        for source in ((ALL, ALL), (label.system, LANGUAGES[label.language])):
            n[label.label, label.half, *source] += 1
            hits[label.label, label.half, *source] += hit
    for key in sorted(n, key=lambda k: (k[0] != "literal", k[:2], k[2] != ALL, k)):
        called, half, system, language = key
        yield {
            "label": called,
            "half": half,
            "system": system,
            "language": language,
            "n": n[key],
            "found": hits[key],
            "share": hits[key] / n[key],
            "share_interval": exact_interval(hits[key], n[key]),
        }


def native_texts(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """(corpus, text) of every native document that has no machine twin, and of school essays."""
    blocks = chain(
        data.unpaired_blocks(manifest), corpora.essays(manifest), data.evaluation_blocks(manifest)
    )
    for block in blocks:
        yield block.corpus, "\n\n".join(block.human)


def native(texts: Iterator[tuple[str, str]]) -> list[Row]:
    """Findings of the phrase lists in native text, by corpus, after a row for all of it."""
    words: Counter[str] = Counter()
    hits: Counter[tuple[str, str]] = Counter()
    for corpus, text in texts:
        document = Document(text)
        for name in (ALL, corpus):
            words[name] += len(document.words)
            for signal in (literal_idiom, calque):
                hits[name, signal.name] += len(signal(document).evidence)
    return [_native_row(corpus, words[corpus], hits) for corpus in sorted(words, key=_all_first)]


def _all_first(name: str) -> tuple[bool, str]:
    return name != ALL, name


def _native_row(corpus: str, words: int, hits: Mapping[tuple[str, str], int]) -> Row:
    idioms = hits[corpus, literal_idiom.name]
    return {
        "corpus": corpus,
        "words": words,
        "idioms": idioms,
        "idioms_rate": PER * idioms / words,
        "idioms_upper": PER * upper_bound(idioms, words),
        "calques": hits[corpus, calque.name],
        "calques_rate": PER * hits[corpus, calque.name] / words,
    }


LABELLED = (
    Column("label", lambda row: row["label"], left=True),
    Column("half", lambda row: row["half"], left=True),
    Column("system", lambda row: row["system"], left=True),
    Column("language", lambda row: row["language"], left=True),
    count("n"),
    count("found"),
    Column("share (95 %)", lambda row: figure(row, "share", 2)),
)
NATIVE = (
    Column("corpus", lambda row: row["corpus"], left=True),
    count("words"),
    count("idioms"),
    Column("per 100,000", lambda row: f"{row['idioms_rate']:.2f}"),
    Column("≤ 95 %", lambda row: f"{row['idioms_upper']:.2f}"),
    count("calques"),
    Column("per 100,000", lambda row: f"{row['calques_rate']:.2f}"),
)


def text(found: Mapping[str, Sequence[Row]]) -> str:
    """Two tables: what is found among labelled lines, and in native text."""
    return section(
        "Idioms translated word for word",
        "Film lines whose original holds an idiom, by what a reader of the English alone called"
        " them; found: the\nlexicon of idioms points at something. Then what it and the list of set"
        " phrases point at in native text,\nper 100,000 words; ≤ 95 %: one-sided upper bound.",
        table(LABELLED, found["labelled"]),
        table(NATIVE, found["native"]),
    )
