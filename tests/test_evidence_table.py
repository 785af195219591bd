"""Counting where signals fire, and what that and the pages read by hand make them weigh."""

from __future__ import annotations

import hashlib
import json
import math

import numpy as np
import pytest

pytest.importorskip("sklearn")

from conftest import load_script

from mtdetect import record
from mtdetect.record import Hits, Record, Texts
from mtdetect.signals import catalogue
from mtdetect.training import evidence_table, weights
from mtdetect.training.calibrate import Measured
from mtdetect.training.evidence_table import Text
from mtdetect.training.manifest import Manifest
from mtdetect.training.units import Sample

DAMAGED = "The band met the mayor Late Friday. It left.\n\nNobody knew why it had gone so soon."
CLEAN = "The band met the mayor and left.\n\nNobody knew why it had gone so soon."
NAME = "link_capital"


def native(trusted=True, corpus="bbc", pages=2000.0, paragraphs=20_000, **hits):
    return Texts("native", corpus, trusted, 1000, paragraphs, pages, hits)


def weighed(*rows):
    return weights.weigh_signals(Record(rows, weights.wild_rates()))


class TestCount:
    def count(self, *texts):
        names = [NAME, "calque"]
        return evidence_table.count(texts, names, n_jobs=1, progress=lambda _: None)

    def test_documents_paragraphs_pages_and_findings(self):
        twice = DAMAGED.replace("left", "left the harbour Early Monday")
        far = f"{DAMAGED}\n\n{'Nobody saw them leave. ' * 100}\n\n{DAMAGED}"
        (row,) = self.count(*(Text("native", "bbc", True, text) for text in (CLEAN, twice, far)))
        assert (row.documents, row.paragraphs) == (3, 9)
        assert row.of(NAME) == Hits(documents=2, paragraphs=3, pages=3, findings=4)
        assert row.of("calque") == Hits()
        assert row.pages == pytest.approx((len(CLEAN) + len(twice) + len(far)) / 2000, rel=0.01)

    def test_labels_and_corpora_are_rows_in_order(self):
        rows = self.count(
            Text("forward", "wmt", False, CLEAN),
            Text("native", "wmt", False, CLEAN),
            Text("native", "bbc", True, DAMAGED),
            Text("forward", "wmt", False, DAMAGED),
        )
        assert [(r.label, r.corpus, r.documents) for r in rows] == [
            ("native", "bbc", 1),
            ("native", "wmt", 1),
            ("forward", "wmt", 2),
        ]
        assert rows[2].of(NAME).documents == 1

    def test_chunks_add_up(self, monkeypatch):
        texts = [Text("native", "bbc", True, DAMAGED)] * 5
        whole = self.count(*texts)
        monkeypatch.setattr(evidence_table, "CHUNK", 2)
        assert self.count(*texts) == whole

    def test_nothing_to_count(self):
        assert self.count() == ()


def one_article(root):
    """A manifest of one article."""
    path = "BBC-Dataset-News-Classification/dataset/data_files/sport/1.txt"
    (root / path).parent.mkdir(parents=True)
    (root / path).write_text(DAMAGED, encoding="utf-8")
    digest = hashlib.sha256((root / path).read_bytes()).hexdigest()
    (root / "manifest").write_text(f"{digest}  {path}\n", encoding="utf-8")
    return ["--corpora", str(root), "--manifest", str(root / "manifest"), "--jobs", "1"]


