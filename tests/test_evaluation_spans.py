"""Marked errors: how the table is read, what is learned from it, how pointers are measured."""

from __future__ import annotations

import hashlib
import io
import random
import tarfile
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("sklearn")

from mtdetect import phrases
from mtdetect.phrases import Tokens
from mtdetect.training import marked
from mtdetect.training import phrases as training
from mtdetect.training.evaluation import spans
from mtdetect.training.evaluation.spans import Words, most_suspicious
from mtdetect.training.manifest import Manifest, ManifestError
from mtdetect.training.marked import MarkedText

HEADING = "system\tdoc\tdoc_id\tseg_id\trater\tsource\ttarget\tcategory\tseverity"


def corpora(root, rows, name="2020"):
    """A manifest of one archive that holds a table with (system, document, segment, annotator,
    target, category, severity) rows, and a file that no reader should open."""
    lines = [HEADING]
    for system, document, segment, annotator, target, category, severity in rows:
        lines.append(
            "\t".join(
                (system, document, "1", str(segment), annotator, "源", target, category, severity)
            )
        )
    path = root / marked.FOLDER / f"zh-en-train-{name}.tar.gz"
    path.parent.mkdir(parents=True)
    with tarfile.open(path, "w:gz") as archive:
        for file, text in (("set/._table.tsv", "\x00\x05"), ("set/table.tsv", "\n".join(lines))):
            info = tarfile.TarInfo(file)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Manifest(root, [f"{digest}  {path.relative_to(root).as_posix()}"])


def read(root, *rows):
    return marked.read(corpora(root, rows), "2020")


def shares(text):
    return dict(zip(text.tokens.texts, text.marked.tolist(), strict=True))


def test_a_word_that_overlaps_a_mark_is_marked(tmp_path):
    (text,) = read(
        tmp_path, ("S", "d", 1, "r1", "They <v>made a cri</v>me today.", "Style/Awkward", "Minor")
    )
    assert shares(text) == {"they": 0, "made": 1, "a": 1, "crime": 1, "today": 0, ".": 0}
    assert text.tokens.capital.tolist() == [True, False, False, False, False, False]
    assert text.any_error.tolist() == text.marked.tolist()
    assert text.major.sum() == 0


def test_blanks_at_the_edges_of_a_mark_touch_no_word(tmp_path):
    (text,) = read(
        tmp_path, ("S", "d", 1, "r1", "One<v> two </v>three", "Fluency/Grammar", "Major")
    )
    assert shares(text) == {"one": 0, "two": 1, "three": 0}
    assert text.major.tolist() == [0, 1, 0]


def test_annotators_share_a_word_and_those_without_errors_count(tmp_path):
    (text,) = read(
        tmp_path,
        ("S", "d", 1, "r1", "<v>Strong</v> rain", "Terminology/Inappropriate", "Minor"),
        ("S", "d", 1, "r1", "<v>Strong</v> rain", "Style/Awkward", "Minor"),
        ("S", "d", 1, "r2", "Strong rain", "No-error", "No-error"),
        ("S", "d", 1, "r3", "Strong <v>rain</v>", "Accuracy/Mistranslation", "Major"),
    )
    assert text.marked == pytest.approx([1 / 3, 0])
    assert text.any_error == pytest.approx([1 / 3, 1 / 3])
    assert text.major.tolist() == [0, 0]


def test_of_a_repeated_segment_the_shortest_form_is_kept_and_marks_are_looked_up(tmp_path):
    (text,) = read(
        tmp_path,
        ("S", "d", 1, "r1", "Rain <v>did fall</v>Rain did fall today", "Fluency/Grammar", "Minor"),
        ("S", "d", 1, "r1", "Rain did fall today", "no-error", "no-error"),
    )
    assert shares(text) == {"rain": 0, "did": 1, "fall": 1, "today": 0}


def test_a_mark_that_fits_in_several_places_is_left_out(tmp_path):
    (text,) = read(
        tmp_path,
        ("S", "d", 1, "r1", "So so<v>so</v>So so it is", "Style/Awkward", "Minor"),
        ("S", "d", 1, "r1", "so it is so", "no-error", "no-error"),
    )
    assert text.marked.sum() == 0


def test_segments_stand_in_order_in_the_text_of_their_document_and_system(tmp_path):
    found = read(
        tmp_path,
        ("S", "d", 10, "r1", "Last", "no-error", "no-error"),
        ("S", "d", 2, "r1", "First one", "no-error", "no-error"),
        ("Human-A.0", "d", 2, "r1", "By hand", "no-error", "no-error"),
    )
    assert [(text.system, text.human, list(text.tokens.texts)) for text in found] == [
        ("Human-A.0", True, ["by", "hand"]),
        ("S", False, ["first", "one", "last"]),
    ]
    assert found[1].tokens.sentence.tolist() == [0, 0, 1]


def test_machine_texts_leave_people_out(tmp_path):
    manifest = corpora(
        tmp_path,
        [
            (system, "d", 1, "r1", "Text", "no-error", "no-error")
            for system in ("hyp.A", "ref.A", "refB", "Human-B.0")
        ],
    )
    assert [text.system for text in training.machine_texts(manifest, "2020")] == ["hyp.A"]


def test_a_set_that_is_not_in_the_manifest_is_not_read(tmp_path):
    with pytest.raises(ManifestError, match="2021-ted"):
        marked.read(corpora(tmp_path, []), "2021-ted")


def words(score, is_marked, *, documents=4):
    n = len(score)
    answer = np.array(is_marked, dtype=float)
    names = np.array([f"d{i % documents}" for i in range(n)])
    return Words(np.array(score, dtype=float), answer, answer / 2, names)


