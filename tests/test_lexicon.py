"""The phrase lists and the pattern language they are written in."""

from __future__ import annotations

import re
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtdetect.signals.lexicon import Entry, PhraseList, forms, phrases, rows
from mtdetect.text.words import vocabulary

LISTS = {"idioms": False, "calques": True, "tortured": True}
BY_LANGUAGE = sorted({(name, row[1]) for name in LISTS for row in rows(name)})


def dictionary_form(pattern):
    """The pattern as words: first alternatives, nothing optional, every slot filled."""
    slots = {"one's": "their", "someone": "the neighbour", "something": "the case", "~": ""}
    words = []
    for token in pattern.split():
        if token.startswith("("):
            continue
        words.append(slots.get(token, token.split("|")[0].lstrip("=")))
    return " ".join(" ".join(words).split())


def found(pattern, text, *, exact=False):
    entries = (Entry(pattern, "Test", "meaning"),)
    return [m.span.of(text) for m in PhraseList(entries, exact=exact).find(text.lower())]


@pytest.mark.parametrize(("name", "language"), BY_LANGUAGE)
def test_every_entry_matches_its_dictionary_form(name, language):
    exact = LISTS[name]
    wrong = []
    for entry in phrases(name, exact=exact).entries:
        if entry.language == language:
            phrase = dictionary_form(entry.pattern)
            text = f"last week, they said, {phrase} again in front of everybody."
            matches = PhraseList((entry,), exact=exact).find(text)
            if [m.span.of(text) for m in matches][:1] != [phrase]:
                wrong.append(entry.pattern)
    assert wrong == []


@pytest.mark.parametrize("name", [*LISTS, "entities", "domains", "senses"])
def test_lists_are_well_formed(name):
    table = list(rows(name))
    assert all(len(row) == 3 for row in table)
    assert all(cell == cell.strip() and cell for row in table for cell in row)
    repeated = [p for p, n in Counter(row[0] for row in table).items() if n > 1]
    assert repeated == []


def test_no_language_has_more_than_a_quarter_of_the_idioms():
    languages = Counter(language for _, language, _ in rows("idioms"))
    assert sum(n >= 10 for n in languages.values()) >= 20
    assert max(languages.values()) <= sum(languages.values()) / 4


def test_the_lists_have_their_size():
    sizes = {name: len(list(rows(name))) for name in ("idioms", "calques", "entities")}
    assert sizes["idioms"] >= 1_900
    assert sizes["calques"] >= 140
    assert sizes["entities"] >= 30


def test_every_idiom_needs_two_words_of_its_own():
    plain = {"be", "have", "do", "not", "no", "to", "of", "in", "on", "at", "a", "and", "or", "one"}
    for pattern, _, _ in rows("idioms"):
        tokens = [t for t in pattern.split() if t[0] not in "(~" and t != "one's"]
        content = [t for t in tokens if not plain.issuperset(t.replace("=", "").split("|"))]
        assert len(content) >= 2, pattern


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("see", {"see", "sees", "saw", "seen", "seeing"}),
        ("saw", {"see", "seen", "saws", "sawed", "sawn"}),
        ("stop", {"stops", "stopped", "stopping"}),
        ("carry", {"carries", "carried", "carrying"}),
        ("bake", {"bakes", "baked", "baking"}),
        ("foot", {"foot", "feet"}),
        ("eyes", {"eye", "eyes"}),
        ("box", {"boxes"}),
    ],
)
def test_forms_hold_the_real_ones(word, expected):
    assert expected <= forms(word)


def test_function_words_have_one_form():
    assert forms("into") == {"into"}


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("hang ~ noodles on one's ears", "He hung long noodles on our ears."),
        ("hang noodles on one's ears", "She is hanging noodles on the mayor's ears."),
        ("give =pumpkins to", "The voters gave the pumpkins to him."),
        ("feed ~ milk to snake", "They fed some warm milk to that snake."),
        ("it be dog's tail", "It's a dog's tail."),
        ("not|n't move stone", "They didn't move a stone."),
        ("dry =purple fish", "They dried the purple fish."),
        ("pull cat by tail", "Pulling the cat, by its tail, is all they do."),
        ("give someone bread", "It gave the old man bread."),
        ("see (the) red thread", "We saw red thread."),
        ("blue sky into", "Blue skies into which they fly."),
    ],
)
def test_patterns_match(pattern, text):
    assert found(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text", "exact"),
    [
        ("pull cat by tail", "They pull the cat. By its tail hangs a bell.", False),
        ("pull cat by tail", "They pull the very old and tired cat by its tail.", False),
        ("=the =own mayor", "The town's own mayor came.", True),
        ("have place in", "It has a place in history.", True),
        ("give =pumpkins to", "He gave a pumpkin to the child.", False),
        ("bite elbow", "A frostbite, elbowed aside by the flu.", False),
    ],
)
def test_patterns_stay_quiet(pattern, text, exact):
    assert found(pattern, text, exact=exact) == []


