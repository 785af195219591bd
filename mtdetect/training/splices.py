"""Spliced documents: human articles with machine paragraphs in them, and the reverse.

Host and insertion always come from one fold, so that one rater knows neither.
"""

from __future__ import annotations

import random
import zlib
from collections import defaultdict
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from mtdetect.text import Document, Span
from mtdetect.training import corpora
from mtdetect.training.corpora import Block
from mtdetect.training.data import N_FOLDS, fold_of, paired_blocks
from mtdetect.training.documents import samples
from mtdetect.training.units import Sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mtdetect.training.manifest import Manifest

Kind = Literal[
    "machine in human", "human in human", "human", "human in machine", "machine", "human twin"
]

INSERTED_LINES, INSERTED_PARAGRAPHS, INSERTED_SENTENCES = 9, 3, 8
"""An insertion: so many lines of a sentence corpus, exactly so many paragraphs, at least so many
sentences."""

MACHINE_LINES = 18
"""Lines of a machine-translated host; the blocks of FLORES hold twenty."""

FEWEST_PARAGRAPHS, FEWEST_WORDS, MOST_WORDS = 5, 150, 1000
"""Sizes of a human host; longer articles are cut after the paragraph that reaches the most."""

HOSTS_A_CORPUS, MACHINE_HOSTS = 150, 120
"""Human hosts of each corpus and machine hosts, in each fold."""


class Part(NamedTuple):
    """Consecutive paragraphs of one origin; an inserted part comes from another text."""

    paragraphs: tuple[str, ...]
    machine: bool
    inserted: bool = False


@dataclass(frozen=True, slots=True)
class Splice:
    """A document of several parts.

    Attributes:
        kind: what was put into what; "human in human" holds the human twin of the insertion of
            "machine in human", "human twin" is that of "machine".
        parts: in text order.
        fold: of host and insertion.
        host: corpus of the host.
        name: identifies the host; what came from one host shares it.
        source: of the machine text, or of the text that stands for it: "round trip" or "forward".
        corpus, engine: of the same text.
    """

    kind: Kind
    parts: tuple[Part, ...]
    fold: int
    host: str
    name: str
    source: str
    corpus: str
    engine: str

    @property
    def text(self) -> str:
        """The paragraphs between blank lines."""
        return "\n\n".join("\n\n".join(part.paragraphs) for part in self.parts)

    def placed(self) -> Iterator[tuple[Span, Part]]:
        """The parts with their places in the text."""
        start = 0
        for part in self.parts:
            end = start + len("\n\n".join(part.paragraphs))
            yield Span(start, end), part
            start = end + 2


class Host(NamedTuple):
    """A human article to splice into."""

    corpus: str
    group: str
    paragraphs: tuple[str, ...]


Grouped = TypeVar("Grouped", Host, Block)


class Twins(NamedTuple):
    """A machine's version of a human text, and that text; paragraph by paragraph."""

    machine: Sample
    human: Sample


def splices(manifest: Manifest) -> Iterator[Splice]:
    """All documents, the same ones every time."""
    hosts, blocks = _by_fold(human_hosts(manifest)), _by_fold(paired_blocks(manifest))
    for fold in range(N_FOLDS):
        chosen = _drawn_by_corpus(hosts[fold])
        insertions = filter(can_be_inserted, twins_in_turn(blocks[fold], INSERTED_LINES))
        for host, twins in zip(chosen, insertions, strict=False):
            yield from into_human(host, twins, fold)
        machine_hosts = islice(twins_in_turn(blocks[fold], MACHINE_LINES), MACHINE_HOSTS)
        for twins, inserted in zip(machine_hosts, _human_insertions(chosen), strict=False):
            yield from into_machine(twins, inserted, fold)


def two_hands(manifest: Manifest) -> list[Sample]:
    """Human articles with a passage by another person, as samples of the host's corpus."""
    return [
        Sample(
            text=splice.text,
            label="native",
            source="native",
            corpus=splice.host,
            group=splice.name,
            kind="two hands",
            language="",
            engine="",
            twin=splice.name,
            lines=len(splice.parts),
        )
        for splice in splices(manifest)
        if splice.kind == "human in human"
    ]


def human_hosts(manifest: Manifest) -> Iterator[Host]:
    """Native articles of enough paragraphs, cut where they are long; one level of each OneStop."""
    seen = set()
    for block in chain(
        corpora.bbc(manifest),
        corpora.newswire(manifest),
        corpora.onestop(manifest),
        corpora.posts_18f(manifest),
        corpora.nltk_plain(manifest),
    ):
        paragraphs = cut(block.human)
        enough = len(paragraphs) >= FEWEST_PARAGRAPHS and _words(paragraphs) >= FEWEST_WORDS
        if enough and block.group not in seen:
            seen.add(block.group)
            yield Host(block.corpus, block.group, tuple(paragraphs))


def _words(paragraphs: Sequence[str]) -> int:
    return sum(len(paragraph.split()) for paragraph in paragraphs)


