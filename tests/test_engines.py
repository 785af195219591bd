"""Spark, Ray, datatrove and datasets: the engines themselves, with the scores of mtdetect.score."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import math
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd  # noqa: TC002 - Spark reads the annotations of a UDF
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import load_script

import mtdetect
from mtdetect.batch import Scorer
from mtdetect.ray import RayScorer

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples" / "engines"
GUIDE = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
NATIVE, ROUND_TRIP = (
    (ROOT / "examples" / f"{name}.txt").read_text(encoding="utf-8")
    for name in ("native", "round_trip")
)
TEXTS = [ROUND_TRIP, NATIVE, None, "Too short to tell.", "", "Le train est en retard. " * 40]
NAMES = ("probability", "log_odds", "verdict", "error")

# Run by scripts/check_all; what an engine warns of itself is its own affair.
REAL_ENGINE = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


def assert_scored(values, text):
    """Values by name are what ``mtdetect.score`` says of a text."""
    if text is None:
        assert values == {**dict.fromkeys(NAMES), "error": "missing (None)"}
        return
    report = mtdetect.score(text, explain=False)
    assert values["verdict"] == report.verdict
    assert values["probability"] == pytest.approx(report.probability, abs=1e-9)
    assert values["log_odds"] == pytest.approx(report.log_odds, abs=1e-9)
    assert values["error"] is None


def assert_all_scored(rows, texts=TEXTS, files=2):
    """Every text of every file is there once; rows have an id and columns of scores."""
    assert sorted(row["id"] for row in rows) == sorted(
        f"{file}-{i}" for file in range(files) for i in range(len(texts))
    )
    for row in rows:
        values = row.get("mt") or {name: row[f"mtdetect_{name}"] for name in NAMES}
        assert_scored(values, texts[int(row["id"].split("-")[1])])


@pytest.fixture
def pages(tmp_path):
    """Two files of JSON Lines, and one without a line."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for file in range(2):
        rows = ({"id": f"{file}-{i}", "text": text} for i, text in enumerate(TEXTS))
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{file}.jsonl").write_text(lines, encoding="utf-8")
    (folder / "2.jsonl").touch()
    return folder


