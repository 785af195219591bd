"""The report as an editor reads it: the verdict first, then the words that gave the text away."""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeVar

from mtdetect.phrases import NAME as ODD
from mtdetect.render.catalogue import LAST
from mtdetect.render.figures import humans, percent, rounded, sentence, signed
from mtdetect.render.terminal import clip, clip_middle, columns, excerpt, no_command, wrap
from mtdetect.render.wordings import telling
from mtdetect.signals import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtdetect.reading import Source
    from mtdetect.report import Contribution, Finding, Report
    from mtdetect.result import Scored
    from mtdetect.text import Span

NARROWEST: Final = 40
WIDEST: Final = 200

_FINDINGS_SHOWN: Final = 25  # per passage; more is a wall, and --explain has them all
_WORDINGS_SHOWN: Final = 4
_FURNITURE_SHOWN: Final = 3
_INDENT: Final = " " * 6
_SMALL: Final = 0.005  # contributions that would be shown as 0.00
_SGR: Final = {"machine": "1;31", "mixed": "1;33", "human": "32", "insufficient": "2"}


class _Placed(Protocol):
    """Whatever has a place in the text."""

    @property
    def span(self) -> Span: ...


_Part = TypeVar("_Part", bound=_Placed)


class _Region(NamedTuple):
    """A stretch that is shown together: a suspect one, or a paragraph that merely has findings."""

    span: Span
    probability: float | None
    suspect: bool


def render(scored: Scored, *, width: int, color: bool, explain: bool) -> str:
    """The report on one text for a terminal, without a final line break.

    A human or insufficient text is one line, and one for each trace of a translation tool in its
    markup. Otherwise the suspect passages follow with their findings, and the sum of the evidence.
    Nothing in the name or the text reaches the result unescaped (see ``mtdetect.render.terminal``).

    Args:
        scored: the text and what the detector said of it, with ``explain=True``.
        width: columns to fill; taken as 40 or 200 where it lies outside.
        color: whether to emit ANSI colours.
        explain: add every finding and the table of all contributions.
    """
    width = min(max(width, NARROWEST), WIDEST)
    source, text = scored.source, scored.source.text
    report = replace(scored.report, findings=scored.findings)
    lines = [*_head(source.name, report, width, color=color), *_mark_lines(source, width)]
    flagged = report.verdict in {"machine", "mixed"}
    if flagged or explain:
        for region, findings in _grouped(report, flagged=flagged, explain=explain):
            lines += ["", *_region_lines(region, report, text, width)]
            lines += _finding_lines(
                findings,
                report,
                source,
                width,
                color=color,
                explain=explain,
            )
        lines += ["", *_sum_lines(report, width), *_furniture_lines(report, text, width)]
        lines += _hidden_lines(scored, width)
    if explain:
        lines += ["", *_table(report, text, width)]
    return "\n".join(map(no_command, lines))


def render_line(name: str, report: Report, *, color: bool) -> str:
    """The verdict alone, on one line, with the whole name: for lists and pipes."""
    line = [clip_middle(name, len(name) * 10), *_verdict(report, color=color)]
    return no_command("   ".join(line))


def _verdict(report: Report, *, color: bool) -> list[str]:
    word = f"\x1b[{_SGR[report.verdict]}m{report.verdict}\x1b[0m" if color else report.verdict
    return [word] if report.probability is None else [word, percent(report.probability)]


def _head(name: str, report: Report, width: int, *, color: bool) -> list[str]:
    plain = "   ".join(_verdict(report, color=False))
    shown_name = clip_middle(name, width - 3 - columns(plain))
    line = "   ".join([shown_name, *_verdict(report, color=color)])
    used = columns(shown_name) + 3 + columns(plain)
    remark = (
        clip(report.reason or "", 500) if report.verdict == "insufficient" else _standing(report)
    )
    if not remark:
        return [line]
    if used + 3 + columns(remark) <= width:
        return [f"{line}   {remark}"]
    if report.verdict == "human":  # one line, whatever the width
        remark = f"({_words(report)})"
        return [f"{line}   {remark}" if used + 3 + columns(remark) <= width else line]
    return [line, *("  " + part for part in wrap(remark.split(), width - 2))]


def _standing(report: Report) -> str:
    """How the text compares with human ones, as a remark in brackets."""
    share = humans(report.fpr)
    if report.verdict == "machine":
        return f"({_words(report)}; at most {share} score as high)"
    if report.verdict == "human":
        return f"({_words(report)}; below the line that {share} cross)"
    count = sum(passage.flagged for passage in report.passages)
    passages = "1 passage is" if count == 1 else f"{count} passages are"
    return f"({_words(report)}; the whole is below the line that {share} cross, {passages} above)"


def _words(report: Report) -> str:
    return "1 word" if report.words == 1 else f"{report.words:,} words"


