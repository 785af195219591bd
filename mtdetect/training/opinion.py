"""How a second opinion counts beside the style score: calibration and thresholds.

The encoder was trained without the folds ``HELD``. What it says of their texts is what it says of
texts that it has not seen, so it is calibrated and measured there and nowhere else.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed

from mtdetect.calibration import Calibration, Thresholds
from mtdetect.deep import Encoder, SecondOpinion, Settings, counting
from mtdetect.report import ModelId
from mtdetect.text import Document
from mtdetect.training import calibrate, data

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from mtdetect.training.calibrate import Measured, Rated
    from mtdetect.training.fit import FittedStyle
    from mtdetect.training.manifest import Manifest
    from mtdetect.training.units import Sample

HELD = (0, 3)
"""Folds that the encoder has not seen: two, so that it can be calibrated on one and read on the
other. Between them news of 2010, 2015, 2018 and 2021, simplified news, speeches and blogs."""

CHUNK = 200
"""Texts sent to a worker at a time."""

KEPT = "opinion.npz"
"""File, in the work folder, of what the encoder said of the calibration documents."""


def held_out(samples: Sequence[Sample], folds: Collection[int] = HELD) -> list[Sample]:
    """Those of the samples that lie in ``folds``."""
    return [sample for sample in samples if data.fold_of(sample.group) in folds]


def documents(manifest: Manifest) -> list[Sample]:
    """Those that the opinion is calibrated on, and its thresholds set."""
    return held_out([*data.calibration_samples(manifest), *data.human_fives(manifest)])


def said_of(
    samples: Sequence[Sample], encoder: Encoder, keep: Path | None = None
) -> NDArray[np.float64]:
    """(n,) what the encoder says of each text as a whole, not calibrated.

    Args:
        samples: the texts.
        encoder: what reads them.
        keep: a file in which the answer is kept, and looked up where it holds that of this encoder
            on as many texts.
    """
    if keep and keep.exists():
        with np.load(keep) as kept:
            said: NDArray[np.float64] = kept["said"]
            if str(kept["sha256"]) == encoder.sha256 and len(said) == len(samples):
                return said
    parts = Parallel(n_jobs=2)(
        delayed(_said)([s.text for s in samples[i : i + CHUNK]], encoder)
        for i in range(0, len(samples), CHUNK)
    )
    said = np.array([score for part in parts for score in part])
    if keep:
        np.savez(keep, said=said, sha256=encoder.sha256)
    return said


def _said(texts: Sequence[str], encoder: Encoder) -> list[float]:
    return [encoder.score(Document(text)) for text in texts]


@dataclass(frozen=True)
class Heard:
    """Texts with all that is known of them before it is calibrated.

    Attributes:
        samples: the texts.
        measured, rated: by the style model and the signals alone, out of fold.
        said: (n,) by the encoder.
    """

    samples: Sequence[Sample]
    measured: Sequence[Measured]
    rated: Sequence[Rated]
    said: NDArray[np.float64]

    def part(self, chosen: NDArray[np.intp]) -> Heard:
        """Those of the texts at the indices ``chosen``."""
        indices = chosen.tolist()
        return Heard(
            [self.samples[i] for i in indices],
            [self.measured[i] for i in indices],
            [self.rated[i] for i in indices],
            self.said[chosen],
        )

    def terms(self) -> dict[str, Any]:
        """How the style score and the opinion count together, as parts of the header."""
        words = np.array([m.words for m in self.measured])
        usable = words > 0
        (scale, opinion), offset = calibrate.fit_scales(
            [np.array([m.machine for m in self.measured])[usable], self.said[usable]],
            words[usable],
            np.array([s.label == "mt" for s in self.samples])[usable],
            calibrate.sample_weights(self.samples, words)[usable],
        )
        return {"calibration": {"scale": scale, "offset": offset}, "opinion": opinion}

    def log_odds(self, alone: Mapping[str, Any], together: dict[str, Any]) -> NDArray[np.float64]:
        """(n,) log-odds with the opinion.

        Args:
            alone: the model's header, by which ``rated`` was rated.
            together: what ``terms`` gives.
        """
        before = Calibration.from_header(alone["calibration"])
        after, opinion = counting(together).values()

        return np.array(
            [
                r.log_odds
                - before.log_odds(m.machine, m.words)
                + after.log_odds(m.machine, m.words)
                + opinion.scale(m.words) * s
                for r, m, s in zip(self.rated, self.measured, self.said, strict=True)
            ]
        )


def hear(
    samples: Sequence[Sample],
    folds: Sequence[FittedStyle],
    header: dict[str, Any],
    encoder: Encoder,
    *,
    keep: Path | None = None,
) -> Heard:
    """Measure, rate and hear the encoder on each text, out of fold; ``keep`` as in ``said_of``."""
    raters = [calibrate.make_rater(fold, header) for fold in folds]
    return Heard(
        samples,
        calibrate.measure(samples, folds, signals=False),
        calibrate.rate(samples, raters),
        said_of(samples, encoder, keep),
    )


class _Remembering(Encoder):
    """An encoder that need not read a whole text again."""

    def __init__(self, path: Path, known: Mapping[tuple[int, int], float]) -> None:
        super().__init__(path)
        self._known = known

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.path, self._known)

    def score(self, document: Document, first: int = 0, last: int | None = None) -> float:
        """As of any encoder."""
        whole = first == 0 and last in {None, len(document.prose_sentences) - 1}
        if whole and (known := self._known.get(_key(document.text))) is not None:
            return known
        return super().score(document, first, last)


def _key(text: str) -> tuple[int, int]:
    return len(text), zlib.crc32(text.encode("utf-8", "surrogatepass"))


def calibrated(
    heard: Heard,
    two_hands: Sequence[Sample],
    folds: Sequence[FittedStyle],
    model: dict[str, Any],
    encoder: Encoder,
    *,
    progress: Callable[[str], None],
) -> dict[str, Any]:
    """The parts of the header that say how the opinion counts.

    Args:
        heard: texts of the folds ``HELD``.
        two_hands: human articles with a passage by another person in them, of the same folds.
        folds: style models, each without one fold.
        model: header of the model that the opinion belongs to.
        encoder: what says it.
        progress: told about each step.
    """
    known = {_key(s.text): float(x) for s, x in zip(heard.samples, heard.said, strict=True)}
    settings = Settings(
        model=ModelId("out of fold", "", ""),
        belongs_to=model["sha256"],
        thresholds=Thresholds.from_header(calibrate.NO_THRESHOLDS),
        **counting(terms := heard.terms()),
    )
    opinion = SecondOpinion(_Remembering(encoder.path, known), settings)
    raters = [calibrate.make_rater(fold, model).deepened(opinion) for fold in folds]
    progress(f"rating {len(heard.samples):,} documents and their passages")
    rated = calibrate.rate(heard.samples, raters)
    progress(f"rating {len(two_hands):,} articles by two people")
    mixed = calibrate.rate(two_hands, raters)
    thresholds = calibrate.fit_thresholds(heard.samples, rated, two_hands=mixed)
    return {**terms, "thresholds": thresholds}
