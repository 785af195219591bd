"""An HTML page as paragraphs: which text belongs together, where it stands, what it is part of.

Elements are opened and closed by the rules of the HTML standard that matter for text (implied end
tags, end tags that match nothing); no tree is kept but for the elements that can hold paragraphs.
What no reader takes for running text (scripts, navigation, forms' controls, hidden elements) is
left out here; what may be furniture is only noted, and judged in ``html_article`` when the whole
page is known.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from mtdetect.files import UnreadableError
from mtdetect.reading.html_elements import (
    ARTICLE,
    BARRIERS,
    BLOCKS,
    CLOSES_P,
    CODE,
    EMPHASIS,
    HEADINGS,
    IMPLIED,
    IN_HEAD,
    MAIN,
    NOT_PROSE,
    OBJECTS,
    SMALL,
    TABLE,
    VOID,
    content,
    furniture,
    is_aside,
    is_hidden,
)
from mtdetect.reading.html_tokens import Broken, Remark, Tag, Text
from mtdetect.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mtdetect.reading.html_tokens import Token

MOST_TAGS: Final = 1_000_000
"""Start tags and comments of the largest page that is read: an encyclopedia article has 10,000."""

# What holds inside an element, as bits; the first six hold in the elements inside it, too.
_SKIPPED, _LINKED, _IN_CODE, _IN_HEADING, _IN_CELL, _IN_CONTENT = 1, 2, 4, 8, 16, 32
_BLOCK, _BARRIER = 64, 128
_INHERITED = 63
_SWITCHES = {
    **dict.fromkeys(CODE, _IN_CODE),
    **dict.fromkeys(HEADINGS, _IN_HEADING),
    **dict.fromkeys(("td", "th"), _IN_CELL),
    **dict.fromkeys(("article", "main", "section"), _IN_CONTENT),
}

_PAGE = re.compile(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_REACH = 32  # open elements that are looked at for an implied end tag

BREAK, GAP = 1, 2
"""Kinds of pieces beside 0: a ``<br>``; text before which something was left out."""


@dataclass(slots=True)
class Container:
    """An element that can hold paragraphs.

    Attributes:
        parent: index of the container around it, -1 for the first, which is the file.
        furniture: what its class names say: "" nothing, "comments", "other", "form".
        content: ``ARTICLE_TEXT``, ``ARTICLE`` or ``MAIN``; 0 if its markup calls it none of them.
        title: whether an ``<h1>`` lies directly in it.
    """

    parent: int
    furniture: Literal["", "comments", "other", "form"] = ""
    content: int = 0
    title: bool = False


@dataclass(slots=True)
class Paragraph:
    """A run of text without a block boundary inside.

    Attributes:
        first, last: its pieces are ``first`` to ``last`` - 1.
        end: the offset of the tag that ends it.
        container: index of the container it stands in.
        size: characters without white space; linked, code: how many of them are links, code.
        heading: whether it is a heading.
        cell: whether it is a cell of a table.
        stopped: whether it ends with a stop.
        item: the tag of the list item that it begins, if it begins one.
    """

    first: int
    container: int
    heading: bool
    cell: bool
    last: int = 0
    end: int = 0
    size: int = 0
    linked: int = 0
    code: int = 0
    stopped: bool = False
    item: Span | None = None


@dataclass(slots=True)
class Page:
    """A page: piece ``i`` is ``text[starts[i]:ends[i]]``.

    Attributes:
        kinds: of each piece, 0, ``BREAK`` or ``GAP``.
        links, quotes: a number above 0 for each piece that is part of a link or emphasis, of a
            quotation; the same number for the pieces of one element.
        fragment: whether the file is a part of a page, as a content management system keeps it.
    """

    text: str
    fragment: bool
    containers: list[Container] = field(default_factory=lambda: [Container(-1)])
    paragraphs: list[Paragraph] = field(default_factory=list)
    starts: array[int] = field(default_factory=lambda: array("q"))
    ends: array[int] = field(default_factory=lambda: array("q"))
    kinds: bytearray = field(default_factory=bytearray)
    links: array[int] = field(default_factory=lambda: array("l"))
    quotes: array[int] = field(default_factory=lambda: array("l"))
    remarks: list[Remark] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class _Open(NamedTuple):
    """An open element and what holds inside."""

    name: str
    state: int
    container: int
    link: int
    quote: int


def parse(name: str, text: str, tokens: Iterable[Token]) -> Page:
    """The paragraphs of a page.

    Args:
        name: of the file, for errors.
        text: of the file.
        tokens: of the text.

    Raises:
        UnreadableError: there are more than ``MOST_TAGS`` tags.
    """
    page = Page(text, fragment=_PAGE.search(text, 0, 65_536) is None)
    parser = _Parser(page)
    tags = 0
    for token in tokens:
        if isinstance(token, Tag) and token.closing:
            parser.end(token)
        elif isinstance(token, Tag | Remark):
            tags += 1
            if tags > MOST_TAGS:
                raise UnreadableError(name, f"more than {MOST_TAGS:,} tags and comments; split it")
            if isinstance(token, Tag):
                parser.start(token)
            else:
                page.remarks.append(token)
        elif isinstance(token, Text):
            parser.text(token)
        elif isinstance(token, Broken):
            page.warnings.append(f"a {token.what} is never closed; what follows it is left out")
    parser.finish()
    return page


class _Parser:
    """Follows the tags of a page and collects its paragraphs."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._stack = [_Open("", _BLOCK | _BARRIER, 0, 0, 0)]
        self._everywhere: dict[str, int] = {}  # open elements by name
        self._blocks: list[dict[str, int]] = [{}]  # open blocks by name, since each barrier
        self._inline: list[dict[str, int]] = [{}]  # other open elements, since each block
        self._paragraph: Paragraph | None = None
        self._ids = 0
        self._at = 0  # where the tag at hand stands
        self._gap = False
        self._breaks: list[Tag] = []  # not yet followed by text
        self._item: Span | None = None  # the tag of a list item that has no text yet

    def text(self, token: Text) -> None:
        """Text between tags."""
        top = self._stack[-1]
        if top.state & _SKIPPED:
            return
        page, (start, end) = self._page, token
        seen = _size(page.text, start, end)
        if self._breaks:
            if not seen:
                return
            self._flush_breaks()
        if self._paragraph is None:
            if not seen:
                return
            heading, cell = bool(top.state & _IN_HEADING), bool(top.state & _IN_CELL)
            self._paragraph = Paragraph(len(page.starts), top.container, heading, cell)
            self._paragraph.item, self._item = self._item, None
        paragraph = self._paragraph
        paragraph.size += seen
        if top.state & _LINKED:
            paragraph.linked += seen
        if top.state & _IN_CODE:
            paragraph.code += seen
        if seen:
            paragraph.stopped = _stopped(page.text, start, end)
        self._piece(start, end, GAP if self._gap else 0, top)
        self._gap = False

    def start(self, tag: Tag) -> None:
        """A start tag."""
        name, self._at = tag.name, tag.start
        self._close_implied(name)
        top = self._stack[-1]
        block, skipped = name in BLOCKS, top.state & _SKIPPED
        if block and not skipped:
            self._end_paragraph()
            if name == "li":
                self._item = Span(tag.start, tag.end)
        if name == "br" and not skipped:
            self._breaks.append(tag)
        if name in VOID:
            self._gap |= name in OBJECTS
            return
        if tag.empty:
            return
        opened = _Open("h" if name in HEADINGS else name, *top[1:])
        if not skipped:
            opened = self._judge(tag, opened, block=block)
        state = opened.state & _INHERITED
        state |= (_BLOCK if block else 0) | (_BARRIER if name in BARRIERS else 0)
        self._push(_Open(opened.name, state, *opened[2:]))

    def end(self, tag: Tag) -> None:
        """An end tag; one that matches nothing ends the paragraph if it is a block's."""
        name, self._at = "h" if tag.name in HEADINGS else tag.name, tag.start
        block = tag.name in BLOCKS
        if not self._stack[-1].state & _SKIPPED:
            if block:
                self._end_paragraph()
                self._item = None
            elif name == "br":
                self._breaks.append(tag)
        if name in {"body", "html"}:
            return  # browsers put what follows into the body, too
        if name in TABLE or name in NOT_PROSE:  # blocks left open inside end with them
            found = self._everywhere.get(name)
        else:
            found = (self._blocks if block else self._inline)[-1].get(name)
        if found:
            self._pop_to(name)

    def finish(self) -> None:
        """The end of the file."""
        self._at = len(self._page.text)
        self._end_paragraph()

    def _judge(self, tag: Tag, opened: _Open, *, block: bool) -> _Open:
        """The element with what its name and attributes say about what is inside."""
        name, attributes = tag.name, tag.attributes
        _, state, container, link, quote = opened
        if self._not_prose(name, state, attributes, block=block):
            self._gap = True
            return _Open(opened.name, state | _SKIPPED, container, link, quote)
        state |= _SWITCHES.get(name, 0)
        if name == "a" and "href" in attributes:
            state |= _LINKED
        if state & _LINKED or name in EMPHASIS:
            link = link or self._new_id()
        if name in {"blockquote", "q"}:
            quote = quote or self._new_id()
        if name == "h1":
            self._page.containers[container].title = True
        if block:
            container = self._container(name, attributes, container)
        return _Open(opened.name, state, container, link, quote)

    def _not_prose(self, name: str, state: int, attributes: dict[str, str], *, block: bool) -> bool:
        """Whether an element holds no running text, or none that is seen."""
        if name in NOT_PROSE:
            return True
        if name == "header" and not state & _IN_CONTENT and not self._page.fragment:
            return True
        if not attributes or name in {"body", "html"}:
            return False
        return is_hidden(name, attributes) or (not block and is_aside(name, attributes))

    def _container(self, name: str, attributes: dict[str, str], parent: int) -> int:
        """A new container for a block element, or the one around it where that is enough."""
        found = Container(parent)
        if name == "form":
            found.furniture = "form"
        if name in {"article", "main"}:
            found.content = ARTICLE if name == "article" else MAIN
        if attributes and name not in {"body", "html"}:
            found.furniture = furniture(attributes) or found.furniture
            if attributes.get("aria-hidden") == "true":
                found.furniture = "other"
            found.content = content(attributes) or found.content
        if name in SMALL and not (found.furniture or found.content):
            return parent
        self._page.containers.append(found)
        return len(self._page.containers) - 1

    def _new_id(self) -> int:
        self._ids += 1
        return self._ids

    def _close_implied(self, name: str) -> None:
        """Close what a start tag ends without an end tag."""
        if self._everywhere.get("head") and name not in IN_HEAD and name != "head":
            self._pop_to("head")
        if name in CLOSES_P and self._blocks[-1].get("p") and not self._everywhere.get("button"):
            self._pop_to("p")
        if name == "a" and self._inline[-1].get("a"):
            self._pop_to("a")
        if name not in IMPLIED:
            return
        closed, stop = IMPLIED[name]
        for opened in reversed(self._stack[-_REACH:]):
            if opened.name in closed:
                self._pop_to(opened.name)
                return
            if opened.name in stop:
                return

    def _push(self, opened: _Open) -> None:
        name, state = opened.name, opened.state
        self._stack.append(opened)
        self._everywhere[name] = self._everywhere.get(name, 0) + 1
        if not state & _BLOCK:
            inline = self._inline[-1]
            inline[name] = inline.get(name, 0) + 1
        else:
            blocks = self._blocks[-1]
            blocks[name] = blocks.get(name, 0) + 1
            self._inline.append({})
        if state & _BARRIER:
            self._blocks.append({})

    def _pop_to(self, name: str) -> None:
        """Close elements up to the nearest of a name, which must be open."""
        while True:
            opened = self._stack.pop()
            self._everywhere[opened.name] -= 1
            if opened.state & _BARRIER:
                self._blocks.pop()
            if opened.state & _BLOCK:
                self._inline.pop()
                self._blocks[-1][opened.name] -= 1
            else:
                self._inline[-1][opened.name] -= 1
            if opened.name == name:
                break
        if not self._stack[-1].state & _SKIPPED and opened.state & _BLOCK:
            self._end_paragraph()

    def _flush_breaks(self) -> None:
        """Two line breaks with nothing between them end the paragraph; one is a line's end."""
        if len(self._breaks) > 1:
            self._end_paragraph()
        elif self._paragraph:
            tag = self._breaks[0]
            self._piece(tag.start, tag.end, BREAK, self._stack[-1])
        self._breaks.clear()

    def _piece(self, start: int, end: int, kind: int, top: _Open) -> None:
        page = self._page
        page.starts.append(start)
        page.ends.append(end)
        page.kinds.append(kind)
        page.links.append(top.link)
        page.quotes.append(top.quote)

    def _end_paragraph(self) -> None:
        self._breaks.clear()
        self._gap = False
        if self._paragraph:
            self._paragraph.last = len(self._page.starts)
            self._paragraph.end = self._at
            self._page.paragraphs.append(self._paragraph)
            self._paragraph = None


_LONG = 10_000
_BLANK_ENTITY = re.compile(r"&(?:nbsp|#160|#xa0|zwnj|#8203|#xfeff|shy);?", re.IGNORECASE)
_STOPS = ".!?…:;\"'”’»)]"  # ";" ends the entities for quotation marks


def _size(text: str, start: int, end: int) -> int:
    """Characters without white space, roughly for long texts."""
    if end - start > _LONG:
        return end - start
    piece = text[start:end]
    if "&" in piece:
        piece = _BLANK_ENTITY.sub(" ", piece)
    return sum(map(len, piece.split()))


def _stopped(text: str, start: int, end: int) -> bool:
    return text[max(start, end - 200) : end].rstrip()[-1:] in _STOPS
