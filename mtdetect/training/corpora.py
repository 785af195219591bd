"""The corpora as aligned blocks: a human text, and its machine versions line by line.

Labels: "native" was written in English by a person, "ht" was translated into English by a person,
"mt" is a machine's English. A block never mixes origins, so a machine version of a native block is
a round trip and one of an "ht" block a forward translation.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Literal

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mtdetect.training.manifest import Manifest

HumanLabel = Literal["native", "ht"]

FIREFOX = "firefox-translations-models/evaluation"
FLORES_BLOCK = 20
"""FLORES lines come in short groups from one article, unmarked; 20 lines hold several."""


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive lines of one origin.

    Attributes:
        corpus: e.g. "wmt18", "bbc".
        group: twin group; all blocks of a group go into one fold.
        label: of the human side.
        human: the lines a person wrote; empty where only machine output is at hand.
        machine: (engine, language) to lines, each aligned with ``human``.
        kind: what sort of human text it is, for reports ("press", "student", an outlet, a genre).
    """

    corpus: str
    group: str
    label: HumanLabel
    human: list[str]
    machine: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    kind: str = ""


def _unescaped(manifest: Manifest, path: str) -> list[str]:
    return [html.unescape(line) for line in manifest.lines_of(path)]


def flores(manifest: Manifest) -> Iterator[Block]:
    """FLORES dev: English originals and their round trips through up to 58 languages."""
    native = _unescaped(manifest, f"{FIREFOX}/de-en/flores-dev.en")
    machine = {}
    for match in manifest.match(rf"{FIREFOX}/(\w+)-en/flores-dev\.([\w-]+)\.en"):
        lines = _unescaped(manifest, match.group())
        if len(lines) == len(native):
            machine[match[2], match[1]] = lines
    for start in range(0, len(native), FLORES_BLOCK):
        block = slice(start, start + FLORES_BLOCK)
        yield Block(
            "flores",
            f"flores-{start // FLORES_BLOCK}",
            "native",
            native[block],
            {key: lines[block] for key, lines in machine.items()},
            "encyclopedic",
        )


def wmt_firefox(manifest: Manifest, year: str) -> Iterator[Block]:
    """One WMT or IWSLT set up to 2018: references and the output of several engines, by pair.

    A line was written in English where HT-vs-MT lists it as an English original of that year or,
    for wmt14 to wmt18, where it occurs in the references of three or more pairs. en-fr/wmt15 is
    native throughout, and IWSLT17 are transcripts of talks given in English. All else counts as
    translated by a person.
    """
    references = {
        match[1]: _unescaped(manifest, match.group())
        for match in manifest.match(rf"{FIREFOX}/en-(\w+)/{year}\.en")
    }
    pairs_with = Counter(line for lines in references.values() for line in set(lines))
    originals = {
        line
        for match in manifest.match(rf"HT-vs-MT/.+/org_en_{year}\.txt")
        for line in _unescaped(manifest, match.group())
    }
    origin_known = year in {"wmt14", "wmt15", "wmt16", "wmt18"}

    def label(language: str, line: str) -> HumanLabel:
        native = (
            line in originals
            or year == "iwslt17"
            or (year == "wmt15" and language == "fr")
            or (origin_known and pairs_with[line] >= 3)
        )
        return "native" if native else "ht"

    for language, reference in references.items():
        outputs = {}
        for match in manifest.match(rf"{FIREFOX}/{language}-en/{year}\.([\w-]+)\.en"):
            lines = _unescaped(manifest, match.group())
            if len(lines) == len(reference):
                outputs[match[1], language] = lines
        start = 0
        origins = [label(language, line) for line in reference]
        for origin, run in groupby(origins):
            stop = start + len(list(run))
            yield Block(
                year,
                year,
                origin,
                reference[start:stop],
                {key: lines[start:stop] for key, lines in outputs.items()},
                "talks" if year == "iwslt17" else "press",
            )
            start = stop


