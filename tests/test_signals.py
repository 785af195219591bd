# ruff: noqa: E501 - hostile units and the article stay whole
"""What holds for every signal of the catalogue, whoever adds the next one."""

from __future__ import annotations

import gc
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtdetect.signals import catalogue
from mtdetect.text import Document

CATALOGUE = catalogue()
EXAMPLES = [(s, text) for s in CATALOGUE.values() for text in s.fires]
COUNTER_EXAMPLES = [(s, text) for s in CATALOGUE.values() for text in s.quiet]


def label(value):
    return value.name if hasattr(value, "measure") else value[:40]


def found(signal, text):
    return [evidence.span.of(text) for evidence in signal(Document(text)).evidence]


def test_names_are_unique_across_modules():
    from mtdetect.signals import (  # noqa: PLC0415 - the modules, not the catalogue built from them
        boundaries,
        core,
        domains,
        grammar,
        human,
        lexis,
        names,
        provenance,
        quotation,
        spacing,
    )

    modules = (
        *(boundaries, quotation, spacing, names, grammar, lexis, domains, provenance),
        human,
    )
    declared = [s for m in modules for s in vars(m).values() if isinstance(s, core.Signal)]
    assert sorted(s.name for s in declared) == sorted(CATALOGUE)


@pytest.mark.parametrize("signal", CATALOGUE.values(), ids=label)
def test_a_signal_explains_itself(signal):
    assert signal.name.isidentifier()
    assert signal.name == signal.name.lower()
    assert signal.claim
    assert not signal.claim.endswith(".")
    assert "\n" not in signal.claim
    assert signal.unit.startswith("per ")
    assert len(signal.doc) >= 80
    assert signal.fires
    assert signal.quiet


@pytest.mark.parametrize(("signal", "text"), EXAMPLES, ids=label)
def test_it_fires_on_its_examples(signal, text):
    reading = signal(Document(text))
    assert reading.evidence
    assert reading.value is not None
    assert reading.value > 0


@pytest.mark.parametrize(("signal", "text"), COUNTER_EXAMPLES, ids=label)
def test_it_stays_quiet_on_its_counter_examples(signal, text):
    assert found(signal, text) == []


DAMAGE = [signal for signal in CATALOGUE.values() if signal.family != "human"]


@pytest.mark.parametrize("signal", DAMAGE, ids=label)
def test_a_plain_article_gives_no_evidence_of_damage(signal):
    assert found(signal, PLAIN) == []


@pytest.mark.parametrize("signal", CATALOGUE.values(), ids=label)
@pytest.mark.parametrize("text", ["", " ", "\n\n\n", ".", "“", "”", '"', "a", "1690001234 "])
def test_next_to_no_text_is_not_measurable_or_clean(signal, text):
    reading = signal(Document(text))
    assert reading.value in (None, 0.0) or reading.evidence


def assert_evidence_lies_in(text):
    document = Document(text)
    for signal in CATALOGUE.values():
        reading = signal(document)
        spans = [evidence.span for evidence in reading.evidence]
        assert spans == sorted(spans), signal.name
        assert len(set(spans)) == len(spans), signal.name
        for span in spans:
            assert 0 <= span.start < span.end <= len(text), signal.name
            assert span.of(text).strip(), signal.name


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=400))
def test_evidence_lies_in_any_text(text):
    assert_evidence_lies_in(text)


PIECES = st.sampled_from(
    [
        "The minister said", "According to officials", "told Ann Reed", "in Talks with", "He",
        " ", ".", ". .", ",", " ,", "“", "”", '"', "‘", "’", "«", "»", "„", "\n", "\n\n", "–", "(", ")",
        "The Macron senior administration", "cannot pay cannot pay", "3,5 mm", "$ 340", "She contributed",
        "See also  Other news", "it's", "36yearold", "İ", "ﬁ", "😀", "\u00a0", "\u200b", "a", "the The",
    ]
)  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=40), st.sampled_from(["", " "]))
def test_evidence_lies_in_damaged_text(pieces, joiner):
    assert_evidence_lies_in(joiner.join(pieces))


