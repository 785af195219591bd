"""The few figures that travel in the model's header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mtdetect.training.metrics import auc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mtdetect.training.calibrate import Rated
    from mtdetect.training.units import Sample

LENGTH_BUCKETS = ((15, 40), (40, 100), (100, 250), (250, 600), (600, 1500))
"""Words, the upper end excluded."""


def questions(samples: Sequence[Sample]) -> dict[str, NDArray[np.bool_]]:
    """Masks of the texts that take part in each question."""
    label = np.array([s.label for s in samples])
    source = np.array([s.source for s in samples])
    return {
        "native vs round trip": (label == "native") | ((label == "mt") & (source == "native")),
        "human vs machine translation": (label == "ht") | ((label == "mt") & (source == "ht")),
        "all human vs all machine": np.ones(len(samples), dtype=bool),
    }


def figures_for_header(samples: Sequence[Sample], rated: Sequence[Rated]) -> list[dict[str, Any]]:
    """Out-of-fold AUC by question and length, for the model's header."""
    words = np.array([r.words for r in rated])
    scores = np.array([r.log_odds for r in rated])
    machine = np.array([s.label == "mt" for s in samples])
    paired = np.array([s.corpus.startswith(("wmt", "htmt", "flores", "iwslt")) for s in samples])
    rows = []
    for question, mask in questions(samples).items():
        for low, high in LENGTH_BUCKETS:
            chosen = mask & paired & (words >= low) & (words < high)
            if chosen.any() and machine[chosen].any() and not machine[chosen].all():
                rows.append(
                    {
                        "question": question,
                        "words": f"{low}-{high}",
                        "auc": round(auc(scores[chosen], machine[chosen]), 4),
                        "human": int((~machine[chosen]).sum()),
                        "machine": int(machine[chosen].sum()),
                    }
                )
    return rows
