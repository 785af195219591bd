"""The service: what it takes and refuses, how it is bounded, and what it never says."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import re
import signal
import socket
import sys
import threading
import time
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

pytest.importorskip("starlette")
pytest.importorskip("uvicorn")

import uvicorn
from conftest import MODEL
from starlette.testclient import TestClient

from mtdetect import __version__, reading
from mtdetect.cli import serve as command
from mtdetect.detector import Detector
from mtdetect.profile import Profile
from mtdetect.render import json as json_report
from mtdetect.result import Scored
from mtdetect.serve import guard, messages, multipart, openapi, page, pool, sent, server, worker
from mtdetect.serve.accept import wants_html
from mtdetect.serve.app import create_app
from mtdetect.serve.limits import MOST_TEXTS, Limits
from mtdetect.serve.messages import Answer, Job
from mtdetect.serve.problem import Problem
from mtdetect.serve.work import Desk

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
SCHEMA = jsonschema.Draft202012Validator(
    json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
)
SPLICED = (EXAMPLES / "spliced.txt").read_text(encoding="utf-8")
OWN = guard.names_of("127.0.0.1")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class AtHand:
    """Scores where it stands, without processes."""

    size, waiting, ready = 1, 0, 1

    def __init__(self, desk):
        self._desk = desk
        self.model = Detector.default().model

    async def score(self, job):
        return self._desk.answer(job)


class Canned:
    """Always has the same answer."""

    size, waiting, model = 2, 0, MODEL

    def __init__(self, answer=None, ready=2):
        self.answer, self.ready = answer, ready

    async def score(self, _):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer or Answer(200, messages.JSON, b"{}")


def client_of(scorer, *, limits=None, names=OWN, log=lambda _: None):
    app = create_app(scorer, limits or Limits(), names=names, log=log)
    return TestClient(app, base_url="http://localhost", follow_redirects=False)


@pytest.fixture(scope="module")
def client():
    """The service with the shipped model."""
    return client_of(AtHand(Desk(Detector.default())))


def error_of(response):
    content = response.json()
    assert list(content) == ["error"]
    assert content["error"]
    return content["error"]


# What is taken.


def test_a_text_is_scored_as_everywhere_else(client):
    answer = client.post("/score", json={"text": SPLICED})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    SCHEMA.validate(answer.json())
    report = answer.json()["report"]
    assert report["verdict"] == "mixed"
    ours = Detector.default().score(SPLICED)
    assert report["log_odds"] == ours.log_odds
    assert [f["text"] for f in report["findings"]] == [f.text for f in ours.findings]
    assert report["findings"][0]["place"]["line"] > 1


@pytest.mark.parametrize("name", ["spliced.txt", "native.txt"])
def test_a_file_gives_the_row_of_the_command_line(client, name):
    data = (EXAMPLES / name).read_bytes()
    (source,) = reading.parse(name, data)
    detector = Detector.default()
    scored = Scored(source, detector.score(source.text, links=source.links))
    expected = json_report.render_line(scored, version=__version__, model=detector.model)
    as_form = client.post("/score", files={"file": (name, data)})
    as_body = client.post(
        f"/score?filename={name}", content=data, headers={"content-type": "text/plain"}
    )
    assert as_form.json() == as_body.json() == json.loads(expected)


PAGE = f"<!doctype html><html><body><article><p>{SPLICED}</p></article></body></html>"


@pytest.mark.parametrize(
    ("kind", "query", "body", "found"),
    [
        ("text/plain", "", SPLICED, "text"),
        ("text/plain; charset=utf-8", "", SPLICED, "text"),
        ("text/plain", "?filename=a.md", SPLICED, "markdown"),
        ("text/plain", "?filename=a.unknown", SPLICED, "text"),
        ("text/markdown", "", SPLICED, "markdown"),
        ("text/html", "", PAGE, "html"),
        ("TEXT/HTML", "", PAGE, "html"),
        ("application/octet-stream", "?filename=a.html", PAGE, "html"),
        ("application/octet-stream", "", PAGE, "html"),
        ("", "", SPLICED, "text"),
    ],
)
def test_the_format_is_told_by_the_ending_then_by_the_type_then_by_the_bytes(
    client, kind, query, body, found
):
    headers = {"content-type": kind} if kind else {}
    answer = client.post(f"/score{query}", content=body.encode(), headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["format"] == found


def test_a_browser_gets_a_page(client):
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    answer = client.post("/score", files={"file": ("a.txt", SPLICED)}, headers={"accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>One passage looks machine-translated</h1>" in answer.text
    assert "http-equiv" in answer.text  # its own policy
    wrong = client.post("/score", files={"file": ("a.txt", b"")}, headers={"accept": accept})
    assert wrong.headers["content-type"] == "text/html; charset=utf-8"


def test_a_form_may_hold_a_text_and_a_rate(client):
    form = {"text": (None, SPLICED), "file": ("", b""), "fpr": (None, "0.05")}
    answer = client.post("/score", files=form)
    assert answer.status_code == 200, answer.text
    assert answer.json()["report"]["fpr"] == 0.05


@pytest.mark.parametrize(
    ("post", "fpr"),
    [
        ({"json": {"text": SPLICED, "fpr": 0.2}}, 0.2),
        ({"json": {"text": SPLICED, "fpr": None}}, 0.01),
        ({"json": {"text": SPLICED}, "params": {"fpr": "0.05"}}, 0.05),
        ({"json": {"text": SPLICED, "fpr": 0.2}, "params": {"fpr": "0.05"}}, 0.2),
        ({"content": SPLICED, "params": {"fpr": "0.05"}}, 0.05),
    ],
)
def test_the_rate_may_be_given(client, post, fpr):
    assert client.post("/score", **post).json()["report"]["fpr"] == fpr


def test_the_service_has_a_rate_of_its_own():
    client = client_of(AtHand(Desk(Detector.default(), 0.05)))
    assert client.post("/score", json={"text": SPLICED}).json()["report"]["fpr"] == 0.05


def test_a_text_without_a_verdict_is_no_error(client):
    for text in ("", "Too short.", "\ud800 \x00 \u202e"):
        answer = client.post("/score", content=json.dumps({"text": text}).encode(), headers=AS_JSON)
        assert answer.status_code == 200
        assert answer.json()["report"]["verdict"] == "insufficient"
        SCHEMA.validate(answer.json())


AS_JSON = {"content-type": "application/json"}


def test_a_batch_keeps_order_and_errors_in_their_place(client):
    items = [SPLICED, {"text": "Too short."}, 3, {"text": "x", "fpr": 7}, {"txt": "x"}, SPLICED]
    answer = client.post("/score/batch", json=items, headers={"accept": "text/html"})
    assert answer.status_code == 200
    SCHEMA.validate(answer.json())
    rows = answer.json()["files"]
    assert [row["name"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert [row.get("report", {}).get("verdict") for row in rows] == [
        *("mixed", "insufficient", None, None, None, "mixed"),
    ]
    assert "not a share" in rows[3]["error"]


@pytest.mark.parametrize("kind", sent.JSON_LINES)
def test_a_batch_may_be_json_lines(client, kind):
    lines = [json.dumps(SPLICED), "", json.dumps({"text": "x", "fpr": 0.05}), "{", '"a\u2028b"']
    answer = client.post(
        "/score/batch", content="\r\n".join(lines).encode(), headers={"content-type": kind}
    )
    rows = answer.json()["files"]
    assert [row["name"] for row in rows] == ["1", "2", "3", "4"]
    assert "not JSON" in rows[2]["error"]
    assert rows[1]["report"]["fpr"] == 0.05
    assert "report" in rows[3]


def test_a_batch_is_bounded(client):
    assert client.post("/score/batch", json=[]).json()["files"] == []
    assert len(client.post("/score/batch", json=[""] * MOST_TEXTS).json()["files"]) == MOST_TEXTS
    for body in (["x"] * (MOST_TEXTS + 1), ["x"] * 10_000):
        answer = client.post("/score/batch", json=body)
        assert answer.status_code == 413
        assert "several batches" in error_of(answer)


# What is refused.


FORM = "multipart/form-data; boundary=x"


def form(*parts):
    """A form's bytes; each part a header and a body."""
    return "".join(f"--x\r\n{head}\r\n\r\n{body}\r\n" for head, body in parts) + "--x--\r\n"


