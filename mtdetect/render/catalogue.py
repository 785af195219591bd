"""The signals for reading: the list of all, and the page of one."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Final

from mtdetect.render.terminal import clip, excerpt, show
from mtdetect.render.text import signed
from mtdetect.text import Document, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mtdetect.signals import Signal

# What else occurs in a sum of evidence and can be asked about.
OTHER_TERMS: Final = {
    "style": "How much likelier the wording is in machine translation than in English written by"
    " people, by a model learned from translations of the same texts.",
    "prior": "Where the sum of evidence starts, before a word has been read.",
    "length": "A correction for the length of the text, so that sums compare across lengths.",
}

_WIDTH: Final = 96


def render_list(signals: Iterable[Signal], header: Mapping[str, Any], *, width: int) -> str:
    """A line for each signal, as ordered: name, family, weight in force, claim.

    Args:
        signals: what to list.
        header: the model's readable half; a signal that it lacks is listed with a dash.
        width: columns to fill; claims are cut there.
    """
    listed = list(signals)
    names = max((len(s.name) for s in listed), default=0)
    families = max((len(s.family) for s in listed), default=0)
    rows = (
        f"{s.name:<{names}}  {s.family:<{families}}  {_weight(s, header) or '—':>6}  {s.claim}"
        for s in listed
    )
    return "\n".join(clip(row, width) for row in rows)


def render_page(signal: Signal, header: Mapping[str, Any]) -> str:
    """One signal: claim, unit, weight, documentation, and its examples run through it."""
    return "\n".join(_page(signal, header))


def _page(signal: Signal, header: Mapping[str, Any]) -> Iterator[str]:
    model = f"model {header['name']} {header['version']}"
    weight = _weight(signal, header)
    yield f"{signal.name}   ({signal.family})"
    yield ""
    yield from textwrap.wrap(f"{signal.claim[:1].upper()}{signal.claim[1:]}.", _WIDTH)
    yield ""
    yield f"Unit:    {signal.unit}"
    yield f"Weight:  {weight} ({model})" if weight else f"Weight:  not yet weighted ({model})"
    yield ""
    yield from signal.doc.splitlines()
    yield ""
    yield "Fires on"
    for example in signal.fires:
        for place in signal(Document(example)).evidence:
            line, row = excerpt(example, place.span, Span(0, len(example)), _WIDTH - 4)
            yield f"    {line}"
            yield f"    {row}"
    yield "Stays quiet on"
    for example in signal.quiet:
        yield from textwrap.wrap(
            show(example), _WIDTH, initial_indent="    ", subsequent_indent="      "
        )


def _weight(signal: Signal, header: Mapping[str, Any]) -> str | None:
    """What the model makes of one place, in log-odds; None where it does not know the signal."""
    known = header["signals"].get(signal.name)
    return None if known is None else signed(known["weight"], 2)
