"""Blocks of text on their way into prose: paragraphs, headings, list items and table cells."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from mtdetect.reading.source import Comment
from mtdetect.reading.sourcemap import MARKER, Prose
from mtdetect.text import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

# White space that no line of prose may hold: all that ends a line somewhere.
_LINE_SPACE: Final = "\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"
_SPACES: Final = " " + _LINE_SPACE
_URL_MARKS = r".,;:!?'’\[\]*_"  # belong to the sentence where an address ends with them
_SPECIAL = re.compile(
    rf"""
      (?P<space> [{_SPACES}]{{2,}} | [{_LINE_SPACE}] | \A[ ] | [ ]\Z )
    | (?<![\w@.-]) (?: https?://(?:[^\s/@<>]{{1,80}}@)?(?:www\.)? | www\. )
      (?P<host> [\w-]+(?:\.[\w-]+)* )
      (?: [:/?\#] (?: [{_URL_MARKS}]*+ (?: [^\s<>"“”(){_URL_MARKS}] | \([^\s<>"“”()]*+\) ) )* )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CLOSING_MARKS: Final = frozenset(".,;:!?)]}”’»")

_MOST_HELD: Final = 10_000  # pieces; for the sake of memory

_CELL_WORDS: Final = 8  # so many words in a table cell are prose ...
_CELL_SENTENCE: Final = 4  # ... and so many with a final stop
_FINAL_STOP = re.compile(r"[.!?…][\"'”’)\]]*\s*\Z")


class _Item(NamedTuple):
    """A piece of a block; ``text`` is that of a "decoded" one or a comment."""

    kind: Literal["same", "decoded", "space", "hole", "open", "close", "comment"]
    start: int
    end: int
    text: str = ""
    plain: bool = True  # not code or an address


class Writer:
    """Writes block after block into prose.

    A block is held back until it is known to be prose: from its first word on, in a table cell from
    its first sentence on.

    Args:
        origin: the whole file.
        templates: spans of it that are no text.
    """

    def __init__(self, origin: str, templates: Sequence[Span]) -> None:
        self.prose = Prose(origin)
        self.links: list[Span] = []
        self.quotes: list[Span] = []
        self.comments: list[Comment] = []
        self.in_cell = False
        self.marker: Span | None = None  # of the list item that the next block begins
        self._origin, self._templates = origin, templates
        self._template_ends = [span.end for span in templates]
        self._run: Span | None = None  # text side by side, not yet split into items
        self._held: list[_Item] = []
        self._words = 0
        self._is_prose = False
        self._space: Span | None = None
        self._hole = self._line_ended = False
        self._link_depth = self._quote_depth = self._quote_start = 0
        self._link_start: int | None = None

    def text(self, start: int, end: int) -> None:
        """Characters of the origin, as they stand there."""
        if self._run and self._run.end == start:
            self._run = Span(self._run.start, end)
        else:
            self._end_run()
            self._run = Span(start, end)

    def split(self, text: str, start: int, *, plain: bool = True) -> None:
        """``text`` from the origin at ``start``: white space and addresses apart from the rest.

        Templates are left out, but not of code (``plain=False``), which may be about them.
        """
        self._end_run()
        end = start + len(text)
        index = bisect_right(self._template_ends, start) if plain else len(self._templates)
        done = start
        while index < len(self._templates) and (template := self._templates[index]).start < end:
            self._split(text[done - start : template.start - start], done, plain=plain)
            self._put(_Item("hole", 0, 0))
            done, index = min(end, template.end), index + 1
        self._split(text[done - start :], done, plain=plain)

    def _split(self, text: str, start: int, *, plain: bool) -> None:
        done = 0
        for match in _SPECIAL.finditer(text):
            self._same(start + done, start + match.start(), plain=plain)
            done = match.end()
            if match["space"] is not None:
                self._put(_Item("space", start + match.start(), start + done))
            else:
                host = match.span("host")
                self._same(start + host[0], start + host[1], plain=False)
        self._same(start + done, start + len(text), plain=plain)

    def decoded(self, text: str, start: int, end: int, *, plain: bool = True) -> None:
        """``text``, which stands for ``origin[start:end]``."""
        self._end_run()
        if text:
            kind: Literal["space", "decoded"] = "decoded" if text.strip(_SPACES) else "space"
            self._put(_Item(kind, start, end, text, plain))

    def space(self, start: int, end: int) -> None:
        """White space or a line break of the source."""
        self._end_run()
        self._put(_Item("space", start, end))

    def line_break(self, start: int, end: int) -> None:
        """A line break of the page: two in a row end a paragraph."""
        self._end_run()
        if self._line_ended:
            self.end_block()
        else:
            self._put(_Item("space", start, end))
            self._line_ended = True

    def hole(self) -> None:
        """Something that a reader sees and that is no text, such as a picture."""
        self._end_run()
        self._put(_Item("hole", 0, 0))

    def comment(self, text: str, start: int, end: int) -> None:
        """A comment of the markup."""
        self._end_run()
        self._put(_Item("comment", start, end, text))

    def open_link(self) -> None:
        """A link or emphasis begins."""
        self._end_run()
        self._put(_Item("open", 0, 0))

    def close_link(self) -> None:
        """It ends."""
        self._end_run()
        self._put(_Item("close", 0, 0))

    def open_quote(self) -> None:
        """A quotation of others begins."""
        self.end_block()
        if not self._quote_depth:
            self._quote_start = self.prose.next_offset
        self._quote_depth += 1

    def close_quote(self) -> None:
        """It ends."""
        self.end_block()
        if self._quote_depth == 1 and self._quote_start < len(self.prose):
            self.quotes.append(Span(self._quote_start, len(self.prose)))
        self._quote_depth = max(0, self._quote_depth - 1)

    def end_block(self) -> None:
        """What follows is another paragraph."""
        self._end_run()
        if not self._is_prose:
            if not self._is_sentence_after_all():
                self._held = [item for item in self._held if item.kind == "comment"]
            self._release()
        self._end_link()
        self.prose.end_paragraph()
        self._words, self._is_prose = 0, False
        self._space, self._hole, self._line_ended, self._link_depth = None, False, False, 0

    def _end_run(self) -> None:
        if self._run:
            (start, end), self._run = self._run, None
            self.split(self._origin[start:end], start)

    def _same(self, start: int, end: int, *, plain: bool) -> None:
        if start < end:
            self._put(_Item("same", start, end, "", plain))

    def _put(self, item: _Item) -> None:
        if self._is_prose:
            self._write(item)
            return
        self._held.append(item)
        if item.plain and item.kind in ("same", "decoded"):
            words = _LETTERS.finditer(self._characters(item))
            self._words += sum(1 for _ in islice(words, _CELL_WORDS))
        enough = self._words >= (_CELL_WORDS if self.in_cell else 1)
        if enough or len(self._held) > _MOST_HELD:
            self._is_prose = True
            self._release()

    def _characters(self, item: _Item) -> str:
        return self._origin[item.start : item.end] if item.kind == "same" else item.text

    def _is_sentence_after_all(self) -> bool:
        """Whether what is held at the end of a block is prose: no word, but nothing left out."""
        if not self.in_cell:
            return all(item.plain and item.kind != "hole" for item in self._held)
        text = "".join(map(self._characters, self._held))
        return self._words >= _CELL_SENTENCE and _FINAL_STOP.search(text) is not None

    def _release(self) -> None:
        for item in self._held:
            self._write(item)
        self._held = []

    def _write(self, item: _Item) -> None:
        match item.kind:
            case "same" | "decoded":
                self._write_text(item)
            case "space":
                self._space = Span(self._space.start if self._space else item.start, item.end)
            case "hole":
                self._hole = True
            case "open":
                self._link_depth += 1
            case "close":
                self._link_depth = max(0, self._link_depth - 1)
                if not self._link_depth:
                    self._end_link()
            case "comment":
                self.comments.append(Comment(item.text, Span(item.start, item.end), self._next()))

    def _write_text(self, item: _Item) -> None:
        first = self._origin[item.start] if item.kind == "same" else item.text[0]
        if self.marker:
            self.prose.decoded(MARKER, *self.marker)
            self.marker = None
        # "see [picture], which": the space before the hole goes with it.
        elif self._space and not (self._hole and first in _CLOSING_MARKS):
            self.prose.space(*self._space)
        start = self.prose.next_offset
        if item.kind == "same":
            self.prose.same(item.start, item.end)
        else:
            self.prose.decoded(item.text, item.start, item.end)
        if self._link_depth and self._link_start is None:
            self._link_start = start
        self._space, self._hole, self._line_ended = None, False, False

    def _next(self) -> int:
        """The offset in the prose that the next character of text would get."""
        following = self.prose.next_offset
        inside_paragraph = 0 < following == len(self.prose)
        return following + (inside_paragraph and self._space is not None)

    def _end_link(self) -> None:
        if self._link_start is not None:
            self.links.append(Span(self._link_start, len(self.prose)))
            self._link_start = None