def _grouped(
    report: Report, *, flagged: bool, explain: bool
) -> list[tuple[_Region, list[Finding]]]:
    """Suspect stretches in text order, each with the findings to show in it."""
    whole = report.verdict == "machine"
    regions = [
        _Region(p.span, p.probability, suspect=True) for p in report.passages if whole or p.flagged
    ]
    if whole:
        regions += [
            _Region(paragraph.span, paragraph.probability, suspect=True)
            for paragraph in report.paragraphs
            if paragraph.verdict == "machine" and not _touching(regions, paragraph.span)
        ]
    if not flagged:
        regions = []
    human_hand = {name for name, signal in catalogue().items() if signal.family == "human"}
    grouped: dict[_Region, list[Finding]] = {region: [] for region in regions}
    ordered = sorted(regions, key=_start)
    for finding in report.findings:
        if finding.signal == ODD or (not explain and finding.signal in human_hand):
            continue  # the former stand beside the wording; the latter are in the sum, and noise
        home = next(iter(_touching(ordered, finding.span)), None)
        if home is None and (whole or explain):
            home = _paragraph_of(finding.span, report)
        if home is not None:
            grouped.setdefault(home, []).append(finding)
    return sorted(grouped.items(), key=lambda item: item[0].span)


def _touching(parts: Sequence[_Part], span: Span) -> Sequence[_Part]:
    """Those of ``parts`` that share a character with ``span``; in text order and apart."""
    first = bisect_right(parts, span.start, key=_end)
    return parts[first : bisect_left(parts, span.end, lo=first, key=_start)]


def _paragraph_of(span: Span, report: Report) -> _Region:
    index = bisect_right(report.paragraphs, span.start, key=lambda p: p.span.start) - 1
    if index < 0 or span.start >= report.paragraphs[index].span.end:
        return _Region(span, None, suspect=False)
    paragraph = report.paragraphs[index]
    return _Region(paragraph.span, paragraph.probability, suspect=False)


def _numbers(span: Span, report: Report) -> str:
    """The paragraphs that a stretch touches, counted from 1 as a reader would."""
    hit = _touching(report.paragraphs, span)
    if not hit:
        return "¶ ?"
    first = 1 + bisect_left(report.paragraphs, hit[0].span.start, key=_start)
    return f"¶ {first}" if len(hit) == 1 else f"¶ {first}–{first + len(hit) - 1}"


def _region_lines(region: _Region, report: Report, text: str, width: int) -> list[str]:
    start = f"  {_numbers(region.span, report):<7} "
    if region.probability is not None:
        start += f"{percent(region.probability):<7}"
    if not region.suspect:
        return [start.rstrip()]
    indent = columns(start)
    first, last = (bisect_left(report.findings, edge, key=_start) for edge in region.span)
    odd = [finding.span for finding in report.findings[first:last] if finding.signal == ODD]
    lines = [
        *_quotations(
            "the wording:",
            [
                phrase.of(text)
                for phrase in telling(region.span, report.contributions, text, most=_WORDINGS_SHOWN)
            ],
            width - indent,
        ),
        *_quotations("unusual combinations:", [span.of(text) for span in odd], width - indent),
    ]
    if not lines:
        return [start.rstrip()]
    return [start + lines[0], *(" " * indent + line for line in lines[1:])]


def _quotations(label: str, phrases: Sequence[str], width: int) -> list[str]:
    """Phrases of the text behind a label, wrapped; nothing if there are none."""
    if not phrases:
        return []
    longest = min(48, width - len("“”,"))
    quoted = [f"“{clip(words, longest)}”" for words in phrases]
    return wrap([label, *(f"{quote}," for quote in quoted[:-1]), quoted[-1]], width)


def _start(part: _Placed | Contribution) -> int:
    return part.span.start if part.span else sys.maxsize


def _end(part: _Placed) -> int:
    return part.span.end


def _finding_lines(
    findings: Sequence[Finding],
    report: Report,
    source: Source,
    width: int,
    *,
    color: bool,
    explain: bool,
) -> Iterator[str]:
    shown = None if explain else _FINDINGS_SHOWN
    strongest = sorted(findings, key=lambda finding: -abs(finding.weight))[:shown]
    room = width - len(_INDENT)
    for finding in sorted(strongest, key=lambda finding: finding.span):
        within = _paragraph_of(finding.span, report).span
        line, row = excerpt(source.text, finding.span, within, room)
        yield _INDENT + line
        yield _INDENT + (f"\x1b[31m{row}\x1b[0m" if color else row)
        *message, last = sentence(clip(finding.message, 500)).split(" ")
        # Nothing is shown where another finding has counted the same cause.
        weight = f"   {signed(finding.weight)}" if finding.weight else ""
        place = f"{source.place(finding.span).brief()}:".split()
        name = [f"  ({clip(finding.signal, room - 4)})"] if explain else []
        for part in wrap([*place, *message, f"{last}{weight}", *name], room):
            yield _INDENT + part
    if left := len(findings) - len(strongest):
        rest = f"… and {left} more {'place' if left == 1 else 'places'} (--explain shows all)"
        yield from (_INDENT + part for part in wrap(rest.split(), room))