def field(name, filename=None):
    called = "" if filename is None else f'; filename="{filename}"'
    return f'Content-Disposition: form-data; name="{name}"{called}'


@pytest.mark.parametrize(
    ("kind", "body", "status", "said"),
    [
        ("application/json", "", 400, "not JSON"),
        ("application/json", "{", 400, "not JSON: Expecting"),
        ("application/json", '{"text": NaN}', 400, "not JSON"),
        ("application/json", '"\udcff"', 400, "not JSON in UTF-8"),
        ("application/json", "[" * 100_000, 400, "nested"),
        ("application/json", f'{{"text": {"9" * 5000}}}', 400, "not JSON"),
        ("application/json", "[]", 422, "send"),
        ("application/json", '{"text": 3}', 422, "send"),
        ("application/json", '{"text": "x", "fper": 1}', 422, "'fper'"),
        ("application/json", '{"text": "x", "fpr": "0.01"}', 422, "fpr"),
        ("application/json", '{"text": "x", "fpr": true}', 422, "not a share"),
        ("application/json", '{"text": "x", "fpr": 0.5}', 422, "not a share"),
        ("application/x-www-form-urlencoded", "text=x", 415, "application/json"),
        ("image/png", "x", 415, "image/png"),
        ("multipart/form-data", "x", 400, "boundary"),
        (FORM, "x", 400, "not a form"),
        (FORM, "--x\r\n" + field("text") + "\r\n\r\nabc", 400, "breaks off"),
        (FORM, form((field("text"), "")), 422, "neither"),
        (FORM, form((field("file", ""), "")), 422, "neither"),
        (FORM, form((field("text"), "a"), (field("file", "a.txt"), "b")), 422, "not both"),
        (FORM, form((field("file", "a.txt"), "a"), (field("file", "b.txt"), "b")), 422, "twice"),
        (FORM, form((field("txt"), "a")), 422, "'txt'"),
        (FORM, form(*[(field("text"), "a")] * 17), 422, "too many"),
        (FORM, form((field("text"), "a"), (field("fpr"), "x")), 422, "not a share"),
        (FORM, form((field("file", "rows.csv"), "a,b\r\n1,2")), 422, "/score/batch"),
        ("text/plain", "\x00\x01\x02\x03" * 50, 422, "binary"),
        ("application/pdf", "%PDF-1.7", 422, "PDF"),
        (DOCX, "PK", 422, "ZIP"),
    ],
)
def test_a_request_without_a_text_is_told_why(client, kind, body, status, said):
    content = body.encode("utf-8", "surrogateescape")
    answer = client.post("/score", content=content, headers={"content-type": kind})
    assert answer.status_code == status, answer.text
    assert said.lower() in error_of(answer).lower()


