"""The mass road: every row comes out, in order, as it was, with its scores."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import decimal
import gzip
import io
import json
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from corpus_fake import QuickScorer
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import mtdetect
from mtdetect.batch import Scorer
from mtdetect.cli import corpus as command
from mtdetect.corpus import CorpusError, Job, run

ADDED = ["mtdetect_probability", "mtdetect_log_odds", "mtdetect_verdict", "mtdetect_error"]
TEXTS = [f"The ferry was late for the {n}th time, “again”." for n in range(150)]
PACK = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch):
    monkeypatch.setattr("os.fsync", lambda _: None)


def unpack(path):
    """The bytes of a result, with the library that its ending names."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(data)
    if path.suffix == ".zst":
        with zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True) as reader:
            return reader.read()
    return data


def score(tmp_path, data, name="in.jsonl", out="out.jsonl", *, column="text", **options):
    """What becomes of one file."""
    (tmp_path / name).write_bytes(data)
    return score_files(tmp_path, [name], out, column=column, **options)


def score_files(tmp_path, names, out="out.jsonl", *, column="text", scorer=None, **options):
    (tmp_path / out).unlink(missing_ok=True)
    inputs = tuple(str(tmp_path / name) for name in names)
    outcome = run(Job(inputs, str(tmp_path / out), scorer or QuickScorer(column), **options))
    left = sorted(path.name for path in tmp_path.iterdir() if ".part" in path.name)
    assert left == []
    return tmp_path / out, outcome


def lines(path):
    return [json.loads(line) for line in unpack(path).decode().split("\n")[:-1]]


def jsonl(rows):
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


@pytest.mark.parametrize("packed_in", PACK)
@pytest.mark.parametrize("packed_out", PACK)
def test_json_lines_in_every_compression(tmp_path, packed_in, packed_out):
    rows = [{"id": n, "text": text} for n, text in enumerate(TEXTS)]
    data = PACK[packed_in](jsonl(rows))
    out, outcome = score(tmp_path, data, f"in.jsonl{packed_in}", f"out.jsonl{packed_out}")
    scored = lines(out)
    assert [{"id": row["id"], "text": row["text"]} for row in scored] == rows
    assert all(list(row) == ["id", "text", *ADDED] for row in scored)
    assert outcome.tally["rows"] == len(rows)
    assert outcome.tally["machine"] + outcome.tally["human"] == len(rows)


def test_the_text_of_a_line_is_kept(tmp_path):
    data = (
        '\ufeff{"b": 1.50, "a": 1e3, "text":"caf\\u00e9 \\ud83d\\ude00", "a": [ ]}\r\n'
        "\n"
        '   {"text" : "", "big": 12345678901234567890123, "n": -0.0 }  \n'
        '{"text": "no end of line"}'
    ).encode()
    out, _ = score(tmp_path, data)
    begins = [
        line.partition(', "mtdetect_probability"')[0] for line in out.read_text().splitlines()
    ]
    assert begins == [
        '{"b": 1.50, "a": 1e3, "text":"caf\\u00e9 \\ud83d\\ude00", "a": [ ]',
        '{"text" : "", "big": 12345678901234567890123, "n": -0.0 ',
        '{"text": "no end of line"',
    ]


def test_bad_lines_are_kept_and_marked(tmp_path):
    bad = [
        b'{"text": "It rained.}',
        b"[1, 2]",
        b'{"text": "caf\xe9"}',
        b"[" * 100_000,
        b'{"text": null, "id": 1}',
        b'{"text": 5}',
        b'{"Text": "It rained."}',
        b"{}",
    ]
    out, outcome = score(tmp_path, b"\n".join([b'{"text": "first"}', *bad]))
    rows = lines(out)[1:]
    assert [row["mtdetect_error"] for row in rows] == [
        "bad JSON: Unterminated string starting at column 10",
        "not a JSON object",
        "not UTF-8 (byte 0xE9 at offset 13 of the line)",
        "JSON nested too deeply",
        "'text' is null, not a string",
        "'text' is a number, not a string",
        "no column 'text'; did you mean 'Text'? there is 'Text'",
        "no column 'text'; there is none",
    ]
    assert rows[0]["mtdetect_line"].encode() == bad[0]
    assert rows[2]["mtdetect_line_base64"] == "eyJ0ZXh0IjogImNhZukifQ=="
    assert rows[3]["mtdetect_line"].encode() == bad[3]
    assert rows[4]["id"] == 1
    assert list(rows[7]) == ADDED
    assert all(row[name] is None for row in rows for name in ADDED[:-1])
    assert (outcome.tally["rows"], outcome.tally["errors"]) == (9, 8)


