"""SARIF: what it points at, where, and that any text makes a valid log."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path, PurePath
from urllib.parse import unquote

import pytest
from conftest import MODEL, place
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from made_results import (
    ATTRIBUTION,
    TEXT,
    Pages,
    cells,
    encodable,
    gone,
    human,
    insufficient,
    machine,
    mixed,
    names,
    result_lists,
    scored,
    source,
)

from mtdetect import fingerprint, uris
from mtdetect.reading import Mark
from mtdetect.reading.places import TextCarrier
from mtdetect.render import sarif
from mtdetect.report import Finding
from mtdetect.result import Hidden, Scored
from mtdetect.signals import catalogue
from mtdetect.text import Span

SCHEMA = Path(__file__).parent / "schemas" / "sarif-2.1.0.json"
VALIDATOR = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def run_of(*results):
    log = json.loads(sarif.render(results, version="1.2.3", model=MODEL))
    VALIDATOR.validate(log)
    assert log["version"] == "2.1.0"
    return log["runs"][0]


def rules_of(run):
    return [result["ruleId"] for result in run["results"]]


def region_of(result):
    return result["locations"][0]["physicalLocation"]["region"]


def text_at(region, text):
    return text[region["charOffset"] :][: region["charLength"]]


def test_a_machine_text_gives_the_whole_its_passages_and_what_speaks_for_a_machine():
    run = run_of(machine())
    assert rules_of(run) == [
        "document",
        "passage",
        "passage",
        "detached_attribution",
        "unopened_quote",
        "see_also_line",
    ]
    levels = [result["level"] for result in run["results"]]
    assert levels == ["warning"] * 5 + ["note"]
    document, passage, _, attribution, *_ = run["results"]
    assert document["message"]["text"] == (
        "The text reads as if a machine had translated it: 98 % at even odds, from 1,041 words."
        " This is a reason to look, not a proof."
    )
    assert passage["message"]["text"].startswith(
        "60 words here read as if a machine had translated them: 94 %. They begin “The port will"
    )
    assert attribution["message"]["text"] == (
        "An attribution stands alone as a sentence, cut off from the claim it belongs to."
        " Here: “According to two people close to the owners.” (+1.9 in log-odds)."
    )
    assert attribution["properties"] == {"weight": 1.9, "text": ATTRIBUTION[0]}
    assert attribution["rank"] == pytest.approx(87, abs=0.05)
    assert text_at(region_of(attribution), TEXT) == ATTRIBUTION[0]
    assert text_at(region_of(document), TEXT) == TEXT[: TEXT.index("\n\nSee also")]


def test_a_passage_that_is_the_whole_text_is_not_told_of_twice():
    assert "passage" not in rules_of(run_of(machine(passages=(("The port", "captain.", 0.9),))))


def test_a_passage_below_its_threshold_is_a_note():
    report = machine().report
    faint = tuple(replace(passage, flagged=False) for passage in report.passages)
    run = run_of(replace(machine(), report=replace(report, passages=faint)))
    assert [r["level"] for r in run["results"] if r["ruleId"] == "passage"] == ["note", "note"]


def test_of_a_mixed_text_only_what_stands_in_its_flagged_passages_is_told():
    assert rules_of(run_of(mixed())) == ["passage", "unopened_quote"]


@pytest.mark.parametrize("result", [human(), insufficient(), insufficient("", name="empty.txt")])
def test_nothing_in_a_text_that_is_not_flagged_is_a_result(result):
    run = run_of(result)
    assert run["results"] == []
    assert run["artifacts"][0]["location"]["uri"] == result.source.name


@pytest.mark.parametrize("result", [human(), insufficient(TEXT), mixed(), machine()])
def test_a_trace_of_a_tool_is_a_note_whatever_the_verdict(result):
    marks = (
        Mark("translated_class", "the page was translated by a browser", Span(4, 8)),
        Mark("google_offer", "the page offers translation", Span(4, 8)),
    )
    run = run_of(replace(result, source=source(TEXT, marks=marks)))
    trace = run["results"][-1]
    assert trace["ruleId"] == "provenance/translated_class"
    assert trace["level"] == "note"
    assert trace["message"]["text"] == "The page was translated by a browser."
    assert text_at(region_of(trace), TEXT) == "port"
    assert run["tool"]["driver"]["rules"][trace["ruleIndex"]]["id"] == trace["ruleId"]


def test_every_rule_tells_what_it_means_and_none_accuses_people():
    rules = run_of()["tool"]["driver"]["rules"]
    names = [rule["id"] for rule in rules]
    signals = [s.name for s in catalogue().values() if s.family != "human"]
    assert names == ["document", "passage", *signals]
    by_name = {rule["id"]: rule for rule in rules}
    rule = by_name["detached_attribution"]
    assert rule["name"] == "DetachedAttribution"
    assert rule["shortDescription"]["text"].startswith("An attribution stands alone")
    assert rule["properties"] == {"family": "boundaries"}
    assert rule["help"]["text"].startswith(rule["fullDescription"]["text"])
    for rule in rules:
        assert rule["name"].lower() != rule["id"]
        assert re.fullmatch(r"[A-Z][A-Za-z]+", rule["name"])
        assert len(rule["fullDescription"]["text"]) <= 1024  # as code scanning wants
        assert "``" not in rule["help"]["markdown"]


def test_what_is_hidden_is_suppressed_with_its_reason():
    report = machine().report
    hidden = (
        Hidden(report.findings[1], "suppressed", "the band is called that"),
        Hidden(report.findings[2], "known"),
    )
    results = run_of(machine(hidden=hidden))["results"]
    suppressed = {r["ruleId"]: r["suppressions"] for r in results if r["suppressions"]}
    assert suppressed == {
        "detached_attribution": [{"kind": "inSource", "justification": "the band is called that"}],
        "unopened_quote": [{"kind": "external"}],
    }
    known = run_of(machine(known=True))["results"]
    assert len(known) == len(results)
    assert all(r["suppressions"][0]["kind"] == "external" for r in known)


def test_the_model_the_version_and_how_columns_count_are_told():
    run = run_of()
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("mtdetect", "1.2.3")
    assert driver["properties"]["model"]["sha256"] == MODEL.sha256
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["newlineSequences"] == ["\r\n", "\n", "\r"]


def test_errors_and_oddities_are_notifications():
    odd = replace(human(), source=source(TEXT, warnings=("not UTF-8; read as Latin-1",)))
    invocation = run_of(odd, gone())["invocations"][0]
    assert invocation["executionSuccessful"] is False
    told = [
        (n["descriptor"]["id"], n["level"], n["message"]["text"])
        for n in invocation["toolExecutionNotifications"]
    ]
    assert told == [
        ("file-unreadable", "error", "gone.txt: no such file."),
        ("file-odd", "warning", "not UTF-8; read as Latin-1."),
    ]
    assert run_of(odd)["invocations"][0]["executionSuccessful"] is True


@pytest.mark.parametrize(
    ("name", "location"),
    [
        ("a b/ü.txt", {"uri": "a%20b/%C3%BC.txt", "uriBaseId": "%SRCROOT%"}),
        ("./in/a.txt", {"uri": "in/a.txt", "uriBaseId": "%SRCROOT%"}),
        ("c:a.txt", {"uri": "c%3Aa.txt", "uriBaseId": "%SRCROOT%"}),
        ("../up.txt", {"uri": "../up.txt"}),
        ("/abs/a#1?.txt", {"uri": "file:///abs/a%231%3F.txt"}),
        ("\udce9.txt", {"uri": "%E9.txt", "uriBaseId": "%SRCROOT%"}),
        ("\ud800.txt", {"uri": "%3F.txt", "uriBaseId": "%SRCROOT%"}),
        ("<stdin>", {"uri": "stdin", "description": {"text": "standard input"}}),
    ],
)
def test_files_are_named_by_uris(name, location):
    run = run_of(machine(name=name))
    assert run["artifacts"][0]["location"] == location
    for result in run["results"]:
        physical = result["locations"][0]["physicalLocation"]
        assert physical["artifactLocation"] == location | {"index": 0}


@pytest.mark.parametrize(
    ("python", "iana"),
    [
        ("utf-8", "utf-8"),
        ("cp1252", "windows-1252"),
        ("latin-1", "iso-8859-1"),
        ("iso8859-15", "iso-8859-15"),
        ("utf-16-le", "utf-16le"),
        ("shift_jis", "shift-jis"),
    ],
)
def test_encodings_have_their_registered_names(python, iana):
    run = run_of(replace(human(), source=source(TEXT, encoding=python)))
    assert run["artifacts"][0]["encoding"] == iana


def test_a_file_without_lines_is_marked_in_words():
    result = replace(
        machine(), source=source(TEXT, carrier=Pages(TEXT), format="pdf", encoding=None)
    )
    found = next(r for r in run_of(result)["results"] if r["ruleId"] == "detached_attribution")
    start, end = place(TEXT, ATTRIBUTION[0])
    assert region_of(found) == {"startLine": 1}
    assert found["locations"][0]["logicalLocations"] == [{"name": "page 1"}]
    assert found["message"]["text"].startswith("Page 1: An attribution")
    assert found["properties"]["place"] == {
        "page": 1,
        "offset": start,
        "end_page": 1,
        "end_offset": end,
    }


def test_a_row_is_a_place_in_its_file():
    result = machine(name="in/posts.jsonl:3")
    cell = source(TEXT, name=result.source.name, carrier=cells(TEXT), format="jsonl")
    error = gone("in/posts.jsonl:4")
    run = run_of(replace(result, source=cell), error)
    assert [a["location"]["uri"] for a in run["artifacts"]] == ["in/posts.jsonl"]
    found = next(r for r in run["results"] if r["ruleId"] == "detached_attribution")
    region = region_of(found)
    start, end = place(TEXT, ATTRIBUTION[0])
    assert (region["startLine"], region["startColumn"]) == (3, start + 1)
    assert (region["charOffset"], region["byteOffset"]) == (100 + start, 120 + start)
    assert region["charLength"] == end - start
    assert found["message"]["text"].startswith("Row 3: An attribution")
    (notice,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"] == "in/posts.jsonl:4: no such file."
    physical = notice["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "in/posts.jsonl"


def test_nothing_in_a_message_is_a_placeholder_or_a_link():
    hostile = "See [this](https://evil.example) and {0} now."
    finding = (hostile, "unopened_quote", "odd [x](1)", 1.0)
    run = run_of(machine(hostile, findings=(finding,), passages=(), furniture=()))
    message = run["results"][-1]["message"]["text"]
    assert message == (
        "Odd [x] (1). Here: “See [this] (https://evil.example) and {{0}} now.” (+1.0 in log-odds)."
    )


def test_of_too_many_results_the_strongest_are_kept_in_order_and_the_rest_counted(monkeypatch):
    monkeypatch.setattr(sarif, "MOST_RESULTS", 50)
    text = "word " * 60
    result = machine(text, findings=(), passages=(), furniture=())
    finding = Finding("unopened_quote", "odd", Span(0, 4), "word", 0.5)
    findings = tuple(
        replace(finding, span=Span(start, start + 4), weight=2.0 if start % 2 else 0.5)
        for start in range(0, len(text), 5)
    )
    result = replace(result, report=replace(result.report, findings=findings))
    run = run_of(replace(result, hidden=(Hidden(findings[1], "suppressed"),)))
    results = run["results"]
    assert len(results) == 50
    assert results[0]["ruleId"] == "document"
    offsets = [region_of(r)["charOffset"] for r in results[1:]]
    assert offsets == sorted(offsets)
    assert sum(r["properties"]["weight"] == 2.0 for r in results) == 29
    assert not any(r["suppressions"] for r in results)
    (notice,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"] == "11 results were left out; the 50 strongest are here."


@given(results=result_lists)
@settings(max_examples=40)
def test_any_texts_and_names_make_a_valid_log(results):
    rendered = sarif.render(results, version="1", model=MODEL)
    rendered.encode()  # no lone surrogate
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", rendered)
    assert rendered == sarif.render(results, version="1", model=MODEL)
    log = json.loads(rendered)
    VALIDATOR.validate(log)
    run = log["runs"][0]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert 0 <= result["rank"] <= 100
        location = result["locations"][0]["physicalLocation"]["artifactLocation"]
        artifact = run["artifacts"][location["index"]]["location"]
        assert location == artifact | {"index": location["index"]}
        assert result["ruleId"] != "hedges"
    flagged = any(
        isinstance(r, Scored) and (r.report.verdict in {"machine", "mixed"} or r.source.marks)
        for r in results
    )
    assert flagged or not run["results"]


@given(name=names)
def test_a_uri_leads_back_to_the_name(name):
    encoded = uris.uri(name)
    assert re.fullmatch(r"[A-Za-z0-9._~/%:-]*", encoded)
    assert not re.match(r"[a-z]+:", encoded) or PurePath(name).is_absolute()
    path = unquote(encoded.removeprefix("file://"), errors="surrogateescape")
    if not re.search("[\ud800-\udfff]", name):
        assert PurePath(path) == PurePath(name)


def regions_hold(data):
    """Lines, columns, characters and bytes of a region all say the same words."""
    text = data.draw(encodable)
    mark = data.draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    raw = mark + text.encode()
    carrier = TextCarrier(text, mark=len(mark), size=len(raw))
    result = data.draw(scored(source=source(text, carrier=carrier)))
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    log = json.loads(sarif.render([result], version="1", model=MODEL))
    for found in log["runs"][0]["results"]:
        region = region_of(found)
        words = text_at(region, text)
        assert raw[region["byteOffset"] :][: region["byteLength"]].decode() == words
        first, last = region["startLine"] - 1, region["endLine"] - 1
        stretch = lines[first : last + 1]
        stretch[-1] = stretch[-1][: region["endColumn"] - 1]
        assert "".join(stretch)[region["startColumn"] - 1 :] == words
        if "text" in found["properties"]:
            assert found["properties"]["text"] == words
        assert re.fullmatch(r"[0-9a-f]{32}:\d+", found["partialFingerprints"][fingerprint.NAME])


@given(data=st.data())
@settings(max_examples=40)
def test_a_region_is_the_words_found(data):
    regions_hold(data)


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=2_000)
def test_a_region_is_the_words_found_in_thousands_of_texts(data):
    regions_hold(data)
