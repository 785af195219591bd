"""Artifact evidence: what the signals' findings weigh together.

Each signal has two rates per 2,000 characters, on machine-translated pages and in human text; the
weight of one finding is the log of their ratio. Findings with one cause (a broken quotation trips
several signals) count once; further findings of one signal count less and less.

Damage is not all or nothing: many machine pages show none, because the page was cleaned or pasted
as plain prose. Damage therefore speaks *for* machine translation and its absence says nothing:

    evidence = max(0, log(d * exp(S) + 1 - d)),  S = sum of weights - (surplus rate) * pages / d

with d the share of machine pages that are damaged at all. The surplus term keeps a long text from
being convicted by the few accidents that every long text has.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from mtdetect.signals import catalogue

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from mtdetect.signals import Reading
    from mtdetect.text import Document, Span

HUMAN_BOUND = 1.5
"""Most nats that evidence of a human hand may take from the log-odds: it is easily planted."""

SAME_PLACE = 2
"""Findings whose edges lie at most so many characters apart are at one place."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """A signal's rates per 2,000 characters and what one finding weighs."""

    weight: float
    machine_rate: float
    human_rate: float

    def log_ratio(self) -> float:
        """The log-likelihood ratio of one finding, before caps and bounds."""
        return math.log(self.machine_rate / self.human_rate)


class WeightedEvidence(NamedTuple):
    """One finding with its weight; zero where a stronger one has the same cause."""

    signal: str
    span: Span
    note: str
    weight: float


class UnknownSignalError(Exception):
    """The model weighs a signal that this package does not have."""


def weighings(header: dict[str, Any]) -> dict[str, Weighing]:
    """The signals' weighings in a model's header.

    Raises:
        UnknownSignalError: the header names a signal that is not in the catalogue.
    """
    unknown = sorted(set(header) - set(catalogue()))
    if unknown:
        raise UnknownSignalError(f"the model weighs signals unknown here: {', '.join(unknown)}")
    return {
        name: Weighing(entry["weight"], entry["machine_rate"], entry["human_rate"])
        for name, entry in header.items()
    }


def read_signals(
    document: Document, *, ignored: Collection[str] = frozenset()
) -> dict[str, Reading]:
    """Every signal of the catalogue but the ``ignored`` ones, measured on ``document``."""
    return {name: signal(document) for name, signal in catalogue().items() if name not in ignored}


def gather(
    readings: Mapping[str, Reading], weights: Mapping[str, Weighing]
) -> list[WeightedEvidence]:
    """All evidence in text order, each place with what it weighs alone; zero if it weighs nothing.

    That is its signal's weight, or the share of it that the place carries.
    """
    found = sorted(
        (place.span, name, place.note, place.strength)
        for name, reading in readings.items()
        for place in reading.evidence
    )
    return [
        WeightedEvidence(
            name, span, note, weights[name].weight * strength if name in weights else 0.0
        )
        for span, name, note, strength in found
    ]


def within(found: list[WeightedEvidence], span: Span) -> list[WeightedEvidence]:
    """The evidence that lies wholly inside ``span``."""
    first, last = (bisect_left(found, edge, key=lambda item: item.span.start) for edge in span)
    return [item for item in found[first:last] if item.span.end <= span.end]


def in_force(document: Document, found: list[WeightedEvidence]) -> list[WeightedEvidence]:
    """The same evidence, each place with its weight in force.

    Of damage with one cause only the heaviest finding counts, and each further finding of a signal
    counts half of the one before: what recurs is the habit of a writer, a house or a converter as
    often as a machine's.
    """
    counted = _one_a_cause(document, found)
    seen: dict[str, int] = {}
    result = []
    for index, item in enumerate(found):
        weight = 0.0
        if item.weight < 0 or index in counted:
            weight = item.weight * 0.5 ** seen.get(item.signal, 0)
            seen[item.signal] = seen.get(item.signal, 0) + 1
        result.append(item._replace(weight=weight))
    return result


def _one_a_cause(document: Document, found: list[WeightedEvidence]) -> set[int]:
    """Indices of the damage that counts: the heaviest finding of each cause.

    One cause are findings of one family in one sentence, or one paragraph where quotations break,
    because they run over sentences; and findings of any family that begin or end at the same place:
    a fragment that was cut off takes a quotation mark with it.
    """
    causes: set[tuple[str, int]] = set()
    broken: set[int] = set()
    counted = set()
    damage = [index for index, item in enumerate(found) if item.weight > 0]
    for index in sorted(damage, key=lambda i: -found[i].weight):
        item = found[index]
        cause = _cause(document, item)
        if cause not in causes and broken.isdisjoint(item.span):
            counted.add(index)
            for edge in item.span:
                broken.update(range(edge - SAME_PLACE, edge + SAME_PLACE + 1))
        causes.add(cause)
    return counted


def _cause(document: Document, item: WeightedEvidence) -> tuple[str, int]:
    family = catalogue()[item.signal].family
    if family == "quotation":
        paragraph = document.paragraph_at(item.span.start)
        return family, paragraph.span.start if paragraph else item.span.start
    return family, bisect_right(document.sentences, item.span.start, key=lambda s: s.start)


def pool(
    weighed: list[WeightedEvidence],
    pages: float,
    weights: Mapping[str, Weighing],
    damaged_share: float,
) -> list[WeightedEvidence]:
    """The same evidence with weights that add up to its log-odds as a whole.

    Args:
        weighed: as ``in_force`` returns it.
        pages: length in 2,000 characters of prose.
        weights: the weighings in force.
        damaged_share: share of machine-translated pages that show damage at all.
    """
    damage = sum(e.weight for e in weighed if e.weight > 0)
    human = -sum(e.weight for e in weighed if e.weight < 0)
    damage_share = human_share = 1.0
    if damage:
        surplus = sum(w.machine_rate - w.human_rate for w in weights.values() if w.weight > 0)
        s = damage - max(surplus, 0.0) * pages / damaged_share
        # log(d e^s + 1 - d), written so that neither a large nor a small s overflows
        undamaged = (1 - damaged_share) * math.exp(min(-s, 500.0))
        damage_share = max(0.0, s + math.log(damaged_share + undamaged)) / damage
    if human > HUMAN_BOUND:
        human_share = HUMAN_BOUND / human
    return [
        e._replace(weight=e.weight * (damage_share if e.weight > 0 else human_share))
        for e in weighed
    ]
