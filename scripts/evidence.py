"""Where the signals fire: count it on the corpora, print the table of weights, write the docs page.

    python scripts/evidence.py --corpora ../corpora                     # the whole table
    python scripts/evidence.py --corpora ../corpora --only link_capital # some signals, by corpus
    python scripts/evidence.py --corpora ../corpora --show link_capital # places in native text
    python scripts/evidence.py --corpora ../corpora --only link_capital --native
    python scripts/evidence.py --corpora ../corpora --out models/en.evidence.json
    python scripts/evidence.py --docs docs/signals.md                   # from the shipped record

Reads only the files of the manifest, whose SHA-256 it checks.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from mtdetect import model, record
from mtdetect.evidence import Weighing
from mtdetect.render import signals_page
from mtdetect.render.terminal import excerpt
from mtdetect.signals import catalogue
from mtdetect.text import Span
from mtdetect.training import evidence_table, weights
from mtdetect.training.manifest import Manifest, ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtdetect.record import Record


def signal_name(name: str) -> str:
    """A name of the catalogue; hyphens pass for underscores."""
    known = name.replace("-", "_")
    if known not in catalogue():
        raise argparse.ArgumentTypeError(f"no signal is called {name}")
    return known


def arguments_of(argv: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    here = Path(__file__)
    parser.add_argument("--corpora", type=Path, help="folder of the corpora")
    parser.add_argument("--manifest", type=Path, default=here.with_name("corpora.sha256"))
    parser.add_argument(
        "--only", type=signal_name, nargs="+", metavar="NAME", help="these signals, by corpus"
    )
    parser.add_argument("--native", action="store_true", help="trusted native corpora alone")
    parser.add_argument("--show", type=signal_name, metavar="NAME", help="print places instead")
    parser.add_argument("--places", type=int, default=20, help="how many places --show prints")
    parser.add_argument("--out", type=Path, help="write the record of all signals there")
    parser.add_argument("--docs", type=Path, help="write the docs page there, from what is shipped")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    arguments = parser.parse_args(argv)
    if not arguments.corpora and not arguments.docs:
        parser.error("needs --corpora, or --docs")
    if arguments.out and (arguments.only or arguments.native or arguments.show):
        parser.error("--out writes the record of all signals on all texts")
    return arguments


def overview(counted: Record, entries: weights.Entries) -> Iterator[str]:
    """The table of weights: a line a signal; "!" where false hits cap the weight."""
    yield (
        f"{'signal':22} {'family':10} {'by hand':>9} {'native':>12} {'in 10,000':>9}"
        f" {'human tr.':>9} {'machine':>9} {'LLR':>6} {'weight':>6}"
    )
    native = counted.native()
    others = counted.labelled("human translation"), counted.labelled("round trip", "forward")
    yield (
        f"{'':22} {'':10} {'mt/ed/am':>9} {'docs, paras':>12} {'native':>9}"
        f" {'in 10,000':>9} {'in 10,000':>9}"
    )
    for signal in catalogue().values():
        name, hits = signal.name, native.of(signal.name)
        hand = counted.by_hand.get(name)
        pages = f"{hand.machine:.0f}/{hand.edited:.0f}/{hand.amateur:.0f}" if hand else "twins"
        figures = f"{'—':>6} {'—':>6}"
        if entry := entries.get(name):
            ratio = Weighing(**entry).log_ratio()
            figures = f"{ratio:>+6.2f} {entry['weight']:>+6.2f}"
            if weights.capped(ratio, native.per_10_000(name)) < min(ratio, weights.WEIGHT_CAP):
                figures += " !"
        yield (
            f"{name:22} {signal.family:10} {pages:>9}"
            f" {hits.documents:>5,}, {hits.paragraphs:>5,} {native.per_10_000(name):>9.1f}"
            f" {others[0].per_10_000(name):>9.1f} {others[1].per_10_000(name):>9.1f} {figures}"
        )


def by_corpus(name: str, counted: Record) -> Iterator[str]:
    """One signal, a line for each label and corpus, the trusted corpora pooled."""
    yield (
        f"{name}\n  {'label':17} {'corpus':10} {'documents':>15} {'paragraphs':>15}"
        f" {'in 10,000':>10} {'findings a page':>16}"
    )
    rows = [(f"{row.corpus}{'' if row.trusted else ' *'}", row) for row in counted.texts]
    for corpus, row in [*rows, ("trusted", counted.native())]:
        hits = row.of(name)
        yield (
            f"  {row.label:17} {corpus:10} {hits.documents:>6,} /{row.documents:>7,}"
            f" {hits.paragraphs:>6,} /{row.paragraphs:>7,} {row.per_10_000(name):>10.1f}"
            f" {hits.findings / max(row.pages, 1.0):>16.5f}"
        )


def show(name: str, manifest: Manifest, n: int) -> None:
    """Print ``n`` places in trusted native text where the signal fires, drawn evenly."""
    texts = list(evidence_table.native_texts(manifest))
    random.Random(0).shuffle(texts)  # noqa: S311 - reproducible
    found = (
        (text, place)
        for text in texts
        for place in islice(evidence_table.places(text, [name]), 2)  # one odd text is one text
    )
    for text, (_, document, span) in islice(found, n):
        paragraph = document.paragraph_at(span.start)
        within = paragraph.span if paragraph else Span(0, len(text.text))
        line, row = excerpt(text.text, span, Span(within.start - 40, within.end + 40), 150)
        print(f"{text.corpus:9} {line}\n{'':9} {row}")


def main(argv: list[str] | None = None) -> int:
    """Count and print."""
    arguments = arguments_of(argv)
    start = time.monotonic()

    def progress(step: str) -> None:
        print(f"[{time.monotonic() - start:5.0f} s] {step}", file=sys.stderr, flush=True)

    if arguments.docs:
        page = signals_page.render(catalogue().values(), model.model_header(), record.shipped())
        arguments.docs.write_text(page, encoding="utf-8")
        return 0
    try:
        manifest = Manifest.load(arguments.corpora, arguments.manifest)
        if arguments.show:
            show(arguments.show, manifest, arguments.places)
            return 0
        texts = evidence_table.native_texts(manifest)
        if not arguments.native:
            texts = chain(texts, evidence_table.paired_texts(manifest))
        names = arguments.only or list(catalogue())
        rows = evidence_table.count(texts, names, n_jobs=arguments.jobs, progress=progress)
    except ManifestError as error:
        print(f"evidence.py: {error}", file=sys.stderr)
        return 2
    counted = record.Record(rows, weights.wild_rates())
    if arguments.out:
        record.save(arguments.out, counted)
    if arguments.only:
        print("\n".join(line for name in names for line in by_corpus(name, counted)))
    else:
        on_twins = model.model_header()["signals"]
        print("\n".join(overview(counted, {**on_twins, **weights.weigh_signals(counted)})))
    return 0


if __name__ == "__main__":
    sys.exit(main())
