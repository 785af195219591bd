"""Words that give a translation away: idioms, set phrases, names and spellings.

Most of these signals read a list in ``data/``; an entry that native text holds has left its list
(``scripts/prune_lexicon.py``). Text about language quotes the same phrases on purpose, so a phrase
that is named as an idiom or glossed is not counted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from mtdetect.signals.core import Evidence, Reading, per_page, signal
from mtdetect.signals.lexicon import Entry, forms, phrases, rows
from mtdetect.text import Span
from mtdetect.text.search import matches_at, places, rule
from mtdetect.text.spelling import spelling_pairs
from mtdetect.text.words import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mtdetect.signals.lexicon import Match
    from mtdetect.text import Document

_NEAR = 90  # characters: about the sentence around a phrase, or the end of its neighbour
_FAR = 400  # characters: about the paragraph around it
_NAMED = rule(
    r"""\b(?:literal|expression|phrase|metaphor|figure\ of\ speech|as\ they\ say|so\ to\ speak
    |translates?\ (?:as|to)|translated\ as|word\ for\ word|word-for-word)""",
    re.VERBOSE,
)
_PROVERBIAL = rule(
    r"""\b(?:idiom|proverb|adage|sayings
    |as\ (?:the|we|my|our|your|they|people|locals)\ (?:[a-z]+\ ){0,3}(?:say|says|used\ to\ say)\b
    |(?:the|a|an|old|popular|local|folk|ancient|famous|common|this|[a-z]+(?:ian|ish|ese|ch))
    \ saying\b(?!\ that|\ (?:he|she|it|they|the)\b))""",
    re.VERBOSE,
)
_GLOSS_AFTER = rule(
    r"""^[^"']{0,20}["'][,.]? (?:\(|means?\b|meaning\b|which means\b|i\.e\.|that is\b|or\b"""
    r"""|refers\b|describes\b|is (?:how|what|a|the)\b)"""
)
_GLOSS_BEFORE = rule(r"(?:called|known as|term|means?|meaning|word|name|dubbed) [\"'][^\"']{0,20}$")
_OPENED = rule(r"""(?:^|[\s(-])["']((?:to )?(?:(?:the|an?|be|being) )?)$""")
_CLOSED = rule(r"""^([.,!?])?["'](?!\w)""")
_ABOUT_LANGUAGE = rule(
    r"\b(?:proverbs?|idiom(?:s|atic)?|sayings|adages|word[ -]for[ -]word|literal translations?)\b"
)
_ABOUT_LANGUAGE_KEYS = (
    *("proverb", "idiom", "sayings", "adages", "word for word", "word-for-word"),
    "literal translat",
)
_ABOUT_LANGUAGE_WORDS = frozenset(
    ("proverb", "proverbs", "idiom", "idioms", "idiomatic", "sayings", "adages", "word", "literal")
)


def _is_about_language(document: Document) -> bool:
    """Whether the text speaks of idioms or of translation: it may quote any phrase."""
    text = document.normalised
    if document.vocabulary.isdisjoint(_ABOUT_LANGUAGE_WORDS):
        return False
    return any(key in text for key in _ABOUT_LANGUAGE_KEYS) and bool(_ABOUT_LANGUAGE.search(text))


def _is_glossed(document: Document, span: Span) -> bool:
    """Whether the text names the phrase as an idiom, quotes it as a phrase or explains it."""
    text = document.normalised
    before = text[max(0, span.start - _NEAR) : span.start]
    after = text[span.end : span.end + _NEAR]
    around = text[max(0, span.start - _FAR) : span.end + _FAR]
    return bool(
        _NAMED.search(before)
        or _NAMED.search(after)
        or _PROVERBIAL.search(around)
        or _GLOSS_AFTER.search(after)
        or _GLOSS_BEFORE.search(before)
        or _is_quoted(document, span)
    )


def _is_quoted(document: Document, span: Span) -> bool:
    """Whether quotation marks hold the phrase and nothing else, unless it is a spoken sentence."""
    text = document.normalised
    opened = _OPENED.search(text[max(0, span.start - _NEAR) : span.start])
    closed = _CLOSED.match(text[span.end : span.end + _NEAR])
    if not opened or not closed:
        return False
    is_sentence = document.text[span.start - len(opened[1])].isupper() and closed[1]
    return not is_sentence