def test_a_text_inside_an_object(tmp_path):
    out, _ = score(tmp_path, jsonl([{"post": {"body": "It rained."}}]), column="post.body")
    assert lines(out)[0]["mtdetect_error"] is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
ROWS = st.lists(st.dictionaries(st.sampled_from(["text", "id", "ä\n", '"']), VALUES), max_size=9)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.booleans())
def test_json_rows_are_as_they_were(tmp_path, rows, ascii_only):
    made = [json.dumps(row, ensure_ascii=ascii_only) for row in [{"text": "x"}, *rows]]
    out, outcome = score(tmp_path, "\n".join(made).encode("utf-8", "replace"))
    written = out.read_text(encoding="utf-8").split("\n")[:-1]
    assert outcome.tally["rows"] == len(written) == len(made)
    for before, after in zip(made, written, strict=True):
        kept = before.encode("utf-8", "replace").decode()
        assert after.startswith(kept[:-1])
        assert {**json.loads(kept), **json.loads(after)} == json.loads(after)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200).filter(lambda raw: b"{" not in raw))
def test_no_byte_of_a_line_is_lost(tmp_path, raw):
    raw_lines = raw.split(b"\n")
    out, outcome = score(tmp_path, b'{"text": "x"}\n' + raw)
    kept = []
    for row in lines(out)[1:]:
        if "mtdetect_line_base64" in row:
            kept.append(base64.b64decode(row["mtdetect_line_base64"]))
        else:
            kept.append(row["mtdetect_line"].encode())
    assert kept == [line for line in (line.strip(b" \t\r") for line in raw_lines) if line]
    assert outcome.tally["rows"] == len(lines(out))


def table(path, delimiter=","):
    text = unpack(path).decode("utf-8", "surrogateescape")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


@pytest.mark.parametrize("packed", PACK)
@pytest.mark.parametrize(("kind", "delimiter"), [("csv", ","), ("csv", ";"), ("tsv", "\t")])
def test_tables(tmp_path, packed, kind, delimiter):
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter)
    rows = [[str(n), f'say "{text}"\nand{delimiter}go'] for n, text in enumerate(TEXTS)]
    writer.writerows([["id", "text"], *rows])
    data = PACK[packed](buffer.getvalue().encode())
    out, _ = score(tmp_path, data, f"in.{kind}{packed}", f"out.{kind}{packed}")
    header, *written = table(out, delimiter)
    assert header == ["id", "text", *ADDED]
    assert [row[:2] for row in written] == rows
    assert all(row[-1] == "" and 0 <= float(row[2]) <= 1 for row in written)


def test_a_row_of_a_table_stays_as_it_is_written(tmp_path):
    data = b'id,"text"\r\n"1",plain\r\n\r\n2,"a ""b""\nc"\r\n3,caf\xe9\r\nx\xff,end'
    out, _ = score(tmp_path, data, "in.csv", "out.csv")
    kept = [line.partition(b",0.")[0] for line in out.read_bytes().split(b"\r\n")[1:-1]]
    assert kept[0] == b'"1",plain'
    assert kept[1] == b'2,"a ""b""\nc"'
    assert kept[2].startswith(b"3,caf\xe9,,,,not UTF-8 (byte 0xE9")
    assert kept[3].startswith(b"x\xff,end")


