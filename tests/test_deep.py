"""The second opinion: what it reads, what it adds, and what happens where it cannot be had."""

import dataclasses
import hashlib
import json
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtdetect import Detector, ModelError, deep, model
from mtdetect.batch import Scorer
from mtdetect.cli import main
from mtdetect.report import Contribution
from mtdetect.text import Document

ENDS = (101, 102)
EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture(scope="module")
def detector():
    return Detector.load(deep=True)


@pytest.fixture(scope="module")
def encoder():
    return deep.load(deep.beside(model.default_path())).encoder


@pytest.fixture
def beside(tmp_path):
    """A copy of the shipped model with its second opinion."""
    shipped = model.default_path()
    for path in (shipped, shipped.with_suffix(".json"), *shipped.parent.glob("en.deep.*")):
        shutil.copy(path, tmp_path)
    return tmp_path / shipped.name


def changed(path, **values):
    """Change the header of the second opinion beside the model at ``path``."""
    header = deep.beside(path).with_suffix(".json")
    header.write_text(json.dumps({**json.loads(header.read_text()), **values}))


class TestWindows:
    @given(st.lists(st.integers(1000, 30000), max_size=700))
    def test_they_hold_every_piece_in_order(self, pieces):
        windows = deep.cut(pieces, ENDS)
        assert len({len(window) for window in windows}) == 1
        assert all((window[0], window[-1]) == ENDS for window in windows)
        assert all(len(window) <= deep.WINDOW + 2 for window in windows)
        assert len(windows) == max(1, -(-len(pieces) // deep.WINDOW))
        held, end = [], 0
        for window in windows:
            inner = window[1:-1].tolist()
            # Windows overlap: the first place from which what is new goes on.
            start = next(
                (i for i in range(max(0, end - len(inner)), end + 1)
                 if pieces[i : i + len(inner)] == inner),
                None,
            )  # fmt: skip
            assert start is not None
            held[start:] = inner
            end = len(held)
        assert held == pieces

    def test_a_text_of_one_window_is_read_once(self):
        assert [window.tolist() for window in deep.cut([7, 8], ENDS)] == [[101, 7, 8, 102]]

    def test_a_longer_one_is_covered_evenly(self):
        first, second, third = deep.cut(list(range(300)), ENDS)
        assert (first[1], second[1], third[1]) == (0, 87, 174)


class TestReading:
    def test_house_style_does_not_count(self, encoder):
        american = "The center said 12 percent of its neighbors had organized a program in color."
        british = (
            "The centre said 47 per cent of its neighbours had organised a programme in colour."
        )
        assert encoder.score(Document(american)) == encoder.score(Document(british))

    def test_page_furniture_is_not_read(self, encoder):
        prose = (EXAMPLES / "native.txt").read_text(encoding="utf-8")
        page = prose + "\n\nShare this article\n\nSubscribe to our newsletter"
        assert encoder.score(Document(page)) == encoder.score(Document(prose))

    def test_a_part_is_read_as_a_text_of_its_own(self, encoder):
        document = Document((EXAMPLES / "native.txt").read_text(encoding="utf-8"))
        part = document.prose_sentences[2:5]
        alone = Document(" ".join(span.of(document.text) for span in part))
        assert encoder.score(document, 2, 4) == pytest.approx(encoder.score(alone), abs=1e-6)

    @pytest.mark.parametrize(
        "text", ["", "Word.", "\ud800 half a pair, and more words.", "漢字 " * 90]
    )
    def test_any_text_has_an_answer(self, encoder, text):
        assert abs(encoder.score(Document(text))) < 20

    def test_a_round_trip_is_more_suspect_than_its_twin(self, encoder):
        said = {
            name: encoder.score(Document((EXAMPLES / f"{name}.txt").read_text(encoding="utf-8")))
            for name in ("round_trip", "native")
        }
        assert said["round_trip"] > said["native"]


class TestRating:
    @pytest.mark.parametrize("name", ["round_trip", "native", "spliced"])
    def test_it_is_one_term_of_the_sum(self, detector, name):
        report = detector.score((EXAMPLES / f"{name}.txt").read_text(encoding="utf-8"))
        assert sum(c.weight for c in report.contributions) == pytest.approx(report.log_odds)
        opinions = [c for c in report.contributions if c.signal == "second_opinion"]
        assert opinions == [report.contributions[-1]]
        assert opinions[0] == Contribution(None, opinions[0].weight, "second_opinion")

    def test_examples_keep_their_verdicts(self, detector):
        verdicts = {
            path.stem: detector.score(path.read_text(encoding="utf-8")).verdict
            for path in EXAMPLES.glob("*.txt")
        }
        assert verdicts == {"round_trip": "machine", "native": "human", "spliced": "mixed"}

    def test_without_an_explanation_the_rest_is_the_same(self, detector):
        text = (EXAMPLES / "spliced.txt").read_text(encoding="utf-8")
        whole, short = detector.score(text), detector.score(text, explain=False)
        assert dataclasses.replace(whole, findings=(), contributions=()) == short

    def test_a_text_without_a_word_has_none(self, detector):
        assert detector.score("...").log_odds is None

    def test_the_model_is_named_for_both(self, detector):
        named = detector.model
        assert named.name == f"{Detector.default().model.name}+deep"
        assert named.sha256 != Detector.default().model.sha256

    def test_nothing_changes_without_it(self, detector):
        text = (EXAMPLES / "native.txt").read_text(encoding="utf-8")
        assert "second_opinion" not in {
            c.signal for c in Detector.default().score(text).contributions
        }
        assert detector.score(text).log_odds != Detector.default().score(text).log_odds

    def test_worker_processes_say_the_same(self, detector):
        texts = [path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.txt"))]
        alone = [report.log_odds for report in detector.score_many(texts, explain=False)]
        shared = detector.score_many(texts, explain=False, n_jobs=2)
        assert [report.log_odds for report in shared] == alone


def test_the_file_tells_nothing_of_where_it_was_made():
    content = deep.beside(model.default_path()).read_bytes()
    assert len(content) < 25_000_000
    assert b".py" not in content
    assert b"stack_trace" not in content


class TestWhereItCannotBeHad:
    def test_libraries_are_named(self, monkeypatch, beside):
        monkeypatch.setitem(sys.modules, "onnxruntime", None)
        with pytest.raises(ModelError, match=r'pip install "mtdetect\[deep\]"'):
            Detector.load(beside, deep=True)

    def test_no_file(self, beside):
        deep.beside(beside).with_suffix(".json").unlink()
        with pytest.raises(ModelError, match=r"no second opinion: .*en\.deep\.json"):
            Detector.load(beside, deep=True)
        assert Detector.load(beside).model.name == "en"

    def test_a_network_without_its_digest(self, beside):
        with deep.beside(beside).open("ab") as file:
            file.write(b"\0")
        with pytest.raises(ModelError, match="SHA-256"):
            Detector.load(beside, deep=True)

    def test_no_network(self, beside):
        deep.beside(beside).write_bytes(b"not a network")
        changed(beside, sha256=hashlib.sha256(b"not a network").hexdigest())
        with pytest.raises(ModelError, match="not a network"):
            Detector.load(beside, deep=True)

    def test_of_another_model(self, beside):
        changed(beside, belongs_to="0" * 64)
        with pytest.raises(ModelError, match="another model"):
            Detector.load(beside, deep=True)

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"format": 99}, "99"),
            ({"name": 3}, "name"),
            ({"opinion": [1, 2]}, "opinion"),
            ({"opinion": [1, 2, float("nan")]}, "opinion"),
            ({"calibration": {"scale": [1, 2, 3]}}, "offset"),
            ({"calibration": []}, "calibration|list"),
            ({"thresholds": {"words": []}}, "thresholds"),
        ],
    )
    def test_a_damaged_header(self, beside, values, said):
        changed(beside, **values)
        with pytest.raises(ModelError, match=said):
            Detector.load(beside, deep=True)

    @pytest.mark.parametrize("content", ["", "[]", "{", "{}", "[" * 100_000])
    def test_no_header(self, beside, content):
        deep.beside(beside).with_suffix(".json").write_text(content)
        with pytest.raises(ModelError, match=r"en\.deep\.json"):
            Detector.load(beside, deep=True)

    def test_the_command_says_so_and_stops(self, beside, capsys):
        deep.beside(beside).unlink()
        assert main(["--model", str(beside), "--deep", str(EXAMPLES / "native.txt")]) == 2
        out, err = capsys.readouterr()
        assert not out
        assert "en.deep.onnx" in err