HOSTILE = [
    "a", "A", " ", "\n", ".", ". ", ", .", "a ", "aa bb ", "Ab ", "A.", "“", "”", '"', '" ', "“a", "”.",
    "« ", "„a", "( ", " )", "1,2 ", "$ 1", ": 1", "– ", "\t", "the ", "a a a ", "According to ",
    "According to a b. ", "told Ann Reed. Big Show. ", "told aaaa bbbb. Cccc ", "See also  ",
    "Is expected that ", "The Lund senior official ", "President Ann President ", "Ann Lunden ",
    "Source: ", "This article was translated ", "Recall, ", "in the room is held a ", " would have taken",
    "Anna Lund. He ", "Anna he ", "its ", " up", "hús ", "10. May ", "1,272 million ", "Ann LUND ", "“should be ",
    "” assures ", " -a b- ", "a-b- C", "i ", "the dollar course ",
    "cannot pay cannot pay ", "said Lund. – ", "would “We are ", "lowerUpper", "aaaa", "it's ", "1yearold ",
    "'", "in Talks ", "a. b", "\n.\n", "The president, he ", "a man ", "lol ", "Ab\n", "。", "—", "ab\ncd",
]  # fmt: skip


def cpu(signal, document):
    best = float("inf")
    gc.disable()  # what other tests left behind is not the signal's
    try:
        for _ in range(3):
            start = time.process_time()
            signal(document)
            best = min(best, time.process_time() - start)
    finally:
        gc.enable()
    return best


def measured_parts(text):
    """The document with the parts that signals share already found."""
    document = Document(text)
    assert document.n_prose_words >= 0
    assert document.n_prose_characters >= 0
    assert len(document.prose_sentences) >= 0
    assert len(document.normalised) == len(document.straight) == len(text)
    return document


@pytest.mark.parametrize("unit", HOSTILE, ids=repr)
def test_time_grows_with_length_and_no_faster(unit):
    # 8 times the text may take 20 times as long (quadratic time would take 64 times); below 25 ms
    # the clock and the other processes of a loaded machine decide, not the signal.
    small, large = (measured_parts((unit * n)[:n]) for n in (6_000, 48_000))
    for signal in CATALOGUE.values():
        slow = cpu(signal, large)
        assert slow < 0.025 or slow < 20 * cpu(signal, small), signal.name


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("hearsay_conditional", "and allegedly he would have taken it "),
        ("translation_notice", "See original (not translated) "),
        ("foreign_quotes", "“a b“. i am in. "),
    ],
    ids=lambda text: text[:20],
)
def test_looking_around_a_finding_goes_only_so_far(name, unit):
    small, large = (measured_parts((unit * n)[:n]) for n in (20_000, 160_000))
    slow = cpu(CATALOGUE[name], large)
    assert slow < 0.025 or slow < 20 * cpu(CATALOGUE[name], small)


PLAIN = """Harbour town votes to keep its ferry

The council of Northhaven voted on Tuesday to keep the night ferry running for another two years, \
after more than 4,000 people had signed a petition against its closure.

“This is a good day for the islands,” said Ann Reed, who has led the campaign since January. “We were \
told that nobody would listen. Tonight they did.”

The ferry carries about 350 passengers a night, according to the operator, and costs the town \
£1.2m a year. Mayor Tom Lund had argued that the money would be better spent on schools.

“I have not changed my mind, but I accept the vote,” he told the Northhaven Herald late on Tuesday. \
“What matters now is that we find a ship that will last.

“The present one was built in 1974. It will not see 2030.”

The operator, which employs 47 people, said it would look for a second-hand vessel in Norway and the \
Netherlands. A 62-year-old captain, who asked not to be named, said that he would believe it when he \
saw it.

In The Islander, the local weekly, the vote was called “a small wonder”. The paper's editor, Ida Holm, \
wrote that the council had “at last looked out of the window”.

According to a study by the University of Bergen, night ferries of this kind (there are 14 in the \
region) pay for themselves within a decade. The study was paid for by the operators.
"""
