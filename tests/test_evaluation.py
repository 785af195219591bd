"""The evaluation on made-up scores: what is left out, what is chosen where, what is shown."""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from conftest import load_script
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("sklearn")

from scipy import stats
from sklearn.metrics import roc_auc_score

from mtdetect.calibration import Calibration, Thresholds
from mtdetect.training import calibrate, data, fit, metrics
from mtdetect.training.calibrate import FPRS, Measured, Rated
from mtdetect.training.corpora import Block
from mtdetect.training.evaluation import (
    benchmark,
    held_out,
    human,
    language_models,
    ranking,
    reliability,
    transfer,
)
from mtdetect.training.evaluation.languages import FAMILIES, FAMILY_OF
from mtdetect.training.evaluation.plot import SIDE, reliability_svg
from mtdetect.training.evaluation.run import CalibrationSet, Run
from mtdetect.training.evaluation.tables import Column, table
from mtdetect.training.units import Sample

ROOT = Path(__file__).parent.parent
MODEL = ("--model", str(ROOT / "models" / "en.npz"))
THRESHOLDS = {
    "words": [15, 1500],
    "fpr": list(FPRS),
    "log_odds": [[2.0] * len(FPRS)] * 2,
    "passage_margin": [1.0] * len(FPRS),
}


def text_of(label, *, source=None, group="wmt18", twin="t", engine="", language="", kind=""):
    corpus = "flores" if group.startswith("flores") else group
    return Sample(
        f"{label} {twin} {engine}", label, source or label, corpus, group, kind, language, engine,
        twin, 1,
    )  # fmt: skip


def make_run(**parts):
    header = {"thresholds": THRESHOLDS, "calibration": {"scale": [1, 0, 0], "offset": [0, 0, 0]}}
    given_ = {
        "manifest": None,
        "model": Path("en.npz"),
        "work": Path("build"),
        "header": header,
        "fitted": [None] * 6,
        "fpr": 0.01,
        "language_models": Path("none"),
        "progress": lambda _: None,
    }
    return Run(**{**given_, **parts})


class TestRanks:
    scores = st.lists(
        st.tuples(st.integers(-5, 5), st.booleans(), st.integers(0, 3)), min_size=4, max_size=60
    )

    @given(scores)
    def test_counts_stand_for_repeated_texts(self, drawn):
        values = np.array([float(v) for v, _, _ in drawn])
        machine = np.array([y for _, y, _ in drawn])
        counts = np.array([n for _, _, n in drawn])
        found = metrics._Ranks(values, machine).figures(counts.astype(float))  # noqa: SLF001 - the heart of it
        s, y = np.repeat(values, counts), np.repeat(machine, counts)
        if not y.any() or y.all():
            assert found is None
            return
        human = s[~y]
        expected = [roc_auc_score(y, s)]
        for fpr in (0.05, 0.01):
            bar = np.sort(human)[int(np.ceil(round((len(human) - 1) * (1 - fpr), 9)))]
            expected.append((s[y] > bar).mean())
        assert found == pytest.approx(tuple(expected))

    def test_a_bootstrap_draws_whole_groups(self):
        groups = ["a", "b", "b", "c", "c", "c"]
        seen = []

        def figures(counts):
            seen.append(counts)
            return (counts.sum(),)

        metrics.bootstrap(groups, figures, bootstraps=20)
        for counts in seen:
            assert counts[1] == counts[2]
            assert counts[3] == counts[4] == counts[5]
            assert counts[0] + counts[1] + counts[3] == 3

    @pytest.mark.parametrize(("hits", "n"), [(0, 10), (5, 10), (10, 10), (118, 139)])
    def test_the_exact_interval(self, hits, n):
        low, high = metrics.exact_interval(hits, n)
        exact = stats.binomtest(hits, n).proportion_ci(0.95, "exact")
        assert (low, high) == pytest.approx((exact.low, exact.high))