def wmt_systems(manifest: Manifest, year: Literal["wmt21", "wmt22"]) -> Iterator[Block]:
    """WMT 2021 and 2022: references, submitted and online systems, and English sources.

    The Livonian set of 2022 is left out: its lines stand on both sides, so their origin is unknown.
    """
    folder, prefix = {
        "wmt21": ("wmt21-news-systems/txt", "newstest2021"),
        "wmt22": ("wmt22-news-systems/txt", "generaltest2022"),
    }[year]
    references = defaultdict(list)
    for match in manifest.match(rf"{folder}/references/{prefix}\.(?!liv)(\w+)-en\.ref\.\w\.en"):
        references[match[1]].append(manifest.lines_of(match.group()))
    for language, sides in references.items():
        outputs = {}
        found = [
            *manifest.match(rf"{folder}/system-outputs/{prefix}\.{language}-en\.hyp\.(.+)\.en"),
            *manifest.match(rf"{FIREFOX}/{language}-en/{year}\.([\w-]+)\.en"),
        ]
        for match in found:
            lines = _unescaped(manifest, match.group())
            if len(lines) == len(sides[0]):
                outputs[match[1], language] = lines
        for number, side in enumerate(sides):
            yield Block(year, year, "ht", side, outputs if number == 0 else {}, f"from {language}")
    seen: set[str] = set()
    for match in manifest.match(rf"{folder}/sources/{prefix}\.en-(?!liv)\w+\.src\.en"):
        lines = manifest.lines_of(match.group())
        if lines[0] not in seen:
            seen.add(lines[0])
            yield Block(year, year, "native", lines, {}, "press")


def ht_vs_mt(manifest: Manifest) -> Iterator[Block]:
    """The training years of the German-English benchmark: human against DeepL and Google."""
    base = "HT-vs-MT/experiments"
    for experiment, human, machine, label in (
        ("8", "trans_en", "org_de", "ht"),
        ("12", "org_en", "trans_de", "native"),
    ):
        for match in manifest.match(
            rf"{base}/{experiment}/data/google/train/{human}_(wmt\d\d)\.txt"
        ):
            year = match[1]
            reference = _unescaped(manifest, match.group())
            outputs = {}
            for engine, ending in (("google", "txt.en.google"), ("deepl", "deepl.en")):
                path = f"{base}/{experiment}/data/{engine}/train/{machine}_{year}.{ending}"
                if path in manifest.digests:
                    lines = _unescaped(manifest, path)
                    if len(lines) == len(reference):
                        outputs[engine, "de"] = lines
            yield Block(f"htmt-{year}", year, label, reference, outputs, "press")  # type: ignore[arg-type]


def ht_vs_mt_documents(manifest: Manifest) -> Iterator[Block]:
    """The same benchmark as whole documents, human sides and machine sides as blocks of their own.

    Documents are one line each and the sides are not aligned; wmt18 is the benchmark's development
    set. A human document that stands beside both engines is given once.
    """
    sides: dict[str, tuple[HumanLabel, bool]] = {
        "org_en": ("native", False),
        "trans_de": ("native", True),
        "trans_en": ("ht", False),
        "org_de": ("ht", True),
    }
    seen = set()
    for match in manifest.match(
        r"HT-vs-MT/experiments/(?:10/data|shared_data/docs)/(google|deepl)/(?:train|dev)/"
        r"(org_en|trans_en|org_de|trans_de)_(wmt\d\d)\.(?:txt|deepl\.en|txt\.en\.google)"
    ):
        label, is_machine = sides[match[2]]
        for number, line in enumerate(_unescaped(manifest, match.group())):
            if line and (is_machine or line not in seen):
                seen.add(line)
                machine = {(match[1], "de"): [line]} if is_machine else {}
                human = [] if is_machine else [line]
                yield Block(
                    f"htmt-documents-{match[3]}",
                    match[3],
                    label,
                    human,
                    machine,
                    f"{match[2]}-{number}",
                )


_ASAP_MASK = re.compile(r"@\s*[A-Za-z]+\s*\d*")


