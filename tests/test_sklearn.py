"""Signals as features: what scikit-learn asks of a transformer, and what texts ask of this one."""

from __future__ import annotations

import doctest
import math
import pickle
import warnings
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import SkipTestWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_checks, get_tags

import mtdetect
import mtdetect.sklearn
from mtdetect.signals import catalogue
from mtdetect.sklearn import SCORES, SignalFeatures
from mtdetect.text import Document

NATIVE, ROUND_TRIP = (
    Path(__file__).parent.parent.joinpath("examples", f"{name}.txt").read_text(encoding="utf-8")
    for name in ("native", "round_trip")
)
DOUBLED = "She called the vote “a farce.”” Then she left the hall."
PLAIN = "The ferry was late again on Monday, and nobody on the quay had the heart to complain."
TEXTS = [DOUBLED, PLAIN, DOUBLED + " " + PLAIN, PLAIN + " " + PLAIN]
LABELS = [1, 0, 1, 0]
FEW = ["doubled_quote", "hedges"]

# Checks that feed an estimator tables of numbers do not run on one that takes strings;
# scikit-learn itself leaves them out. These need no data.
DATALESS = (
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_estimator_tags_renamed",
    "check_get_params_invariance",
    "check_mixin_order",
    "check_no_attributes_set_in_init",
    "check_parameters_default_constructible",
    "check_set_params",
    "check_valid_tag_types",
)


def test_what_scikit_learn_checks_of_estimators_of_strings():
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", SkipTestWarning
        )  # says that tables of numbers were not tried
        results = estimator_checks.check_estimator(SignalFeatures(), on_skip=None)
    assert results
    assert {result["status"] for result in results} == {"passed"}


@pytest.mark.parametrize("check", DATALESS)
def test_what_scikit_learn_checks_without_data(check):
    run = getattr(estimator_checks, check)
    assert run("SignalFeatures", SignalFeatures(signals=FEW, n_jobs=1)) is None


def test_it_says_that_it_takes_strings_and_needs_no_fit():
    tags = get_tags(SignalFeatures())
    assert tags.input_tags.string
    assert tags.input_tags.one_d_array
    assert not tags.input_tags.two_d_array
    assert not tags.requires_fit
    np.testing.assert_array_equal(
        SignalFeatures(signals=FEW).transform(TEXTS),
        SignalFeatures(signals=FEW).fit_transform(TEXTS),
    )


def test_every_signal_and_score_by_default():
    features = SignalFeatures()
    names = list(features.get_feature_names_out())
    assert names == [*catalogue(), *SCORES]
    values = features.fit_transform([NATIVE, ROUND_TRIP])
    assert values.shape == (2, len(names))
    assert values.dtype == np.float64
    document = Document(ROUND_TRIP)
    for name, value in zip(names, values[1], strict=True):
        if name in catalogue():
            expected = catalogue()[name](document).value
            assert value == expected if expected is not None else math.isnan(value)


def test_the_scores_are_the_report_s():
    report = mtdetect.score(ROUND_TRIP)
    ((words, style, style_per_100, log_odds),) = SignalFeatures(signals=[]).transform([ROUND_TRIP])
    assert words == report.words
    assert log_odds == report.log_odds
    assert style == pytest.approx(
        sum(c.weight for c in report.contributions if c.signal == "style")
    )
    assert style_per_100 == pytest.approx(style / report.words * 100)


def test_signals_as_asked_for_in_their_order():
    features = SignalFeatures(signals=FEW[::-1], scores=False)
    assert list(features.get_feature_names_out()) == FEW[::-1]
    hedges, doubled = features.transform([DOUBLED])[0]
    assert hedges == 0
    assert doubled > 0


def test_what_cannot_be_measured_is_not_zero():
    values = SignalFeatures(signals=FEW).transform(["", "Share this article", PLAIN])
    assert np.isnan(values[0, :2]).all()
    names = list(SignalFeatures(signals=FEW).get_feature_names_out())
    assert values[0, names.index("words")] == 0
    assert np.isnan(values[0, names.index("log_odds")])
    assert not np.isnan(values[2]).any()


@pytest.mark.parametrize(
    "texts",
    [
        TEXTS,
        tuple(TEXTS),
        np.array(TEXTS),
        np.array(TEXTS, dtype=object),
        pd.Series(TEXTS, index=[3, 1, 1, 0]),
        pd.Series(TEXTS, dtype="category"),
        pd.Series(TEXTS).array,
    ],
    ids=["list", "tuple", "array", "objects", "series", "categories", "pandas array"],
)
def test_any_sequence_of_strings(texts):
    np.testing.assert_array_equal(
        SignalFeatures(signals=FEW).fit_transform(texts),
        SignalFeatures(signals=FEW).transform(TEXTS),
    )


def test_no_texts_give_no_rows():
    assert SignalFeatures(signals=FEW).fit_transform([]).shape == (0, len(FEW) + len(SCORES))


