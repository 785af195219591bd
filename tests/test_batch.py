"""The batch scorer: what frameworks hand over, what they get back, and what is sent to workers."""

from __future__ import annotations

import doctest
import json
import math
import pickle
from collections import UserDict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mtdetect
import mtdetect.batch
from mtdetect.batch import Scorer
from mtdetect.model import ModelError

NATIVE, ROUND_TRIP = (
    Path(__file__).parent.parent.joinpath("examples", f"{name}.txt").read_text(encoding="utf-8")
    for name in ("native", "round_trip")
)
SHORT = "The ferry was late again."
ADDED = ["mtdetect_probability", "mtdetect_log_odds", "mtdetect_verdict", "mtdetect_error"]


def test_the_example_in_the_docs():
    assert doctest.testmod(mtdetect.batch).attempted
    assert not doctest.testmod(mtdetect.batch).failed


def test_a_batch_of_lists_gets_lists():
    batch = {"id": [7, 8, 9], "text": [NATIVE, ROUND_TRIP, SHORT]}
    scored = Scorer()(batch)
    assert list(scored) == ["id", "text", *ADDED]
    assert scored["id"] == [7, 8, 9]
    reports = [mtdetect.score(text) for text in batch["text"]]
    assert scored["mtdetect_probability"] == [report.probability for report in reports]
    assert scored["mtdetect_log_odds"] == [report.log_odds for report in reports]
    assert scored["mtdetect_verdict"] == ["human", "machine", "insufficient"]
    assert scored["mtdetect_error"] == [None] * 3
    assert list(batch) == ["id", "text"]


def test_a_batch_of_arrays_gets_arrays():
    batch = {"id": np.array([7, 8]), "text": np.array([SHORT, None], dtype=object)}
    scored = Scorer()(batch)
    assert scored["id"] is batch["id"]
    assert scored["mtdetect_probability"].dtype == np.float64
    assert np.isnan(scored["mtdetect_probability"]).all()
    assert scored["mtdetect_log_odds"][0] == mtdetect.score(SHORT).log_odds
    assert scored["mtdetect_verdict"].tolist() == ["insufficient", None]
    assert scored["mtdetect_error"].tolist() == [None, "missing (None)"]
    fixed_width = Scorer()({"text": np.array([SHORT, "It rained."])})
    assert fixed_width["mtdetect_error"].tolist() == [None, None]


def test_a_frame_gets_a_frame():
    frame = pd.DataFrame({"text": [SHORT, None, pd.NA, float("nan")]}, index=[3, 5, 5, 9])
    scored = Scorer()(frame)
    assert list(scored.columns) == ["text", *ADDED]
    assert scored.index.tolist() == [3, 5, 5, 9]
    assert scored["mtdetect_log_odds"].iloc[0] == mtdetect.score(SHORT).log_odds
    assert scored["mtdetect_error"].iloc[1:].str.startswith("missing").all()
    assert list(frame.columns) == ["text"]


def test_a_mapping_that_is_no_dict():
    scored = Scorer("body")(UserDict(body=[SHORT]))
    assert scored["mtdetect_verdict"] == ["insufficient"]


def test_an_empty_batch_keeps_its_types():
    assert Scorer()({"text": []}) == {"text": [], **{name: [] for name in ADDED}}
    arrays = Scorer()({"text": np.array([], dtype=object)})
    assert arrays["mtdetect_probability"].dtype == np.float64
    assert arrays["mtdetect_verdict"].dtype == object


def test_bad_cells_are_marked():
    cells = [None, 5, 1.5, b"bytes", ["text"], math.nan, "x" * 4_000_001, SHORT]
    scored = Scorer()({"text": cells})
    assert scored["mtdetect_error"] == [
        "missing (None)",
        "int, not a string",
        "float, not a string",
        "bytes, not a string",
        "list, not a string",
        "missing (nan)",
        "more than 2,000,000 characters",
        None,
    ]
    for name in ADDED[:-1]:
        assert scored[name][:-1] == [None] * 7


