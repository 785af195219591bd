"""DOCX: the paragraphs of the body, then footnotes and endnotes, as one reads them on the page.

Tracked insertions are read and tracked deletions are not, as if all were accepted. Not prose:
headers and footers, comments, field codes, hidden text, tables of contents, and what stands in a
table without being a sentence. The paragraphs of a text box follow the one that holds it.
"""

from __future__ import annotations

import posixpath
import re
from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mtdetect.files import UnreadableError
from mtdetect.reading.docx_body import (
    CONTENTS,
    EMPHASIS,
    IN_TABLE,
    JOINED,
    LINK,
    QUOTE,
    BodyReader,
    style_names,
)
from mtdetect.reading.opc import Package
from mtdetect.reading.source import Source
from mtdetect.reading.sourcemap import Prose
from mtdetect.text import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

# White space; soft hyphens and private symbols, which are no text; words with single spaces.
_TOKEN: Final = re.compile(
    r"(\s+)|([\u00ad\ue000-\uf8ff]+)|"
    r"[^\s\u00ad\ue000-\uf8ff]+(?: [^\s\u00ad\ue000-\uf8ff]+)*"
)
_LINE_BREAK: Final = re.compile(r"\v")
_LAYOUT: Final = re.compile(r"[\t\n\r\x85\u2028\u2029]")
_WORD_IN_CELL: Final = re.compile(r"[^\W\d_]{2,}")
_WORDS_ALONE, _WORDS_STOPPED = 12, 5
_STOPPED: Final = re.compile(r"[.!?…][\"'”’»)\]]*\s*\Z")


class DocxPlace(NamedTuple):
    """A stretch of a DOCX file; the end is exclusive and lies in the last character's run.

    Attributes:
        part: of the package, such as "word/document.xml".
        paragraph: the number of the ``w:p`` among all of the part in document order, from 1; empty
            ones count.
        run: the number of the ``w:r`` among those of the paragraph, from 1; those of a paragraph
            in a text box inside it do not count.
        offset: code points in the run's text, from 0. That text is what its ``w:t`` hold, with one
            character for each tab, break, symbol, and hyphen that is an element.
        end_part: where it ends, likewise.
        end_paragraph: likewise.
        end_run: likewise.
        end_offset: likewise.
    """

    part: str
    paragraph: int
    run: int
    offset: int
    end_part: str
    end_paragraph: int
    end_run: int
    end_offset: int

    def brief(self) -> str:
        """As in "paragraph 14"; in notes "footnotes, paragraph 3"."""
        kind = posixpath.basename(self.part).removesuffix(".xml")
        lead = f"{kind}, " if kind in {"footnotes", "endnotes"} else ""
        return f"{lead}paragraph {self.paragraph}"

    def to_dict(self) -> dict[str, Any]:
        """The fields by name."""
        return self._asdict()


class DocxCarrier:
    """The text of all runs, one after the other; that of a text box follows its paragraph's."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._length = 0
        self._parts: list[str] = []
        self.starts = array("q")
        """Offsets at which stretches start, each within one run."""
        self._places = tuple(array("q") for _ in range(4))

    @property
    def text(self) -> str:
        """All characters that offsets count."""
        if len(self._texts) != 1:
            self._texts = ["".join(self._texts)]
        return self._texts[0]

    def add(self, part: str, paragraph: int, run: int, offset: int, text: str) -> None:
        """Append a stretch of a run's text."""
        if not self._parts or self._parts[-1] != part:
            self._parts.append(part)
        self.starts.append(self._length)
        place = (len(self._parts) - 1, paragraph, run, offset)
        for column, value in zip(self._places, place, strict=True):
            column.append(value)
        self._texts.append(text)
        self._length += len(text)

    def place(self, span: Span) -> DocxPlace:
        """Where ``text[span.start:span.end]`` stands in the file."""
        start, end = span
        last = end - 1 if end > start else min(start, self._length - 1)
        return DocxPlace(*self._point(min(start, last), start), *self._point(last, end))

    def _point(self, character: int, offset: int) -> tuple[str, int, int, int]:
        """An offset as counted in the run that holds a character."""
        if not self.starts:
            return "word/document.xml", 1, 1, 0
        index = bisect_right(self.starts, max(0, character)) - 1
        part, paragraph, run, base = (column[index] for column in self._places)
        return self._parts[part], paragraph, run, base + offset - self.starts[index]