@pytest.mark.parametrize(
    ("texts", "error", "message"),
    [
        (PLAIN, TypeError, "not one str"),
        (b"bytes", TypeError, r"X\[0\] must be a str, not int"),
        ([PLAIN, b"bytes"], TypeError, r"X\[1\] must be a str, not bytes"),
        ([PLAIN, 3.5], TypeError, r"X\[1\] must be a str, not float"),
        ([[PLAIN]], TypeError, r"X\[0\] must be a str, not list"),
        (iter([PLAIN]), TypeError, "list_iterator"),
        ({PLAIN: 1}, TypeError, "not dict"),
        (None, TypeError, "not NoneType"),
        ([PLAIN, None], ValueError, r"X\[1\] is missing \(None\)"),
        ([float("nan")], ValueError, r"X\[0\] is missing \(nan\)"),
        (pd.Series([PLAIN, None], dtype="string"), ValueError, r"X\[1\] is missing \(<NA>\)"),
        (pd.Series([pd.NaT]), ValueError, r"X\[0\] is missing \(NaT\)"),
        (pd.DataFrame({"text": TEXTS}), ValueError, "its name, not a list of names"),
        (np.array([TEXTS]), ValueError, "one dimension, not 2"),
        (np.array(PLAIN), ValueError, "one dimension, not 0"),
    ],
)
def test_what_is_no_column_of_texts(texts, error, message):
    with pytest.raises(error, match=message):
        SignalFeatures(signals=FEW).transform(texts)
    if not hasattr(texts, "__next__"):
        with pytest.raises(error, match=message):
            SignalFeatures(signals=FEW).fit(texts)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"signals": ["doubled_quotes"]}, ValueError, "did you mean doubled_quote?"),
        ({"signals": [7]}, ValueError, "no signal is called 7"),
        ({"signals": "hedges"}, TypeError, "not one str"),
        ({"signals": ["hedges", "hedges"]}, ValueError, "twice"),
        ({"signals": [], "scores": False}, ValueError, "nothing to measure"),
    ],
)
def test_parameters_are_checked_when_fitted(parameters, error, message):
    features = SignalFeatures(**parameters)
    for call in (features.fit, features.transform):
        with pytest.raises(error, match=message):
            call([PLAIN])
    with pytest.raises(error, match=message):
        features.get_feature_names_out()


def test_clone_parameters_and_pickle():
    features = SignalFeatures(signals=FEW, scores=False, n_jobs=1).fit(TEXTS)
    assert clone(features).get_params() == {"signals": FEW, "scores": False, "n_jobs": 1}
    assert clone(features).set_params(scores=True).get_params()["scores"] is True
    again = pickle.loads(pickle.dumps(features))  # noqa: S301 - made the line before
    np.testing.assert_array_equal(again.transform(TEXTS), features.transform(TEXTS))


def test_before_a_linear_model():
    pipeline = make_pipeline(
        SignalFeatures(signals=FEW),
        SimpleImputer(strategy="constant", fill_value=0.0, keep_empty_features=True),
        StandardScaler(),
        LogisticRegression(),
    )
    assert list(pipeline.fit([*TEXTS, ""], [*LABELS, 0]).predict(TEXTS)) == LABELS
    names = pipeline[:-1].get_feature_names_out()
    assert list(names) == [*FEW, *SCORES]


def test_before_trees_that_take_what_is_missing():
    trees = HistGradientBoostingClassifier(max_iter=5, min_samples_leaf=1)
    pipeline = make_pipeline(SignalFeatures(signals=FEW), trees)
    assert list(pipeline.fit([*TEXTS, ""], [*LABELS, 0]).predict(TEXTS)) == LABELS


def test_one_column_of_a_table():
    table = pd.DataFrame({"page": TEXTS, "year": [2019, 2020, 2021, 2022]}, index=[9, 8, 8, 7])
    columns = ColumnTransformer(
        [("text", SignalFeatures(signals=FEW), "page"), ("rest", "passthrough", ["year"])],
        verbose_feature_names_out=False,
    )
    found = columns.set_output(transform="pandas").fit_transform(table)
    assert list(found.columns) == [*FEW, *SCORES, "year"]
    assert list(found.index) == [9, 8, 8, 7]
    np.testing.assert_array_equal(
        found[[*FEW, *SCORES]], SignalFeatures(signals=FEW).transform(TEXTS)
    )


def test_pandas_out():
    features = SignalFeatures(signals=FEW).set_output(transform="pandas")
    found = features.fit_transform(pd.Series(TEXTS, index=list("abcd")))
    assert list(found.columns) == [*FEW, *SCORES]
    assert list(found.index) == list("abcd")


def test_several_workers_give_the_same_rows_in_order():
    texts = [
        f"{PLAIN} It left at {n}.{' She said “late.”” Then it left.' * (n % 3)}" for n in range(70)
    ]
    with joblib.parallel_config(backend="threading"):
        shared = SignalFeatures(signals=FEW, n_jobs=2).transform(texts)
    np.testing.assert_array_equal(shared, SignalFeatures(signals=FEW).transform(texts))


@pytest.mark.slow
def test_several_processes_give_the_same_rows():
    np.testing.assert_array_equal(
        SignalFeatures(n_jobs=2).transform([NATIVE, ROUND_TRIP] * 20),
        SignalFeatures().transform([NATIVE, ROUND_TRIP] * 20),
    )


def holds_for(texts):
    """Rows depend on their own text alone, and nothing but NaN stands for what is missing."""
    features = SignalFeatures()
    found = features.transform(texts)
    assert found.shape == (len(texts), len(features.get_feature_names_out()))
    assert not np.isinf(found).any()
    np.testing.assert_array_equal(features.transform(texts[::-1]), found[::-1])


any_texts = st.lists(
    st.text(max_size=120) | st.sampled_from([*TEXTS, "", "\x00", "\ud800"]), max_size=4
)


@settings(max_examples=30)
@given(any_texts)
def test_any_text(texts):
    holds_for(texts)


@pytest.mark.slow
@settings(max_examples=2_000)
@given(any_texts)
def test_any_text_at_length(texts):
    holds_for(texts)


def test_the_example_in_the_docstring():
    tried = doctest.testmod(mtdetect.sklearn)
    assert tried.attempted
    assert not tried.failed
