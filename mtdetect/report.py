"""The report: plain frozen data, and what programs may rely on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from mtdetect.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

Verdict = Literal["machine", "mixed", "human", "insufficient"]


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a field holds
    """The value with lists in place of tuples, as JSON has them."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


@dataclass(frozen=True, slots=True)
class ParagraphRating:
    """A paragraph: where it is, what it is, and how machine-translated it looks.

    ``log_odds`` is the sum of the contributions inside ``span``. ``probability`` is smoothed along
    the document; None for furniture and where the document is insufficient. ``verdict`` is
    "machine", "human" or, for furniture and insufficient documents, "insufficient".
    """

    span: Span
    kind: Literal["prose", "furniture"]
    log_odds: float
    probability: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class SentenceRating:
    """A sentence of prose: ``log_odds`` are its own, ``probability`` is smoothed along the text."""

    span: Span
    log_odds: float
    probability: float | None


@dataclass(frozen=True, slots=True)
class Passage:
    """A contiguous suspect stretch of sentences.

    ``probability`` that it is machine-translated, the mean over its sentences; ``log_odds`` of the
    passage rated as a text of its own, plus half the distance of its sentences' mean log-odds from
    the other sentences'; ``flagged`` when they exceed the threshold for passages of its length, in
    ``words``.
    """

    span: Span
    words: int
    probability: float
    log_odds: float
    flagged: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a signal found something: ``weight`` in log-odds, positive for machine."""

    signal: str
    message: str
    span: Span
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Contribution:
    """One signed share of the document's log-odds.

    ``signal`` is "style" for a word or word group, a signal's name for its evidence, or "prior" or
    "length", which have no span.
    """

    span: Span | None
    weight: float
    signal: str


@dataclass(frozen=True, slots=True)
class ModelId:
    """Which model spoke."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is known about one text; spans are code points of that text.

    Attributes:
        verdict: "machine": the log-odds exceed the threshold; "mixed": they do not, and at least
            one passage exceeds its own; "human": neither; "insufficient": see ``reason``.
        reason: why insufficient; None otherwise.
        log_odds: pooled evidence in nats, unclipped: the sum of all contributions. None only for a
            text without a word.
        probability: of machine translation at even prior odds, calibrated; None when insufficient.
        threshold: the log-odds above which ``fpr`` of human texts of this length lie.
        fpr: the operating point, the share of human texts that may be flagged.
        words: words of prose.
        origin: probabilities of "native", "human_translated" and "machine_translated", summing to
            1; None when insufficient.
        paragraphs: all of them, prose and furniture, in text order.
        sentences: sentences of prose, in text order.
        passages: suspect stretches, in text order.
        findings: what the signals found, in text order; empty with ``explain=False``.
        contributions: every signed contribution in text order, then "prior", "length" and, where
            one was asked for, "second_opinion"; empty with ``explain=False``. They are made when
            first read: until then the report keeps the text in lower case, to find its tokens
            again.
        model: name, version and digest of the model.
    """

    verdict: Verdict
    reason: str | None
    log_odds: float | None
    probability: float | None
    threshold: float | None
    fpr: float
    words: int
    origin: dict[str, float] | None
    paragraphs: tuple[ParagraphRating, ...]
    sentences: tuple[SentenceRating, ...]
    passages: tuple[Passage, ...]
    findings: tuple[Finding, ...]
    contributions: tuple[Contribution, ...]
    model: ModelId

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the long fields as columns: a report goes from process to process.

        Few of those who receive reports read every row, so the rows are made again when read.
        """
        values = {
            item.name: getattr(self, item.name) for item in fields(self) if item.name not in _ROWS
        }
        for name in _ROWS:
            stored = vars(Report)[name].slot.__get__(self)
            values[name] = (
                partial(_made, name, _columns(stored)) if isinstance(stored, tuple) else stored
            )
        return _unpickled, (values,)

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, numbers and strings; a span becomes ``[start, end]``."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    def to_json(self, *, indent: int | None = None) -> str:
        """``to_dict`` as JSON text; non-ASCII characters are kept as they are."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent, allow_nan=False)


class _MadeWhenRead:
    """The slot of a field that may hold a function of the report in place of its value.

    The function is called when the field is first read, and its result kept. Threads that read at
    the same moment may each call it; what they get is equal.
    """

    def __init__(self, slot: Any) -> None:  # noqa: ANN401 - a slot has no type of its own
        self.slot = slot

    def __get__(self, report: Report | None, kind: type | None = None) -> Any:  # noqa: ANN401 - any
        if report is None:
            return self
        value = self.slot.__get__(report)
        if callable(value):
            value = value(report)
            self.slot.__set__(report, value)
        return value

    def __set__(self, report: Report, value: object) -> None:
        self.slot.__set__(report, value)


_ROWS: dict[str, type[Any]] = {
    "paragraphs": ParagraphRating,
    "sentences": SentenceRating,
    "contributions": Contribution,
}
"""The fields that hold many rows, each with its span first."""

for _name in _ROWS:
    setattr(Report, _name, _MadeWhenRead(vars(Report)[_name]))


def _columns(rows: Sequence[Any]) -> list[list[Any]]:
    """Starts, ends and the other fields of rows of one kind; a span of None is from -1 to -1."""
    if not rows:
        return []
    spans = [row.span or (-1, -1) for row in rows]
    starts, ends = map(list, zip(*spans, strict=True))
    others = ([getattr(row, name) for row in rows] for name in rows[0].__slots__[1:])
    return [starts, ends, *others]


def _made(name: str, columns: list[list[Any]], report: Report) -> tuple[Any, ...]:  # noqa: ARG001
    """The rows of a field that ``_columns`` took apart."""
    kind = _ROWS[name]
    return tuple(
        kind(Span(start, end) if start >= 0 else None, *others)
        for start, end, *others in zip(*columns, strict=True)
    )


def _unpickled(values: dict[str, Any]) -> Report:
    return Report(**values)
