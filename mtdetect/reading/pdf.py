"""PDF: the text layer as PDFium reads it, with lines put together to paragraphs.

Left out are page numbers, heads and feet that stand on several pages, tables of numbers, and the
hyphens of words that a line's end breaks. PDFium gives the text in the order in which it is drawn,
which also for columns is mostly the order of reading.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from array import array
from bisect import bisect_right
from importlib.util import find_spec
from itertools import accumulate, zip_longest
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mtdetect.files import UnreadableError
from mtdetect.reading.encoding import binary_kind
from mtdetect.reading.pdf_layout import Line, Words, paragraphs
from mtdetect.reading.source import Source
from mtdetect.reading.sourcemap import Prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtdetect.text import Span

# White space; what is no text (controls, soft hyphens, private symbols, unknown glyphs); ligatures;
# words with single spaces.
_TOKEN: Final = re.compile(
    r"(\s+)|([\x00-\x1f\x7f-\x9f\u00ad\ue000-\uf8ff\ufffe\uffff]+)|([\ufb00-\ufb06])|"
    r"([^\s\x00-\x1f\x7f-\x9f\u00ad\ue000-\uf8ff\ufffe\uffff\ufb00-\ufb06]+"
    r"(?: [^\s\x00-\x1f\x7f-\x9f\u00ad\ue000-\uf8ff\ufffe\uffff\ufb00-\ufb06]+)*)"
)


class PdfPlace(NamedTuple):
    """A stretch of a PDF file; pages count from 1, the end is exclusive, on the last one's page.

    Attributes:
        page: on which it starts.
        offset: code points from the start of the page's text as PDFium gives it.
        end_page: on which it ends.
        end_offset: likewise.
    """

    page: int
    offset: int
    end_page: int
    end_offset: int

    def brief(self) -> str:
        """As in "page 3"."""
        return f"page {self.page}"

    def to_dict(self) -> dict[str, Any]:
        """The fields by name."""
        return self._asdict()


class PdfCarrier:
    """The texts of all pages, one after the other.

    Args:
        pages: their texts.
    """

    def __init__(self, pages: Sequence[str]) -> None:
        self._text = "".join(pages)
        self.starts = array("q", accumulate((len(page) for page in pages), initial=0))
        """The offset at which each page starts, and the end."""

    @property
    def text(self) -> str:
        """All characters that offsets count."""
        return self._text

    def place(self, span: Span) -> PdfPlace:
        """Where ``text[span.start:span.end]`` stands in the file."""
        start, end = span
        page = self._page(start)
        last = self._page(end - 1) if end > start else page
        return PdfPlace(page + 1, start - self.starts[page], last + 1, end - self.starts[last])

    def _page(self, offset: int) -> int:
        """The page of a character; of the end, the last page that has text."""
        inside = min(offset, len(self._text) - 1)
        return max(0, bisect_right(self.starts, inside) - 1)


def read(name: str, data: bytes) -> Source:
    """The prose of a PDF file.

    Raises:
        UnreadableError: it is no PDF file, or it is damaged, encrypted, too large or without text;
            or pypdfium2 is not installed.
    """
    if b"%PDF-" not in data[:1024]:
        kind = binary_kind(data)
        hint = f" (it looks like {kind})" if kind else ""
        raise UnreadableError(name, f"not a PDF file{hint}")
    return assemble(name, _pages(name, data))


class Page(NamedTuple):
    """A page: its text, its lines, and the offsets of white space that divides no words."""

    text: str
    lines: list[Line]
    inside_words: list[int]


def assemble(name: str, pages: Sequence[Page]) -> Source:
    """The prose of pages.

    Raises:
        UnreadableError: they have no text.
    """
    empty = sum(not page.lines for page in pages)
    if empty == len(pages):
        raise UnreadableError(name, "has no text layer; a scanned PDF needs OCR first")
    carrier = PdfCarrier([page.text for page in pages])
    lines: list[Line] = []
    inside_words: set[int] = set()
    for page, start in zip(pages, carrier.starts, strict=False):
        lines += [x._replace(start=x.start + start, end=x.end + start) for x in page.lines]
        inside_words.update(offset + start for offset in page.inside_words)
    prose, words = Prose(carrier.text), Words(lines)
    for paragraph in paragraphs(lines):
        _write(prose, words, carrier.text, inside_words, paragraph)
    text, source_map = prose.build()
    warnings = (f"{empty} of {len(pages)} pages have no text; scanned ones need OCR",)
    return Source(
        name=name,
        text=text,
        carrier=carrier,
        map=source_map,
        warnings=warnings if empty else (),
        format="pdf",
    )


def _pages(name: str, data: bytes) -> list[Page]:
    """The text of all pages, as a process of its own reads it."""
    if find_spec("pypdfium2") is None:
        raise UnreadableError(name, 'needs "pip install mtdetect[pdf]"')
    path = os.pathsep.join(folder or os.getcwd() for folder in sys.path)  # noqa: PTH109 - a string
    command = [sys.executable, "-P", "-m", "mtdetect.reading.pdf_pages"]
    try:
        child = subprocess.run(  # noqa: S603 - nothing of the file is in the command
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            check=False,
        )
    except OSError as error:
        why = f"no process can be started to read it: {error.strerror}"
        raise UnreadableError(name, why) from None
    pages: list[Page] = []
    for row in child.stdout.splitlines() if child.returncode == 0 else ():
        page = json.loads(row)
        if isinstance(page, dict):
            raise UnreadableError(name, page["error"])
        pages.append(Page(page[0], [Line(*line) for line in page[1]], page[2]))
    if child.returncode:
        reason = "PDFium gave up on it: damaged, or it takes too much memory or time"
        raise UnreadableError(name, reason)
    return pages


def _write(
    prose: Prose, words: Words, text: str, inside_words: set[int], lines: Sequence[Line]
) -> None:
    """Write a paragraph: line ends become a space, or nothing inside a word."""
    for line, after in zip_longest(lines, lines[1:]):
        for token in _TOKEN.finditer(text, line.start, line.end):
            if token[1] and token.start() not in inside_words:
                prose.space(*token.span())
            elif token[3]:
                prose.decoded(unicodedata.normalize("NFKC", token[3]), *token.span())
            elif token[4]:
                prose.same(*token.span())
        if after is None:
            prose.end_paragraph()
        elif not line.hyphen:
            prose.space(line.end, after.start)
        elif text[line.end] != "\u00ad" and words.keep_hyphen(line.text, after.text):
            prose.decoded("-", line.end, after.start)
