"""Annotations: what the runner of GitHub Actions reads back from each line."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from conftest import MODEL
from hypothesis import given, settings
from made_results import (
    TEXT,
    Pages,
    cells,
    gone,
    human,
    insufficient,
    machine,
    mixed,
    result_lists,
    source,
)

from mtdetect.reading import Mark
from mtdetect.render import github
from mtdetect.report import Finding
from mtdetect.result import Hidden
from mtdetect.text import Span

LINE = re.compile(r"::(error|warning|notice) ([^\r\n]*?)::([^\r\n]*)")


WHOLE = (
    "The text reads as if a machine had translated it: 98 % at even odds, from 1,041 words."
    " This is a reason to look, not a proof."
)
FOUND = (
    "An attribution stands alone as a sentence, cut off from the claim it belongs to."
    " Here: “According to two people close to the owners.” (+1.9 in log-odds)."
)


def lines(*results):
    rendered = github.render(results, version="1.2.3", model=MODEL)
    return rendered.split("\n") if rendered else []


def read_back(line):
    """Command, properties and message as the runner takes them from a line."""
    command, properties, message = LINE.fullmatch(line).groups()
    pairs = (pair.split("=", 1) for pair in properties.split(","))
    return (
        command,
        {name: unescape(value, ("%3A", ":"), ("%2C", ",")) for name, value in pairs},
        unescape(message),
    )


def unescape(text, *more):
    for escaped, char in (*more, ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(escaped, char)
    return text


def test_a_machine_text_is_marked_at_its_first_line_and_what_it_holds_where_it_stands():
    document, first, second, attribution, quote, see_also = map(read_back, lines(machine()))
    assert document == (
        "warning",
        {"file": "suspect.txt", "line": "1", "title": "mtdetect: Reads as machine-translated"},
        WHOLE,
    )
    assert first[1] == {
        "file": "suspect.txt",
        "line": "1",
        "endLine": "3",
        "title": "mtdetect: Passage reads as machine-translated",
    }
    assert (second[1]["line"], second[1]["col"], second[1]["endColumn"]) == ("5", "1", "85")
    assert attribution == (
        "warning",
        {
            "file": "suspect.txt",
            "line": "1",
            "endLine": "1",
            "col": "43",
            "endColumn": "87",
            "title": "mtdetect: detached_attribution",
        },
        FOUND,
    )
    assert quote[1]["line"] == "3"
    assert see_also[0] == "notice"


def test_what_is_not_flagged_gives_no_line():
    assert lines(human(), insufficient()) == []
    assert [read_back(line)[1]["title"] for line in lines(mixed())] == [
        "mtdetect: Passage reads as machine-translated",
        "mtdetect: unopened_quote",
    ]


def test_what_is_hidden_gives_no_line():
    report = machine().report
    hidden = (Hidden(report.findings[1], "suppressed"), Hidden(report.findings[2], "known"))
    shown = [read_back(line)[1]["title"] for line in lines(machine(hidden=hidden))]
    assert "mtdetect: see_also_line" in shown
    assert not {"mtdetect: detached_attribution", "mtdetect: unopened_quote"} & {*shown}
    assert lines(machine(known=True)) == []


def test_an_error_comes_first():
    assert read_back(lines(machine(), gone("in/gone.txt"))[0]) == (
        "error",
        {"file": "in/gone.txt", "title": "mtdetect: not read"},
        "in/gone.txt: no such file",
    )


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("./in/a.txt", "in/a.txt"),
        ("a,b:c%.txt", "a,b:c%.txt"),
        ("ü\u00a0x.txt", "ü\u00a0x.txt"),
        ("a\nb.txt", "a⏎b.txt"),
        ("\x1b[31m.txt", "⟨U+001B⟩[31m.txt"),
        ("\udce9.txt", "⟨U+DCE9⟩.txt"),
    ],
)
def test_file_names_arrive_as_paths_from_the_root(name, file):
    assert read_back(lines(machine(name=name))[0])[1]["file"] == file


def test_standard_input_has_no_file():
    assert "file" not in read_back(lines(machine(name="<stdin>"))[0])[1]


def test_a_file_without_lines_is_marked_in_words():
    result = replace(machine(), source=source(TEXT, carrier=Pages(TEXT)))
    _, properties, message = read_back(lines(result)[1])
    assert {*properties} == {"file", "title"}
    assert message.startswith("In page 1: 60 words here")


def test_a_row_stands_in_the_line_of_its_file():
    cell = source(TEXT, name="posts.csv:3", carrier=cells(TEXT), format="csv")
    document, *_, see_also = map(read_back, lines(replace(machine(), source=cell)))
    assert document[1]["file"] == "posts.csv"
    assert document[1]["line"] == "3"
    assert see_also[1]["line"] == "9"
    assert document[2].startswith("In row 3: The text reads")


def test_a_trace_of_a_tool_in_a_human_text_is_a_notice():
    marks = (Mark("translated_class", "a browser translated the page", Span(0, 3)),)
    (line,) = lines(replace(human(), source=source(TEXT, marks=marks)))
    assert read_back(line)[0] == "notice"


def test_the_strongest_of_each_kind_are_kept_and_the_rest_counted():
    text = "word " * 60
    base = machine(text, findings=(), passages=(), furniture=())
    finding = Finding("unopened_quote", "odd", Span(0, 4), "word", 0.0)
    findings = tuple(
        replace(finding, span=Span(start, start + 4), weight=start / 1000 if start < 200 else 0.0)
        for start in range(0, len(text), 5)
    )
    result = replace(base, report=replace(base.report, findings=findings))
    shown = [read_back(line) for line in lines(result, *map(gone, "abcdefghijkl"))]
    commands = [command for command, _, _ in shown]
    assert commands == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert shown[10][1]["title"].endswith("Reads as machine-translated")
    assert [properties["col"] for _, properties, _ in shown[11:20]] == [
        str(col) for col in range(196, 151, -5)
    ]
    assert shown[-1] == (
        "notice",
        {"title": "mtdetect"},
        "44 more places are not shown here: GitHub keeps 10 annotations of a kind from a step.",
    )


@given(results=result_lists)
@settings(max_examples=60)
def test_any_texts_and_names_give_whole_lines(results):
    rendered = github.render(results, version="1", model=MODEL)
    rendered.encode()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", rendered)
    for line in lines(*results):
        command, properties, message = read_back(line)
        assert len(message) < 4096  # what the runner keeps of one
        assert {*properties} <= {"file", "line", "endLine", "col", "endColumn", "title"}
        assert ("col" in properties) <= (properties.get("line") == properties.get("endLine"))
        assert command in {"error", "warning", "notice"}
    assert rendered == github.render(results, version="1", model=MODEL)
