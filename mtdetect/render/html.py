"""The report as one page for a browser: nothing is fetched, nothing is lost without its script."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from mtdetect.render import html_about, html_text
from mtdetect.render.html_elements import Html, element, join
from mtdetect.render.html_index import badge, index, tally
from mtdetect.render.html_words import chance
from mtdetect.result import Scored

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtdetect.report import ModelId
    from mtdetect.result import Result


def render(results: Sequence[Result], *, version: str, model: ModelId) -> str:
    """A self-contained page on any number of texts.

    Nothing in a text or a name reaches the page as markup (``html_elements``), and the page's
    content security policy lets nothing run or load but its own style and script.

    Args:
        results: scored texts, with ``explain=True``, and what could not be read, in order.
        version: of this package.
        model: the model that spoke.
    """
    style, script = Html(_asset("report.css")), Html(_asset("report.js"))
    policy = (
        f"default-src 'none'; style-src 'sha256-{_digest(style)}';"
        f" script-src 'sha256-{_digest(script)}'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("link", rel="icon", href="data:,"),
        element("title", _title(results)),
        element("style", style),
    )
    body = element(
        "body",
        element("a", "Skip to the report", href="#main", class_="skip"),
        element("main", *_main(results), id="main", tabindex="-1"),
        _end(results, version, model),
        element("script", script),
    )
    page = element("html", head, body, lang="en")
    return f"<!doctype html>\n{page}"


@cache
def _asset(name: str) -> str:
    return files("mtdetect.render").joinpath(name).read_text(encoding="utf-8")


def _digest(content: str) -> str:
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def _title(results: Sequence[Result]) -> str:
    if len(results) != 1:
        return f"mtdetect: {tally(results)}"
    (result,) = results
    if isinstance(result, Scored):
        return f"{result.source.name}: {result.report.verdict}"
    return f"{result.name}: could not be read"


def _main(results: Sequence[Result]) -> Iterator[Html]:
    if len(results) == 1:
        yield _part(results[0], "t1", 1)
        return
    yield element(
        "header",
        element("p", "mtdetect", class_="name"),
        element("h1", tally(results)),
        class_="all",
    )
    if results:
        yield index(results)
    for number, result in enumerate(results, start=1):
        yield element("details", _summary(result), _part(result, f"t{number}", 2), class_="file")


def _part(result: Result, prefix: str, level: int) -> Html:
    if isinstance(result, Scored):
        return html_text.text(result, prefix, level)
    return html_text.unreadable(result, prefix, level)


def _summary(result: Result) -> Html:
    """What is seen of a text's part while it is folded."""
    if isinstance(result, Scored):
        name, verdict = result.source.name, badge(result.report.verdict)
        figure = element("span", chance(result.report), class_="num")
    else:
        name, verdict, figure = result.name, element("span", "could not be read"), Html()
    return element(
        "summary", element("bdi", name, class_="name"), " ", join([verdict, figure], " ")
    )


def _end(results: Sequence[Result], version: str, model: ModelId) -> Html:
    scored = [result for result in results if isinstance(result, Scored)]
    signals = {finding.signal for s in scored for finding in s.report.findings}
    signals |= {c.signal for s in scored for c in s.report.contributions}
    parts = [
        element(
            "section",
            element("h2", "What it does not know"),
            html_about.limits(),
        ),
        element(
            "section",
            element("h2", "What the evidence means"),
            html_about.explanations(signals),
        )
        if signals
        else Html(),
        html_about.colophon(version, model, {s.report.fpr for s in scored}),
    ]
    return element("footer", *parts)