class TestCommands:
    def test_it_is_asked_for(self, capsys, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert main(["--deep", "--explain", str(EXAMPLES / "round_trip.txt")]) == 1
        assert "second opinion" in capsys.readouterr().out

    def test_a_file_of_settings_asks_for_it(self, capsys, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "mtdetect.toml").write_text("deep = true\n")
        path = str(EXAMPLES / "native.txt")
        for options, name in (([], "en+deep"), (["--no-deep"], "en")):
            assert main([*options, "--format", "jsonl", path]) == 0
            assert json.loads(capsys.readouterr().out)["model"]["name"] == name

    def test_rows_of_a_corpus(self, tmp_path, detector):
        text = (EXAMPLES / "native.txt").read_text(encoding="utf-8")
        rows, out = tmp_path / "rows.jsonl", tmp_path / "out.jsonl"
        rows.write_text(json.dumps({"text": text}) + "\n", encoding="utf-8")
        assert main(["corpus", "--deep", str(rows), str(out)]) == 0
        (row,) = map(json.loads, out.read_text(encoding="utf-8").splitlines())
        assert row["mtdetect_log_odds"] == detector.score(text).log_odds
        assert Scorer(deep=True).signature()["model"] == detector.model.sha256

    def test_the_term_is_explained(self, capsys):
        assert main(["explain", "second-opinion"]) == 0
        assert "--deep" in capsys.readouterr().out
