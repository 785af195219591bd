"""Several texts: a table of all, each row a link to the text's part of the page."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from mtdetect.render.figures import signed
from mtdetect.render.html_elements import Html, element, escape
from mtdetect.render.html_strip import mini
from mtdetect.render.html_words import chance, count
from mtdetect.result import Scored

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtdetect.files import UnreadableError
    from mtdetect.result import Result

VERDICTS: Final = ("machine", "mixed", "human", "insufficient")
_COLUMNS: Final = (
    ("Text", "name"),
    ("At a glance", "glance"),
    ("Verdict", "verdict"),
    ("Probability", "num"),
    ("Log-odds", "num odds"),
    ("Words", "num words"),
    ("Findings", "num findings"),
)


def tally(results: Sequence[Result]) -> str:
    """As in "4 texts: 1 machine, 2 human, 1 insufficient; 1 could not be read"."""
    verdicts = Counter(r.report.verdict for r in results if isinstance(r, Scored))
    scored = sum(verdicts.values())
    unread = len(results) - scored
    line = count(scored, "text")
    if scored:
        line += ": " + ", ".join(f"{verdicts[v]:,} {v}" for v in VERDICTS if verdicts[v])
    return line + (f"; {unread:,} could not be read" if unread else "")


def index(results: Sequence[Result]) -> Html:
    """The table, in the order of the results; the page's script makes its heads sort."""
    head = element(
        "tr",
        *(
            element(
                "th",
                label,
                scope="col",
                class_=class_,
                data_sort=None if class_ == "glance" else "",
            )
            for label, class_ in _COLUMNS
        ),
    )
    body = (
        element(
            "tr",
            *(
                _scored(result, number)
                if isinstance(result, Scored)
                else _unreadable(result, number)
            ),
            class_=result.report.verdict if isinstance(result, Scored) else "unreadable",
        )
        for number, result in enumerate(results, start=1)
    )
    return element(
        "table", element("thead", head), element("tbody", *body), class_="index", id="index"
    )


def badge(verdict: str) -> Html:
    """The verdict's word, with a shape for it."""
    return element("span", verdict, class_=f"badge {verdict}")


def _scored(scored: Scored, number: int) -> Iterator[Html]:
    report = scored.report
    yield _name(scored.source.name, number)
    yield element("td", mini(report), class_="glance")
    known = element("span", " known to the baseline", class_="where") if scored.known else ""
    yield element(
        "td",
        badge(report.verdict),
        known,
        class_="verdict",
        data_key=VERDICTS.index(report.verdict),
    )
    odds = "–" if report.log_odds is None else signed(report.log_odds)
    yield _figure(chance(report), report.probability, "num")
    yield _figure(odds, report.log_odds, "num odds")
    yield _figure(f"{report.words:,}", report.words, "num words")
    found = len(scored.findings)
    yield _figure(f"{found:,}", found, "num findings")


def _unreadable(error: UnreadableError, number: int) -> Iterator[Html]:
    yield _name(error.name, number)
    yield element(
        "td",
        element("b", "could not be read: "),
        escape(error.reason),
        class_="reason",
        colspan=len(_COLUMNS) - 1,
    )


def _name(name: str, number: int) -> Html:
    link = element("a", element("bdi", name), href=f"#t{number}")
    return element("th", link, scope="row", class_="name")


def _figure(shown: str, value: float | None, class_: str) -> Html:
    return element("td", shown, class_=class_, data_key="" if value is None else f"{value:.6g}")
