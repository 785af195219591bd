"""A step for Hugging Face's datatrove: scores into the metadata, suspect documents set aside.

Needs datatrove: ``pip install ".[datatrove]"``, and mtdetect wherever its tasks run.

    MachineTranslationFilter(drop_above=0.99, exclusion_writer=JsonlWriter("machine/"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datatrove.pipeline.filters.base_filter import BaseFilter

from mtdetect.batch import Scorer

if TYPE_CHECKING:
    from datatrove.data import Document
    from datatrove.pipeline.writers.disk_base import DiskWriter

__all__ = ["MachineTranslationFilter"]


class MachineTranslationFilter(BaseFilter):  # type: ignore[misc]  # untyped library
    """Drops documents whose probability of machine translation exceeds a bound.

    Every document, kept or dropped, gets ``mtdetect_probability``, ``mtdetect_log_odds``,
    ``mtdetect_verdict`` and ``mtdetect_error`` in its metadata. What cannot be judged (too short,
    not English, not a text) has no probability and is kept.

    Args:
        drop_above: a probability at even prior odds; with 1.0 nothing is dropped.
        exclusion_writer: gets what is dropped; without one it is lost.
        settings: as in ``Scorer``, without ``column``.

    Raises:
        ValueError: ``drop_above`` is no probability; or as ``Scorer.check``.
        ModelError, ProfileError: as ``Scorer.check``.
    """

    name = "🌐 Machine translation"

    def __init__(
        self,
        drop_above: float,
        exclusion_writer: DiskWriter | None = None,
        **settings: Any,  # noqa: ANN401 - as Scorer's
    ) -> None:
        super().__init__(exclusion_writer)
        if not 0 <= drop_above <= 1:
            raise ValueError(f"drop_above must lie between 0 and 1, not {drop_above}")
        self.drop_above = drop_above
        self.scorer = Scorer(**settings)
        self.scorer.check()

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        """Put the scores into the metadata and say whether to keep the document."""
        values = self.scorer.row(doc.text)
        doc.metadata |= zip(self.scorer.columns, values, strict=True)
        probability = values[self.scorer.fields.index("probability")]
        if isinstance(probability, float) and probability > self.drop_above:
            return False, "machine_translated"
        return True
