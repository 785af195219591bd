"""The model card: every section stands or says that it was not measured, and figures are kept."""

from __future__ import annotations

import json
import math
import re
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import load_script

pytest.importorskip("sklearn")

from mtdetect.training import card
from mtdetect.training.resources import Meter

ROOT = Path(__file__).parent.parent
HEADER = {
    "name": "en",
    "version": "2030.01",
    "sha256": "ab12",
    "corpus": {
        "fingerprint": "cd34",
        "files": 6139,
        "training_texts": 123456,
        "calibration_documents": 44342,
        "seed": 7,
    },
}
RESOURCES = {"seconds": 300.0, "cpu_seconds": 480.0, "cores": 2, "memory_gb": 5.25}
EXAMPLES = [
    {"title": "Short", "text": "Too short.", "verdict": "insufficient", "probability": None,
     "words": 2},
    {"title": "Long", "text": "Long enough.", "verdict": "human", "probability": 0.345,
     "words": 41},
]  # fmt: skip


def ranking_row(**parts):
    return {
        "engine": "", "language": "", "question": "native vs round trip", "set": "wmt18",
        "unit": "8 sentences", "human": 1346, "machine": 2817, "auc": 0.8312,
        "auc_interval": [0.8111, 0.8444], "tpr5": 0.4217, "tpr5_interval": (0.37, 0.48),
        "tpr1": 0.2211, "tpr1_interval": (0.15, 0.36), **parts,
    }  # fmt: skip


def human_row(corpus, n, hits, *, part="", label="native", mixed=0):
    return {
        "corpus": corpus, "part": part, "label": label, "n": n, "machine_rate": hits / n,
        "machine_upper": 0.0777, "mixed_rate": mixed / n, "flagged_upper": 0.0888,
        "machine_rate_left_out": (hits + 1) / n,
    }  # fmt: skip


def register_row(register, n, hits):
    return {
        "register": register, "n": n, "machine_rate": hits / n, "machine_upper": 0.0555,
        "mixed_rate": 0.0, "flagged_upper": 0.0555, "mean_probability": 0.3, "median_words": 120,
    }  # fmt: skip


def held_out_row(name, question, chosen, auc):
    return {
        "held": "engine", "name": name, "question": question, "set": chosen, "human": 100,
        "machine": 600, "auc": auc, "auc_interval": [auc - 0.03, auc + 0.03], "seen_auc": 0.91,
    }  # fmt: skip


def benchmark_row(*, chosen):
    row = {"engine": "google", "level": "document", "units": "u", "rule": "r", "chosen": chosen}
    found = {"n": 138, "accuracy": 0.8696, "accuracy_interval": (0.802, 0.921), "auc": 0.946}
    return {
        **row,
        "cv_n": 732,
        "cv_accuracy": 0.83,
        "published": 0.848,
        **(found if chosen else {}),
    }


def spliced_row(**parts):
    return {
        "table": "found", "folds": "folds 0–1", "kind": "machine in human", "source": "",
        "documents": 418, "auc": 0.894, "auc_interval": (0.88, 0.91), "roc_f1": 0.659,
        "roc_f1_interval": (0.63, 0.69), "set_f1": 0.657, "set_f1_interval": (0.62, 0.68),
        "set_human": 0.041, "mixed": 0.165, **parts,
    }  # fmt: skip


def idiom_row(system, n, hits):
    return {
        "label": "literal", "half": "closed", "system": system, "language": system, "n": n,
        "found": hits, "share": hits / n, "share_interval": (0.33, 0.67),
    }  # fmt: skip


METRICS = {
    "fpr": 0.01,
    "ranking": [
        ranking_row(),
        ranking_row(engine="argos", auc=0.1234),
        ranking_row(question="human vs machine translation", set="wmt21", auc=0.7654, tpr1=None),
    ],
    "human": [
        human_row("bbc", 2000, 0),
        human_row("gum", 100, 1),
        human_row("wmt18 ht", 300, 6, label="ht"),
        human_row("wmt21 ht", 500, 6, label="ht", mixed=2),
        human_row("wmt18 native", 400, 1),
        human_row("gum", 40, 1, part="fiction"),
        human_row("newswire", 10, 2, part="example_post", label="press"),
        human_row("newswire", 11, 0, part="example_times", label="press"),
        human_row("human translations", 700, 9, part="cs", label="ht"),
    ],
    "language-models": [register_row("all registers", 220, 3), register_row("essay", 13, 0),
                        register_row("news", 14, 3)],
    "reliability": [{"words": "40–99", "n": 10593, "brier": 0.2041, "brier_interval": (0.2, 0.208),
                     "ece": 0.0262, "ece_interval": (0.018, 0.041), "bins": []}],
    "transfer": [{"fpr": fpr, "set_on": "abc", "n": 4191, "threshold": 0.5,
                  "rates": {"abc": 0.9, "bbc": 0.0123, "18f": fpr}} for fpr in (0.05, 0.01)],
    "held-out": [
        held_out_row("argos", "native vs round trip", "flores", 0.867),
        held_out_row("argos", "human vs machine translation", "wmt18", 0.708),
        held_out_row("deepl", "human vs machine translation", "wmt18", 0.812),
    ],
    "benchmark": [benchmark_row(chosen=False), benchmark_row(chosen=True)],
    "spliced": [spliced_row(), spliced_row(kind="human in machine", auc=0.1111),
                {"table": "flagged", "folds": "folds 0–1", "kind": "human"}],
    "spans": [{"ranking": "style", "words": 2000, "ranked": 200, "share": 0.033, "lift": 0.73,
               "lift_interval": (0.66, 0.81), "major": 0.67, "major_interval": (0.58, 0.75)}],
    "idioms": {
        "labelled": [idiom_row("all", 36, 18), idiom_row("deepl", 8, 8)],
        "native": [{"corpus": "all", "words": 6_315_289, "idioms": 1, "idioms_rate": 0.0158}],
    },
    "deep": {
        "ranking": [{**ranking_row(auc=0.8755, auc_interval=(0.86, 0.89)), "alone_auc": 0.851,
                     "gain": 0.0245, "gain_interval": (0.01, 0.04), "alone_tpr1": 0.3,
                     "called": 0.2, "alone_called": 0.1}],
        "human": [{"corpus": "clear", "n": 4723, "alone_rate": 0.005, "machine_rate": 0.004,
                   "machine_upper": 0.006}],
    },
}  # fmt: skip


