"""The model file: what is written is read, and nothing else is."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from mtdetect import Detector, ModelError, model
from mtdetect.style import SLOT_BITS


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "folder" / "small.npz"
    model.save(path, {"name": "small", "version": "1", "größe": [1.5, "“quoted”"]}, arrays())
    return path


def arrays(**changed):
    """The arrays of a model that knows four n-grams."""
    return {
        "slots": np.array([3, 5, 90, 2**SLOT_BITS - 1], np.int32),
        "checks": np.array([0, 1, 70, 2**16 - 1], np.uint16),
        "idf": np.arange(1, 5, dtype=np.float16),
        "machine": np.array([0.5, -2, 0, 1], np.float16),
        "translated": np.zeros(4, np.float16),
    } | changed


def rewrite(path, content, **changes):
    """Put other bytes in the arrays' place, with a header that states their digest."""
    path.write_bytes(content)
    header = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    header |= {"sha256": hashlib.sha256(content).hexdigest()} | changes
    path.with_suffix(".json").write_text(json.dumps(header), encoding="utf-8")


def test_round_trip(saved):
    loaded = model.load(saved)
    assert set(loaded.arrays) == set(arrays())
    assert all(loaded.arrays[n].dtype == np.float16 for n in ("idf", "machine", "translated"))
    assert loaded.arrays["checks"].tolist() == [0, 1, 70, 2**16 - 1]
    assert loaded.arrays["machine"].tolist() == [0.5, -2, 0, 1]
    assert loaded.header["größe"] == [1.5, "“quoted”"]
    assert loaded.header["format"] == model.FORMAT
    assert loaded.header["sha256"] == hashlib.sha256(saved.read_bytes()).hexdigest()
    assert model.read_header(saved) == loaded.header


def test_the_header_is_text_that_a_person_can_diff(saved):
    text = saved.with_suffix(".json").read_text(encoding="utf-8")
    assert "größe" in text
    assert text.count("\n") > 4
    assert text.endswith("}\n")


def test_saving_twice_writes_the_same_bytes(saved, tmp_path):
    loaded = model.load(saved)
    again = tmp_path / "again.npz"
    model.save(again, loaded.header, arrays())
    once = again.read_bytes(), again.with_suffix(".json").read_bytes()
    model.save(again, loaded.header, arrays())
    assert (again.read_bytes(), again.with_suffix(".json").read_bytes()) == once


def test_one_changed_byte_is_noticed(saved):
    content = bytearray(saved.read_bytes())
    content[-1] ^= 1
    saved.write_bytes(bytes(content))
    with pytest.raises(ModelError, match="SHA-256"):
        model.load(saved)


@pytest.mark.parametrize("suffix", [".npz", ".json"])
def test_a_missing_file_is_named(saved, suffix):
    saved.with_suffix(suffix).unlink()
    with pytest.raises(
        ModelError, match=rf"small\{suffix}( \(the header of small\.npz\))?: No such"
    ):
        model.load(saved)


def test_a_folder_is_no_model(tmp_path):
    with pytest.raises(ModelError):
        model.load(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "not json", "\x00"])
def test_a_header_that_is_not_json(saved, text):
    saved.with_suffix(".json").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match="not a model header"):
        model.load(saved)


def test_a_header_that_is_not_utf_8(saved):
    saved.with_suffix(".json").write_bytes(b"\xff\xfe{")
    with pytest.raises(ModelError, match="not a model header"):
        model.load(saved)


@pytest.mark.parametrize("text", ["[]", "3", "null", "{}", '{"format": 0}', '{"format": "1"}'])
def test_another_format_is_refused(saved, text):
    saved.with_suffix(".json").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=rf"this package reads {model.FORMAT}"):
        model.load(saved)


