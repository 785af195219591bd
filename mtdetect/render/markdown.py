"""The reports as Markdown, for a comment on a pull request or an issue.

Nothing from a text or a file name is read as markup: no link, image, mention, reference to an
issue or HTML comes about. The whole stays below the length that GitHub takes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from mtdetect.render import alerts
from mtdetect.render.figures import percent, signed
from mtdetect.render.terminal import clip, show
from mtdetect.result import Scored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mtdetect.reading import Mark, Source
    from mtdetect.report import Finding, ModelId, Passage
    from mtdetect.result import Result

LONGEST: Final = 60_000
"""Characters of a report; GitHub takes comments of 65,536."""

_ROWS: Final = 100
_FINDINGS: Final = 10  # in a passage
_MARKS: Final = 20
_PASSAGE_COLUMNS: Final = 320
_FINDING_COLUMNS: Final = 120
_NAME_COLUMNS: Final = 200
_FLAGGED: Final = frozenset({"machine", "mixed"})

_ZERO_WIDTH: Final = "\u200b"
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_SPECIAL: Final = re.compile(r"[\\`*_\[\]|~$#&<>]")
# What GitHub makes a link or a picture of although no mark of Markdown stands there: mentions and
# addresses, numbers of issues and advisories, addresses of pages, short names of emoji.
_LINKED: Final = re.compile(
    r"(?<=@)|(?<=#)(?=\w)|(?<=!)(?=\d)|(?<=:)(?=//)|(?<=www)(?=\.)|(?<=:)(?=[\w+-]+:)"
    r"|(?:(?<=\bGH)|(?<=\bCVE)|(?<=\bGHSA))(?=-\w)",
    re.IGNORECASE,
)


def render(results: Sequence[Result], *, version: str, model: ModelId) -> str:
    """A summary, a table of all texts, a section for each new flagged one; no final line break.

    Args:
        results: scored texts, or why there is none.
        version: of this package.
        model: the model that spoke.
    """
    last = f"mtdetect {escape(version)}, model {escape(model.name)} {escape(model.version)}."
    lines = [*_summary(results), "", *_table(results), *_provenance(results)]
    room = LONGEST - len(last) - 200 - sum(len(line) + 1 for line in lines)
    new = [result for result in results if isinstance(result, Scored) and _new(result)]
    for number, scored in enumerate(new):
        for line in ("", *_section(scored)):
            room -= len(line) + 1
            if room < 0:
                rest = len(new) - number - 1
                more = f", and {_count(rest, 'more flagged text')}" if rest else ""
                cut = f"… There is no room here for the rest of this text{more}."
                return "\n".join([*lines, "", cut, "", last])
            lines.append(line)
    return "\n".join([*lines, "", last])


def escape(text: str) -> str:
    """``text`` so that Markdown shows it as it is, on one line; not for the start of a line."""
    broken = _LINKED.sub(_ZERO_WIDTH, show(text))
    return _SPECIAL.sub(lambda match: _ENTITIES.get(match[0], f"\\{match[0]}"), broken)


def _new(scored: Scored) -> bool:
    return scored.report.verdict in _FLAGGED and not scored.known


def _summary(results: Sequence[Result]) -> Iterator[str]:
    scored = [result for result in results if isinstance(result, Scored)]
    new = sum(map(_new, scored))
    yield f"**mtdetect: {new:,} of {_count(len(scored), 'text')} flagged**"
    yield ""
    if known := sum(item.known and item.report.verdict in _FLAGGED for item in scored):
        yield f"{_count(known, 'more text')} would be, but for the baseline that knows of it."
    if unread := len(results) - len(scored):
        yield f"{_count(unread, 'file')} could not be read."
    yield "The percentage is the probability of machine translation at even odds: a reason to look,"
    yield "never a proof."


def _table(results: Sequence[Result]) -> Iterator[str]:
    """A row for each text: the new ones that are flagged, then errors, then the others."""
    ordered = sorted(results, key=_urgency)
    yield "| file | verdict | probability | words |"
    yield "| --- | --- | --: | --: |"
    rows = _fitting(f"| {' | '.join(_cells(result))} |" for result in ordered[:_ROWS])
    yield from rows
    if left := ordered[len(rows) :]:
        flagged = sum(_urgency(result) == 0 for result in left)
        some = f"{flagged:,} of them flagged" if flagged else "none of them flagged"
        yield f"| … and {len(left):,} more, {some} | | | |"


def _fitting(lines: Iterable[str]) -> list[str]:
    """The first lines that fit into a third of the report together."""
    room = LONGEST // 3
    fitting = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        fitting.append(line)
    return fitting


def _urgency(result: Result) -> int:
    if not isinstance(result, Scored):
        return 1
    return 0 if _new(result) else 2


def _cells(result: Result) -> tuple[str, str, str, str]:
    if not isinstance(result, Scored):
        reason = escape(clip(result.reason, _NAME_COLUMNS))
        return _name(result.name), f"not read: {reason}", "", ""
    report = result.report
    verdict: str = f"**{report.verdict}**" if _new(result) else report.verdict
    if report.reason:
        verdict += f": {escape(clip(report.reason, _NAME_COLUMNS))}"
    if result.known:
        verdict += " (known)"
    chance = "" if report.probability is None else _percent(report.probability)
    return _name(result.source.name), verdict, chance, f"{report.words:,}"


def _provenance(results: Sequence[Result]) -> Iterator[str]:
    """Traces of translation tools in the markup of any text."""
    scored = [result for result in results if isinstance(result, Scored)]
    marks = [(item.source, mark) for item in scored for _, mark in alerts.traces(item.source)]
    if not marks:
        return
    yield from ("", "Traces of translation tools in the markup:", "")
    shown = _fitting(_trace(source, mark) for source, mark in marks[:_MARKS])
    yield from shown
    if len(marks) > len(shown):
        yield f"- … and {len(marks) - len(shown):,} more"


def _trace(source: Source, mark: Mark) -> str:
    place = escape(source.carrier.place(mark.span).brief())
    return f"- In {_name(source.name)}, {place}: {escape(clip(mark.message, _NAME_COLUMNS))}"


def _section(scored: Scored) -> Iterator[str]:
    """A text: its passages, quoted, each with what was found in it, then what was found beside."""
    report = scored.report
    hidden = {item.finding for item in scored.hidden}
    inside: defaultdict[int | None, list[Finding]] = defaultdict(list)
    for _, finding, home in alerts.suspect_findings(report):
        if finding not in hidden:
            inside[home].append(finding)
    yield f"### {_name(scored.source.name)}"
    for number, passage in alerts.suspect_passages(report):
        yield from _passage(scored, passage)
        yield from _findings(scored, inside[number])
    if inside[None]:
        yield from ("", "**Beside the passages**" if report.passages else "**In the text**")
        yield from _findings(scored, inside[None])
    if hidden:
        yield ""
        yield f"{_count(len(hidden), 'finding')} suppressed or known to the baseline."


def _passage(scored: Scored, passage: Passage) -> Iterator[str]:
    place = escape(scored.source.place(passage.span).brief())
    chance, words = _percent(passage.probability), _count(passage.words, "word")
    yield ""
    yield f"**From {place}, {words}, {chance}**"
    yield ""
    yield f"> “{_quotation(passage.span.of(scored.source.text), _PASSAGE_COLUMNS)}”"


def _findings(scored: Scored, findings: Sequence[Finding]) -> Iterator[str]:
    """The strongest, in text order."""
    strongest = sorted(findings, key=lambda finding: -finding.weight)[:_FINDINGS]
    if findings:
        yield ""
    for finding in sorted(strongest, key=lambda finding: finding.span):
        place = escape(scored.source.place(finding.span).brief())
        weight = f", {signed(finding.weight)}" if finding.weight else ""
        message = escape(clip(finding.message, _PASSAGE_COLUMNS))
        words = _quotation(finding.text, _FINDING_COLUMNS)
        yield f"- “{words}” ({place}{weight}): {message}"
    if len(findings) > _FINDINGS:
        yield f"- … and {len(findings) - _FINDINGS:,} more"


def _quotation(text: str, limit: int) -> str:
    return escape(alerts.quotation(text, limit))


def _name(name: str) -> str:
    return escape(clip(name, _NAME_COLUMNS))


def _percent(probability: float) -> str:
    return escape(percent(probability))


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
