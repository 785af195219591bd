"""Counting where the signals fire: every corpus, human and machine."""

from __future__ import annotations

import re
import zlib
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from joblib import Parallel, delayed

from mtdetect.record import LABELS, Hits, Texts
from mtdetect.signals import catalogue
from mtdetect.text import Document
from mtdetect.training import corpora
from mtdetect.training.data import UNPAIRED, paired_blocks, unpaired_blocks
from mtdetect.training.documents import samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mtdetect.text import Span
    from mtdetect.training.corpora import Block
    from mtdetect.training.manifest import Manifest

WITH_PARAGRAPHS = (*UNPAIRED, "essays")
"""Native corpora that keep their typography and paragraphs, so that page damage can be counted."""

PAGE = 2000
"""Characters of a page, the unit of the counts by hand."""

CHUNK = 100


class Text(NamedTuple):
    """One text to count in."""

    label: str
    corpus: str
    trusted: bool
    text: str


def native_texts(manifest: Manifest) -> Iterator[Text]:
    """Whole native documents of the corpora whose typography and paragraphs can be trusted.

    Of the school essays the tenth that calibrates: each is one long paragraph.
    """
    for block in chain(unpaired_blocks(manifest), _student(manifest)):
        yield Text("native", block.corpus, True, "\n\n".join(block.human))


def paired_texts(manifest: Manifest) -> Iterator[Text]:
    """Stretches of sentences with one machine version each; paragraphs of three sentences."""
    paired = samples(paired_blocks(manifest), machines=1, paragraphs=False, salt="evidence")
    student = samples(_student(manifest), machines=1, paragraphs=True, salt="evidence")
    for sample in chain(paired, (s for s in student if s.label == "mt")):
        if sample.label == "mt":
            label = "round trip" if sample.source == "native" else "forward"
        else:
            label = "native" if sample.label == "native" else "human translation"
        series = re.sub(r"-?(?:wmt)?\d\d\Z", "", sample.corpus) or "wmt"
        yield Text(label, series, False, sample.text)


def _student(manifest: Manifest) -> Iterator[Block]:
    blocks = corpora.essays(manifest)
    return (b for b in blocks if zlib.adler32(b.group.encode()) % 10 == 0)


def places(text: Text, names: Iterable[str]) -> Iterator[tuple[str, Document, Span]]:
    """(signal, document, span) of every finding of the signals ``names``."""
    document = Document(text.text)
    for name in names:
        for found in catalogue()[name](document).evidence:
            yield name, document, found.span


def count(
    texts: Iterable[Text],
    names: Sequence[str],
    *,
    n_jobs: int = 2,
    progress: Callable[[str], None],
) -> tuple[Texts, ...]:
    """Measure the signals ``names`` on every text; a row for each label and corpus."""
    rows: dict[tuple[str, str], Texts] = {}
    done = 0
    with Parallel(n_jobs=n_jobs, return_as="generator") as parallel:
        for part in parallel(delayed(_count)(chunk, names) for chunk in _chunks(texts)):
            for found in part:
                row = rows.setdefault((found.label, found.corpus), found)
                if row is not found:
                    row.add(found)
            before, done = done, sum(row.documents for row in rows.values())
            if done // 5000 > before // 5000:
                progress(f"{done:,} texts")
    return tuple(
        sorted(rows.values(), key=lambda r: (LABELS.index(r.label), not r.trusted, r.corpus))
    )


def _chunks(texts: Iterable[Text]) -> Iterator[list[Text]]:
    chunk: list[Text] = []
    for text in texts:
        chunk.append(text)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _count(texts: Sequence[Text], names: Sequence[str]) -> list[Texts]:
    rows: dict[tuple[str, str], Texts] = {}
    for text in texts:
        document = Document(text.text)
        row = rows.setdefault((text.label, text.corpus), Texts(*text[:3]))
        row.documents += 1
        row.paragraphs += len(document.prose)
        row.pages += document.n_prose_characters / PAGE
        for name in names:
            if evidence := catalogue()[name](document).evidence:
                paragraphs = {document.paragraph_at(found.span.start) for found in evidence}
                pages = {found.span.start // PAGE for found in evidence}
                row.hits[name] = row.of(name) + Hits(1, len(paragraphs), len(pages), len(evidence))
    return list(rows.values())
