"""Fingerprints: what names a finding, a passage or a text from one run to the next.

They are made of the words alone, so they hold when lines move, paragraphs are added before, lines
are wrapped anew, or quotation marks change their shape. Two that would be alike within one text
are told apart by a number at the end, as in "5d41402abc4b2a76b9719d911017c592:2".
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, Protocol

from mtdetect.text.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mtdetect.reading import Source
    from mtdetect.result import Scored
    from mtdetect.text import Span

NAME: Final = "mtdetect/v1"
"""What this way of making them is called; another way would be another name."""

_BYTES: Final = 16


class _Placed(Protocol):
    @property
    def span(self) -> Span: ...


def fingerprints(scored: Scored) -> tuple[str, ...]:
    """One for each of ``scored.report.findings``, in their order.

    It is made of the signal, the words found, and the sentences in which they begin and end (or
    paragraphs, where these are no prose).
    """
    report, text = scored.report, scored.source.text
    digests: dict[Span, str] = {}

    def around(offset: int) -> str:
        span = _at(report.sentences, offset) or _at(report.paragraphs, offset)
        if span is None:
            return ""
        if span not in digests:  # a sentence may hold very many findings
            digests[span] = _digest(_plain(span.of(text)))
        return digests[span]

    return _numbered(
        _digest(
            finding.signal,
            _plain(finding.text),
            around(finding.span.start),
            around(max(finding.span.start, finding.span.end - 1)),
        )
        for finding in report.findings
    )


def passage_fingerprints(scored: Scored) -> tuple[str, ...]:
    """One for each of ``scored.report.passages``, in their order, made of all its words."""
    text = scored.source.text
    passages = scored.report.passages
    return _numbered(_digest("passage", _plain(passage.span.of(text))) for passage in passages)


def mark_fingerprints(source: Source) -> tuple[str, ...]:
    """One for each of ``source.marks``, in their order."""
    return _numbered(_digest("provenance", mark.name, mark.message) for mark in source.marks)


def document_fingerprint(scored: Scored) -> str:
    """That of the whole text, made of all its words: a text that was edited is another text."""
    return _digest("document", _plain(scored.source.text)) + ":1"


def _at(parts: Sequence[_Placed], offset: int) -> Span | None:
    """Which of ``parts``, in order and apart, holds a character; None where none does."""
    index = bisect_right(parts, offset, key=lambda part: part.span.start) - 1
    if index < 0 or offset >= parts[index].span.end:
        return None
    return parts[index].span


def _plain(text: str) -> str:
    """Lower case, straight quotation marks, composed letters, single spaces."""
    return " ".join(normalise(unicodedata.normalize("NFC", text)).split())


def _digest(*parts: str) -> str:
    content = "\0".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(content, digest_size=_BYTES).hexdigest()


def _numbered(digests: Iterable[str]) -> tuple[str, ...]:
    """Each digest with how often it has occurred so far."""
    seen: Counter[str] = Counter()
    numbered = []
    for digest in digests:
        seen[digest] += 1
        numbered.append(f"{digest}:{seen[digest]}")
    return tuple(numbered)
