"""The rater with a model made by hand, whose every figure can be foretold."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtdetect import chain, phrases
from mtdetect.calibration import Calibration, Thresholds
from mtdetect.chain import ChainSettings, Sentences
from mtdetect.rating import MIN_PASSAGE_WORDS, MIN_WORDS, SUREST, Rater, insufficient
from mtdetect.report import ModelId
from mtdetect.style import StyleModel, Vocabulary, ngrams, slot_and_check
from mtdetect.text import Document, Span

HUMAN = "They said it was a grey day, and the man at the gate would have none of it at all."
MACHINE = "They said it is foreseen that the works of the building will be put at the disposal."
HUMAN_WORDS, MACHINE_WORDS = 20, 17
PRIOR = -1.0
FPRS = (0.001, 0.01, 0.1)


def style_model(**weights):
    """Unigram weights; no other n-gram is known."""
    keys = np.array([ngrams([token]).keys[0, 0] for token in weights])
    vocabulary = Vocabulary(*slot_and_check(keys), np.ones(len(weights), dtype=np.float32))
    return StyleModel(vocabulary, np.array(list(weights.values()), dtype=np.float32))


def thresholds(*row, margin=1.0):
    return Thresholds((15.0, 1500.0), FPRS, (row, row), (margin,) * len(FPRS))


CHAIN = ChainSettings(
    human=(-0.1, 0.05),
    machine=(0.1, 0.05),
    tie=0.0,
    spread=0.15,
    mixed=0.5,
    within=0.01,
    between=0.2,
)
RATER = Rater(
    machine=style_model(foreseen=1, disposal=1, grey=-1, gate=-1),
    translated=style_model(foreseen=1, grey=-1),
    calibration=Calibration((9.0, 0.0, 0.0), (PRIOR, 0.0, 0.0)),
    translated_calibration=Calibration((1.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
    weights={},
    damaged_share=0.5,
    chain=CHAIN,
    thresholds=thresholds(6.0, 4.0, 2.0),
    model=ModelId("by hand", "1", "0" * 64),
)
DECIDED = replace(
    RATER,
    calibration=Calibration((30.0, 0.0, 0.0), (PRIOR, 0.0, 0.0)),
    chain=replace(CHAIN, spread=0.02),
)
"""Sentences so telling that neighbours change nothing."""


def rate(text, *, rater=RATER, fpr=0.01):
    return rater.rate(Document(text), fpr=fpr, explain=True)


def paragraphs(*sizes):
    """Paragraphs of so many sentences; a negative size is a machine's."""
    return "\n\n".join(" ".join([HUMAN if n > 0 else MACHINE] * abs(n)) for n in sizes)


def test_the_sentences_are_as_long_as_they_claim():
    assert len(Document(HUMAN).words) == HUMAN_WORDS
    assert len(Document(MACHINE).words) == MACHINE_WORDS


def test_log_odds_are_prior_and_scaled_style():
    # Two known tokens, equally often: sqrt(2) is the largest score that there is.
    assert rate(paragraphs(-4)).log_odds == pytest.approx(PRIOR + 9 * math.sqrt(2))
    assert rate(paragraphs(4)).log_odds == pytest.approx(PRIOR - 9 * math.sqrt(2))


def test_contributions_are_the_known_words():
    report = rate(paragraphs(-3))
    told = [c for c in report.contributions if c.weight]
    text = paragraphs(-3)
    assert [c.span and c.span.of(text) for c in told] == ["foreseen", "disposal"] * 3 + [None]
    assert all(c.weight == pytest.approx(9 * math.sqrt(2) / 6) for c in told[:-1])
    assert [(c.span, c.signal) for c in report.contributions[-2:]] == [
        (None, "prior"),
        (None, "length"),
    ]


def test_verdict_machine():
    report = rate(paragraphs(-3, -3))
    assert report.verdict == "machine"
    assert report.probability == pytest.approx(chain.sigmoid(report.log_odds))
    assert {p.verdict for p in report.paragraphs} == {"machine"}
    assert [p.span for p in report.passages] == [Span(0, len(paragraphs(-3, -3)))]