def cut(paragraphs: Sequence[str]) -> Sequence[str]:
    """The first paragraphs of a long article, up to the one that reaches ``MOST_WORDS``."""
    for n in range(len(paragraphs)):
        if _words(paragraphs[:n]) >= MOST_WORDS:
            return paragraphs[:n]
    return paragraphs


def _by_fold(found: Iterable[Grouped]) -> dict[int, list[Grouped]]:
    folds: dict[int, list[Grouped]] = defaultdict(list)
    for item in found:
        folds[fold_of(item.group)].append(item)
    return folds


def _hash(name: str) -> int:
    return zlib.crc32(name.encode())


def _drawn_by_corpus(hosts: Iterable[Host]) -> list[Host]:
    """Of each corpus equally many; corpora in turn."""
    by_corpus: dict[str, list[Host]] = defaultdict(list)
    for host in sorted(hosts, key=lambda host: _hash(f"host {host.group}")):
        by_corpus[host.corpus].append(host)
    return [
        host
        for row in zip_longest(*(found[:HOSTS_A_CORPUS] for found in by_corpus.values()))
        for host in row
        if host
    ]


def twins_in_turn(blocks: Sequence[Block], lines: int) -> Iterator[Twins]:
    """Machine texts of so many lines with their human twins.

    Round trips and forward translations take turns, within each the corpora do; a human text comes
    once.
    """
    human: dict[str, Sample] = {}
    queues: dict[str, dict[str, dict[str, Twins]]] = defaultdict(lambda: defaultdict(dict))
    for sample in samples(
        blocks, machines=1, paragraphs=False, salt=f"splice {lines}", fixed_lines=lines
    ):
        if sample.label != "mt":
            human[sample.twin] = sample
        elif sample.twin in human:
            queues[_source(sample)][sample.corpus].setdefault(
                sample.twin, Twins(sample, human[sample.twin])
            )
    rows = zip(*(_mixed(by_corpus) for _, by_corpus in sorted(queues.items())), strict=False)
    return chain.from_iterable(rows)


def _mixed(by_corpus: Mapping[str, Mapping[str, Twins]]) -> Iterator[Twins]:
    """Corpora in turn, each in an order that means nothing."""
    queues = [[found[twin] for twin in sorted(found, key=_hash)] for found in by_corpus.values()]
    return (twins for row in zip_longest(*queues) for twins in row if twins)


def _source(sample: Sample) -> str:
    return "round trip" if sample.source == "native" else "forward"


def can_be_inserted(twins: Twins) -> bool:
    """Whether both have three paragraphs and enough sentences."""
    return all(
        len(_paragraphs(sample)) == INSERTED_PARAGRAPHS
        and len(Document(sample.text).prose_sentences) >= INSERTED_SENTENCES
        for sample in twins
    )


def _paragraphs(sample: Sample) -> tuple[str, ...]:
    return tuple(sample.text.split("\n\n"))


def into_human(host: Host, twins: Twins, fold: int) -> Iterator[Splice]:
    """The host with the machine's paragraphs, with their human twins, and as it is."""
    place = random.Random(_hash(host.group)).randint(0, len(host.paragraphs))  # noqa: S311
    before, after = (
        Part(host.paragraphs[:place], machine=False),
        Part(host.paragraphs[place:], machine=False),
    )
    sample = twins.machine
    rest = (fold, host.corpus, host.group, _source(sample), sample.corpus, sample.engine)
    inserted: tuple[tuple[Kind, Sample], ...] = (
        ("machine in human", sample),
        ("human in human", twins.human),
    )
    for kind, version in inserted:
        middle = Part(_paragraphs(version), version.label == "mt", inserted=True)
        yield Splice(kind, tuple(p for p in (before, middle, after) if p.paragraphs), *rest)
    yield Splice("human", (Part(host.paragraphs, False),), *rest)


def _human_insertions(hosts: Iterable[Host]) -> Iterator[tuple[str, ...]]:
    """Three paragraphs from the first place of each article where they hold enough sentences."""
    for host in hosts:
        for start in range(1, len(host.paragraphs) - INSERTED_PARAGRAPHS):
            found = host.paragraphs[start : start + INSERTED_PARAGRAPHS]
            if len(Document("\n\n".join(found)).prose_sentences) >= INSERTED_SENTENCES:
                yield found
                break


def into_machine(twins: Twins, inserted: tuple[str, ...], fold: int) -> Iterator[Splice]:
    """The machine text with human paragraphs, as it is, and its human twin."""
    sample = twins.machine
    paragraphs = _paragraphs(sample)
    place = random.Random(_hash(sample.twin)).randint(0, len(paragraphs))  # noqa: S311
    parts = (
        Part(paragraphs[:place], True),
        Part(inserted, False, inserted=True),
        Part(paragraphs[place:], True),
    )
    rest = (fold, sample.corpus, sample.twin, _source(sample), sample.corpus, sample.engine)
    yield Splice("human in machine", tuple(p for p in parts if p.paragraphs), *rest)
    yield Splice("machine", (Part(paragraphs, True),), *rest)
    yield Splice("human twin", (Part(_paragraphs(twins.human), False),), *rest)