class Touch:
    """Unpickling this creates a file: what a hostile model would do."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def hostile_arrays(path):
    buffer = io.BytesIO()
    np.savez(buffer, idf=np.array([Touch(path)], dtype=object), machine=np.zeros(1))
    return buffer.getvalue()


def hostile_pickle(path):
    return pickle.dumps(Touch(path))


@pytest.mark.parametrize("hostile", [hostile_arrays, hostile_pickle])
def test_no_code_in_a_model_file_is_run(saved, tmp_path, hostile):
    created = tmp_path / "ran"
    rewrite(saved, hostile(created))
    with pytest.raises((ModelError, ValueError)):
        model.load(saved)
    assert not created.exists()


def damaged_zip(_):
    return b"PK\x03\x04 and nothing more"


@pytest.mark.parametrize("content", [hostile_arrays, hostile_pickle, damaged_zip, lambda _: b""])
def test_arrays_that_cannot_be_read_are_a_model_error(saved, tmp_path, content):
    rewrite(saved, content(tmp_path / "ran"))
    with pytest.raises(ModelError):
        model.load(saved)


def test_a_header_without_a_digest_is_a_model_error(saved):
    saved.with_suffix(".json").write_text('{"format": 2}', encoding="utf-8")
    with pytest.raises(ModelError):
        model.load(saved)


def test_the_shipped_model_is_found_and_whole():
    path = model.default_path()
    loaded = model.load(path)
    assert loaded.header == model.model_header()
    assert path.name == "en.npz"
    assert loaded.arrays["slots"].size > 100_000
    assert (loaded.arrays["idf"] > 0).all()


@pytest.fixture
def shipped_copy(tmp_path):
    """The shipped model's files with a header that a test may change."""
    path = tmp_path / "en.npz"
    path.write_bytes(model.default_path().read_bytes())
    header = json.loads(model.default_path().with_suffix(".json").read_text(encoding="utf-8"))

    def change(**parts):
        text = json.dumps({k: v for k, v in (header | parts).items() if v is not None})
        path.with_suffix(".json").write_text(text, encoding="utf-8")
        return path

    return change


def test_a_copy_elsewhere_scores_alike(shipped_copy):
    text = (
        "The ferry was late again on Monday, and nobody on the quay had the heart to complain. " * 4
    )
    copied = Detector.load(shipped_copy())
    assert copied.score(text) == Detector.default().score(text)
    assert Detector.load(str(shipped_copy())).model == copied.model


def test_a_signal_that_the_code_lacks_is_an_error(shipped_copy):
    entry = {"weight": 1.0, "machine_rate": 0.1, "human_rate": 0.01}
    path = shipped_copy(signals={"no_such_signal": entry})
    with pytest.raises(ModelError, match="no_such_signal"):
        Detector.load(path)


def test_a_signal_that_the_model_lacks_weighs_nothing(shipped_copy):
    text = (
        "The fair ended on Friday. . The stalls came down in the rain and nobody stayed to watch. "
        * 4
    )
    report = Detector.load(shipped_copy(signals={})).score(text)
    assert report.findings
    assert all(finding.weight == 0 for finding in report.findings)
    assert {c.signal for c in report.contributions} == {"style", "prior", "length"}


@pytest.mark.parametrize("part", ["calibration", "signals", "thresholds", "chain", "name"])
def test_a_header_with_a_part_missing_is_a_model_error(shipped_copy, part):
    with pytest.raises(ModelError, match=part):
        Detector.load(shipped_copy(**{part: None}))


def test_where_both_files_are_missing_both_are_named(tmp_path):
    with pytest.raises(ModelError, match=r"nope\.npz, nope\.json: No such file"):
        model.load(tmp_path / "nope.npz")


def test_a_damaged_archive_does_not_make_a_user_allow_pickles(saved, tmp_path):
    rewrite(saved, hostile_arrays(tmp_path / "ran"))
    with pytest.raises(ModelError, match=r"small\.npz: damaged") as raised:
        model.load(saved)
    assert "pickle" not in str(raised.value)