def test_verdict_human():
    report = rate(paragraphs(3, 3))
    assert report.verdict == "human"
    assert report.passages == ()
    assert {p.verdict for p in report.paragraphs} == {"human"}


class OddWorks:
    """Stands in for the phrase model: "works of" is odd wherever it stands."""

    level = 0.0

    def scores(self, tokens):
        return np.array([1.0 if text in {"works", "of"} else -1.0 for text in tokens.texts])


@pytest.mark.parametrize(
    ("text", "odd"),
    [(paragraphs(-3, -3), 4), (paragraphs(3, 3, -4, 3), 4), (paragraphs(3, 3), 0)],
    ids=["machine", "mixed", "human"],
)
def test_words_in_odd_company_are_pointed_at_where_the_text_is_flagged(text, odd):
    plain, pointed = (rate(text, rater=replace(RATER, phrases=p)) for p in (None, OddWorks()))
    found = [f for f in pointed.findings if f.signal == phrases.NAME]
    assert [f.text for f in found] == ["works of"] * odd
    assert {f.weight for f in found} <= {0.0}
    assert replace(pointed, findings=plain.findings) == plain
    flagged = [p.span for p in pointed.passages if p.flagged]
    if pointed.verdict == "mixed":
        assert all(any(span.covers(f.span) for span in flagged) for f in found)


def test_a_pasted_paragraph_makes_a_mixed_text_and_is_found():
    text = paragraphs(3, 3, -4, 3)
    report = rate(text)
    assert report.verdict == "mixed"
    (passage,) = report.passages
    assert passage.flagged
    assert passage.span == report.paragraphs[2].span
    assert passage.span.of(text) == paragraphs(-4)
    assert passage.words == 4 * MACHINE_WORDS
    assert [p.verdict for p in report.paragraphs] == ["human", "human", "machine", "human"]
    assert [p.probability > 0.5 for p in report.paragraphs] == [False, False, True, False]
    assert all((s.probability > 0.5) == passage.span.covers(s.span) for s in report.sentences)


def standing_out(report, passage):
    """Half the distance between the mean log-odds of the passage's sentences and of the others."""
    log_odds = {True: [], False: []}
    for sentence in report.sentences:
        p = min(max(sentence.probability, SUREST), 1 - SUREST)
        log_odds[passage.span.covers(sentence.span)].append(math.log(p / (1 - p)))
    return (np.mean(log_odds[True]) - np.mean(log_odds[False])) / 2


def test_a_passage_is_rated_as_a_text_of_its_own_that_stands_out():
    text = paragraphs(3, -2, -2, 3)
    report = rate(text)
    (passage,) = report.passages
    alone = rate(passage.span.of(text))
    assert standing_out(report, passage) > 1
    assert passage.log_odds == pytest.approx(alone.log_odds + standing_out(report, passage))
    assert passage.words == alone.words
    inside = [s.probability for s in report.sentences if passage.span.covers(s.span)]
    assert passage.probability == pytest.approx(sum(inside) / len(inside))


def test_a_passage_that_is_the_whole_text_is_rated_as_the_text():
    report = rate(paragraphs(-3, -3))
    (passage,) = report.passages
    assert passage.log_odds == pytest.approx(report.log_odds)


def test_the_threshold_itself_is_not_exceeded():
    text = paragraphs(-4)
    log_odds = rate(text).log_odds
    for bar, verdict in ((log_odds, "human"), (math.nextafter(log_odds, -math.inf), "machine")):
        rater = replace(RATER, thresholds=thresholds(bar, bar, bar))
        assert rate(text, rater=rater).verdict == verdict


def test_a_passage_must_exceed_its_margin_too():
    text = paragraphs(3, 3, -4, 3)
    (passage,) = rate(text).passages
    for margin, verdict in ((passage.log_odds - 4.01, "mixed"), (passage.log_odds - 4, "human")):
        rater = replace(RATER, thresholds=thresholds(6.0, 4.0, 2.0, margin=margin))
        report = rate(text, rater=rater)
        assert report.verdict == verdict
        assert report.passages[0].flagged == (verdict == "mixed")
        assert report.paragraphs[2].verdict == ("machine" if verdict == "mixed" else "human")