def run(name, *arguments, cwd):
    """An example, as somebody would run it."""
    offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(cwd / "hf"), "RAY_USAGE_STATS_ENABLED": "0"}
    done = subprocess.run(  # noqa: S603 - this interpreter, on our own files
        [sys.executable, EXAMPLES / f"{name}.py", *arguments],
        cwd=cwd,
        env={**os.environ, **offline},
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr[-3000:]


# Ray


def scored_by_ray(cells, kind=None, **settings):
    table = pa.table({"text": pa.array(cells, kind)})
    return RayScorer("text", **settings)(table)


def test_a_batch_for_ray_has_the_same_types_whatever_is_in_it():
    usual, nulls, none = (
        scored_by_ray(cells, pa.string()) for cells in ([ROUND_TRIP], [None, None], [])
    )
    assert usual.schema == nulls.schema == none.schema
    assert [str(kind) for kind in usual.schema.types[1:]] == [
        "double",
        "double",
        "string",
        "string",
    ]
    assert none.num_rows == 0


@pytest.mark.parametrize(
    ("cells", "error"),
    [
        ([1, 2], "int, not a string"),
        ([b"abc"], "bytes, not a string"),
        ([["abc"]], "list, not a string"),
        ([dt.date(2020, 1, 1)], "date, not a string"),
        ([None], "missing (None)"),
    ],
)
def test_a_batch_for_ray_of_another_type_keeps_its_rows(cells, error):
    rows = scored_by_ray(cells).to_pylist()
    assert [row["mtdetect_error"] for row in rows] == [error] * len(cells)
    assert [row["text"] for row in rows] == cells


def test_settings_reach_the_batches_of_ray():
    (row,) = scored_by_ray([ROUND_TRIP], annotate=True, prefix="mt.").to_pylist()
    assert json.loads(row["mt.findings"])
    assert scored_by_ray([None], score_only=True).schema.names[-1] == "mtdetect_error"


def test_scores_of_another_run_are_replaced_for_ray():
    once = scored_by_ray([ROUND_TRIP])
    assert RayScorer("text")(once).equals(once)


def test_what_ray_gets_wrong_is_told():
    with pytest.raises(TypeError, match="batch_format"):
        RayScorer("text")({"text": ["abc"]})
    with pytest.raises(ValueError, match="no column 'body'"):
        RayScorer("body")(pa.table({"text": ["abc"]}))
    with pytest.raises(ValueError, match="fpr"):
        RayScorer("text", fpr=9)


class TestRay:
    pytestmark = REAL_ENGINE

    @pytest.fixture
    def ray(self, monkeypatch):
        monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        return pytest.importorskip("ray", reason='needs pip install ".[ray]"')

    @pytest.mark.usefixtures("ray")
    def test_the_example(self, pages, tmp_path):
        run("score_with_ray", pages, tmp_path / "out", cwd=tmp_path)
        assert_all_scored(pq.read_table(tmp_path / "out").to_pylist())

    def test_what_a_dead_actor_had_is_scored_again(self, ray, tmp_path):
        died = tmp_path / "died"

        class Mortal(RayScorer):
            def __call__(self, batch):
                if not died.exists():
                    died.touch()
                    os._exit(1)
                return super().__call__(batch)

        ray.init(num_cpus=2, object_store_memory=100 * 2**20, include_dashboard=False)
        try:
            rows = [{"id": f"0-{i}", "text": text} for i, text in enumerate(TEXTS)]
            dataset = ray.data.from_items(rows, override_num_blocks=2).map_batches(
                Mortal, batch_format="pyarrow", compute=ray.data.ActorPoolStrategy(size=1)
            )
            assert_all_scored(dataset.take_all(), files=1)
        finally:
            ray.shutdown()
        assert died.exists()


# Spark


class TestSpark:
    pytestmark = REAL_ENGINE

    @pytest.fixture(scope="class")
    def score_column(self):
        if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
            pytest.skip("needs Java")
        return pytest.importorskip("mtdetect.spark", reason='needs ".[spark]"').score_column

    @pytest.fixture(scope="class")
    def spark(self, score_column):  # noqa: ARG002 - which skips where there is no Spark
        """Two workers that try a task three times."""
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        session = (
            importlib.import_module("pyspark.sql")
            .SparkSession.builder.master("local[2, 3]")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate()
        )
        yield session
        session.stop()

    @pytest.mark.usefixtures("score_column")
    def test_the_example(self, pages, tmp_path):
        run("score_with_spark", pages, tmp_path / "out", cwd=tmp_path)
        assert_all_scored(pq.read_table(tmp_path / "out").to_pylist())

    def test_empty_partitions_and_no_shuffle(self, spark, score_column, capsys):
        table = spark.createDataFrame([(text,) for text in TEXTS[:3]], "text string")
        scores = table.select(score_column("text"))
        assert len(table.repartition(5).select(score_column("text")).collect()) == 3
        capsys.readouterr()
        scores.explain()
        plan = capsys.readouterr().out
        assert "Python" in plan
        assert "Exchange" not in plan  # no shuffle

    def test_settings_reach_the_workers(self, spark, score_column):
        table = spark.createDataFrame([(ROUND_TRIP,)], "text string")
        (row,) = table.select(score_column("text", annotate=True).alias("mt")).collect()
        assert list(row.mt.asDict()) == list(Scorer(annotate=True, prefix="").columns)
        assert json.loads(row.mt.findings)
        assert table.where("false").select(score_column("text")).collect() == []

    @pytest.mark.parametrize(
        ("expression", "error"),
        [
            ("n", "int, not a string"),
            ("cast(text as binary)", "bytes, not a string"),
            ("array(text)", "ndarray, not a string"),
            ("struct(text)", "dict, not a string"),
            ("cast(null as string)", "missing (None)"),
        ],
    )
    def test_other_types_keep_their_rows(self, spark, score_column, expression, error):
        table = spark.createDataFrame([(7, "abc"), (8, "abc")], "n int, text string").coalesce(1)
        scores = table.selectExpr(f"{expression} as cell").select(score_column("cell").alias("mt"))
        found = [row.mt.asDict() for row in scores.collect()]
        assert found == [{**dict.fromkeys(NAMES), "error": error}] * 2

    def test_wrong_settings_are_told_before_the_job(self, score_column):
        with pytest.raises(ValueError, match="fpr"):
            score_column("text", fpr=9)

    def test_the_rows_of_a_dead_worker_are_scored_again(self, spark, score_column, tmp_path):
        died = tmp_path / "died"

        def mortal(texts: pd.Series) -> pd.Series:
            if not died.exists():
                died.touch()
                os._exit(1)
            return texts

        passed = importlib.import_module("pyspark.sql.functions").pandas_udf(mortal, "string")
        rows = [(f"0-{i}", text) for i, text in enumerate(TEXTS)]
        table = spark.createDataFrame(rows, "id string, text string").coalesce(1)
        scored = table.select("id", score_column(passed("text")).alias("mt")).collect()
        assert_all_scored([row.asDict(recursive=True) for row in scored], files=1)
        assert died.exists()


# datatrove


def lines_of(folder):
    return [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


class TestDatatrove:
    pytestmark = REAL_ENGINE

    @pytest.fixture
    def step(self):
        home = pytest.importorskip("mtdetect.datatrove", reason='needs ".[datatrove]"')
        return home.MachineTranslationFilter

    @pytest.mark.usefixtures("step")
    def test_the_example_and_what_is_done_after_a_crash(self, pages, tmp_path):
        """The reader leaves out rows without a text; all others are kept or set aside, once."""
        out = tmp_path / "out"
        run("score_with_datatrove", pages, out, cwd=tmp_path)
        kept, machine = lines_of(out / "kept"), lines_of(out / "machine")
        assert [row["id"] for row in machine] == ["0-0", "1-0"]
        assert {row["metadata"]["filter_reason"] for row in machine} == {"machine_translated"}
        assert [row["id"] for row in kept] == ["0-1", "0-3", "0-5", "1-1", "1-3", "1-5"]
        for row in kept + machine:
            values = {name: row["metadata"][f"mtdetect_{name}"] for name in NAMES}
            assert_scored(values, TEXTS[int(row["id"].split("-")[1])])

        # A task without its mark is done again, the others are not.
        first, second = out / "kept" / "00000.jsonl", out / "kept" / "00001.jsonl"
        before = first.stat().st_mtime_ns
        second.write_text("{half a li", encoding="utf-8")
        (out / "logs" / "completions" / "00001").unlink()
        run("score_with_datatrove", pages, out, cwd=tmp_path)
        assert first.stat().st_mtime_ns == before
        assert lines_of(out / "kept") == kept

    def test_only_what_can_be_judged_is_judged(self, step):
        document = importlib.import_module("datatrove.data").Document
        strict = step(0.0)
        for cell in (None, 42, "", "Too short to tell."):
            page = document(text=cell, id="x")
            assert strict.filter(page) is True
            assert page.metadata["mtdetect_probability"] is None
        assert strict.filter(document(text=NATIVE, id="x")) == (False, "machine_translated")
        assert step(1.0).filter(document(text=ROUND_TRIP, id="x")) is True

    def test_wrong_settings_are_told(self, step):
        with pytest.raises(ValueError, match="drop_above"):
            step(99)
        with pytest.raises(ValueError, match="fpr"):
            step(0.99, fpr=9)


# datasets


class TestDatasets:
    pytestmark = REAL_ENGINE

    @pytest.fixture
    def score_dataset(self):
        home = pytest.importorskip("mtdetect.huggingface", reason='needs ".[datasets]"')
        return home.score_dataset

    @pytest.fixture
    def from_dict(self, score_dataset):  # noqa: ARG002 - which skips where there are no datasets
        return importlib.import_module("datasets").Dataset.from_dict

    @pytest.mark.usefixtures("score_dataset")
    def test_the_example(self, pages, tmp_path):
        run("score_with_datasets", pages / "0.jsonl", tmp_path / "out.parquet", cwd=tmp_path)
        assert_all_scored(pq.read_table(tmp_path / "out.parquet").to_pylist(), files=1)

    def test_the_plain_callable_gives_the_same(self, score_dataset, from_dict):
        dataset = from_dict({"id": [f"0-{i}" for i in range(len(TEXTS))], "text": TEXTS})
        scored = score_dataset(dataset, batch_size=2, writer_batch_size=2)
        assert scored.to_list() == dataset.map(Scorer("text"), batched=True).to_list()
        assert_all_scored(scored.to_list(), files=1)

    def test_other_types_and_no_rows(self, score_dataset, from_dict):
        numbers = score_dataset(from_dict({"text": [1, 2]}))
        assert numbers["mtdetect_error"][:] == ["int, not a string"] * 2
        nothing = score_dataset(from_dict({"text": []}))
        assert len(nothing) == 0
        assert nothing.column_names == ["text", *Scorer().columns]
        with pytest.raises(ValueError, match="no column 'body'"):
            score_dataset(from_dict({"text": ["abc"]}), Scorer("body"))

    def test_the_cache_knows_settings_and_version(self, score_dataset, from_dict, monkeypatch):
        dataset = from_dict({"text": ["abc"]})

        def known(fpr):
            return score_dataset(dataset, Scorer(fpr=fpr))._fingerprint  # noqa: SLF001 - nowhere public

        assert known(0.05) == known(0.05) != known(0.02)
        before = known(0.05)
        monkeypatch.setattr(mtdetect, "__version__", "0.0.0")
        assert known(0.05) != before


# docs/scale.md


def bare(code):
    """Code without blank lines and indentation."""
    return "\n".join(line.strip() for line in code.splitlines() if line.strip())


def test_the_code_of_the_guide_is_that_of_the_examples():
    sources = [bare(path.read_text(encoding="utf-8")) for path in EXAMPLES.glob("*.py")]
    blocks = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    assert len(blocks) == len(sources)
    for block in blocks:
        assert any(bare(block) in source for source in sources), block


def test_links_of_the_guide_lead_somewhere():
    targets = [t for t in re.findall(r"\]\(([^)]+)\)", GUIDE) if not t.startswith("http")]
    assert targets
    for target in targets:
        assert (ROOT / "docs" / target.partition("#")[0]).exists(), target


# scripts/scale.py

scale = load_script("scale")


def test_pages_have_the_length_asked_for_and_differ():
    made = scale.pages(120, 30)
    assert {len(page.split()) for page in made} == {120}
    assert len(set(made)) == 30


def test_a_linear_cost_is_found():
    page, word = scale.line([(words, 0.002 + 0.00001 * words) for words in scale.LENGTHS])
    assert (page, word) == pytest.approx((0.002, 0.00001))


def test_the_plan_is_arithmetic():
    crawl = scale.Crawl(
        pages=7200,
        pages_per_file=60,
        compressed_bytes=600,
        gzip_ratio=2,
        bytes_per_word=6,
        english=0.5,
        idle=0.5,
    )
    cost = scale.Cost(page=0.1, word=0.001, foreign=0.5, around=0.2, scores=10, rows=1.5)
    made = scale.plan(crawl, cost)
    assert crawl.mean_words == 200
    assert crawl.words_at(0.5) * math.exp(crawl.spread**2 / 2) == pytest.approx(200)
    assert crawl.share_longer(crawl.words_at(0.9)) == pytest.approx(0.1)
    assert made.files == 120
    # English pages take 0.5 s, others 0.35 s; half of the time is idle.
    assert made.core_hours == pytest.approx(2 * 0.425 / 0.5)
    assert made.foreign_hours == pytest.approx(2 * 0.175 / 0.5)
    assert made.file_minutes == pytest.approx(0.85)
    assert (made.read, made.scores, made.rows) == pytest.approx((4_320_000, 72_000, 6_480_000))
    assert made.read_per_core == pytest.approx(600 / 0.85)


def test_the_tables_of_the_guide_are_replaced_in_order():
    guide = "A\n\n```text\nold\n```\n\n```python\nkept\n```\n\n```text\nold\n```\n"
    assert scale.filled(guide, ["one", "two\n2"]) == (
        "A\n\n```text\none\n```\n\n```python\nkept\n```\n\n```text\ntwo\n2\n```\n"
    )
    assert GUIDE.count("```text\n") == 3
