"""What the service takes at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST_TEXTS: Final = 256
"""Texts in one batch."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the service takes at most, so that no client can fill memory or keep others waiting.

    Attributes:
        body: bytes of a request.
        seconds: for a request to come in; then to wait for a worker; then to be scored.
        queue: requests that wait for a worker.
    """

    body: int = 10_000_000
    seconds: float = 30.0
    queue: int = 256

    @property
    def held(self) -> int:
        """Bytes of all requests and answers in memory, above which no more are let in."""
        return 16 * self.body