def written(metrics=METRICS, resources=RESOURCES):
    return card.card(HEADER, metrics, examples=EXAMPLES, resources=resources)


def section(text, title):
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)[1]


def tables(text):
    """Consecutive lines that begin with a bar, cut into cells."""
    blocks = re.findall(r"(?:^\|.*\|\n)+", text + "\n", re.MULTILINE)
    return [[line[1:-1].split("|") for line in block.splitlines()] for block in blocks]


def test_the_whole_card():
    text = written()
    assert card.NOT_MEASURED not in text
    assert "$" not in text
    assert "nan" not in re.findall(r"\w+", text)
    assert text.startswith("# The model\n")
    assert text.endswith(".\n")
    for part in ("2030.01", "`ab12`", "`cd34`", "123,456", "44,342", "6,139", "seed 7"):
        assert part in text
    assert "never a proof" in " ".join(text.split())


def test_tables_are_well_formed():
    found = tables(written())
    assert len(found) == 14
    for heading, rule, *rows in found:
        assert rows
        assert all(set(cell.strip()) <= set("-:") for cell in rule)
        assert {len(row) for row in rows} == {len(heading)} == {len(rule)}


@pytest.mark.parametrize("name", [n for n in METRICS if n != "fpr"])
def test_a_section_that_was_not_measured(name):
    text = written({key: rows for key, rows in METRICS.items() if key != name})
    places = [place for place, (needed, _) in card.TABLES.items() if needed == name]
    assert text.count(card.NOT_MEASURED) == len(places) >= 1


def test_nothing_measured_at_all():
    text = written({"fpr": 0.01}, None)
    assert text.count(card.NOT_MEASURED) == len(card.TABLES)
    assert "Not known" in section(text, "What it took")


def test_ranking_of_whole_sets():
    text = section(written(), "What it finds")
    native, ht = tables(text)
    assert [c.strip() for c in native[2]] == [
        "wmt18, 8 sentences", "1,346 + 2,817", "0.83 (0.81–0.84)", "0.42 (0.37–0.48)",
        "0.22 (0.15–0.36)",
    ]  # fmt: skip
    assert len(native) == 3
    assert [c.strip() for c in ht[2]][::4] == ["wmt21, 8 sentences", "–"]


def test_a_figure_that_is_no_number_is_a_dash():
    text = written({**METRICS, "ranking": [ranking_row(auc=math.nan)]})
    assert "| – | 0.42" in text


def test_human_texts_by_kind():
    corpora, parts = tables(section(written(), "What it costs: human texts flagged"))
    rows = {row[0].strip(): [c.strip() for c in row[1:]] for row in [*corpora, *parts]}
    assert rows["BBC news"] == ["2,000", "0.00%", "7.77%", "0.00%", "0.05%"]
    assert rows["GUM, by genre: fiction"][:2] == ["40", "2.50%"]
    assert rows["press, by outlet: example_post"][:2] == ["10", "20.00%"]
    assert "press, by outlet: example_times" not in rows
    assert rows["human translations, by language: cs"][0] == "700"


def test_years_are_pooled_by_their_counts():
    (row,) = (line for line in written().splitlines() if line.startswith("| human translations, W"))
    # 12 of 800; the exact bound solves P(X <= 12) = 5 %.
    cells = [cell.strip() for cell in row.split("|")[2:-1]]
    assert cells == ["800", "1.50%", "2.42%", "0.25%", "1.75%"]


