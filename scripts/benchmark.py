"""Speed, start, memory and size, beside what a user would pick instead, in one run.

    python scripts/benchmark.py [--corpora DIR] [--json FILE]

The peers, from the extra ``bench``: a scikit-learn pipeline of TF-IDF over word 1- to 3-grams and
logistic regression; proselint; the WordPiece tokenizer of Hugging Face's ``tokenizers`` with 30,000
pieces, which is the floor under any transformer; and splitting into words by ``re``, the floor
under anything. The first and the third are trained here, on the corpora.

Throughput is CPU time on one core, the rounds of all competitors in turn, the median of each.

A report makes its contributions, one for each token, when they are first read. So "all evidence" is
measured twice: reports with their findings as ``score`` returns them, and with every contribution
read as well, as a renderer does.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import mtdetect
from mtdetect import model, style
from mtdetect.rating import Rater
from mtdetect.text import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ROUNDS = 5
ARTICLES = 200
TRAINING_TEXTS = 4000
PIECES = 30_000
STARTS = 9
ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "round_trip.txt"


@dataclass(frozen=True)
class Row:
    """A line of the table: a figure, its unit, and the bar that it should keep."""

    name: str
    value: float
    unit: str
    bar: float | None = None
    at_most: bool = False

    def kept(self) -> bool | None:
        """Whether the bar is kept; None where there is none."""
        if self.bar is None:
            return None
        return self.value <= self.bar if self.at_most else self.value >= self.bar

    def line(self) -> str:
        """The row for reading."""
        mark = {None: "", True: "kept", False: "MISSED"}[self.kept()]
        bar = "" if self.bar is None else f"{'≤' if self.at_most else '≥'} {self.bar:,.4g}"
        return f"{self.name:52} {self.value:12,.4g} {self.unit:10} {bar:>12}  {mark}"


def read_texts(folder: Path) -> list[str]:
    """Articles of a folder, in a fixed order."""
    paths = sorted(folder.rglob("*.txt"))
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in paths]
    texts = [text for text in texts if 200 <= len(text.split()) <= 1000]
    if len(texts) < ARTICLES:
        sys.exit(f"benchmark: {folder}: fewer than {ARTICLES} articles of 200 to 1,000 words")
    return texts


def pipeline(texts: Sequence[str]) -> Any:  # noqa: ANN401 - scikit-learn has no types
    """What a data scientist would write first; the labels do not matter for its speed."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - a peer
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - a peer
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415 - a peer

    made = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 3), min_df=2, sublinear_tf=True),
        LogisticRegression(max_iter=200),
    )
    return made.fit(texts, np.arange(len(texts)) % 2)


def word_pieces(texts: Sequence[str]) -> Any:  # noqa: ANN401 - as above
    """A WordPiece tokenizer as BERT has it."""
    from tokenizers import BertWordPieceTokenizer  # noqa: PLC0415 - a peer

    made = BertWordPieceTokenizer()
    made.train_from_iterator(texts, vocab_size=PIECES, show_progress=False)
    return made


def proselint_on(texts: Sequence[str]) -> Callable[[], object]:
    """All its checks on every text."""
    from proselint.checks import __register__  # noqa: PLC0415 - a peer
    from proselint.registry import CheckRegistry  # noqa: PLC0415 - a peer
    from proselint.tools import LintFile  # noqa: PLC0415 - a peer

    CheckRegistry().register_many(__register__)
    return lambda: _each(lambda text: LintFile("a", text).lint(), texts)


def throughput(articles: Sequence[str], training: Sequence[str]) -> list[Row]:
    """Words a second of everything, on one core."""
    words = sum(len(text.split()) for text in articles)
    detector, deep = mtdetect.Detector.default(), mtdetect.Detector.load(deep=True)
    machine = Rater.from_model(model.load(model.default_path())).machine
    pieces, tfidf = word_pieces(training), pipeline(training)
    few = articles[: len(articles) // 10]
    few_words = sum(len(text.split()) for text in few)
    runs: dict[str, tuple[int, Callable[[], object]]] = {
        "re": (words, lambda: _each(re.compile(r"\w+").findall, articles)),
        "pieces": (words, lambda: _each(pieces.encode, articles)),
        "tfidf": (words, lambda: tfidf.predict_proba(articles)),
        "proselint": (few_words, proselint_on(few)),
        "style": (words, lambda: _each(lambda found: _style(machine, found), laid_out)),
        "lean": (words, lambda: _each(lambda text: detector.score(text, explain=False), articles)),
        "full": (words, lambda: _each(detector.score, articles)),
        "deep": (few_words, lambda: _each(deep.score, few)),
        "read": (words, lambda: _each(lambda text: detector.score(text).contributions, articles)),
    }
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS + 1):
        laid_out = [_laid_out(text) for text in articles]
        for name, (_, run) in runs.items():
            start = time.process_time()
            run()
            taken[name].append(time.process_time() - start)
    rate = {name: runs[name][0] / statistics.median(taken[name][1:]) for name in runs}
    unit = "words/s"
    article = statistics.median(taken["read"][1:]) * 500 / words * 1000
    return [
        Row("splitting into words by re", rate["re"], unit),
        Row("tokenizers, WordPiece, 30,000 pieces", rate["pieces"], unit),
        Row("scikit-learn, TF-IDF of 1- to 3-grams", rate["tfidf"], unit),
        Row("proselint", rate["proselint"], unit),
        Row("mtdetect, style log-odds alone", rate["style"], unit, 500_000),
        Row("mtdetect, explain=False", rate["lean"], unit, 250_000),
        Row("mtdetect, all evidence", rate["full"], unit, 120_000),
        Row("  … and every contribution read", rate["read"], unit, 120_000),
        Row("  … times proselint", rate["full"] / rate["proselint"], "times", 20),
        Row("mtdetect, with a second opinion", rate["deep"], unit),
        Row("style log-odds, times scikit-learn", rate["style"] / rate["tfidf"], "times", 1),
        Row("one article of 500 words, warm", article, "ms", 6, at_most=True),
    ]


