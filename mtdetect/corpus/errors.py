"""What ends a run over a corpus, and what ends the reading of one of its files."""

from __future__ import annotations


class CorpusError(Exception):
    """A run that cannot begin or go on; the message says why, in plain words."""


class DamagedError(Exception):
    """A file that cannot be read to its end: what stands before the damage counts."""
