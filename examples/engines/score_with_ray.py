"""Score JSON Lines with Ray Data.

    python score_with_ray.py IN OUT

IN is a file or a folder of them, with the texts in "text". OUT becomes a folder of Parquet.
"""

from __future__ import annotations

import sys
from pathlib import Path

import ray

from mtdetect.ray import RayScorer


def score(pages: str, scored: str, actors: int) -> None:
    """Read, score, write. Leave CPUs for reading: actors that hold all of them wait for ever."""
    ray.data.read_json(pages, file_extensions=["jsonl"]).map_batches(
        RayScorer,
        fn_constructor_kwargs={"column": "text"},
        batch_format="pyarrow",
        batch_size=64,
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=actors),
    ).write_parquet(scored)


if __name__ == "__main__":
    # A cluster on this machine; on a real one: ray.init("auto").
    ray.init(num_cpus=3, object_store_memory=200 * 2**20, include_dashboard=False)
    score(str(Path(sys.argv[1]).resolve()), str(Path(sys.argv[2]).resolve()), actors=2)
    ray.shutdown()