def _each(step: Callable[[Any], object], items: Iterable[Any]) -> None:
    """Do it for one after the other and let go of what comes out, as a pipeline does."""
    for item in items:
        step(item)


def _laid_out(text: str) -> Document:
    """A document whose sentences and words are known, as the style model is given it."""
    document = Document(text)
    _ = document.n_prose_words, document.prose_sentences
    return document


def _style(machine: style.StyleModel, document: Document) -> float:
    return machine.score(style.read(document))


def two_processes(articles: Sequence[str]) -> list[Row]:
    """How much faster two workers are than one, in wall-clock time, start of workers included."""
    detector = mtdetect.Detector.default()
    many = [*articles] * 5

    def seconds(jobs: int, *, explain: bool) -> float:
        start = time.perf_counter()
        for _ in detector.score_many(many, n_jobs=jobs, explain=explain):
            pass
        return time.perf_counter() - start

    gain = {
        explain: seconds(1, explain=explain) / seconds(2, explain=explain)
        for explain in (True, False)
    }
    return [
        Row("two processes, times one", gain[True], "times", 1.8),
        Row("  … with explain=False", gain[False], "times", 1.8),
    ]


def _seconds(*command: str) -> float:
    """Median wall-clock time of a command in a new process."""
    taken = []
    for _ in range(STARTS):
        start = time.perf_counter()
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - our own words
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def starts(article: Path) -> list[Row]:
    """From nothing to an answer."""
    python = sys.executable
    bare = _seconds(python, "-c", "pass")
    import_code = (
        "import mtdetect, sys; mtdetect.score; mtdetect.Detector;"
        " print(sum(n in sys.modules for n in ('sklearn', 'scipy')))"
    )
    done = subprocess.run(  # noqa: S603 - our own words
        [python, "-c", import_code], check=True, capture_output=True, text=True
    )
    return [
        Row("python -c pass", bare, "s"),
        Row(
            "mtdetect --version",
            _seconds(python, "-m", "mtdetect", "--version"),
            "s",
            0.15,
            at_most=True,
        ),
        Row(
            "mtdetect, an article of 500 words",
            _seconds(python, "-m", "mtdetect", "--no-config", str(article)),
            "s",
            0.4,
            at_most=True,
        ),
        Row("proselint, the same", _seconds(python, "-m", "proselint", "check", str(article)), "s"),
        Row("scikit-learn and SciPy imported", float(done.stdout), "modules", 0, at_most=True),
    ]


def memory(article: Path) -> list[Row]:
    """The most that a process holds while it scores one article."""
    code = (
        "import resource, sys, mtdetect.cli as cli\n"
        "cli.main(['--no-config', sys.argv[1]])\n"
        "most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "sys.stderr.write(str(most / (2**20 if sys.platform == 'darwin' else 2**10)))"
    )
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code, str(article)], check=True, capture_output=True, text=True
    )
    peak = float(done.stderr.splitlines()[-1])
    return [
        Row("peak memory, one article", peak, "MB", 150, at_most=True),
        Row("installed, with dependencies", installed(), "MB", 100, at_most=True),
    ]


def installed() -> float:
    """Megabytes of the package and of what it requires, as installed, bytecode left out."""
    total = sum(
        path.stat().st_size
        for folder in (Path(mtdetect.__file__).parent, model.default_path().parent)
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    )
    needed = [r for r in importlib.metadata.requires("mtdetect") or [] if "extra ==" not in r]
    for requirement in needed:
        name = re.split(r"[^\w.-]", requirement)[0]
        for file in importlib.metadata.files(name) or []:
            path = Path(str(file.locate()))
            if path.is_file() and path.suffix != ".pyc":
                total += path.stat().st_size
    return total / 1e6


def main() -> int:
    """Measure and print; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--corpora", type=Path, default=Path("../corpora"), help="their folder")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    options = parser.parse_args()
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    os.environ["RAYON_NUM_THREADS"] = "1"
    texts = read_texts(options.corpora / "BBC-Dataset-News-Classification")
    articles, training = texts[:: len(texts) // ARTICLES][:ARTICLES], texts[:TRAINING_TEXTS]
    with tempfile.TemporaryDirectory() as folder:
        article = Path(folder) / "article.txt"
        words = EXAMPLE.read_text(encoding="utf-8").split(" ")
        article.write_text(" ".join(words[:500]), encoding="utf-8")
        rows = [*starts(article), *memory(article)]
    rows += two_processes(articles)  # before the peers fill the memory that workers would share
    rows += throughput(articles, training)
    for row in rows:
        print(row.line())
    if options.json:
        content = {row.name.strip(): row.value for row in rows}
        options.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return int(any(row.kept() is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
