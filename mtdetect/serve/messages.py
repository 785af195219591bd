"""What goes from the process that speaks HTTP to a worker, and back."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON: Final = "application/json"
HTML: Final = "text/html; charset=utf-8"

_SIZES: Final = struct.Struct(">II")
SIZES: Final = _SIZES.size
"""Bytes at the start of a frame; ``sizes`` reads them."""


@dataclass(frozen=True, slots=True)
class Job:
    """A request as it came, its body not looked into.

    Attributes:
        body: bytes.
        content_type: the header, whole; empty if there was none.
        query: what stood after the question mark, undecoded.
        batch: whether it was sent to where many texts go.
        html: whether a page is wanted rather than JSON.
    """

    body: bytes
    content_type: str = ""
    query: str = ""
    batch: bool = False
    html: bool = False

    def frame(self) -> bytes:
        """As bytes for a pipe."""
        head = {
            "content_type": self.content_type,
            "query": self.query,
            "batch": self.batch,
            "html": self.html,
        }
        return frame(head, self.body)


class Answer(NamedTuple):
    """What to send back.

    Attributes:
        status: of HTTP.
        type: the content type.
        body: bytes.
        headers: others, by their names.
    """

    status: int
    type: str
    body: bytes
    headers: Mapping[str, str] = {}


def frame(head: dict[str, Any], body: bytes = b"") -> bytes:
    """A message as bytes: two lengths, a head in JSON, and what it is about."""
    encoded = json.dumps(head).encode()
    return _SIZES.pack(len(encoded), len(body)) + encoded + body


def sizes(start: bytes) -> tuple[int, int]:
    """The lengths of head and body, from the first ``SIZES`` bytes of a frame."""
    head, body = _SIZES.unpack(start)
    return head, body