def test_short_passages_are_shown_but_not_flagged_and_shorter_ones_not_shown():
    assert MIN_PASSAGE_WORDS <= 2 * MACHINE_WORDS < MIN_WORDS
    (shown,) = rate(paragraphs(6, -2, 6), rater=DECIDED).passages
    assert shown.words == 2 * MACHINE_WORDS
    assert shown.log_odds > 30
    assert not shown.flagged
    lone = rate(paragraphs(6, -1, 6), rater=DECIDED)
    assert max(s.probability for s in lone.sentences) > 0.5
    assert lone.passages == ()
    assert rate(paragraphs(6, -2, 6), rater=DECIDED).verdict == "human"


def test_several_passages_come_in_text_order():
    report = rate(paragraphs(3, -4, 4, -5, 3), rater=DECIDED)
    assert [p.words for p in report.passages] == [4 * MACHINE_WORDS, 5 * MACHINE_WORDS]
    assert [p.verdict for p in report.paragraphs] == [
        "human",
        "machine",
        "human",
        "machine",
        "human",
    ]


def test_a_stricter_operating_point_flags_less():
    text = paragraphs(2, -2)
    verdicts = [rate(text, fpr=fpr).verdict for fpr in (0.001, 0.01, 0.1)]
    order = ["human", "mixed", "machine"]
    assert sorted(verdicts, key=order.index) == verdicts
    assert [rate(text, fpr=fpr).threshold for fpr in FPRS] == pytest.approx([6, 4, 2])


def test_origin_splits_the_human_share_by_the_second_model():
    report = rate(paragraphs(1, 2))
    translated = chain.sigmoid(-1.0)
    human = 1 - report.probability
    assert report.origin == pytest.approx(
        {
            "native": human * (1 - translated),
            "human_translated": human * translated,
            "machine_translated": report.probability,
        }
    )


@pytest.mark.parametrize(("words", "enough"), [(39, False), (40, True), (41, True)])
def test_forty_words_are_needed(words, enough):
    tokens = (
        "they said it was a grey day and the man at the gate would have none of it " * 3
    ).split()
    report = rate(" ".join(tokens[:words]) + ".")
    assert report.words == words
    assert (report.verdict == "insufficient") is not enough
    assert report.reason == (None if enough else f"{words} words of prose; 40 are needed")
    assert report.log_odds == pytest.approx(PRIOR - 9 * math.sqrt(2))


def test_one_word_is_singular():
    assert insufficient(Document("Word.")) == "1 word of prose; 40 are needed"


FOUND = {"stray_stop": (1.5, 0.2, 0.01), "byline_pronoun": (1.0, 0.1, 0.01)}


def rater_with_signals():
    from mtdetect.evidence import Weighing  # noqa: PLC0415 - only this part needs it

    return replace(RATER, weights={name: Weighing(*numbers) for name, numbers in FOUND.items()})


BYLINE = "Ann Reed, Tom Lund and Ida Holm She contributed to this report"
DAMAGED = f"{HUMAN} {HUMAN} . {HUMAN}\n\n{HUMAN}\n\n{BYLINE}"


def test_findings_add_to_the_log_odds():
    plain, weighed = rate(DAMAGED), rate(DAMAGED, rater=rater_with_signals())
    forces = {f.signal: f.weight for f in weighed.findings if f.weight}
    assert set(forces) == {"stray_stop", "byline_pronoun"}
    assert 0 < forces["stray_stop"] < 1.5
    assert weighed.log_odds == pytest.approx(plain.log_odds + sum(forces.values()))
    assert [f.span for f in weighed.findings] == [f.span for f in plain.findings]
    assert all(f.weight == 0 for f in plain.findings)


def test_a_finding_counts_in_its_sentence_and_paragraph():
    plain, weighed = rate(DAMAGED), rate(DAMAGED, rater=rater_with_signals())
    (stop,) = [f for f in weighed.findings if f.signal == "stray_stop"]
    gains = [
        after.log_odds - before.log_odds
        for before, after in zip(plain.paragraphs, weighed.paragraphs, strict=True)
    ]
    assert gains[:2] == pytest.approx([stop.weight, 0])
    gained = [
        after.span
        for before, after in zip(plain.sentences, weighed.sentences, strict=True)
        if after.log_odds != before.log_odds
    ]
    assert len(gained) == 1
    assert gained[0].covers(stop.span)