@pytest.mark.parametrize(
    ("path", "kind", "body", "status"),
    [
        ("/score?nmae=x", "text/plain", "x", 422),
        ("/score?fpr=0.01&fpr=2", "text/plain", "x", 422),
        ("/score?" + "&".join(["fpr=0.01"] * 9), "text/plain", "x", 422),
        ("/score?filename=a.txt", "application/json", '{"text": "x"}', 422),
        ("/score?fpr=0.01", FORM, form((field("text"), "a")), 422),
        ("/score?filename=rows.jsonl", "text/plain", '{"a": "b"}', 422),
        ("/score/batch?filename=a", "application/json", "[]", 422),
        ("/score/batch?fpr=x", "application/json", "[]", 422),
        ("/score/batch", "application/json", "{}", 422),
        ("/score/batch", "application/json", "{", 400),
        ("/score/batch", "text/plain", "x", 415),
    ],
)
def test_odd_addresses(client, path, kind, body, status):
    answer = client.post(path, content=body.encode(), headers={"content-type": kind})
    assert answer.status_code == status, answer.text
    assert error_of(answer)


def test_the_profile_has_the_only_rate(tmp_path):
    detector = Detector.default()
    path = tmp_path / "p.toml"
    model = "\n".join(
        f'{name} = "{getattr(detector.model, name)}"' for name in ("name", "version", "sha256")
    )
    path.write_text(
        'format = 1\nname = "p"\ncreated = 2026-01-01\nmtdetect = "0"\nredo = "x"\n'
        f"[model]\n{model}\n[point]\nfpr = 0.05\nshift = 9.0\ntexts = 100\nflagged = 1\n"
        "rate_low = 0.0\nrate_high = 0.05\nflagged_unshifted = 3\nduplicates = 0\n"
        "insufficient = 0\nunreadable = 0\n",
        encoding="utf-8",
    )
    desk = Desk(detector.adapted(profile=Profile.load(path)))
    client = client_of(AtHand(desk))
    report = client.post("/score", json={"text": SPLICED}).json()["report"]
    assert (report["fpr"], report["verdict"]) == (0.05, "human")
    refused = client.post("/score", json={"text": SPLICED, "fpr": 0.02})
    assert refused.status_code == 422
    assert "fpr" in error_of(refused)
    rows = client.post("/score/batch", json=[{"text": "x", "fpr": 0.02}, "x"]).json()["files"]
    assert ["error" in row for row in rows] == [True, False]


def test_other_addresses_and_methods(client):
    for path in ("/nothing", "/score/", "/openapi"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert error_of(answer)
    for method, path, allowed in (
        ("GET", "/score", "POST"),
        ("PUT", "/score/batch", "POST"),
        ("OPTIONS", "/score", "POST"),
        ("POST", "/health", "GET, HEAD"),
        ("DELETE", "/", "GET, HEAD"),
    ):
        answer = client.request(method, path)
        assert answer.status_code == 405
        assert answer.headers["allow"] == allowed
        assert error_of(answer)
    assert client.head("/health").status_code == 200
    html = client.get("/nothing", headers={"accept": "text/html"})
    assert html.status_code == 404
    assert "There is no report" in html.text


# Bounds.


def call(scorer, *, pieces, limits=None, headers=(), path="/score", stall=False):
    """The service called by hand: what it sent, and how many pieces it had taken by then."""
    app = create_app(scorer, limits or Limits(body=1000), names=None, log=lambda _: None)
    waiting, sent_messages, taken = list(pieces), [], []

    async def receive():
        if not waiting:
            if stall:
                await asyncio.sleep(60)
            return {"type": "http.disconnect"}
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting) or stall}

    async def send(message):
        sent_messages.append(message)
        taken.append(len(pieces) - len(waiting))

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"a"), *headers],
    }
    asyncio.run(app(scope, receive, send))
    return sent_messages, taken