def test_a_text_that_the_detector_cannot_stand_is_marked(monkeypatch):
    def fails(*_arguments, **_keywords):
        raise RecursionError("too deep")

    monkeypatch.setattr(mtdetect.Detector, "score", fails)
    assert Scorer(ignore=()).check  # the settings are fine
    monkeypatch.setattr(Scorer, "check", lambda _: mtdetect.Detector.default())
    scored = Scorer()({"text": [SHORT]})
    assert scored["mtdetect_error"] == ["cannot be scored: RecursionError: too deep"]


def test_annotated():
    scored = Scorer(annotate=True)({"text": [ROUND_TRIP, None]})
    report = mtdetect.score(ROUND_TRIP).to_dict()
    assert json.loads(scored["mtdetect_passages"][0]) == report["passages"] != []
    assert json.loads(scored["mtdetect_findings"][0]) == report["findings"] != []
    assert scored["mtdetect_findings"][1] is None


def test_annotations_of_half_surrogate_pairs_can_be_written():
    text = ROUND_TRIP.replace(" She ", " \ud800 She ").replace("“Every", "\ud800“Every")
    scored = Scorer(annotate=True)({"text": [text]})
    for name in ("mtdetect_passages", "mtdetect_findings"):
        assert json.loads(scored[name][0].encode("utf-8"))


def test_score_only_and_prefix():
    scored = Scorer("text", score_only=True, prefix="mt.")({"text": [NATIVE]})
    assert list(scored) == ["text", "mt.probability", "mt.log_odds", "mt.error"]


def test_operating_point():
    def verdicts(**settings_):
        return Scorer(**settings_)({"text": [ROUND_TRIP, NATIVE]})["mtdetect_verdict"]

    assert verdicts(fpr=0.001) == [
        mtdetect.score(text, fpr=0.001).verdict for text in (ROUND_TRIP, NATIVE)
    ]


def test_ignored_signals_do_not_count():
    plain, without = (
        Scorer(ignore=names)({"text": [ROUND_TRIP]})["mtdetect_log_odds"][0]
        for names in ((), ["reopened_quote"])
    )
    assert without < plain


@pytest.mark.parametrize(
    ("settings_", "error", "words"),
    [
        ({"fpr": 0.9}, ValueError, "fpr must lie between"),
        ({"ignore": ("reopened_qoute",)}, ValueError, "did you mean reopened_quote"),
        ({"model": "nowhere.npz"}, ModelError, "nowhere"),
        ({"fpr": 0.05, "profile": "a.toml"}, ValueError, "has its own fpr"),
        ({"ignore": "reopened_quote"}, TypeError, "not one str"),
        ({"score_only": True, "annotate": True}, ValueError, "one of them"),
    ],
)
def test_wrong_settings_are_said_at_once(settings_, error, words):
    with pytest.raises(error, match=words):
        Scorer(**settings_)({"text": [SHORT]})


def test_a_wrong_batch_is_said():
    with pytest.raises(ValueError, match="no column 'text'; did you mean 'Text'"):
        Scorer()({"Text": [SHORT]})
    with pytest.raises(TypeError, match="not be a list"):
        Scorer()([SHORT])


def test_only_settings_are_pickled():
    scorer = Scorer("body", ignore=["reopened_quote"], annotate=True)
    before = pickle.dumps(scorer)
    scorer({"body": [SHORT]})
    after = pickle.dumps(scorer)
    assert before == after
    assert len(after) < 500
    assert pickle.loads(after) == scorer  # noqa: S301 - from the line above


def test_the_model_is_read_once_a_process():
    assert Scorer("a", ignore=("reopened_quote",)).check() is (
        Scorer("b", ignore=("reopened_quote",)).check()
    )


def test_the_signature_names_the_model_by_content():
    first, second = Scorer().signature(), Scorer(fpr=0.05).signature()
    assert first["model"] == mtdetect.Detector.default().model.sha256
    assert first != second
    assert json.loads(json.dumps(first))


CELLS = st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=60), st.binary())


@settings(max_examples=60)
@given(st.lists(CELLS, max_size=6))
def test_whatever_stands_in_a_batch_a_row_comes_out(cells):
    scored = Scorer()({"text": cells, "n": list(range(len(cells)))})
    assert scored["n"] == list(range(len(cells)))
    for cell, error, verdict in zip(
        cells, scored["mtdetect_error"], scored["mtdetect_verdict"], strict=True
    ):
        assert (error is None) == isinstance(cell, str)
        assert (verdict is None) == (error is not None)