def unquoted_phrases(document: Document, name: str, *, exact: bool) -> Iterator[Match]:
    """Matches of a phrase list in prose, each within one paragraph, not quoted or glossed."""
    found = phrases(name, exact=exact).find(document.normalised, document.vocabulary)
    for match in found:
        paragraph = document.paragraph_at(match.span.start)
        if paragraph is None or paragraph.kind != "prose" or match.span.end > paragraph.span.end:
            continue
        if not _is_glossed(document, match.span):
            yield match


@signal(
    claim="a foreign idiom stands here word for word",
    unit="per 2,000 characters of prose",
    fires=(
        "The minister refused to answer and gave pumpkins to the whole committee.",
        "Analysts say the ministry has been hanging noodles on the voters' ears for years.",
        "The club keeps turning around the pot, and the fans have eaten enough.",
    ),
    quiet=(
        "The farmer gave away six pumpkins and a crate of apples at the fair.",
        'The Russian idiom "to hang noodles on your ears" means to fool somebody.',
        "As the Polish saying goes, not my circus, not my monkeys.",
        'Some "drown the fish" and others "turn around the pot", and nobody answers.',
        f"We collect proverbs.{' Nobody came to the hall.' * 5} He gave pumpkins to the clerk.",
    ),
)
def literal_idiom(document: Document) -> Reading:
    """Idioms of some thirty languages as they come out when each word is translated.

    The list gives language and meaning of each (``data/idioms.tsv``); verbs and nouns match in all
    their forms, with other articles and a few words in between. Literal idioms and set phrases
    stood on 35 of 84 machine-translated pages, 1 of 87 edited and 10 of 73 amateur pages; all of
    those 10 were about idioms or by non-native hosts. Few idioms survive in the output of current
    engines: a list finds only a small part. A phrase that is quoted by itself, explained, or named
    as an idiom in its paragraph is not counted; not measurable in texts that speak of idioms.
    """
    if _is_about_language(document):
        return Reading(None)
    return per_page(
        document,
        (
            Evidence(span, f"{_language(entry)} for: {entry.meaning}")
            for span, entry in unquoted_phrases(document, "idioms", exact=False)
        ),
    )


@signal(
    claim="a set phrase of another language stands here word for word",
    unit="per 2,000 characters of prose",
    fires=(
        "According to his words, the bridge will open in the nearest future.",
        "The brawl ended only when the own mayor arrived at the place of the facts.",
    ),
    quiet=(
        "He says the bridge will open soon, and nobody in town disagrees with his words.",
        "The mayor himself ended the brawl when he came to the scene.",
        f"These are proverbs.{' Nobody came to the hall.' * 5} It will open in the nearest future.",
    ),
)
def calque(document: Document) -> Reading:
    """Set phrases (no idioms) in the wording of the source language.

    "In the night to Sunday", "brought to criminal responsibility", "the own mayor": each word is
    English, the phrase is not (``data/calques.tsv``). Counted with idioms on 35 of 84
    machine-translated, 1 of 87 edited and 10 of 73 amateur pages. Learners' errors ("explain me")
    are left out: they are the mark of people. Not measurable in texts that speak of idioms.
    """
    if _is_about_language(document):
        return Reading(None)
    return per_page(
        document,
        (
            Evidence(span, f"{_language(entry)}; a native would write: {entry.meaning}")
            for span, entry in unquoted_phrases(document, "calques", exact=True)
        ),
    )


@signal(
    claim="a fixed term has its words replaced by synonyms",
    unit="per 2,000 characters of prose",
    fires=(
        "The doctors suspect a heart assault and a weakened resistant framework.",
        "Money now flows into atomic vitality and other sources.",
    ),
    quiet=(
        "The doctors suspect a heart attack and a weakened immune system.",
        "The phrase resistant framework is a thesaurus version of immune system.",
    ),
)
def tortured_phrase(document: Document) -> Reading:
    """Fixed terms spun through a thesaurus or a careless round trip ("heart assault").

    After the "tortured phrases" that Cabanac, Labbé and Magazinov collect from papers (CC BY 4.0):
    a selection that ten million words by people do not hold. They mark spun text, a neighbour of
    translation whose every content word is swapped while the grammar stays intact.
    """
    return per_page(
        document,
        (
            Evidence(span, f"usually: {entry.meaning}")
            for span, entry in unquoted_phrases(document, "tortured", exact=True)
        ),
    )


def _language(entry: Entry) -> str:
    return entry.language[0].upper() + entry.language[1:]


