"""What every section of the evaluation is given, and what several of them share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mtdetect.calibration import Thresholds
from mtdetect.training import calibrate, data

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from mtdetect.rating import Rater
    from mtdetect.training.calibrate import Measured, Rated
    from mtdetect.training.fit import FittedStyle
    from mtdetect.training.manifest import Manifest
    from mtdetect.training.units import Sample


@dataclass(frozen=True, slots=True)
class CalibrationSet:
    """The documents that the model was calibrated on, measured and rated out of fold."""

    samples: list[Sample]
    measured: list[Measured]
    rated: list[Rated]


@dataclass(frozen=True)
class Run:
    """One evaluation.

    Attributes:
        manifest: the corpora.
        model: its ``.npz`` file.
        work: folder of the fold models.
        header: of the model.
        fitted: style models as ``fit.load`` returns them, the folds' and the full one.
        fpr: the operating point.
        language_models: file of texts that language models wrote.
        progress: told about each step.
    """

    manifest: Manifest
    model: Path
    work: Path
    header: dict[str, Any]
    fitted: Sequence[FittedStyle]
    fpr: float
    language_models: Path
    progress: Callable[[str], None]

    @property
    def folds(self) -> Sequence[FittedStyle]:
        """Style models, each without one fold."""
        return self.fitted[: data.N_FOLDS]

    @cached_property
    def thresholds(self) -> Thresholds:
        """The shipped ones."""
        return Thresholds.from_header(self.header["thresholds"])

    @cached_property
    def raters(self) -> list[Rater]:
        """Raters that did not see their fold."""
        return [calibrate.make_rater(fold, self.header) for fold in self.folds]

    @cached_property
    def full_rater(self) -> Rater:
        """The rater that saw all that is trained on: for texts that never are."""
        return calibrate.make_rater(self.fitted[-1], self.header)

    def rate_untrained(self, samples: Sequence[Sample]) -> list[Rated]:
        """Rate texts that are never trained on with the full model."""
        return calibrate.rate(samples, [self.full_rater] * data.N_FOLDS)

    @cached_property
    def calibration_set(self) -> CalibrationSet:
        """Measured and rated once for all sections that need it."""
        samples = data.calibration_samples(self.manifest)
        self.progress(f"measuring and rating {len(samples):,} documents of all lengths")
        return CalibrationSet(
            samples,
            calibrate.measure(samples, self.folds, signals=False),
            calibrate.rate(samples, self.raters),
        )