def test_what_is_announced_as_too_large_is_not_read():
    sent_messages, taken = call(
        Canned(), pieces=[b"x" * 100] * 20, headers=[(b"content-length", b"2000")]
    )
    assert sent_messages[0]["status"] == 413
    assert (b"connection", b"close") in sent_messages[0]["headers"]
    assert json.loads(sent_messages[1]["body"]) == {"error": "larger than 1,000 bytes"}
    assert taken[:2] == [0, 0]  # both before anything was taken
    assert taken[-1] == 20  # then thrown away, so that the client sees the answer


def test_what_turns_out_too_large_is_read_no_further():
    sent_messages, taken = call(Canned(), pieces=[b"x" * 100] * 20)
    assert sent_messages[0]["status"] == 413
    assert taken[0] == 11


def test_what_fits_exactly_is_taken():
    sent_messages, _ = call(Canned(), pieces=[b"x" * 100] * 10)
    assert sent_messages[0]["status"] == 200


def test_a_request_that_comes_too_slowly_is_ended(monkeypatch):
    monkeypatch.setattr("mtdetect.serve.app._LINGER_SECONDS", 0.05)
    limits = Limits(seconds=0.05)
    sent_messages, _ = call(Canned(), pieces=[b"x"], limits=limits, stall=True)
    assert sent_messages[0]["status"] == 408
    assert (b"connection", b"close") in sent_messages[0]["headers"]


def test_a_client_that_goes_is_no_error():
    sent_messages, _ = call(Canned(), pieces=[])
    assert sent_messages == []


def test_memory_is_bounded_over_all_requests():
    """Requests that are being answered leave no room for others, until they are done."""
    limits = Limits(body=1000)
    begun, release = asyncio.Event(), asyncio.Event()

    class Slow(Canned):
        async def score(self, job):
            begun.set()
            await release.wait()
            return Answer(200, messages.JSON, job.body)

    async def scenario():
        app = create_app(Slow(), limits, names=None, log=lambda _: None)

        async def post(size):
            status = []

            async def receive():
                return {"type": "http.request", "body": b"x" * size, "more_body": False}

            async def send(message):
                status.append(message)

            scope = {
                "type": "http",
                "method": "POST",
                "path": "/score",
                "query_string": b"",
                "headers": [(b"host", b"a"), (b"content-length", str(size).encode())],
            }
            await app(scope, receive, send)
            return status[0]

        held = [asyncio.create_task(post(1000)) for _ in range(limits.held // 1000)]
        await begun.wait()
        await asyncio.sleep(0)
        refused = await post(1)
        release.set()
        statuses = [(await task)["status"] for task in held]
        after = await post(1)
        return refused, statuses, after["status"]

    refused, statuses, after = asyncio.run(scenario())
    assert refused["status"] == 503
    assert (b"retry-after", b"2") in refused["headers"]
    assert set(statuses) == {200}
    assert after == 200


def test_problems_of_the_pool_reach_the_client():
    busy = Problem(HTTPStatus.SERVICE_UNAVAILABLE, "too much to do", {"retry-after": "2"})
    answer = client_of(Canned(busy)).post("/score", content=b"x")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert error_of(answer) == "too much to do"


def test_an_unforeseen_error_says_nothing_of_the_text():
    lines = []
    client = client_of(Canned(ValueError("SECRET words")), log=lines.append)
    answer = client.post("/score", content=b"x")
    assert answer.status_code == 500
    assert "SECRET" not in answer.text + "".join(lines)
    assert any("ValueError in score" in line for line in lines)


def test_an_unforeseen_error_in_scoring_says_nothing_of_the_text(monkeypatch, capsys):
    detector = Detector.default()
    usual = detector.score

    def broken(text, **options):
        if "SECRET" in text:
            raise KeyError(text)
        return usual(text, **options)

    monkeypatch.setattr(detector, "score", broken)
    client = client_of(AtHand(Desk(detector)))
    answer = client.post("/score", json={"text": "SECRET"})
    assert answer.status_code == 500
    rows = client.post("/score/batch", json=["SECRET", "Fine."]).json()["files"]
    assert "KeyError" in rows[0]["error"]
    assert rows[1]["report"]["verdict"] == "insufficient"
    said = capsys.readouterr().err
    assert "KeyError in broken" in said
    assert "SECRET" not in said + answer.text + str(rows)


bodies = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=20),
        lambda part: (
            st.lists(part, max_size=4)
            | st.dictionaries(st.sampled_from(["text", "fpr", "x"]), part, max_size=3)
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode()),
    st.lists(
        st.tuples(
            st.sampled_from(
                [field("text"), field("file", "a.pdf"), field("fpr"), field("file", "é.docx"), "x"]
            ),
            st.text(max_size=40),
        ),
        max_size=3,
    ).map(lambda parts: form(*parts).encode("utf-8", "replace")),
)
kinds = st.sampled_from(
    ["", "application/json", FORM, *sent.SUFFIXES, *sent.JSON_LINES, "a/b", "multipart/form-data"]
)
queries = st.sampled_from(
    ["", "?filename=a.html", "?filename=a.docx", "?filename=%00.txt", "?fpr=0.05", "?fpr=nan", "?%"]
)


