"""HTML: the running text of a page or a fragment, and where it stands in the file."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html.entities import html5
from typing import TYPE_CHECKING, Final

from mtdetect.files import UnreadableError
from mtdetect.reading import LARGEST_TEXT
from mtdetect.reading.encoding import decode
from mtdetect.reading.html_article import choose
from mtdetect.reading.html_page import BREAK, GAP, parse
from mtdetect.reading.html_tokens import WHITE, tokenize
from mtdetect.reading.marks import MarkFinder
from mtdetect.reading.source import Comment, Source
from mtdetect.reading.sourcemap import MARKER, Prose
from mtdetect.text import Span

if TYPE_CHECKING:
    from mtdetect.reading.html_page import Page, Paragraph
    from mtdetect.reading.html_tokens import Remark

_HEAD: Final = 4096  # bytes in which the encoding is declared
_META_CHARSET = re.compile(
    rb"<meta\b[^>]{0,200}?\bcharset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{1,40})", re.IGNORECASE
)
_XML_ENCODING = re.compile(
    rb"\s{0,99}<\?xml\b[^>]{0,200}?\bencoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40})"
)
_REMARKS = re.compile(rb"<!--.*?-->", re.DOTALL)

_SPECIAL = re.compile(
    rf"(?P<space>[{WHITE}]{{2,}}|[\t\n\f\r])|(?P<hyphen>\u00ad)|"
    r"(?P<entity>&(?:#(?:[0-9]+|[xX][0-9a-fA-F]+);?|[A-Za-z][A-Za-z0-9]{1,31};?))"
)
_LONGEST_NUMBER = 12  # characters of a numeric reference that can mean something
_INVISIBLE = WHITE + "\u00a0\u00ad\u200b\u200c\u200d\u2060\ufeff"
_STOPS = ".,;:!?)"


def read(name: str, data: bytes) -> Source:
    """The prose of an HTML file: its article, or all of it where no article stands out.

    A fragment (no ``<html>``, ``<head>`` or ``<body>``) is taken whole. Paragraphs are what block
    elements and double line breaks separate; a single line break becomes a line's end. Inline code
    stays, because a sentence without it looks damaged; blocks of code go.

    Raises:
        UnreadableError: the bytes are no text, or there is too much of it.
    """
    declared, warnings = _declared(data)
    decoded = decode(name, data, declared=declared)
    text = decoded.text
    finder = MarkFinder(text)
    page = parse(name, text, finder.passing(tokenize(text)))
    writer = _Writer(name, page)
    for paragraph in choose(page):
        writer.write(paragraph)
    writer.finish()
    prose, source_map = writer.prose.build()
    warnings += [*decoded.warnings, *page.warnings]
    if not prose:
        warnings.append("no running text found")
    return Source(
        name=name,
        text=prose,
        carrier=decoded.carrier,
        map=source_map,
        warnings=tuple(warnings),
        format="html",
        encoding=decoded.encoding,
        links=tuple(writer.links.spans),
        quotes=tuple(writer.quotes.spans),
        marks=finder.marks(),
        comments=tuple(writer.comments),
    )


def _declared(data: bytes) -> tuple[str | None, list[str]]:
    """The encoding that the file names, unless it plainly is UTF-8, and a warning then."""
    head = _REMARKS.sub(b"", data[:_HEAD])
    found = _XML_ENCODING.match(head) or _META_CHARSET.search(head)
    if found is None:
        return None, []
    label = found.group(1).decode("ascii", "replace")
    if label.lower().replace("-", "") == "utf8":
        return label, []
    if data.isascii():
        return None, []
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return label, []
    return None, [f"declares the encoding {label}, but is UTF-8"]


class _Spans:
    """Spans of prose that belong to numbered elements."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self._last = 0

    def add(self, number: int, start: int, end: int) -> None:
        """The prose from ``start`` to ``end`` belongs to an element; 0 is none."""
        if number and number == self._last:
            self.spans[-1] = Span(self.spans[-1].start, end)
        elif number:
            self.spans.append(Span(start, end))
        self._last = number


