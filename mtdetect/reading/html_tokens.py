"""HTML cut into tags, text, comments and raw text, each with its exact place.

The standard library's ``html.parser`` takes quadratic time on constructs that are never closed
(measured on Python 3.11: 4,000 times ``<a b="`` take two seconds), and the fast parsers do not say
where a piece of text stands. So this is a tokenizer of our own after the HTML standard
(https://html.spec.whatwg.org/multipage/parsing.html#tokenization), in which every regular
expression is linear and every character is looked at a bounded number of times.

It departs from the standard where that loses text for no gain: a quoted value that is never closed
ends with its tag, and a comment inside a script does not change where the script ends.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

WHITE: Final = "\t\n\f\r "
"""White space of HTML; a no-break space is a character like any other."""

RAW: Final = frozenset(
    {
        "iframe",
        "noembed",
        "noframes",
        "noscript",
        "plaintext",
        "script",
        "style",
        "textarea",
        "title",
        "xmp",
    }
)
"""Elements whose content is text without tags."""

_MARKUP = re.compile(r"<(?=[A-Za-z/!?])")
_NAME = re.compile(rf"[A-Za-z][^{WHITE}/>]*")
_ATTRIBUTE = re.compile(
    rf"[{WHITE}/]*([^{WHITE}/>=][^{WHITE}/>=]*|=[^{WHITE}/>=]*)"
    rf"(?:[{WHITE}]*=[{WHITE}]*(?:\"([^\"]*)\"|'([^']*)'|([^{WHITE}>\"'][^{WHITE}>]*)?))?"
)
_TAG_END = re.compile(rf"[{WHITE}/]*>")
_COMMENT_END = re.compile(r"--!?>")
_RAW_END = {name: re.compile(rf"</{name}(?=[{WHITE}/>])", re.IGNORECASE | re.ASCII) for name in RAW}
_XML = re.compile(r"\s{0,200}<\?xml\b")

_MOST_ATTRIBUTES = 500  # of one tag; more are made to exhaust the memory


class Text(NamedTuple):
    """Text between tags, with its entities."""

    start: int
    end: int


class Tag(NamedTuple):
    """A start or end tag; names are in lower case, values have their entities."""

    name: str
    start: int
    end: int
    closing: bool
    empty: bool
    """Whether it closes itself (``<x/>``) where that counts: in XML, SVG and MathML."""
    attributes: dict[str, str]


class Raw(NamedTuple):
    """The content of a script, a style sheet, a title and the like."""

    name: str
    start: int
    end: int


class Remark(NamedTuple):
    """A comment with its marks; its text is ``inner_start`` to ``inner_end``."""

    start: int
    end: int
    inner_start: int
    inner_end: int


class Broken(NamedTuple):
    """Something is not closed, so that the rest of the file belongs to it."""

    what: str
    start: int


class Declaration(NamedTuple):
    """A doctype, an instruction or the like, of no interest here."""

    start: int
    end: int


Token = Text | Tag | Raw | Remark | Declaration | Broken


def tokenize(text: str) -> Iterator[Token]:
    """The tokens of ``text`` in order; together they are the whole text."""
    xml = _XML.match(text) is not None
    foreign = 0  # SVG and MathML elements that are open
    at, size = 0, len(text)
    while at < size:
        found = _MARKUP.search(text, at)
        start = found.start() if found else size
        if at < start:
            yield Text(at, start)
        if start == size:
            return
        token = _markup(text, start, xml=xml or foreign > 0)
        yield token
        if isinstance(token, Broken):
            return
        at = token.end
        if not isinstance(token, Tag):
            continue
        if token.name in {"svg", "math"} and not token.empty:
            foreign = max(0, foreign + (-1 if token.closing else 1))
        elif token.name in RAW and not (token.closing or token.empty):
            raw = _raw(text, token)
            yield raw
            at = raw.end
            if at == size:
                yield Broken(f"<{token.name}>", token.start)


def _markup(text: str, start: int, *, xml: bool) -> Tag | Remark | Declaration | Broken | Text:
    """What begins with the "<" at ``start``."""
    if text.startswith("<!--", start):
        return _comment(text, start)
    closing = text.startswith("</", start)
    name = _NAME.match(text, start + 1 + closing)
    if name:
        return _tag(text, start, name, closing=closing, xml=xml)
    if closing and start + 2 == len(text):
        return Text(start, len(text))
    end = text.find(">", start)
    return Declaration(start, end + 1 if end >= 0 else len(text))


def _comment(text: str, start: int) -> Remark | Broken:
    inner = start + 4
    for short in (">", "->"):  # "<!-->" and "<!--->" are comments
        if text.startswith(short, inner):
            return Remark(start, inner + len(short), inner, inner)
    end = _COMMENT_END.search(text, inner)
    if end is None:
        return Broken("comment", start)
    return Remark(start, end.end(), inner, end.start())


def _tag(text: str, start: int, name: re.Match[str], *, closing: bool, xml: bool) -> Tag | Broken:
    attributes: dict[str, str] = {}
    at = name.end()
    while True:
        end = _TAG_END.match(text, at)
        if end:
            slash = not closing and "/" in text[at : end.end()]
            empty = slash and (xml or name.group().lower() in {"math", "svg"})
            return Tag(name.group().lower(), start, end.end(), closing, empty, attributes)
        attribute = _ATTRIBUTE.match(text, at)
        if attribute is None:
            return Broken("tag", start)
        at = attribute.end()
        key = attribute.group(1).lower()
        if key not in attributes and len(attributes) < _MOST_ATTRIBUTES:
            double, single, bare = attribute.group(2, 3, 4)
            attributes[key] = double or single or bare or ""


def _raw(text: str, tag: Tag) -> Raw:
    end = None if tag.name == "plaintext" else _RAW_END[tag.name].search(text, tag.end)
    return Raw(tag.name, tag.end, end.start() if end else len(text))
