"""The human texts that a model is trained or calibrated on, for the record of what it has seen."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from mtdetect.seen import SeenTexts, marks
from mtdetect.text.paragraphs import split_paragraphs
from mtdetect.training.data import calibration_samples, training_units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtdetect.training.manifest import Manifest


def human_texts(manifest: Manifest) -> Iterator[str]:
    """Every human text that trains or calibrates, some in several cuts.

    The calibration documents hold every line that is trained on, in paragraphs as they stand on a
    page, but for the school essays: of these other ones are trained on and calibrated on.
    """
    units = (unit for unit in training_units(manifest) if unit.corpus == "essays")
    for sample in chain(calibration_samples(manifest), units):
        if sample.label != "mt":
            yield sample.text


def collect(manifest: Manifest) -> SeenTexts:
    """The record of the human texts of ``manifest``."""
    paragraphs = {
        text[start:end] for text in human_texts(manifest) for start, end in split_paragraphs(text)
    }
    kept = (mark for paragraph in paragraphs for mark in marks(paragraph))
    return SeenTexts(kept, corpora=manifest.fingerprint())