def lift(name, found):
    return spans.lift_row(name, found, most_suspicious(found.score))


def test_ranking_by_the_truth_gives_the_greatest_lift():
    truth = np.arange(200) % 10 == 3
    row = lift("truth", words(truth, truth))
    assert row["base"] == pytest.approx(0.1)
    assert row["share"] == 1
    assert row["lift"] == pytest.approx(10)
    assert row["major"] == pytest.approx(10)
    low, high = row["lift_interval"]
    assert low <= 10 <= high


def test_ranking_by_chance_gives_a_lift_around_one():
    rng = np.random.default_rng(3)
    row = lift("chance", words(rng.random(5000), rng.random(5000) < 0.2, documents=50))
    low, high = row["lift_interval"]
    assert low < 1 < high
    assert row["lift"] == pytest.approx(1, abs=0.2)


def test_the_lift_needs_a_marked_word():
    with pytest.raises(ValueError, match="no word"):
        lift("none", words(np.arange(20), np.zeros(20)))


def test_marks_are_not_ranked():
    tokens = Tokens.of(["a", ",", "b"], [False] * 3, np.zeros(3, dtype=np.int32))
    text = MarkedText("d", "S", tokens, np.array([1.0, 0, 0]), np.zeros(3), np.zeros(3))
    found = spans.words_of([text], lambda _: np.array([5.0, 6.0, 7.0]))
    assert found.score.tolist() == [5, 7]
    assert found.marked.tolist() == [1, 0]
    assert found.document.tolist() == ["d", "d"]


PLACES = ("harbour", "school", "market", "bridge", "library", "museum", "station", "bakery")
GOOD = ("the {} took a decision today", "they made tea at the {} again", "a walk to the {} is fun")
BAD = (
    "the {} did a decision today",
    "they cooked tea at the {} again",
    "a walk to the {} makes fun",
)
ODD = {"did", "cooked", "makes"}


def marked_texts(n, seed):
    """Texts in which half of the sentences hold an odd verb, which is marked."""
    rng = random.Random(seed)  # noqa: S311 - made-up texts, the same every time
    found = []
    for number in range(n):
        texts, sizes = [], []
        for _ in range(6):
            line = rng.choice(rng.choice((GOOD, BAD))).format(rng.choice(PLACES)).split()
            texts += line
            sizes.append(len(line))
        answer = np.array([text in ODD for text in texts], dtype=float)
        sentence = np.repeat(np.arange(6, dtype=np.int32), sizes)
        tokens = Tokens.of(texts, [False] * len(texts), sentence)
        found.append(MarkedText(f"d{number % 5}", "S", tokens, answer, answer, answer))
    return found


def learned():
    lines = [f"{good.format(place)} {i}" for i in range(3) for good in GOOD for place in PLACES]
    lines += ["they did well"] * 10 + ["she cooked fish"] * 10 + ["it makes sense"] * 10
    hashes = training.token_line(lines)
    arrays = training.counts(hashes)
    arrays["vectors"] = training.vectors(hashes, arrays["words"])
    return {**arrays, **training.weigh(arrays, [marked_texts(20, 0)])}


def test_rare_n_grams_are_not_kept_and_none_crosses_lines():
    found = training.counts(training.token_line(["strong tea"] * 5 + ["weak tea"] * 4))
    keys = {n: phrases.ngram_keys(training.token_line(["strong tea"]), n) for n in (1, 2)}
    assert set(found["words"].tolist()) == set(keys[1][:2].tolist())
    assert found["pairs"].tolist() == [keys[2][0]]
    assert not len(found["triples"])
    assert found["total"].tolist() == [18]


def test_words_of_like_company_have_like_vectors():
    arrays = learned()
    keys = phrases.ngram_keys(training.token_line(["school market took"]), 1)[:3]
    place = np.searchsorted(arrays["words"], keys)
    school, market, took = arrays["vectors"][place].astype(float) / 127
    assert school @ market > 0.9
    assert school @ took < 0.5
    assert np.linalg.norm(school) == pytest.approx(1, abs=0.02)


def test_what_was_marked_is_pointed_at_in_other_texts():
    model = phrases.PhraseModel(learned())
    others = marked_texts(20, 1)
    row = lift("phrases", spans.words_of(others, lambda t: model.scores(t.tokens)))
    assert row["lift"] > 5


def test_training_twice_gives_the_same_arrays():
    first, second = learned(), learned()
    assert first.keys() == second.keys()
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_rows_hold_out_the_year_of_the_texts(monkeypatch):
    left_out = []

    def train(_manifest, *, progress, without_fold):
        progress("training")
        left_out.append(without_fold)
        return learned()

    texts = marked_texts(10, 2)
    monkeypatch.setattr(training, "train", train)
    monkeypatch.setattr(training, "machine_texts", lambda _manifest, _name: texts)

    def token_shares(reading):
        return np.arange(len(reading.sentence), dtype=float)

    def models(fold):
        return lambda: (SimpleNamespace(token_shares=token_shares, fold=fold), None)

    folds = [SimpleNamespace(models=models(fold)) for fold in range(5)]
    steps = []
    found = spans.rows(SimpleNamespace(manifest=None, folds=folds, progress=steps.append))
    assert left_out == [3]
    assert [row["ranking"] for row in found] == ["style", "phrases", "groups shown"]
    assert found[1]["lift"] > found[0]["lift"]
    assert steps
    shown = spans.text(found).splitlines()
    assert shown[-3].startswith("style")
    assert f"{found[1]['lift']:.2f}" in shown[-2]
    assert 0 < found[2]["ranked"] <= found[2]["words"] / 2
