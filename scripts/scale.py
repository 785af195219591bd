"""What it costs to score a corpus, measured here, and what a crawl would cost by that.

    python scripts/scale.py [PAGES.jsonl] [--docs docs/scale.md]

Prints the tables of docs/scale.md, and with --docs puts them there: CPU time for a page by its
length, the same with all that ``mtdetect corpus`` does around it, and a plan for a crawl. Times are
CPU times, the least of several runs; rates by the clock are true on an idle machine only. The texts
are those of tests/data/human.toml, shuffled; PAGES.jsonl measures texts of your own as well.

What the plan assumes stands in ``Crawl``; all else in it is arithmetic on what was measured.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import platform
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mtdetect.batch import Scorer
from mtdetect.reading import LARGEST_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

PASSAGES = Path(__file__).parent.parent / "tests" / "data" / "human.toml"
LENGTHS = (100, 300, 1000, 3000, 10000)
"""Words of the pages whose scoring is timed."""
RUNS = 7
"""Each time is the least of so many: what a busy machine adds to it is left out."""
PER_RUN = 20_000
"""Words scored in one of them, at least one page."""
FEW_PAGES, MANY_PAGES = 130, 530
"""Pages of the files that ``mtdetect corpus`` is timed on; the first fill a batch for each job, so
that the difference holds no start of a process."""
CORPUS_WORDS = 500
CORPUS_RUNS = 3
FRENCH = (
    "Le tunnel devait ouvrir au printemps, mais les travaux ont pris du retard et personne ne sait"
    " quand les trains vont passer. Les habitants de la vallée attendent depuis dix ans."
)
MACHINE = 64
"""Cores of a machine that dies."""
TIB, GB = 2**40, 1e9


class Crawl(NamedTuple):
    """What the plan takes for granted.

    Pages, files and bytes as in Common Crawl's table for CC-MAIN-2016-40: 1.72 billion pages, whose
    text (WET) is 4.54 TiB in 30,374 compressed files. The other figures are assumptions.
    """

    pages: float = 10e9
    pages_per_file: float = 1.72e9 / 30_374
    compressed_bytes: float = 4.54 * TIB / 1.72e9  # of the text of a page
    gzip_ratio: float = 2.5
    bytes_per_word: float = 6.0
    spread: float = 1.2  # standard deviation of the natural log of a page's length
    english: float = 0.45  # share of pages
    idle: float = 0.1  # share of core hours lost to stragglers, retries and starts
    store_bytes: float = 10e9  # a second, what the object store gives all readers together

    @property
    def mean_words(self) -> float:
        """Of a page."""
        return self.compressed_bytes * self.gzip_ratio / self.bytes_per_word

    def words_at(self, share: float) -> float:
        """The length that a share of the pages does not exceed; lengths are log-normal."""
        middle = math.log(self.mean_words) - self.spread**2 / 2
        return math.exp(statistics.NormalDist(middle, self.spread).inv_cdf(share))

    def share_longer(self, words: float) -> float:
        """The share of pages that are longer."""
        middle = math.log(self.mean_words) - self.spread**2 / 2
        return 1 - statistics.NormalDist(middle, self.spread).cdf(math.log(words))


class Cost(NamedTuple):
    """CPU time of a page: ``page + word * words`` seconds.

    Attributes:
        page: seconds that every page takes.
        word: seconds more for each word.
        foreign: cost of a page that is not English, over that of an English one as long.
        around: seconds a page for reading and writing.
        scores: bytes, compressed, of the scores of a page and the name of its record.
        rows: bytes, compressed, of a page with its scores, over those of the page.
    """

    page: float
    word: float
    foreign: float
    around: float
    scores: float
    rows: float

    def seconds(self, words: float) -> float:
        """Of an English page."""
        return self.page + self.word * words + self.around


class Plan(NamedTuple):
    """What a crawl takes."""

    files: float
    core_hours: float
    foreign_hours: float
    read: float
    scores: float
    rows: float
    file_minutes: float
    read_per_core: float


def plan(crawl: Crawl, cost: Cost) -> Plan:
    """The arithmetic: because the cost is linear in the length, the mean length is enough."""
    english = cost.seconds(crawl.mean_words)
    other = (english - cost.around) * cost.foreign + cost.around
    foreign = (1 - crawl.english) * other / (1 - crawl.idle)
    page = crawl.english * english / (1 - crawl.idle) + foreign
    return Plan(
        files=crawl.pages / crawl.pages_per_file,
        core_hours=crawl.pages * page / 3600,
        foreign_hours=crawl.pages * foreign / 3600,
        read=crawl.pages * crawl.compressed_bytes,
        scores=crawl.pages * cost.scores,
        rows=crawl.pages * crawl.compressed_bytes * cost.rows,
        file_minutes=crawl.pages_per_file * page / 60,
        read_per_core=crawl.compressed_bytes / page,
    )


def line(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Seconds a page and a word, from (words, seconds); relative errors count alike."""
    per_word = [seconds / words for words, seconds in points]
    page, word = statistics.linear_regression([1 / words for words, _ in points], per_word)
    return page, word