def hostile(client, path, body, kind, query, accept):
    headers = {"content-type": kind, "accept": accept}
    answer = client.post(f"{path}{query}", content=body, headers=headers)
    assert answer.status_code in {200, 400, 413, 415, 422}, answer.text
    if answer.headers["content-type"] == "application/json":
        content = answer.json()
        if answer.status_code == 200:
            SCHEMA.validate(content)
        else:
            assert error_of(answer)
    else:
        assert accept == "text/html"


anything = given(
    path=st.sampled_from(["/score", "/score/batch"]),
    body=bodies,
    kind=kinds,
    query=queries,
    accept=st.sampled_from(["*/*", "text/html"]),
)
shared = examples(suppress_health_check=[HealthCheck.function_scoped_fixture])


@examples(shared, max_examples=60)
@anything
def test_no_body_breaks_it(client, path, body, kind, query, accept):
    hostile(client, path, body, kind, query, accept)


@pytest.mark.slow
@examples(shared, max_examples=10_000)
@anything
def test_none_of_many_bodies_breaks_it(client, path, body, kind, query, accept):
    hostile(client, path, body, kind, query, accept)


@given(st.binary(max_size=400), st.binary(max_size=30))
def test_any_form_is_read_or_refused(body, boundary):
    kind = f"multipart/form-data; boundary={boundary.decode('latin-1')}"
    with contextlib.suppress(Problem):
        assert all(isinstance(part.name, str) for part in multipart.parse(kind, body))


def test_a_form_keeps_every_byte():
    data = bytes(range(256)) * 300 + b"\r\n--y\r\n"
    body = form((field("file", "a b.bin"), "@@")).encode().replace(b"@@", data)
    (part,) = multipart.parse(FORM, body)
    assert (part.name, part.filename, bytes(part.body)) == ("file", "a b.bin", data)


# Who may ask.


@pytest.mark.parametrize(
    ("host", "fine"),
    [
        ("localhost", True),
        ("localhost:8765", True),
        ("LOCALHOST:8765", True),
        ("127.0.0.1:8765", True),
        ("[::1]:8765", True),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("evil@localhost", False),
        ("localhost:80:80", False),
        ("127.0.0.1.nip.io", False),
        ("", False),
    ],
)
def test_on_the_own_machine_only_its_names_count(client, host, fine):
    for path in ("/", "/health"):
        answer = client.get(path, headers={"host": host})
        assert answer.status_code == (200 if fine else 400)
    everywhere = client_of(Canned(), names=guard.names_of("192.0.2.7"))
    assert everywhere.get("/health", headers={"host": "any.example"}).status_code == 200


def test_names_of_addresses():
    assert guard.names_of("127.0.0.9") == OWN | {"127.0.0.9"}
    assert "[::1]" in guard.names_of("::1")
    assert guard.names_of("0.0.0.0") is None  # noqa: S104 - that is the point
    assert guard.names_of("::") is None
    assert not guard.is_loopback("fe80::1%eth0")


@pytest.mark.parametrize(
    ("headers", "fine"),
    [
        ({}, True),
        ({"origin": "http://localhost"}, True),
        ({"origin": "https://localhost"}, True),  # behind something that speaks TLS
        ({"origin": "http://localhost:8000"}, False),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"origin": "http://[oops"}, False),
        ({"sec-fetch-site": "same-origin", "origin": "http://localhost"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
    ],
)
def test_other_sites_may_not_send_texts(headers, fine):
    client = client_of(Canned())
    for path in ("/score", "/score/batch"):
        answer = client.post(path, content=b"x", headers=headers)
        assert answer.status_code == (200 if fine else 403)
    assert client.get("/", headers=headers).status_code == 200


def test_every_answer_has_the_same_headers(client):
    answers = [
        client.get("/"),
        client.get("/health"),
        client.get("/nothing"),
        client.get("/health", headers={"host": "evil"}),
        client.post("/score", json={"text": "x"}),
        client.post("/score", content=b"{", headers=AS_JSON),
        client.post("/score", json={"text": "x"}, headers={"accept": "text/html"}),
    ]
    model = Detector.default().model
    for answer in answers:
        headers = answer.headers
        assert headers["x-mtdetect-model"] == f"{model.name} {model.version} {model.sha256[:12]}"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert not [name for name in headers if name.startswith("access-control")]
        assert "server" not in headers