class TestScript:
    @pytest.fixture
    def script(self, monkeypatch):
        """The script on the corpora of single files alone; archives would have to be there."""
        for name in ("nltk_plain", "essays", "flores", "wmt_systems"):
            monkeypatch.setattr(evidence_table.corpora, name, lambda *_: iter(()))
        return load_script("evidence").main

    def test_a_signal_by_corpus(self, script, tmp_path, capsys):
        assert script([*one_article(tmp_path), "--only", "link-capital"]) == 0
        rows = [line.split() for line in capsys.readouterr().out.splitlines()]
        assert ["native", "bbc", "1", "/", "1", "1", "/", "2", "5000.0"] in [
            row[:9] for row in rows
        ]

    def test_the_whole_table_and_the_record(self, script, tmp_path, capsys):
        out = tmp_path / "en.evidence.json"
        assert script([*one_article(tmp_path), "--out", str(out)]) == 0
        table = capsys.readouterr().out
        assert all(name in table for name in catalogue())
        assert record.load(out).native().of(NAME).documents == 1
        assert set(json.loads(out.read_text(encoding="utf-8"))["by_hand"]) <= set(catalogue())

    def test_places_are_shown(self, script, tmp_path, capsys):
        assert script([*one_article(tmp_path), "--show", NAME]) == 0
        line, row = capsys.readouterr().out.splitlines()
        assert line[row.index("─") : row.rindex("─") + 1] == "Late"

    def test_a_file_that_is_missing_is_named(self, script, tmp_path, capsys):
        arguments = one_article(tmp_path)
        next(tmp_path.rglob("1.txt")).unlink()
        assert script(arguments) == 2
        assert "1.txt" in capsys.readouterr().err

    def test_the_docs_page_needs_no_corpora(self, script, tmp_path):
        assert script(["--docs", str(tmp_path / "signals.md")]) == 0
        assert (tmp_path / "signals.md").read_text(encoding="utf-8").startswith("# Signals\n")

    @pytest.mark.parametrize(
        "argv",
        [
            [],
            ["--corpora", ".", "--only", "no_such_signal"],
            ["--corpora", ".", "--out", "x", "--native"],
        ],
    )
    def test_wrong_usage(self, argv, script):
        with pytest.raises(SystemExit, match="2"):
            script(argv)


def test_only_the_listed_native_corpora_are_trusted(tmp_path, monkeypatch):
    one_article(tmp_path)
    manifest = Manifest.load(tmp_path, tmp_path / "manifest")
    monkeypatch.setattr(evidence_table.corpora, "nltk_plain", lambda _: iter(()))
    (text,) = evidence_table.native_texts(manifest)
    assert text == Text("native", "bbc", True, DAMAGED)


class TestPagesByHand:
    def test_rows_of_the_table_are_signals(self):
        rows = weights.wild_rates()
        assert rows
        assert set(rows) <= set(catalogue())
        for row in rows.values():
            assert 0 <= row.machine <= 84
            assert 0 <= row.edited <= 87
            assert 0 <= row.amateur <= 73
            assert 0 < row.recall <= 0.5
            assert row.kind

    def test_the_shipped_record_has_the_same(self):
        assert record.shipped().by_hand == weights.wild_rates()


