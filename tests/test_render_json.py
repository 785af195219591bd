"""JSON: every output fits docs/report.schema.json, and the schema describes every field."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import MODEL
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from made_results import (
    ATTRIBUTION,
    CARRIERS,
    TEXT,
    gone,
    human,
    insufficient,
    machine,
    mixed,
    result_lists,
    source,
)

from mtdetect import fingerprint
from mtdetect.detector import Detector
from mtdetect.reading import Mark
from mtdetect.reading.places import TextCarrier
from mtdetect.render import json as render_json
from mtdetect.result import Hidden, Scored
from mtdetect.text import Span

DOCS = Path(__file__).parent.parent / "docs"
SCHEMA = json.loads((DOCS / "report.schema.json").read_text(encoding="utf-8"))


def closed(schema):
    """The schema without its allowance for fields to come."""
    schema = copy.deepcopy(schema)
    whole, line = schema["$defs"]["all"], schema["$defs"]["line"]
    whole["additionalProperties"] = False
    whole["properties"]["files"]["items"]["unevaluatedProperties"] = False
    line["unevaluatedProperties"] = False
    for name in {*schema["$defs"]} - {"all", "line", "text", "error"}:
        for part in objects(schema["$defs"][name]):
            part["additionalProperties"] = False
    return schema


def objects(schema):
    """Every description of an object in a schema."""
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        for part in schema.values():
            yield from objects(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from objects(part)


STRICT = Draft202012Validator(closed(SCHEMA))
OPEN = Draft202012Validator(SCHEMA)


def content(*results):
    rendered = json.loads(render_json.render(results, version="1.2.3", model=MODEL))
    STRICT.validate(rendered)
    return rendered


def test_the_schema_is_one_and_describes_every_field():
    Draft202012Validator.check_schema(SCHEMA)
    for part in objects(SCHEMA):
        for name, field in part["properties"].items():
            target = SCHEMA["$defs"][field["$ref"].rpartition("/")[2]] if "$ref" in field else {}
            assert field.get("description", target.get("description", field.get("const"))), name


def test_the_schema_takes_fields_to_come_and_refuses_what_is_missing_or_wrong():
    rendered = content(machine(), gone())
    OPEN.validate(rendered | {"later": 1, "files": [rendered["files"][0] | {"later": 1}]})
    broken = copy.deepcopy(rendered)
    del broken["files"][0]["report"]["findings"][0]["place"]
    assert not OPEN.is_valid(broken)
    broken = copy.deepcopy(rendered)
    broken["files"][0]["report"]["verdict"] = "perhaps"
    assert not OPEN.is_valid(broken)
    assert not OPEN.is_valid(rendered | {"schema": "mtdetect-report/2"})


def test_a_row_for_every_file_in_order():
    rendered = content(machine(name="naïve.txt"), gone(), human())
    assert list(rendered) == ["schema", "version", "model", "files"]
    assert rendered["schema"] == "mtdetect-report/1"
    assert rendered["version"] == "1.2.3"
    assert rendered["model"] == {"name": "en", "version": "1.0", "sha256": "ab" * 32}
    assert [row["name"] for row in rendered["files"]] == ["naïve.txt", "gone.txt", "suspect.txt"]
    assert rendered["files"][1] == {"name": "gone.txt", "error": "no such file"}
    assert content()["files"] == []


def test_a_row_says_how_the_file_was_read():
    marks = (Mark("translated_class", "a browser translated the page", Span(4, 8)),)
    odd = source(TEXT, warnings=("odd",), marks=marks, format="html")
    (row,) = content(replace(mixed(), source=odd, known=True))["files"]
    assert (row["format"], row["encoding"], row["warnings"]) == ("html", "utf-8", ["odd"])
    assert row["known"] is True
    (mark,) = row["provenance"]
    assert (mark["name"], mark["message"]) == (marks[0].name, marks[0].message)
    assert (mark["place"]["line"], mark["place"]["column"]) == (1, 5)


def test_the_report_is_that_of_the_library_with_places():
    result = machine()
    (row,) = content(result)["files"]
    for kind in ("paragraphs", "sentences", "passages", "findings"):
        for part in row["report"][kind]:
            start, end = part["span"]
            assert part.pop("place") == result.source.place(Span(start, end)).to_dict()
            part.pop("hidden", None)
            part.pop("fingerprint", None)
    assert row["report"] == json.loads(result.report.to_json())


def test_findings_have_a_place_a_name_and_why_they_are_hidden():
    report = machine().report
    hidden = (
        Hidden(report.findings[1], "suppressed", "a quotation"),
        Hidden(report.findings[2], "known"),
    )
    result = machine(hidden=hidden)
    (row,) = content(result)["files"]
    findings = row["report"]["findings"]
    assert [f["hidden"] for f in findings] == [
        None,
        {"why": "suppressed", "note": "a quotation"},
        {"why": "known", "note": ""},
        None,
        None,
    ]
    attribution = findings[1]
    place = attribution["place"]
    assert TEXT[place["start"] : place["end"]] == attribution["text"] == ATTRIBUTION[0]
    assert (place["line"], place["column"], place["end_column"]) == (1, 43, 87)
    assert [f["fingerprint"] for f in findings] == list(fingerprint.fingerprints(result))
    assert row["fingerprint"] == fingerprint.document_fingerprint(result)
    names = [passage["fingerprint"] for passage in row["report"]["passages"]]
    assert names == list(fingerprint.passage_fingerprints(result))


def test_bytes_that_cannot_be_told_are_null():
    carrier = TextCarrier(TEXT, encoding="iso2022_jp", size=1)
    result = replace(human(findings=()), source=source(TEXT, carrier=carrier))
    (row,) = content(result)["files"]
    assert row["report"]["paragraphs"][0]["place"]["byte_start"] is None


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("pdf", {"page": 1, "offset": 42, "end_page": 1, "end_offset": 86}),
        ("docx", {"part": "word/document.xml", "paragraph": 1, "offset": 42, "end_offset": 86}),
        ("parquet", {"row": 3, "column": "body", "text": None}),
        ("jsonl", {"row": 3, "column": "body"}),
    ],
)
def test_each_format_has_places_of_its_own(kind, expected):
    carrier = CARRIERS[kind](TEXT)
    result = replace(machine(), source=source(TEXT, carrier=carrier, format=kind, encoding=None))
    (row,) = content(result)["files"]
    where = row["report"]["findings"][1]["place"]
    assert expected.items() <= where.items()
    if kind == "jsonl":
        assert (where["text"]["line"], where["text"]["byte_start"]) == (3, 162)


def test_each_line_stands_for_itself():
    results = [machine(), gone(), insufficient()]
    rendered = render_json.render_lines(results, version="1.2.3", model=MODEL)
    lines = rendered.split("\n")
    assert lines == [render_json.render_line(r, version="1.2.3", model=MODEL) for r in results]
    whole = content(*results)
    head = {name: whole[name] for name in ("schema", "version", "model")}
    for line, row in zip(lines, whole["files"], strict=True):
        STRICT.validate(json.loads(line))
        assert json.loads(line) == head | row


@pytest.mark.parametrize("name", ["\udce9.txt", "\x1b]0;x\x07.txt", "\u202e\x9b.txt", "a\u2028b"])
def test_a_name_that_is_not_fit_to_be_shown_is_escaped_and_comes_back(name):
    rendered = render_json.render([gone(name)], version="1", model=MODEL)
    assert rendered.replace("\n", "").isprintable()
    assert json.loads(rendered.encode())["files"][0]["name"] == name


def test_the_example_of_the_docs_is_what_the_command_prints():
    page = (DOCS / "json.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    text = (DOCS.parent / "examples" / "spliced.txt").read_text(encoding="utf-8")
    (row,) = content(Scored(source(text), Detector.default().score(text)))["files"]
    found = next(f for f in row["report"]["findings"] if f["signal"] == "detached_attribution")
    del found["weight"]
    assert json.loads(example) == found


@given(results=result_lists)
@settings(max_examples=30)
def test_any_texts_fit_the_schema(results):
    rendered = render_json.render(results, version="1", model=MODEL)
    rendered.encode()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", rendered)
    rows = json.loads(rendered)["files"]
    assert len(rows) == len(results)
    lines = render_json.render_lines(results, version="1", model=MODEL)
    assert lines.count("\n") == max(0, len(results) - 1)
    STRICT.validate(json.loads(rendered))
    for row, result in zip(rows, results, strict=True):
        if isinstance(result, Scored):
            texts = [finding["text"] for finding in row["report"]["findings"]]
            assert texts == [finding.text for finding in result.report.findings]
