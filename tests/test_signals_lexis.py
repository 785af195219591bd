"""Lexical signals: idioms, set phrases, attribution, names, spelling."""

from __future__ import annotations

import time

import pytest

from mtdetect.signals import domains, lexis
from mtdetect.signals.lexicon import rows
from mtdetect.text import Document
from mtdetect.text.spelling import spelling_pairs


def evidence(signal, text):
    return [e.span.of(text) for e in signal(Document(text)).evidence]


IDIOM = "hanging noodles on the voters' ears"


@pytest.mark.parametrize(
    "text",
    [
        f"For a year the ministry has been {IDIOM}.",
        "For a year the ministry has been hanging noodles on the voters’ ears.",
        f"He said that saying nothing was better than {IDIOM}.",
        f'"They are {IDIOM}," the deputy shouted from the gallery.',
        f"FOR A YEAR THE MINISTRY HAS BEEN {IDIOM.upper()}.",
    ],
)
def test_an_idiom_is_found(text):
    spans = evidence(lexis.literal_idiom, text)
    assert [s.lower().replace("’", "'") for s in spans] == [IDIOM]


@pytest.mark.parametrize(
    "text",
    [
        f"Russians have an idiom for this: {IDIOM}.",
        f"It was, literally, {IDIOM}.",
        f"An old saying calls it {IDIOM}.",
        f"In Moscow this is called “{IDIOM}”.",
        f"They were “{IDIOM}”, which means lying to them.",
        f"They were “{IDIOM}” (telling tall tales).",
        f"They were {IDIOM}, as they say in Minsk.",
        f"As the Russians like to say, the ministry is {IDIOM}.",
        f"There is a word for it, “{IDIOM}”.",
        f"They call it 'to be {IDIOM}', and nobody minds.",
    ],
)
def test_an_idiom_that_is_explained_stays_quiet(text):
    assert evidence(lexis.literal_idiom, text) == []


@pytest.mark.parametrize(
    "text",
    [
        (
            "In Russia they “hang noodles on your ears”, in Spain they “give pumpkins” and in "
            "Poland they “think of blue almonds”."
        ),
        (
            "As the old saying has it, they drown the fish. Others turn around the pot, and a "
            "third sort thinks of blue almonds all day."
        ),
        "Every idiom has its home.\n\nThey drown the fish.\n\nThey turn around the pot.",
    ],
    ids=["quoted", "a saying", "idioms"],
)
def test_several_idioms_that_are_named_stay_quiet(text):
    assert evidence(lexis.literal_idiom, text) == []


def test_several_idioms_are_found():
    text = (
        "They drown the fish and turn around the pot. “Nobody thinks of blue almonds here,” she "
        "said.\n\nThe mayor has been hanging noodles on our ears."
    )
    assert len(evidence(lexis.literal_idiom, text)) == 4


@pytest.mark.parametrize(
    "text",
    [
        "“Drown the fish!” shouted the deputy.",
        "“They think of blue almonds,” she said.",
        "The voters' blue almonds: they think of blue almonds' price.",
    ],
)
def test_a_spoken_sentence_is_no_quoted_phrase(text):
    assert evidence(lexis.literal_idiom, text)


def test_an_idiom_does_not_run_over_paragraphs():
    assert (
        evidence(lexis.literal_idiom, "They kept hanging noodles\n\non their ears all day.") == []
    )


def test_the_note_names_language_and_meaning():
    reading = lexis.literal_idiom(Document(f"For a year they have been {IDIOM}."))
    assert reading.evidence[0].note == "Russian for: to pull the wool over somebody's eyes"
    assert reading.value > 0


def test_the_note_of_a_calque_names_language_and_wording():
    reading = lexis.calque(Document("The fire broke out in the nearest future."))
    assert reading.evidence[0].note == "Russian; a native would write: soon"


def test_an_empty_document_is_not_measurable():
    assert lexis.literal_idiom(Document("")).value is None


@pytest.mark.parametrize(
    "text",
    [
        "The fire broke out in the night to Sunday.",
        "He was brought to criminal responsibility for the theft.",
        "Both women are former sentimental partners of the singer.",
        "The storm led to the fact that no ferry sailed.",
    ],
)
def test_calques(text):
    assert evidence(lexis.calque, text)


@pytest.mark.parametrize(
    "text",
    [
        "The fire broke out on Saturday night.",
        "Criminal responsibility begins at fourteen in most countries.",
        "By his own words he has shown who he is.",
        "Each of them has a place in the framework of the plan.",
        "She explained to me that the town had its own mayor.",
    ],
)
def test_native_phrases_are_no_calques(text):
    assert evidence(lexis.calque, text) == []


@pytest.mark.parametrize(
    ("text", "span"),
    [
        (
            "The port reopened. This is reported by the Harbour Post.",
            "This is reported by the Harbour",
        ),
        (
            "Rains stopped, Coast TV reports with reference to the mayor.",
            "reports with reference to",
        ),
        ("The port is closed. It became known that a ship had sunk.", "It became known that"),
        ("The coach assured that nobody is injured.", "coach assured that"),
        ("“We will not give in,” hammers the deputy.", "” hammers the"),
        (
            "Sources consulted by this paper deny it, as do two sources consulted by the radio.",
            None,
        ),
    ],
)
def test_reporting_calques(text, span):
    found = evidence(lexis.reporting_calque, text)
    assert found
    assert span is None or found == [span]


