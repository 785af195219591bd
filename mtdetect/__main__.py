"""``python -m mtdetect``."""

from mtdetect.cli import entry

entry()
