"""What a reader makes of a file: prose to score, and where each stretch of it stands there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from mtdetect.reading.sourcemap import SourceMap
    from mtdetect.text import Span


class Place(Protocol):
    """Where a stretch of prose stands in its file."""

    def brief(self) -> str:
        """In words for a reader: "line 12", "paragraph 4", "page 3", "row 12"."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Numbers for a program, under the names that ``docs/report.schema.json`` explains."""
        ...


class Carrier(Protocol):
    """What a source map's offsets refer to: the decoded file, the runs of a DOCX, PDF pages."""

    @property
    def text(self) -> str:
        """All characters that offsets count."""
        ...

    def place(self, span: Span) -> Place:
        """The place of ``text[span.start:span.end]`` in the file."""
        ...


@dataclass(frozen=True, slots=True)
class Mark:
    """A trace of a translation tool in a file's markup: provenance, apart from the prose score.

    Attributes:
        name: of the kind of mark, such as "translated_class".
        message: what it says, a plain sentence without a final stop.
        span: where it stands, in the carrier's offsets.
    """

    name: str
    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment of the markup: what may hold an instruction for this program.

    Attributes:
        text: between the comment's marks, as it stands there.
        span: of the whole comment, in the carrier's offsets.
        at: the offset in the prose before which it stands.
    """

    text: str
    span: Span
    at: int


@dataclass(frozen=True, slots=True)
class Source:
    """A text to score, and how it was come by.

    Attributes:
        name: of the file as given, or of a row in it.
        text: the prose; spans of a report refer to it.
        carrier: what the prose was taken from.
        map: from offsets in ``text`` to offsets in ``carrier``; None where they are the same.
        warnings: what was odd about reading it.
        format: "text", "markdown", "html", "docx", "pdf", "jsonl", "csv", "tsv" or "parquet".
        encoding: of the bytes, by Python's name; None where the format has its own.
        links: spans of ``text`` that were links or emphasis, in order, apart.
        quotes: spans of ``text`` that the markup calls quotations of others, in order, apart.
        marks: traces of translation tools in the markup.
        comments: comments of the markup, in order.
    """

    name: str
    text: str
    carrier: Carrier
    map: SourceMap | None = None
    warnings: tuple[str, ...] = ()
    format: str = "text"
    encoding: str | None = None
    links: tuple[Span, ...] = ()
    quotes: tuple[Span, ...] = ()
    marks: tuple[Mark, ...] = ()
    comments: tuple[Comment, ...] = field(default=(), repr=False)

    def place(self, span: Span) -> Place:
        """Where a stretch of ``text`` stands in the file."""
        return self.carrier.place(self.map.origin(span) if self.map else span)
