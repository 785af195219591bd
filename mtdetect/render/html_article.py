"""The article as it reads: shaded, marked, with its notes beside it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Final

from mtdetect import phrases
from mtdetect.render import wordings
from mtdetect.render.catalogue import OTHER_TERMS
from mtdetect.render.figures import percent, sentence, signed
from mtdetect.render.html_elements import Html, element, escape, join, prose
from mtdetect.render.html_segments import Marking, Segment, segments
from mtdetect.render.html_words import KINDS, count, kind, level, title
from mtdetect.render.terminal import clip
from mtdetect.signals import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtdetect.reading import Source
    from mtdetect.report import Finding, ParagraphRating, Report
    from mtdetect.result import Scored
    from mtdetect.text import Span

_CHARACTERS_PER_PHRASE: Final = 240  # of a suspect paragraph, for each phrase that is underlined
_MOST_PHRASES: Final = 200  # of one paragraph, in a text without line ends
_NOTES_SHOWN: Final = 8  # beside one paragraph; the others are folded away
_PLACES_SHOWN: Final = 3
_OPENINGS_SHOWN: Final = 3


@dataclass(slots=True)
class _Part:
    """A paragraph with what is to be shown in it and beside it."""

    number: int
    rating: ParagraphRating
    levels: list[tuple[Span, int]] = field(default_factory=list)
    markings: list[Marking] = field(default_factory=list)
    noted: list[tuple[int, Finding]] = field(default_factory=list)
    odd: list[Finding] = field(default_factory=list)


def render(scored: Scored, prefix: str) -> Html:
    """The paragraphs of a text in order, page furniture folded away.

    Args:
        scored: the text, with the findings to show.
        prefix: of every id, so that ids are unique on the page.
    """
    blocks = []
    for furniture, parts in groupby(_parts(scored), lambda p: p.rating.kind == "furniture"):
        if furniture:
            blocks.append(_furniture(list(parts), scored.source, prefix))
        else:
            blocks.extend(_paragraph(part, scored.source, prefix) for part in parts)
    return element("div", *blocks, class_="text")


def numbered(findings: Sequence[Finding]) -> Iterator[tuple[int, Finding]]:
    """The findings that get a note of their own, numbered from 1."""
    return enumerate((f for f in findings if f.signal != phrases.NAME), start=1)


def telling(report: Report, text: str) -> list[Span]:
    """The phrases whose wording speaks most for machine translation, in text order.

    They are looked for in suspect paragraphs only: elsewhere they say nothing.
    """
    chosen: list[Span] = []
    for paragraph in report.paragraphs:
        if paragraph.verdict == "machine":
            length = paragraph.span.end - paragraph.span.start
            most = min(1 + length // _CHARACTERS_PER_PHRASE, _MOST_PHRASES)
            chosen += sorted(
                wordings.telling(paragraph.span, report.contributions, text, most=most)
            )
    return chosen


def _parts(scored: Scored) -> list[_Part]:
    report = scored.report
    parts = [_Part(i, rating) for i, rating in enumerate(report.paragraphs, start=1)]
    if not parts:
        return parts
    starts = [part.rating.span.start for part in parts]
    for rated in report.sentences:
        home = parts[max(0, bisect_right(starts, rated.span.start) - 1)]
        home.levels.append((rated.span, level(rated.probability)))
    markings = [Marking(finding.span, kind(finding)) for finding in scored.findings]
    markings += [Marking(span, "telling") for span in telling(report, scored.source.text)]
    for marking in markings:
        index = max(0, bisect_right(starts, marking.span.start) - 1)
        while index < len(parts) and starts[index] < marking.span.end:
            parts[index].markings.append(marking)
            index += 1
    for number, finding in numbered(scored.findings):
        parts[max(0, bisect_right(starts, finding.span.start) - 1)].noted.append((number, finding))
    for finding in scored.findings:
        if finding.signal == phrases.NAME:
            parts[max(0, bisect_right(starts, finding.span.start) - 1)].odd.append(finding)
    return parts


def _paragraph(part: _Part, source: Source, prefix: str) -> Html:
    rating = part.rating
    step = level(rating.probability)
    chance = "" if rating.probability is None else percent(rating.probability)
    gutter = element(
        "div",
        element("a", f"¶ {part.number}", href=f"#{prefix}-p{part.number}", class_="pn"),
        element("span", chance, class_="chance") if step else "",
        class_="gutter",
    )
    return element(
        "div",
        gutter,
        element("p", _marked(part, source.text, prefix)),
        _notes(part, source, prefix),
        class_=f"para l{step} suspect" if rating.verdict == "machine" else f"para l{step}",
        id=f"{prefix}-p{part.number}",
    )


def _furniture(parts: Sequence[_Part], source: Source, prefix: str) -> Html:
    """A run of furniture paragraphs; open where there is something to see."""
    openings = [
        f"“{clip(' '.join(part.rating.span.of(source.text)[:200].split()[:6]), 40)}”"
        for part in parts[:_OPENINGS_SHOWN]
    ]
    if len(parts) > _OPENINGS_SHOWN:
        openings.append("…")
    summary = element(
        "summary",
        element("span", count(len(parts), "paragraph"), " of page furniture, left out"),
        " ",
        element("span", ", ".join(openings), class_="openings"),
    )
    weighs = any(finding.weight for part in parts for _, finding in part.noted)
    return element(
        "details",
        summary,
        *(_paragraph(part, source, prefix) for part in parts),
        class_="furniture",
        open=weighs,
    )


def _marked(part: _Part, text: str, prefix: str) -> Html:
    """The text of a paragraph with its shading, marks and references."""
    cut = segments(
        part.rating.span,
        part.levels,
        part.markings,
        [(finding.span.end, number) for number, finding in part.noted],
    )
    return join(
        element("span", *inside, class_=f"s{step}") if step else join(inside)
        for step, inside in (
            (step, [_segment(segment, text, prefix) for segment in group])
            for step, group in groupby(cut, lambda segment: segment.level)
        )
    )


def _segment(segment: Segment, text: str, prefix: str) -> Html:
    words = prose(segment.span.of(text))
    found = next((name for name in KINDS if name in segment.labels), None)
    if found is not None and words:
        words = element(
            "mark", words, class_=f"{found} deep" if segment.labels[found] > 1 else found
        )
    elif "telling" in segment.labels:
        words = element("span", words, class_="telling")
    references = (
        element(
            "a",
            class_="ref",
            id=f"{prefix}-r{number}",
            href=f"#{prefix}-n{number}",
            data_n=number,
            aria_label=f"Note {number}",
        )
        for number in segment.references
    )
    return join([words, *references])


def _notes(part: _Part, source: Source, prefix: str) -> Html:
    """What is said beside a paragraph: one note for each claim, with all its places."""
    by_claim: defaultdict[tuple[str, str], list[tuple[int, Finding]]] = defaultdict(list)
    for number, finding in part.noted:
        by_claim[finding.signal, finding.message].append((number, finding))
    notes = [_note(group, source, prefix) for group in by_claim.values()]
    if part.odd:
        notes.append(_odd(part.odd, source.text))
    if not notes:
        return Html()
    label = f"Notes on paragraph {part.number}"
    shown = notes if len(notes) <= _NOTES_SHOWN + 1 else notes[:_NOTES_SHOWN]
    folded = notes[len(shown) :]
    return element(
        "div",
        element("ul", *shown, aria_label=label),
        element(
            "details",
            element("summary", f"and {count(len(folded), 'more note')}"),
            element("ul", *folded),
        )
        if folded
        else "",
        class_="notes",
    )


def _note(group: Sequence[tuple[int, Finding]], source: Source, prefix: str) -> Html:
    finding = group[0][1]
    numbers = join(
        (
            element(
                "a",
                str(number),
                id=f"{prefix}-n{number}",
                href=f"#{prefix}-r{number}",
                class_="n",
                aria_label=f"Note {number}, back to the text",
            )
            for number, _ in group
        ),
        " ",
    )
    weight = sum(found.weight for _, found in group)
    shown = signed(weight)
    if not weight:
        remark = escape("weighs nothing here")
    elif weight < 0:
        remark = join([element("b", shown), " for a human hand"])
    else:
        remark = element("b", shown)
    places = list(dict.fromkeys(source.place(found.span).brief() for _, found in group))
    if len(places) > _PLACES_SHOWN:
        places[_PLACES_SHOWN:] = [f"{len(places) - _PLACES_SHOWN} more"]
    details = join(
        [remark, ", ".join(places), explained(finding.signal)],
        " · ",
    )
    return element(
        "li",
        numbers,
        " ",
        element("span", sentence(clip(finding.message, 500)), class_="claim"),
        " ",
        element("span", details, class_="where"),
        class_=f"note {kind(finding)}",
    )


def _odd(findings: Sequence[Finding], text: str) -> Html:
    phrases_found = ", ".join(f"“{clip(finding.span.of(text), 60)}”" for finding in findings)
    return element(
        "li",
        element("span", f"Unusual together: {phrases_found}.", class_="claim"),
        " ",
        element("span", explained(phrases.NAME), class_="where"),
        class_="note odd",
    )


def explained(signal: str) -> Html:
    """A kind of evidence, as a link to what it means at the end of the page."""
    if signal not in catalogue() and signal not in OTHER_TERMS:
        return element("span", title(signal))
    return element("a", title(signal), href=f"#signal-{signal}")