def test_bad_rows_of_a_table_stand_in_the_first_cell(tmp_path):
    data = b'id,text\n1,ok\n2\n3,a,b\n4,"a"b\n5,"open\nto the end\n'
    out, outcome = score(tmp_path, data, "in.csv", "out.csv")
    _, first, *bad = table(out)
    assert first[:2] == ["1", "ok"]
    assert [row[0] for row in bad] == ["2", "3,a,b", '4,"a"b', '5,"open\nto the end']
    assert [row[-1] for row in bad] == [
        "1 cells where the header has 2",
        "3 cells where the header has 2",
        "a quotation mark inside a quoted cell is not doubled",
        "a quotation mark opens a cell that is never closed",
    ]
    assert outcome.tally["errors"] == 4


def test_a_tsv_without_quoting(tmp_path):
    rows = ['1\the said "no', '2\t"yes', '3\t"never', "4\tfine\ttoo many"]
    out, _ = score(tmp_path, "\n".join(["id\ttext", *rows]).encode(), "in.tsv", "out.tsv")
    written = [line.split("\t") for line in out.read_text().splitlines()]
    assert [row[:2] for row in written[1:3]] == [["1", 'he said "no'], ["2", '"yes']]
    assert json.loads(written[4][0]) == rows[3]
    assert {len(row) for row in written} == {6}


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=8)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELL, CELL), max_size=9), st.sampled_from(["csv", "jsonl"]))
def test_cells_are_as_they_were(tmp_path, rows, ending):
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerows([("text", "other"), *rows])
    out, outcome = score(tmp_path, buffer.getvalue().encode(), "in.csv", f"out.{ending}")
    if ending == "csv":
        written = [tuple(row[:2]) for row in table(out)[1:]]
    else:
        written = [(row["text"], row["other"]) for row in lines(out)]
    assert written == rows
    assert outcome.tally["rows"] == len(rows)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*'",;\t\r\n\0é x', "\ud83d", "text"]), max_size=60))
@example(list('"x"y\n"z'))
def test_whatever_a_table_holds_the_result_is_one(tmp_path, parts):
    data = "".join(parts).encode("utf-8", "surrogatepass")
    out, outcome = score(tmp_path, b"id,text\n1,x\n" + data, "in.csv", "out.csv")
    header, *rows = table(out)
    assert len(rows) == outcome.tally["rows"]
    assert {len(row) for row in rows} == {len(header)} == {6}


