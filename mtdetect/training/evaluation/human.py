"""What the operating point costs on human text: by corpus, outlet, genre, level and language."""

from __future__ import annotations

import zlib
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from mtdetect.calibration import Thresholds
from mtdetect.rating import MIN_WORDS
from mtdetect.training import calibrate, corpora, data
from mtdetect.training.evaluation.tables import Column, Row, count, section, share, table
from mtdetect.training.metrics import upper_bound
from mtdetect.training.units import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtdetect.training.calibrate import Rated
    from mtdetect.training.corpora import Block
    from mtdetect.training.evaluation.run import Run
    from mtdetect.training.manifest import Manifest

NEVER_TRAINED = ("gum", "clear")
DETAILS = {
    "newswire": "outlet",
    "gum": "genre",
    "ewt": "genre",
    "onestop": "reading level",
    "clear": "category",
    "human translations": "source language",
}
"""Corpora that are also shown in parts, and what the parts are."""

DETAIL_OF = {f"{year} ht": "human translations" for year in data.ORIGIN_KNOWN}
"""Corpora whose parts are shown together."""

FEWEST = 10
"""Texts that make a row of an outlet; the others are pooled."""

LEVELS = {"adv": "advanced", "int": "intermediate", "ele": "elementary"}
OUTLET_PREFIX = "article_"


class Named(NamedTuple):
    """A human text, the corpus whose row it counts in, and the part of the corpus."""

    corpus: str
    part: str
    sample: Sample


def rows(run: Run) -> list[Row]:
    """What the operating point costs on each human corpus, then on the parts of some.

    Besides the shipped thresholds, which were set on these corpora among others, each row gives the
    share flagged by thresholds that were set without its corpus. ``part`` is "" for whole corpora.
    """
    named = human_samples(run.manifest)
    run.progress(f"rating {len(named):,} human texts")
    rated = _rate(run, [item.sample for item in named])
    run.progress("setting thresholds without each corpus")
    fives = [s for s in rated if s.corpus in {*data.FIREFOX_SETS, *data.SYSTEM_YEARS}]
    without = {
        name: _thresholds_without(run, name, [(s, rated[s]) for s in fives if s.corpus != name])
        for name in {n.sample.corpus for n in named}
    }

    groups: dict[tuple[str, str], list[Sample]] = defaultdict(list)
    for item in named:
        if rated[item.sample].words >= MIN_WORDS:
            groups[item.corpus, ""].append(item.sample)
            if item.part:
                groups[DETAIL_OF.get(item.corpus, item.corpus), item.part].append(item.sample)
    found = [
        _row(corpus, part, chosen, rated, run, without)
        for (corpus, part), chosen in _pool_small(groups).items()
    ]
    return sorted(found, key=_order)


def _order(row: Row) -> tuple[bool, bool, str, bool, str]:
    """Whole corpora first, sets that have a year after the others; "others" last of the parts."""
    corpus, part = row["corpus"], row["part"]
    return part != "", " " in corpus, corpus, part.startswith("others"), part


def _pool_small(
    groups: dict[tuple[str, str], list[Sample]],
) -> dict[tuple[str, str], list[Sample]]:
    """The same groups, outlets of fewer than ``FEWEST`` texts joined to one."""
    small = [
        (corpus, part)
        for (corpus, part), chosen in groups.items()
        if corpus == "newswire" and part and len(chosen) < FEWEST
    ]
    found = {key: chosen for key, chosen in groups.items() if key not in small}
    if small:
        others = [sample for key in small for sample in groups[key]]
        found["newswire", f"others ({len(small)})"] = others
    return found


def human_samples(manifest: Manifest) -> list[Named]:
    """Human documents: whole where boundaries exist, else stretches of five sentences."""
    documents = chain(
        data.unpaired_blocks(manifest),
        data.evaluation_blocks(manifest),
        (b for b in corpora.essays(manifest) if zlib.adler32(b.group.encode()) % 5 == 1),
    )
    found = []
    for block in documents:
        body = "\n\n".join(block.human)
        rest = (block.corpus, block.group, block.kind, "", "", block.group)
        sample = Sample(body, "native", "native", *rest, len(block.human))
        found.append(Named(block.corpus, _part(block), sample))
    fives = data.human_fives(manifest)
    found += [Named(f"{s.corpus} {s.label}", s.language, s) for s in fives]
    return list(_distinct(found))