def test_the_log_holds_neither_texts_nor_names():
    lines = []
    client = client_of(AtHand(Desk(Detector.default())), log=lines.append)
    client.post("/score?filename=SECRET.txt", content=b"SECRET", headers={"accept": "text/html"})
    client.post("/score", files={"file": ("SECRET.txt", b"SECRET")})
    client.post("/score/batch", json=["SECRET", 3])
    client.post("/score", content=b"SECRET{", headers=AS_JSON)
    client.get("/SECRET")
    client.request("SECRET", "/health")
    assert "SECRET" not in "".join(lines)
    assert [line.rsplit(" ", 2)[0] for line in lines] == [
        "POST /score 200",
        "POST /score 200",
        "POST /score/batch 200",
        "POST /score 400",
        "GET (other) 404",
        "? /health 405",
    ]
    assert all(line.endswith(" ms") for line in lines)


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        ("", False),
        ("*/*", False),
        ("text/html", True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("application/json, text/html", False),
        ("application/json;q=0.5, text/html", True),
        ("text/html;q=0", False),
        ("text/html;q=x", False),
        ("TEXT/HTML ; q=0.1", True),
        ("image/png", False),
    ],
)
def test_a_page_only_where_one_is_asked_for(accept, html):
    assert wants_html(accept) is html


# What it says of itself.


def test_health():
    answer = client_of(Canned()).get("/health")
    assert answer.status_code == 200
    content = answer.json()
    assert content["status"] == "ready"
    assert content["model"]["sha256"] == MODEL.sha256
    assert content["uptime"] >= 0
    starting = client_of(Canned(ready=0)).get("/health")
    assert (starting.status_code, starting.json()["status"]) == (503, "starting")


def test_the_description_is_openapi(client):
    validator = pytest.importorskip("openapi_spec_validator")
    content = client.get("/openapi.json").json()
    validator.validate(content, cls=validator.OpenAPIV31SpecValidator)
    assert content["info"]["version"] == __version__
    assert set(content["paths"]) == {"/", "/health", "/openapi.json", "/score", "/score/batch"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("result", lambda c: c.post("/score", json={"text": SPLICED})),
        ("results", lambda c: c.post("/score/batch", json=[SPLICED, 3])),
        ("error", lambda c: c.post("/score", json=[])),
    ],
)
def test_answers_are_as_described(client, name, content):
    described = openapi.description(1000, "1")
    schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
    jsonschema.Draft202012Validator(schema).validate(content(client).json())


def test_the_start_page(client):
    answer = client.get("/")
    assert answer.headers["content-security-policy"] == page.policy()
    assert "unsafe" not in page.policy()
    assert "10 MB" in answer.text
    assert "https://" not in answer.text
    assert answer.text.count("<h1") == 1


# Processes, with a stand-in for the worker that needs no model.

STAND_IN = """
import os, sys, time; sys.path.append(sys.argv[1])
from mtdetect.serve.messages import SIZES, frame, sizes
if "broken" in sys.argv[2]:
    sys.stdout.buffer.write(frame({"error": "no such model"})); sys.stdout.flush(); sys.exit()
model = {"name": "en", "version": "1", "sha256": "ab"}
sys.stdout.buffer.write(frame({"model": model})); sys.stdout.flush()
while start := sys.stdin.buffer.read(SIZES):
    head, body = (sys.stdin.buffer.read(size) for size in sizes(start))
    if body.startswith(b"die"):
        name = body[3:].decode()
        if not name or not os.path.exists(name):
            if name: open(name, "w").close()
            os._exit(9)
    if body == b"sleep": time.sleep(60)
    if body.startswith(b"wait"): time.sleep(0.05)
    answer = frame({"status": 200, "type": "a/b", "headers": {}}, str(os.getpid()).encode())
    sys.stdout.buffer.write(answer); sys.stdout.flush()
"""


def with_pool(monkeypatch, scenario, *, size=1, limits=None, settings=None, said=None):
    """Run a scenario with a pool of stand-ins; what it gave, and what the pool said."""
    monkeypatch.setattr(pool, "_START", STAND_IN)
    said = [] if said is None else said

    async def run():
        made = pool.Pool(size, settings or worker.Settings(), limits or Limits(), said.append)
        async with made:
            return await scenario(made)

    return asyncio.run(run()), said


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - of other processes
            await asyncio.sleep(0.01)


def test_a_job_is_answered_by_another_process(monkeypatch):
    async def scenario(made):
        await until(lambda: made.ready == 2)
        return [(await made.score(Job(b"x"))).body for _ in range(4)]

    found, said = with_pool(monkeypatch, scenario, size=2)
    assert len(set(found)) == 2
    assert str(os.getpid()).encode() not in found
    assert said == []


def test_large_jobs_pass_through(monkeypatch):
    async def scenario(made):
        return await made.score(Job(b"x" * 5_000_000))

    assert with_pool(monkeypatch, scenario)[0].status == 200


def test_a_job_whose_worker_dies_is_asked_again(monkeypatch, tmp_path):
    async def scenario(made):
        answer = await made.score(Job(b"die" + str(tmp_path / "once").encode()))
        return answer.status, (await made.score(Job(b"x"))).status

    found, said = with_pool(monkeypatch, scenario)
    assert found == (200, 200)
    assert len(said) == 1
    assert "died; starting another" in said[0]


def test_a_job_that_kills_two_workers_kills_no_more(monkeypatch):
    async def scenario(made):
        with pytest.raises(Problem) as caught:
            await made.score(Job(b"die"))
        return caught.value.status, (await made.score(Job(b"x"))).status

    found, said = with_pool(monkeypatch, scenario)
    assert found == (500, 200)
    assert len(said) == 2