_OUTLET = r"(?:newspaper|medium|outlet|agency|portal|channel|publication|radio|program)"
_PERSON = (
    r"\b(?:minister|president|spokes\w+|mayor|coach|leader|official|director|expert|actor|actress"
    r"|singer|doctor|lawyer|[Hh]e|[Ss]he|[Tt]hey|who) (?:ha[sd] |have |also )?"
)
# (word, key, rule): every match of a rule holds its key, and its word between marks or spaces. They
# are looked for before the rule is.
_REPORTING = (
    # Russian and Ukrainian: "ob etom soobshchaet …", "so ssylkoy na …", "stalo izvestno"
    ("reported", "This is reported", r"\bThis is reported by (?:the )?\w+"),
    ("reported", "This was reported", r"\bThis was reported by (?:the )?\w+"),
    ("this", "this report", r"\b(?:About|On) this report(?:s|ed)\b"),
    ("this", "this wr", r"\b(?:About|On) this (?:writes|wrote)\b"),
    (
        "reference",
        "with reference",
        r"\b(?:report|write|inform|wrote|say|said)(?:s|ed)?\b[\w\s,'-]{0,40} with reference to\b",
    ),
    (
        "reference",
        "with reference to",
        rf"\bwith reference to (?:the )?(?:press service|{_OUTLET})\b",
    ),
    (
        "known",
        "became known",
        r"(?:(?<=[.!?] )|(?<=\n)|\A)It (?:also )?became known (?:that|about|from)\b",
    ),
    (
        "informs",
        " informs ",
        rf"(?:\b[Aa]s (?:the )?(?:[A-Z]\w+|{_OUTLET})|,\"?) informs\b",
    ),
    (
        "message",
        " in the message",
        r"\b(?:is|was|,\"?) (?:said|stated|noted) in the message\b",
    ),
    (
        "clarifies",
        " clarifies",
        rf"\b[Tt]he (?:{_OUTLET}|edition|material|message) clarifies\b",
    ),
    (
        "correspondent",
        " a correspondent of",
        r"\b[Ii]n a (?:conversation|commentary) (?:with|to|for) a correspondent of\b",
    ),
    # verbs that want an object in English
    ("assured", "assured that", rf"{_PERSON}assured that\b"),
    ("informed", "informed that", rf"{_PERSON}informed that\b"),
    ("reason", "told the ", r"\btold the (?:big|main) reason\b"),
    # Spanish: "fuentes consultadas por", "en diálogo con", "sentenció"
    ("consulted", "sources consulted", r"\bsources consulted by\b"),
    *(
        (
            verb,
            f" able to {verb}",
            rf"\b(?:this|the) {_OUTLET} (?:was|has been) able to {verb}\b",
        )
        for verb in ("learn", "know", "verify")
    ),
    (
        "dialogue",
        "n dialogue with",
        rf"\b[Ii]n dialogue with (?:(?:this|the) {_OUTLET}|Radio [A-Z]\w+|[A-Z]\w+ Radio)\b",
    ),
    ("sentenced", "e sentenced", r"[\"'],? (?:he|she) sentenced\b(?= *[.,\n])"),
    # French: "martèle", "abonde", "glisse" after a quotation
    ("hammers", " hammers ", r"[\"'],? hammers (?:the|[A-Z]\w+)\b"),
    ("hammered", " hammered ", r"[\"'],? hammered (?:the|[A-Z]\w+)\b"),
    ("abounds", " abounds ", r"[\"'],? abounds (?:the|[A-Z]\w+)\b"),
    ("slips", " slips ", r"[\"'],? slips (?:the|an?|[A-Z]\w+)\b"),
)


@signal(
    claim="the source is credited in the manner of another language",
    unit="per 2,000 characters of prose",
    fires=(
        "The road was closed at noon. This is reported by Northern Wire.",
        "About this reports the agency with reference to the ministry.",
        "The mayor assured that the water is safe.",
    ),
    quiet=(
        "The road was closed at noon, Northern Wire reported.",
        "The mayor assured residents that the water is safe.",
        "Rest assured that the water is safe.",
    ),
)
def reporting_calque(document: Document) -> Reading:
    """Formulas of attribution that English does not have.

    "This is reported by …", "… reports with reference to …", "he assured that" without a person
    assured. English-language papers of Argentina or Russia write some of them. Odd or doubled
    reporting was a class of its own among 84 machine-translated pages, counted there without a
    figure (medium precision).
    """
    text = document.straight
    known = document.vocabulary
    rules = [re.compile(r) for word, key, r in _REPORTING if word in known and key in text]
    found = sorted(span for rule in rules for span in _straight(document, rule.finditer(text)))
    apart = [s for i, s in enumerate(found) if i == 0 or not s.overlaps(found[i - 1])]
    return per_page(document, apart)