def _part(block: Block) -> str:
    if block.corpus not in DETAILS:
        return ""
    return LEVELS.get(block.kind, block.kind.replace(OUTLET_PREFIX, ""))


def _distinct(found: Sequence[Named]) -> Iterator[Named]:
    """Each text once a corpus: pairs of a year share references."""
    seen = set()
    for item in found:
        key = item.corpus, item.sample.text
        if key not in seen:
            seen.add(key)
            yield item


def _rate(run: Run, texts: Sequence[Sample]) -> dict[Sample, Rated]:
    """Ratings out of fold; of corpora that are never trained on, by the full model."""
    trained = [s for s in texts if s.corpus not in NEVER_TRAINED]
    untrained = [s for s in texts if s.corpus in NEVER_TRAINED]
    return {
        **dict(zip(trained, calibrate.rate(trained, run.raters), strict=True)),
        **dict(zip(untrained, run.rate_untrained(untrained), strict=True)),
    }


def _thresholds_without(run: Run, corpus: str, fives: Sequence[tuple[Sample, Rated]]) -> Thresholds:
    found = run.calibration_set
    both = zip(found.samples, found.rated, strict=True)
    kept = [(sample, rated) for sample, rated in both if sample.corpus != corpus]
    samples, rated = zip(*kept, strict=True)
    return Thresholds.from_header(calibrate.fit_thresholds(samples, rated, fives=fives))


def _row(
    corpus: str,
    part: str,
    chosen: Sequence[Sample],
    rated: dict[Sample, Rated],
    run: Run,
    without: dict[str, Thresholds],
) -> Row:
    n = len(chosen)
    machine, mixed = flagged([rated[s] for s in chosen], run.thresholds, run.fpr)
    left_out = sum(flagged([rated[s]], without[s.corpus], run.fpr)[0] for s in chosen)
    return {
        "corpus": corpus,
        "part": part,
        "label": "press" if corpus == "newswire" else chosen[0].label,
        "n": n,
        "machine_rate": machine / n,
        "machine_upper": upper_bound(machine, n),
        "mixed_rate": mixed / n,
        "flagged_upper": upper_bound(machine + mixed, n),
        "machine_rate_left_out": left_out / n,
    }


def flagged(rated: Sequence[Rated], thresholds: Thresholds, fpr: float) -> tuple[int, int]:
    """How many texts are called machine, and how many of the others mixed."""
    machine = mixed = 0
    for found in rated:
        if found.log_odds > thresholds.document(found.words, fpr):
            machine += 1
        elif any(n >= MIN_WORDS and lo > thresholds.passage(n, fpr) for n, lo in found.passages):
            mixed += 1
    return machine, mixed


COLUMNS = (
    Column("", lambda row: f"    {row['part']}" if row["part"] else row["corpus"], left=True),
    Column("label", lambda row: row["label"], left=True),
    count("n"),
    Column("machine", lambda row: share(row["machine_rate"])),
    Column("≤ 95 %", lambda row: share(row["machine_upper"])),
    Column("mixed", lambda row: share(row["mixed_rate"])),
    Column("left out", lambda row: share(row["machine_rate_left_out"])),
)


def text(found: Sequence[Row]) -> str:
    """Whole corpora, then the parts of some below their corpus."""
    parts: list[Row | str] = []
    for row in found:
        if row["part"]:
            title = f"{row['corpus']}, by {DETAILS[row['corpus']]}"
            if title not in parts:
                parts.append(title)
            parts.append(row)
    return section(
        "Human texts flagged",
        "Texts of 40 words and more, out of fold. machine: called machine; ≤ 95 %: its one-sided"
        " upper bound;\nmixed: a passage is flagged; left out: called machine by thresholds that"
        " were set without this corpus.",
        table(COLUMNS, [row for row in found if not row["part"]]),
        table(COLUMNS, parts),
    )
