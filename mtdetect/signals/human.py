"""Marks of a human hand: evidence *against* machine translation.

Translation engines spell well, keep number and article right and smooth informal wording. What they
smooth points to a person, whether native, learner or in a hurry. Counts are pages on which a reader
noticed the mark: 84 known machine-translated, 87 edited, 73 by amateurs and human translators.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from mtdetect.signals.core import Reading, per_page, rate, signal
from mtdetect.signals.odd import any_word, question
from mtdetect.signals.wordlist import read_list, words
from mtdetect.text import Span
from mtdetect.text.search import matches_at, places, rule
from mtdetect.text.words import vocabulary

if TYPE_CHECKING:
    from mtdetect.text import Document


# Read in lower case with straight apostrophes; one literal per branch keeps it fast.
_WRONG_VERB = r"(?:go|want|need|take|come|know|get|live|give|say|think|don't)\b"
_PEOPLE = r"(?:people|children|men|women) (?:is|was|has)\b"
_THINGS = (
    "people|men|women|children|students|problems|things|ways|reasons|places|countries|cities"
    "|questions|differences|rules"
)
_HIS_KIN = "father|dad|brother|husband|uncle|grandfather|son|friend|cousin|boss"
_HER_KIN = "mother|mom|mum|sister|wife|aunt|grandmother|daughter|friend|cousin|boss"
_VERB = r"(?:is|was|has|had|will|can|said|told|went|go|want|like|live|work|[a-z]{2,10}s)\b"
_SINGULAR = "country|city|problem|reason|way|place|thing|culture|language|kind|school|person"
_AGREEMENT = rule(
    rf"\b(?:he {_WRONG_VERB}|she {_WRONG_VERB}|they (?:was|is|has)\b|we (?:was|is|has)\b"
    rf"|many {_PEOPLE}|these {_PEOPLE}|those {_PEOPLE}|some {_PEOPLE}|most {_PEOPLE}"
    r"|(?:childrens|womens|informations|advices|furnitures|equipments|homeworks|knowledges"
    r"|feedbacks"
    r"|childs|sheeps|evidences) (?:is|are|was|were|has|have|and|from|in|to)\b"
    r"|d(?:idn't|oesn't|on't) (?:went|knew|had|has|was|goes|got|came|saw|told|made)\b"
    r"|did went\b|ha(?:s|ve|d) (?:went|ate|wrote|spoke|broke|gave)\b"
    r"|could of (?!course\b)[a-z]|should of (?!course\b)[a-z]|would of (?!course\b)[a-z]"
    r"|can able to\b|more (?:better|easier|bigger|worse|cheaper|faster|stronger|happier)\b"
    r"|most (?:easiest|biggest|best) (?!of\b)[a-z]|much (?:people|children|students)\b"
    r"|these (?:thing|problem|man|person)\b|there is (?:many|several|three|lots of)\b"
    rf"|there (?:is|was) (?:also )?(?:some|many|several) (?:{_THINGS})\b(?!['-])"
    r"|the people (?:is|was|has)\b|the most of (?:the )?people\b(?!['-])"
    rf"|my (?:{_HIS_KIN}) he {_VERB}|my (?:{_HER_KIN}) she {_VERB}|me and my [a-z]{{2,15}} we\b"
    r"|my (?:father|mother|dad|mom|mum|brother|sister|husband|wife|uncle|aunt|grandfather"
    r"|grandmother|son|daughter|cousin) (?:do|have|go|want|say|like to)\b"
    # Not "of many country houses": a word that cannot be part of a compound must follow.
    rf"|(?:from|in|of) (?:different|various|many|several) (?:{_SINGULAR})"
    r"(?=[.;!?]| (?:but|is|are|with|that|which|because|who|from|for)\b)|ourself\b"
    # "Every people has its gods": a nation is one.
    r"|(?:each|every) people\b(?!['-]| (?:has|is|on|of|and|under|in|needs|must)\b))"
)
_BAD_PLURALS = (
    *("childrens", "womens", "informations", "advices", "furnitures", "equipments", "homeworks"),
    *("knowledges", "feedbacks", "childs", "sheeps", "evidences"),
)
# How slips begin, by sets of words of which each has one in the text.
_SHE_DOES = words("go want need take come know get live give say think don")
_HE = words("he she")
_SOME_PEOPLE = words("people children men women students")
_ONE = frozenset(_SINGULAR.split("|"))
_OPENINGS: tuple[tuple[tuple[frozenset[str], ...], tuple[str, ...]], ...] = (
    ((words("they"),), ("they ",)),
    ((words("we"),), ("we ",)),
    *(
        ((words(several), _SOME_PEOPLE), (several,))
        for several in ("many", "these", "those", "some", "most", "much")
    ),
    ((words("people"), words("is was has")), ("the people",)),
    ((words("people"), words("most")), ("the most of",)),
    ((words("people"), words("each every")), ("each people", "every people")),
    ((frozenset(_BAD_PLURALS),), _BAD_PLURALS),
    *(
        ((words("went knew had has was goes got came saw told made"), words(not_)), (f"{not_}'t ",))
        for not_ in ("didn", "doesn", "don")
    ),
    ((words("went"), words("did")), ("did went",)),
    *(
        ((words(verb),), (f"has {verb}", f"have {verb}", f"had {verb}"))
        for verb in ("went", "ate", "wrote", "spoke", "broke", "gave")
    ),
    *(((words(modal), words("of")), (f"{modal} of",)) for modal in ("could", "should", "would")),
    ((words("can"), words("able")), ("can able",)),
    (
        (words("more"), words("better easier bigger worse cheaper faster stronger happier")),
        ("more",),
    ),
    ((words("most"), words("easiest biggest best")), ("most",)),
    ((words("these"), words("thing problem man person")), ("these",)),
    ((words("there"), words("is was")), ("there ",)),
    ((words("my"),), ("my ", "me and my")),
    *(
        ((words(several), _ONE), (f"from {several}", f"in {several}", f"of {several}"))
        for several in ("different", "various", "many", "several")
    ),
    ((words("ourself"),), ("ourself",)),
)
# "he go" is right after "did", "make" or "suggest that": only these words may come before it.
_OPENS_CLAUSE = words("and but because so")
# These open one too; "and" does not: "my father and my mother have", "the king and the people is".
_OPENS_SUBJECT = words("but because so that when if")
_GOVERNS = words("of for with about to")


def _is_slip(text: str, span: Span) -> bool:
    """Whether the words before the match leave it wrong."""
    found = span.of(text).lower()
    first = found.partition(" ")[0]
    before = text[max(0, span.start - 12) : span.start]
    last = before.split()[-1].lower() if before.split() else "."
    if first in {"he", "she"}:
        return last in _OPENS_CLAUSE or last[-1] in ".!?"
    if first == "my" or found.startswith(("the people", "the most")):
        # "I told my mother she was late", "helping the people is", "make the most of people"
        return last in _OPENS_SUBJECT or last[-1] in ".!?" or (first == "my" and last[-1] == ",")
    if first == "ourself":
        return True
    if first == "much":
        return last != "how"
    return last not in _GOVERNS


@signal(
    claim="a slip of grammar that people make and engines do not",
    unit="per 100 sentences",
    fires=(
        "They was late. He go to school by bus.",
        "I should of known that there is many ways to get much people here.",
        "These people is tired and he didn't went home.",
        "The people is happy here. My mother she works in a school.",
        "In summer, my brother go to the sea, and me and my sister we stay.",
        "There was also some problems, but we helped ourself.",
        "They come from different country but every people like the food.",
        "The most of people live in the capital.",
    ),
    quiet=(
        "They were late. He goes to school by bus. Does he go? Make him go and let her come.",
        "The number of people is large, and one of them is late. One of they is wrong.",
        "I could, of course, have known. Peoples of the north and staff have met.",
        "The will of the people is clear. I told my aunt she was late. Helping the people is hard.",
        "My father and my mother have left. Make the most of people you meet. Did my brother go?",
        "They met in many country houses. Every people has its songs. There is some things-to-do.",
    ),
)
def agreement_errors(document: Document) -> Reading:
    """Subjects and verbs, numbers and forms that do not agree.

    Seen on 15 of 73 amateur and 6 of 87 edited pages, but on 2 of 84 machine-translated ones: the
    mark of learners and of haste.
    """
    known = document.vocabulary
    openings = [f"{who} {verb}" for who in _HE & known for verb in _SHE_DOES & known]
    for (first, *others), begun in _OPENINGS:
        if not first.isdisjoint(known) and not any(map(known.isdisjoint, others)):
            openings += begun
    starts = places(document.normalised, openings)
    matches = matches_at(_AGREEMENT, document.normalised, starts)
    spans = (Span(*match.span()) for match in matches)
    slips = (span for span in spans if _is_slip(document.text, span))
    found = (span for span in slips if document.is_prose(span.start))
    return rate(found, per=len(document.prose_sentences) / 100)


_ARTICLE = rule(
    # A literal to begin with, for which texts are searched fast, instead of \b.
    r"a(?<!\wa)(?: (?:[aio](?!ne\b|nce\b|uija)[a-z]{3,}|e(?!u|we)[a-z]{3,}"
    r"|un(?!i|a)[a-z]{3,}|u(?:p|g)[a-z]{2,}"
    r"|(?:honest|hour|heir|honou?r)[a-z]{0,8})"
    r"|n (?:[bcdfgjkpqtvwyz][a-z]{3,}|[lmnrs][aeiou][a-z]{2,}|one|universit[a-z]{1,3}|unique|union"
    r"|unit|uniform|universal|useful|used|user|European|europ[a-z]{2,8}))\b"
)


@signal(
    claim="an article that does not fit its word, a slip of people and not of engines",
    unit="per 100 sentences",
    fires=("He is a honest man in a old house.", "She went to an university in an big town."),
    quiet=(
        "He is an honest man in an old house. It was a one-off, a European union, a unit, a use.",
        "She went to a university in a big town for an hour with an MP3 and an SMS.",
    ),
)
def article_errors(document: Document) -> Reading:
    """An "a" before a vowel, an "an" before a consonant.

    Article errors stood on 12 of 73 amateur, 2 of 87 edited and 5 of 84 machine-translated pages;
    the engines' are missing articles, people's are these.
    """
    return rate(document.find(_ARTICLE), per=len(document.prose_sentences) / 100)


@question
def _is_misspelt(word: str) -> bool:
    return word in read_list("typos.txt")


# Not all capitals: abbreviations are no slips.
_LATIN_WORD = rule(r"[A-Za-z][a-z]+")


@signal(
    claim="a typing or spelling slip that people make and engines do not",
    unit="per 100 words",
    fires=("I definately recieve alot of mail.", "Teh mayor was suprised by thier answer."),
    quiet=("I definitely receive a lot of mail.", "They moved to Lower Cant in May."),
)
def misspellings(document: Document) -> Reading:
    """Words that people often misspell, from a list of common slips.

    Engines write dictionary words; if they copy an unknown word it is not one of these. Lost
    apostrophes (6 of 73 amateur, 2 of 84 machine-translated pages) belong here too.
    """
    slips = read_list("typos.txt")
    if not any_word(document, _is_misspelt):
        return rate((), per=document.n_prose_words / 100)
    written = set(_LATIN_WORD.findall(document.text))
    present = sorted(word for word in written if word.lower() in slips)
    found: list[Span] = []
    if present:
        pattern = re.compile(r"\b(?:" + "|".join(present) + r")\b")
        starts = {sentence.start for sentence in document.prose_sentences}
        found += (
            span
            for span in document.find(pattern)
            # A capital inside a sentence makes it a name.
            if document.text[span.start].islower() or span.start in starts
        )
    return rate(found, per=document.n_prose_words / 100)


_SPOKEN = words(
    "lol lmao omg btw imho gonna gotta wanna kinda sorta dunno thx pls plz idk tbh yeah yep nope"
    " cuz coz"
)
_CONTRACTED = ("ain't", "y'all")
_CONTRACTED_PARTS = words("ain y")
_TYPED = rule(r"[!?]{3,}|[:;]-?[)(DP](?=\s|\Z)")
_TYPED_PAIRS = ("!!", "!?", "?!", "??", ":)", ":(", ":A", ":-", ";)", ";(", ";A", ";-")
_DRAWN_OUT = rule(r"([aehmorsuy])\1{3,20}")


@question
def _may_be_drawn_out(word: str) -> bool:
    return any(letter * 4 in word for letter in "aehmorsuy")


@signal(
    claim="spoken or typed informality, which engines smooth away",
    unit="per 100 sentences",
    fires=("lol, I'm gonna be soooo late!!!", "Yeah, dunno. Thx anyway :)"),
    quiet=(
        "I am going to be so late! The URL is long.",
        "He said yes and thanked them (again).",
    ),
)
def text_speak(document: Document) -> Reading:
    """Chat words, drawn-out letters, smileys and piles of exclamation marks.

    Rare in news of any origin; engines that meet them in a source tone them down.
    """
    text, low = document.text, document.normalised
    found: list[Span] = []
    spoken = [*(_SPOKEN & document.vocabulary)]
    if not document.vocabulary.isdisjoint(_CONTRACTED_PARTS):
        spoken += (word for word in _CONTRACTED if word in low)
    if spoken:
        uttered = re.finditer(rf"\b(?:{'|'.join(sorted(spoken))})\b", low)
        spans = (Span(*match.span()) for match in uttered)
        found += (span for span in spans if document.is_prose(span.start))
    found += (
        span
        for span in document.find(_TYPED, document.pairs(*_TYPED_PAIRS))
        if text[span.start] in "!?" or text[span.start - 1 : span.start].isspace()
    )
    # The pattern is slow and seldom needed.
    if any_word(document, _may_be_drawn_out):
        found += document.find(_DRAWN_OUT)
    return rate(found, per=len(document.prose_sentences) / 100)


@cache
def _idioms() -> tuple[dict[str, list[tuple[str, frozenset[str]]]], frozenset[str]]:
    """By their longest word, the idioms of the list, each with its words; and those longest."""
    found: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for phrase in sorted(read_list("english_idioms.txt")):
        parts = vocabulary(phrase)
        found.setdefault(max(sorted(parts), key=len), []).append((phrase, parts))
    return found, frozenset(found)


@signal(
    claim="an idiom used as English uses it, which a translation seldom hits",
    unit="per 2,000 characters of prose",
    fires=("It came down to the wire, but they pulled it off in a nutshell of a boat.",),
    quiet=("The talks lasted until the last minute, and they succeeded.",),
)
def native_idioms(document: Document) -> Reading:
    """Set phrases of native prose, from a list.

    A literal rendering of a foreign idiom points to an engine, an English one points away from it:
    it survives a round trip poorly. Common ones ("at the end of the day") are engine vocabulary by
    now and are not listed.
    """
    low, found = document.normalised, []
    (idioms, longest), written = _idioms(), document.vocabulary
    possible = (idiom for key in longest & written for idiom in idioms[key])
    for phrase, parts in possible:
        at = low.find(phrase) if parts <= written else -1
        while at >= 0:
            end = at + len(phrase)
            whole = not (low[max(0, at - 1) : at].isalnum() or low[end : end + 1].isalnum())
            if whole and document.is_prose(at):
                found.append(Span(at, end))
            at = low.find(phrase, end)
    return per_page(document, found)


_HEDGE = rule(
    r" (?:a bit\b|pretty (?:much|good|bad|well|sure|close|hard|clear|big|small|easy|strong|high"
    r"|quick)"
    r"|(?:kind|sort) of (?:like|a\b|the\b|[a-z]+ed\b|[a-z]+y\b)|though[.,]|anyway[.,]"
    r"|after all\b|of sorts\b"
    r"|for that matter\b|or so\b|instead[.,]|to boot\b|by far\b|at all[.,]|no wonder\b|let alone\b)"
)


# How they begin, by a word of theirs.
_HEDGES = {
    **{word: (f" {word}",) for word in ("pretty", "though", "anyway", "instead")},
    "bit": (" a bit",),
    "kind": (" kind of",),
    "sort": (" sort of",),
    "sorts": (" of sorts",),
    "all": (" after all", " at all"),
    "matter": (" for that matter",),
    "so": (" or so",),
    "boot": (" to boot",),
    "far": (" by far",),
    "wonder": (" no wonder",),
    "alone": (" let alone",),
}
_HEDGE_WORDS = frozenset(_HEDGES)


@signal(
    claim="a hedge or an afterthought of English prose, which engines drop",
    unit="per 100 words",
    fires=("It is a bit late, though. A year or so, for that matter, is pretty good.",),
    quiet=("Although it is rather late, a year is good. A kind of fish; a pretty girl.",),
)
def hedges(document: Document) -> Reading:
    """As in "a bit", "pretty good", "or so", "let alone", "though" at the end.

    Small words that no source asks for. Engines write about half as many as people, in round trips
    and in forward translation alike. A habit of style: it says little in short texts.
    """
    present = _HEDGE_WORDS & document.vocabulary
    starts = places(document.text, [opening for word in present for opening in _HEDGES[word]])
    spans = (Span(start + 1, end) for start, end in document.find(_HEDGE, starts))
    return rate(spans, per=document.n_prose_words / 100)
