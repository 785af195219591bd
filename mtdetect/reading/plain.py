"""Plain text: the prose is the file."""

from __future__ import annotations

from mtdetect.reading.encoding import decode
from mtdetect.reading.source import Source


def read(name: str, data: bytes) -> Source:
    """The text of a plain text file; line ends stay as they are.

    Raises:
        UnreadableError: the bytes are no text.
    """
    decoded = decode(name, data)
    return Source(
        name=name,
        text=decoded.text,
        carrier=decoded.carrier,
        warnings=decoded.warnings,
        encoding=decoded.encoding,
    )