class TestWeighSignals:
    def test_damage_speaks_for_a_machine_and_learners_errors_against_it(self):
        entries = weighed(native())
        rows = weights.wild_rates()
        assert set(entries) == set(rows)
        for name, entry in entries.items():
            assert abs(entry["weight"]) <= weights.WEIGHT_CAP
            if rows[name].machine < rows[name].edited + rows[name].amateur:
                assert entry["weight"] <= 0
            else:
                assert entry["weight"] >= 0
        assert entries[NAME]["weight"] > 1
        assert entries["agreement_errors"]["weight"] < 0

    def test_a_rule_that_fires_on_native_pages_loses_its_weight(self):
        rates = [
            weighed(native(link_capital=Hits(n, n, n, n)))[NAME]["weight"] for n in (0, 10, 40, 400)
        ]
        assert rates[0] > 1.5 >= rates[1] > 0.7 >= rates[2] > rates[3] >= 0

    def test_only_trusted_corpora_decide_and_every_page_counts_once(self):
        noisy = Hits(99, 99, 99, 99)
        untrusted = native(trusted=False, link_capital=noisy)
        assert weighed(native(), untrusted)[NAME] == weighed(native())[NAME]
        parts = [native(corpus=name, link_capital=Hits(5, 5, 5, 5)) for name in ("abc", "bbc")]
        whole = native(pages=4000.0, paragraphs=40_000, link_capital=Hits(10, 10, 10, 10))
        assert weighed(*parts)[NAME] == weighed(whole)[NAME]

    def test_many_findings_on_one_page_are_one_page(self):
        once, often = (native(link_capital=Hits(1, 1, 1, n)) for n in (1, 500))
        assert weighed(once) == weighed(often)

    def test_wording_is_counted_in_clean_translations_too(self):
        def clean(person, machine):
            many, few = Hits(90, 90, 90, 90), Hits(1, 1, 1, 1)
            return (
                Texts(label, "wmt", False, 100, 1000, 500.0, {"spelling_mix": hits, NAME: hits})
                for label, hits in (
                    ("human translation", many if person else few),
                    ("forward", many if machine else few),
                )
            )

        none, person, machine = (
            weighed(native(), *rows) for rows in ((), clean(1, 0), clean(0, 1))
        )
        assert person["spelling_mix"]["weight"] < none["spelling_mix"]["weight"]
        assert none["spelling_mix"]["machine_rate"] < machine["spelling_mix"]["machine_rate"]
        assert machine["spelling_mix"]["weight"] == weights.WORDING_CAP
        assert person[NAME] == machine[NAME] == none[NAME]

    def test_what_was_never_seen_is_rare_not_impossible(self):
        few, many = (weighed(native(pages=n))["swallowed_subject"] for n in (50.0, 5000.0))
        assert few["human_rate"] > many["human_rate"] > 0


class TestBars:
    @pytest.mark.parametrize(
        ("weight", "per_10_000", "wanted"),
        [
            (2.4, 0.0, 2.4),
            (9.0, 0.0, 2.5),
            (2.4, 1.99, 2.4),
            (2.4, 2.0, 1.5),
            (1.2, 2.0, 1.2),
            (2.4, 10.0, 0.7),
            (-9.0, 99.0, -2.5),
        ],
    )
    def test_false_hits_cap_the_weight(self, weight, per_10_000, wanted):
        assert weights.capped(weight, per_10_000) == wanted


class TestTwins:
    def weigh(self, rate_machine, rate_human, name, *, n=400, hits=()):
        """Texts that the style model cannot tell apart; ``name`` fires at the two rates."""
        rng = np.random.default_rng(0)
        machine = np.arange(n) % 2 == 0
        samples = [Sample("", "mt" if m else "ht", "ht", "wmt18", "", "", "", "", "", 1)
                   for m in machine]  # fmt: skip
        chance = np.where(machine, rate_machine, rate_human)
        measured = [
            Measured(100, 1.0, 0.0, 0.0, {name: int(fires)}) for fires in rng.random(n) < chance
        ]
        style_log_odds = np.where(machine, 1.0, -1.0) + rng.normal(0, 2, n)
        counted = Record((native(**dict(hits)),), weights.wild_rates())
        return weights.weigh_on_twins(counted, samples, measured, style_log_odds, np.ones(n))

    def test_what_people_write_more_often_speaks_for_them(self):
        entry = self.weigh(0.1, 0.5, "native_idioms")["native_idioms"]
        assert -weights.WEIGHT_CAP <= entry["weight"] < -0.5
        assert entry["human_rate"] > entry["machine_rate"] > 0

    def test_a_mark_of_a_human_hand_never_speaks_for_a_machine(self):
        assert self.weigh(0.5, 0.1, "native_idioms")["native_idioms"]["weight"] == 0.0

    def test_what_fires_in_a_handful_of_texts_is_not_weighed(self):
        entry = self.weigh(0.05, 0.0, "native_idioms")["native_idioms"]
        assert entry["weight"] == 0.0
        assert math.isfinite(math.log(entry["machine_rate"] / entry["human_rate"]))

    def test_signals_counted_by_hand_are_left_out(self):
        entries = self.weigh(0.5, 0.1, "native_idioms")
        assert set(entries) == set(catalogue()) - set(weights.wild_rates())
