"""Who may ask: pages of other sites may not, whatever name they reach this machine by.

A browser lets any page send forms to 127.0.0.1, and a name of the attacker's own may be made to
point there (DNS rebinding). So while the service listens on this machine only, it answers to this
machine's own names, and it never takes a request that another site's page has sent.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from mtdetect.serve.problem import Problem

if TYPE_CHECKING:
    from starlette.datastructures import Headers

_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[^\[\]:@/?#\\\s]+)(?::[0-9]*)?", re.ASCII)
_OWN_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def is_loopback(address: str) -> bool:
    """Whether an IP address can be reached from this machine only."""
    return ip_address(address.partition("%")[0]).is_loopback


def names_of(address: str) -> frozenset[str] | None:
    """What the Host header may say where the service listens on this address; None: anything."""
    if not is_loopback(address):
        return None
    return _OWN_NAMES | {f"[{address}]" if ":" in address else address}


def check(method: str, headers: Headers, names: frozenset[str] | None) -> None:
    """Let a request pass.

    Raises:
        Problem: it is meant for another host, or another site's page has sent it.
    """
    host = headers.get("host", "").lower()
    parts = _HOST.fullmatch(host)
    if parts is None or (names is not None and parts.group(1) not in names):
        raise Problem(HTTPStatus.BAD_REQUEST, "this service has another name (Host)")
    if method in _READING:
        return
    origin = headers.get("origin")
    site = headers.get("sec-fetch-site", "same-origin")
    if site not in {"same-origin", "none"} or (origin is not None and _netloc(origin) != host):
        raise Problem(HTTPStatus.FORBIDDEN, "pages of other sites may not send texts")


def _netloc(origin: str) -> str:
    """Host and port of an origin; empty for "null"."""
    try:
        return urlsplit(origin.lower()).netloc
    except ValueError:
        return ""