def parquet_table(n=400):
    return pa.table(
        {
            "id": pa.array(range(n), pa.int32()),
            "text": [None if i % 50 == 3 else TEXTS[i % 150] for i in range(n)],
            "post": [{"body": f"body {i}", "n": [i]} for i in range(n)],
            "kind": pa.array(["a", "b"] * (n // 2)).dictionary_encode(),
            "raw": [b"\xff"] * n,
        }
    ).replace_schema_metadata({"origin": "a test"})


def test_parquet_keeps_its_columns(tmp_path):
    before = parquet_table()
    pq.write_table(before, tmp_path / "in.parquet", row_group_size=150)
    out, outcome = score_files(tmp_path, ["in.parquet"], "out.parquet")
    after = pq.read_table(out)
    assert after.select(before.column_names).equals(before)
    assert after.schema.metadata[b"origin"] == b"a test"
    assert after.column_names == [*before.column_names, *ADDED]
    assert [str(kind) for kind in after.schema.types[-4:]] == ["double"] * 2 + ["string"] * 2
    assert after.column("mtdetect_error").to_pylist()[3] == "missing (None)"
    assert (outcome.tally["rows"], outcome.tally["errors"]) == (400, 8)


def test_parquet_to_json_lines(tmp_path):
    pq.write_table(parquet_table(), tmp_path / "in.parquet")
    out, _ = score_files(tmp_path, ["in.parquet"], "out.jsonl.gz", column="post.body")
    row = lines(out)[7]
    assert row["post"] == {"body": "body 7", "n": [7]}
    assert row["mtdetect_probability"] == QuickScorer().row("body 7")[0]


def test_what_json_cannot_hold(tmp_path):
    bad = pa.array([b"caf\xe9"]).view(pa.string())
    columns = {
        "post": [{"body": "x"}],
        "when": [dt.datetime(2026, 3, 1, 12)],  # noqa: DTZ001 - Parquet has such
        "late": pa.array([10**15], pa.timestamp("ms")),
        "number": [float("nan")],
        "exact": [decimal.Decimal("1.50")],
        "bytes": [b"\xff"],
        "bad": bad,
    }
    pq.write_table(pa.table(columns).slice(0, 1), tmp_path / "in.parquet")
    out, _ = score_files(tmp_path, ["in.parquet"], "out.jsonl", column="post.body")
    assert list(lines(out)[0].items())[:7] == [
        ("post", {"body": "x"}),
        ("when", "2026-03-01T12:00:00"),
        ("late", None),
        ("number", None),
        ("exact", "1.50"),
        ("bytes", "/w=="),
        ("bad", "caf\udce9"),
    ]


def test_a_text_inside_nothing(tmp_path):
    pq.write_table(pa.table({"post": [None, {"body": "x"}]}), tmp_path / "in.parquet")
    out, _ = score_files(tmp_path, ["in.parquet"], "out.parquet", column="post.body")
    assert pq.read_table(out).column("mtdetect_error").to_pylist() == ["missing (None)", None]


def test_parquet_without_rows(tmp_path):
    pq.write_table(parquet_table().slice(0, 0), tmp_path / "in.parquet")
    out, _ = score_files(tmp_path, ["in.parquet"], "out.parquet", drop_above=0.5)
    assert pq.read_table(out).num_rows == 0
    assert pq.read_table(tmp_path / "out.dropped.parquet").column_names[-1] == "mtdetect_error"


def test_parquet_that_is_not_utf8(tmp_path):
    column = pa.array([b"good", b"caf\xe9"]).view(pa.string())
    pq.write_table(pa.table({"text": column}), tmp_path / "in.parquet")
    out, _ = score_files(tmp_path, ["in.parquet"], "out.parquet")
    assert pq.read_table(out).column("mtdetect_error").to_pylist() == [None, "not UTF-8"]


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz", "csv", "parquet"])
def test_dropped_rows_have_a_file_of_their_own(tmp_path, ending):
    frame = pd.DataFrame({"id": range(150), "text": TEXTS})
    name = f"in.{ending}"
    if ending == "csv":
        frame.to_csv(tmp_path / name, index=False)
    elif ending == "parquet":
        frame.to_parquet(tmp_path / name)
    else:
        frame.to_json(tmp_path / name, orient="records", lines=True)
    out, outcome = score_files(tmp_path, [name], f"out.{ending}", drop_above=0.6)
    read = {"csv": pd.read_csv, "parquet": pd.read_parquet}.get(
        ending, lambda path: pd.read_json(path, lines=True)
    )
    kept, dropped = read(out), read(tmp_path / f"out.dropped.{ending}")
    assert (kept["mtdetect_probability"] <= 0.6).all()
    assert (dropped["mtdetect_probability"] > 0.6).all()
    assert kept["id"].is_monotonic_increasing
    assert sorted([*kept["id"], *dropped["id"]]) == list(range(150))
    assert outcome.tally["dropped"] == len(dropped) > 0


def test_rows_without_a_probability_are_never_dropped(tmp_path):
    out, outcome = score(
        tmp_path, jsonl([{"text": "short"}, {"text": 1}]), scorer=Scorer(), drop_above=0.0
    )
    assert len(lines(out)) == 2
    assert outcome.tally["dropped"] == 0


def test_several_inputs_in_order(tmp_path):
    (tmp_path / "b.jsonl").write_bytes(jsonl([{"id": 1, "text": "x"}]))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(jsonl([{"id": 2, "text": "y"}])))
    out, _ = score_files(tmp_path, ["b.jsonl", "a.jsonl.gz", "b.jsonl"])
    assert [row["id"] for row in lines(out)] == [1, 2, 1]


def test_tables_into_one_have_one_header(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(f"id,text\n{name},x\n")
    out, _ = score_files(tmp_path, ["a.csv", "b.csv"], "out.csv")
    assert [row[0] for row in table(out)] == ["id", "a", "b"]


@pytest.mark.parametrize(
    ("files", "out", "words"),
    [
        ({"a.csv": "id,text\n1,x\n", "b.csv": "text,id\nx,1\n"}, "out.csv", "other columns"),
        ({"a.csv": "text\nx\n", "b.jsonl": '{"text": "x"}'}, "out.csv", "two formats"),
        ({"a.csv": "text\nx\n"}, "out.parquet", "CSV can be written as CSV or JSON Lines"),
        ({"a.jsonl": '{"text": "x"}'}, "out.parquet", "can be written as JSON Lines"),
        ({"a.jsonl": '{"text": "x"}'}, "out.jsn", "did you mean .json?"),
        ({"a.jsonl": '{"text": "x"}'}, "out.parquet.gz", "compressed inside"),
        ({"a.jsonl": '{"text": "x"}'}, "a.jsonl", "is one of the files"),
        ({"a.jsonl": '{"text": "x"}'}, "no/out.jsonl", "there is no folder"),
        ({"a.jsonl": '{"Text": "x"}\n' * 5}, "out.jsonl", "no column 'text'; did you mean 'Text'"),
        ({"a.jsonl": '[{"text": "x"}]'}, "out.jsonl", "a JSON list"),
        ({"a.json": '{\n"text": "x"\n}\n'}, "out.jsonl", "no line of the first 1,000 is an object"),
        ({"a.jsonl": "{}"}, "out.jsonl", "no column 'text'"),
        ({"a.jsonl": '{"text": "x", "mtdetect_error": 1}'}, "out.jsonl", "another --prefix"),
        ({"a.csv": "Text,b\nx,y\n"}, "out.csv", "no column 'text'; did you mean 'Text'"),
        ({"a.csv": "text,text\nx,y\n"}, "out.csv", "more than one column"),
        ({"a.csv": "text,mtdetect_verdict\nx,y\n"}, "out.csv", "another --prefix"),
        ({"a.csv": ""}, "out.csv", "no column"),
        ({"a.warc": "no warc"}, "out.jsonl", "does not begin with a WARC record"),
        ({"a.parquet": "no parquet"}, "out.parquet", "bad Parquet"),
        ({}, "out.jsonl", "no such file"),
    ],
)
def test_what_cannot_be_begun_is_said(tmp_path, files, out, words):
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(CorpusError, match=words):
        score_files(tmp_path, list(files) or ["a.jsonl"], out) if out != "a.jsonl" else run(
            Job((str(tmp_path / out),), str(tmp_path / out), QuickScorer())
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_parquet_column_of_numbers_is_refused(tmp_path):
    pq.write_table(parquet_table(), tmp_path / "in.parquet")
    with pytest.raises(CorpusError, match="'id' is int32, not strings"):
        score_files(tmp_path, ["in.parquet"], "out.parquet", column="id")


@pytest.mark.parametrize("cut", [1, 9, 2000])
@pytest.mark.parametrize("packed", [".gz", ".zst"])
def test_a_truncated_file_gives_what_it_has(tmp_path, packed, cut):
    rows = [{"id": n, "text": f"{n * 7919 % 10007}"} for n in range(2000)]
    data = PACK[packed](jsonl(rows))
    (tmp_path / "b.jsonl").write_bytes(jsonl([{"id": -1, "text": "x"}]))
    (tmp_path / f"a.jsonl{packed}").write_bytes(data[:-cut])
    out, outcome = score_files(tmp_path, [f"a.jsonl{packed}", "b.jsonl"])
    written = [row["id"] for row in lines(out) if "id" in row]
    assert written[:-1] == list(range(len(written) - 1))
    assert written[-1] == -1
    assert len(outcome.damages) == 1
    assert "the compressed file ends too early" in outcome.damages[0]
    if packed == ".gz":
        assert len(written) > 1000


def test_bytes_after_a_gzip_file(tmp_path):
    data = gzip.compress(jsonl([{"text": "x"}]))
    out, outcome = score(tmp_path, data + b"\0" * 512, "in.jsonl.gz")
    assert (len(lines(out)), outcome.damages) == (1, ())
    out, outcome = score(tmp_path, data + b"more", "in.jsonl.gz")
    assert len(lines(out)) == 1
    assert "bad gzip" in outcome.damages[0]


def test_a_line_without_end_stops_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr("mtdetect.corpus.jsonl.LONGEST_LINE", 50)
    data = b'{"text": "x"}\n{"text": "' + b"y" * 100 + b'"}\n{"text": "z"}\n'
    out, outcome = score(tmp_path, data)
    assert len(lines(out)) == 1
    assert "line 2 is longer than" in outcome.damages[0]


def test_two_processes_write_the_same(tmp_path):
    data = jsonl([{"id": n, "text": text} for n, text in enumerate(TEXTS * 3)])
    one, _ = score(tmp_path, data, out="one.jsonl.gz", drop_above=0.5)
    two, _ = score(tmp_path, data, out="two.jsonl.gz", drop_above=0.5, n_jobs=2)
    assert one.read_bytes() == two.read_bytes()
    dropped = [tmp_path / f"{name}.dropped.jsonl.gz" for name in ("one", "two")]
    assert dropped[0].read_bytes() == dropped[1].read_bytes()


def test_with_the_model(tmp_path):
    examples = Path(__file__).parent.parent / "examples"
    texts = [(examples / f"{name}.txt").read_text() for name in ("native", "round_trip")]
    scorer = Scorer("body", annotate=True)
    out, outcome = score(tmp_path, jsonl([{"body": text} for text in texts]), scorer=scorer)
    native, round_trip = lines(out)
    report = mtdetect.score(texts[1]).to_dict()
    assert native["mtdetect_verdict"] == "human"
    assert round_trip["mtdetect_log_odds"] == report["log_odds"]
    assert round_trip["mtdetect_findings"] == report["findings"]
    assert (outcome.tally["machine"], outcome.tally["human"]) == (1, 1)


def test_the_example_in_the_docs(tmp_path, monkeypatch, capsys):
    root = Path(__file__).parent.parent
    docs = (root / "docs" / "corpus.md").read_text(encoding="utf-8")
    shown = docs.partition("## An example")[2].split("```")[1]
    printed = [line for line in shown.splitlines() if line and not line.startswith("$")]
    monkeypatch.chdir(tmp_path)
    names = [f"examples/{path.name}" for path in sorted((root / "examples").glob("*.txt"))]
    rows = [{"name": name, "text": (root / name).read_text()} for name in names]
    (tmp_path / "pages.jsonl").write_bytes(jsonl(rows))
    assert command.run(["pages.jsonl", "scored.jsonl"]) == 0
    verdicts = [f"{row['name']} {row['mtdetect_verdict']}" for row in lines(Path("scored.jsonl"))]
    assert [capsys.readouterr().err.strip(), *verdicts] == printed


@pytest.mark.slow
def test_memory_does_not_grow_with_the_input(tmp_path):
    def peak(n):
        with gzip.open(tmp_path / "in.jsonl.gz", "wt", compresslevel=1) as file:
            for i in range(n):
                file.write(json.dumps({"id": i, "text": f"{i} was late. " * 40}) + "\n")
        tracemalloc.start()
        score_files(tmp_path, ["in.jsonl.gz"], "out.jsonl.gz")
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    small, large = peak(5_000), peak(50_000)
    assert large < small * 1.2 + 2**20
    assert large < 64 * 2**20


@pytest.mark.slow
def test_two_gigabytes_stream_through_little_memory(tmp_path):
    """Rows of a crawl: a short text, and its page beside it, which is carried along."""
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl.zst"
    text = "The ferry was late again, and nobody on the pier seemed to mind. " * 5
    page = "<p>" + "Timetables change in autumn. " * 480 + "</p>"
    n = 2 * 2**30 // (len(page) + len(text) + 40)
    with source.open("w", encoding="utf-8") as file:
        for i in range(n):
            file.write(json.dumps({"id": i, "text": text, "page": page}) + "\n")
    assert source.stat().st_size > 2 * 10**9
    code = (
        "import resource, sys\n"
        "from mtdetect.cli import main\n"
        "code = main(['corpus', '--score-only', *sys.argv[1:]])\n"
        "print(code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    command = [sys.executable, "-c", code, str(source), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    source.unlink()  # pytest would keep it for three runs
    code, kilobytes = map(int, done.stdout.split())
    assert f"{n:,} rows" in done.stderr
    assert code == 0
    assert kilobytes < 400_000, f"a peak of {kilobytes / 1000:.0f} MB"
