"""What a signal is: one decorated function from a document to a reading."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mtdetect.text import Document, Span


class Evidence(NamedTuple):
    """One place in the text that a signal points at.

    ``note`` completes the signal's claim for this place ("Spanish for: to turn somebody down");
    empty where the claim says it all. ``strength`` is the share of the signal's weight that this
    place carries, where something in the document makes it weaker than most.
    """

    span: Span
    note: str = ""
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a signal measured in a document.

    ``value`` is a rate in the signal's unit; None means "not measurable here", never zero.
    ``evidence`` lists every place that was counted, in text order.
    """

    value: float | None
    evidence: tuple[Evidence, ...] = ()


_NOTHING = Reading(0.0)

Measure = Callable[["Document"], Reading]


@dataclass(frozen=True, slots=True)
class Signal:
    """A measurement with its name, documentation, claim and examples.

    Calling it measures a document. ``claim`` is the sentence a report prints under a finding;
    ``fires`` and ``quiet`` are texts on which it must and must not find evidence.
    """

    name: str
    family: str
    claim: str
    unit: str
    fires: tuple[str, ...]
    quiet: tuple[str, ...]
    doc: str
    measure: Measure = field(repr=False)

    def __call__(self, document: Document) -> Reading:
        """Measure ``document``."""
        return self.measure(document)


def signal(
    *, claim: str, unit: str, fires: tuple[str, ...], quiet: tuple[str, ...]
) -> Callable[[Measure], Signal]:
    """Declare a signal: its name is the function's, its documentation the docstring.

    Args:
        claim: one plain sentence that holds wherever the signal finds evidence.
        unit: what ``Reading.value`` counts, e.g. "per 2,000 characters".
        fires: texts in which the signal must find evidence.
        quiet: texts in which it must find none.
    """

    def declare(measure: Measure) -> Signal:
        return Signal(
            name=measure.__name__,
            family=measure.__module__.rpartition(".")[2],
            claim=claim,
            unit=unit,
            fires=fires,
            quiet=quiet,
            doc=inspect.cleandoc(measure.__doc__ or ""),
            measure=measure,
        )

    return declare


def rate(evidence: Iterable[Evidence | Span], *, per: float) -> Reading:
    """A reading of ``len(evidence) / per``; not measurable where ``per`` is zero.

    Args:
        evidence: places found, in any order; bare spans get an empty note.
        per: how many units (hundreds of sentences, 2,000-character pages, …) were looked at.
    """
    places = [e if isinstance(e, Evidence) else Evidence(e) for e in evidence]
    if per <= 0:
        return Reading(None)
    return Reading(len(places) / per, tuple(sorted(places))) if places else _NOTHING


def per_page(document: Document, evidence: Iterable[Evidence | Span]) -> Reading:
    """A reading per 2,000 characters of prose, the unit of the counts in the wild."""
    return rate(evidence, per=document.n_prose_characters / 2000)
