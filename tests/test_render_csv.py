"""The table: rows that parse back, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import MODEL
from hypothesis import given, settings
from made_results import (
    ATTRIBUTION,
    TEXT,
    gone,
    human,
    insufficient,
    machine,
    result_lists,
    source,
)

from mtdetect.render import csv as render_csv
from mtdetect.result import Hidden, Scored


def rows(*results):
    rendered = render_csv.render(results, version="1.2.3", model=MODEL)
    return list(csv.DictReader(io.StringIO(rendered, newline=""), strict=True))


def test_a_paragraph_is_a_row():
    first, second, third, fourth = rows(machine())
    assert first == {
        "file": "suspect.txt",
        "format": "text",
        "verdict": "machine",
        "probability": "0.9800",
        "words": "1041",
        "reason": "",
        "known": "no",
        "paragraph": "1",
        "place": "line 1",
        "kind": "prose",
        "paragraph_verdict": "machine",
        "paragraph_probability": "0.9800",
        "paragraph_log_odds": "0.0000",
        "findings": "hedges -0.50; detached_attribution +1.90",
        "excerpt": TEXT.split("\n")[0],
    }
    assert [row["place"] for row in (second, third, fourth)] == ["line 3", "line 5", "line 7"]
    assert second["findings"] == "unopened_quote +1.10"
    assert third["findings"] == ""  # what the phrase model marks weighs nothing
    assert (fourth["kind"], fourth["paragraph_probability"]) == ("furniture", "")
    assert fourth["findings"] == "see_also_line +0.00"


def test_a_text_without_paragraphs_and_an_error_are_rows_too():
    empty, broken = rows(insufficient("", name="empty.txt"), gone())
    assert (empty["file"], empty["verdict"], empty["probability"]) == (
        "empty.txt",
        "insufficient",
        "",
    )
    assert empty["reason"] == "2 words of prose; 40 are needed"
    assert (broken["file"], broken["verdict"], broken["reason"]) == (
        "gone.txt",
        "error",
        "no such file",
    )


def test_what_is_hidden_is_left_out_and_what_is_known_is_said():
    hidden = Hidden(machine().report.findings[1], "suppressed")
    assert rows(machine(hidden=(hidden,)))[0]["findings"] == "hedges -0.50"
    assert rows(machine(known=True))[0]["known"] == "yes"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_no_cell_of_text_is_a_formula(start):
    text = f'{start}HYPERLINK(1) said, "no"; he left.\n\nNext.'
    result = human(text, name=f"{start}cmd.txt", findings=())
    first, _ = rows(result)
    assert first["file"] == f"'{start}cmd.txt"
    assert first["excerpt"] == f'\'{start}HYPERLINK(1) said, "no"; he left.'
    assert rows(gone(f"{start}x"))[0]["file"] == f"'{start}x"


def test_numbers_stay_numbers():
    report = machine().report
    cold = tuple(replace(paragraph, log_odds=-1.25) for paragraph in report.paragraphs)
    row = rows(Scored(source(TEXT), replace(report, paragraphs=cold)))[0]
    assert row["paragraph_log_odds"] == "-1.2500"


def test_a_finding_before_the_first_paragraph_is_in_its_row():
    report = machine().report
    late = replace(report, paragraphs=report.paragraphs[1:])
    row = rows(Scored(source(TEXT), late))[0]
    assert row["findings"] == "hedges -0.50; detached_attribution +1.90; unopened_quote +1.10"
    none = rows(Scored(source(TEXT), replace(report, paragraphs=())))
    assert [row["findings"] for row in none] == [""]
    assert ATTRIBUTION[1] in rows(machine())[0]["findings"]


def test_a_cell_of_very_many_findings_is_cut_with_a_word_about_it():
    report = machine().report
    many = (report.findings[0],) * 250
    row = rows(Scored(source(TEXT), replace(report, findings=many)))[0]
    assert row["findings"].endswith("hedges -0.50; … and 50 more")
    assert row["findings"].count("hedges") == 200


def test_the_docs_explain_every_column():
    page = (Path(__file__).parent.parent / "docs" / "reports.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\| (`[a-z_`, ]+) \|", page.split("## CSV")[1], re.MULTILINE)
    assert re.findall(r"[a-z_]+", " ".join(cells)) == list(render_csv.COLUMNS)


@given(results=result_lists)
@settings(max_examples=60)
def test_any_texts_and_names_parse_back(results):
    rendered = render_csv.render(results, version="1", model=MODEL)
    rendered.encode()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", rendered)
    expected = sum(
        max(1, len(result.report.paragraphs)) if isinstance(result, Scored) else 1
        for result in results
    )
    parsed = rows(*results)
    assert len(parsed) == expected
    for row in parsed:
        assert tuple(row) == render_csv.COLUMNS
        assert None not in row.values()
        for name, cell in row.items():
            if name != "paragraph_log_odds":
                assert not cell.startswith(tuple("=+-@\t\r\n"))
    assert rendered == render_csv.render(results, version="1", model=MODEL)
