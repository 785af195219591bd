"""What a client is told when there is no report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from mtdetect.serve.messages import HTML, JSON, Answer
from mtdetect.serve.page import problem_page

if TYPE_CHECKING:
    from collections.abc import Mapping
    from http import HTTPStatus

RETRY: Final = {"retry-after": "2"}
"""For problems that another try in a moment may not have; in seconds."""


class Problem(Exception):  # noqa: N818 - it is what the client gets
    """A request that gets no report.

    Args:
        status: of HTTP.
        message: why, in words for a user.
        headers: to go with the answer.
    """

    def __init__(
        self, status: HTTPStatus, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers or {}

    def answer(self, *, html: bool) -> Answer:
        """As JSON, ``{"error": …}``, or as a page."""
        if html:
            page = problem_page(self.status, self.message)
            return Answer(self.status, HTML, page.encode("utf-8", "replace"), self.headers)
        body = json.dumps({"error": self.message}).encode()
        return Answer(self.status, JSON, body, self.headers)