def essays(manifest: Manifest) -> Iterator[Block]:
    """School essays and their round trips through Chinese and French.

    Names are masked in the originals (``@CAPS1``) and the engines mangled the masks: a leak. One
    name stands for them all on both sides, so that no hole is left where a mask stood.
    """
    base = "asap-back-translation/bt-essays"

    def clean(text: str) -> str:
        return " ".join(_ASAP_MASK.sub("Taylor", html.unescape(text)).split())

    for match in manifest.match(rf"{base}/01\.en/e_(\d)\.txt"):
        number = match[1]
        originals = manifest.bytes_of(match.group()).decode("utf-8", "replace").split("<START>")
        versions = {}
        for language, path in (("zh", f"03.ch-en/e_{number}"), ("fr", f"05.fr-en/ee_{number}")):
            content = manifest.bytes_of(f"{base}/{path}.txt").decode("utf-8", "replace")
            versions[language] = [line for line in content.split("\n") if line.strip()]
        for index, essay in enumerate(originals):
            machine = {
                ("google", language): [clean(lines[index])]
                for language, lines in versions.items()
                if index < len(lines)
            }
            if essay.strip():
                yield Block(
                    "essays",
                    f"essay-{number}-{index}",
                    "native",
                    [clean(essay)],
                    machine,
                    "student",
                )


def _documents(
    manifest: Manifest, corpus: str, pattern: str, parse: Callable[[str], list[str]], kind: str
) -> Iterator[Block]:
    """Unpaired native documents: one block a file; undecodable and repeated files are left out."""
    seen = set()
    for match in manifest.match(pattern):
        try:
            text = manifest.bytes_of(match.group()).decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
        paragraphs = parse(text)
        key = "\n".join(paragraphs)
        if key and key not in seen:
            seen.add(key)
            group = f"{corpus}-{match.group().rpartition('/')[2]}"
            found = re.match(kind, match.group()) if "(" in kind else None
            yield Block(corpus, group, "native", paragraphs, {}, found[1] if found else kind)


def _paragraph_lines(text: str) -> list[str]:
    return [line for raw in text.splitlines() if (line := raw.strip())]


def _markdown(text: str) -> list[str]:
    """Prose of a Markdown post: without front matter, code, markup and lists of links."""
    body = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    body = re.sub(r"```.*?```|<!--.*?-->|\{%.*?%\}|<[^>]*>", " ", body, flags=re.DOTALL)
    body = re.sub(r"!\[[^\]]*\]\([^)]*\)", " ", body)
    body = re.sub(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])", r"\1", body)
    body = re.sub(r"^\[[^\]]*\]:.*$", "", body, flags=re.MULTILINE)
    body = re.sub(r"^(?:\{:.*\}|[#>*+-]+\s.*|\d+\.\s.*|\|.*)$", "", body, flags=re.MULTILINE)
    body = re.sub(r"[*_`]+", "", html.unescape(body))
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", body) if part.strip()]


def bbc(manifest: Manifest) -> Iterator[Block]:
    """BBC articles, five sections."""
    pattern = r"BBC-Dataset-News-Classification/dataset/data_files/(\w+)/\d+\.txt"
    yield from _documents(manifest, "bbc", pattern, _paragraph_lines, r".*/data_files/(\w+)/")


def newswire(manifest: Manifest) -> Iterator[Block]:
    """English-language press outside the West; the kind is the outlet. Line 1 is the URL."""
    pattern = r"en-worldwide-newswire/original_articles/\w+\.txt"
    outlet = r".*/([a-z_]+?)_\d*\.txt"
    yield from _documents(
        manifest, "newswire", pattern, lambda text: _paragraph_lines(text)[1:], outlet
    )