def pages(words: int, count: int, seed: int = 1) -> list[str]:
    """Texts of about so many words, of paragraphs in random order: all of them before any again."""
    order = random.Random(seed)  # noqa: S311 - no secret
    cases = tomllib.loads(PASSAGES.read_text(encoding="utf-8"))["case"]
    paragraphs = [p for case in cases for p in case["text"].split("\n\n") if p.strip()]
    left: list[str] = []
    made = []
    for _ in range(count):
        parts: list[str] = []
        missing = words
        while missing > 0:
            left = left or order.sample(paragraphs, len(paragraphs))
            part = left.pop().split()[:missing]
            parts.append(" ".join(part))
            missing -= len(part)
        made.append("\n\n".join(parts))
    return made


def cpu_seconds(score: Callable[[str], object], texts: Sequence[str]) -> float:
    """CPU time of a text, the least of several runs."""
    score(texts[0])
    taken = []
    for _ in range(RUNS):
        start = time.process_time()
        for text in texts:
            score(text)
        taken.append((time.process_time() - start) / len(texts))
    return min(taken)


def by_length() -> tuple[str, float, float, float]:
    """What a page costs by its length: a table, and ``page``, ``word`` and ``foreign`` of it."""
    scorer, noting = Scorer(score_only=True), Scorer(annotate=True)
    table = ["words   bytes in   bytes out   CPU s for a million pages   with findings"]
    points = []
    for words in LENGTHS:
        texts = pages(words, max(PER_RUN // words, 1))
        seconds, noted = (cpu_seconds(s.row, texts) for s in (scorer, noting))
        read = statistics.mean(len(text.encode()) for text in texts)
        written = statistics.mean(len(json.dumps(scorer.row(text))) for text in texts)
        table.append(
            f"{words:6,d} {read:9,.0f} {written:11,.0f} {seconds * 1e6:20,.0f} {noted * 1e6:19,.0f}"
        )
        points.append((words, seconds))
    page, word = line(points)
    text = "\n\n".join([FRENCH] * (CORPUS_WORDS // len(FRENCH.split())))
    foreign = cpu_seconds(scorer.row, [text] * 10) / (page + word * len(text.split()))
    table += [
        "",
        f"a page in English: {page * 1e3:.2f} ms, and {word * 1e6:.2f} ms for 1,000 words",
        f"in another language: {foreign:.2f} of that",
        f"a core of: {processor()}",
    ]
    return "\n".join(table), page, word, foreign


def processor() -> str:
    """Its name, as far as the system tells."""
    known = Path("/proc/cpuinfo")
    lines = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def of_your_own(path: Path, page: float, word: float) -> str:
    """What texts in JSON Lines cost, and against the texts of this script."""
    rows = path.read_text(encoding="utf-8").splitlines()
    texts = [json.loads(row)["text"] for row in rows]
    seconds = cpu_seconds(Scorer(score_only=True).row, texts)
    words = statistics.mean(len(text.split()) for text in texts)
    return (
        f"{path.name}: {len(texts):,} pages of {words:,.0f} words: {seconds * 1e6:,.0f} CPU s for a"
        f" million, {seconds / (page + word * words):.2f} of what the line above says"
    )


def wet(path: Path, texts: Sequence[str]) -> None:
    """Write pages as Common Crawl does: a compressed record each."""
    names = random.Random(1)  # noqa: S311 - no secret
    with path.open("wb") as file:
        for text in texts:
            body = text.encode()
            head = (
                "WARC/1.0\r\nWARC-Type: conversion\r\n"
                "WARC-Target-URI: https://example.org/\r\n"
                "WARC-Date: 2026-01-01T00:00:00Z\r\n"
                f"WARC-Record-ID: <urn:uuid:{uuid.UUID(int=names.getrandbits(128))}>\r\n"
                f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            file.write(gzip.compress(head.encode() + body + b"\r\n\r\n"))


def corpus(source: Path, jobs: int) -> tuple[float, float]:
    """CPU and clock seconds of ``mtdetect corpus``, all its processes together."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    result = source.with_name("scored.jsonl.gz")
    result.unlink(missing_ok=True)
    command = [sys.executable, "-m", "mtdetect", "corpus", "--score-only", "--jobs", str(jobs)]
    done = subprocess.run(  # noqa: S603 - this interpreter, on our own files
        [*command, source, result], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    clock, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, clock


def least(times: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """The least of each."""
    cpu, clock = zip(*times, strict=True)
    return min(cpu), min(clock)


def with_processes() -> tuple[str, float, float, float]:
    """What ``mtdetect corpus`` takes: a table, and ``around``, ``scores`` and ``rows`` of it."""
    texts = pages(CORPUS_WORDS, MANY_PAGES)
    table = [
        f"mtdetect corpus on {MANY_PAGES:,} pages of {CORPUS_WORDS:,} words (WET, gzip)",
        "jobs   CPU s to start   CPU s for a million pages   pages a second by the clock",
    ]
    costs = []
    scoring = cpu_seconds(Scorer(score_only=True).row, texts[FEW_PAGES : 2 * FEW_PAGES])
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        few, many, result = (
            home / f"{name}.gz" for name in ("few.wet", "many.wet", "scored.jsonl")
        )
        wet(few, texts[:FEW_PAGES])
        wet(many, texts)
        for jobs in (1, 2):
            first, first_clock = least(corpus(few, jobs) for _ in range(CORPUS_RUNS))
            taken, clock = least(corpus(many, jobs) for _ in range(CORPUS_RUNS))
            costs.append((taken - first) / (MANY_PAGES - FEW_PAGES))
            start = first - costs[-1] * FEW_PAGES
            rate = (MANY_PAGES - FEW_PAGES) / (clock - first_clock)
            table.append(f"{jobs:4d} {start:16.1f} {costs[-1] * 1e6:27,.0f} {rate:29,.0f}")
        read, written = (path.stat().st_size / MANY_PAGES for path in (many, result))
        rows = [json.loads(row) for row in gzip.decompress(result.read_bytes()).splitlines()]
    scores = [{"record_id": row["record_id"], **_scores(row)} for row in rows]
    packed = "".join(json.dumps(row) + "\n" for row in scores).encode()
    alone = len(gzip.compress(packed)) / len(rows)
    held = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    around = max(costs[0] - scoring, 0.0)
    table += [
        "",
        f"of that around the scoring: {around / costs[0]:.0%}",
        f"compressed bytes a page: {read:,.0f} read, {written:,.0f} written",
        f"for the record's name and the scores alone: {alone:,.0f}",
        f"memory of the largest process: {held:,.0f} MiB",
        f"load meanwhile: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
    ]
    return "\n".join(table), around, alone, written / read


def _scores(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name.startswith("mtdetect_")}


def shown(crawl: Crawl, cost: Cost) -> str:
    """The plan as a table."""
    made = plan(crawl, cost)
    longest = LARGEST_TEXT / crawl.bytes_per_word
    lost = MACHINE * made.file_minutes / 2 / 60
    rows = {
        "pages": f"{crawl.pages:,.0f}, {crawl.english:.0%} of them in English",
        "words a page": f"{crawl.mean_words:,.0f} on average, {crawl.words_at(0.5):,.0f} in the"
        f" middle, {crawl.words_at(0.999):,.0f} at 999 of 1,000",
        "tasks": f"{made.files:,.0f} files of {crawl.pages_per_file:,.0f} pages,"
        f" {made.file_minutes:.0f} minutes of a core each",
        "read": f"{made.read / TIB:,.1f} TiB",
        "written": f"{made.scores / TIB:,.2f} TiB of scores, or {made.rows / TIB:,.1f} TiB with"
        " the texts",
        "CPU": f"{made.core_hours:,.0f} core hours, {made.foreign_hours:,.0f} of them for other"
        " languages",
        "a thousandth": f"{made.core_hours / 1000:,.0f} core hours",
        "longest page": f"{LARGEST_TEXT:,} characters, {cost.seconds(longest):.0f} s;"
        f" {crawl.pages * crawl.share_longer(longest):,.0f} pages are longer and get an error",
        "a dead machine": f"of {MACHINE} cores takes {lost:,.0f} core hours along",
        "object store": f"full at {crawl.store_bytes / made.read_per_core:,.0f} cores",
    }
    table = [f"{name:16}{text}" for name, text in rows.items()]
    table += ["", " cores   hours   days   read, GB a second"]
    for cores in (64, 1000, 4000, 16000):
        hours = max(made.core_hours / cores, made.read / crawl.store_bytes / 3600)
        rate = made.read / hours / 3600 / GB
        table.append(f"{cores:6,d} {hours:7,.0f} {hours / 24:6,.1f} {rate:19,.2f}")
    return "\n".join(table)


def filled(guide: str, tables: Sequence[str]) -> str:
    """The guide with its blocks of ``text`` replaced, in order."""
    left = iter(tables)
    return re.sub(
        r"(?s)(?<=^```text\n).*?(?=^```$)", lambda _: next(left) + "\n", guide, flags=re.MULTILINE
    )


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What it costs to score a corpus.")
    parser.add_argument("pages", nargs="?", type=Path, help="JSON Lines with texts of your own")
    parser.add_argument("--docs", type=Path, help="a guide whose tables to replace")
    options = parser.parse_args()
    lengths, page, word, foreign = by_length()
    print(lengths, end="\n\n")
    if options.pages:
        print(of_your_own(options.pages, page, word), end="\n\n")
    processes, around, scores, rows = with_processes()
    print(processes, end="\n\n")
    planned = shown(Crawl(), Cost(page, word, foreign, around, scores, rows))
    print(planned)
    if options.docs:
        guide = options.docs.read_text(encoding="utf-8")
        options.docs.write_text(filled(guide, (lengths, processes, planned)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
