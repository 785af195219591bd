"""The XML of a DOCX file's parts, read as a stream: paragraphs, and the text of their runs.

What is no text to a reader of the page is marked, so that it is left out of the prose: tracked
deletions, field codes, hidden text, and all branches but the first with text of
``mc:AlternateContent``, which is how Word writes text boxes and emoji.
ECMA-376, part 1, chapter 17, and part 3.
"""

from __future__ import annotations

import re
from array import array
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from mtdetect.files import UnreadableError
from mtdetect.reading import LARGEST_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mtdetect.reading.docx import DocxCarrier
    from mtdetect.reading.opc import Package

_WORD: Final = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_COMPATIBILITY: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"

# What is known of a stretch of a run's text, and of a paragraph.
KEPT, LINK, EMPHASIS = 1, 2, 4
QUOTE, CONTENTS, IN_TABLE, JOINED = 1, 2, 4, 8

# Elements of a run that stand for a character; a vertical tab is a line break, as in Word itself.
_CHARACTERS: Final = {
    "tab": "\t",
    "ptab": "\t",
    "br": "\v",
    "cr": "\v",
    "noBreakHyphen": "-",
    "softHyphen": "\u00ad",
}
_NO_NOTES: Final = frozenset({"separator", "continuationSeparator", "continuationNotice"})
_MARK_GONE: Final = frozenset({"del", "moveFrom", "specVanish"})
_OFF: Final = frozenset({"0", "false", "off"})
_EMPHASIS_STYLES: Final = frozenset({"emphasis", "strong", "intense emphasis", "subtle emphasis"})
_QUOTE_STYLES: Final = frozenset({"quote", "intense quote", "intensequote", "block text"})
_CONTENTS_STYLES: Final = re.compile(r"toc ?(?:\d|heading)|table of figures|index ?\d")
_LONGEST_CODE: Final = 100
_SYMBOL: Final = re.compile(r"(?![Dd][89A-Fa-f])[0-9A-Fa-f]{4}")  # no half of a surrogate pair
_NO_SYMBOL: Final = "\ue000"


def style_names(package: Package, part: str) -> dict[str, str]:
    """Names of styles by identifier, in lower case: Word translates those, but no built-in name."""
    names: dict[str, str] = {}
    current = ""

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal current
        local = _local(element)
        if local == "style":
            current = _attribute(attributes, "styleId") or ""
        elif local == "name":
            names.setdefault(current, (_attribute(attributes, "val") or "").lower())

    if part in package:
        package.walk(part, start)
    return names


@lru_cache(maxsize=1024)
def _local(name: str) -> str:
    """The local name of an element of WordprocessingML, or "mc:" and that; "" for others."""
    space, _, local = name.rpartition(" ")
    if space in _WORD:
        return local
    return f"mc:{local}" if space == _COMPATIBILITY else ""


def _attribute(attributes: dict[str, str], local: str) -> str | None:
    for space in _WORD:
        if (value := attributes.get(f"{space} {local}")) is not None:
            return value
    return None


class _Field:
    """A complex field: its code stands between its beginning and its separator."""

    __slots__ = ("_in_code", "_outer_hides", "_outer_links", "code")

    def __init__(self, outer: _Field | None) -> None:
        self._outer_hides = outer is not None and outer.hides
        self._outer_links = outer is not None and outer.links
        self._in_code = True
        self.code = ""

    def add_code(self, text: str) -> None:
        """What stands in ``w:instrText``; how it begins is enough."""
        self.code = (self.code + text)[:_LONGEST_CODE]

    def separate(self) -> None:
        """The code ends; the result follows."""
        self._in_code = False

    @property
    def hides(self) -> bool:
        """Whether the text that comes now is code, of this field or of one around it."""
        return self._in_code or self._outer_hides

    @property
    def links(self) -> bool:
        """Whether the text that comes now is what a hyperlink shows."""
        return self._outer_links or (not self._in_code and _is_link(self.code))


def _is_link(code: str) -> bool:
    return code.lstrip().upper().startswith("HYPERLINK")


class _Paragraph:
    """A ``w:p`` that is being read: the text of its runs, and the paragraphs of its text boxes."""

    __slots__ = ("fields", "flags", "inner", "kind", "number", "offsets", "run", "runs", "texts")

    def __init__(self, number: int, kind: int) -> None:
        self.number, self.kind, self.run = number, kind, 0
        self.fields: list[_Field] = []
        self.inner: list[_Paragraph] = []
        self.texts: list[str] = []
        self.runs, self.offsets, self.flags = array("q"), array("q"), bytearray()


class _Run:
    """A ``w:r`` that is being read."""

    __slots__ = ("emphasis", "hidden", "length", "number", "paragraph")

    def __init__(self, paragraph: _Paragraph) -> None:
        paragraph.run += 1
        self.paragraph, self.number, self.length = paragraph, paragraph.run, 0
        self.hidden = self.emphasis = False


