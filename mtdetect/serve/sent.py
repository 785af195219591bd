"""What a client sent, as texts to score."""

from __future__ import annotations

import json
from http import HTTPStatus
from itertools import islice
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn
from urllib.parse import parse_qsl

from mtdetect import config, reading
from mtdetect.reading.places import TextCarrier
from mtdetect.serve import multipart
from mtdetect.serve.limits import MOST_TEXTS
from mtdetect.serve.problem import Problem

if TYPE_CHECKING:
    from mtdetect.serve.messages import Job

JSON_LINES: Final = ("application/jsonl", "application/x-ndjson", "application/x-jsonlines")

SUFFIXES: Final = {
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/octet-stream": "",
}
"""Content types of a file, and the ending that names the same format; empty: see its bytes."""

_NAME: Final = "text"


class Sent(NamedTuple):
    """A text to score, or why there is none, and the false-positive rate asked for."""

    source: reading.Source | reading.UnreadableError
    fpr: float | None


def one(job: Job) -> Sent:
    """The text of a request that may hold one, in JSON, in a form, or as the body itself.

    Raises:
        Problem: there is none, or more.
    """
    query = _query(job.query)
    kind = _media_type(job.content_type)
    if kind == "application/json":
        if "filename" in query:
            _refuse('"filename" goes with files')
        return _item(_json(job.body), _NAME, _rate(query.get("fpr")))
    if kind == "multipart/form-data":
        if query:
            _refuse("with a form, give everything in its fields")
        return _form(multipart.parse(job.content_type, job.body))
    if kind and kind not in SUFFIXES:
        expected = ("application/json", "multipart/form-data", *SUFFIXES)
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"no text is read from {kind[:100]}; send {', '.join(expected)}",
        )
    name = query.get("filename", "")
    return Sent(_file(name, kind, job.body), _rate(query.get("fpr")))


def many(job: Job) -> list[Sent]:
    """The texts of a request with a JSON list, or JSON Lines; an item that is none is an error.

    Raises:
        Problem: the request as a whole is no list of texts, or too long a one.
    """
    kind = _media_type(job.content_type)
    query = _query(job.query)
    if "filename" in query:
        _refuse('"filename" goes with files')
    if kind == "application/json":
        items = _json(job.body)
        if not isinstance(items, list):
            _refuse('send a JSON list of texts, or of objects {"text": …}')
        found = iter(items)
    elif kind in JSON_LINES:
        found = (_line(line) for line in job.body.splitlines() if line.strip())
    else:
        expected = ", ".join(("application/json", *JSON_LINES))
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"no batch but as {expected}")
    usual = _rate(query.get("fpr"))
    sent = [
        _safe_item(item, str(number), usual)
        for number, item in enumerate(islice(found, MOST_TEXTS + 1), start=1)
    ]
    if len(sent) > MOST_TEXTS:
        message = f"more than {MOST_TEXTS} texts; send several batches"
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)
    return sent


def _safe_item(item: Any, name: str, usual: float | None) -> Sent:  # noqa: ANN401 - what JSON holds
    """As ``_item``, with a problem in the text's place."""
    try:
        if isinstance(item, Problem):
            raise item
        return _item({"text": item} if isinstance(item, str) else item, name, usual)
    except Problem as problem:
        return Sent(reading.UnreadableError(name, problem.message), None)


def _item(item: Any, name: str, usual: float | None) -> Sent:  # noqa: ANN401 - what JSON holds
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        _refuse('send {"text": "…"}')
    if unknown := sorted(item.keys() - {"text", "fpr"}):
        _refuse(f'unknown key {unknown[0][:100]!r}; there are "text" and "fpr"')
    fpr = item.get("fpr")
    if isinstance(fpr, str):
        _refuse("fpr: not a number")
    return Sent(_plain(name, item["text"]), usual if fpr is None else _rate(fpr))


def _form(parts: list[multipart.Part]) -> Sent:
    given = {}
    for part in parts:
        if part.name not in {"text", "file", "fpr"}:
            _refuse(f'unknown field {part.name[:100]!r}; there are "text", "file" and "fpr"')
        if part.body.strip() or part.filename:  # a browser sends empty fields too
            if part.name in given:
                _refuse(f"{part.name!r} is given twice; send one text")
            given[part.name] = part
    rate = given.pop("fpr", None)
    if len(given) != 1:
        _refuse("send a text or a file, not both" if given else "there is neither text nor file")
    fpr = _rate(rate.body.decode("utf-8", "replace")) if rate else None
    if "text" in given:
        return Sent(_file("pasted text", "text/plain", bytes(given["text"].body)), fpr)
    file = given["file"]
    return Sent(_file(file.filename or "", _media_type(file.content_type), bytes(file.body)), fpr)


def _file(name: str, media_type: str, body: bytes) -> reading.Source:
    """One text from a file's bytes; the ending of its name tells the format, or else its type.

    Raises:
        Problem: it holds many texts, or cannot be read.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in reading.SUFFIXES:
        suffix = SUFFIXES.get(media_type, "")
    if reading.SUFFIXES.get(suffix) in reading.ROWS:
        _refuse(f"a {suffix[1:]} file holds many texts; send them to /score/batch as JSON")
    try:
        (source,) = reading.parse(name or _NAME, body, filename=f"sent{suffix}")
    except reading.UnreadableError as error:
        _refuse(error.reason)
    if isinstance(source, reading.UnreadableError):
        _refuse(source.reason)
    return source


def _plain(name: str, text: str) -> reading.Source:
    if len(text) > reading.LARGEST_TEXT:
        _refuse(f"more than {reading.LARGEST_TEXT:,} characters; split it")
    carrier = TextCarrier(text)
    return reading.Source(name=name, text=text, carrier=carrier, encoding="utf-8")


def _json(body: bytes) -> Any:  # noqa: ANN401 - what JSON holds
    try:
        return json.loads(body, parse_constant=_no_constant)
    except RecursionError:
        raise Problem(HTTPStatus.BAD_REQUEST, "not JSON: nested too deeply") from None
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg} at character {error.pos}"
        raise Problem(HTTPStatus.BAD_REQUEST, message) from None
    except ValueError:  # of the encoding, or of a number with thousands of digits
        raise Problem(HTTPStatus.BAD_REQUEST, "not JSON in UTF-8") from None


def _line(line: bytes) -> Any:  # noqa: ANN401 - what JSON holds, or a problem
    try:
        return _json(line)
    except Problem as problem:
        return problem


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _query(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=8)
    except ValueError:
        _refuse("the query has too many fields")
    for name, _ in pairs:
        if name not in {"filename", "fpr"}:
            _refuse(f'unknown field {name[:100]!r} in the query; there are "filename" and "fpr"')
    return dict(pairs)


def _rate(value: object) -> float | None:
    if value is None:
        return None
    try:
        return config.share(value)
    except ValueError as error:
        _refuse(f"fpr: {str(error)[:200]}")


def _media_type(header: str) -> str:
    return header.partition(";")[0].strip().lower()


def _refuse(message: str) -> NoReturn:
    raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, message)
