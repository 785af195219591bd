"""Scores for a data set of Hugging Face's ``datasets``.

Needs it: ``pip install ".[datasets]"``.

    scored = score_dataset(load_dataset("json", data_files="pages.jsonl", split="train"))
"""

from __future__ import annotations

from typing import Any, Final

from datasets import Dataset, Features, Value
from datasets.fingerprint import Hasher

import mtdetect
from mtdetect.batch import NUMBERS, Scorer

__all__ = ["features", "score_dataset"]

_SCORER: Final = Scorer()


def score_dataset(dataset: Dataset, scorer: Scorer = _SCORER, **options: Any) -> Dataset:  # noqa: ANN401 - as map's
    """The data set with the columns of ``Scorer`` added; a row out for every row in.

    ``dataset.map(scorer, batched=True)`` does the same, with two traps less here: the types of the
    columns are given, so that a first batch without an error does not fix a column of nulls; and
    the cache of ``datasets`` knows the model, the profile and the version of mtdetect by content,
    so that scores of an older model do not come back from it.

    Args:
        dataset: one split, not streamed (of a stream, ``map(scorer, batched=True)``).
        scorer: what to score and how.
        options: as in ``Dataset.map``, such as ``num_proc`` and ``batch_size``.

    Raises:
        ValueError: there is no such column; or as ``Scorer.check``.
        ModelError, ProfileError: as ``Scorer.check``.
    """
    after = features(dataset.features, scorer)
    if not len(dataset):  # map would leave it as it is
        return Dataset.from_dict({name: [] for name in after}, features=after)
    known = (dataset._fingerprint, scorer.signature(), mtdetect.__version__)  # noqa: SLF001 - nowhere public
    options = {"features": after, "new_fingerprint": Hasher.hash(known)} | options
    return dataset.map(scorer, batched=True, **options)


def features(before: Features, scorer: Scorer) -> Features:
    """The types of a data set's columns with those that ``scorer`` adds."""
    kinds = ("float64" if name in NUMBERS else "string" for name in scorer.fields)
    return Features({**before, **dict(zip(scorer.columns, map(Value, kinds), strict=True))})
