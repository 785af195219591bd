"""The reports as a table for a spreadsheet: a row for each paragraph.

Cells are quoted as in RFC 4180; lines end with LF.
"""

from __future__ import annotations

import csv
import io
from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from mtdetect import phrases
from mtdetect.render.alerts import quotation
from mtdetect.render.terminal import show
from mtdetect.result import Scored

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtdetect.report import Finding, ModelId
    from mtdetect.result import Result

COLUMNS: Final = (
    "file",
    "format",
    "verdict",
    "probability",
    "words",
    "reason",
    "known",
    "paragraph",
    "place",
    "kind",
    "paragraph_verdict",
    "paragraph_probability",
    "paragraph_log_odds",
    "findings",
    "excerpt",
)
"""What ``docs/reports.md`` explains."""

_LONGEST_EXCERPT: Final = 120
_MOST_NAMES: Final = 200  # of findings in a cell; spreadsheets hold 32,767 characters there
_DECIMALS: Final = 4

# A spreadsheet takes a cell that begins so for a formula, whatever its quotes: OWASP, "CSV
# injection". The last four are the wide forms, which some editions read alike.
_FORMULA: Final = tuple("=+-@\t\r\n＝＋－＠")


def render(results: Sequence[Result], *, version: str, model: ModelId) -> str:  # noqa: ARG001 - all renderers take the same
    """A header, then a row for each paragraph, text without one, and error; no final line break.

    What comes from a text or a file name is shown as on a terminal, and has an apostrophe in front
    where a spreadsheet would take it for a formula.

    Args:
        results: scored texts, or why there is none.
        version: of this package; not used.
        model: the model that spoke; not used.
    """
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for result in results:
        writer.writerows(_rows(result))
    return file.getvalue().removesuffix("\n")


def _rows(result: Result) -> Iterator[dict[str, str]]:
    if not isinstance(result, Scored):
        yield {"file": _text(result.name), "verdict": "error", "reason": _text(result.reason)}
        return
    report = result.report
    whole = {
        "file": _text(result.source.name),
        "format": _text(result.source.format),
        "verdict": report.verdict,
        "probability": _number(report.probability),
        "words": str(report.words),
        "reason": _text(report.reason or ""),
        "known": "yes" if result.known else "no",
    }
    if not report.paragraphs:
        yield whole
    findings = _by_paragraph(result)
    for number, paragraph in enumerate(report.paragraphs, start=1):
        yield whole | {
            "paragraph": str(number),
            "place": _text(result.source.place(paragraph.span).brief()),
            "kind": paragraph.kind,
            "paragraph_verdict": paragraph.verdict,
            "paragraph_probability": _number(paragraph.probability),
            "paragraph_log_odds": _number(paragraph.log_odds),
            "findings": _text(_names(findings[number - 1])),
            "excerpt": _text(quotation(paragraph.span.of(result.source.text), _LONGEST_EXCERPT)),
        }


def _by_paragraph(scored: Scored) -> list[list[Finding]]:
    """The findings that begin in each paragraph, or after it and before the next."""
    paragraphs = scored.report.paragraphs
    found: list[list[Finding]] = [[] for _ in paragraphs]
    for finding in scored.findings if found else ():
        index = bisect_right(paragraphs, finding.span.start, key=lambda p: p.span.start) - 1
        found[max(index, 0)].append(finding)
    return found


def _names(findings: Sequence[Finding]) -> str:
    """As in "link_capital +2.09; hedges -0.53", without what weighs nothing by its nature."""
    names = [f"{f.signal} {f.weight:+.2f}" for f in findings if f.signal != phrases.NAME]
    more = len(names) - _MOST_NAMES
    return "; ".join([*names[:_MOST_NAMES], *([f"… and {more:,} more"] if more > 0 else [])])


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.{_DECIMALS}f}"


def _text(text: str) -> str:
    shown = show(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown
