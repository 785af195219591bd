"""Scores as a column of a PySpark data frame.

Needs PySpark 4, pandas and PyArrow: ``pip install ".[spark]"``, and mtdetect on every worker.

    pages = pages.withColumn("mt", score_column("text"))
    kept = pages.where("mt.error is not null or coalesce(mt.probability, 0) <= 0.99")
"""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003 - PySpark reads the annotations of the UDF
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from pyspark.sql.functions import col, pandas_udf
from pyspark.sql.types import DoubleType, StringType, StructField, StructType

from mtdetect.batch import NUMBERS, Scorer

if TYPE_CHECKING:
    from pyspark.sql import Column

__all__ = ["score_column"]

_TEXT: Final = "text"


def score_column(column: Column | str, **settings: Any) -> Column:  # noqa: ANN401 - as Scorer's
    """A column of structs with the scores of a column of texts.

    Each Python worker reads the model once. A cell that cannot be scored gets nulls and an
    ``error``, so no row is lost and no job ends because of one. No shuffle: the rows stay in their
    partitions.

    Args:
        column: of strings, by its name or as an expression.
        settings: as in ``Scorer``, without ``column`` and ``prefix``. Files named here must be
            there on every worker, and on the driver.

    Returns:
        A struct of ``probability``, ``log_odds``, ``verdict``, with ``annotate`` also ``passages``
        and ``findings``, and ``error``.

    Raises:
        ModelError, ProfileError, ValueError: as ``Scorer.check``; here, and not in the first task.
    """
    scorer = Scorer(_TEXT, prefix="", **settings)
    scorer.check()
    numbers, text = DoubleType(), StringType()
    fields = [StructField(name, numbers if name in NUMBERS else text) for name in scorer.columns]

    def scores(batches: Iterator[pd.Series]) -> Iterator[pd.DataFrame]:
        # PySpark hands over structs as a frame whatever the annotation says.
        for cells in batches:
            texts = cells.to_dict("records") if isinstance(cells, pd.DataFrame) else cells
            yield scorer(pd.DataFrame({_TEXT: texts}, dtype=object))[list(scorer.columns)]

    score = pandas_udf(scores, StructType(fields))
    return score(col(column) if isinstance(column, str) else column)