class TestProbabilities:
    truth = np.arange(1000) % 2 == 1
    even = np.ones(1000)

    def error(self, probabilities, truth, weights=None):
        weights = np.ones(len(truth)) if weights is None else weights
        return metrics.calibration_error(metrics.reliability_bins(probabilities, truth, weights))

    def test_the_truth_has_no_error(self):
        p = self.truth.astype(float)
        assert metrics.brier(p, self.truth, self.even) == 0
        assert self.error(p, self.truth) == 0

    def test_saying_even_odds_is_calibrated_and_useless(self):
        p = np.full(1000, 0.5)
        assert metrics.brier(p, self.truth, self.even) == 0.25
        assert self.error(p, self.truth) == pytest.approx(0)

    def test_being_sure_and_wrong(self):
        p = 1.0 - self.truth
        assert metrics.brier(p, self.truth, self.even) == 1
        assert self.error(p, self.truth) == pytest.approx(1)

    def test_a_known_error(self):
        # In the lower half 20 % are said and 0 % true, in the upper 80 % and 100 %.
        truth = np.repeat([False, True], 500)
        p = np.repeat([0.2, 0.8], 500)
        assert self.error(p, truth) == pytest.approx(0.2)
        assert metrics.brier(p, truth, self.even) == pytest.approx(0.04)

    def test_bins_weigh_the_same_and_weights_count(self):
        p = np.linspace(0, 1, 1000)
        weights = np.where(p < 0.5, 9.0, 1.0)
        bins = metrics.reliability_bins(p, self.truth, weights)
        assert len(bins) == 10
        assert [b.weight for b in bins] == pytest.approx([0.1] * 10, abs=0.005)
        assert sum(b.probability < 0.5 for b in bins) == 9

    @given(st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.floats(0, 5)), min_size=1))
    def test_the_error_is_bounded_by_the_brier_score(self, drawn):
        p, truth, weights = (np.array(column) for column in zip(*drawn, strict=True))
        weights[0] += 1
        error = self.error(p, truth.astype(bool), weights)
        assert 0 <= error <= np.sqrt(metrics.brier(p, truth, weights)) + 1e-9