def test_where_it_points():
    text = section(written(), "Where it points")
    spliced, spans, idioms = ([c.strip() for c in t[2]] for t in tables(text))
    assert spliced == [
        "all", "0–1", "418", "0.89 (0.88–0.91)", "0.66 (0.63–0.69)", "0.66 (0.62–0.68)", "4.10%",
        "16.50%",
    ]  # fmt: skip
    assert spans[1:4] == ["200 of 2,000", "3.30%", "0.73 (0.66–0.81)"]
    assert idioms == ["literal", "closed", "36", "0.50 (0.33–0.67)"]
    assert all(len(t) == 3 for t in tables(text))
    assert "6,315,289 words of native English: 1 such finding, 0.02 in 100,000" in text


def test_the_other_tables_hold_their_figures():
    text = written()
    assert "| 40–99 | 10,593 | 0.204 (0.200–0.208) | 0.026 (0.018–0.041) |" in text
    assert "abc → bbc 1.2%." in section(text, "Thresholds carried over")
    assert "| google | document | 138 | 0.870 (0.802–0.921) | 0.95 | 0.848 |" in text
    held = tables(section(text, "Engines and languages never seen"))[0]
    assert [c.strip() for c in held[2]] == [
        "engine: argos", "0.87 (0.84–0.90)", "0.91", "–", "–", "0.71 (0.68–0.74)", "0.91"
    ]  # fmt: skip
    assert held[3][1].strip() == "–"
    registers = tables(section(text, "Text by language models"))[0]
    assert [row[0].strip() for row in registers[2:]] == ["all registers", "news"]


def test_a_second_opinion():
    gains, costs = tables(section(written(), "With a second opinion"))
    assert [c.strip() for c in gains[2]] == [
        "native vs round trip", "wmt18, 8 sentences", "1,346 + 2,817", "0.851",
        "0.875 (0.860–0.890)", "0.025 (0.010–0.040)", "0.30", "0.22 (0.15–0.36)",
    ]  # fmt: skip
    assert [c.strip() for c in costs[2]] == [
        "excerpts for school readers (CLEAR)", "4,723", "0.50%", "0.40%", "0.60%"
    ]  # fmt: skip


def test_examples_and_their_verdicts():
    weak = section(written(), "What is known to be weak")
    assert "- Short: **insufficient**, 2 words.\n\n  > Too short." in weak
    assert "- Long: **human**, probability 34%, 41 words." in weak


def test_energy_follows_from_the_stated_assumptions():
    took = " ".join(section(written(), "What it took").split())
    assert "5.0 minutes on a machine with 2 cores, 8.0 core-minutes" in took
    assert "5.2 GB" in took
    watt_hours = 480 / 3600 * card.WATTS_PER_CORE
    assert f"{watt_hours:.1f} Wh and {watt_hours / 1000 * card.GRAMS_PER_KWH:.1f} g of CO2" in took
    assert f"{card.WATTS_PER_CORE:.0f} W" in took
    assert f"{card.GRAMS_PER_KWH:.0f} g of CO2 a kilowatt-hour" in took


def test_the_quoted_texts_are_rated():
    asked = []

    def score(text, *, fpr, explain):
        asked.append((text, fpr, explain))
        return SimpleNamespace(verdict="human", probability=0.5, words=len(text.split()))

    rows = card.rated_examples(SimpleNamespace(score=score), 0.02)
    assert [row["text"] for row in rows] == [text for text, _, _ in asked]
    assert {(fpr, explain) for _, fpr, explain in asked} == {(0.02, False)}
    assert any(row["words"] < 40 for row in rows)


@pytest.mark.parametrize("resources", [RESOURCES, None])
def test_writing_reads_what_training_took(tmp_path, monkeypatch, resources):
    monkeypatch.setattr(card.Detector, "load", lambda _: None)
    monkeypatch.setattr(card, "rated_examples", lambda *_: EXAMPLES)
    monkeypatch.setattr(card.model_file, "read_header", lambda _: HEADER)
    if resources:
        (tmp_path / card.RESOURCES).write_text(json.dumps(resources), encoding="utf-8")
    path = tmp_path / "README.md"
    card.write(path, model=tmp_path / "en.npz", metrics=METRICS, work=tmp_path)
    assert path.read_text(encoding="utf-8") == written(resources=resources)


@pytest.fixture(scope="module")
def train():
    return load_script("train")


def test_training_measures_sections_of_the_evaluation(train):
    assert set(train.MEASURED) <= {section for section, _ in card.TABLES.values()}


def test_training_states_what_it_took():
    with Meter() as meter:
        held = bytearray(200_000_000)
        held[::4096] = b"x" * len(held[::4096])
        time.sleep(2.5)
        del held
        used = meter.used()
    assert 2.5 <= used["seconds"] < 60
    assert used["cores"] >= 1
    assert 0.2 < used["memory_gb"] < 100
    assert used["cpu_seconds"] > 0
    assert "core-minutes" in written(resources=used)


def test_texts_of_the_language_model():
    lines = (ROOT / "scripts/data/language_models.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["id"] for row in rows] == [f"lm-{n:03d}" for n in range(1, len(rows) + 1)]
    assert all(set(row) == {"id", "register", "prompt", "text"} for row in rows)
    assert all(row["text"].strip() and row["register"].strip() for row in rows)
