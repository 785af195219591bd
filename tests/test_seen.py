"""What a model was made from: known again, and nothing else taken for it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from conftest import load_script
from hypothesis import given
from hypothesis import strategies as st

from mtdetect import seen
from mtdetect.model import ModelError, default_path, model_header
from mtdetect.seen import SeenTexts, marks

ROOT = Path(__file__).parent.parent
CORPORA = Path(os.environ.get("MTDETECT_CORPORA", ROOT.parent / "corpora"))
ARTICLE = " ".join(
    f"The ferry number {n} left the old harbour late because of the fog over the bay."
    for n in range(40)
)
OTHER = ARTICLE.replace("fog", "ice")


def known(*texts):
    return SeenTexts(mark for text in texts for mark in marks(text))


def test_about_one_sentence_in_four_is_kept():
    many = " ".join(f"{ARTICLE.replace('bay', f'bay {n}')}" for n in range(25))
    assert len(set(marks(many))) == pytest.approx(1000 / seen.ONE_IN, abs=50)


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda text: text.replace(". ", ".\n\n"),
        lambda text: text.replace("late because", "late — because"),
        lambda text: "He said nothing. " + text,
    ],
)
def test_case_line_breaks_and_punctuation_do_not_count(change):
    assert known(ARTICLE).share_seen(change(ARTICLE)) == 1.0


def test_words_count():
    assert known(ARTICLE).share_seen(OTHER) == 0.0
    assert not known(ARTICLE).was_seen(OTHER)


def test_a_quotation_of_a_seen_text_is_not_a_seen_text():
    quoting = OTHER + " " + ARTICLE[: len(ARTICLE) // 4]
    share = known(ARTICLE).share_seen(quoting)
    assert 0 < share < seen.SEEN_FROM
    assert not known(ARTICLE).was_seen(quoting)
    assert known(ARTICLE).was_seen(ARTICLE + " " + OTHER[: len(OTHER) // 4])


@pytest.mark.parametrize("text", ["", "Too short.", "He said so. She did not. They left."])
def test_a_text_without_long_sentences_cannot_be_asked_for(text):
    assert known(ARTICLE).share_seen(text) is None
    assert not known(ARTICLE).was_seen(text)


@given(st.text())
def test_any_text_can_be_asked_for(text):
    share = known(ARTICLE).share_seen(text)
    assert share is None or 0 <= share <= 1
    assert all(0 <= mark < 2**32 for mark in marks(text))


def test_what_was_saved_is_loaded_and_the_same_bytes_come_out(tmp_path):
    first, second = tmp_path / "a.npz", tmp_path / "b.npz"
    kept = [*marks(ARTICLE), 2**32 - 1]
    SeenTexts([*kept, kept[0]], corpora="ab12").save(first)
    SeenTexts(reversed(kept), corpora="ab12").save(second)
    assert first.read_bytes() == second.read_bytes()
    loaded = SeenTexts.load(first)
    assert (len(loaded), loaded.corpora) == (len(kept), "ab12")
    assert loaded.share_seen(ARTICLE) == 1.0


def test_a_missing_or_damaged_file_is_named(tmp_path):
    path = seen.beside(tmp_path / "en.npz")
    assert path.name == "en.seen.npz"
    with pytest.raises(ModelError, match=r"en\.seen\.npz: No such file"):
        SeenTexts.load(path)
    known(ARTICLE).save(path)
    whole = path.read_bytes()
    for content in (b"", b"PK\x03\x04", whole[:-30], b"\x93NUMPY" + whole):
        path.write_bytes(content)
        with pytest.raises(ModelError, match=r"en\.seen\.npz: damaged"):
            SeenTexts.load(path)


@pytest.mark.parametrize(
    "arrays",
    [
        {"kept": np.arange(3, dtype=np.uint32)},
        {"kept": np.arange(3, dtype=np.int64), "corpora": np.zeros(2, dtype=np.uint8)},
        {"kept": np.array([{}], dtype=object), "corpora": np.zeros(2, dtype=np.uint8)},
        {"kept": np.zeros((2, 2), dtype=np.uint32), "corpora": np.zeros(2, dtype=np.uint8)},
    ],
)
def test_other_arrays_are_refused(arrays, tmp_path):
    path = tmp_path / "en.seen.npz"
    np.savez(path, **arrays)
    with pytest.raises(ModelError, match="damaged, or not a record"):
        SeenTexts.load(path)


def test_the_shipped_record_belongs_to_the_shipped_model():
    shipped = seen.shipped()
    assert shipped.corpora == model_header()["corpus"]["fingerprint"]
    assert 50_000 < len(shipped) < 100_000
    assert seen.beside(default_path()).stat().st_size < 700_000


def test_the_texts_of_this_repository_were_not_seen():
    shipped = seen.shipped()
    for path in sorted((ROOT / "examples").glob("*.txt")):
        assert not shipped.was_seen(path.read_text(encoding="utf-8")), path


def corpora_texts():
    """(name, texts) of two corpora that were not trained on and of two that were."""
    from mtdetect.training import corpora  # noqa: PLC0415 - needs the corpora
    from mtdetect.training.manifest import Manifest  # noqa: PLC0415

    manifest = Manifest.load(CORPORA, ROOT / "scripts" / "corpora.sha256")
    for name, blocks in (
        ("gum", corpora.treebank(manifest, "gum")),
        ("clear", corpora.clear(manifest)),
        ("bbc", corpora.bbc(manifest)),
        ("onestop", corpora.onestop(manifest)),
    ):
        yield name, ["\n\n".join(block.human) for block in blocks]


@pytest.mark.slow
@pytest.mark.skipif(not CORPORA.is_dir(), reason="needs the corpora")
def test_what_was_trained_on_is_known_and_what_was_not_is_not():
    shipped = seen.shipped()
    shares = {}
    for name, texts in corpora_texts():
        asked = [share for text in texts if (share := shipped.share_seen(text)) is not None]
        assert len(asked) > 0.8 * len(texts)
        shares[name] = np.mean([share >= seen.SEEN_FROM for share in asked])
    assert shares["gum"] == 0
    assert shares["clear"] < 0.001
    assert shares["bbc"] == 1
    assert shares["onestop"] == 1


def test_the_script_names_what_is_missing(tmp_path, capsys):
    script = load_script("make_seen")
    assert script.main(["--corpora", str(tmp_path), "--out", str(tmp_path / "x.npz")]) == 2
    assert "make_seen.py: " in capsys.readouterr().err
    assert not (tmp_path / "x.npz").exists()