class TestHeldOut:
    units = tuple(
        text_of(label, source="native", group=group, twin=f"{group}:{n}", engine=e, language=code)
        for group in ("flores-0", "flores-1", "flores-2", "flores-7", "wmt18", "wmt14", "wmt21")
        for n, (label, e, code) in enumerate(
            [
                ("native", "", ""),
                ("mt", "google", "de"),
                ("mt", "opusmt", "tr"),
                ("mt", "online-a", "zh"),
                ("mt", "deepl", "fr"),
            ]
        )
    )

    @pytest.mark.parametrize("half", held_out.HALVES)
    @pytest.mark.parametrize("held", [held_out.NOTHING, *held_out.ALL_HELD])
    def test_nothing_that_is_tested_or_held_out_is_fitted_on(self, held, half):
        rows = held_out.training_rows(self.units, half, held)
        tested = {u.group for u in self.units if u.corpus == "flores"
                  and held_out.half_of(u.group, u.twin) == half} | {"wmt18"}  # fmt: skip
        assert len(tested) > 1
        for unit, used in zip(self.units, rows, strict=True):
            if unit.group in tested:
                assert not used
            elif unit.engine == "":
                assert used
            elif held.kind == "engine":
                anonymous = unit.engine == "online-a" and held.name in held_out.COMMERCIAL
                assert used != (unit.engine == held.name or anonymous)
            elif held.kind == "language family":
                assert used == (unit.language not in FAMILIES[held.name].split())
            else:
                assert used

    def test_human_translations_go_with_their_language(self):
        units = [
            text_of("ht", group="wmt14", twin="a"),
            text_of("mt", source="ht", group="wmt14", twin="a", engine="google", language="cs"),
            text_of("ht", group="wmt14", twin="b"),
            text_of("ht", group="wmt21", twin="c", kind="from cs"),
            text_of("ht", group="wmt21", twin="d", kind="from de"),
            text_of("native", group="wmt15", twin="e"),
            text_of("mt", source="native", group="wmt15", twin="e", engine="argos", language="cs"),
        ]
        assert held_out.translated_from(units) == ["cs", "", "", "cs", "de", "", ""]
        used = held_out.training_rows(units, 0, held_out.Held("language family", "Slavic"))
        assert used.tolist() == [False, False, True, False, True, True, False]
        used = held_out.training_rows(units, 0, held_out.Held("engine", "google"))
        assert used.tolist() == [True, False, True, True, True, True, True]

    def test_halves_go_by_block_on_flores_and_by_passage_within_a_year(self):
        assert {held_out.half_of(f"flores-{n}", "t") for n in range(50)} == {0, 1}
        assert {held_out.half_of("wmt18", f"wmt18:{n}") for n in range(50)} == {0, 1}
        assert len({held_out.half_of("flores-3", f"t{n}") for n in range(50)}) == 1

    def test_scores_of_two_models_are_made_comparable(self):
        half = np.array([0, 0, 0, 1, 1, 1])
        human_ = np.array([True, True, False] * 2)
        scores = np.array([0.0, 2.0, 3.0, 10.0, 30.0, 40.0])
        found = held_out.standardise(scores, half, human_)
        assert found == pytest.approx([-1, 1, 2, -1, 1, 2])

    def test_each_text_is_scored_by_a_model_without_its_twins(self, monkeypatch):
        def block(group, label, engines):
            lines = [f"{group} line {n}." for n in range(160)]
            machine = {key: [f"{key} {line}" for line in lines] for key in engines}
            return Block(group.split("-")[0], group, label, lines, machine)

        systems = [("google", "de"), ("bergamot-tiny", "tr"), ("argos", "zh")]
        blocks = {
            ("native vs round trip", "flores"): [
                block(f"flores-{n}", "native", systems) for n in range(8)
            ],
            ("native vs round trip", "wmt18"): [block("wmt18", "native", systems[:1])],
        }
        monkeypatch.setattr(held_out, "_test_blocks", lambda _: blocks)
        monkeypatch.setattr(data, "training_units", lambda _: list(self.units))
        monkeypatch.setattr(fit, "design", lambda units, **_: units)
        monkeypatch.setattr(fit, "fit_many", lambda units, rows: [
            {u.twin.split(":")[0] for u, used in zip(units, r, strict=True) if used} for r in rows
        ], raising=False)  # fmt: skip

        def measure(samples, folds, *, signals):
            assert not signals
            assert all(s.group not in folds[0] for s in samples)
            return [
                Measured(100, 1.0, zlib.crc32(s.text.encode()) / 2**32 + (s.label == "mt"), 0, {})
                for s in samples
            ]

        monkeypatch.setattr(calibrate, "measure", measure)
        found = held_out.rows(make_run())
        names = {(row["name"], row["set"]) for row in found}
        assert ("bergamot", "flores") in names
        assert ("Turkic", "flores") in names
        assert ("Turkic", "wmt18") not in names
        assert ("deepl", "flores") not in names
        for row in found:
            assert row["human"] > 0
            assert row["machine"] > 0
            low, high = row["auc_interval"]
            assert low <= row["auc"] <= high
        shown = held_out.text(found)
        assert "language family\n    Germanic" in shown
        assert shown.count("google") == 1


class TestLanguages:
    def test_every_language_of_the_corpora_has_one_family(self):
        paths = (ROOT / "scripts" / "corpora.sha256").read_text(encoding="utf-8")
        codes = {
            *re.findall(r"evaluation/(\w+)-en/", paths),
            *re.findall(r"references/\w+\.(?!liv)(\w+)-en\.ref", paths),
        } - {"en"}
        assert len(codes) >= 58
        assert codes == set(FAMILY_OF)
        listed = [code for family in FAMILIES.values() for code in family.split()]
        assert len(listed) == len(set(listed))


def scores_of(shift, fold, n=40, machine_mean=2.0):
    rng = np.random.default_rng(fold)
    machine = np.arange(n) % 2 == 1
    values = rng.normal(np.where(machine, machine_mean, 0.0)) + shift
    return benchmark.Scores(values, np.full(n, 300), machine, np.full(n, fold))


def joined(*parts):
    return benchmark.Scores(
        *(np.concatenate([getattr(p, name) for p in parts])
          for name in ("values", "words", "is_machine", "fold"))
    )  # fmt: skip


