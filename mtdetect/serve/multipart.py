"""Forms as browsers and curl send them: multipart/form-data (RFC 7578)."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from mtdetect.serve.problem import Problem

_MOST_PARTS: Final = 16


@dataclass
class Part:
    """One field.

    Attributes:
        name: of the field.
        filename: of the file, as the client calls it; None where the field is no file.
        content_type: empty if not given.
        body: its bytes.
    """

    name: str = ""
    filename: str | None = None
    content_type: str = ""
    body: bytearray = field(default_factory=bytearray)


class _Collector:
    """Takes what the parser finds."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._name, self._value = bytearray(), bytearray()

    def begin(self) -> None:
        if len(self.parts) == _MOST_PARTS:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "the form has too many fields")
        self.parts.append(Part())

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        part, name = self.parts[-1], bytes(self._name).lower()
        if name == b"content-disposition":
            _, options = parse_options_header(bytes(self._value))
            part.name = _text(options.get(b"name", b""))
            if b"filename" in options:
                part.filename = _text(options[b"filename"])
        elif name == b"content-type":
            part.content_type = _text(bytes(self._value))
        self._name, self._value = bytearray(), bytearray()

    def data(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].body += data[start:end]


def parse(content_type: str, body: bytes) -> list[Part]:
    """The fields of a form, in order.

    Raises:
        Problem: it is none.
    """
    _, options = parse_options_header(content_type)
    collector, ended = _Collector(), []
    try:
        parser = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": collector.begin,
                "on_header_field": collector.header_name,
                "on_header_value": collector.header_value,
                "on_header_end": collector.header_end,
                "on_part_data": collector.data,
                "on_end": lambda: ended.append(True),
            },
        )
        parser.write(body)
        parser.finalize()
    except KeyError:
        raise Problem(HTTPStatus.BAD_REQUEST, "the form's boundary is missing") from None
    except FormParserError:
        raise Problem(HTTPStatus.BAD_REQUEST, "not a form as multipart/form-data") from None
    if not ended:
        raise Problem(HTTPStatus.BAD_REQUEST, "the form breaks off")
    return collector.parts


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
