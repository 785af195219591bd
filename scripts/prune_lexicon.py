"""Count every phrase-list entry in human and in machine-translated English.

An entry that stands in edited human text is good English, whatever language it came from, and must
leave its list. This prints the hits of each entry in text by people (native or human translation)
and in machine output, worst first, with one hit each, so that a person can decide.

    python scripts/prune_lexicon.py --corpora ../corpora idioms calques

The corpora are plain clones of the public repositories; whatever is missing is left out. Texts that
serve evaluation alone (GUM, CLEAR, the idiom lines) are not read.
"""

from __future__ import annotations

import argparse
import html
import re
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from mtdetect.signals.lexicon import phrases
from mtdetect.text.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mtdetect.signals.lexicon import Entry, PhraseList

EXACT = {"idioms": False, "calques": True, "tortured": True, "domains": True, "senses": True}
_PLAIN = (
    "BBC-Dataset-News-Classification/dataset/data_files/*/*.txt",
    "en-worldwide-newswire/original_articles/*",
    "OneStopEnglishCorpus/Texts-SeparatedByReadingLevel/**/*.txt",
    "18f.gsa.gov/content/posts/*",
    "firefox-translations-models/evaluation/en-*/*.en",
    "wmt2*-news-systems/txt/references/*.en",
    "wmt2*-news-systems/txt/sources/*.en",
    "HT-vs-MT/experiments/*/data/*/train/trans_en_*.txt",
    "HT-vs-MT/experiments/*/data/*/train/org_en_*.txt",
    "HT-vs-MT/experiments/shared_data/*/dev/trans_en_*",
    "asap-back-translation/bt-essays/01.en/*.txt",
)
_MACHINE = (
    "firefox-translations-models/evaluation/*-en/*.en",
    "wmt2*-news-systems/txt/system-outputs/*.en",
    "HT-vs-MT/experiments/*/data/*/train/org_de_*.en",
    "HT-vs-MT/experiments/*/data/*/train/trans_de_*.en",
    "asap-back-translation/bt-essays/0[35].*/*.txt",
)
_TAG = re.compile(r"(?<=\S)[/_][A-Za-z$*.,:'`()+-]+(?=\s|$)")


def human(corpora: Path) -> Iterator[str]:
    """Lines or whole texts written or translated by people."""
    yield from _lines(corpora, _PLAIN)
    for archive in sorted(corpora.glob("nltk_data/packages/corpora/*.zip")):
        with zipfile.ZipFile(archive) as opened:
            for name in opened.namelist():
                yield _TAG.sub("", opened.read(name).decode("utf-8", "replace"))
    for path in sorted(corpora.glob("UD_English-EWT/not-to-release/sources/**/*")):
        if path.is_file():
            found = re.findall(r"^# text = (.*)$", path.read_text("utf-8"), re.MULTILINE)
            yield "\n".join(found)


def machine(corpora: Path) -> Iterator[str]:
    """Lines of machine output."""
    yield from _lines(corpora, _MACHINE)


def _lines(corpora: Path, patterns: Iterable[str]) -> Iterator[str]:
    """Every different line of the files, in blocks of one file each."""
    seen: set[int] = set()
    for pattern in patterns:
        for path in sorted(corpora.glob(pattern)):
            if path.is_dir():
                continue
            fresh = []
            for line in html.unescape(path.read_text("utf-8", "replace")).splitlines():
                if hash(line) not in seen:
                    seen.add(hash(line))
                    fresh.append(line)
            yield "\n\n".join(fresh)


def count(
    lists: list[PhraseList], texts: Iterable[str]
) -> tuple[int, Counter[Entry], dict[Entry, str]]:
    """Words read, hits of each entry, and the first hit of each in its surroundings."""
    words = 0
    hits: Counter[Entry] = Counter()
    shown: dict[Entry, str] = {}
    for text in texts:
        words += text.count(" ") + text.count("\n")
        view = normalise(text)
        for each in lists:
            for match in each.find(view):
                if "\n\n" in match.span.of(text):
                    continue
                hits[match.entry] += 1
                around = text[max(0, match.span.start - 60) : match.span.end + 40]
                shown.setdefault(match.entry, " ".join(around.split()))
    return words, hits, shown


def main(argv: list[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Count phrase-list entries in corpora.")
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("lists", nargs="+", choices=sorted(EXACT))
    args = parser.parse_args(argv)
    lists = [phrases(name, exact=EXACT[name]) for name in args.lists]
    by_people, hits, shown = count(lists, human(args.corpora))
    by_machine, machine_hits, machine_shown = count(lists, machine(args.corpora))
    print(f"{by_people:,} words by people, {by_machine:,} by machine", file=sys.stderr)
    for entry in sorted(hits | machine_hits, key=lambda e: (-hits[e], -machine_hits[e])):
        example = shown.get(entry) or machine_shown[entry]
        print(f"{hits[entry]:6} {machine_hits[entry]:6}  {entry.pattern}  |  {example}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