class _Alternatives:
    """An open ``mc:AlternateContent``: whether a branch had text, and what was kept before it."""

    __slots__ = ("before", "taken")

    def __init__(self) -> None:
        self.taken, self.before = False, 0


class BodyReader:
    """Reads parts.

    Args:
        package: that they are from.
        styles: names of styles by identifier.
        carrier: to which the text of all runs is added.
    """

    def __init__(self, package: Package, styles: dict[str, str], carrier: DocxCarrier) -> None:
        self._package, self._styles, self._carrier = package, styles, carrier
        self.warnings: set[str] = set()
        self._flags = bytearray()  # of each stretch of the carrier
        self._kinds = bytearray()  # of each paragraph that has text
        self._ends = array("q")  # the number of stretches up to its end
        self._on_start = {
            "p": self._start_paragraph,
            "pStyle": self._paragraph_style,
            "r": self._start_run,
            "t": self._start_text,
            "instrText": self._start_code,
            "sym": self._symbol,
            "fldChar": self._field_mark,
            "fldSimple": self._start_simple_field,
            "hyperlink": self._start_link,
            "tbl": self._start_table,
            "ins": self._insertion,
            "del": self._deletion,
            "moveFrom": self._deletion,
            "rt": self._leave_out,
            "footnote": self._start_note,
            "endnote": self._start_note,
            "altChunk": self._embedded,
            "mc:AlternateContent": self._start_alternatives,
            "mc:Choice": self._start_branch,
            "mc:Fallback": self._start_branch,
        }
        self._on_end = {
            "p": self._end_paragraph,
            "r": self._end_run,
            "t": self._end_text,
            "instrText": self._end_text,
            "fldSimple": self._end_link,
            "hyperlink": self._end_link,
            "tbl": self._end_table,
            "mc:AlternateContent": self._end_alternatives,
            "mc:Choice": self._end_branch,
        }

    def read(self, part: str, root: str) -> None:
        """Read a part, whose outermost element must be ``root``."""
        self._part, self._root = part, root
        self._open: list[str] = []  # local names of open elements
        self._left_out: list[int] = []  # depths of those whose text is not read
        self._inside: list[_Paragraph | _Run] = []
        self._links = [False]
        self._alternatives: list[_Alternatives] = []
        self._number = self._tables = self._kept = 0
        self._into: Callable[[str], None] | None = None
        self._package.walk(part, self._start, self._end, self._text)

    def paragraphs(self) -> Iterator[tuple[int, list[tuple[int, int, int]]]]:
        """Each paragraph's kind, and (start, end, flags) of the stretches of it that are read."""
        starts, flags = self._carrier.starts, self._flags
        first = 0
        for kind, last in zip(self._kinds, self._ends, strict=True):
            after = starts[last] if last < len(starts) else len(self._carrier.text)
            bounds = pairwise([*starts[first:last], after])
            yield kind, [(*span, f) for span, f in zip(bounds, flags[first:last], strict=True) if f]
            first = last

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if not self._open and local != self._root:
            reason = f"not a DOCX file ({self._part} holds no Word {self._root})"
            raise UnreadableError(self._package.name, reason)
        if self._open and self._open[-1] == "rPr":
            self._property(local, attributes)
            self._open.append("")  # a property is never more, whatever its name
            return
        if handler := self._on_start.get(local):
            handler(attributes)
        elif local in _CHARACTERS:
            self._add(_CHARACTERS[local])
        self._open.append(local)

    def _end(self, _name: str) -> None:
        local = self._open.pop()
        if handler := self._on_end.get(local):
            handler()
        if self._left_out and self._left_out[-1] == len(self._open):
            self._left_out.pop()

    def _text(self, text: str) -> None:
        if self._into:
            self._into(text)

    # Paragraphs and runs.

    def _paragraph(self) -> _Paragraph | None:
        innermost = self._inside[-1] if self._inside else None
        return innermost.paragraph if isinstance(innermost, _Run) else innermost

    def _run(self) -> _Run | None:
        innermost = self._inside[-1] if self._inside else None
        return innermost if isinstance(innermost, _Run) else None

    def _start_paragraph(self, _: dict[str, str]) -> None:
        self._number += 1
        self._inside.append(_Paragraph(self._number, IN_TABLE if self._tables else 0))

    def _end_paragraph(self) -> None:
        paragraph = self._inside.pop()
        assert isinstance(paragraph, _Paragraph)  # noqa: S101 - XML closes what it opened last
        if outer := self._paragraph():
            outer.inner += [paragraph, *paragraph.inner]
            return
        for done in (paragraph, *paragraph.inner):
            for run, offset, text in zip(done.runs, done.offsets, done.texts, strict=True):
                self._carrier.add(self._part, done.number, run, offset, text)
            if done.texts:
                self._flags += done.flags
                self._kinds.append(done.kind)
                self._ends.append(len(self._flags))

    def _start_run(self, _: dict[str, str]) -> None:
        # A run outside a paragraph is none of a document's: it goes to one that nobody reads.
        self._inside.append(_Run(self._paragraph() or _Paragraph(0, 0)))

    def _end_run(self) -> None:
        self._inside.pop()

    def _property(self, local: str, attributes: dict[str, str]) -> None:
        """An element of ``w:rPr``: of a run, or of a paragraph's mark."""
        around = self._open[-2] if len(self._open) > 1 else ""
        value = _attribute(attributes, "val")
        run, paragraph = self._run(), self._paragraph()
        if value in _OFF:
            return
        if around == "pPr" and paragraph and local in _MARK_GONE:
            paragraph.kind |= JOINED
        elif around == "r" and run and local == "vanish":
            run.hidden = True
        elif around == "r" and run and local in {"b", "i"}:
            run.emphasis = True
        elif around == "r" and run and local == "rStyle":
            run.emphasis |= self._style(value) in _EMPHASIS_STYLES

    def _paragraph_style(self, attributes: dict[str, str]) -> None:
        paragraph = self._paragraph()
        if paragraph is None or self._open[-2:] != ["p", "pPr"]:  # not what it was once
            return
        style = self._style(_attribute(attributes, "val"))
        if style in _QUOTE_STYLES:
            paragraph.kind |= QUOTE
        elif _CONTENTS_STYLES.fullmatch(style):
            paragraph.kind |= CONTENTS

    def _style(self, identifier: str | None) -> str:
        return self._styles.get(identifier or "", (identifier or "").lower())

    # Text.

    def _start_text(self, _: dict[str, str]) -> None:
        self._into = self._add

    def _start_code(self, _: dict[str, str]) -> None:
        self._into = self._add_code

    def _end_text(self) -> None:
        self._into = None

    def _add(self, text: str) -> None:
        """Text of the run that is open, if one is."""
        run = self._run()
        if run is None:
            return
        paragraph, flags = run.paragraph, 0
        field = paragraph.fields[-1] if paragraph.fields else None
        if not (self._left_out or run.hidden or (field and field.hides)):
            linked = self._links[-1] or (field is not None and field.links)
            flags = KEPT | LINK * linked | EMPHASIS * run.emphasis
            self._kept += len(text)
        if self._kept > LARGEST_TEXT:
            reason = f"more than {LARGEST_TEXT:,} characters of prose; split it"
            raise UnreadableError(self._package.name, reason)
        paragraph.texts.append(text)
        paragraph.runs.append(run.number)
        paragraph.offsets.append(run.length)
        paragraph.flags.append(flags)
        run.length += len(text)

    def _add_code(self, text: str) -> None:
        paragraph = self._paragraph()
        if paragraph and paragraph.fields:
            paragraph.fields[-1].add_code(text)

    def _symbol(self, attributes: dict[str, str]) -> None:
        code = _attribute(attributes, "char") or ""
        symbol = chr(int(code, 16)) if _SYMBOL.fullmatch(code) else _NO_SYMBOL
        self._add(symbol if symbol.isprintable() else _NO_SYMBOL)

    # Fields, links, tables, notes.

    def _field_mark(self, attributes: dict[str, str]) -> None:
        paragraph, kind = self._paragraph(), _attribute(attributes, "fldCharType")
        if paragraph is None:
            return
        fields = paragraph.fields
        if kind == "begin":
            fields.append(_Field(fields[-1] if fields else None))
        elif kind == "separate" and fields:
            fields[-1].separate()
        elif kind == "end" and fields:
            fields.pop()

    def _start_simple_field(self, attributes: dict[str, str]) -> None:
        code = _attribute(attributes, "instr") or ""
        self._links.append(self._links[-1] or _is_link(code))

    def _start_link(self, _: dict[str, str]) -> None:
        self._links.append(True)

    def _end_link(self) -> None:
        self._links.pop()

    def _start_table(self, _: dict[str, str]) -> None:
        self._tables += 1

    def _end_table(self) -> None:
        self._tables -= 1

    def _start_note(self, attributes: dict[str, str]) -> None:
        if _attribute(attributes, "type") in _NO_NOTES:
            self._leave_out(attributes)

    def _embedded(self, _: dict[str, str]) -> None:
        self.warnings.add("holds another file inside, which is not read")

    # What is left out.

    def _leave_out(self, _: dict[str, str]) -> None:
        self._left_out.append(len(self._open))

    def _insertion(self, _: dict[str, str]) -> None:
        self.warnings.add("holds tracked changes; read as if all were accepted")

    def _deletion(self, attributes: dict[str, str]) -> None:
        self._insertion(attributes)
        self._leave_out(attributes)

    def _start_alternatives(self, _: dict[str, str]) -> None:
        self._alternatives.append(_Alternatives())

    def _end_alternatives(self) -> None:
        self._alternatives.pop()

    def _start_branch(self, attributes: dict[str, str]) -> None:
        if self._alternatives and self._alternatives[-1].taken:
            self._leave_out(attributes)
        elif self._alternatives:
            self._alternatives[-1].before = self._kept

    def _end_branch(self) -> None:
        if self._alternatives:
            innermost = self._alternatives[-1]
            innermost.taken = innermost.taken or self._kept > innermost.before
