"""Score JSON Lines with Hugging Face's datasets.

    python score_with_datasets.py IN.jsonl OUT.parquet

IN holds the texts in "text".
"""

from __future__ import annotations

import sys

from datasets import Dataset

from mtdetect.batch import Scorer
from mtdetect.huggingface import score_dataset


def score(pages: str, scored: str) -> None:
    """Read, score in two processes, write."""
    rows = Dataset.from_json(pages)
    score_dataset(rows, Scorer("text"), num_proc=2).to_parquet(scored)


if __name__ == "__main__":
    score(sys.argv[1], sys.argv[2])
