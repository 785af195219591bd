"""Translations in which professional translators marked the errors (WMT quality estimation)."""

from __future__ import annotations

import io
import re
import tarfile
from collections import defaultdict
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from mtdetect import style
from mtdetect.phrases import Tokens
from mtdetect.text.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mtdetect.training.manifest import Manifest

FOLDER = "wmt-qe-2022-data/train-dev_data/task1_word-level/train/zh-en_mqm"

SetName = Literal["2020", "2021-ted", "2021-news"]

SEEN_WITHOUT_SOURCE = ("Style/Awkward", "Fluency/Grammar", "Terminology")
"""How the categories begin that a reader can see without the source text."""

HUMAN = ("Human-", "ref")
"""How the names of human translators begin; their texts are not machine translations."""

_TAG = re.compile(r"</?v>")


class MarkedText(NamedTuple):
    """One system's translation of a document.

    Attributes:
        document: name of the source document; all systems' translations share it.
        system: who translated.
        tokens: of the text; a sentence is a segment of the source.
        marked: (n_tokens,) share of the annotators who marked an error that can be seen without
            the source.
        major: (n_tokens,) share of those who found such an error severe.
        any_error: (n_tokens,) share of those who marked any error.
    """

    document: str
    system: str
    tokens: Tokens
    marked: NDArray[np.float64]
    major: NDArray[np.float64]
    any_error: NDArray[np.float64]

    @property
    def human(self) -> bool:
        """Whether a person translated it."""
        return self.system.startswith(HUMAN)


class _Mark(NamedTuple):
    """A row of the table: a segment's text with, usually, one error in it."""

    text: str
    spans: list[tuple[int, int]]
    category: str
    severity: str
    annotator: str


def read(manifest: Manifest, name: SetName) -> list[MarkedText]:
    """The marked texts of one set, documents and systems in sorted order."""
    content = manifest.bytes_of(f"{FOLDER}/zh-en-train-{name}.tar.gz")
    texts: dict[tuple[str, str], dict[int, list[_Mark]]] = defaultdict(lambda: defaultdict(list))
    for row in _rows(content):
        text, spans = _unmarked(row["target"])
        mark = _Mark(text, spans, row["category"], row["severity"], row["rater"])
        texts[row["doc"], row["system"]][int(row["seg_id"])].append(mark)
    return [
        _marked_text(document, system, [segments[number] for number in sorted(segments)])
        for (document, system), segments in sorted(texts.items())
    ]


def _rows(content: bytes) -> Iterator[dict[str, str]]:
    """The rows of the one table in the archive."""
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            file = archive.extractfile(member)
            # Files named "._…" hold what one file system keeps beside a file.
            if file and member.name.endswith(".tsv") and "/._" not in member.name:
                names, *rows = (line.split("\t") for line in file.read().decode().split("\n"))
                yield from (
                    dict(zip(names, row, strict=True)) for row in rows if len(row) == len(names)
                )


def _unmarked(target: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its tags, and what they enclose."""
    spans = []
    start = removed = 0
    for tag in _TAG.finditer(target):
        place = tag.start() - removed
        removed += len(tag.group())
        if tag.group() == "<v>":
            start = place
        else:
            spans.append((start, place))
    return _TAG.sub("", target), spans


def _spans_in(text: str, mark: _Mark) -> Iterator[tuple[int, int]]:
    """Where the marked words stand in ``text``, without blanks at their edges.

    Some rows repeat the segment, so that their places are not the text's: there the words are
    looked for, and left out unless they occur just once.
    """
    for start, end in mark.spans:
        words = mark.text[start:end].strip()
        if not words:
            continue
        if mark.text == text:
            first = mark.text.index(words, start)
        elif text.count(words) == 1:
            first = text.index(words)
        else:
            continue
        yield first, first + len(words)


def _marked_text(document: str, system: str, segments: list[list[_Mark]]) -> MarkedText:
    texts: list[str] = []
    capital: list[bool] = []
    sizes = []
    shares = []
    for marks in segments:
        # Some rows repeat the segment; the shortest does not.
        text = min((mark.text for mark in marks), key=len)
        found = list(style.TOKEN.finditer(normalise(text)))
        texts += [match.group() for match in found]
        capital += [text[match.start()].isupper() for match in found]
        sizes.append(len(found))
        shares.append(_shares(text, marks, found))
    sentence = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    tokens = Tokens.of(texts, capital, sentence)
    marked, major, any_error = np.concatenate(shares, axis=1)
    return MarkedText(document, system, tokens, marked, major, any_error)


def _shares(text: str, marks: list[_Mark], tokens: list[re.Match[str]]) -> NDArray[np.float64]:
    """(3, n_tokens) share of the annotators who marked each token, as ``MarkedText`` has them."""
    annotators = sorted({mark.annotator for mark in marks})
    hit = np.zeros((3, len(annotators), len(tokens)), dtype=bool)
    starts = np.array([token.start() for token in tokens], dtype=int)
    ends = np.array([token.end() for token in tokens], dtype=int)
    for mark in marks:
        if mark.category.lower() == "no-error":
            continue
        seen = mark.category.startswith(SEEN_WITHOUT_SOURCE)
        row = annotators.index(mark.annotator)
        for start, end in _spans_in(text, mark):
            inside = (starts < end) & (ends > start)
            hit[0, row] |= inside & seen
            hit[1, row] |= inside & seen & (mark.severity == "Major")
            hit[2, row] |= inside
    shares: NDArray[np.float64] = hit.mean(axis=1)
    return shares
