"""Markdown: the sentences that a reader sees, without the markup, code and pictures around them.

The parser (pulldown-cmark, https://pypi.org/project/pyromark/) says for every piece of text where
it stands. CommonMark and GitHub's tables, footnotes, task lists, strikethrough and alerts are read,
and of site generators front matter, definition lists, ``{% … %}``, ``{{ … }}`` and ``{: … }``.

Prose is what stands in paragraphs, headings, list items, quotations, footnotes, in table cells that
hold a sentence, and in HTML. A line break inside a paragraph is a space.

Not prose: blocks of code, displayed formulas, pictures with their alternative text, link
destinations, struck-out text, comments, and paragraphs that hold no word but in code or addresses.
What stands *inside* a sentence is not left out where that can be helped, for a sentence with a hole
looks like the damage that signals look for: the text of a code span or a formula stays, and so does
the host of an address ("https://example.org/a?b" reads "example.org").
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any, Final

from mtdetect.files import UnreadableError
from mtdetect.reading.blocks import Writer
from mtdetect.reading.encoding import decode
from mtdetect.reading.source import Source
from mtdetect.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST: Final = 8_000_000
"""Characters of the longest Markdown file; the parser needs up to 60 bytes for each."""

# The first line between the fences has a key or a comment: not the text between two rules.
_FRONT_MATTER = re.compile(
    r"(---|\+\+\+)[ \t]*\r?\n(?=\1|[ \t]*#|[ \t]*[\w\"'.-]+[ \t]*[:=]|\[)",
)
_TEMPLATES: Final = (("{%", "%}"), ("{{", "}}"))
_LONGEST_TEMPLATE: Final = 2000
_ATTRIBUTES = re.compile(r"\{:[^{}\n]{1,200}\}")
_NO_TEMPLATE = re.compile(r"`|\n[ \t]*\r?\n")  # writes about templates, or is none

_LONE_CR = re.compile(r"\r(?!\n)")
_MONEY = re.compile(r"\$\d[^A-Za-z]*[A-Za-z]{2}")  # "$5 in US$" is no formula
_TEX = re.compile(r"[\\^_{}=]")
_LIST_MARKER = re.compile(r"[-*+]|[0-9]{1,9}[.)]")

_TAG_NAME = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
_TAG_REST = re.compile(r"(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|))*+>")
_DECLARATIONS: Final = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">"))
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


# HTML elements
_BLOCKS: Final = _names(
    """
    address article aside blockquote body caption center dd details dialog div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol
    p section summary table tbody td tfoot th thead tr ul
    """
)
_LEFT_OUT: Final = _names(
    """
    audio button canvas del head iframe math noscript object pre s script select strike style svg
    template textarea title video
    """
)
_EMPHASIS: Final = _names("a b cite em i strong")
_PICTURES: Final = _names("embed img input")

# Tags of the parser that stand inside a paragraph
_INLINE: Final = _names("Emphasis Strong Strikethrough Superscript Subscript Link Image")


def read(name: str, data: bytes) -> Source:
    """The prose of a Markdown file.

    Raises:
        UnreadableError: the bytes are no text, or more than the parser can hold.
    """
    decoded = decode(name, data)
    text = decoded.text
    if len(text) > LARGEST:
        raise UnreadableError(name, f"more than {LARGEST:,} characters of Markdown; split it")
    start = _body_start(text)
    templates = _templates(text, start)
    writer = Writer(text, templates)
    _Walk(writer, _masked(text, start, templates), text).read()
    prose, source_map = writer.prose.build()
    return Source(
        name=name,
        text=prose,
        carrier=decoded.carrier,
        map=source_map,
        warnings=decoded.warnings,
        format="markdown",
        encoding=decoded.encoding,
        links=tuple(writer.links),
        quotes=tuple(writer.quotes),
        comments=tuple(replace(c, at=min(c.at, len(prose))) for c in writer.comments),
    )


def _body_start(text: str) -> int:
    """Where the text after the front matter begins."""
    opening = _FRONT_MATTER.match(text)
    if not opening:
        return 0
    ends = r"---|\.\.\." if opening[1] == "---" else r"\+\+\+"
    closing = re.compile(rf"^(?:{ends})[ \t]*(?:\r?\n|\Z)", re.MULTILINE).search(
        text, opening.end()
    )
    return closing.end() if closing else 0


def _templates(text: str, start: int) -> list[Span]:
    """What a site generator would replace, in order, apart."""
    found = [Span(*match.span()) for match in _ATTRIBUTES.finditer(text, start)]
    for opening, closing in _TEMPLATES:
        first, end = text.find(opening, start), -1
        while first >= 0:
            if end < first + len(opening):
                end = text.find(closing, first + len(opening))
                if end < 0:
                    break
            after = first + len(opening)
            if end - first < _LONGEST_TEMPLATE:
                if other := _NO_TEMPLATE.search(text, after, end):
                    after = other.start()  # stands before the same end as all up to here
                else:
                    after = end + len(closing)
                    found.append(Span(first, after))
            first = text.find(opening, after)
    apart: list[Span] = []
    for span in sorted(found):
        if not apart or span.start >= apart[-1].end:
            apart.append(span)
    return apart


def _masked(text: str, start: int, templates: list[Span]) -> str:
    """The text for the parser: nothing in a template is markup, and a link may hold one.

    "[us]({{ site.url }}/us)" is no link to Markdown, because of the spaces. A CR alone becomes an
    LF: the parser does not see a line end in it everywhere.
    """
    text = _LONE_CR.sub("\n", text) if "\r" in text else text
    if not start and not templates:
        return text
    parts, last = ["\n" * start], start
    for span in templates:
        parts += text[last : span.start], re.sub(r"[^\n]", "x", span.of(text))
        last = span.end
    return "".join((*parts, text[last:]))


def _events(text: str) -> Iterator[tuple[str, Any, int, int]]:
    """The parser's events: kind, content, start and end in code points."""
    import pyromark  # noqa: PLC0415 - only a Markdown file needs it
    from pyromark import Options  # noqa: PLC0415

    options = (
        Options.ENABLE_TABLES
        | Options.ENABLE_FOOTNOTES
        | Options.ENABLE_STRIKETHROUGH
        | Options.ENABLE_TASKLISTS
        | Options.ENABLE_HEADING_ATTRIBUTES
        | Options.ENABLE_MATH
        | Options.ENABLE_GFM
        | Options.ENABLE_DEFINITION_LIST
    )
    code_points = _CodePoints(text)
    for event, where in pyromark.events_with_range(text, options=options):
        start, end = code_points.before(where["start"]), code_points.before(where["end"])
        if isinstance(event, str):
            yield event, None, start, end
        else:
            yield *next(iter(event.items())), start, end


