"""How fast the style model and the whole rating are, on one core.

    python scripts/speed.py [FILE]

Words a second of each step on an article (the shipped example by default), the median of many runs
after a warm one, and as a ratio to splitting the text into tokens, which any machine has to do.
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from mtdetect import Detector, model, style
from mtdetect.rating import Rater
from mtdetect.text import Document

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLE = Path(__file__).parent.parent / "examples" / "round_trip.txt"
RUNS = 50


def seconds(step: Callable[[], object]) -> float:
    """Median time of a step."""
    step()
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        step()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> int:
    """Measure and print."""
    text = Path(sys.argv[1] if len(sys.argv) > 1 else EXAMPLE).read_text(encoding="utf-8")
    detector = Detector.default()
    machine = Rater.from_model(model.load(model.default_path())).machine
    document = Document(text)
    words = document.n_prose_words  # lays out sentences and words, which the style model is given
    lowered = document.normalised
    split = seconds(lambda: re.findall(r"\w+", lowered))
    steps = {
        "splitting into tokens": split,
        "style log-odds": seconds(lambda: machine.score(style.read(document))),
        "the whole rating": seconds(lambda: detector.score(text, explain=False)),
    }
    for name, taken in steps.items():
        print(f"{name:22} {words / taken:12,.0f} words a second  {taken / split:7.1f} times")
    return 0


if __name__ == "__main__":
    sys.exit(main())