def test_a_job_that_takes_too_long_is_stopped(monkeypatch):
    async def scenario(made):
        before = int((await made.score(Job(b"x"))).body)
        with pytest.raises(Problem) as caught:
            await made.score(Job(b"sleep"))
        await until(lambda: made.ready == 1 and not alive(before))
        return caught.value

    found, _ = with_pool(monkeypatch, scenario, limits=Limits(seconds=0.5))
    assert found.status == 504
    assert found.headers == {"retry-after": "2"}


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_worker_that_dies_idle_is_replaced(monkeypatch):
    async def scenario(made):
        before = int((await made.score(Job(b"x"))).body)
        os.kill(before, signal.SIGKILL)
        await until(lambda: made.ready == 0)
        after = int((await made.score(Job(b"x"))).body)
        return before, after

    (before, after), _ = with_pool(monkeypatch, scenario)
    assert before != after


def test_the_queue_is_bounded_and_served_in_order(monkeypatch):
    async def scenario(made):
        order = []

        async def ask(number):
            try:
                await made.score(Job(b"wait"))
            except Problem as problem:
                order.append((number, problem.status))
            else:
                order.append((number, 200))

        tasks = [asyncio.create_task(ask(number)) for number in range(8)]
        await asyncio.gather(*tasks)
        return order, made.waiting

    (order, waiting), _ = with_pool(monkeypatch, scenario, limits=Limits(queue=3))
    assert [item for item in order if item[1] == 503] == [(n, 503) for n in (4, 5, 6, 7)]
    assert [item for item in order if item[1] == 200] == [(n, 200) for n in (0, 1, 2, 3)]
    assert waiting == 0


def test_who_waits_too_long_is_told(monkeypatch):
    async def scenario(made):
        jobs = made.score(Job(b"sleep")), made.score(Job(b"x"))
        results = await asyncio.gather(*jobs, return_exceptions=True)
        return [(problem.status, problem.headers) for problem in results]

    found, _ = with_pool(monkeypatch, scenario, limits=Limits(seconds=0.4))
    assert found == [(504, {"retry-after": "2"}), (503, {"retry-after": "2"})]


def test_a_worker_that_cannot_start_says_why(monkeypatch):
    async def scenario(_):
        raise AssertionError("it has not started")

    with pytest.raises(pool.StartError, match="no such model"):
        with_pool(monkeypatch, scenario, settings=worker.Settings(model="broken"))


def test_a_new_worker_must_have_the_same_model(monkeypatch):
    async def scenario(made):
        changed = STAND_IN.replace('"version": "1"', '"version": "2"')
        monkeypatch.setattr(pool, "_START", changed)
        os.kill(int((await made.score(Job(b"x"))).body), signal.SIGKILL)
        await until(lambda: len(said) > 1)
        return made.ready, made.model.version

    said = []
    found, _ = with_pool(monkeypatch, scenario, said=said)
    assert found == (0, "1")
    assert "its model is another one now" in said[1]


def test_a_cancelled_job_leaves_no_stale_answer(monkeypatch):
    async def scenario(made):
        task = asyncio.create_task(made.score(Job(b"sleep")))
        await asyncio.sleep(0.1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return (await made.score(Job(b"x"))).status

    assert with_pool(monkeypatch, scenario)[0] == 200


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (worker.Settings(model="/no/such.npz"), "no such"),
        (worker.Settings(profile="/no/such.toml"), "no such file"),
    ],
)
def test_the_worker_tells_what_it_cannot_load(settings, said, monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(worker, "_private_output", lambda: written)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO()))
    words = {"model": settings.model, "profile": settings.profile, "fpr": None}
    worker.main([json.dumps(words)])
    assert said in written.getvalue().decode().lower()


def test_the_worker_answers_until_there_is_nothing_more(monkeypatch):
    jobs = [Job(b'{"text": "Short."}', content_type="application/json"), Job(b"{", batch=True)]
    written = io.BytesIO()
    incoming = io.BytesIO(b"".join(job.frame() for job in jobs) + b"\0\0")
    monkeypatch.setattr(worker, "_private_output", lambda: written)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=incoming))
    worker.main(["{}"])
    written.seek(0)
    heads = []
    while start := written.read(messages.SIZES):
        head, body = (written.read(size) for size in messages.sizes(start))
        heads.append(json.loads(head))
        assert body or "model" in heads[-1]
    assert [head.get("status") for head in heads] == [None, 200, 415]


# The socket.


@contextlib.contextmanager
def listening(scorer, **limits):
    """The service on a port of its own, in a thread; its address."""
    app = create_app(scorer, Limits(**limits), names=OWN, log=lambda _: None)
    config = uvicorn.Config(
        app, http=server.Protocol, ws="none", lifespan="off", log_config=None, access_log=False
    )
    running = server.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        thread = threading.Thread(target=lambda: asyncio.run(running.serve([listener])))
        thread.start()
        try:
            yield address
        finally:
            running.end()
            thread.join(10)