class _CodePoints:
    """From bytes of UTF-8 to code points."""

    _CHUNK = 256
    _CONTINUED = bytes(range(0x80, 0xC0))

    def __init__(self, text: str) -> None:
        self._data = b"" if text.isascii() else text.encode()
        self._marks = [0]
        for start in range(0, len(self._data), self._CHUNK):
            self._marks.append(self._marks[-1] + self._starting(start, start + self._CHUNK))

    def before(self, offset: int) -> int:
        """Code points before a byte at which one starts."""
        if not self._data:
            return offset
        chunk = offset // self._CHUNK
        return self._marks[chunk] + self._starting(chunk * self._CHUNK, offset)

    def _starting(self, start: int, end: int) -> int:
        return len(self._data[start:end].translate(None, self._CONTINUED))


class _Walk:
    """Goes through the parser's events and tells the writer what to write.

    Args:
        writer: of the prose.
        text: what the parser reads, as long as ``origin``.
        origin: the whole file.
    """

    def __init__(self, writer: Writer, text: str, origin: str) -> None:
        self._writer, self._text, self._origin = writer, text, origin
        self._html: list[Span] = []  # the lines of a block of HTML
        self._read_to = 0  # where the last event ended, or the last element began
        self._resume = 0  # before this offset all is left out
        self._element, self._depth = "", 0  # the HTML element that is left out, and how deep

    def read(self) -> None:
        """All of it."""
        for kind, content, start, end in _events(self._text):
            if kind in ("Start", "End"):
                name = content if isinstance(content, str) else next(iter(content))
                detail = None if isinstance(content, str) else content[name]
                if name not in _INLINE:
                    self._end_block(name)
                if kind == "Start":
                    self._start(name, detail, start, end)
                else:
                    self._end(name, detail, start)
            elif start >= self._resume:
                self._leaf(kind, content, start, end)
            self._read_to = start if kind == "Start" else end
        self._writer.end_block()

    def _end_block(self, name: str) -> None:
        if name == "HtmlBlock" and self._html:
            self._read_html(self._html_lines(), self._html[0].start)
            self._html = []
            self._writer.in_cell = False
        self._writer.end_block()
        self._element = ""

    def _start(self, name: str, detail: Any, start: int, end: int) -> None:  # noqa: ANN401
        if start < self._resume:
            return
        if (
            name in ("Image", "CodeBlock")
            or (name == "Strikethrough" and self._text.startswith("~~", start))  # "~5" is about 5
            or (name == "Link" and _is_strange_address(detail))
        ):
            self._writer.hole()
            self._resume = max(self._resume, end)
        elif name in ("Emphasis", "Strong", "Link"):
            self._writer.open_link()
        elif name == "BlockQuote" and detail is None:  # others are the author's notes and warnings
            self._writer.open_quote()
        elif name == "TableCell":
            self._writer.in_cell = True
        elif name == "Item" and (marker := _LIST_MARKER.match(self._text, start)):
            self._writer.marker = Span(*marker.span())

    def _end(self, name: str, detail: Any, start: int) -> None:  # noqa: ANN401
        if name in ("Emphasis", "Strong", "Link") and start >= self._resume:
            self._writer.close_link()
        elif name == "BlockQuote" and detail is None:
            self._writer.close_quote()
        elif name == "TableCell":
            self._writer.in_cell = False
        elif name == "Item":
            self._writer.marker = None

    def _leaf(self, kind: str, content: Any, start: int, end: int) -> None:  # noqa: ANN401
        if kind == "Html":
            self._html.append(Span(start, end))
        elif kind == "InlineHtml":
            self._read_html(self._text[start:end], start)
        elif self._element:
            return
        elif kind == "Text":
            self._add_text(content, start, end)
        elif kind in ("Code", "InlineMath"):
            self._add_code(content, start, end)
        elif kind in ("SoftBreak", "HardBreak"):
            self._writer.space(start, end)
        elif kind in ("DisplayMath", "FootnoteReference"):
            self._writer.hole()

    def _add_text(self, content: str, start: int, end: int) -> None:
        # Its own length counts: the parser's range may hold the end of the line, too.
        entity = _ENTITY.match(self._text, start, end)
        stands_there = self._text.startswith(content, start)
        if entity and (not stands_there or content == unescape(entity.group())):
            self._writer.decoded(content, start, entity.end())
            return
        if start > self._read_to and self._text[start - 1] == "\\":
            self._writer.decoded(content[0], start - 1, start + 1)
            start, content = start + 1, content[1:]
        self._writer.text(start, start + len(content))

    def _add_code(self, content: str, start: int, end: int) -> None:
        """The text of a code span or a formula, without its fences."""
        fence = self._text[start]
        if _MONEY.match(self._text, start, end) and not _TEX.search(self._text, start, end):
            self._writer.text(start, end)
            return
        while start < end and self._text[start] == self._text[end - 1] == fence:
            start, end = start + 1, end - 1
        if self._text[start:end].split() == content.split():
            self._writer.split(self._origin[start:end], start, plain=False)
        elif self._text[start:end] == _LONE_CR.sub("\n", self._origin[start:end]):
            # An escaped bar in a table, or a span that goes on in another line of a quotation.
            self._writer.decoded(" ".join(content.split()), start, end, plain=False)
        else:
            self._writer.hole()

    def _html_lines(self) -> str:
        """A block of HTML as one text in which each character keeps its distance from the first.

        Spaces stand for what does not belong to it: the marks of a quotation around it.
        """
        parts: list[str] = []
        last = self._html[0].start
        for start, end in self._html:
            parts += " " * (start - last), self._text[start:end]
            last = end
        return "".join(parts)

    def _read_html(self, text: str, base: int) -> None:
        """HTML that stands at ``base``: its text, its comments, and what its tags mean for them."""
        done = 0
        for start, end in _markup(text):
            self._html_text(text[done:start], base + done)
            done = end
            if text.startswith("<!--", start):
                closed = text.endswith("-->", start + 2, end)
                last = max(start + 4, end - 3) if closed else end
                inner = self._origin[base + start + 4 : base + last]
                self._writer.comment(inner, base + start, base + end)
            elif tag := _TAG_NAME.match(text, start):
                closed = text.endswith("/>", start, end)
                self._tag(tag[2].lower(), Span(base + start, base + end), tag[1] == "/", closed)
        self._html_text(text[done:], base + done)

    def _html_text(self, text: str, base: int) -> None:
        if self._element:
            return
        done = 0
        for match in _ENTITY.finditer(text):
            if (meant := unescape(match.group())) != match.group():
                self._writer.split(text[done : match.start()], base + done)
                done = match.end()
                self._writer.decoded(meant, base + match.start(), base + done)
        self._writer.split(text[done:], base + done)

    def _tag(self, name: str, span: Span, ending: bool, empty: bool) -> None:
        if self._element:
            if name == self._element and not empty:
                self._depth += -1 if ending else 1
                self._element = self._element if self._depth else ""
        elif name in _LEFT_OUT:
            self._writer.hole()
            if not ending and not empty:
                self._element, self._depth = name, 1
        elif name in _EMPHASIS:
            (self._writer.close_link if ending else self._writer.open_link)()
        elif name in _BLOCKS:
            self._block_tag(name, span, ending)
        elif name == "br":
            self._writer.line_break(*span)
        elif name in _PICTURES:
            self._writer.hole()

    def _block_tag(self, name: str, span: Span, ending: bool) -> None:
        self._writer.end_block()
        self._writer.in_cell = name in ("td", "th") and not ending
        if name in ("li", "ol", "ul"):
            self._writer.marker = span if name == "li" and not ending else None
        elif name == "blockquote":
            (self._writer.close_quote if ending else self._writer.open_quote)()


def _is_strange_address(link: Any) -> bool:  # noqa: ANN401
    """Whether a link is the bare address of something other than a web page or a person."""
    web = link["dest_url"].lower().startswith(("http://", "https://"))
    return link["link_type"] == "Autolink" and not web


def _markup(text: str) -> Iterator[Span]:
    """Tags, comments and declarations of HTML, in order; one without an end goes on to the end."""
    at = text.find("<")
    while at >= 0:
        end = at + 1
        for opening, closing in _DECLARATIONS:
            if text.startswith(opening, at):
                found = text.find(closing, at + 2)
                end = found + len(closing) if found >= 0 else len(text)
                break
        else:
            if tag := _TAG_NAME.match(text, at):
                rest = _TAG_REST.match(text, tag.end())
                end = rest.end() if rest else len(text)
        if end > at + 1:
            yield Span(at, end)
        at = text.find("<", end)