@pytest.mark.parametrize(
    "text",
    [
        "They caught the wolf's tail.",
        "They caught Wolf's tail, half-hidden in the grass.",
        "The mid-grape sat on the table: half-fig, half-grape.",
    ],
)
def test_words_with_an_apostrophe_or_a_hyphen_are_found(text):
    assert found("catch wolf's tail", text) or found("half-fig ~ half-grape", text)


def test_a_phrase_is_found_wherever_it_stands_in_a_long_text():
    filler = "The council met on Monday and put off the vote on the new bridge until June. "
    for before in range(0, 60, 7):
        text = filler * before + "They pulled the cat by its tail. " + filler * (60 - before)
        assert found("pull cat by tail", text) == ["pulled the cat by its tail"]


def test_a_text_without_a_full_stop_is_searched_too():
    text = "and so on " * 1_000 + "they pulled the cat by its tail " + "and so on " * 1_000
    assert found("pull cat by tail", text) == ["pulled the cat by its tail"]


@given(st.text(alphabet="abt. '\n-\u0301É", max_size=60))
def test_the_words_of_a_block_are_those_of_its_text(text):
    assert vocabulary(text) == set(re.findall(r"[^\W_]+", text))


def test_matches_come_in_order_and_do_not_overlap():
    entries = (Entry("pull cat", "A", "x"), Entry("pull cat by tail", "B", "y"))
    text = "they pull the cat by the tail and pull the cat"
    matches = PhraseList(entries, exact=False).find(text)
    assert [m.entry.language for m in matches] == ["B", "A"]


@pytest.mark.parametrize(
    "text",
    [
        "cat tail " * 20_000,
        "pull the " * 20_000,
        "their own " * 20_000,
        "a" * 200_000,
        "hang noodles " * 15_000,
        "x's " * 50_000,
        "\n".join(entry.pattern.replace(" ", "\n") for entry in phrases("idioms").entries) * 4,
    ],
    ids=["content", "verb", "slots", "one word", "half a pattern", "possessives", "a word a line"],
)
def test_hostile_text_takes_linear_time(text):
    lists = [phrases(name, exact=exact) for name, exact in LISTS.items()]
    started = time.process_time()
    for each in lists:
        each.find(text)
    assert time.process_time() - started < 5


def test_an_article_is_scanned_quickly():
    article = "The council met on Monday and put off the vote on the new bridge until June. " * 40
    lists = [phrases(name, exact=exact) for name, exact in LISTS.items()]
    times = []
    for _ in range(20):
        started = time.process_time()
        for each in lists:
            each.find(article.lower())
        times.append(time.process_time() - started)
    assert min(times) < 0.005  # a tenth of it on an idle machine


@pytest.mark.parametrize(
    "text",
    [
        "i would put my hand in the fire for that clerk.",
        "asked about the missing keys, the mayor throws balls out again.",
        "the coach throws balls out when asked about the keys.",
        "the old judge does not send it to say.",
        "she stood me up? no, she put a rabbit on me.",
        "the deputy arrived like a hair in the soup.",
        "my stomach stands up when i read their answer.",
        "in this office the darkness is always just an inch ahead.",
        "he has a tall nose because of his son's prize.",
        "they want to sell the skin of the bear already.",
    ],
)
def test_later_idioms_are_in_the_list(text):
    assert phrases("idioms").find(text)


@pytest.mark.parametrize(
    "text",
    [
        "the keeper throws balls out of the area.",
        "he put the iron in the fire for an hour.",
        "stir with the back of a spoon and put the butter in the spinach.",
        "she gave a rabbit to the children and the cat was in the bag.",
        "there was a spider on the ceiling and the ball was on the roof.",
        "put your hands on your head and lower your eyes.",
        "the deer has long arms of velvet and the calf lay on the straw.",
        "my ankle swelled after i took the fly at first base.",
    ],
)
def test_their_plain_neighbours_are_not(text):
    assert not phrases("idioms").find(text)