CHAIN = {
    "human": [0, 1],
    "machine": [1, 1],
    "tie": 0,
    "spread": 1,
    "mixed": 0.5,
    "within": 0.1,
    "between": 0.1,
}
GRID = {"words": [40, 400], "fpr": [0.01, 0.1], "log_odds": [[3, 1], [4, 2]]}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"calibration": {"scale": [1, 0], "offset": [0, 0, 0]}}, "scale has 2 numbers"),
        ({"translated_calibration": {"scale": [1, 0, 0], "offset": []}}, "offset has 0 numbers"),
        ({"calibration": 3}, "not subscriptable"),
        ({"calibration": {"scale": [1, 0, float("nan")], "offset": [0, 0, 0]}}, "not a number"),
        ({"thresholds": GRID | {"passage_margin": [1]}}, "1 numbers, not 2"),
        ({"thresholds": GRID | {"words": [], "passage_margin": [1, 1]}}, "rising grid"),
        ({"thresholds": GRID | {"fpr": [0.1, 0.01], "passage_margin": [1, 1]}}, "rising grid"),
        ({"thresholds": GRID | {"words": [40], "passage_margin": [1, 1]}}, "other rows"),
        ({"signals": {"odd": {"weight": "1", "machine_rate": 1, "human_rate": 1}}}, "odd holds"),
        ({"signals": []}, "items"),
        ({"damaged_share": 1.5}, "outside 0 to 1"),
        ({"chain": CHAIN | {"more": 1}}, "more"),
        ({"chain": CHAIN | {"human": [0, 0]}}, "chain.human does not spread"),
        ({"chain": CHAIN | {"spread": 0}}, "chain.spread is not positive"),
        ({"chain": CHAIN | {"mixed": 1}}, "outside 0 to 1"),
        ({"name": 3}, "name is not a string"),
    ],
)
def test_a_header_of_the_wrong_shape_is_a_model_error(shipped_copy, changes, problem):
    path = shipped_copy(**changes)
    with pytest.raises(ModelError, match=rf"en\.json: not a usable model header: .*{problem}"):
        Detector.load(path)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"idf": np.ones(8, np.float16)}, "idf is no list of 4 numbers"),
        ({"machine": np.ones((4, 1), np.float16)}, "machine is no list of 4 numbers"),
        ({"machine": np.ones(4)}, "machine holds numbers of type float64"),
        ({"translated": np.full(4, np.nan, np.float16)}, "translated holds what is not a number"),
        ({"slots": np.array([1, 2, 2, 3], np.int32)}, "slots are not distinct"),
        ({"slots": np.array([-1, 2, 4, 3], np.int32)}, "slots lie outside the table"),
        ({"slots": np.array([1, 2, 3, 2**21], np.int32)}, "slots lie outside the table"),
        ({"slots": np.array(1, np.int32)}, "slots is no list"),
    ],
)
def test_arrays_of_another_shape_are_a_model_error(saved, changed, problem):
    model.save(saved, {"name": "small"}, arrays(**changed))
    with pytest.raises(ModelError, match=rf"small\.npz: {problem}"):
        model.load(saved)


def test_a_missing_array_is_a_model_error(saved):
    kept = {name: array for name, array in arrays().items() if name != "checks"}
    model.save(saved, {"name": "small"}, kept)
    with pytest.raises(ModelError, match="no array checks"):
        model.load(saved)


def test_a_model_may_come_without_phrases_but_not_with_broken_ones(saved):
    assert model.load(saved).phrases is None
    model.save(saved, {"name": "small"}, arrays(phrases_words=np.arange(3, dtype=np.uint32)))
    with pytest.raises(ModelError, match=r"small\.npz: not the phrases that this package reads"):
        model.load(saved)


@pytest.mark.parametrize(
    ("name", "array", "problem"),
    [
        ("linear", np.zeros(3, dtype=np.float32), "not the phrases"),
        ("linear", np.full(119, np.nan, dtype=np.float32), "what is not a number"),
        ("vectors", np.zeros((2, 5), dtype=np.int8), "not the phrases"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*:RuntimeWarning")
def test_phrases_that_do_not_go_together_are_refused_on_loading(saved, name, array, problem):
    with np.load(model.default_path()) as archive:
        shipped = {n: archive[n] for n in archive.files if n.startswith(model.PHRASES)}
    shipped[model.PHRASES + name] = array
    model.save(saved, {"name": "small"}, arrays(**shipped))
    with pytest.raises(ModelError, match=problem):
        model.load(saved)


def test_the_shipped_model_knows_odd_company():
    assert model.load(model.default_path()).phrases is not None
