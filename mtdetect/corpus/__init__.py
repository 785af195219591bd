"""The mass road: files of any size scored row by row, with a result that survives being killed.

One process reads the rows in batches and writes the results in order; workers parse, score and
spell out what is written. ``formats`` says which file is read by what, ``run`` holds it together.
"""

from __future__ import annotations

from mtdetect.corpus.errors import CorpusError
from mtdetect.corpus.job import Job, Outcome, run

__all__ = ["CorpusError", "Job", "Outcome", "run"]
