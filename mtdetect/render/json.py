"""The reports as JSON, for programs: one object for all texts, or a line for each.

``docs/report.schema.json`` describes every field, ``docs/json.md`` says what may be relied on.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from mtdetect import fingerprint
from mtdetect.result import Scored
from mtdetect.text import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtdetect.reading import Source
    from mtdetect.report import ModelId
    from mtdetect.result import Result

SCHEMA: Final = "mtdetect-report/1"

# What a terminal obeys, what turns the direction of a line, and lone surrogates, as in the name of
# a file that is not UTF-8: JSON can spell these out without loss.
_ESCAPED: Final = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def render(results: Sequence[Result], *, version: str, model: ModelId) -> str:
    """One object with a row for every text or error, in order; no final line break.

    Spans count code points of the prose that was scored, places say where that stands in the file.

    Args:
        results: scored texts, or why there is none.
        version: of this package.
        model: the model that spoke.
    """
    head = {"schema": SCHEMA, "version": version, "model": asdict(model)}
    rows = ",\n".join(dump(_row(result)) for result in results)
    return f'{dump(head)[:-1]}, "files": [\n{rows}\n]}}'


def render_line(result: Result, *, version: str, model: ModelId) -> str:
    """One result as an object of its own, on one line without a line break at its end."""
    head = {"schema": SCHEMA, "version": version, "model": asdict(model)}
    return dump(head | _row(result))


def render_lines(results: Sequence[Result], *, version: str, model: ModelId) -> str:
    """A line for each result, as ``render_line`` makes them; no final line break."""
    return "\n".join(render_line(result, version=version, model=model) for result in results)


def dump(content: dict[str, Any], *, indent: int | None = None) -> str:
    """As JSON in which nothing can steer a terminal; on one line without an indent."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=indent)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def _row(result: Result) -> dict[str, Any]:
    if not isinstance(result, Scored):
        return {"name": result.name, "error": result.reason}
    source = result.source
    return {
        "name": source.name,
        "format": source.format,
        "encoding": source.encoding,
        "warnings": list(source.warnings),
        "provenance": [
            {
                "name": mark.name,
                "message": mark.message,
                "place": source.carrier.place(mark.span).to_dict(),
            }
            for mark in source.marks
        ],
        "known": result.known,
        "fingerprint": fingerprint.document_fingerprint(result),
        "report": _report(result),
    }


def _report(scored: Scored) -> dict[str, Any]:
    """``Report.to_dict``, and beside each span its place in the file."""
    report = scored.report.to_dict()
    for kind in ("paragraphs", "sentences", "passages", "findings"):
        for part in report[kind]:
            part["place"] = _place(scored.source, part["span"])
    for part, name in zip(
        report["passages"], fingerprint.passage_fingerprints(scored), strict=True
    ):
        part["fingerprint"] = name
    hidden = {item.finding: {"why": item.why, "note": item.note} for item in scored.hidden}
    names = fingerprint.fingerprints(scored)
    for part, name, finding in zip(report["findings"], names, scored.report.findings, strict=True):
        part["fingerprint"] = name
        part["hidden"] = hidden.get(finding)
    return report


def _place(source: Source, span: Sequence[int]) -> dict[str, Any]:
    start, end = span
    return source.place(Span(start, end)).to_dict()