def read(name: str, data: bytes) -> Source:
    """The prose of a DOCX file.

    Raises:
        UnreadableError: it is no DOCX file, or it is damaged, encrypted or too large.
    """
    package = Package(name, data)
    main = _main_part(package)
    related = package.related(main)
    carrier = DocxCarrier()
    reader = BodyReader(package, style_names(package, related.get("styles", "")), carrier)
    reader.read(main, "document")
    for root in ("footnotes", "endnotes"):
        part = related.get(root, posixpath.join(posixpath.dirname(main), f"{root}.xml"))
        if part in package:
            reader.read(part, root)
    writer = _Writer(carrier.text)
    for kind, stretches in reader.paragraphs():
        writer.paragraph(kind, stretches)
    text, source_map = writer.prose.build()
    return Source(
        name=name,
        text=text,
        carrier=carrier,
        map=source_map,
        warnings=tuple(sorted(reader.warnings)),
        format="docx",
        links=tuple(writer.links),
        quotes=tuple(writer.quotes),
    )


def _main_part(package: Package) -> str:
    """The part that holds the body."""
    usual = "word/document.xml"
    part = package.related("").get("officeDocument", usual)
    part = part if part in package else usual
    if part not in package:
        raise UnreadableError(package.name, f"not a DOCX file (no {usual} inside)")
    return part


class _Writer:
    """Writes paragraphs to prose.

    Args:
        origin: the carrier's text.
    """

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self.prose = Prose(origin)
        self.links: list[Span] = []
        self.quotes: list[Span] = []
        self._spaces: list[Span] = []  # white space that counts only if text follows
        self._first: int | None = None  # where the paragraph starts in the prose
        self._marked: list[tuple[Span, int]] = []  # links and emphasis of the paragraph
        self._all_emphasis = True
        self._last_flags = 0

    def paragraph(self, kind: int, stretches: Sequence[tuple[int, int, int]]) -> None:
        """Write a paragraph, given as stretches (start, end, flags) of the origin."""
        in_table = kind & IN_TABLE and not _is_sentence(
            "".join(self._origin[start:end] for start, end, _ in stretches)
        )
        if not (kind & CONTENTS or in_table):
            for start, end, flags in stretches:
                self._write(start, end, flags)
        if not kind & JOINED:
            self._finish(kind)

    def _write(self, start: int, end: int, flags: int) -> None:
        for token in _TOKEN.finditer(self._origin, start, end):
            span = Span(*token.span())
            if token[1]:
                self._spaces.append(span)
            elif not token[2]:
                self._write_spaces()
                self.prose.same(*span)
                self._note(Span(len(self.prose) - (span.end - span.start), len(self.prose)), flags)

    def _write_spaces(self) -> None:
        """White space between two texts of a paragraph: a line break stays one, two end it."""
        spaces, self._spaces = self._spaces, []
        if self._first is None or not spaces:
            return
        whole = [self._origin[start:end] for start, end in spaces]
        breaks = sum(len(_LINE_BREAK.findall(space)) for space in whole)
        if breaks > 1:
            self.prose.end_paragraph()
        elif breaks:
            self.prose.decoded("\n", spaces[0].start, spaces[-1].end)
        elif any(_LAYOUT.search(space) for space in whole):
            self.prose.decoded(" ", spaces[0].start, spaces[-1].end)
        else:
            for start, end in spaces:
                self.prose.same(start, end)

    def _note(self, written: Span, flags: int) -> None:
        """Keep in mind what is a link or emphasised; what adjoins the like becomes one."""
        if self._first is None:
            self._first = written.start
        mark = flags & (LINK | EMPHASIS)
        self._all_emphasis = self._all_emphasis and bool(mark & EMPHASIS)
        if mark and mark == self._last_flags:
            before, _ = self._marked.pop()
            self._marked.append((Span(before.start, written.end), mark))
        elif mark:
            self._marked.append((written, mark))
        self._last_flags = mark

    def _finish(self, kind: int) -> None:
        """End the paragraph; emphasis says something only where it is not on all of it."""
        if self._first is not None:
            if kind & QUOTE:
                self.quotes.append(Span(self._first, len(self.prose)))
            ignored = EMPHASIS if self._all_emphasis else 0
            self.links += [span for span, mark in self._marked if mark & ~ignored]
        self.prose.end_paragraph()
        self._spaces, self._marked, self._first = [], [], None
        self._all_emphasis, self._last_flags = True, 0


def _is_sentence(cell: str) -> bool:
    """Whether a paragraph of a table is prose: a sentence, or long enough for one."""
    words = sum(1 for _ in _WORD_IN_CELL.finditer(cell))
    return words >= _WORDS_ALONE or (words >= _WORDS_STOPPED and bool(_STOPPED.search(cell[-8:])))