def onestop(manifest: Manifest) -> Iterator[Block]:
    """News at three reading levels; the levels of one article are twins of each other."""
    pattern = (
        r"OneStopEnglishCorpus/Texts-SeparatedByReadingLevel/(?:Int-Txt/)?(\w+)-Txt/(.+)-\w+\.txt"
    )
    for match in manifest.match(pattern):
        text = manifest.bytes_of(match.group()).decode("utf-8-sig", "replace")
        paragraphs = [
            p for p in _paragraph_lines(text) if p not in {"Intermediate", "Elementary", "Advanced"}
        ]
        yield Block("onestop", f"onestop-{match[2]}", "native", paragraphs, {}, match[1].lower())


def posts_18f(manifest: Manifest) -> Iterator[Block]:
    """Blog posts of 18F."""
    pattern = r"18f\.gsa\.gov/content/posts/.+\.md"
    yield from _documents(manifest, "18f", pattern, _markdown, "blog")


def nltk_plain(manifest: Manifest) -> Iterator[Block]:
    """ABC news items (one a block) and State of the Union addresses, untokenised."""
    base = "nltk_data/packages/corpora"
    with zipfile.ZipFile(io.BytesIO(manifest.bytes_of(f"{base}/abc.zip"))) as archive:
        for name in ("abc/rural.txt", "abc/science.txt"):
            paragraphs = _paragraph_lines(archive.read(name).decode("latin-1"))
            for start in range(0, len(paragraphs), 12):  # no document marks: twelve paragraphs
                yield Block(
                    "abc",
                    f"{name}-{start}",
                    "native",
                    paragraphs[start : start + 12],
                    {},
                    name[4:-4],
                )
    with zipfile.ZipFile(io.BytesIO(manifest.bytes_of(f"{base}/state_union.zip"))) as archive:
        for name in sorted(archive.namelist()):
            if re.fullmatch(r"state_union/\d{4}-.*\.txt", name):
                paragraphs = _paragraph_lines(archive.read(name).decode("latin-1"))
                yield Block("sotu", name, "native", paragraphs, {}, "speech")


def treebank(manifest: Manifest, corpus: Literal["gum", "ewt"]) -> Iterator[Block]:
    """Treebank documents as paragraphs of running text; the kind is the genre."""
    folder = {"gum": "UD_English-GUM", "ewt": "UD_English-EWT"}[corpus]
    for match in manifest.match(rf"{folder}/not-to-release/sources/.+\.conllu"):
        for name, genre, paragraphs in _conllu(
            manifest.bytes_of(match.group()).decode("utf-8"), match.group()
        ):
            yield Block(corpus, f"{corpus}-{name}", "native", paragraphs, {}, genre)


def _conllu(text: str, path: str) -> Iterator[tuple[str, str, list[str]]]:
    """(document, genre, paragraphs) of a CoNLL-U file."""
    name = path.rpartition("/")[2]
    genre = path.split("/")[-2]  # EWT: a folder a genre; GUM names it in the document's
    paragraphs: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith("# newdoc"):
            if paragraphs:
                yield name, genre, [" ".join(p) for p in paragraphs if p]
            paragraphs = []
            name = line.partition("=")[2].strip() or name
            if found := re.match(r"GUM_(\w+?)_", name):
                genre = found[1]
        elif line.split(" id")[0] == "# newpar":  # not "# newpar_block"
            paragraphs.append([])
        elif line.startswith("# text ="):
            if not paragraphs:
                paragraphs.append([])
            paragraphs[-1].append(line.partition("=")[2].strip())
    if paragraphs:
        yield name, genre, [" ".join(p) for p in paragraphs if p]


def clear(manifest: Manifest) -> Iterator[Block]:
    """CLEAR excerpts for readers of all ages (evaluation only)."""
    content = manifest.bytes_of("CLEAR-Corpus/CLEAR_corpus_final.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    rows = sheet.iter_rows(values_only=True)
    columns = {str(name).strip(): index for index, name in enumerate(next(rows))}
    for number, row in enumerate(rows):
        excerpt = row[columns["Excerpt"]]
        if excerpt:
            kind = str(row[columns["Categ"]]).lower()
            yield Block(
                "clear", f"clear-{number}", "native", _paragraph_lines(str(excerpt)), {}, kind
            )
