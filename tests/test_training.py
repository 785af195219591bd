"""Training on a corpus of a few pages: what is read, how it is cut, what is learned from it."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import random
import zipfile
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("sklearn")

import joblib
import openpyxl
from scipy import stats

from mtdetect import Detector, model, style
from mtdetect.calibration import Calibration, Thresholds
from mtdetect.text import Document
from mtdetect.training import calibrate, corpora, data, fit, metrics
from mtdetect.training.calibrate import FPRS, Rated
from mtdetect.training.corpora import FIREFOX, Block
from mtdetect.training.documents import LONGEST_WORDS, samples, stretches
from mtdetect.training.evaluation.header import figures_for_header
from mtdetect.training.manifest import Manifest, ManifestError
from mtdetect.training.units import LENGTHS, Sample, draw, pieces, units

PLACES = ("harbour", "school", "market", "bridge", "library", "museum", "station", "bakery")
PEOPLE = ("mayor", "captain", "teacher", "clerk", "nurse", "driver", "baker", "porter")
HUMAN = (
    "The {person} said the {place} would shut for {n} days, and that's that.",
    "Nobody at the {place} had seen the {person} since lunch on day {n}.",
    "It's a grand old {place}, and the {person} won't hear a word against it after {n} years.",
)
TRANSLATED = (
    "The {person} explained that the {place} is to remain closed for {n} days in total.",
    "Since {n} o'clock the {person} has no longer been seen in the area of the {place}.",
    "The {person} regards the {place}, which is {n} years old, as a jewel of the town.",
)
MACHINE = (
    "The {person} declared that the closure of the {place} will be of {n} days.",
    "At the level of the {place}, no one has sighted the {person} from {n} hours.",
    "It is about a {place} of {n} years, of which the {person} does not accept critics.",
)


def lines(templates, start, n):
    """``n`` sentences, the same ones for the same start; templates are aligned by place."""
    return [
        templates[i % 3].format(
            person=PEOPLE[i * 5 % 8], place=PLACES[(i // 3 + i // 8) % 8], n=i + 2
        )
        for i in range(start, start + n)
    ]


def joined(*parts):
    return "\n".join(itertools.chain(*parts)) + "\n"


def write(root, path, content):
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content.encode() if isinstance(content, str) else content)


def manifest_of(root):
    """A manifest of everything below ``root``."""
    paths = sorted(p for p in root.rglob("*") if p.is_file())
    return Manifest(
        root,
        [
            f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(root).as_posix()}\n"
            for p in paths
        ],
    )


def zipped(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/") + ".txt", text)
    return buffer.getvalue()


def one_file(root, path, content):
    write(root, path, content)
    return manifest_of(root)


YEARS = ("wmt12", "wmt14", "wmt15", "wmt16", "wmt18")
NATIVE, FOREIGN = 6, 6


def write_wmt(root):
    """Every year has lines written in English, which all pairs share, and translated ones."""
    for y, year in enumerate(YEARS):
        native = lines(HUMAN, 100 * y, NATIVE)
        round_trip = lines(MACHINE, 100 * y, NATIVE)
        for p, pair in enumerate(("de", "fr", "cs")):
            start = 100 * y + 20 + 20 * p
            write(
                root,
                f"{FIREFOX}/en-{pair}/{year}.en",
                joined(native, lines(TRANSLATED, start, FOREIGN)),
            )
            output = joined(round_trip, lines(MACHINE, start, FOREIGN))
            write(root, f"{FIREFOX}/{pair}-en/{year}.google.en", output)
            write(root, f"{FIREFOX}/{pair}-en/{year}.bergamot-tiny.en", output)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """A corpus that every part of training can read; no text comes from anywhere else."""
    root = tmp_path_factory.mktemp("corpora")
    write(root, f"{FIREFOX}/de-en/flores-dev.en", joined(lines(HUMAN, 600, 50)))
    for pair, engine in (("de", "google"), ("fr", "opusmt")):
        output = joined(lines(MACHINE, 600, 50))
        write(root, f"{FIREFOX}/{pair}-en/flores-dev.{engine}.en", output)
    write_wmt(root)
    base = "HT-vs-MT/experiments"
    for year, start in (("wmt12", 0), ("wmt14", 100)):  # the same lines in another repository
        native, output = (joined(lines(t, start, NATIVE)) for t in (HUMAN, MACHINE))
        write(root, f"{base}/12/data/google/train/org_en_{year}.txt", native)
        write(root, f"{base}/12/data/google/train/trans_de_{year}.txt.en.google", output)
    for number in range(8):
        text = joined(lines(HUMAN, 700 + 20 * number, 12))
        write(root, f"BBC-Dataset-News-Classification/dataset/data_files/sport/{number}.txt", text)
    packages = "nltk_data/packages/corpora"
    rural, science = joined(lines(HUMAN, 900, 26)), joined(lines(HUMAN, 950, 5))
    write(root, f"{packages}/abc.zip", zipped(abc__rural=rural, abc__science=science))
    speeches = {
        f"state_union__19{n}-Lund": joined(lines(HUMAN, n * 10, 130)) for n in range(45, 49)
    }
    write(root, f"{packages}/state_union.zip", zipped(state_union__README="No.", **speeches))
    return root


@pytest.fixture(scope="module")
def manifest(corpus):
    return manifest_of(corpus)


@pytest.fixture(scope="module")
def training(manifest):
    return data.training_units(manifest)


class TestManifest:
    def test_a_listed_file_is_read(self, tmp_path):
        manifest = one_file(tmp_path, "a/b.txt", "\ufeff One \r\nTwo\u2028 three\n\n\n")
        assert manifest.bytes_of("a/b.txt").startswith(b"\xef\xbb\xbf")
        assert manifest.lines_of("a/b.txt") == ["One", "Two\u2028 three"]

    def test_an_unlisted_file_may_not_be_read(self, tmp_path):
        manifest = one_file(tmp_path, "a.txt", "One")
        write(tmp_path, "test-set.txt", "Secret")
        with pytest.raises(ManifestError, match=r"test-set\.txt is not in the manifest"):
            manifest.bytes_of("test-set.txt")
        assert [m.group() for m in manifest.match(".*")] == ["a.txt"]

    def test_a_changed_file_is_noticed(self, tmp_path):
        manifest = one_file(tmp_path, "a.txt", "One")
        write(tmp_path, "a.txt", "Two")
        with pytest.raises(ManifestError, match=r"a\.txt differs"):
            manifest.bytes_of("a.txt")

    def test_a_missing_file_is_named_with_its_folder(self, tmp_path):
        manifest = one_file(tmp_path, "a.txt", "One")
        (tmp_path / "a.txt").unlink()
        with pytest.raises(ManifestError, match=rf"a\.txt: No such file .*{tmp_path.name}"):
            manifest.bytes_of("a.txt")

    @pytest.mark.parametrize("line", ["x", "0" * 63 + "  a.txt", "0" * 64, "0" * 64 + " *a.txt"])
    def test_a_malformed_line(self, tmp_path, line):
        with pytest.raises(ManifestError, match="malformed"):
            Manifest(tmp_path, ["# a comment\n", "\n", line])

    def test_the_fingerprint_knows_files_and_content_but_not_their_order(self, tmp_path):
        rows = [f"{'0' * 64}  a", f"{'1' * 64}  b"]
        first = Manifest(tmp_path, rows).fingerprint()
        assert Manifest(tmp_path, ["# why", *reversed(rows)]).fingerprint() == first
        assert Manifest(tmp_path, rows[:1]).fingerprint() != first
        assert Manifest(tmp_path, [f"{'2' * 64}  a", rows[1]]).fingerprint() != first

    def test_patterns_match_whole_paths_in_sorted_order(self, tmp_path):
        write(tmp_path, "b/2.txt", "")
        write(tmp_path, "a/1.txt", "")
        manifest = one_file(tmp_path, "a/1.txt.orig", "")
        assert [m[1] for m in manifest.match(r"\w/(\d)\.txt")] == ["1", "2"]


class TestReaders:
    def test_flores(self, tmp_path):
        folder = f"{FIREFOX}/de-en"
        native = [f"Line {n} &amp; more." for n in range(45)]
        write(tmp_path, f"{folder}/flores-dev.en", joined(native))
        write(tmp_path, f"{folder}/flores-dev.google.en", joined(line.upper() for line in native))
        write(tmp_path, f"{folder}/flores-dev.short.en", "one line too few\n")
        blocks = list(corpora.flores(manifest_of(tmp_path)))
        assert [len(block.human) for block in blocks] == [20, 20, 5]
        assert len({block.group for block in blocks}) == 3
        assert {block.label for block in blocks} == {"native"}
        assert blocks[1].human[0] == "Line 20 & more."
        assert set(blocks[1].machine) == {("google", "de")}
        assert blocks[2].machine["google", "de"][-1].startswith("LINE 44")

    def test_wmt_lines_in_three_pairs_were_written_in_english(self, corpus):
        blocks = list(corpora.wmt_firefox(manifest_of(corpus), "wmt16"))
        native = lines(HUMAN, 300, NATIVE)
        assert len(blocks) == 6
        for block in blocks:
            assert block.group == "wmt16"
            assert (block.human == native) == (block.label == "native")
            assert all(len(output) == len(block.human) for output in block.machine.values())
        forward = next(block for block in blocks if block.label == "ht")
        assert {engine for engine, _ in forward.machine} == {"google", "bergamot-tiny"}
        assert forward.machine["google", "cs"] == lines(MACHINE, 320 + 40, FOREIGN)

    def test_wmt_lines_in_two_pairs_are_translations(self, tmp_path):
        for pair in ("de", "fr"):
            write(tmp_path, f"{FIREFOX}/en-{pair}/wmt16.en", "A shared line.\n")
        blocks = corpora.wmt_firefox(manifest_of(tmp_path), "wmt16")
        assert [block.label for block in blocks] == ["ht", "ht"]

    @pytest.mark.parametrize(("year", "label"), [("wmt10", "ht"), ("iwslt17", "native")])
    def test_sets_whose_origin_goes_by_the_set(self, tmp_path, year, label):
        for pair in ("de", "fr", "cs"):
            write(tmp_path, f"{FIREFOX}/en-{pair}/{year}.en", "A shared line.\n")
        blocks = corpora.wmt_firefox(manifest_of(tmp_path), year)
        assert [block.label for block in blocks] == [label] * 3

    def test_wmt_systems(self, tmp_path):
        folder = "wmt21-news-systems/txt"
        for name, text in {
            "references/newstest2021.de-en.ref.A.en": "Reference &quot;A&quot;.\n",
            "references/newstest2021.de-en.ref.B.en": "Reference B.\n",
            "system-outputs/newstest2021.de-en.hyp.Online-A.en": "An output.\n",
            "system-outputs/newstest2021.de-en.hyp.Broken.en": "One.\nToo many.\n",
            "sources/newstest2021.en-de.src.en": "A source.\n",
            "sources/newstest2021.en-fr.src.en": "A source.\n",
        }.items():
            write(tmp_path, f"{folder}/{name}", text)
        blocks = list(corpora.wmt_systems(manifest_of(tmp_path), "wmt21"))
        assert [(block.label, len(block.machine)) for block in blocks] == [
            ("ht", 1),
            ("ht", 0),
            ("native", 0),
        ]
        assert blocks[0].machine == {("Online-A", "de"): ["An output."]}

    def test_ht_vs_mt_sides_are_aligned(self, tmp_path):
        base = "HT-vs-MT/experiments/8/data"
        write(tmp_path, f"{base}/google/train/trans_en_wmt13.txt", "Human 1\nHuman 2\n")
        write(tmp_path, f"{base}/google/train/org_de_wmt13.txt.en.google", "Google 1\nGoogle 2\n")
        write(tmp_path, f"{base}/deepl/train/org_de_wmt13.deepl.en", "DeepL 1\n")
        (block,) = corpora.ht_vs_mt(manifest_of(tmp_path))
        assert (block.label, block.group) == ("ht", "wmt13")
        assert block.human == ["Human 1", "Human 2"]
        assert block.machine == {("google", "de"): ["Google 1", "Google 2"]}

    def test_a_human_document_beside_both_engines_is_given_once(self, tmp_path):
        base = "HT-vs-MT/experiments/10/data"
        for engine, ending in (("google", "txt.en.google"), ("deepl", "deepl.en")):
            write(tmp_path, f"{base}/{engine}/train/trans_en_wmt13.txt", "Document 1\nDocument 2\n")
            write(tmp_path, f"{base}/{engine}/train/org_de_wmt13.{ending}", "One\nTwo\n")
        blocks = list(corpora.ht_vs_mt_documents(manifest_of(tmp_path)))
        assert [b.human for b in blocks if b.human] == [["Document 1"], ["Document 2"]]
        engines = [engine for b in blocks for engine, _ in b.machine]
        assert sorted(engines) == ["deepl", "deepl", "google", "google"]
        assert {b.label for b in blocks} == {"ht"}

    def test_essays_lose_their_masks_on_both_sides(self, tmp_path):
        base = "asap-back-translation/bt-essays"
        write(
            tmp_path,
            f"{base}/01.en/e_1.txt",
            "Dear @CAPS1, I\nsee.<START>My @PERSON2 &lt;3<START> ",
        )
        write(tmp_path, f"{base}/03.ch-en/e_1.txt", "Dear @ caps 1, I look.\n\nMine @Person2.\n")
        write(tmp_path, f"{base}/05.fr-en/ee_1.txt", "Expensive @CAPS1, I see.\n")
        first, second = corpora.essays(manifest_of(tmp_path))
        assert set(first.machine) == {("google", "zh"), ("google", "fr")}
        assert set(second.machine) == {("google", "zh")}
        assert first.group != second.group
        assert second.human[0].endswith(" <3")
        for block in (first, second):
            for text in (*block.human, *itertools.chain(*block.machine.values())):
                assert "@" not in text
                assert "\n" not in text
                assert not any(char.isdigit() for char in text.removesuffix("<3"))

    def test_documents_that_are_repeated_empty_or_not_utf_8_are_left_out(self, tmp_path):
        folder = "BBC-Dataset-News-Classification/dataset/data_files"
        for name, content in {
            "sport/1.txt": "A headline\n\n A paragraph. \n",
            "tech/1.txt": "A headline\nA paragraph.",
            "tech/2.txt": b"A \xa3 sign.",
            "tech/3.txt": "\n \n",
            "tech/4.txt": "Another.",
        }.items():
            write(tmp_path, f"{folder}/{name}", content)
        blocks = list(corpora.bbc(manifest_of(tmp_path)))
        assert [(b.kind, b.human) for b in blocks] == [
            ("sport", ["A headline", "A paragraph."]),
            ("tech", ["Another."]),
        ]

    def test_the_first_line_of_a_newswire_file_is_no_text(self, tmp_path):
        text = "https://example.org/a\nA headline\nA paragraph.\n"
        path = "en-worldwide-newswire/original_articles/far_post_12.txt"
        (block,) = corpora.newswire(one_file(tmp_path, path, text))
        assert (block.kind, block.human) == ("far_post", ["A headline", "A paragraph."])

    def test_reading_levels_of_one_article_are_twins(self, tmp_path):
        base = "OneStopEnglishCorpus/Texts-SeparatedByReadingLevel"
        write(tmp_path, f"{base}/Adv-Txt/Night buses-adv.txt", "\ufeffAn advanced text.\n")
        write(tmp_path, f"{base}/Int-Txt/Night buses-int.txt", "Intermediate \nA text.\n")
        write(tmp_path, f"{base}/Ele-Txt/Other-ele.txt", "Another text.\n")
        found = {b.kind: b for b in corpora.onestop(manifest_of(tmp_path))}
        assert found["adv"].group == found["int"].group != found["ele"].group
        assert found["int"].human == ["A text."]
        assert found["adv"].human == ["An advanced text."]

    def test_markdown_leaves_prose_alone(self, tmp_path):
        post = (
            "---\ntitle: A post\ntags:\n- one\n---\n\n"
            "We **built** a [small tool](https://example.org/a_b) with `code` in\n"
            "it &amp; more.\n\n"
            "## A heading\n\n"
            "- an item\n* another\n1. a third\n\n"
            "```\nx = 1\n\ny = 2\n```\n\n"
            "{% include image.html %}\n\n"
            "![An image](picture.png)\n\n"
            "See [this][ref] <em>too</em>.\n\n"
            "[ref]: https://example.org\n\n"
            "> A quotation.\n\n| a | table |\n\n<!-- a\n\ncomment -->\nThe end.\n"
        )
        (block,) = corpora.posts_18f(one_file(tmp_path, "18f.gsa.gov/content/posts/a.md", post))
        assert block.human == [
            "We built a small tool with code in it & more.",
            "See this too .",
            "The end.",
        ]

    def test_abc_and_speeches(self, manifest):
        blocks = list(corpora.nltk_plain(manifest))
        abc = [b for b in blocks if b.corpus == "abc"]
        assert [len(b.human) for b in abc] == [12, 12, 2, 5]
        assert [b.kind for b in abc] == ["rural", "rural", "rural", "science"]
        speeches = [b for b in blocks if b.corpus == "sotu"]
        assert len(speeches) == 4
        assert len({b.group for b in blocks}) == len(blocks)

    def test_treebanks(self, tmp_path):
        text = (
            "# newdoc id = GUM_vlog_tea\n# newpar\n# sent_id = 1\n# text = One = 1.\n1\tOne\t_\n\n"
            "# text = Two.\n1\tTwo\t_\n\n# newpar\n# text = Three.\n1\tThree\t_\n\n"
            "# newdoc id = GUM_news_sea\n# text = Four.\n1\tFour\t_\n"
        )
        path = "UD_English-GUM/not-to-release/sources/some.conllu"
        one, two = corpora.treebank(one_file(tmp_path, path, text), "gum")
        assert (one.kind, one.human) == ("vlog", ["One = 1. Two.", "Three."])
        assert (two.kind, two.human) == ("news", ["Four."])
        assert one.group == "gum-GUM_vlog_tea"

    def test_no_paragraph_of_a_treebank_is_empty(self, tmp_path):
        text = "".join(
            f"# newdoc id = GUM_news_{name}\n# newpar\n# newpar_block = p (1 s)\n# text = One.\n\n"
            for name in "ab"
        )
        path = "UD_English-GUM/not-to-release/sources/some.conllu"
        blocks = corpora.treebank(one_file(tmp_path, path, text), "gum")
        assert [b.human for b in blocks] == [["One."], ["One."]]

    def test_the_genre_of_ewt_is_its_folder(self, tmp_path):
        path = "UD_English-EWT/not-to-release/sources/weblog/one.conllu"
        (block,) = corpora.treebank(one_file(tmp_path, path, "# text = One.\n"), "ewt")
        assert (block.corpus, block.kind, block.group) == ("ewt", "weblog", "ewt-one.conllu")

    def test_clear(self, tmp_path):
        book = openpyxl.Workbook()
        for row in (["ID", " Categ ", "Excerpt"], [1, "Lit", "One.\nTwo."], [2, "Info", None]):
            book.active.append(row)
        book.save(tmp_path / "book.xlsx")
        content = (tmp_path / "book.xlsx").read_bytes()
        manifest = one_file(tmp_path / "root", "CLEAR-Corpus/CLEAR_corpus_final.xlsx", content)
        (block,) = corpora.clear(manifest)
        assert (block.kind, block.human) == ("lit", ["One.", "Two."])


systems = st.lists(
    st.tuples(st.sampled_from(("google", "bergamot-a", "bergamot-b", "deepl")), st.text("xyz")),
    max_size=12,
    unique=True,
)


class TestUnits:
    @given(st.integers(0, 60), st.text(max_size=3))
    def test_pieces_cover_every_line_once(self, n, seed):
        cut = list(pieces(n, LENGTHS, seed))
        assert [i for piece in cut for i in range(n)[piece]] == list(range(n))
        assert cut == list(pieces(n, LENGTHS, seed))

    @given(systems, st.integers(0, 8), st.integers())
    def test_engines_are_drawn_in_turn(self, found, number, seed):
        drawn = draw(list(found), number, random.Random(seed))  # noqa: S311 - a test's
        assert len(drawn) == len(set(drawn)) == min(number, len(found))
        assert set(drawn) <= set(found)
        families = {engine.partition("-")[0] for engine, _ in found}
        first = {engine.partition("-")[0] for engine, _ in drawn[: len(families)]}
        assert len(first) == min(number, len(families))

    def test_twins_stand_at_the_same_place(self):
        human = [f"Human {n}." for n in range(40)]
        machine = {("google", "de"): [f"Machine {n}." for n in range(40)]}
        found = list(units([Block("c", "g", "ht", human, machine, "k")], machines=2, salt="s"))
        by_twin = defaultdict(list)
        for unit in found:
            by_twin[unit.twin].append(unit)
        for group in by_twin.values():
            (one,) = [unit for unit in group if unit.label == "ht"]
            (two,) = [unit for unit in group if unit.label == "mt"]
            assert two.text == one.text.replace("Human", "Machine")
            assert one.lines == two.lines == one.text.count(".")
            assert (two.source, two.engine, two.language) == ("ht", "google", "de")
            assert (one.source, one.engine, one.language) == ("ht", "", "")

    def test_a_repeated_human_text_is_given_once_its_twins_each_time(self):
        blocks = [
            Block("c", "g", "ht", ["One.", "Two."], {("google", p): [f"{p} 1.", f"{p} 2."]})
            for p in ("de", "fr")
        ]
        found = list(units(blocks, machines=3, lengths=(2,)))
        assert [u.label for u in found] == ["ht", "mt", "mt"]
        assert len({u.twin for u in found}) == 1

    def test_blank_machine_output_is_left_out(self):
        block = Block("c", "g", "ht", ["One."], {("google", "de"): [" "]})
        assert [u.label for u in units([block], machines=1)] == ["ht"]


class TestDocuments:
    @given(
        st.lists(st.integers(1, 60).map(lambda n: " ".join(["word"] * n)), max_size=60),
        st.integers(),
    )
    def test_stretches_cover_every_line_once_and_keep_their_length(self, found, seed):
        cut = list(stretches(found, random.Random(seed), whole=False))  # noqa: S311 - a test's
        assert [i for piece in cut for i in range(len(found))[piece]] == list(range(len(found)))
        for piece in cut:
            before_last = " ".join(found[piece][:-1])
            assert len(before_last.split()) < LONGEST_WORDS
        whole = list(stretches(found, random.Random(seed), whole=True))  # noqa: S311 - a test's
        assert whole == cut + ([slice(0, len(found))] if len(found) > 1 else [])

    def test_fixed_lengths_drop_what_is_left_over(self):
        block = Block("c", "g", "native", [f"Line {n}." for n in range(11)])
        found = list(samples([block], machines=0, paragraphs=True, salt="", fixed_lines=4))
        assert [s.lines for s in found] == [4, 4]
        assert found[0].text == "Line 0.\n\nLine 1.\n\nLine 2.\n\nLine 3."

    def test_sentences_make_paragraphs_and_headlines_stand_alone(self):
        human = ["Storm warning for the north", "One.", "Two.", "Three.", "Four.", "Last headline"]
        block = Block("c", "g", "native", human)
        (sample,) = samples([block], machines=0, paragraphs=False, salt="", fixed_lines=6)
        assert sample.text.split("\n\n") == [human[0], "One. Two. Three.", "Four.", human[5]]

    def test_twins_share_a_name_and_the_words(self):
        machine = {("google", "de"): [f"Machine {n}." for n in range(6)]}
        block = Block("c", "g", "native", [f"Human {n}." for n in range(6)], machine, "k")
        found = list(samples([block], machines=1, paragraphs=False, salt="", fixed_lines=3))
        assert [s.label for s in found] == ["native", "mt"] * 2
        for human, twin in zip(found[::2], found[1::2], strict=True):
            assert twin.twin == human.twin
            assert twin.source == "native"
            assert twin.text == human.text.replace("Human", "Machine")

    def test_the_same_salt_cuts_alike(self, manifest):
        first, again = (data.calibration_samples(manifest) for _ in range(2))
        assert first == again
        assert {s.label for s in first} == {"native", "ht", "mt"}


class TestFolds:
    def test_units_are_the_same_every_time(self, manifest, training):
        assert data.training_units(manifest) == training

    def test_every_fold_has_every_label(self, training):
        found = {(data.fold_of(unit.group), unit.label) for unit in training}
        assert found == set(itertools.product(range(data.N_FOLDS), ("native", "ht", "mt")))

    def test_twins_share_a_fold(self, training):
        folds = defaultdict(set)
        for unit in training:
            folds[unit.twin].add(data.fold_of(unit.group))
        assert all(len(found) == 1 for found in folds.values())

    def test_a_line_and_its_machine_version_share_a_fold_in_every_repository(self, manifest):
        folds = defaultdict(set)
        for block in data.paired_blocks(manifest):
            for output in block.machine.values():
                for line in itertools.chain(block.human, output):
                    folds[line].add(data.fold_of(block.group))
        assert len(folds) > 100
        assert all(len(found) == 1 for found in folds.values())

    def test_a_line_has_one_label_in_every_repository(self, manifest):
        labels = defaultdict(set)
        for block in data.paired_blocks(manifest):
            for line in block.human:
                labels[line].add(block.label)
        assert all(len(found) == 1 for found in labels.values())

    def test_all_sets_of_a_year_share_a_fold(self, manifest):
        groups = {block.corpus: block.group for block in data.paired_blocks(manifest)}
        assert groups["htmt-wmt14"] == groups["wmt14"] == "wmt14"
        assert all(0 <= data.fold_of(g) < data.N_FOLDS for g in (*groups.values(), "bbc-7"))

    def test_both_answers_weigh_the_same(self, training):
        weights = data.machine_weights(training)
        machine = np.array([unit.label == "mt" for unit in training])
        assert weights.mean() == pytest.approx(1)
        assert (weights > 0).all()
        kinds = {(u.label, u.source) for u in training}
        assert len(kinds) == 4
        assert 0.4 < weights[machine].sum() / weights.sum() < 0.6

    def test_shares_sum_to_one_on_each_side(self):
        machine = ("round trip", "forward", "machine essay")
        assert sum(data.SHARES[kind] for kind in machine) == pytest.approx(1)
        assert sum(s for k, s in data.SHARES.items() if k not in machine) == pytest.approx(1)


@pytest.fixture(scope="module")
def fitted(training):
    """Models of the five folds and the full one, in a dozen steps."""
    with pytest.MonkeyPatch.context() as patch, joblib.parallel_config(backend="threading"):
        patch.setattr(fit, "ITERATIONS", 12)
        yield fit.cross_fit(training, seed=0, progress=lambda _: None)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
class TestFit:
    def test_it_learns_the_difference(self, fitted, training):
        folds, _ = fitted
        right = 0
        for unit in training:
            machine, _ = folds[data.fold_of(unit.group)].models()
            reading = style.read(Document(unit.text))
            right += (machine.score(reading) > 0) == (unit.label == "mt")
        assert right > 0.9 * len(training)

    def test_the_same_seed_gives_the_same_model(self, fitted, training):
        folds, full = fit.cross_fit(training, seed=0, progress=lambda _: None)
        for one, other in zip([*folds, full], [*fitted[0], fitted[1]], strict=True):
            assert np.array_equal(one.idf, other.idf)
            assert np.array_equal(one.machine, other.machine)
            assert np.array_equal(one.translated, other.translated)

    def test_a_fold_model_has_not_seen_its_fold(self, fitted, training):
        held = [i for i, unit in enumerate(training) if data.fold_of(unit.group) == 2]
        changed = list(training)
        for i, j in zip(held, reversed(held), strict=True):
            changed[i] = replace(training[i], text=training[j].text)
        folds, full = fit.cross_fit(changed, seed=0, progress=lambda _: None)
        unseen, before = folds[2].as_shipped(), fitted[0][2].as_shipped()
        assert all(np.array_equal(unseen[name], before[name]) for name in before)
        for one, other in ((folds[1], fitted[0][1]), (full, fitted[1])):
            weights, seen = one.as_shipped()["machine"], other.as_shipped()["machine"]
            assert not np.array_equal(weights, seen)

    def test_ngrams_of_few_passages_are_unknown(self):
        n = fit.MIN_PASSAGES
        texts = [("ferry", i) for i in range(n)] + [("harbour", i % (n - 1)) for i in range(2 * n)]
        found = fit.design(
            [replace(sample("wmt14", twin=str(passage)), text=text) for text, passage in texts],
            progress=lambda _: None,
        )
        (slot,), (check,) = style.slot_and_check(
            next(style.ngram_keys(style.token_hashes(["ferry"])))
        )
        assert found.slots.tolist() == [slot]
        assert found.checks.tolist() == [check]

    def test_what_only_other_rows_hold_is_unknown_to_a_fit(self):
        n = fit.MIN_PASSAGES
        units = [
            replace(sample("wmt14", label, twin=f"{word}-{i}"), text=word)
            for word in ("ferry", "harbour")
            for label in ("native", "mt")
            for i in range(n)
        ]
        found = fit.design(units, progress=lambda _: None)
        rows = np.array([unit.text == "ferry" for unit in units])
        few = rows.copy()
        few[2 * n : 2 * n + n - 1] = True
        for subset in (rows, few):
            (fitted,) = fit.fit_many(found, [subset])
            assert np.count_nonzero(fitted.idf) == 1
        (both,) = fit.fit_many(found, [rows | True])
        assert np.count_nonzero(both.idf) == 2

    def test_a_question_that_the_rows_do_not_ask_gets_no_weights(self):
        n = fit.MIN_PASSAGES
        units = [
            replace(sample("wmt14", label, "ht", twin=str(i)), text=f"ferry {label}")
            for label in ("ht", "mt")
            for i in range(n)
        ]
        (fitted,) = fit.fit_many(
            fit.design(units, progress=lambda _: None), [np.ones(len(units), dtype=bool)]
        )
        assert fitted.machine.any()
        assert not fitted.translated.any()

    def test_what_is_kept_comes_back(self, fitted, tmp_path):
        models = [*fitted[0], fitted[1]]
        fit.save(tmp_path / "new" / "folds.npz", models)
        for kept, loaded in zip(models, fit.load(tmp_path / "new" / "folds.npz"), strict=True):
            assert np.array_equal(kept.idf, loaded.idf)
            assert np.array_equal(kept.machine, loaded.machine)
            assert np.array_equal(kept.translated, loaded.translated)


@pytest.mark.filterwarnings("ignore")  # a corpus this small has empty corners
def test_from_corpus_to_report(fitted, manifest, tmp_path):
    """Train, calibrate, write, load, score: the whole road."""
    folds, full = fitted
    found = data.calibration_samples(manifest)
    parts, rated = calibrate.calibrate(
        found, folds, two_hands=[], fives=[], progress=lambda _: None
    )
    assert len(rated) == len(found)
    header = {"name": "small", "version": "0", **json.loads(json.dumps(parts, allow_nan=False))}
    path = tmp_path / "small.npz"
    model.save(path, header, full.as_shipped())
    detector = Detector.load(path)
    machine, human = (
        detector.score(" ".join(lines(templates, 2000, 8))) for templates in (MACHINE, HUMAN)
    )
    assert machine.log_odds > 0 > human.log_odds
    for report in (machine, human):
        assert sum(c.weight for c in report.contributions) == pytest.approx(report.log_odds)
    assert figures_for_header(found, rated)


def sample(corpus, label="native", source=None, twin=""):
    return Sample("", label, source or label, corpus, corpus, "", "", "", twin, 1)


class TestCalibration:
    def test_weights_are_even_at_every_length(self):
        found = [
            *[sample("bbc")] * 7,
            *[sample("abc")] * 2,
            *[sample("wmt18", "ht")] * 5,
            *[sample("wmt18", "mt", "native")] * 3,
            *[sample("wmt18", "mt", "ht")] * 11,
        ]
        words = np.array([50] * len(found) + [500] * len(found))
        weights = calibrate.sample_weights(found * 2, words)
        machine = np.array([s.label == "mt" for s in found * 2])
        for length in (50, 500):
            chosen = words == length
            assert weights[chosen & machine].sum() == pytest.approx(1)
            assert weights[chosen & ~machine].sum() == pytest.approx(1)

    def test_fitted_log_odds_are_calibrated(self):
        rng = np.random.default_rng(0)
        words = np.exp(rng.uniform(np.log(15), np.log(1500), 4000)).astype(int)
        positive = rng.random(4000) < 0.5
        scores = rng.normal(np.where(positive, 0.4, -0.4), 1.0)  # log-odds are 0.8 * score
        found = Calibration.from_header(
            calibrate.fit_calibration(scores, words, positive, np.ones(4000))
        )
        for n in (30, 200, 1000):
            assert found.scale(n) == pytest.approx(0.8, abs=0.2)
            assert found.prior() + found.length(n) == pytest.approx(0, abs=0.2)

    values = st.lists(st.floats(-20, 20), min_size=2, max_size=300)

    @given(values, st.floats(0.05, 0.9))
    def test_a_share_of_fpr_lies_above_the_quantile(self, values, fpr):
        scores = np.array(values)
        bar = calibrate._quantile(scores, np.ones(len(scores)), fpr)  # noqa: SLF001 - the heart of it
        assert (scores > bar).mean() <= fpr + 1e-9
        assert (scores >= bar).mean() >= fpr - 1e-9

    @given(st.integers(0, 2**32 - 1), st.integers(50, 3000))
    @settings(max_examples=30, deadline=None)
    def test_rarer_quantiles_are_no_lower(self, seed, n):
        scores = np.sort(np.random.default_rng(seed).normal(size=n))
        bars = [calibrate._quantile(scores, np.ones(n), fpr) for fpr in FPRS]  # noqa: SLF001 - as above
        # Where the tail is drawn in, it may miss the data by a little.
        assert all(a >= b - 0.35 for a, b in pairwise(bars))

    def thresholds(self, n=6000):
        rng = np.random.default_rng(1)
        words = np.exp(rng.uniform(np.log(12), np.log(2200), n)).astype(int)
        names = rng.choice(["bbc", "abc", "ht"], n)
        found = [sample("wmt18", "ht") if c == "ht" else sample(c) for c in names]
        values = rng.normal(size=n)
        rated = [Rated(int(w), float(v), ()) for w, v in zip(words, values, strict=True)]
        table = Thresholds.from_header(calibrate.fit_thresholds(found, rated))
        return table, words, values

    def test_thresholds_hold_what_they_promise(self):
        table, words, values = self.thresholds()
        for row in table.log_odds:
            assert all(a >= b for a, b in pairwise(row))
        assert all(margin >= 0 for margin in table.passage_margins)
        for fpr in (0.01, 0.05, 0.2):
            bars = [table.document(int(w), fpr) for w in words]
            assert (values > bars).mean() <= 1.2 * fpr


class TestFigures:
    twins = tuple(f"t{n // 2}" for n in range(80))
    machine = np.arange(80) % 2 == 1

    def test_separable_scores(self):
        found = metrics.ranking(self.machine * 1.0, self.machine, self.twins, bootstraps=20)
        assert (found.human, found.machine) == (40, 40)
        assert found.auc == found.tpr5 == found.tpr1 == found.paired == 1
        assert found.auc_interval == found.tpr1_interval == (1, 1)

    def test_inseparable_scores(self):
        found = metrics.ranking(np.zeros(80), self.machine, self.twins, bootstraps=20)
        assert found.auc == 0.5
        assert found.auc_interval == (0.5, 0.5)
        assert found.tpr5 == found.tpr1 == found.paired == 0

    def test_reversed_scores(self):
        assert metrics.ranking(-1.0 * self.machine, self.machine, self.twins, bootstraps=9).auc == 0

    def test_chance_lies_in_the_interval_and_the_interval_around_the_figure(self):
        scores = np.random.default_rng(3).normal(size=80)
        found = metrics.ranking(scores, self.machine, self.twins)
        low, high = found.auc_interval
        assert low <= 0.5 <= high
        assert low <= found.auc <= high
        assert 0.1 < high - low < 0.5

    def test_intervals_can_be_had_again(self):
        scores = np.random.default_rng(4).normal(size=80)
        one, other = (
            metrics.ranking(scores, self.machine, self.twins, seed=5, bootstraps=30)
            for _ in range(2)
        )
        assert one == other
        json.dumps(one.to_dict())

    def test_texts_without_twins_are_not_paired(self):
        alone = [f"t{n}" for n in range(80)]
        found = metrics.ranking(self.machine * 1.0, self.machine, alone, bootstraps=5)
        assert found.paired is None

    @pytest.mark.parametrize("side", [True, False])
    def test_one_side_alone_cannot_be_ranked(self, side):
        with pytest.raises(ValueError, match="both"):
            metrics.ranking(np.zeros(4), np.full(4, side), list("abcd"))

    @pytest.mark.parametrize("n", [100, 1000, 20_000])
    @pytest.mark.parametrize("share", [0, 0.01, 0.1, 0.5, 1])
    def test_the_upper_bound_is_near_the_exact_one(self, n, share):
        hits = round(share * n)
        exact = stats.beta.ppf(0.95, hits + 1, n - hits) if hits < n else 1.0
        assert metrics.upper_bound(hits, n) == pytest.approx(exact, abs=0.9 / n + 0.001)

    @given(st.integers(0, 500), st.integers(1, 500))
    def test_the_upper_bound_lies_above_the_share(self, hits, n):
        hits = min(hits, n)
        assert hits / n - 1e-12 <= metrics.upper_bound(hits, n) <= 1
        assert metrics.upper_bound(hits, n) >= metrics.upper_bound(hits, n * 2)

    def test_nothing_tried_bounds_nothing(self):
        assert metrics.upper_bound(0, 0) == 1


def test_what_a_unit_says_of_itself(training):
    for unit in training:
        assert isinstance(unit, Sample)
        assert unit.text.strip()
        assert (unit.engine == "") == (unit.label != "mt")
        assert unit.label in {unit.source, "mt"}
