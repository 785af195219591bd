"""Spliced documents and the figures on them: what is put where, and what is counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("sklearn")

from test_rating import HUMAN, MACHINE, RATER

from mtdetect.text import Document
from mtdetect.training import splices
from mtdetect.training.corpora import Block
from mtdetect.training.evaluation import spliced
from mtdetect.training.evaluation.spliced import Judged, Paragraph
from mtdetect.training.splices import INSERTED_LINES, Host, Part, Splice, Twins, twins_in_turn

HOST = Host("bbc", "bbc-1", tuple(f"Paragraph {n} of the host. It is native." for n in range(6)))


def sentence_block(label, number, *, corpus="wmt18", lines=2 * INSERTED_LINES):
    human = [f"{label} line {number}.{i} was written by a person." for i in range(lines)]
    machine = [f"{label} line {number}.{i} is written of a machine." for i in range(lines)]
    return Block(corpus, corpus, label, human, {("google", "de"): machine})


BLOCKS = [
    sentence_block("native", 1),
    sentence_block("ht", 2),
    sentence_block("native", 3, corpus="wmt16"),
    sentence_block("ht", 4, corpus="wmt16"),
]


class TestSplices:
    def test_twins_stand_line_by_line_and_sources_and_corpora_take_turns(self):
        found = list(twins_in_turn(BLOCKS, INSERTED_LINES))
        assert len(found) == 8
        for machine, human in found:
            assert machine.text == human.text.replace(
                "was written by a", "is written of a"
            ).replace("person", "machine")
        assert [twins.machine.source for twins in found] == ["ht", "native"] * 4
        corpora = [twins.machine.corpus for twins in found]
        assert all(set(corpora[i : i + 4]) == {"wmt16", "wmt18"} for i in (0, 4))

    def test_the_parts_lie_where_they_are_said_to(self):
        twins = next(twins_in_turn(BLOCKS, INSERTED_LINES))
        found = list(splices.into_human(HOST, twins, 0))
        assert [s.kind for s in found] == ["machine in human", "human in human", "human"]
        for splice, inserted in zip(found, (*twins, None), strict=True):
            spans = [(span.of(splice.text), part) for span, part in splice.placed()]
            assert "\n\n".join(text for text, _ in spans) == splice.text
            assert [text for text, part in spans if part.inserted] == (
                [inserted.text] if inserted else []
            )
            host = "\n\n".join(text for text, part in spans if not part.inserted)
            assert host == "\n\n".join(HOST.paragraphs)
        assert [any(part.machine for part in s.parts) for s in found] == [True, False, False]

    def test_a_machine_host_comes_with_its_twin_and_human_paragraphs(self):
        twins = next(twins_in_turn(BLOCKS, INSERTED_LINES))
        mixed, machine, human = splices.into_machine(twins, HOST.paragraphs[:3], 0)
        assert [(p.machine, p.inserted) for p in mixed.parts if p.inserted] == [(False, True)]
        assert all(part.machine for part in mixed.parts if not part.inserted)
        assert (machine.text, human.text) == (twins.machine.text, twins.human.text)
        assert machine.name == human.name == mixed.name

    def test_insertions_have_three_paragraphs_and_enough_sentences(self):
        twins = next(twins_in_turn(BLOCKS, INSERTED_LINES))
        assert splices.can_be_inserted(twins)
        for text in (
            twins.human.text.replace("\n\n", " "),
            twins.human.text.replace(". ", ", "),
        ):
            spoiled = replace(twins.human, text=text)
            assert not splices.can_be_inserted(Twins(twins.machine, spoiled))

    def test_documents_stay_within_a_fold_and_are_the_same_every_time(self, monkeypatch):
        hosts = [HOST._replace(group=f"bbc-{n}") for n in range(40)]
        monkeypatch.setattr(splices, "human_hosts", lambda _: iter(hosts))
        monkeypatch.setattr(splices, "paired_blocks", lambda _: iter(BLOCKS))
        found = list(splices.splices(None))
        assert found == list(splices.splices(None))
        assert {splice.kind for splice in found} >= {"machine in human", "human", "human in human"}
        folds = {"wmt18": 0, "wmt16": 1}
        for splice in found:
            assert splice.fold == folds[splice.corpus]
            if splice.host == "bbc":
                assert splices.fold_of(splice.name) == splice.fold
        hosts_used = [splice.name for splice in found if splice.kind == "human"]
        assert len(hosts_used) == len(set(hosts_used))

    def test_long_hosts_are_cut_after_the_paragraph_that_reaches_the_most(self):
        paragraphs = ["word " * 400] * 6
        assert splices.cut(paragraphs) == paragraphs[:3]
        assert splices.cut(paragraphs[:2]) == paragraphs[:2]


def splice(*parts, kind="machine in human", fold=0, source="forward"):
    return Splice(kind, parts, fold, "bbc", "a", source, "wmt18", "google")


MIXED = splice(
    Part((f"{HUMAN} {HUMAN} {HUMAN}",) * 2, machine=False),
    Part((f"{MACHINE} {MACHINE} {MACHINE}",) * 2, machine=True, inserted=True),
    Part((f"{HUMAN} {HUMAN} {HUMAN}",), machine=False),
)


class TestJudging:
    def test_paragraphs_know_what_they_are_made_of(self):
        judged = spliced.judge(MIXED, RATER, 0.01)
        assert [p.machine for p in judged.paragraphs] == [False, False, True, True, False]
        assert [p.inserted for p in judged.paragraphs] == [p.machine for p in judged.paragraphs]
        assert [p.probability > 0.5 for p in judged.paragraphs] == [
            p.machine for p in judged.paragraphs
        ]
        assert judged.verdict == "mixed"
        assert all(p.called == p.machine for p in judged.paragraphs)
        assert judged.edges == (0, 0)

    def test_edges_count_sentences(self):
        shifted = splice(
            Part((HUMAN,) * 4, machine=False),
            Part((HUMAN, f"{MACHINE} {MACHINE}", f"{MACHINE} {MACHINE}"), True, inserted=True),
            Part((HUMAN,) * 4, machine=False),
        )
        assert spliced.judge(shifted, RATER, 0.01).edges == (1, 0)

    def test_without_a_passage_there_are_no_edges(self):
        human = splice(
            Part((HUMAN,) * 4, machine=False), Part((HUMAN,) * 3, machine=False, inserted=True)
        )
        assert spliced.judge(human, RATER, 0.01).edges is None
        assert len(Document(human.text).prose_sentences) == 7


def judged(*paragraphs, kind="machine in human", edges=None, fold=0, verdict="human"):
    """Paragraphs as (probability, called, machine)."""
    whole = Part(("text",), machine=kind == "machine")
    return Judged(
        splice(whole, kind=kind, fold=fold),
        verdict,
        tuple(Paragraph(p, c, m, inserted=m) for p, c, m in paragraphs),
        edges,
    )


class TestFigures:
    def test_f1_by_hand(self):
        flagged = np.array([True, True, False, False, True])
        machine = np.array([True, False, True, False, True])
        assert spliced.f1(flagged, machine, np.ones(5)) == pytest.approx((2 / 3, 2 / 3, 2 / 3, 0.5))
        doubled = spliced.f1(flagged, machine, np.array([2.0, 1, 1, 1, 1]))
        assert doubled == pytest.approx((6 / 8, 3 / 4, 3 / 4, 0.5))

    @given(
        st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=20),
    )
    def test_f1_is_the_harmonic_mean(self, drawn):
        flagged, machine = (np.array(column) for column in zip(*drawn, strict=True))
        f1, precision, recall, human = spliced.f1(flagged, machine, np.ones(len(drawn)))
        assert all(0 <= share <= 1 for share in (f1, precision, recall, human))
        if precision and recall:
            assert f1 == pytest.approx(2 / (1 / precision + 1 / recall))
        else:
            assert f1 == 0

    def test_at_most_five_per_cent_of_human_paragraphs_are_flagged_on_the_curve(self):
        rng = np.random.default_rng(0)
        documents = [
            judged(*((float(p), False, False) for p in rng.uniform(0, 0.8, 10)), (0.7, True, True))
            for _ in range(40)
        ]
        row = spliced.finding(documents, threshold=0.75)
        assert row["roc_human"] <= 0.05
        assert row["set_human"] == pytest.approx(
            np.mean([p.probability > 0.75 for d in documents for p in d.paragraphs[:10]])
        )
        assert (row["roc_recall"], row["set_recall"], row["verdict_recall"]) == (0, 0, 1)
        assert row["verdict_f1"] == 1
        low, high = row["auc_interval"]
        assert low <= row["auc"] <= high

    def test_boundaries_count_touched_documents_alone(self):
        documents = [judged(edges=e) for e in ((0, 1), (1, 5), (2, 0), None)]
        found = spliced.boundaries(documents)
        assert found == pytest.approx(
            {"touched": 3 / 4, "start": 2 / 3, "end": 2 / 3, "both": 1 / 3}
        )
        assert spliced.boundaries([judged()])["both"] is None
        assert spliced.boundaries([])["touched"] is None

    def test_the_threshold_comes_from_the_other_folds(self, monkeypatch):
        def fake(item, rater, fpr):
            assert (rater, fpr) == (f"rater {item.fold}", 0.01)
            human = 0.2 if item.fold in spliced.CHOOSING else 0.6
            return judged(
                (human, False, False),
                (0.9, True, item.kind in {"machine in human", "machine"}),
                kind=item.kind,
                fold=item.fold,
                verdict="mixed",
            )

        kinds = ("machine in human", "human", "human twin", "human in human", "machine")
        documents = [
            splice(Part(("x",), machine=False), kind=kind, fold=fold)
            for kind in kinds
            for fold in range(5)
            for _ in range(3)
        ]
        monkeypatch.setattr(spliced, "splices", lambda _: iter(documents))
        monkeypatch.setattr(spliced, "judge", fake)

        class Run:
            manifest, fpr, progress = None, 0.01, staticmethod(lambda _: None)
            raters = tuple(f"rater {fold}" for fold in range(5))

        rows = spliced.rows(Run)
        thresholds = {r["folds"]: r["threshold"] for r in rows if r["table"] == "found"}
        assert thresholds == pytest.approx({"folds 0–1": 0.2, "folds 2–4": 0.6})
        reported = [r for r in rows if r["folds"] == "folds 0–1"]
        (found,) = (r for r in reported if r["table"] == "found" and not r["source"])
        assert (found["set_human"], found["mixed"]) == (1, 1)
        whole = {r["kind"]: r["above"] for r in reported if r["table"] == "flagged"}
        assert whole["human"] == whole["human: bbc"] == 1
        shown = spliced.text(rows)
        assert "folds 0–1" in shown
        assert "machine in human, forward" in shown
        assert "human: bbc" in shown

    def test_reliability_weighs_both_origins_alike(self):
        documents = [judged((0.1, False, False)) for _ in range(10)]
        documents += [judged((0.9, False, True), kind="machine") for _ in range(5)]
        row = spliced.reliability(documents)
        assert (row["auc"], row["paragraphs"]) == (1, 15)
        assert row["ece"] == pytest.approx(0.1)
