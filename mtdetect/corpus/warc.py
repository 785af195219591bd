"""WARC and WET: the text of each page of a crawl, as a row of JSON Lines.

Rows are the records with a page: responses and resources in HTML or plain text, and conversions,
which are a WET file's texts. Needs warcio, an optional dependency; what is between the records is
looked for here, so that one record without a length or with a wrong one does not cost the rest.
"""

from __future__ import annotations

import codecs
import logging
import re
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mtdetect import reading
from mtdetect.corpus import json_rows
from mtdetect.corpus.errors import CorpusError, DamagedError
from mtdetect.corpus.rows import Batch, Record, batched
from mtdetect.corpus.streams import Stream
from mtdetect.files import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mtdetect.batch import Scorer, Values

LARGEST_PAGE: Final = 16 * 2**20
"""Bytes of the largest page that is read."""

_PAGES: Final = frozenset({"response", "resource", "conversion"})
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_TEXT: Final = frozenset({"text/plain", ""})
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_CHUNK: Final = 2**16


class _Page(NamedTuple):
    """A record: its name and date, the status of its HTTP answer, its bytes or what is wrong."""

    url: str | None
    date: str | None
    record_id: str | None
    status: int | None
    media_type: str
    charset: str
    body: bytes
    problem: str = ""


@dataclass(slots=True)
class _Row(Record):
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WarcCodec:
    """Pages in, lines of JSON out; the text of a page is found in the worker."""

    scorer: Scorer

    def records(self, payload: Sequence[_Page]) -> list[_Row]:
        """The rows of a batch of pages."""
        return [_row(page, self.scorer.column) for page in payload]

    def encode(
        self,
        payload: Sequence[_Page],  # noqa: ARG002 - the records hold it
        records: Sequence[_Row],
        values: Sequence[Values],
        chosen: Sequence[int],
    ) -> bytes:
        """The chosen rows, each with its values."""
        rows = (json_rows.line(records[i].fields, self.scorer, values[i]) for i in chosen)
        return b"".join(rows)


class WarcReader:
    """The pages of a file.

    Raises:
        CorpusError: warcio is missing, or the file does not begin like a WARC file.
    """

    header, shape = b"", ""

    def __init__(self, path: Path, scorer: Scorer) -> None:
        self._loader = _warcio().ArcWarcRecordLoader(verify_http=False, arc2warc=False)
        self.codec = WarcCodec(scorer)
        self._size = max(path.stat().st_size, 1)
        self._stream = Stream(path)
        try:
            start = self._stream.readline(1000)
        except DamagedError:
            start = b"WARC/"  # the run will tell
        self._stream.close()
        if start and not start.startswith(b"WARC/"):
            raise CorpusError(f"{path}: does not begin with a WARC record")
        self._stream = Stream(path)

    def batches(self, skip: int) -> Iterator[Batch]:
        """The pages after the first ``skip``."""
        return batched(self._pages(), skip, lambda page: len(page.body))

    def share(self) -> float:
        """How much of the file has been read, 0 to 1."""
        return self._stream.tell() / self._size

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def _pages(self) -> Iterator[_Page]:
        stray, has_length = False, True
        while line := self._stream.readline(_CHUNK):
            if not line.startswith(b"WARC/"):
                stray = stray or (has_length and bool(line.strip()))
                continue
            record = self._record(line)
            if record is None:
                stray = True
                continue
            length = record.rec_headers.get_header("Content-Length", "")
            has_length = length.isascii() and length.isdigit()
            page = self._page(record, has_length) if record.rec_type in _PAGES else None
            cut = _drained(record) if has_length else None
            if page is not None:
                yield page._replace(body=b"", problem="cut off") if cut else page
            if cut:
                raise cut
        if stray:
            raise DamagedError("there are other things than records between records")

    def _record(self, line: bytes) -> Any:  # noqa: ANN401 - warcio's own
        """The record that begins with a line, its HTTP headers not yet read; None if none does."""
        try:
            return self._loader.parse_record_stream(
                self._stream, line, known_format="warc", no_record_parse=True
            )
        except DamagedError:
            raise
        except Exception:  # noqa: BLE001 - whatever warcio says of headers that make no sense
            return None

    def _page(self, record: Any, has_length: bool) -> _Page | None:  # noqa: ANN401 - warcio's own
        """The page of a record, None where it holds none."""
        if not has_length:
            return _known(record)._replace(problem="the record has no valid Content-Length")
        try:
            record.http_headers = self._loader.load_http_headers(
                record.rec_type, _url(record), record.raw_stream, record.length
            )
            page = _known(record)
            if page.media_type not in _HTML | _TEXT:
                return None
            body = _read(record.content_stream())
        except DamagedError:  # which will come again
            return _known(record)
        except Exception as error:  # noqa: BLE001 - headers, chunks, compression without sense
            reason = str(error) or type(error).__name__
            return _known(record)._replace(problem=f"the page cannot be unpacked: {reason}")
        if len(body) > LARGEST_PAGE:
            return page._replace(problem=f"larger than {LARGEST_PAGE // 2**20} MB")
        return page._replace(body=body)


