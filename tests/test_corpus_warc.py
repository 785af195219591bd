"""Crawls: WARC and WET files, as they should be and as they come."""

from __future__ import annotations

import gzip
import json

import pytest
import zstandard
from corpus_fake import QuickScorer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtdetect.batch import Scorer
from mtdetect.corpus import CorpusError, Job, run

PAGE = "<html><body><p>The ferry was late again, said a café.</p><p>It left.</p></body></html>"
PROSE = "The ferry was late again, said a café.\n\nIt left."


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch):
    monkeypatch.setattr("os.fsync", lambda _: None)


class Archive:
    """A WARC file in the making; packed, each record is a gzip member."""

    def __init__(self, *, packed=False):
        self.data, self.packed = b"", packed

    def record(self, kind, content_type, content):
        number = len(self.data)
        head = (
            f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
            f"WARC-Target-URI: http://example.org/{number}\r\n"
            f"WARC-Date: 2026-03-01T12:00:00Z\r\nContent-Type: {content_type}\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        record = head.encode() + content + b"\r\n\r\n"
        self.data += gzip.compress(record) if self.packed else record
        return self

    def page(self, body, content_type="text/html", *headers, status="200 OK", kind="response"):
        body = body if isinstance(body, bytes) else body.encode()
        if kind != "response":
            return self.record(kind, content_type, body)
        lines = [f"Content-Type: {content_type}", *(": ".join(pair) for pair in headers)]
        http = "".join(f"{line}\r\n" for line in [f"HTTP/1.1 {status}", *lines, ""])
        return self.record(kind, "application/http; msgtype=response", http.encode() + body)


def score(tmp_path, data, name="in.warc", **options):
    for left in tmp_path.iterdir():
        left.unlink()
    (tmp_path / name).write_bytes(data)
    out = tmp_path / "out.jsonl"
    outcome = run(Job((str(tmp_path / name),), str(out), QuickScorer(), **options))
    return [json.loads(line) for line in out.read_text().splitlines()], outcome


@pytest.mark.parametrize("ending", ["warc", "warc.gz", "warc.zst"])
def test_pages_become_rows(tmp_path, ending):
    archive = Archive(packed=ending.endswith("gz"))
    archive.record("warcinfo", "application/warc-fields", b"software: x")
    archive.page(PAGE).page(b"\x89PNG", "image/png").page("It rained.", "text/plain")
    archive.page("", status="404 Not Found")
    zst = ending.endswith("zst")
    data = zstandard.ZstdCompressor().compress(archive.data) if zst else archive.data
    rows, outcome = score(tmp_path, data, f"in.{ending}")
    assert [row["text"] for row in rows] == [PROSE, "It rained.", ""]
    assert [row["status"] for row in rows] == [200, 200, 404]
    assert rows[0]["date"] == "2026-03-01T12:00:00Z"
    assert rows[0]["url"].startswith("http://example.org/")
    assert rows[0]["record_id"].startswith("<urn:uuid:")
    assert list(rows[0])[:5] == ["url", "date", "record_id", "status", "text"]
    assert (outcome.tally["rows"], outcome.damages) == (3, ())


def test_texts_of_a_wet_file(tmp_path):
    archive = Archive(packed=True)
    archive.page("“It rained.”\n\nIt left.", "text/plain", kind="conversion")
    rows, _ = score(tmp_path, archive.data, "in.warc.wet.gz")
    assert rows[0]["text"] == "“It rained.”\n\nIt left."
    assert rows[0]["status"] is None


def test_how_a_page_was_sent(tmp_path):
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE.encode()), PAGE.encode())
    archive = Archive()
    archive.page(PAGE.encode("latin-1"), 'text/html; charset="ISO-8859-1"')
    archive.page(gzip.compress(PAGE.encode()), "text/html", ("Content-Encoding", "gzip"))
    archive.page(chunked, "TEXT/HTML", ("Transfer-Encoding", "chunked"))
    archive.page(PAGE, "text/html; charset=no-such-thing")
    archive.page(PAGE, "")
    archive.page(PAGE, "application/xhtml+xml", kind="resource")
    rows, _ = score(tmp_path, archive.data)
    assert [row["text"] for row in rows] == [PROSE] * 6


def test_links_reach_the_detector(tmp_path):
    seen = []

    class Recorder(QuickScorer):
        __slots__ = ()

        def row(self, cell, links=()):
            seen.extend(cell[start:end] for start, end in links)
            return super().row(cell, links)

    archive = Archive().page('<p>The ferry to <a href="x">the island</a> was late.</p>')
    (tmp_path / "in.warc").write_bytes(archive.data)
    run(Job((str(tmp_path / "in.warc"),), str(tmp_path / "out.jsonl"), Recorder()))
    assert seen == ["the island"]


