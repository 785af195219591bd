"""The weight of each signal: what one finding says about the text, in nats.

Damage to pages cannot be learned from clean benchmark output. How often machine-translated pages
have it was counted by hand; how often human text has it, by hand and by the rule itself on native
corpora. Signs that benchmark text holds as well are weighed on its twins, beside the style model.
"""

from __future__ import annotations

import math
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression

from mtdetect.record import PAGES_BY_HAND, HandCount
from mtdetect.signals import catalogue
from mtdetect.training.evidence_table import WITH_PARAGRAPHS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mtdetect.record import Record, Texts
    from mtdetect.training.calibrate import Measured
    from mtdetect.training.units import Sample

Entries = dict[str, dict[str, float]]
"""By signal: "weight", "machine_rate" and "human_rate" (findings per 2,000 characters)."""

WEIGHT_CAP = 2.5
"""Most nats for one finding: the rates behind a weight were counted on few pages."""

WORDING_CAP = 1.5
"""The same for rules that read wording: whole genres of English, such as recipes and lettings, are
not in the corpora, so that a rule has no false hits does not mean that nobody writes so."""

BARS = ((10.0, 0.7), (2.0, 1.5))
"""A signal that fires in so many of 10,000 native paragraphs, or more, weighs so much at most."""

WORDING = frozenset({"grammar", "lexis", "domains"})
"""Families that read the wording alone: they can be counted in human translations as well, whose
typography and paragraphs are lost."""

FEWEST_TEXTS = 20
"""A signal that fires in fewer of the texts with twins is not weighed on them."""


def wild_rates() -> dict[str, HandCount]:
    """The counts of damage types on pages read by hand, by signal."""
    table = {}
    text = files("mtdetect.training").joinpath("wild_rates.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, *numbers, kind = line.split("\t")
            machine, edited, amateur, recall = map(float, numbers)
            table[name] = HandCount(machine, edited, amateur, recall, kind)
    return table


def capped(weight: float, per_10_000: float) -> float:
    """The weight within what the signal's false hits allow.

    Args:
        weight: in nats.
        per_10_000: native paragraphs of 10,000 in which the signal fires.
    """
    caps = [WEIGHT_CAP, *(cap for bar, cap in BARS if per_10_000 >= bar)]
    return min(max(weight, -WEIGHT_CAP), *caps)


def weigh_signals(record: Record) -> Entries:
    """Rates per 2,000 characters and weights of the signals that were counted by hand.

    The machine rate is the share of pages with the damage, times what the rule finds of it. The
    human rate is the higher of two: the pages read by hand, and the share of pages of the trusted
    native corpora on which the rule itself fires. What a rule finds in wording counts in clean
    translations too, a person's and a machine's. Half a page is added to what was counted by hand
    and one to what a rule found, so that what was never seen is rare, not impossible.
    """
    native, translated = record.native(), record.labelled("human translation")
    machine_text = record.labelled("round trip", "forward")
    n_human = PAGES_BY_HAND.edited + PAGES_BY_HAND.amateur
    result = {}
    for name, row in record.by_hand.items():
        human_pages = row.edited + row.amateur
        machine = (row.machine + 0.5) / (PAGES_BY_HAND.machine + 0.5) * row.recall
        human = (human_pages + 0.5) / (n_human + 0.5) * row.recall
        human = max(human, _page_rate(native, name))
        if catalogue()[name].family in WORDING and translated.pages and machine_text.pages:
            machine = max(machine, _page_rate(machine_text, name))
            human = max(human, _page_rate(translated, name))
        weight = capped(math.log(machine / human), native.per_10_000(name))
        if catalogue()[name].family in WORDING:
            weight = min(weight, WORDING_CAP)
        # Counts this small cannot turn a type of damage into evidence of a human hand, or back.
        if (row.machine >= human_pages) != (weight > 0):
            weight = 0.0
        result[name] = {
            "weight": round(weight, 4),
            "machine_rate": round(machine, 6),
            "human_rate": round(human, 6),
        }
    return result


def _page_rate(texts: Texts, name: str) -> float:
    return (texts.of(name).pages + 1) / (texts.pages + 1)


def weigh_on_twins(
    record: Record,
    samples: Sequence[Sample],
    measured: Sequence[Measured],
    style_log_odds: NDArray[np.float64],
    weights: NDArray[np.float64],
) -> Entries:
    """Weights of the signs that benchmark text holds too, such as native idioms.

    The style model sees the same words, so what counts is what the sign adds to it: its coefficient
    beside the style log-odds, on texts with twins. A mark of a human hand never speaks for a
    machine, nor any other signal for a person.
    """
    rows = np.array([s.corpus not in WITH_PARAGRAPHS for s in samples])
    rows &= np.array([m.words >= 40 for m in measured])
    machine = np.array([s.label == "mt" for s in samples])
    names = [name for name in catalogue() if name not in record.by_hand]
    # Each further finding counts half of the one before, as in scoring.
    seen = np.array([[2 * (1 - 0.5 ** m.counts.get(n, 0)) for n in names] for m in measured])
    seen[:, (seen[rows] > 0).sum(axis=0) < FEWEST_TEXTS] = 0.0
    model = LogisticRegression(C=1e4, max_iter=2000)
    design = np.column_stack([style_log_odds, seen])[rows]
    model.fit(design, machine[rows], sample_weight=(weights / weights.mean())[rows])
    style_share, *shares = (float(c) for c in model.coef_[0])
    native = record.native()
    pages = np.array([m.pages for m in measured])
    result = {}
    for name, share in zip(names, shares, strict=True):
        found = np.array([m.counts.get(name, 0) for m in measured])
        weight = capped(share / style_share, native.per_10_000(name))
        is_human = catalogue()[name].family == "human"
        result[name] = {
            "weight": round(min(weight, 0.0) if is_human else max(weight, 0.0), 4),
            "machine_rate": round(_smoothed(found[machine], pages[machine]), 6),
            "human_rate": round(_smoothed(found[~machine], pages[~machine]), 6),
        }
    return result


def _smoothed(found: NDArray[np.int64], pages: NDArray[np.float64]) -> float:
    """Findings a page, one page with a finding added."""
    return float((found.sum() + 1) / (pages.sum() + 1))