def _straight(document: Document, matches: Iterable[re.Match[str]]) -> Iterator[Span]:
    """Spans of the matches, found with straight quotes, that start in prose."""
    for match in matches:
        if document.is_prose(match.start()):
            yield Span(*match.span())


@cache
def _entities() -> tuple[re.Pattern[str], dict[str, Entry], dict[str, list[str]], frozenset[str]]:
    """A pattern for all names, their entries, the names by their longest word, and those words."""
    entries = {row[0]: Entry(*row) for row in rows("entities")}
    longest_first = sorted(entries, key=len, reverse=True)
    by_word: dict[str, list[str]] = {}
    for name in entries:
        by_word.setdefault(max(sorted(vocabulary(name.lower())), key=len), []).append(name)
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")
    return pattern, entries, by_word, frozenset(by_word)


@signal(
    claim="the name of an institution is translated word by word",
    unit="per 2,000 characters of prose",
    fires=(
        "The talks ended with a call to his fellow seven leaders.",
        "The Council of Security will meet again on Monday.",
    ),
    quiet=(
        "The talks ended with a call to his fellow Group of Seven leaders.",
        "The Security Council will meet again on Monday.",
        'Literally translated, the party is called "the Front of All".',
    ),
)
def translated_entity(document: Document) -> Reading:
    """Institutions and outlets under a name that is not theirs in English.

    "Fellow seven leaders" for those of the Group of Seven, "grassroots Congress" for Trinamool
    Congress (``data/entities.tsv``). Stood on 9 of 84 machine-translated, 1 of 87 edited (explained
    there) and 1 of 73 amateur pages; the list is short.
    """
    pattern, entries, by_word, longest = _entities()
    text = document.straight
    names = [name for word in longest & document.vocabulary for name in by_word[word]]
    if not names:
        return per_page(document, ())
    return per_page(
        document,
        (
            Evidence(span, f"usually: {entries[span.of(text)].meaning}")
            for span in _straight(document, matches_at(pattern, text, places(text, names)))
            if not _is_glossed(document, span)
        ),
    )


@cache
def _spellings() -> dict[str, tuple[int, int]]:
    """Every form of the spelling table: its row, and 0 for British or 1 for American."""
    # A form of two rows counts for the later one on either side.
    sides = [
        {form: row for row, pair in enumerate(spelling_pairs()) for form in forms(pair[side])}
        for side in (0, 1)
    ]
    # "analyses" is also the plural of analysis on either side.
    both = (sides[0].keys() & sides[1].keys()) | {"analyses", "paralyses", "catalyses"}
    return {
        form: (row, side)
        for side in (0, 1)
        for form, row in sides[side].items()
        if form not in both
    }


@cache
def _spelt_differently() -> frozenset[str]:
    return frozenset(_spellings())


@signal(
    claim="one word is spelt both the British and the American way",
    unit="per 2,000 characters of prose",
    fires=(
        "The city's defences held all night. By morning the defenses were being repaired.",
        "They will organize a march in May and had organised another in June.",
    ),
    quiet=(
        "The city's defences held all night. By morning the defences were being repaired.",
        "The World Health Organization was asked how the organisation is funded.",
        "The colour of the theater was grey.",
    ),
)
def spelling_mix(document: Document) -> Reading:
    """A word in British and in American spelling in one text; the rarer spelling is pointed at.

    Engines choose a spelling sentence by sentence; a writer or an editor keeps to one. Only lower
    case counts: names ("Labor Department") keep their spelling.
    """
    table, forms_of_both = _spellings(), _spelt_differently()
    found: defaultdict[int, tuple[list[Span], list[Span]]] = defaultdict(lambda: ([], []))
    text = document.straight
    known = forms_of_both & document.vocabulary
    if len({table[word] for word in known}) > len({table[word][0] for word in known}):
        for match in _LOWER_WORD.finditer(text):
            if match.group() in known and document.is_prose(match.start()):
                row, side = table[match.group()]
                found[row][side].append(Span(*match.span()))
    return per_page(document, _minority(found.values(), text))


_LOWER_WORD = rule(r"(?<![\w'-])[a-z]{4,24}(?![\w-])")


def _minority(pairs: Iterable[tuple[list[Span], list[Span]]], text: str) -> Iterator[Evidence]:
    """The rarer side of each pair that has two sides; on a tie the one that appears later."""
    for pair in pairs:
        if all(pair):
            common, rare = sorted(pair, key=lambda side: (-len(side), side[0]))
            for span in rare:
                yield Evidence(span, f'"{common[0].of(text)}" stands elsewhere in this text')
