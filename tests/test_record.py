"""The record of the signals: kept, pooled, shown; and the docs page that is written from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtdetect import model, record
from mtdetect.evidence import Weighing
from mtdetect.model import ModelError
from mtdetect.record import LABELS, HandCount, Hits, Record, Texts
from mtdetect.render import signals_page
from mtdetect.render.catalogue import GROUPS, render_page
from mtdetect.signals import catalogue

DOCS = Path(__file__).parent.parent / "docs" / "signals.md"
NAME = "link_capital"
HEADER = {
    "name": "en",
    "version": "1.0",
    "signals": {NAME: {"weight": 1.5, "machine_rate": 0.05, "human_rate": 0.005}},
}
SMALL = Record(
    (
        Texts("native", "bbc", True, 100, 1000, 200.0, {NAME: Hits(2, 3, 4, 5)}),
        Texts("native", "abc", True, 50, 3000, 100.0),
        Texts("native", "wmt", False, 9, 90, 20.0, {NAME: Hits(1, 1, 1, 1)}),
        Texts("human translation", "wmt", False, 10, 100, 20.0, {"calque": Hits(1, 1, 1, 1)}),
        Texts("round trip", "wmt", False, 10, 100, 20.0, {NAME: Hits(3, 3, 3, 3)}),
        Texts("forward", "wmt", False, 30, 300, 60.0, {NAME: Hits(1, 1, 1, 1)}),
    ),
    {NAME: HandCount(10, 0, 1, 0.36, "capital at a link boundary")},
)


def test_what_was_saved_is_loaded(tmp_path):
    path = record.beside(tmp_path / "en.npz")
    assert path.name == "en.evidence.json"
    record.save(path, SMALL)
    assert record.load(path) == SMALL
    assert len(path.read_text(encoding="utf-8").splitlines()) == len(SMALL.texts) + 5


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"texts": [{"hits": 1}], "by_hand": {}}', '{"texts": 1}']
)
def test_what_is_no_record_is_refused(content, tmp_path):
    path = tmp_path / "en.evidence.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match="not a record of signals"):
        record.load(path)


def test_a_missing_record_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"en\.evidence\.json: No such file"):
        record.load(tmp_path / "en.evidence.json")


def test_every_paragraph_of_the_trusted_corpora_counts_once():
    native = SMALL.native()
    assert (native.documents, native.paragraphs, native.pages) == (150, 4000, 300.0)
    assert native.of(NAME) == Hits(2, 3, 4, 5)
    assert native.per_10_000(NAME) == 7.5
    assert native.of("calque") == Hits()


def test_labels_are_pooled_apart_from_the_trusted_corpora():
    assert [(row.label, row.trusted) for row in SMALL.pooled()] == list(GROUPS)
    machine = SMALL.labelled("round trip", "forward")
    assert (machine.paragraphs, machine.of(NAME)) == (400, Hits(4, 4, 4, 4))
    assert SMALL.labelled("native").of(NAME) == Hits(1, 1, 1, 1)
    assert Record((), {}).native().per_10_000(NAME) == 0.0


def test_pooling_leaves_the_rows_alone():
    before = [(row.paragraphs, dict(row.hits)) for row in SMALL.texts]
    SMALL.pooled()
    assert [(row.paragraphs, dict(row.hits)) for row in SMALL.texts] == before


class TestPage:
    def test_the_record_is_shown_by_corpus_where_the_signal_fired(self):
        page = render_page(catalogue()[NAME], HEADER, SMALL).splitlines()
        start = next(i for i, line in enumerate(page) if line.startswith("Fired in"))
        rows = [line.split() for line in page[start + 1 : start + 4]]
        assert rows == [
            ["native", "text", "2", "of", "150", "3", "of", "4,000", "7.5"],
            ["bbc", "2", "of", "100", "3", "of", "1,000", "30.0"],
            ["native,", "sentences", "joined", "1", "of", "9", "1", "of", "90", "111.1"],
        ]
        assert "on 10 of 84 machine-translated, 0 of 87 edited and 1 of 73" in " ".join(page)
        assert all(len(line) <= 100 for line in page)

    def test_a_signal_never_counted_by_hand_has_its_rows_all_the_same(self):
        page = render_page(catalogue()["native_idioms"], HEADER, SMALL)
        assert "native text" in page
        assert "A reader noticed" not in page

    def test_a_model_may_come_without_a_record(self):
        assert "Fired in" not in render_page(catalogue()[NAME], HEADER)


class TestDocsPage:
    def test_it_is_what_the_signals_and_the_shipped_record_say(self):
        page = signals_page.render(catalogue().values(), model.model_header(), record.shipped())
        stale = "docs/signals.md is stale: run python scripts/evidence.py --docs docs/signals.md"
        assert DOCS.read_text(encoding="utf-8") == page, stale

    def test_every_signal_has_a_row_and_a_section(self):
        page = signals_page.render(catalogue().values(), HEADER, SMALL).splitlines()
        for name, signal in catalogue().items():
            assert f"### {name}" in page
            assert any(line.startswith(f"| [{name}](#{name}) | {signal.family} |") for line in page)
        row = next(line for line in page if line.startswith(f"| [{NAME}]"))
        assert row.endswith("| boundaries | +1.50 | +2.30 | 7.5 | 10 | 0, 1 | 100.0 | 0.0 |")
        assert "Not once in abc." in page

    def test_what_the_model_does_not_weigh_has_dashes(self):
        page = signals_page.render([catalogue()["calque"]], HEADER, SMALL)
        assert "| [calque](#calque) | lexis | — | — | 0.0 |  |  | 0.0 | 100.0 |" in page


def test_the_log_ratio_compares_the_rates():
    assert Weighing(1.5, 0.05, 0.005).log_ratio() == pytest.approx(2.302585)


def test_the_shipped_record_is_whole():
    shipped = record.shipped()
    assert {row.label for row in shipped.texts} == set(LABELS)
    assert len(shipped.trusted()) == 8
    assert shipped.native().paragraphs > 50_000
    for row in shipped.texts:
        for name, hits in row.hits.items():
            assert name in catalogue()
            assert 0 < hits.documents <= min(hits.paragraphs, row.documents)
            assert hits.paragraphs <= hits.findings
            assert hits.documents <= hits.pages <= hits.findings
