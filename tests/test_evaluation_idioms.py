"""The evaluation of the idiom lexicon, on lines written here."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

pytest.importorskip("sklearn")

from mtdetect.training.evaluation import idioms
from mtdetect.training.evaluation.run import Run
from mtdetect.training.manifest import Manifest

LABELS = """\
# a comment
id\tlabel\thalf
google/fr/0\tliteral\topen
google/fr/1\tliteral\tclosed
google/fr/2\tfine\topen
deepl/fr/0\tliteral\topen
"""
CSV = {
    "google": [
        "He hung noodles on our ears.",
        "He lied to us all year,\nand nobody&#39;d listen.",
        "It was a good year.",
    ],
    "deepl": ["They kept turning around the pot."],
}
ESSAY = "We all planted beans. <START> He hung noodles on our ears. He is right."


@pytest.fixture
def run(tmp_path):
    files = {
        f"{idioms.FOLDER}/{system}_translations/fr/fr_idioms.csv": "source,hypothesis\n"
        + "".join(f'"x","{line}"\n' for line in lines)
        for system, lines in CSV.items()
    }
    for path, content in files.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True)
        target.write_text(content, encoding="utf-8", newline="")
    lines = [f"{hashlib.sha256(c.encode()).hexdigest()}  {p}" for p, c in files.items()]
    (tmp_path / idioms.LABELS).write_text(LABELS, encoding="utf-8")
    return Run(
        manifest=Manifest(tmp_path, lines),
        model=tmp_path / "en.npz",
        work=tmp_path,
        header={},
        fitted=[],
        fpr=0.01,
        language_models=tmp_path / "language_models.jsonl",
        progress=lambda _: None,
    )


def test_labels_are_read_with_their_rows(run):
    labels = idioms.read_labels(run.language_models.with_name(idioms.LABELS))
    assert labels[1] == idioms.Label("google", "fr", 1, "literal", "closed")
    assert len(labels) == 4


def test_hypotheses_keep_their_rows_and_lose_their_entities(run):
    lines = idioms.hypotheses(run.manifest, "google", "fr")
    assert len(lines) == 3
    assert "nobody'd" in lines[1]


def test_rows_count_each_half_by_system(run, monkeypatch):
    essays = [("essays", part) for part in ESSAY.split(" <START> ")]
    monkeypatch.setattr(idioms, "native_texts", lambda _: iter([*essays, ("gum", "Two words.")]))
    found = idioms.rows(run)
    shares = {
        (row["label"], row["half"], row["system"]): (row["found"], row["n"])
        for row in found["labelled"]
    }
    assert shares == {
        ("literal", "closed", "all"): (0, 1),
        ("literal", "closed", "google"): (0, 1),
        ("literal", "open", "all"): (2, 2),
        ("literal", "open", "google"): (1, 1),
        ("literal", "open", "deepl"): (1, 1),
        ("fine", "open", "all"): (0, 1),
        ("fine", "open", "google"): (0, 1),
    }
    assert [row["corpus"] for row in found["native"]] == ["all", "essays", "gum"]
    everything, essay, gum = found["native"]
    assert (everything["words"], everything["idioms"]) == (15, 1)
    assert essay["idioms_rate"] == pytest.approx(100_000 / 13)
    assert gum["idioms"] == 0
    assert gum["idioms_upper"] > 0


def test_the_text_holds_both_tables(run, monkeypatch):
    monkeypatch.setattr(idioms, "native_texts", lambda _: iter([("gum", "Two words.")]))
    printed = idioms.text(idioms.rows(run))
    assert "literal  open    google  French" in printed
    assert "gum" in printed


def test_the_shipped_labels_are_well_formed():
    path = Path(__file__).parent.parent / "scripts" / "data" / idioms.LABELS
    labels = idioms.read_labels(path)
    assert len(labels) == len({label[:3] for label in labels}) >= 500
    assert {label.label for label in labels} == {"literal", "fine", "unclear"}
    assert {label.half for label in labels} == {"open", "closed"}
    assert {label.language for label in labels} == set(idioms.LANGUAGES)
