"""The record of the signals: where each one fired when it was measured on the corpora.

Ships beside the model, as NAME.evidence.json, so that ``mtdetect explain`` and the docs can show
what a weight rests on without the corpora.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from mtdetect.model import ModelError, default_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


LABELS = ("native", "human translation", "round trip", "forward")


class Hits(NamedTuple):
    """How often a signal fired in some texts.

    Documents, paragraphs and stretches of 2,000 characters with a finding, and single findings.
    """

    documents: int = 0
    paragraphs: int = 0
    pages: int = 0
    findings: int = 0

    def __add__(self, other: tuple[int, ...]) -> Hits:  # type: ignore[override]
        """Counts summed one by one."""
        return Hits(*(a + b for a, b in zip(self, other, strict=True)))


@dataclass(slots=True)
class Texts:
    """The texts of one label in one corpus, and what fired in them.

    Attributes:
        label: one of ``LABELS``; the last two are machine translations of text that was written
            in English, and of text that was not.
        corpus: e.g. "bbc"; the years of a series are one corpus.
        trusted: whether the corpus keeps its paragraphs and typography, so that page damage can be
            counted in it.
        documents, paragraphs: how many; paragraphs of prose only.
        pages: prose in units of 2,000 characters.
        hits: by signal; signals that never fired are left out.
    """

    label: str
    corpus: str
    trusted: bool
    documents: int = 0
    paragraphs: int = 0
    pages: float = 0.0
    hits: dict[str, Hits] = field(default_factory=dict)

    def of(self, signal: str) -> Hits:
        """What ``signal`` found here."""
        return self.hits.get(signal, Hits())

    def add(self, more: Texts) -> None:
        """Count in what was found in further texts."""
        self.documents += more.documents
        self.paragraphs += more.paragraphs
        self.pages += more.pages
        for name, hits in more.hits.items():
            self.hits[name] = self.of(name) + hits

    def per_10_000(self, signal: str) -> float:
        """Paragraphs of 10,000 in which ``signal`` fires."""
        return 1e4 * self.of(signal).paragraphs / max(1, self.paragraphs)


@dataclass(frozen=True, slots=True)
class HandCount:
    """On how many of the pages read by hand a reader noticed the kind of damage.

    Of ``PAGES_BY_HAND`` each; ``recall`` is the share of those pages on which the rule is expected
    to find it.
    """

    machine: float
    edited: float
    amateur: float
    recall: float
    kind: str


class PagesByHand(NamedTuple):
    """How many pages were read by hand."""

    machine: int
    edited: int
    amateur: int


PAGES_BY_HAND = PagesByHand(84, 87, 73)
"""Machine-translated pages, edited native ones, and ones by amateurs, learners and translators."""


@dataclass(frozen=True, slots=True)
class Record:
    """What was counted: in the corpora, row by row, and on pages read by hand, by signal."""

    texts: tuple[Texts, ...]
    by_hand: dict[str, HandCount]

    def trusted(self) -> list[Texts]:
        """The native corpora in which page damage can be counted."""
        return [row for row in self.texts if row.trusted]

    def pooled(self) -> list[Texts]:
        """One row for the trusted corpora together, and one for each label of the other texts."""
        groups: dict[tuple[str, bool], list[Texts]] = {}
        for row in self.texts:
            groups.setdefault((row.label, row.trusted), []).append(row)
        return [total(rows) for rows in groups.values()]

    def native(self) -> Texts:
        """The trusted corpora together: every paragraph counts once."""
        return total(self.trusted())

    def labelled(self, *labels: str) -> Texts:
        """All texts of these labels but those of the trusted corpora."""
        return total([row for row in self.texts if row.label in labels and not row.trusted])


def total(rows: Sequence[Texts]) -> Texts:
    """Several rows as one, with the label of the first."""
    label, trusted = (rows[0].label, rows[0].trusted) if rows else ("native", True)
    result = Texts(label, "all", trusted)
    for row in rows:
        result.add(row)
    return result


def beside(model: Path) -> Path:
    """Where the record that belongs to the model at ``model`` lies."""
    return model.with_suffix(".evidence.json")


def shipped() -> Record:
    """The record beside the shipped model."""
    return load(beside(default_path()))


def load(path: Path) -> Record:
    """Read a record.

    Raises:
        ModelError: the file is missing or holds something else.
    """
    try:
        stated = json.loads(path.read_text(encoding="utf-8"))
        texts = tuple(
            Texts(**{**row, "hits": {name: Hits(*n) for name, n in row["hits"].items()}})
            for row in stated["texts"]
        )
        by_hand = {name: HandCount(**row) for name, row in stated["by_hand"].items()}
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path}: not a record of signals ({error})") from error
    return Record(texts, by_hand)


def save(path: Path, record: Record) -> None:
    """Write a record, a line a corpus and a line a signal, so that a person can diff it."""
    texts = [
        {
            "label": row.label,
            "corpus": row.corpus,
            "trusted": row.trusted,
            "documents": row.documents,
            "paragraphs": row.paragraphs,
            "pages": round(row.pages, 2),
            "hits": {name: list(row.hits[name]) for name in sorted(row.hits)},
        }
        for row in record.texts
    ]
    by_hand = [
        f"{json.dumps(name)}: {json.dumps({k: getattr(row, k) for k in HandCount.__slots__})}"
        for name, row in record.by_hand.items()
    ]
    path.write_text(
        '{"texts": [\n'
        + _lines(json.dumps(row) for row in texts)
        + '\n],\n"by_hand": {\n'
        + _lines(by_hand)
        + "\n}}\n",
        encoding="utf-8",
    )


def _lines(items: Iterable[str]) -> str:
    return ",\n".join(f" {item}" for item in items)