class TestBenchmark:
    def test_what_separates_best_across_years_is_chosen(self):
        good = joined(*(scores_of(0, fold, machine_mean=6) for fold in (1, 2, 3)))
        poor = joined(*(scores_of(0, fold, machine_mean=0.5) for fold in (1, 2, 3)))
        recipe, rule, accuracies = benchmark.choose({"poor": poor, "good": good})
        assert recipe == "good"
        assert set(accuracies) == {(n, r) for n in ("poor", "good") for r in benchmark.RULES}
        assert accuracies[recipe, rule] == max(accuracies.values()) > 0.95

    def test_the_rule_that_decides_on_a_year_did_not_see_it(self, monkeypatch):
        def decide(known, asked):
            assert not set(known.fold) & set(asked.fold)
            return asked.is_machine

        monkeypatch.setattr(benchmark, "RULES", {"only": decide})
        parts = joined(scores_of(0, 1), scores_of(0, 2), scores_of(0, 4))
        assert benchmark.choose({"any": parts})[2] == {("any", "only"): 1}

    @pytest.mark.parametrize("rule", benchmark.RULES)
    def test_the_threshold_is_set_without_the_test_set(self, rule):
        known, test = scores_of(0, 1, n=400, machine_mean=4), scores_of(0, 0, n=400)
        answers = benchmark.RULES[rule](known, test)
        bar = test.values[~answers].max()
        assert bar == pytest.approx(2, abs=0.3)
        blind = replace(test, is_machine=~test.is_machine)
        assert np.array_equal(benchmark.RULES[rule](known, blind), answers)
        moved = benchmark.RULES[rule](known, replace(test, values=test.values + 50))
        assert moved.all()

    def rows(self, monkeypatch, *, flipped):
        def side(level, group, label, n):
            engine = "google" if label == "mt" else ""
            return [text_of(label, source="ht", group=group, twin=f"{level}{group}{i}",
                            engine=engine, language="de") for i in range(n)]  # fmt: skip

        years = ("wmt08", "wmt09", "wmt10", "wmt12")
        kinds = {
            kind: [s for y in years for s in side(kind, y, "ht", 12) + side(kind, y, "mt", 12)]
            for kind in ("sentences", "pieces", "documents")
        }
        test = {
            level: side(level, "wmt18", "mt" if flipped else "ht", 10)
            + side(level, "wmt18", "ht" if flipped else "mt", 11)
            for level in benchmark.LEVELS
        }
        masks = []

        def fit_many(units, rows):
            masks.extend(rows)
            for mask in rows:
                assert all(u.group != "wmt18" for u, m in zip(units, mask, strict=True) if m)
            return [None] * len(rows)

        monkeypatch.setattr(benchmark, "ENGINES", ("google",))
        monkeypatch.setattr(benchmark, "read", lambda *_: benchmark.Data(kinds, test))
        monkeypatch.setattr(fit, "design", lambda units, **_: units)
        monkeypatch.setattr(fit, "fit_many", fit_many, raising=False)
        monkeypatch.setattr(
            calibrate,
            "measure",
            lambda samples, _, *, signals: [
                Measured(90 + i, 1.0, (s.label == "mt") + i % 5 / 3 + signals, 0, {})
                for i, s in enumerate(samples)
            ],
        )
        found = benchmark.rows(make_run())
        assert len(masks) == len(benchmark.RECIPES) * data.N_FOLDS
        return found

    def test_rows(self, monkeypatch):
        found = self.rows(monkeypatch, flipped=False)
        chosen = [row for row in found if row["chosen"]]
        assert [row["level"] for row in chosen] == ["document", "sentence"]
        assert len(found) == 2 * len(benchmark.RECIPES) * len(benchmark.RULES)
        assert all(("accuracy" in row) == row["chosen"] for row in found)
        assert chosen[0]["n"] == 21
        assert chosen[0]["published"] == 0.848
        shown = benchmark.text(found)
        assert "84.8%" in shown
        assert shown.count("chosen") == 3  # the note says it too

    def test_the_labels_of_the_test_set_change_no_choice(self, monkeypatch):
        one, other = (self.rows(monkeypatch, flipped=flipped) for flipped in (False, True))
        for a, b in zip(one, other, strict=True):
            assert (a["units"], a["rule"], a["chosen"]) == (b["units"], b["rule"], b["chosen"])
            assert a["cv_accuracy"] == b["cv_accuracy"]


