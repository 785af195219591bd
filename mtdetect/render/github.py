"""The reports as annotations of GitHub Actions: commands that a step prints and the runner reads.

The form, and what the runner does with lines and columns, follow the sources of the runner
(``ActionCommand`` and ``ActionCommandManager`` in actions/runner). What becomes an annotation is
said in ``mtdetect.render.alerts``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from mtdetect import uris
from mtdetect.reading.places import TextPlace
from mtdetect.render import alerts
from mtdetect.render.terminal import clip, show
from mtdetect.result import Scored

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mtdetect.reading import Place
    from mtdetect.report import ModelId
    from mtdetect.result import Result

MOST: Final = 10
"""GitHub keeps so many annotations of each kind from a step."""

_LONGEST_REASON: Final = 1000
_COMMANDS: Final = {"warning": "warning", "note": "notice"}
_TITLES: Final = {
    alerts.DOCUMENT: "Reads as machine-translated",
    alerts.PASSAGE: "Passage reads as machine-translated",
}
_FIRST: Final = (alerts.DOCUMENT, alerts.PASSAGE)


# In the name of a file: what a terminal obeys, what turns a line around, lone surrogates.
_STEERING: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


class _Annotation(NamedTuple):
    command: str  # "error", "warning" or "notice"
    order: tuple[int, float]  # the smallest first
    properties: dict[str, str]
    message: str


def render(results: Sequence[Result], *, version: str, model: ModelId) -> str:  # noqa: ARG001 - all renderers take the same
    """A line for each annotation, strongest first, without a final line break.

    Of errors and warnings the first ten are given, as GitHub drops the others without a word; a
    notice at the end says how many there are beyond. What was suppressed or is known to the
    baseline is left out.

    Args:
        results: scored texts, or why there is none.
        version: of this package; not used.
        model: the model that spoke; not used.
    """
    found = [annotation for result in results for annotation in _annotations(result)]
    found.sort(key=lambda annotation: annotation.order)
    lines: list[str] = []
    left_out = 0
    for command in ("error", "warning", "notice"):
        of_kind = [a for a in found if a.command == command]
        most = MOST - 1 if command == "notice" else MOST  # the last one tells of the rest
        lines += map(_line, of_kind[:most])
        left_out += max(0, len(of_kind) - most)
    if left_out:
        more = "1 more place is" if left_out == 1 else f"{left_out:,} more places are"
        message = f"{more} not shown here: GitHub keeps {MOST} annotations of a kind from a step."
        lines.append(f"::notice title=mtdetect::{_data(message)}")
    return "\n".join(lines)


def _annotations(result: Result) -> Iterable[_Annotation]:
    if not isinstance(result, Scored):
        properties = _file(uris.file_of(result)) | {"title": "mtdetect: not read"}
        message = clip(f"{result.name}: {result.reason}", _LONGEST_REASON)
        yield _Annotation("error", (0, 0.0), properties, message)
        return
    for alert in alerts.shown(result):
        first = _FIRST.index(alert.rule) if alert.rule in _FIRST else len(_FIRST)
        lead = "" if isinstance(alert.place, TextPlace) else f"In {show(alert.place.brief())}: "
        yield _Annotation(
            _COMMANDS[alert.level],
            (first, -alert.rank),
            _file(uris.file_of(result.source))
            | _lines(alert.rule, alert.place)
            | {"title": f"mtdetect: {_TITLES.get(alert.rule, alert.rule)}"},
            lead + alert.message,
        )


def _file(name: str) -> dict[str, str]:
    """The file as a path from the root of the repository, where the step was started there."""
    if name == uris.STDIN:
        return {}
    return {"file": _STEERING.sub(lambda match: show(match.group()), uris.posix(name))}


def _lines(rule: str, place: Place) -> dict[str, str]:
    """Where an annotation stands; a whole text is marked at its first line.

    Columns go with a single line only: the runner drops them from longer stretches. They count code
    points, and the end is exclusive; GitHub says of neither how it counts.
    """
    lines = alerts.lines(place)
    if lines is None:
        return {}
    if rule == alerts.DOCUMENT:
        return {"line": str(lines.line)}
    where = {"line": str(lines.line), "endLine": str(lines.end_line)}
    if lines.line == lines.end_line:
        where |= {"col": str(lines.column), "endColumn": str(lines.end_column)}
    return where


def _line(annotation: _Annotation) -> str:
    properties = ",".join(
        f"{name}={_property(value)}" for name, value in annotation.properties.items()
    )
    return f"::{annotation.command} {properties}::{_data(annotation.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
