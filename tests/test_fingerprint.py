"""Fingerprints stay when words move and go when they change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import make_report
from hypothesis import given
from made_results import ATTRIBUTION, QUOTE, TEXT, machine, scored, source

from mtdetect.fingerprint import (
    document_fingerprint,
    fingerprints,
    mark_fingerprints,
    passage_fingerprints,
)
from mtdetect.reading import Mark
from mtdetect.result import Scored
from mtdetect.text import Span

BASE = machine(findings=(ATTRIBUTION, QUOTE))


def moved(text):
    """The result of ``BASE`` for a text in which its findings stand in one of these shapes."""
    attribution = next(shape for shape in ATTRIBUTIONS if shape in text)
    quote = next(shape for shape in ("Harbor Talk.”", 'Harbor Talk."') if shape in text)
    findings = ((attribution, *ATTRIBUTION[1:]), (quote, *QUOTE[1:]))
    return machine(text, findings=findings, passages=())


ATTRIBUTIONS = (
    "According to two people close to the owners.",
    "According to two\npeople  close to the owners.",
    "ACCORDING to two people close to the owners.",
)


@pytest.mark.parametrize(
    "text",
    [
        "A new first paragraph.\n\n" + TEXT,
        TEXT.replace("\n\n", "\n\n\n\n"),
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("two people ", "two\npeople  "),
        TEXT.replace("According", "ACCORDING"),
        TEXT.replace("“", '"').replace("”", '"'),
        TEXT.replace("carried out the phone", "rang"),
    ],
)
def test_a_finding_keeps_its_name_when_other_things_change(text):
    assert fingerprints(moved(text)) == fingerprints(BASE)


def test_a_finding_has_another_name_when_its_words_sentence_or_signal_change():
    names = {
        fingerprints(BASE)[0],
        fingerprints(machine(TEXT.replace("two people", "six people"), findings=(SIX,)))[0],
        fingerprints(machine(findings=((*ATTRIBUTION[:1], "cut_fragment", *ATTRIBUTION[2:]),)))[0],
        # Another sentence around the same words.
        fingerprints(machine(findings=(("close", *ATTRIBUTION[1:]),)))[0],
        fingerprints(machine(TEXT.replace("from May", "in May"), findings=(CLOSE,)))[0],
    }
    assert len(names) == 5


SIX = ("According to six people close to the owners.", *ATTRIBUTION[1:])
CLOSE = ("close", *ATTRIBUTION[1:])


def test_the_weight_and_the_wording_of_the_claim_do_not_matter():
    reworded = (*ATTRIBUTION[:2], "said another way", 0.1)
    assert fingerprints(machine(findings=(reworded, QUOTE))) == fingerprints(BASE)


def test_what_occurs_twice_is_counted():
    text = "He left. “No. He left. “No."
    report = make_report(text, "machine", findings=(("“No.", "unopened_quote", "odd", 1.0),))
    second = replace(report.findings[0], span=Span(len(text) - 4, len(text)))
    both = replace(report, sentences=(), paragraphs=(), findings=(*report.findings, second))
    first, last = fingerprints(Scored(source(text), both))
    assert first.removesuffix(":1") == last.removesuffix(":2")


def test_passages_and_texts_are_named_by_their_words():
    wrapped = machine(TEXT.replace("the ferry until", "the\nferry until"))
    edited = machine(TEXT.replace("big town", "small town"), findings=())
    assert passage_fingerprints(wrapped) == passage_fingerprints(machine())
    assert document_fingerprint(wrapped) == document_fingerprint(machine())
    assert passage_fingerprints(edited)[0] == passage_fingerprints(machine())[0]
    assert passage_fingerprints(edited)[1] != passage_fingerprints(machine())[1]
    assert document_fingerprint(edited) != document_fingerprint(machine())


def test_marks_are_named_by_what_they_say():
    marks = (Mark("notice", "translated by X", Span(0, 3)), Mark("notice", "by Y", Span(4, 6)))
    moved_marks = (marks[1], replace(marks[0], span=Span(9, 9)), marks[0])
    first, second = mark_fingerprints(source(TEXT, marks=marks))
    assert mark_fingerprints(source(TEXT, marks=moved_marks)) == (
        second,
        first,
        first.removesuffix("1") + "2",
    )


def test_very_many_findings_in_one_sentence_take_linear_time():
    text = "word " * 20_000
    finding = make_report(text, "machine", findings=(("word", "odd", "odd", 1.0),)).findings[0]
    report = make_report(text, "machine")
    many = [replace(finding, span=Span(start, start + 4)) for start in range(0, len(text), 5)]
    names = fingerprints(Scored(source(text), replace(report, findings=tuple(many))))
    assert names[-1].endswith(":20000")


@given(result=scored())
def test_every_finding_and_passage_has_a_name_of_its_own(result):
    for names, parts in (
        (fingerprints(result), result.report.findings),
        (passage_fingerprints(result), result.report.passages),
        (mark_fingerprints(result.source), result.source.marks),
    ):
        assert len(set(names)) == len(names) == len(parts)
    assert fingerprints(result) == fingerprints(replace(result, hidden=()))