class TestLanguageModels:
    def test_rows_by_register(self, tmp_path, monkeypatch):
        path = tmp_path / "texts.jsonl"
        written = [("1", "news"), ("2", "news"), ("3", "diary"), ("4", "diary")]
        path.write_text(
            "".join(
                json.dumps({"id": i, "register": r, "prompt": "p", "text": f"Text {i}."}) + "\n"
                for i, r in written
            ),
            encoding="utf-8",
        )
        rated = {
            "Text 1.": Rated(100, 3.0, ()),  # machine
            "Text 2.": Rated(100, 0.0, ((60, 3.5),)),  # a passage is over its threshold
            "Text 3.": Rated(100, -1.0, ((30, 9.0),)),  # a passage too short to count
            "Text 4.": Rated(20, 9.0, ()),  # too short
        }
        monkeypatch.setattr(
            Run, "rate_untrained", lambda _, samples: [rated[s.text] for s in samples]
        )
        told = []
        found = language_models.rows(make_run(language_models=path, progress=told.append))
        assert [(r["register"], r["n"]) for r in found] == [
            (language_models.ALL, 3), ("diary", 1), ("news", 2),
        ]  # fmt: skip
        everything, diary, news = found
        assert everything["machine_rate"] == pytest.approx(1 / 3)
        assert everything["machine_upper"] == metrics.upper_bound(1, 3)
        assert everything["mean_probability"] == pytest.approx(
            (0.9526 + 0.5 + 0.2689) / 3, abs=1e-3
        )
        assert diary["machine_rate"] == diary["mixed_rate"] == 0
        assert (news["machine_rate"], news["mixed_rate"]) == (0.5, 0.5)
        assert any("too short" in step for step in told)
        assert "50.0%" in language_models.text(found)

    def test_the_file_is_missing(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            language_models.rows(make_run(language_models=tmp_path / "none.jsonl"))


class TestReliability:
    def documents(self, n=3000):
        """Documents whose log-odds are twice their score."""
        rng = np.random.default_rng(0)
        words = np.exp(rng.uniform(np.log(15), np.log(1400), n)).astype(int)
        machine = rng.random(n) < 0.5
        scores = rng.normal(np.where(machine, 1.0, -1.0))
        found = [
            text_of("mt" if y else "ht", source="ht", group=f"g{i}", twin=f"g{i // 2}")
            for i, y in enumerate(machine)
        ]
        measured = [Measured(int(w), 1.0, float(s), 0.0, {})
                    for w, s in zip(words, scores, strict=True)]  # fmt: skip
        return found, measured

    def run(self, shipped):
        found, measured = self.documents()
        calibration = Calibration.from_header(shipped)
        rated = [
            Rated(m.words, calibration.scale(m.words) * m.machine + calibration.prior(), ())
            for m in measured
        ]
        run = make_run(header={"thresholds": THRESHOLDS, "calibration": shipped})
        run.__dict__["calibration_set"] = CalibrationSet(found, measured, rated)
        return reliability.rows(run)

    def test_rows(self):
        found = self.run({"scale": [2, 0, 0], "offset": [0, 0, 0]})
        assert found[0]["words"] == reliability.ALL
        assert sum(row["n"] for row in found[1:]) == found[0]["n"]
        for row in found:
            assert 0.05 < row["brier"] < 0.2
            assert row["ece"] < 0.06
            assert row["brier_interval"][0] <= row["brier"] <= row["brier_interval"][1]
            assert sum(b["weight"] for b in row["bins"]) == pytest.approx(1)
        assert "ECE" in reliability.text(found)

    def test_the_shipped_calibration_of_style_plays_no_part(self):
        one = self.run({"scale": [2, 0, 0], "offset": [0, 0, 0]})
        other = self.run({"scale": [9, 0, 0], "offset": [5, 0, 0]})
        for a, b in zip(one, other, strict=True):
            assert a["brier"] == pytest.approx(b["brier"])

    def test_the_calibration_of_a_fold_did_not_see_it(self, monkeypatch):
        found, measured = self.documents(300)
        fitted_on = []

        def fit_calibration(scores, words, positive, weights):
            assert len(scores) == len(words) == len(positive) == len(weights)
            fitted_on.append(set(scores))
            return {"scale": [0, 0, 0], "offset": [float(len(fitted_on)), 0, 0]}

        monkeypatch.setattr(calibrate, "fit_calibration", fit_calibration)
        rated = [Rated(m.words, 0.0, ()) for m in measured]
        shipped = Calibration((0, 0, 0), (0, 0, 0))
        p = reliability.cross_fitted(CalibrationSet(found, measured, rated), shipped)
        number = np.round(np.log(p / (1 - p))).astype(int)
        assert set(number) == set(range(1, data.N_FOLDS + 1))
        for n, m in zip(number, measured, strict=True):
            assert m.machine not in fitted_on[n - 1]


class TestPlot:
    def rows(self, n):
        bins = [{"probability": p, "machine": p**2, "weight": 0.1} for p in np.linspace(0, 1, 10)]
        return [{"words": f"{i} < {i + 1} & so on", "ece": 0.01, "bins": bins} for i in range(n)]

    @pytest.mark.parametrize("n", [1, 2, 6, 7])
    def test_it_is_well_formed_and_inside_its_frame(self, n):
        root = ET.fromstring(reliability_svg(self.rows(n)))  # noqa: S314 - our own
        namespace = "{http://www.w3.org/2000/svg}"
        width, height = (float(v) for v in root.get("viewBox").split()[2:])
        frames = root.findall(f"{namespace}rect")
        dots = root.findall(f"{namespace}circle")
        assert len(frames) == n
        assert len(dots) == 10 * n
        assert len({(f.get("x"), f.get("y")) for f in frames}) == n
        for frame in frames:
            assert 0 < float(frame.get("x")) <= width - SIDE
            assert 0 < float(frame.get("y")) <= height - SIDE
        for index, dot in enumerate(dots):
            frame = frames[index // 10]
            assert 0 <= float(dot.get("cx")) - float(frame.get("x")) <= SIDE + 0.1
            assert 0 <= float(dot.get("cy")) - float(frame.get("y")) <= SIDE + 0.1
        words = [element.text for element in root.iter(f"{namespace}text")]
        assert "0 < 1 & so on words" in words
        assert words.count("probability given") == min(n, 3)

    def test_it_has_colours_for_dark_pages(self):
        assert "prefers-color-scheme: dark" in reliability_svg(self.rows(1))


class TestTransfer:
    def test_the_matrix(self):
        values = {
            "low": np.arange(1000.0),
            "high": np.arange(1000.0) + 500,
            "small": np.arange(transfer.FEWEST - 1.0),
        }
        found = transfer.matrix(values)
        assert [(r["fpr"], r["set_on"]) for r in found] == [
            (fpr, name) for fpr in transfer.FPRS for name in ("low", "high")
        ]
        low5, high5, low1, _ = found
        assert low5["rates"] == pytest.approx({"low": 0.05, "high": 0.55}, abs=0.002)
        assert high5["rates"] == pytest.approx({"low": 0.0, "high": 0.05}, abs=0.002)
        assert low1["rates"]["low"] <= 0.01
        shown = transfer.text(found)
        assert "1% false positives" in shown
        assert "small" not in shown


class TestHuman:
    def test_small_outlets_are_pooled(self):
        big, little = [text_of("native", twin=str(n)) for n in range(12)], [text_of("native")]
        found = human._pool_small(  # noqa: SLF001 - what decides on rows
            {
                ("newswire", ""): big,
                ("newswire", "gazette"): big,
                ("newswire", "herald"): little * 4,
                ("newswire", "times"): little * 5,
                ("gum", ""): little,
                ("gum", "vlog"): little,
            }
        )
        assert {key: len(chosen) for key, chosen in found.items()} == {
            ("newswire", ""): 12,
            ("newswire", "gazette"): 12,
            ("gum", ""): 1,
            ("gum", "vlog"): 1,
            ("newswire", "others (2)"): 9,
        }

    def test_whole_corpora_come_first(self):
        def row(corpus, part):
            return {
                "corpus": corpus, "part": part, "label": "native", "n": 20, "machine_rate": 0.05,
                "machine_upper": 0.2, "mixed_rate": 0.0, "machine_rate_left_out": 0.05,
            }  # fmt: skip

        rows = [
            row("gum", "vlog"),
            row("wmt18 ht", ""),
            row("gum", ""),
            row("ewt", "others (2)"),
            row("ewt", "reviews"),
        ]
        found = sorted(rows, key=human._order)  # noqa: SLF001 - the order of the table
        assert [(r["corpus"], r["part"]) for r in found] == [
            ("gum", ""), ("wmt18 ht", ""), ("ewt", "reviews"), ("ewt", "others (2)"),
            ("gum", "vlog"),
        ]  # fmt: skip
        lines = human.text(found).splitlines()
        assert lines.index("ewt, by genre") < lines.index("gum, by genre")
        assert any(line.startswith("    reviews") for line in lines)

    def test_flags(self):
        thresholds = Thresholds.from_header(THRESHOLDS)
        rated = [
            Rated(100, 2.1, ((50, 9.0),)),
            Rated(100, 1.9, ((50, 3.1),)),
            Rated(100, 1.9, ((39, 9.0),)),
            Rated(100, 1.9, ()),
        ]
        assert human.flagged(rated, thresholds, 0.01) == (1, 1)


class TestRanking:
    def scored(self, *, flores):
        group = "flores-1" if flores else "wmt18"
        languages = ("de", "tr")
        found = []
        for n in range(80):
            language = languages[n % 2]
            found.append(text_of("native" if flores else "ht", group=group, twin=str(n)))
            for engine in ("google", "argos"):
                source = "native" if flores else "ht"
                found.append(text_of("mt", source=source, group=group, twin=str(n), engine=engine,
                                     language=language))  # fmt: skip
        values = np.array([(s.label == "mt") + len(s.twin) / 9 for s in found])
        return ranking.Scored(found, values, values, values > 1.15, long_enough=True)

    def test_rows_by_engine_and_language(self):
        names = {"question": ranking.QUESTIONS["ht"], "set": "wmt18", "unit": "8 sentences"}
        found = ranking._splits(self.scored(flores=False), names)  # noqa: SLF001 - what decides on rows
        assert [(r["engine"], r["language"]) for r in found] == [
            ("argos", ""), ("google", ""), ("", "de"), ("", "tr"),
        ]  # fmt: skip
        assert [(r["human"], r["machine"]) for r in found] == [
            (80, 80),
            (80, 80),
            (40, 80),
            (40, 80),
        ]
        assert all(r["auc"] == r["style_auc"] == 1 for r in found)

    def test_a_text_of_many_versions_keeps_some(self):
        found = [text_of("native", twin=t) for t in "ab"]
        found += [text_of("mt", source="native", twin=t, engine=f"e{n}") for t in "ab"
                  for n in range(30)]  # fmt: skip
        kept = ranking.thin(found)
        for twin in "ab":
            labels = [s.label for s in kept if s.twin == twin]
            assert labels == ["native"] + ["mt"] * ranking.MOST_MACHINES

    def test_flores_is_shown_by_family_against_all_its_natives(self):
        names = {"question": ranking.QUESTIONS["native"], "set": "flores", "unit": "8 sentences"}
        found = ranking._splits(self.scored(flores=True), names)  # noqa: SLF001 - as above
        assert [r["language"] for r in found[2:]] == ["Germanic", "Turkic"]
        assert {r["human"] for r in found} == {80}

    def test_long_documents_are_pooled_and_shown_first(self):
        names = {"question": ranking.QUESTIONS["native"], "set": "wmt18", "unit": "15 sentences"}
        one = self.scored(flores=True)
        row = ranking._row(one, np.ones(len(one.samples), dtype=bool), **names)  # noqa: SLF001 - as above
        pooled = ranking._pooled([one, one])  # noqa: SLF001 - as above
        assert (pooled["human"], pooled["machine"]) == (160, 320)
        shown = ranking.text([row, pooled])
        assert shown.index("all sets") < shown.index("Native vs round trip")

    def test_units_too_short_for_a_verdict_have_no_calls(self):
        scored = replace(self.scored(flores=True), long_enough=False)
        everything = np.ones(len(scored.samples), dtype=bool)
        row = ranking._row(  # noqa: SLF001 - as above
            scored, everything, question="q", set="s", unit="u"
        )
        assert row["called"] is row["called_human"] is None


def test_a_table_is_aligned():
    columns = [
        Column("name", lambda row: row["name"], left=True),
        Column("figure", lambda row: row["x"]),
    ]
    shown = table(columns, [{"name": "long name", "x": "1"}, "a title", {"name": "b", "x": "22"}])
    assert shown.splitlines() == ["name       figure", "long name       1", "a title",
                                  "b              22"]  # fmt: skip


@pytest.fixture(scope="module")
def script():
    return load_script("evaluate")


class TestScript:
    def test_sections_by_comma_and_by_repeating(self, script):
        found = script.arguments_of(
            ["--corpora", "c", "--only", "human, transfer", "--only", "benchmark"]
        )
        assert found.only == ["human", "transfer", "benchmark"]

    def test_an_unknown_section(self, script, capsys):
        with pytest.raises(SystemExit):
            script.arguments_of(["--corpora", "c", "--only", "humans"])
        assert "no section 'humans'; there are ranking, human" in capsys.readouterr().err

    def test_all_sections_are_the_default(self, script):
        assert script.arguments_of(["--corpora", "c"]).only == list(script.SECTIONS)

    def test_a_plot_needs_its_section(self, script, capsys):
        with pytest.raises(SystemExit):
            script.arguments_of(["--corpora", "c", "--only", "human", "--plot", "p.svg"])
        assert "needs the section reliability" in capsys.readouterr().err

    def test_a_missing_file_is_named_at_once(self, script, tmp_path, capsys):
        missing = str(tmp_path / "none.jsonl")
        assert script.main([*MODEL, "--corpora", "c", "--language-models", missing]) == 2
        assert capsys.readouterr().err == f"evaluate.py: {missing} is missing\n"

    def test_a_missing_second_opinion_is_named_at_once(self, script, tmp_path, capsys):
        for name in ("en.npz", "en.json"):
            (tmp_path / name).write_bytes((ROOT / "models" / name).read_bytes())
        code = script.main(["--model", str(tmp_path / "en.npz"), "--corpora", "c"])
        assert code == 2
        assert "en.deep.json" in capsys.readouterr().err

    def test_every_section_is_documented(self, script):
        for name, module in script.SECTIONS.items():
            assert re.search(rf"^  {name} ", script.__doc__, re.MULTILINE)
            assert callable(module.rows)
            assert callable(module.text)

    def test_missing_corpora_are_one_line(self, script, tmp_path, capsys):
        code = script.main([*MODEL, "--corpora", str(tmp_path), "--only", "human"])
        assert code == 2
        assert len(capsys.readouterr().err.splitlines()) == 1

    def test_sections_of_the_same_model_are_kept(self, script, tmp_path):
        head, path = {"model": {"sha256": "a"}, "fpr": 0.01}, tmp_path / "metrics.json"
        assert script.measured_before(None, head) == script.measured_before(path, head) == {}
        for content, kept in (
            ({**head, "human": [1]}, {**head, "human": [1]}),
            ({**head, "model": {"sha256": "b"}, "human": [1]}, {}),
            ({**head, "fpr": 0.05, "human": [1]}, {}),
            ([1], {}),
        ):
            path.write_text(json.dumps(content), encoding="utf-8")
            assert script.measured_before(path, head) == kept
        path.write_text("{", encoding="utf-8")
        assert script.measured_before(path, head) == {}

    def test_figures_are_rounded_for_json(self, script):
        assert script.rounded({"a": (1 / 3, [2.0, 1]), "b": None}) == {
            "a": [0.33333, [2.0, 1]],
            "b": None,
        }