@pytest.mark.parametrize(
    "text",
    [
        "You can be assured that nobody is injured.",
        "They were also informed that the port had closed.",
        "He assured them that the port would reopen.",
        "The study uses the word with reference to ports.",
        "It soon became known that a ship had sunk.",
    ],
)
def test_native_attribution_stays_quiet(text):
    assert evidence(lexis.reporting_calque, text) == []


def test_overlapping_reporting_rules_count_once():
    text = "The agency reports with reference to the press service of the port."
    assert len(evidence(lexis.reporting_calque, text)) == 1


@pytest.mark.parametrize(("wrong", "language", "right"), [tuple(r) for r in rows("entities")])
def test_every_entity_is_found_and_its_right_form_is_not(wrong, language, right):
    text = f"On Monday {wrong} met again."
    reading = lexis.translated_entity(Document(text))
    assert [e.note for e in reading.evidence] == [f"usually: {right}"]
    assert evidence(lexis.translated_entity, f"On Monday {right} met again.") == []
    assert language


def test_entities_keep_their_capitals():
    assert evidence(lexis.translated_entity, "It stood in front of all, by the white home.") == []


@pytest.mark.parametrize(
    ("text", "minority"),
    [
        ("Its colours faded. The color was red. One more color.", ["colours"]),
        ("We traveled north and then travelled south.", ["travelled"]),
        ("They analyse it, and then they analyzed it.", ["analyzed"]),
        ("A center of trade, the centre of the town, a centre.", ["center"]),
    ],
)
def test_spelling_mix_points_at_the_rarer_spelling(text, minority):
    assert evidence(lexis.spelling_mix, text) == minority


@pytest.mark.parametrize(
    "text",
    [
        "The colour was red and the harbor was full.",
        "The Labor Department says labour costs rise.",
        "Two analyses of the data were made to analyze it.",
        "They enrolled; we enroll too.",
        "It is advised to exercise and to rise early; the size is four by four.",
    ],
)
def test_spelling_mix_stays_quiet(text):
    assert evidence(lexis.spelling_mix, text) == []


def test_the_spelling_table_has_two_different_forms_each():
    table = spelling_pairs()
    assert len(table) >= 250
    assert all(len(row) == 2 and row[0] != row[1] for row in table)
    assert len({tuple(row) for row in table}) == len(table)


@pytest.mark.parametrize(
    "text",
    [
        "he assured " * 10_000,
        "reports, " * 10_000 + "with reference",
        '"' * 50_000,
        "colour color " * 10_000,
        "the idiom " * 10_000,
    ],
    ids=["assured", "reports", "quotes", "spelling", "gloss"],
)
def test_hostile_text_takes_linear_time(text):
    document = Document(text)
    document.paragraphs  # noqa: B018 - its own time is not measured here
    started = time.process_time()
    for signal in (
        lexis.literal_idiom,
        lexis.calque,
        lexis.reporting_calque,
        lexis.translated_entity,
        lexis.spelling_mix,
        lexis.tortured_phrase,
    ):
        signal(document)
    assert time.process_time() - started < 5


def test_a_paper_named_picture_and_an_award():
    paper = Document("The minister told Picture on Sunday that she would go.")
    award = Document("The film won Best Picture on Sunday and its crew went home.")
    signal = lexis.translated_entity
    assert signal(paper).evidence
    assert not signal(award).evidence


@pytest.mark.parametrize(
    "text",
    [
        (
            "Two rooms to let by the harbour, both with own bathroom. Hot water 24 hours, a "
            "matrimonial bed in the larger one, and a garden where you can rest at the sea."
        ),
        (
            "Rub the cheese on a coarse grater, fill the dish with oil and put in a preheated oven "
            "for an hour. Leave it to brew for ten minutes; add salt to the taste."
        ),
        (
            "Man-made damage is not covered. The color is random. Use self-tapping screws for wood "
            "and a hacksaw for metal; cosmetic repairs of the hall can wait."
        ),
        (
            "He is in resuscitation with burns, and the sanitary situation is poor. Guards fired "
            "shots at the gate. The course of the dollar hardly moved, nor did stock courses."
        ),
        (
            "The Great Flood, as it became known, began in March. When it comes to speech, he "
            "responds to the name of Rex. The bids were put in March, at national level."
        ),
    ],
    ids=["rooms", "recipe", "shop", "news", "set phrases"],
)
@pytest.mark.parametrize("signal", [domains.domain_template, domains.wrong_sense, lexis.calque])
def test_plain_english_of_such_pages_stays_quiet(signal, text):
    assert evidence(signal, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Sellers call it “random color delivery” (you get what there is).",
        "Random color delivery, as the phrase goes, was not what we had asked for.",
    ],
)
def test_a_stock_phrase_that_is_quoted_or_named_stays_quiet(text):
    assert evidence(domains.domain_template, text) == []
    assert evidence(domains.domain_template, "We offer random color delivery.")
