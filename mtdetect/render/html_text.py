"""One text's part of the page: verdict, strip, article with notes, and how the sum came about."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from mtdetect.render import html_article
from mtdetect.render.figures import percent, sentence, signed
from mtdetect.render.html_elements import Html, element, join
from mtdetect.render.html_index import badge
from mtdetect.render.html_strip import MOST_BARS, strip
from mtdetect.render.html_sum import origin, sum_table
from mtdetect.render.html_words import (
    chance,
    count,
    headline,
    kind,
    paragraph_numbers,
    paragraph_range,
    read_as,
    standing,
)
from mtdetect.render.terminal import clip

if TYPE_CHECKING:
    from mtdetect.files import UnreadableError
    from mtdetect.reading import Mark, Source
    from mtdetect.report import Report
    from mtdetect.result import Hidden, Scored

_PASSAGES_SHOWN: Final = 12
_PLACES_SHOWN: Final = 5
_OF: Final = ("probability of machine translation", "for the text as a whole")
_WHY: Final = {
    "suppressed": "hidden by a comment in the text",
    "known": "known to the baseline",
}


def text(scored: Scored, prefix: str, level: int) -> Html:
    """Everything about one text.

    Args:
        scored: the text and its report.
        prefix: of every id, so that ids are unique on the page.
        level: of the heading, 1 or 2.
    """
    source, report = scored.source, scored.report
    article = html_article.render(scored, prefix)
    return element(
        "article",
        _head(scored, level),
        _glance(scored, prefix),
        _marks(source),
        _section("The text", level, _legend(scored), article, id_=f"{prefix}-text"),
        _section("How the figure came about", level, sum_table(report)),
        _section("Where it may come from", level, origin(report)),
        _hidden(scored),
        id=prefix,
        class_=f"report {report.verdict}",
    )


def unreadable(error: UnreadableError, prefix: str, level: int) -> Html:
    """A text that there is nothing to say about, and why."""
    return element(
        "article",
        element(
            "header",
            element("p", element("bdi", error.name), class_="name") if level == 1 else "",
            element(f"h{level}", "Could not be read"),
            element("p", sentence(error.reason), class_="standing"),
        ),
        id=prefix,
        class_="report unreadable",
    )


def _section(heading: str, level: int, *content: Html, id_: str | None = None) -> Html:
    """A part under a heading; nothing where it has no content."""
    if not any(content):
        return Html()
    return element("section", element(f"h{level + 1}", heading), *content, id=id_)


def _head(scored: Scored, level: int) -> Html:
    source, report = scored.source, scored.report
    facts = [("Verdict", badge(report.verdict)), ("Words", f"{report.words:,}")]
    if report.probability is not None and report.log_odds is not None:
        facts.append(("Log-odds", signed(report.log_odds)))
    if report.probability is not None and report.threshold is not None:
        facts.append(("Flagged above", signed(report.threshold)))
    facts.append(("Read as", read_as(source)))
    if scored.known:
        facts.append(("Baseline", "known, not new"))
    figure = element(
        "p",
        element("span", chance(report), class_="figure"),
        " ",
        element("span", _OF[report.verdict == "mixed"], class_="where"),
        class_="probability",
    )
    return element(
        "header",
        # A page of several texts has the name on the fold.
        element("p", element("bdi", source.name), class_="name") if level == 1 else "",
        element(
            "div",
            element(f"h{level}", headline(report)),
            "" if report.probability is None else figure,
            class_="verdict-line",
        ),
        element("p", standing(report), class_="standing"),
        element(
            "dl",
            *(element("div", element("dt", name), element("dd", value)) for name, value in facts),
            class_="facts",
        ),
        *(
            element("p", element("b", "On reading it: "), sentence(warning), class_="warning")
            for warning in source.warnings
        ),
    )


def _glance(scored: Scored, prefix: str) -> Html:
    """The strip, and the suspect passages as links."""
    drawing = strip(scored, prefix)
    if not drawing:
        return drawing
    sentences = len(scored.report.sentences)
    bar = (
        "a sentence" if sentences <= MOST_BARS else f"about {sentences // MOST_BARS + 1} sentences"
    )
    caption = (
        f"Each bar is {bar}, as wide as the words and as high as they are likely to be"
        " machine-translated; the line is at one half. Ticks above are findings, ticks below signs"
        " of a human hand."
    )
    return element(
        "figure",
        drawing,
        _passages(scored.report, prefix),
        element("figcaption", caption),
        class_="glance",
    )


def _passages(report: Report, prefix: str) -> Html:
    shown = [p for p in report.passages if p.flagged or report.verdict == "machine"]
    if not shown or report.verdict not in {"machine", "mixed"}:
        return Html()
    items = [
        element(
            "li",
            element(
                "a",
                paragraph_range(passage.span, report.paragraphs),
                href=f"#{prefix}-p{paragraph_numbers(passage.span, report.paragraphs)[0]}",
            ),
            " ",
            element("b", percent(passage.probability)),
            element("span", f" {count(passage.words, 'word')}", class_="where"),
        )
        for passage in shown[:_PASSAGES_SHOWN]
    ]
    if len(shown) > _PASSAGES_SHOWN:
        items.append(element("li", f"and {len(shown) - _PASSAGES_SHOWN} more"))
    label = "Suspect passage" if len(shown) == 1 else "Suspect passages"
    return element(
        "div",
        element("span", label, class_="label"),
        element("ul", *items, aria_label=label),
        class_="passages",
    )


def _legend(scored: Scored) -> Html:
    """What the marks mean, only those that occur."""
    report = scored.report
    kinds = {kind(finding) for finding in scored.findings}
    keys = []
    if any((p.probability or 0) >= 0.5 for p in report.paragraphs):
        keys.append(
            element(
                "span",
                element("span", "50 %", class_="s1"),
                " ",
                element("span", "80 %", class_="s2"),
                " ",
                element("span", "95 %", class_="s3"),
                " or more",
            )
        )
    if any(p.verdict == "machine" for p in report.paragraphs):
        keys.append(element("span", element("span", "telling wording", class_="telling")))
    names = {
        "damage": "finding",
        "light": "finding without weight",
        "hand": "sign of a human hand",
        "odd": "unusual together",
    }
    keys += [
        element("span", element("mark", words, class_=name))
        for name, words in names.items()
        if name in kinds
    ]
    return element("p", *keys, class_="legend") if keys else Html()


def _marks(source: Source) -> Html:
    """Traces of translation tools in the markup, apart from the score."""
    if not source.marks:
        return Html()
    by_message: defaultdict[str, list[Mark]] = defaultdict(list)
    for mark in source.marks:
        by_message[mark.message].append(mark)
    items = []
    for message, marks in by_message.items():
        places = list(dict.fromkeys(source.carrier.place(mark.span).brief() for mark in marks))
        if len(places) > _PLACES_SHOWN:
            places[_PLACES_SHOWN:] = [f"{len(places) - _PLACES_SHOWN} more"]
        items.append(
            element(
                "li",
                sentence(clip(message, 500)),
                " ",
                element("span", ", ".join(places), class_="where"),
            )
        )
    return element(
        "section",
        element("p", "Traces of translation tools in the file", class_="label"),
        element("ul", *items),
        element(
            "p",
            "They stand in the markup, not in the prose, and count for nothing in the score.",
            class_="where",
        ),
        class_="provenance",
        aria_label="Traces of translation tools in the file",
    )


def _hidden(scored: Scored) -> Html:
    """Findings that are not shown, folded away, with the reason."""
    if not scored.hidden:
        return Html()
    whys = {item.why for item in scored.hidden}
    reasons = " or ".join(words for why, words in _WHY.items() if why in whys)
    return element(
        "details",
        element("summary", f"{count(len(scored.hidden), 'finding')} {reasons}"),
        element("ul", *(_hidden_item(item, scored.source) for item in scored.hidden)),
        element(
            "p",
            "What is hidden still counts: the verdict and the figure are those of the whole text.",
            class_="where",
        ),
        class_="hidden",
    )


def _hidden_item(item: Hidden, source: Source) -> Html:
    finding = item.finding
    why = f"{_WHY[item.why]}: {clip(item.note, 300)}" if item.note else _WHY[item.why]
    details = join(
        [
            source.place(finding.span).brief(),
            signed(finding.weight) if finding.weight else "weighs nothing here",
            why,
            html_article.explained(finding.signal),
        ],
        " · ",
    )
    return element(
        "li",
        element("q", clip(finding.text, 120)),
        " ",
        sentence(clip(finding.message, 500)),
        " ",
        element("span", details, class_="where"),
    )
