"""How fast scoring is on one core, in processor time.

    python scripts/speed.py [--signals] [--long] [FILE ...]

Words of prose a second for each step on the articles given (the shipped examples by default), and
each as a ratio to splitting the same text into tokens, which any machine has to do: compare ratios,
not seconds, between machines. Then a cold start in a process of its own: seconds and peak memory.
``--signals`` prints what each signal takes, ``--long`` how time and memory grow up to 10 MB.
"""

from __future__ import annotations

import argparse
import math
import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from mtdetect import Detector, model, style
from mtdetect.rating import Rater
from mtdetect.signals import catalogue
from mtdetect.text import Document
from mtdetect.text.language import not_english

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.txt"))
RUNS = 5
LENGTHS = (10_000, 100_000, 1_000_000, 4_000_000, 10_000_000)


def seconds(step: Callable[[], object], *, runs: int = RUNS) -> float:
    """Processor time of a step, the shortest of some runs after a warm one."""
    step()
    taken = []
    for _ in range(runs):
        start = time.process_time()
        step()
        taken.append(time.process_time() - start)
    return min(taken)


def warm(texts: list[str]) -> None:
    """Print words a second of each step."""
    detector = Detector.default()
    machine = Rater.from_model(model.load(model.default_path())).machine
    laid_out = [Document(text) for text in texts]
    n_words = sum(document.n_prose_words for document in laid_out)
    n_sentences = sum(len(document.prose_sentences) for document in laid_out)
    documents = f"{len(texts)} texts, {n_words:,} words, {n_sentences:,} sentences"
    print(f"{documents}\n{'':24}{'words/s':>12}{'ratio':>8}")

    def each(step: Callable[[Document], object]) -> Callable[[], object]:
        return lambda: [step(document) for document in laid_out]

    steps: dict[str, Callable[[], object]] = {
        "splitting into tokens": each(lambda d: re.findall(r"\w+", d.normalised)),
        "paragraphs, sentences": lambda: [Document(text).prose_sentences for text in texts],
        "language": each(not_english),
        "style log-odds": each(lambda d: machine.score(style.read(d))),
        "signals": each(lambda d: [signal(d) for signal in catalogue().values()]),
        "score(explain=False)": lambda: [detector.score(t, explain=False) for t in texts],
        "score()": lambda: [detector.score(text) for text in texts],
        "  … all contributions": lambda: [detector.score(text).contributions for text in texts],
    }
    split = 0.0
    for name, step in steps.items():
        taken = seconds(step)
        split = split or taken
        print(f"{name:24}{n_words / taken:12,.0f}{taken / split:8.1f}")


def cold(path: Path) -> None:
    """Print what one article takes in a new process."""
    code = "import sys; from mtdetect.cli import main; main(sys.argv[1:])"
    taken = []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(  # noqa: S603 - this interpreter
            [sys.executable, "-c", code, os.fspath(path)], stdout=subprocess.DEVNULL, check=True
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{'a cold start':24}{min(taken):12.2f} s, at most {peak:.0f} MB")


def by_signal(texts: Iterable[str]) -> None:
    """Print each signal's share of the time that all take."""
    documents = [Document(text) for text in texts]
    for document in documents:
        for signal in catalogue().values():
            signal(document)  # lays out what signals share
    taken = {
        name: seconds(lambda signal=signal: [signal(d) for d in documents])
        for name, signal in catalogue().items()
    }
    total = sum(taken.values())
    for name, part in sorted(taken.items(), key=lambda item: -item[1]):
        print(f"{name:24}{part / total:12.1%}")


def growth(texts: list[str]) -> None:
    """Print time and memory by length, and the slope of their logarithms."""
    detector = Detector.default()
    article = "\n\n".join(texts) + "\n\n"
    points = []
    for length in LENGTHS:
        text = article * (length // len(article) + 1)
        start = time.process_time()
        report = detector.score(text[:length], explain=False)
        taken = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        speed = f"{report.words / taken:12,.0f} words/s"
        print(f"{length:12,} characters{speed}  {taken:8.2f} s  {peak:6.0f} MB")
        points.append((math.log(length), math.log(taken)))
    mean_x, mean_y = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    rise = sum((x - mean_x) * (y - mean_y) for x, y in points)
    print(f"{'slope':12}{rise / sum((x - mean_x) ** 2 for x, _ in points):.3f}")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path, default=EXAMPLES)
    parser.add_argument("--signals", action="store_true", help="what each signal takes")
    parser.add_argument("--long", action="store_true", help="how time and memory grow")
    args = parser.parse_args()
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in args.files]
    # First, for a child counts what its parent held when it was started.
    cold(args.files[0])
    warm(texts)
    if args.signals:
        by_signal(texts)
    if args.long:
        growth(texts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
