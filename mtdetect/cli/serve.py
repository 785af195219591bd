"""``mtdetect serve``: texts in over HTTP, reports out, and a page for editors."""

from __future__ import annotations

import argparse
import os
import signal
import socket
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from mtdetect import config, files
from mtdetect.cli.console import CLEAN, FAILED, INTERRUPTED, complain, write
from mtdetect.cli.options import checked
from mtdetect.cli.tell import add_deep, add_model

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_DESCRIPTION = """\
Score texts over HTTP: POST /score, POST /score/batch, GET /health, GET /openapi.json; and a page
for people at /. docs/serve.md says more.

There is no authentication. It listens on this machine alone unless --host says otherwise.
"""
_NEEDS: Final = ("starlette", "uvicorn", "python_multipart")


def run(argv: Sequence[str]) -> int:
    """Serve until a signal ends it; the exit code."""
    options = _parser().parse_args(argv)
    if not all(map(find_spec, _NEEDS)):
        complain('serving needs more packages: pip install "mtdetect[serve]"')
        return FAILED
    try:
        listener = _listener(options.host, options.port)
    except OSError as error:
        complain(f"cannot listen on {options.host}, port {options.port}: {files.reason(error)}")
        return FAILED
    with listener:
        return _serve(options, listener)


def _serve(options: argparse.Namespace, listener: socket.socket) -> int:
    from mtdetect.serve import guard  # noqa: PLC0415 - needs the extra
    from mtdetect.serve.limits import Limits  # noqa: PLC0415 - as above
    from mtdetect.serve.pool import StartError  # noqa: PLC0415 - as above
    from mtdetect.serve.server import Service  # noqa: PLC0415 - as above
    from mtdetect.serve.worker import Settings  # noqa: PLC0415 - as above

    if not guard.is_loopback(listener.getsockname()[0]):
        complain("warning: others can reach this service, and there is no authentication")
    service = Service(
        listener=listener,
        workers=options.workers,
        settings=Settings(options.model, options.profile, options.fpr, options.deep),
        limits=Limits(body=options.max_bytes, seconds=options.timeout),
        started=_print,
        log=complain,
    )
    try:
        ended_by = service.run()
    except StartError as error:
        complain(str(error))
        return FAILED
    return INTERRUPTED if ended_by == signal.SIGINT else CLEAN


def _print(address: str) -> None:
    write(f"{address}\n", None)


def _listener(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        OSError: it cannot.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except UnicodeError:
        raise OSError("not the name of a host") from None
    family, _, _, _, address = found[0]
    return socket.create_server(address[:2], family=family)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mtdetect serve",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    add(
        "--port",
        type=_number(int, 0, 65535, "a port"),
        default=8765,
        metavar="N",
        help="port to listen on; 0 takes one that is free and prints it (default: 8765)",
    )
    add(
        "--workers",
        type=_number(int, 1, 1024, "a number of processes"),
        default=_cores(),
        metavar="N",
        help=f"processes that score (default: one for each core, here {_cores()})",
    )
    add(
        "--max-bytes",
        type=_number(int, 1, files.LARGEST, "a number of bytes"),
        default=10_000_000,
        metavar="N",
        help=f"largest request, at most {files.LARGEST} (default: 10000000)",
    )
    add(
        "--timeout",
        type=_number(float, 0.1, 3600, "a number of seconds"),
        default=30.0,
        metavar="SECONDS",
        help="longest time to wait for a worker, and to be scored (default: 30)",
    )
    point = parser.add_mutually_exclusive_group().add_argument
    point(
        "--fpr",
        type=checked(config.share),
        metavar="SHARE",
        help="share of human texts that may be flagged, where a request says none (default: 0.01)",
    )
    point("--profile", metavar="FILE", help="an operating point made by mtdetect calibrate")
    add_model(parser)
    add_deep(parser)
    return parser


def _number(
    kind: Callable[[str], float], lowest: float, highest: float, what: str
) -> Callable[[str], Any]:
    """A check of a number for argparse."""

    def convert(value: str) -> float:
        try:
            number = kind(value)
        except ValueError:
            number = float("nan")
        if not lowest <= number <= highest:
            raise argparse.ArgumentTypeError(
                f"{value!r} is not {what} from {lowest:,} to {highest:,}"
            )
        return number

    return convert


def _cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
