"""mtdetect finds machine-translated English, says how sure it is, and points at the words.

>>> import mtdetect
>>> report = mtdetect.score("Too short to tell.")
>>> report.verdict, report.reason
('insufficient', '4 words of prose; 40 are needed')
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mtdetect.detector import Detector
    from mtdetect.model import ModelError
    from mtdetect.report import Report

__version__ = "0.1.0"
__all__ = ["Detector", "ModelError", "Report", "__version__", "score", "score_many"]

_HOMES = {
    "Detector": "mtdetect.detector",
    "ModelError": "mtdetect.model",
    "Report": "mtdetect.report",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute is anything
    """Load the public classes when first asked for, so that ``--version`` starts fast."""
    if name in _HOMES:
        import importlib  # noqa: PLC0415 - the same reason

        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def score(text: str, *, fpr: float = 0.01, explain: bool = True) -> Report:
    """Rate one text with the shipped model; see ``Detector.score``."""
    from mtdetect.detector import Detector  # noqa: PLC0415 - as above

    return Detector.default().score(text, fpr=fpr, explain=explain)


def score_many(
    texts: Iterable[str], *, fpr: float = 0.01, explain: bool = True, n_jobs: int = 1
) -> Iterator[Report]:
    """Rate texts with the shipped model, a report for every text in order; see ``Detector``."""
    from mtdetect.detector import Detector  # noqa: PLC0415 - as above

    return Detector.default().score_many(texts, fpr=fpr, explain=explain, n_jobs=n_jobs)
