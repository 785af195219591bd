"""Content negotiation, as far as it goes here: a page or JSON."""

from __future__ import annotations


def wants_html(accept: str) -> bool:
    """Whether an Accept header names HTML, and JSON not before it; as browsers do and curl not."""
    weights = dict(_weights(accept))
    html = max(weights.get("text/html", 0.0), weights.get("application/xhtml+xml", 0.0))
    return html > weights.get("application/json", 0.0)


def _weights(accept: str) -> list[tuple[str, float]]:
    found = []
    for item in accept.split(","):
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = float(parameter[2:])
                except ValueError:
                    weight = 0.0
        found.append((name, weight))
    return found
