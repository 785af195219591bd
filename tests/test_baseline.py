"""The baseline: known things stay known where they move, and new ones count."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from made_results import (
    ATTRIBUTION,
    FINDINGS,
    QUOTE,
    TEXT,
    gone,
    human,
    insufficient,
    machine,
    mixed,
    scored,
)

from mtdetect.baseline import Baseline, BaselineError
from mtdetect.result import Hidden, Scored

EDITED = TEXT.replace("Why the seagulls left", "Why they left")
SEE_ALSO = ("See also  Why they left", "see_also_line", "a pointer to another story", 0.0)


def marks(result):
    """The signals of what is hidden, and why."""
    return [(item.finding.signal, item.why) for item in result.hidden]


def test_what_is_in_the_baseline_is_known():
    for result in (machine(), mixed()):
        found = Baseline.of([result]).apply(result)
        assert found.known
        assert found.findings == ()
        assert [item.finding for item in found.hidden] == list(result.report.findings)
        assert {item.why for item in found.hidden} == {"known"}
        assert found.report is result.report


def test_without_entries_nothing_is_known():
    result = machine()
    assert Baseline().apply(result) == result


def test_a_file_that_was_renamed_stays_known():
    assert Baseline.of([machine()]).apply(machine(name="other/name.txt")).known


def test_a_text_that_was_never_flagged_is_no_news_and_not_known():
    for result in (human(), insufficient()):
        found = Baseline.of([result]).apply(result)
        assert not found.known
        assert found.findings == ()


def test_an_edited_sentence_makes_its_findings_new():
    text = TEXT.replace("two people", "six people")
    edited = (text[text.index("According") : text.index("owners.") + 7], *ATTRIBUTION[1:])
    found = Baseline.of([machine()]).apply(machine(text, findings=(edited, QUOTE)))
    assert not found.known
    assert [finding.signal for finding in found.findings] == [ATTRIBUTION[1]]
    assert marks(found) == [(QUOTE[1], "known")]


@pytest.mark.parametrize("result", [machine, mixed])
def test_a_flagged_text_edited_elsewhere_stays_known(result):
    baseline = Baseline.of([result(findings=(ATTRIBUTION, QUOTE))])
    assert baseline.apply(result(EDITED, findings=(ATTRIBUTION, QUOTE))).known


def test_a_flagged_text_edited_elsewhere_is_new_with_a_new_finding():
    baseline = Baseline.of([machine(findings=(ATTRIBUTION, QUOTE))])
    found = baseline.apply(machine(EDITED, findings=(ATTRIBUTION, QUOTE, SEE_ALSO)))
    assert not found.known
    assert [finding.signal for finding in found.findings] == ["see_also_line"]


def test_an_edited_passage_is_new():
    text = TEXT.replace("the captain", "the captains")
    passages = (("The port", "Harbor Talk.”", 0.94), ("The head", "captains.", 0.88))
    baseline = Baseline.of([machine(findings=())])
    assert not baseline.apply(machine(text, findings=(), passages=passages)).known


def test_an_edited_text_that_is_flagged_by_no_passage_is_new():
    bare = {"findings": (), "passages": ()}
    baseline = Baseline.of([machine(**bare)])
    assert baseline.apply(machine(**bare)).known
    assert not baseline.apply(machine(EDITED, **bare)).known


def test_mixed_that_became_machine_is_new_but_not_the_reverse():
    assert not Baseline.of([mixed()]).apply(machine()).known
    passages = (("“We waited", "Harbor Talk.”", 0.94),)
    assert not Baseline.of([mixed()]).apply(machine(passages=passages)).known
    assert Baseline.of([machine()]).apply(mixed()).known


def test_without_the_findings_only_the_text_as_it_stands_is_known():
    def bare(result):
        return replace(result, report=replace(result.report, findings=(), contributions=()))

    baseline = Baseline.of([machine(findings=(ATTRIBUTION,))])
    assert baseline.apply(machine(EDITED, findings=(ATTRIBUTION,))).known
    assert baseline.apply(bare(machine())).known
    assert not baseline.apply(bare(machine(EDITED, findings=()))).known


def twice(text):
    """The text with its attribution as findings wherever it stands."""
    result = machine(text, findings=(ATTRIBUTION,), passages=())
    (first,) = result.report.findings
    found, start = [], -1
    while (start := text.find(first.text, start + 1)) >= 0:
        span = type(first.span)(start, start + len(first.text))
        found.append(replace(first, span=span))
    return replace(result, report=replace(result.report, findings=tuple(found)))


def test_of_equal_findings_as_many_are_known_as_there_were():
    copy = f"The pier stays open. {ATTRIBUTION[0]}\n\n"
    baseline = Baseline.of([twice(copy + copy + TEXT)])
    found = baseline.apply(twice(copy + copy + copy + TEXT))
    assert len(found.report.findings) == 4
    assert len(found.hidden) == 3
    assert len(found.findings) == 1


def test_what_comments_suppress_is_not_written_and_stays_suppressed():
    result = machine(findings=(ATTRIBUTION, QUOTE))
    first, second = result.report.findings
    result = replace(result, hidden=(Hidden(second, "suppressed", "a quotation"),))
    baseline = Baseline.of([result])
    assert second.signal not in {entry.rule for entry in baseline.entries}
    found = baseline.apply(result)
    assert found.known
    assert found.hidden == (Hidden(first, "known"), Hidden(second, "suppressed", "a quotation"))
    uncovered = baseline.apply(machine(EDITED, findings=(ATTRIBUTION, QUOTE)))
    assert not uncovered.known
    assert uncovered.findings == (second,)


def test_writing_again_keeps_what_the_baseline_hides():
    baseline = Baseline.of([machine(), mixed()])
    assert Baseline.of([baseline.apply(machine()), baseline.apply(mixed())]) == baseline


def test_what_cannot_be_read_is_left_out():
    assert Baseline.of([gone(), insufficient()]) == Baseline()


def test_the_file_is_sorted_and_has_a_line_an_entry():
    baseline = Baseline.of([machine(name="b.txt"), machine(name="a.txt"), gone()])
    lines = baseline.to_text().splitlines()
    entries = [json.loads(line.rstrip(",")) for line in lines if line.startswith('{"')]
    assert len(entries) == len(baseline.entries) == 2 * (len(FINDINGS) + 3)
    assert [entry["file"] for entry in entries] == ["a.txt"] * 8 + ["b.txt"] * 8
    assert lines[:4] == ["{", '"format": 1,', '"fingerprints": "mtdetect/v1",', '"known": [']
    again = Baseline.of([machine(name="a.txt"), gone(), machine(name="b.txt")])
    assert again.to_text() == baseline.to_text()


def test_no_words_of_the_text_are_written():
    text = Baseline.of([machine()]).to_text()
    assert not any(word in text for word in ("port", "close", "Harbor", "seagulls"))


@pytest.mark.parametrize("baseline", [Baseline(), Baseline.of([machine(), mixed()])])
def test_what_was_written_is_loaded(baseline, tmp_path):
    path = tmp_path / "known.json"
    path.write_text(baseline.to_text(), encoding="utf-8")
    assert Baseline.load(path) == baseline


def test_names_that_are_no_unicode_are_kept(tmp_path):
    path = tmp_path / "known.json"
    baseline = Baseline.of([machine(name="a\udcff\n.txt")])
    path.write_text(baseline.to_text(), encoding="utf-8")
    assert Baseline.load(path) == baseline


def damaged(**changes):
    whole = json.loads(Baseline.of([machine()]).to_text())
    return json.dumps(whole | changes)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "its format is None, and 1 is read"),
        ("null", "its format is None"),
        (damaged(format=2), "its format is 2"),
        (damaged(fingerprints="mtdetect/v0"), "made in another way"),
        (damaged(more=1), "other parts"),
        (damaged(known={}), "other parts"),
        (damaged(known=[1]), "entry 1 is none"),
        (damaged(known=[{"file": "a"}]), "entry 1 is none"),
        (
            damaged(known=[{"file": 1, "rule": "", "verdict": "", "fingerprint": ""}]),
            "entry 1 is none",
        ),
    ],
)
def test_a_damaged_file_is_named(content, problem, tmp_path):
    path = tmp_path / "known.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BaselineError) as caught:
        Baseline.load(path)
    assert "known.json: " in str(caught.value)
    assert problem in str(caught.value)


def test_a_missing_file_and_one_that_is_no_text_are_named(tmp_path):
    with pytest.raises(BaselineError, match=r"none\.json: no such file"):
        Baseline.load(tmp_path / "none.json")
    path = tmp_path / "known.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BaselineError, match="not JSON"):
        Baseline.load(path)


@given(scored())
def test_whatever_was_found_is_known_when_it_is_found_again(result: Scored):
    found = Baseline.of([result]).apply(result)
    assert found.known == (result.report.verdict in {"machine", "mixed"})
    assert found.findings == ()
    order = [result.report.findings.index(item.finding) for item in found.hidden]
    assert order == sorted(order)