def test_pages_that_cannot_be_read_are_marked(tmp_path, monkeypatch):
    monkeypatch.setattr("mtdetect.corpus.warc.LARGEST_PAGE", 1000)
    archive = Archive()
    archive.page(b"\0\1\2\3").page("x" * 1001, "text/plain")
    archive.page(PAGE)
    rows, outcome = score(tmp_path, archive.data)
    assert "NUL" in rows[0]["mtdetect_error"]
    assert rows[1]["mtdetect_error"] == "larger than 0 MB"
    assert [row["text"] for row in rows] == [None, None, PROSE]
    assert outcome.tally["errors"] == 2


def test_a_page_that_the_reader_cannot_stand_is_marked(tmp_path, monkeypatch):
    def fails(*_arguments, **_keywords):
        raise RecursionError("too deep")

    monkeypatch.setattr("mtdetect.reading.parse", fails)
    rows, _ = score(tmp_path, Archive().page(PAGE).data)
    assert rows[0]["mtdetect_error"] == "cannot be read: RecursionError: too deep"


def test_a_record_without_a_length(tmp_path):
    data = Archive().page(PAGE).page("second").page("third", "text/plain").data
    parts = data.split(b"WARC/1.0")
    for broken in (b"Content-Length: ", b"X-Length: "):
        fixed = parts[2].replace(b"\r\nContent-Length: ", b"\r\n" + broken + b"no")
        rows, outcome = score(
            tmp_path, b"WARC/1.0".join([b"", parts[1], fixed, parts[3]]), f"{len(broken)}.warc"
        )
        assert [row["text"] for row in rows] == [PROSE, None, "third"]
        assert rows[1]["mtdetect_error"] == "the record has no valid Content-Length"
        assert rows[1]["url"]
        assert outcome.damages == ()


def test_a_wrong_length_costs_no_other_record(tmp_path):
    data = Archive().page("first", "text/plain").page("second", "text/plain").data
    body = data.index(b"first")
    short = data[:body] + b"first and much more than was announced\r\n" + data[body + 5 :]
    rows, outcome = score(tmp_path, short)
    assert [row["text"] for row in rows] == ["first", "second"]
    assert "other things than records" in outcome.damages[0]


@pytest.mark.parametrize("packed", [False, True])
def test_a_truncated_crawl_gives_what_it_has(tmp_path, packed):
    archive = Archive(packed=packed)
    for _ in range(5):
        archive.page(PAGE)
    start = len(archive.data)
    archive.page("x y z " * 3000, "text/plain")
    middle = (start + len(archive.data)) // 2
    rows, outcome = score(tmp_path, archive.data[:middle], "in.warc.gz")
    assert [row["text"] for row in rows[:5]] == [PROSE] * 5
    assert [row["mtdetect_error"] for row in rows[5:]] in ([], ["cut off"])
    assert len(outcome.damages) == 1


def test_a_page_without_http_headers(tmp_path):
    record = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://example.org/\r\n"
        b"Content-Type: application/http\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    )
    rows, outcome = score(tmp_path, record + Archive().page(PAGE).data)
    assert rows[-1]["text"] == PROSE
    assert outcome.damages == ()


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_happens_to_a_crawl_the_run_ends(tmp_path, data):
    whole = bytearray(Archive().page(PAGE).page("second", "text/plain").page(PAGE).data)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(5, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=10))
    rows, outcome = score(tmp_path, bytes(whole))
    assert outcome.tally["rows"] == len(rows)


def test_the_same_with_two_processes_and_the_model(tmp_path):
    archive = Archive(packed=True)
    for _ in range(3):
        archive.page(PAGE)
    (tmp_path / "in.warc.gz").write_bytes(archive.data)
    for n_jobs in (1, 2):
        job = Job(
            (str(tmp_path / "in.warc.gz"),),
            str(tmp_path / f"{n_jobs}.jsonl"),
            Scorer(),
            None,
            n_jobs,
        )
        assert run(job).tally["insufficient"] == 3
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()


def test_without_the_library(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "warcio.recordloader", None)
    (tmp_path / "in.warc").write_bytes(Archive().page(PAGE).data)
    with pytest.raises(CorpusError, match=r"pip install .mtdetect\[corpus\]"):
        run(Job((str(tmp_path / "in.warc"),), str(tmp_path / "out.jsonl"), QuickScorer()))