def _mark_lines(source: Source, width: int) -> list[str]:
    """What the markup says about the page's origin; it is no part of the score."""
    lines = []
    for mark in source.marks:
        said = clip(mark.message, 500).split(" ")
        place = f" ({source.carrier.place(mark.span).brief()})"
        first, *rest = wrap(["provenance:", *said, place], width - 4)
        lines += [f"  {first}", *(f"    {line}" for line in rest)]
    return lines


def _hidden_lines(scored: Scored, width: int) -> list[str]:
    """How many findings are not shown."""
    lines = []
    for why, by in (
        ("suppressed", "by comments in the text"),
        ("known", "as the baseline has them"),
    ):
        if count := sum(hidden.why == why for hidden in scored.hidden):
            many = "1 finding is" if count == 1 else f"{count} findings are"
            lines += wrap(f"{many} hidden, {by}.".split(), width - 2)
    return ["  " + line for line in lines]


def _sum_lines(report: Report, width: int) -> list[str]:
    """The evidence by kind, adding up to the document's log-odds."""
    if report.log_odds is None:
        return []
    by_signal: defaultdict[str, float] = defaultdict(float)
    for contribution in report.contributions:
        by_signal[contribution.signal] += contribution.weight
    style = by_signal.pop("style", 0.0)
    last = [(name, by_signal.pop(name)) for name in LAST if name in by_signal]
    pro = sorted(((n, w) for n, w in by_signal.items() if w > 0), key=lambda item: -item[1])
    contra = sorted(((n, w) for n, w in by_signal.items() if w < 0), key=lambda item: item[1])
    if len(pro) > 1:
        pro = [(f"{len(pro)} kinds of page artifact", sum(weight for _, weight in pro))]
    parts = [("Style", style), *pro, *contra, *last]
    shares = rounded([weight for _, weight in parts], report.log_odds)
    shown = [
        f"{name.replace('_', ' ')} {signed(weight)}"
        for (name, _), weight in zip(parts, shares, strict=True)
        if weight
    ]
    pieces = [*(f"{part} ·" for part in shown[:-1]), *shown[-1:], f"= {signed(report.log_odds)}"]
    if report.threshold is not None:
        pieces.append(f"  (flagged above {signed(report.threshold)})")
    return ["  " + line for line in wrap(pieces, width - 2)]


def _furniture_lines(report: Report, text: str, width: int) -> list[str]:
    furniture = [p.span for p in report.paragraphs if p.kind == "furniture"]
    if not furniture:
        return []
    openings = list(dict.fromkeys(" ".join(span.of(text)[:200].split()[:3]) for span in furniture))
    quoted = [f"“{clip(opening, 24)}”" for opening in openings[:_FURNITURE_SHOWN]]
    if len(openings) > _FURNITURE_SHOWN:
        quoted.append("…")
    many = "1 paragraph" if len(furniture) == 1 else f"{len(furniture)} paragraphs"
    were = "was" if len(furniture) == 1 else "were"
    sentence = f"{many} of page furniture {were} left out ({', '.join(quoted)})."
    return ["  " + line for line in wrap(sentence.split(), width - 2)]


def _table(report: Report, text: str, width: int) -> Iterator[str]:
    """The contributions by size, with the running sum; the last row holds the log-odds."""
    rows = sorted(report.contributions, key=lambda c: -abs(c.weight))
    small = [row.weight for row in rows if abs(row.weight) < _SMALL]
    rows = rows[: len(rows) - len(small)]
    longest = max([len("signal"), *(columns(clip(c.signal, 80)) for c in rows)])
    name_width = min(longest, width // 3)
    yield clip(f"  {'weight':>7} {'sum':>7}  {'signal':<{name_width}}  words", width)
    total = 0.0
    for row in rows:
        total += row.weight
        name = clip(row.signal, name_width)
        start = f"  {signed(row.weight, 2):>7} {signed(total, 2):>7}  {name}"
        start += " " * (name_width - columns(name) + 2)
        words = f"“{clip(row.span.of(text), width - columns(start) - 2)}”" if row.span else "—"
        yield start + words
    if small:
        start = f"  {signed(sum(small), 2):>7} {signed(total + sum(small), 2):>7}  "
        many = "1 smaller one" if len(small) == 1 else f"{len(small):,} smaller ones"
        yield clip(f"{start}and {many}", width)