def _read(stream: Any) -> bytes:  # noqa: ANN401 - warcio's own, which may give less than asked for
    """The bytes of a page, or a few more than are wanted."""
    body = bytearray()
    while len(body) <= LARGEST_PAGE and (part := stream.read(_CHUNK)):
        body += part
    return bytes(body)


def _drained(record: Any) -> DamagedError | None:  # noqa: ANN401 - as above
    """Read a record to its end; why that is not to be had."""
    try:
        while record.raw_stream.read(_CHUNK):
            pass
    except DamagedError as error:
        return error
    short = record.raw_stream.limit > 0
    return DamagedError("the file ends within a record") if short else None


def _url(record: Any) -> str:  # noqa: ANN401 - as above
    url: str = record.rec_headers.get_header("WARC-Target-URI", "")
    return url


def _known(record: Any) -> _Page:  # noqa: ANN401 - as above
    """What the headers say."""
    headers, http = record.rec_headers, record.http_headers
    declared = http.get_header("Content-Type", "") if http else record.content_type or ""
    media_type, _, parameters = declared.partition(";")
    charset = _CHARSET.search(parameters)
    status = (http.get_statuscode() or "") if http else ""
    return _Page(
        url=_url(record) or None,
        date=headers.get_header("WARC-Date"),
        record_id=headers.get_header("WARC-Record-ID"),
        status=int(status) if re.fullmatch("[0-9]{3}", status) else None,
        media_type=media_type.strip().lower(),
        charset=charset.group(1) if charset else "",
        body=b"",
    )


def _row(page: _Page, column: str) -> _Row:
    """The row of a page, with its text as far as one is found."""
    fields: dict[str, Any] = {
        "url": page.url,
        "date": page.date,
        "record_id": page.record_id,
        "status": page.status,
        column: None,
    }
    if page.problem:
        return _Row(UnreadableError("", page.problem), fields=fields)
    name = "page.html" if page.media_type in _HTML else "page.txt" if page.media_type else "page"
    try:
        source = next(reading.parse("page", _as_declared(page), filename=name))
    except UnreadableError as error:
        source = error
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - one odd page must not end a run over millions
        source = UnreadableError("page", f"cannot be read: {type(error).__name__}: {error}")
    if isinstance(source, UnreadableError):
        return _Row(source, fields=fields)
    fields[column] = source.text
    return _Row(source.text, source.links, fields)


def _as_declared(page: _Page) -> bytes:
    """The bytes in UTF-8 with a mark where the header names another encoding that fits.

    The header goes before what the page says of itself (https://html.spec.whatwg.org/#determining-the-character-encoding).
    """
    try:
        if not page.charset or page.body.startswith(codecs.BOM_UTF8):
            return page.body
        return codecs.BOM_UTF8 + page.body.decode(page.charset).encode()
    except (LookupError, ValueError):
        return page.body


def _warcio() -> Any:  # noqa: ANN401 - an optional library
    # Its warnings quote the crawl, which may hold anything, on standard error.
    logging.getLogger("warcio").setLevel(logging.ERROR)
    try:
        return import_module("warcio.recordloader")
    except ImportError:
        hint = 'WARC and WET files need warcio: pip install "mtdetect[corpus]"'
        raise CorpusError(hint) from None