def test_a_finding_in_furniture_counts_in_its_paragraph():
    report = rate(DAMAGED, rater=rater_with_signals())
    (byline,) = [f for f in report.findings if f.signal == "byline_pronoun"]
    assert report.paragraphs[-1].kind == "furniture"
    assert report.paragraphs[-1].log_odds == pytest.approx(byline.weight)


def test_a_passage_with_findings_is_rated_as_a_text_of_its_own():
    machine = f"{MACHINE} {MACHINE} . {MACHINE} {MACHINE}"
    text = "\n\n".join((DAMAGED, machine, paragraphs(3)))
    rater = rater_with_signals()
    report = rate(text, rater=rater)
    (passage,) = report.passages
    alone = rate(machine, rater=rater)
    assert passage.span.of(text) == machine
    assert [f.signal for f in alone.findings if f.weight] == ["stray_stop"]
    wanted = alone.log_odds + standing_out(report, passage)
    assert passage.log_odds == pytest.approx(wanted, abs=0.01)


sizes = st.lists(st.integers(-5, 5).filter(bool), min_size=1, max_size=8)


@given(sizes, st.sampled_from(FPRS))
def test_the_verdict_follows_its_rules(parts, fpr):
    report = rate(paragraphs(*parts), fpr=fpr)
    if report.words < MIN_WORDS:
        assert report.verdict == "insufficient"
    elif report.log_odds > report.threshold:
        assert report.verdict == "machine"
    else:
        assert report.verdict == ("mixed" if any(p.flagged for p in report.passages) else "human")
    for passage in report.passages:
        bar = RATER.thresholds.passage(passage.words, fpr)
        assert passage.flagged == (passage.words >= MIN_WORDS and passage.log_odds > bar)


@given(sizes)
def test_parts_add_up_to_the_document(parts):
    report = rate(paragraphs(*parts))
    assert sum(s.log_odds for s in report.sentences) + PRIOR == pytest.approx(report.log_odds)
    assert sum(p.log_odds for p in report.paragraphs) + PRIOR == pytest.approx(report.log_odds)
    for paragraph in report.paragraphs:
        inside = [s for s in report.sentences if paragraph.span.covers(s.span)]
        assert paragraph.log_odds == pytest.approx(sum(s.log_odds for s in inside))


def test_sentences_are_smoothed_along_the_document():
    parts = (3, -3, 3)
    report = rate(paragraphs(*parts), rater=rater_with_signals())
    words = np.repeat([HUMAN_WORDS, MACHINE_WORDS, HUMAN_WORDS], 3).astype(float)
    scale = RATER.calibration.scale(report.words)
    told = Sentences(
        np.array([s.log_odds for s in report.sentences]) / scale * math.sqrt(report.words),
        words,
        np.zeros(9),
        np.array([True, False, False] * 3),
    )
    wanted = chain.machine_probabilities(told, CHAIN)
    assert [s.probability for s in report.sentences] == pytest.approx(wanted)


def test_a_finding_makes_its_sentence_more_suspect():
    plain, weighed = rate(DAMAGED), rate(DAMAGED, rater=rater_with_signals())
    (stop,) = [f for f in weighed.findings if f.signal == "stray_stop"]
    pairs = [
        (before.probability, after.probability)
        for before, after in zip(plain.sentences, weighed.sentences, strict=True)
        if after.span.covers(stop.span)
    ]
    assert len(pairs) == 1
    assert pairs[0][1] > pairs[0][0]


def test_a_text_without_words_has_no_log_odds_but_a_checked_rate():
    report = rate("— … —")
    assert report.log_odds is report.threshold is report.probability is report.origin is None
    assert (report.verdict, report.reason, report.words) == ("insufficient", "no words", 0)
    assert report.contributions == report.findings == report.sentences == report.passages == ()
    with pytest.raises(ValueError, match="fpr"):
        rate("— … —", fpr=0.5)
