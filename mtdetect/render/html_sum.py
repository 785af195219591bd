"""How the probability came about: contributions that add up, and the three origins."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from mtdetect.render.catalogue import LAST
from mtdetect.render.figures import percent, rounded, signed
from mtdetect.render.html_article import explained
from mtdetect.render.html_elements import Html, element, join, number
from mtdetect.render.html_words import chance, count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtdetect.report import Report

_WIDTH: Final = 1000.0
_ORIGINS: Final = (
    ("native", "written in English"),
    ("human_translated", "translated by a person"),
    ("machine_translated", "translated by a machine"),
)


class Row(NamedTuple):
    """A kind of evidence: what it weighs in all its places together, to one decimal."""

    signal: str
    places: int
    weight: float


def rows(report: Report) -> list[Row]:
    """The evidence by kind; the weights add up to the rounded log-odds.

    Style first, then what speaks for a machine and what against, by size, then what does not come
    from the words. What is rounded to nothing is left out.
    """
    weights: defaultdict[str, float] = defaultdict(float)
    places: Counter[str] = Counter()
    for contribution in report.contributions:
        weights[contribution.signal] += contribution.weight
        places[contribution.signal] += 1
    evidence = [name for name in weights if name not in {"style", *LAST}]
    names = [
        *(["style"] if "style" in weights else []),
        *sorted((n for n in evidence if weights[n] >= 0), key=lambda n: -weights[n]),
        *sorted((n for n in evidence if weights[n] < 0), key=lambda n: weights[n]),
        *(name for name in LAST if name in weights),
    ]
    shown = rounded([weights[name] for name in names], report.log_odds or 0.0)
    listed = zip(names, shown, strict=True)
    return [Row(name, places[name], weight) for name, weight in listed if weight]


def sum_table(report: Report) -> Html:
    """The table of contributions with a bar for each, and the sum as the probability."""
    if report.log_odds is None or report.probability is None or not report.contributions:
        return Html()
    listed = rows(report)
    sums = [0.0, *accumulate(row.weight for row in listed)]
    total, threshold = round(report.log_odds, 1), report.threshold
    scale = _Scale([*sums, *([] if threshold is None else [threshold])])
    body = [
        element(
            "tr",
            element("th", explained(row.signal), *_places(row), scope="row"),
            element("td", scale.bar(before, before + row.weight, threshold), class_="bar"),
            element("td", signed(row.weight), class_="num"),
            element("td", signed(after), class_="num sum"),
        )
        for row, before, after in zip(listed, sums, sums[1:], strict=False)
    ]
    result = element(
        "tr",
        element("th", "Log-odds", scope="row"),
        element("td", scale.bar(0.0, total, threshold, total=True), class_="bar"),
        element("td", signed(total), class_="num"),
        element("td", _equals(chance(report)), class_="num sum"),
    )
    head = element(
        "tr",
        element("th", "Evidence", scope="col"),
        element("th", "adding up from even odds", scope="col", class_="bar"),
        element("th", "Weight", scope="col", class_="num"),
        element("th", "Sum", scope="col", class_="num sum"),
    )
    line = (
        element("p", f"The line at {signed(threshold)} is where a text is flagged. ", _LOG_ODDS)
        if threshold is not None
        else element("p", _LOG_ODDS)
    )
    table = element(
        "table",
        element("thead", head),
        element("tbody", *body),
        element("tfoot", result),
        class_="sums",
    )
    return join([table, line])


_LOG_ODDS: Final = (
    "Zero is even odds; each 0.7 doubles them, each −0.7 halves them. Weights of one kind of"
    " evidence are taken together, and rounded so that they add up."
)


def _equals(shown: str) -> str:
    return shown if shown.startswith(("<", ">")) else f"= {shown}"


def _places(row: Row) -> list[str]:
    if row.signal in LAST:
        return []
    unit = "word" if row.signal == "style" else "place"
    return [" ", element("span", count(row.places, unit), class_="where")]


class _Scale:
    """From log-odds to the width of a bar, with some room at both ends."""

    def __init__(self, values: Sequence[float]) -> None:
        low, high = min(0.0, *values), max(0.0, *values)
        margin = 0.04 * (high - low) or 1.0
        self._low, self._span = low - margin, high - low + 2 * margin

    def at(self, value: float) -> float:
        return _WIDTH * (value - self._low) / self._span

    def bar(
        self, start: float, end: float, threshold: float | None, *, total: bool = False
    ) -> Html:
        """A bar between two running sums, with the lines of even odds and of the threshold."""
        left, right = sorted((self.at(start), self.at(end)))
        side = "pro" if end > start else "contra"
        zero = number(self.at(0.0))
        lines = [element("path", d=f"M{zero} 0V20", class_="zero")]
        if threshold is not None:
            lines.append(element("path", d=f"M{number(self.at(threshold))} 0V20", class_="line"))
        return element(
            "svg",
            *lines,
            element(
                "rect",
                x=number(left),
                y=4,
                width=number(max(1.5, right - left)),
                height=12,
                class_=f"{side} total" if total else side,
            ),
            viewBox="0 0 1000 20",
            preserveAspectRatio="none",
            aria_hidden="true",
        )


def origin(report: Report) -> Html:
    """The probabilities of the three origins, in per cent that add up to 100."""
    if report.origin is None:
        return Html()
    probabilities = [report.origin[name] for name, _ in _ORIGINS]
    whole = rounded(probabilities, 1.0, decimals=2)
    left, bars, items = 0.0, [], []
    for (name, words), share, exact in zip(_ORIGINS, whole, probabilities, strict=True):
        bars.append(
            element(
                "rect",
                x=number(_WIDTH * left),
                y=0,
                width=number(_WIDTH * exact),
                height=20,
                class_=name,
            )
        )
        left += exact
        shown = "< 1 %" if share <= 0 else "> 99 %" if share >= 1 else percent(share)
        items.append(
            element(
                "li",
                element("span", class_=f"swatch {name}", aria_hidden="true"),
                element("b", shown),
                f" {words}",
            )
        )
    drawing = element(
        "svg",
        *bars,
        viewBox="0 0 1000 20",
        preserveAspectRatio="none",
        aria_hidden="true",
        class_="origin-bar",
    )
    return join([drawing, element("ul", *items, class_="origins")])