class _Writer:
    """Turns paragraphs of a page into prose with its map."""

    def __init__(self, name: str, page: Page) -> None:
        self._name, self._page, self._text = name, page, page.text
        self.prose = Prose(page.text)
        self.links, self.quotes = _Spans(), _Spans()
        self.comments: list[Comment] = []
        self._remarks = iter(page.remarks)
        self._remark = next(self._remarks, None)
        self._started = False  # the paragraph has text
        self._pending: tuple[int, int] | None = None  # white space or <br> before the next text
        self._gap = False  # something was left out since
        self._marker: Span | None = None  # what "- " stands for before the next text
        self._piece = 0

    def write(self, paragraph: Paragraph) -> None:
        """Add a paragraph, unless it holds nothing that is seen."""
        page = self._page
        pieces = range(paragraph.first, paragraph.last)
        if not any(self._is_seen(page.starts[piece], page.ends[piece]) for piece in pieces):
            return
        self.prose.end_paragraph()
        self._started, self._pending, self._gap = False, None, False
        self._marker = paragraph.item
        for self._piece in pieces:
            start, end = page.starts[self._piece], page.ends[self._piece]
            self._note_remarks(start)
            if page.kinds[self._piece] == BREAK:
                self._pending = (start, end)
            else:
                self._gap |= page.kinds[self._piece] == GAP
                self._add(start, end)
        self._note_remarks(paragraph.end)

    def finish(self) -> None:
        """Add the comments that stand after all prose."""
        self._note_remarks(len(self._text) + 1)
        size = len(self.prose)
        for index in range(len(self.comments) - 1, -1, -1):
            comment = self.comments[index]
            if comment.at <= size:
                break
            self.comments[index] = replace(comment, at=size)

    def _is_seen(self, start: int, end: int) -> bool:
        if end - start > 2000:
            return True
        return html.unescape(self._text[start:end]).strip(_INVISIBLE) != ""

    def _note_remarks(self, before: int) -> None:
        """Note the comments that stand before an offset of the file."""
        while self._remark and self._remark.start < before:
            self.comments.append(self._comment(self._remark))
            self._remark = next(self._remarks, None)

    def _comment(self, remark: Remark) -> Comment:
        text = self._text[remark.inner_start : remark.inner_end]
        return Comment(text, Span(remark.start, remark.end), self.prose.next_offset)

    def _add(self, start: int, end: int) -> None:
        """Add a piece of text."""
        at = start
        for special in _SPECIAL.finditer(self._text, start, end):
            if at < special.start():
                self._plain(at, special.start())
            at = special.end()
            if special.lastgroup == "space":
                self._space(*special.span())
            elif special.lastgroup == "entity":
                at = self._entity(*special.span())
        if at < end:
            self._plain(at, end)

    def _plain(self, start: int, end: int) -> None:
        """Add text without entities and without white space but for single spaces."""
        text = self._text
        if text[start] == " ":
            self._space(start, start + 1)
            start += 1
        stop = end - (start < end and text[end - 1] == " ")
        if start < stop:
            before = self._settle(text[start])
            self.prose.same(start, stop)
            self._added(before)
        if stop < end:
            self._space(stop, end)

    def _entity(self, start: int, end: int) -> int:
        """Add what an entity stands for; the offset after it."""
        if self._text[start + 1] == "#":
            short = end - start <= _LONGEST_NUMBER
            text = html.unescape(self._text[start:end]) if short else "\ufffd"
        else:
            length = _name_length(self._text[start:end])
            if not length:
                self._plain(start, end)
                return end
            end = start + length
            text = html.unescape(self._text[start:end])
        if text and not text.strip(WHITE):
            self._space(start, end)
        elif text and text != "\u00ad":  # a soft hyphen is not seen
            before = self._settle(text[0])
            self.prose.decoded(text, start, end)
            self._added(before)
        return end

    def _space(self, start: int, end: int) -> None:
        """White space; what follows the first run adds nothing."""
        if not self._pending:
            self._pending = (start, end)

    def _settle(self, first: str) -> int:
        """Add the white space that is due before text; the offset that the text will get.

        Where an icon or a formula was left out before a stop, the space before it goes, too: else
        the page would look damaged.
        """
        if self._marker:
            self.prose.decoded(MARKER, *self._marker)
            self._marker = None
        elif self._pending and self._started:
            start, end = self._pending
            if self._text[start] == "<":
                self.prose.decoded("\n", start, end)
            elif self._gap and first in _STOPS:
                pass
            elif self._text[start:end] == " ":
                self.prose.same(start, end)
            else:
                self.prose.space(start, end)
        self._started, self._pending, self._gap = True, None, False
        return self.prose.next_offset

    def _added(self, before: int) -> None:
        after = len(self.prose)
        if after > LARGEST_TEXT:
            raise UnreadableError(
                self._name, f"more than {LARGEST_TEXT:,} characters of prose; split it"
            )
        self.links.add(self._page.links[self._piece], before, after)
        self.quotes.add(self._page.quotes[self._piece], before, after)


def _name_length(entity: str) -> int:
    """Characters of the longest name of a character that ``entity`` begins with, "&" among them."""
    return next((end for end in range(len(entity), 2, -1) if entity[1:end] in html5), 0)
