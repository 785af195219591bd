"""Scores for a Ray dataset.

Needs Ray Data: ``pip install ".[ray]"``, and mtdetect on every node.

    pages.map_batches(
        RayScorer, fn_constructor_kwargs={"column": "text"}, batch_format="pyarrow", concurrency=8
    )
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from mtdetect.batch import NUMBERS, Scorer

__all__ = ["RayScorer"]


class RayScorer:
    """A class of actors that add scores to batches.

    An actor reads the model when it starts, so a wrong setting ends the job at once. A cell that
    cannot be scored gets nulls and an error. The columns added have the same types in every batch,
    also where a batch has nothing but nulls, so that the blocks of a dataset fit together.

    Args:
        column: which one holds the text.
        settings: as in ``Scorer``. Files named here must be there on every node.

    Raises:
        ModelError, ProfileError, ValueError: as ``Scorer.check``.
    """

    def __init__(self, column: str = "text", **settings: Any) -> None:  # noqa: ANN401 - as Scorer's
        self._scorer = Scorer(column, **settings)
        self._scorer.check()

    def __call__(self, batch: pa.Table) -> pa.Table:
        """The batch with the columns of ``Scorer`` added, or replaced where they are there.

        Raises:
            TypeError: it is no table of PyArrow.
            ValueError: it has no such column.
        """
        if not isinstance(batch, pa.Table):
            raise TypeError(f'give map_batches batch_format="pyarrow"; got {type(batch).__name__}')
        wanted = self._scorer.column
        cells = {
            name: batch[name].to_pylist() if name == wanted else () for name in batch.schema.names
        }
        scored = self._scorer(cells)
        for name in self._scorer.columns:
            kind = (
                pa.float64() if name.removeprefix(self._scorer.prefix) in NUMBERS else pa.string()
            )
            values = pa.array(scored[name], kind)
            if name in batch.schema.names:
                batch = batch.drop_columns([name])
            batch = batch.append_column(name, values)
        return batch
