"""Score JSON Lines with PySpark.

    python score_with_spark.py IN OUT

IN is a file or a folder of them, with the texts in "text". OUT becomes a folder of Parquet with the
scores in the struct "mt".
"""

from __future__ import annotations

import os
import sys

from pyspark.sql import SparkSession

from mtdetect.spark import score_column


def score(spark: SparkSession, pages: str, scored: str) -> None:
    """Read, score, write; no shuffle, one output file for each partition of the input."""
    rows = spark.read.schema("id string, text string").json(pages)
    rows.withColumn("mt", score_column("text")).write.parquet(scored)


if __name__ == "__main__":
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # the Python that has mtdetect
    session = SparkSession.builder.master("local[2]").appName("mtdetect").getOrCreate()
    score(session, sys.argv[1], sys.argv[2])
    session.stop()