def exchange(address, *pieces, pause=0.0):
    """What comes back until the server closes."""
    with socket.create_connection(address, timeout=10) as connection:
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(pause)
        received = b""
        with contextlib.suppress(ConnectionError):
            while piece := connection.recv(65536):
                received += piece
        return received


def test_who_dawdles_over_a_request_is_cut_off(monkeypatch):
    monkeypatch.setattr(server, "_IDLE_SECONDS", 0.2)
    with listening(Canned()) as address:
        assert exchange(address) == b""
        assert exchange(address, *[b"GET / HT", b"TP/1.1\r\n", b"Host: a\r\n"], pause=0.1) == b""


def test_who_sends_far_too_much_still_reads_why():
    head = b"POST /score HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000000\r\n\r\n"
    with listening(Canned(), body=1000) as address:
        received = exchange(address, head, *[b"x" * 1_000_000] * 20)
    assert received.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in received
    assert received.endswith(b'{"error": "larger than 1,000 bytes"}')


def test_a_large_answer_arrives_whole():
    answer = Answer(200, messages.JSON, b"x" * 3_000_000)
    head = b"POST /score HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    request = head + b"Content-Length: 1\r\n\r\nx"
    with listening(Canned(answer)) as address:
        received = exchange(address, request)
    assert received.endswith(b"\r\n\r\n" + answer.body)


# The command.


def test_without_the_extra_the_command_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(command, "find_spec", lambda name: None if name == "uvicorn" else object())
    assert command.run([]) == 2
    assert 'pip install "mtdetect[serve]"' in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "70000"],
        ["--port", "x"],
        ["--workers", "0"],
        ["--max-bytes", "0"],
        ["--max-bytes", str(2**40)],
        ["--timeout", "0"],
        ["--timeout", "nan"],
        ["--fpr", "0.5"],
        ["--fpr", "0.01", "--profile", "x"],
        ["text.txt"],
    ],
)
def test_wrong_options_are_refused(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        command.run(arguments)
    assert stop.value.code == 2
    assert capsys.readouterr().err


def test_a_port_in_use_is_told(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert command.run(["--port", str(taken.getsockname()[1])]) == 2
    assert "cannot listen on 127.0.0.1" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["no such host", "." * 300, "203.0.113.9"])
def test_a_host_that_is_none_is_told(host, capsys):
    assert command.run(["--host", host, "--port", "0"]) == 2
    assert "cannot listen on" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "warned"),
    [("127.0.0.1", False), ("localhost", False), ("0.0.0.0", True)],  # noqa: S104
)
def test_who_listens_to_others_is_warned(host, warned, monkeypatch, capsys):
    made = []

    def run(self):
        made.append(self)
        self.started(self.address)
        return signal.SIGTERM

    monkeypatch.setattr(server.Service, "run", run)
    options = ["--host", host, "--port", "0", "--timeout", "5", "--max-bytes", "1000"]
    assert command.run([*options, "--workers", "3", "--fpr", "0.02"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("http://")
    assert ("no authentication" in err) is warned
    assert made[0].limits == Limits(body=1000, seconds=5.0)
    assert made[0].settings == worker.Settings(fpr=0.02)
    assert made[0].workers == 3


def test_exit_codes_tell_how_it_ended(monkeypatch, capsys):
    monkeypatch.setattr(server.Service, "run", lambda _: signal.SIGINT)
    assert command.run(["--port", "0"]) == 130

    def fails(_):
        raise pool.StartError("no such model")

    monkeypatch.setattr(server.Service, "run", fails)
    assert command.run(["--port", "0"]) == 2
    assert "no such model" in capsys.readouterr().err


# The documentation.

GUIDE = (ROOT / "docs" / "serve.md").read_text(encoding="utf-8")


def test_the_guide_names_every_option(capsys):
    with pytest.raises(SystemExit):
        command.run(["--help"])
    options = set(re.findall(r"(?<![\w-])--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert len(options) == 9
    assert [name for name in options if f"`{name}`" not in GUIDE] == []


def test_the_guide_names_every_status():
    described = openapi.description(1, "1")["components"]["responses"]
    table = set(re.findall(r"^\| (\d{3})", GUIDE, re.MULTILINE))
    assert table == set(described) - {"405"} | {"404"}
    assert f"up to {MOST_TEXTS} texts" in GUIDE
    assert f"{Limits().queue} requests wait" in GUIDE


def test_the_example_requests_of_the_guide_are_taken(client):
    article = {"a.md": SPLICED, "article.html": PAGE}
    kind, body, path = r"'Content-Type: (\S+)'", r"'?([^' ].*?)'?", r"'?localhost:8765(\S+?)'?"
    form = rf"^curl -H {kind} (?:-d|--data-binary) {body} {path}(?: \|)?$"
    calls = re.findall(form, GUIDE, re.MULTILINE)
    assert len(calls) == 4
    for kind, body, path in calls:
        content = article[body[1:]] if body.startswith("@") else body
        answer = client.post(path, content=content.encode(), headers={"content-type": kind})
        assert answer.status_code == 200, answer.text
