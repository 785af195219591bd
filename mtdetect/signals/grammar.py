"""Grammar that comes from another language or from pieces put together wrongly.

Only rules that hardly ever touch edited English are kept; learners' errors of agreement and of
articles are evidence of a human hand and live in the module ``human``. Counts are pages on which a
reader noticed the damage: 84 known machine-translated, 87 edited, 73 by amateurs and human
translators.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from mtdetect.signals.core import Reading, per_page, rate, signal
from mtdetect.signals.names import given_names
from mtdetect.signals.odd import any_word, question
from mtdetect.signals.wordlist import NEVER_LAST, words
from mtdetect.text import Span
from mtdetect.text.search import matches_at, places, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtdetect.text import Document

_CAPITAL = rule(
    r"(?:He(?<=[a-z] He)|She(?<=[a-z] She)|They(?<=[a-z] They)|We(?<=[a-z] We)|It(?<=[a-z] It))"
    r"(?= (?:is|was|are|were|has|had|have|will|would|can|could|also|did|does|said|says|wrote|added"
    r"|told|asked|wants?|came|went|took|made|saw|got|left|gave|knew|thought|found|lost|won"
    r"|[a-z]{3,12}ed|[a-z]{3,10}s)\b)"
)
_CAPITALISED = (" He ", " She ", " They ", " We ", " It ")
_REVERED = (
    *("God", "Lord", "Jesus", "Christ", "Allah", "Messiah", "Almighty", "Creator", "Holy"),
    *("Prophet", "Krishna"),
)
_REVERENCE = rule(rf"(?:{'|'.join(_REVERED)})\b")
_REVERED_ENDS = tuple(name.lower() for name in _REVERED)


@question
def _may_be_revered(word: str) -> bool:
    return word.endswith(_REVERED_ENDS)


_HE = rule(r"H(?<=[a-z] H)(?:e|is|im)\b")


@signal(
    claim="a pronoun is capitalised inside a sentence",
    unit="per 2,000 characters of prose",
    fires=(
        "In the evening paper aftonposten He wrote that the talks had failed.",
        "The minister left because She was tired of waiting for an answer.",
    ),
    quiet=(
        "In the evening paper he wrote that the talks had failed. He left.",
        "They believe that God is one and that He is merciful.",
        "We pray because He has called us, and we trust in His mercy.",
        "The film It was a success, and she said: We have won.",
        "Harbour master strikes back She has waited for a year to be heard by the council.",
    ),
)
def capital_pronoun(document: Document) -> Reading:
    """He, She, They, We or It with a capital after a lower-case word and before a verb.

    The clause was translated as a piece of its own. A kind of boundary capital, which stood on 10
    of 84 machine-translated, 0 of 87 edited and 1 of 73 amateur pages. Reverential capitals are
    left alone, also where nobody is named but He, His or Him stands twice inside sentences; so are
    works called "It" or "She", and a pronoun after a word that may end a sentence: there a headline
    was joined to the text, or a stop not typed. By-lines are another signal's.
    """
    text, found = document.text, []
    revered = any_word(document, _may_be_revered) and _REVERENCE.search(text)
    if revered or len(_HE.findall(text)) > 1:
        return Reading(None)
    capitals = document.inner_capitals
    pronouns = [at + 1 for at in capitals if text.startswith(_CAPITALISED, at)]
    for span in document.find(_CAPITAL, pronouns):
        before = text[max(0, span.start - 20) : span.start].split()[-1:]
        if before and before[0].isalpha() and before[0].islower() and before[0] not in _WORKS:
            head = text[max(0, span.start - 100) : span.start]
            if before[0] in NEVER_LAST or _LEAD_IN.search(head):
                found.append(span)
    return per_page(document, found)


# What opens a sentence but cannot end it: the clause is still to come.
_LEAD_IN = rule(
    r"(?:\A|[.!?”\"\n]\s*)(?:In|On|At|For|With|By|From|After|Before|During|When|While|As|If|Since"
    r"|Because|Although|According)\b[^.,:;!?\n]*\Z"
)
_WORKS = words("film movie book novel song album show series called titled of and or play")

_PAIRS_OF_ARTICLES = (" the The", " the An", " an The", " a The", " a An")
_TWO_ARTICLES = rule(rf"(?:{'|'.join(_PAIRS_OF_ARTICLES)})(?= [a-z])")


@signal(
    claim="two articles meet, one of them capitalised",
    unit="per 2,000 characters of prose",
    fires=(
        "For months the The government had promised a new bridge.",
        "They gave the harbour a An old crane as a present.",
    ),
    quiet=(
        "He wrote for the The Times and lived in The Hague.",
        "Vitamin A is good. The The album is good too. He got the A grade.",
    ),
)
def the_the(document: Document) -> Reading:
    """Pairs like "the The", "a An": an article before a piece that brought its own.

    Doubled articles stood on 1 of 84 machine-translated and 4 of 87 edited pages, but the human
    ones were typing slips in lower case, which are not counted; nor are names in "The".
    """
    text = document.text
    second = (at for at in document.inner_capitals if text.startswith((" The ", " An "), at))
    starts = (text.rfind(" ", max(0, at - 4), at) for at in second)
    found = matches_at(_TWO_ARTICLES, text, (start for start in starts if start >= 0))
    spans = (Span(match.start() + 1, match.end()) for match in found)
    return per_page(document, (span for span in spans if document.is_prose(span.start)))


_PERSON = (
    r"(?:minister|president|mayor|governor|king|queen|prince|princess|judge|coach|trainer"
    r"|goalkeeper"
    r"|striker|player|captain|director|actor|actress|singer|artist|author|writer|journalist|doctor"
    r"|lawyer|officer|general|pope|bishop|government|company|club|team|police|court|ministry"
    r"|parliament|committee|council|organi[sz]ation|association|striker|politician|senator|leader)"
)
_TAKEN_UP = words("he she it they")
_LONGEST_SUBJECT = 50  # characters; "The ", a word and the longest of the persons above
_DOUBLED_SUBJECT = rule(
    rf"[Tt]he (?:[a-z-]{{2,15}} )?{_PERSON}, (?:he|she|it|they) (?!said|says|told|tells"
    r"|added|adds"
    r"|wrote|writes|explained|explains|claims|claimed|argues|argued|insists|insisted|believes|believed"
    r"|thinks|thought|notes|noted|feels|felt|hopes|hoped|warned|warns|continued|continues|recalls"
    r"|recalled|knew|knows|might|may|would|could|reported|suggests|suggested|promised|suspects"
    r"|turn(?:s|ed) out|seem(?:s|ed)|appear(?:s|ed)|emerge[sd]|transpire[sd]|of|who|with|in|and|too"
    r"|being|alone)\b(?!(?:[\w’'-]{1,20} ){0,3}[\w’'-]{1,20},)"
    r"[a-z]{2,15}\b(?! (?:said|to me)\b)"
)


@signal(
    claim="the subject is said twice, as a noun and again as a pronoun",
    unit="per 100 sentences",
    fires=(
        "The minister, he gave the keys back to the town on Friday.",
        "He left in anger, and the committee, it decided without him.",
    ),
    quiet=(
        "The minister, he said, was late. For the minister, he had nothing but praise.",
        "When he met the mayor, he gave her the keys.",
        "The next day, he gave the keys back. Between himself and the mayor, he gave up hope.",
        "The club, it turned out, had never paid. The company, it now seems clear, is bankrupt.",
        "The king, he of the silver beard, was late. The captain, she had to admit, was right.",
    ),
)
def doubled_subject(document: Document) -> Reading:
    """As in "The minister, he gave …": a noun, a comma and its pronoun before the verb.

    Several languages take a topic up again with a pronoun. People say it in English too, rarely of
    ministers in print. The noun must open a sentence or follow a comma and "and" or "but"; "the
    minister, he said," is attribution, and what a comma closes within four words is an aside.
    """
    text, found = document.text, []
    taken_up = places(text, [f", {pronoun} " for pronoun in _TAKEN_UP & document.vocabulary])
    reach = (Span(max(0, at - _LONGEST_SUBJECT), at) for at in taken_up)
    subjects = {s.start + at for s in reach for at in places(s.of(text), ("The ", "the "))}
    for span in document.find(_DOUBLED_SUBJECT, sorted(subjects)):
        before = text[max(0, span.start - 6) : span.start].rstrip()
        if not before or before[-1] in '.!?\n”"' or before.endswith((", and", ", but")):
            found.append(span)
    return per_page(document, found)


_MORE = words("more much lot all most some part side sides are is be")
_OWN = {"own": " own ", "same": " of the same"}
_THE_OWN = rule(
    r" o(?:wn (?!goals?\b|brand|label|risk|use|initiative|right|the\b|and\b|or\b|a\b)[a-z]{3,20}\b"
    r"|f the same(?=[.;]))"
)


@signal(
    claim="“own” or “the same” stands after an article, where English has a possessive",
    unit="per 2,000 characters of prose",
    fires=(
        "The scandal was caused by the own secretary of the club.",
        "The law and the author of the same. Nobody knows them.",
    ),
    quiet=(
        "The club's own secretary scored an own goal with own-brand boots.",
        "We expect more of the same. They are all of the same age.",
    ),
)
def the_own(document: Document) -> Reading:
    """As in "the own secretary", "the author of the same".

    Word-for-word renderings of *el propio*, *der eigene*, *del mismo*. Part of source word order
    and wording, which a reader saw on 31 of 84 machine-translated, 0 of 87 edited and 4 of 73
    amateur pages; this rule finds the few cases that have a fixed form.
    """
    text, found = document.text, []
    present = [begun for word, begun in _OWN.items() if word in document.vocabulary]
    for span in document.find(_THE_OWN, places(text, present)):
        before = text[max(0, span.start - 12) : span.start].lower().split()[-1:]
        own = text[span.start + 2] == "w"
        if before and (before[0] in {"the", "a", "an"} if own else before[0] not in _MORE):
            found.append(Span(span.start - len(before[0]), span.end))
    return per_page(document, found)


_NO_SUBJECT = rule(
    r"(?:Is|Are|Was|Were|Has been|Have been) (?:expected|reported|estimated|assumed|believed|known"
    r"|planned|considered|required|recommended|noted|recalled|emphasi[sz]ed|worth)"
    r" (?:that|to|also)\b"
)


_SAID_OF_NO_SUBJECT = words(
    "expected reported estimated assumed believed known planned considered required recommended "
    "noted recalled emphasised emphasized worth"
)
_NO_SUBJECTS = ("Is ", "Are ", "Was ", "Were ", "Has been ", "Have been ")


@signal(
    claim="the sentence has a verb and no subject",
    unit="per 100 sentences",
    fires=(
        "The vote is on Friday. Is expected that the mayor will win it again.",
        "The vote is on Friday. Has been reported that nobody else will stand.",
    ),
    quiet=(
        "The vote is on Friday. It is expected that the mayor will win.",
        "Is expected growth not enough? Was reported crime higher than this?",
    ),
)
def missing_subject(document: Document) -> Reading:
    """Statements that open with "Is expected that" or the like.

    Languages that need no subject pronoun leave it out and a weak engine follows. Seldom in today's
    engines; part of source word order (31 of 84 machine-translated, 0 of 87 edited pages).
    """
    text = document.text
    if document.vocabulary.isdisjoint(_SAID_OF_NO_SUBJECT):
        return per_page(document, ())
    spans = (
        (s, text.find("?", s.end, s.end + 120), text.find(".", s.end, s.end + 400))
        for s in document.find(_NO_SUBJECT, places(text, _NO_SUBJECTS))
    )
    statements = (s for s, asks, stops in spans if asks < 0 or 0 <= stops < asks)
    return per_page(
        document,
        (s for s in statements if s.start == 0 or text[s.start - 2 : s.start] in (". ", "\n\n")),
    )


class _Pronoun(NamedTuple):
    """A pronoun's place and sex ("f" or "m")."""

    span: Span
    sex: str


# The first letter alone is looked for, which is fast; then the whole word.
_PRONOUN = rule(
    r"[HhSs](?<!\w.)(?:(?<=[Hh])(?P<m>e|is|im|imself)|(?<=[Hh])(?:er|ers|erself)"
    r"|(?<=[Ss])he)\b(?!-)"
)
_TITLES = {
    **dict.fromkeys(words("Mrs Ms Miss Queen Princess Lady Duchess Madame"), "f"),
    **dict.fromkeys(words("Mr King Prince Lord Sir Duke Monsieur"), "m"),
}
_WOMEN = words(
    "actress woman women mother mum mom wife widow girl girls daughter daughters sister sisters "
    "aunt grandmother girlfriend spokeswoman businesswoman congresswoman policewoman waitress "
    "bride nun lady ladies queen princess duchess niece fiancée stepmother mistress midwife "
    "heroine goddess chairwoman wives mothers female females"
)
_MEN = words(
    "man men father dad husband widower boy boys son sons brother brothers uncle grandfather "
    "boyfriend spokesman businessman congressman policeman king prince duke gentleman guy guys lad "
    "groom nephew chairman fiancé stepfather pope monk priest bishop lord god God Jesus Christ "
    "knight fireman fisherman gunman salesman emperor cardinal archbishop imam husbands fathers "
    "male males fellow midfielder goalkeeper striker"
)
# Somebody else whom a pronoun may stand for.
_ANYBODY = words(
    "president minister doctor coach friend partner colleague child baby kid victim suspect boss "
    "officer driver player leader author candidate spouse parent cousin lover person someone "
    "anyone everyone everybody somebody anybody nobody one student teacher teammate infant "
    "director patient killer attacker soldier senator governor mayor judge lawyer assistant "
    "adviser advisor ambassador secretary manager owner character hero artist writer poet "
    "composer scientist professor singer rapper star actor musician comedian designer founder "
    "executive predecessor successor opponent rival client customer neighbour neighbor guest dog "
    "cat horse animal ship boat country nation who employer aide chief master servant stranger "
    "passenger visitor winner champion captain reporter journalist editor critic hostage prisoner "
    "thief burglar murderer fan farmer worker employee head chancellor premier dictator figure "
    "heir twin sibling relative teenager youngster toddler narrator speaker other others people"
)
_BEFORE_SUBJECT = words(
    "of with to for by from about than like against and or that said says told as including her his"
)
_WORD = rule(r"[^\W\d_]+")


@cache
def _sexes() -> dict[str, str]:
    """Every word that tells a person's sex."""
    nouns = {**dict.fromkeys(_WOMEN, "f"), **dict.fromkeys(_MEN, "m")}
    return {**given_names(), **nouns, **_TITLES}


def _subject_sex(text: str, sentence: Span, limit: int) -> str | None:
    """The sex of the sentence's subject, named before ``limit``; None where unclear.

    The subject opens the sentence with a full name, a title and a name, or a noun such as
    "actress", and no other person can be meant.
    """
    sexes, sex, last, naming, placed = _sexes(), None, "", False, False
    for place in _WORD.finditer(text, *sentence):
        word, start = place.group(), place.start()
        known, capital = sexes.get(word), word[0].isupper()
        if sex is None and known:
            surname = text[place.end() : place.end() + 2].strip()[:1].isupper()
            after_name = last[:1].isupper() and last not in _BEFORE_NAME
            tells = surname if capital else word in _HEROINES
            if start >= limit or after_name or not tells or word in _LOFTY:
                return None
            sex, naming = known, True
        elif sex is None:
            determined = word.islower() and text.startswith(_DETERMINERS, sentence.start)
            if word in _BEFORE_SUBJECT or not (determined or word in _BEFORE_NAME):
                return None
        elif naming and capital and text[start - 1] == " ":
            pass
        else:
            naming = False
            placed = capital and (last in _PLACED or (placed and last[:1].isupper()))
            somebody = word in _ANYBODY or word in _ENCOUNTERS or (known and not capital)
            if (
                somebody
                or (capital and not placed and start < limit)
                or (word == "s" and last in sexes)
            ):
                return None
        last = word
    return sex


# Nouns that are subjects of news; a woman or a girl may meet a nameless "he" in a novel.
_HEROINES = words("actress businesswoman congresswoman policewoman")
# "Prince Edward" may be an island and "Lord" or "Lady" half of a pub's name.
_LOFTY = words("Princess Lady Duchess King Prince Lord Duke Miss Madame Monsieur")
_PLACED = words("in In at At on On near")
# Verbs and things that bring somebody else in, and works called by a person's name.
_ENCOUNTERS = words(
    "met saw watched heard knew loved married kissed followed waited looked turned stared smiled "
    "nodded door knocked beat defeated replaced succeeded divorced dated sued interviewed believed "
    "died death dead remembered missed hated adored novel film movie book play "
    "opera ballet song album series show painting portrait poem story hurricane storm statue "
    "they them their we us our me my you your"
)
_DETERMINERS = ("The ", "A ", "An ", "This ", "That ")
_BEFORE_NAME = _TITLES.keys() | words(
    "When While After Before As But And The A Then Later If Although Because Since French German "
    "Italian Spanish Russian American British Turkish Polish Dutch Greek Ukrainian Israeli "
    "Brazilian Indian Czech Hungarian Swedish Finnish Danish Norwegian Argentine Mexican Austrian "
    "Swiss US President Chancellor Prime Minister Foreign Interior Finance Defence Senator "
    "Governor Mayor Secretary Justice Judge Professor Doctor Dr Actress Actor Singer Commissioner "
    "Former former minister mayor coach president actress actor singer star author writer judge "
    "politician expert"
)


@signal(
    claim="the pronoun does not fit the sex of the only person it can stand for",
    unit="per 2,000 characters of prose",
    fires=(
        "When Gabriela Lund came to the harbour, his speech had already begun.",
        "The actress left the stage in anger. He had not been paid for a year.",
        "Mr Berger sold the mill and moved to the coast with her children.",
    ),
    quiet=(
        "When Gabriela Lund came to the harbour, her speech had already begun.",
        "Tom Lund was late. Gabriela Lund came to the harbour when his speech had begun.",
        "The actress met the mayor in his house. Anna and Tom sold his mill.",
        "“Anna is late,” the driver said. He had waited for an hour.",
        "The girl felt he was near. Ida kept his postcards. Tom praised her soup.",
        "Ulla had never seen his sisters. Ida Lund had never seen his brothers.",
        "Martin published her first poem at twelve. Thomas left in May. She was tired of it.",
        "Ida Lund opened the door. He stood in the rain.",
        "Mrs Holm went to bed. He lay awake. Tom Lund walked home at ten. She let him go.",
        "Rosa Lund married Gianni in Rome. He was a baker.",
        "Jane Eyre was the novel of the year. He read it on the train.",
    ),
)
def wrong_gender(document: Document) -> Reading:
    """He or his for a woman, she or her for a man, where nobody else is named.

    Languages without gendered pronouns, or with gendered nouns, leave the choice to the engine,
    which forgets the name. Seen on 18 of 84 machine-translated, 0 of 87 edited and 1 of 73 amateur
    pages. The subject must open its sentence with a full name, a title or a noun of one sex, and
    nobody else may be named or hinted at in the sentence or in the 500 characters before. The
    pronoun must open the next sentence or stand in one of a few fixed phrases: novels speak of a
    nameless "he" beside a woman on every page, so little is found.
    """
    text, found = document.text, []
    tells = any_word(document, _may_be_telling)
    verbs = [verb for verb in _TELLING if verb in text] if tells else []
    sentences = document.prose_sentences
    for before, sentence in zip((None, *sentences), sentences, strict=False):
        if not text.startswith(_POINTING, sentence.start) and not (
            verbs and any(text.find(verb, *sentence) >= 0 for verb in verbs)
        ):
            continue
        pronoun = next(_pronouns(text, *sentence), None)
        if pronoun and any(
            _misfits(text, subject, sentence, pronoun) for subject in (sentence, before) if subject
        ):
            found.append(pronoun.span)
    return per_page(document, found)


# What a sentence begins with or holds if its pronoun can point to the subject: see below.
_POINTING = (
    *("He", "She", "In ", "On ", "At ", "After ", "During ", "When ", "While ", "Before ", "As "),
)
_TELLING = (" announced ", " celebrate", "moved ", "emigrated ")


@question
def _may_be_telling(word: str) -> bool:
    return word.endswith(("moved", "emigrated")) or word.startswith(("announced", "celebrate"))


def _pronouns(text: str, start: int, end: int) -> Iterator[_Pronoun]:
    """The pronouns that begin between ``start`` and ``end``."""
    # One character more, for a hyphen may follow.
    for match in _PRONOUN.finditer(text, max(0, start), end + 10):
        if match.start() < end:
            yield _Pronoun(Span(*match.span()), "m" if match["m"] else "f")


# "It was late, he said": the speaker need not be named nearby.
_SPEAKS = rule(r" (?:said|says|told|added|wrote|thought|explained|recalls?|recalled|admits?)\b")


def _misfits(text: str, subject: Span, sentence: Span, pronoun: _Pronoun) -> bool:
    """Whether the subject's sex is not the pronoun's, and nobody else is named or hinted at."""
    start, end = pronoun.span
    if not (
        _points_to_subject(text, subject, sentence, pronoun.span)
        and _stands_apart(text, subject, sentence, pronoun)
    ):
        return False
    clause = text[subject.start : sentence.end]
    if not _QUOTES.isdisjoint(clause) or "\n" in clause:
        return False
    if text[start - 2 : start] == ", " and _SPEAKS.match(text, end):
        return False
    sex = _subject_sex(text, subject, start)
    if sex is None or sex == pronoun.sex:
        return False
    if subject != sentence and not _names_nobody(text, sentence):
        return False
    reach = Span(max(0, subject.start - 500), subject.start)
    return _nobody_before(text, reach, set(_WORD.findall(clause)))


def _stands_apart(text: str, subject: Span, sentence: Span, pronoun: _Pronoun) -> bool:
    """Whether the pronoun, the first of its sentence, is of one sex with all in the sentence.

    And of another than all before it, of which the subject's own sentence has none.
    """
    if subject != sentence and any(_pronouns(text, *subject)):
        return False
    before = _pronouns(text, subject.start - 500, pronoun.span.start)
    return all(other.sex == pronoun.sex for other in _pronouns(text, *sentence)) and all(
        other.sex != pronoun.sex for other in before
    )


# What a public person has; "his letters" and "her cooking" may be anybody's.
_HIS_WORK = rule(
    r" (?:[a-z]+ )?(?:songs?|albums?|films?|novels?|books?|speech|career|announcement|resignation"
    r"|departure|statement|candidacy|campaign|government|party|fans|supporters)\b"
)
_FRONTED = rule(
    r"(?:In|On|At|After|During)(?: \w+){1,4} \Z|(?:When|While|After|Before|As) [^,]{3,80}, \Z"
)
_ANNOUNCED = rule(r" announced (?:that )?\Z")
_HIS_STEP = rule(
    r" (?:departure|resignation|retirement|candidacy|engagement|pregnancy"
    r"|(?:would|will) (?:retire|resign|run|stand|step down|quit))\b"
)
# News introduces people so; the bare name or "Mrs Holm" may be a novel's, and "he" its hero.
_ROLE = rule(
    r"(?:The |Former )?(?:[A-Z][a-z]+ )?(?:(?:Prime |Foreign |Interior |Finance |Defence )?"
    r"(?:Minister|President|Chancellor|Senator|Governor|Mayor|Secretary|Justice|Judge|Professor"
    r"|Commissioner)"
    r"|(?:actress|actor|singer|politician|businesswoman|congresswoman|policewoman))\b"
)
_BIRTH = rule(r"\b(?:gave birth|pregnant|twins|newborns?)\b")
_CELEBRATED = rule(r" celebrate[sd] \Z")
_MOVED_WITH = rule(r"\b(?:moved|emigrated)\b(?! in with)[^,;]{0,40} with \Z")
_FAMILY = rule(r" (?:[a-z]+ )?(?:husband|wife|children)\b")


def _points_to_subject(text: str, subject: Span, sentence: Span, pronoun: Span) -> bool:
    """Whether the pronoun can hardly stand for anybody but the subject, by its place."""
    start, end = pronoun
    if subject != sentence and start == sentence.start:
        told = _ROLE.match(text, *subject) or _BIRTH.search(text, *subject)
        return bool(told) and text[start:end] in {"He", "She"}
    if _HIS_WORK.match(text, end) and _FRONTED.match(text[sentence.start : start]):
        return True
    if _HIS_STEP.match(text, end) and _ANNOUNCED.search(text, sentence.start, start):
        return True
    if text.startswith(" birthday", end) and _CELEBRATED.search(text, sentence.start, start):
        return sentence.start == subject.start
    return bool(_FAMILY.match(text, end) and _MOVED_WITH.search(text, sentence.start, start))


def _nobody_before(text: str, reach: Span, subject: set[str]) -> bool:
    """Whether no person but the subject is named or hinted at in ``reach``."""
    last, stop = "", reach.start
    for place in _WORD.finditer(text, *reach):
        word = place.group()
        if word in _ANYBODY or (word.islower() and word in _sexes()):
            return False
        opens = word in _OPENERS and not text[stop : place.start()].isspace()
        if word[0].isupper() and not opens and last not in _PLACED and word not in subject:
            return False
        last, stop = word, place.end()
    return True


_OPENERS = words(
    "The A An This That These Those It Its In On At After Before During When While As If But And "
    "Then There Here Now Today Yesterday Nobody Nothing For From With Since Until No Not All Some "
    "Many Most Several Two Three Later So"
)


def _names_nobody(text: str, sentence: Span) -> bool:
    """Whether no word of the sentence but the first is a person or a name."""
    said = _WORD.findall(text, *sentence)
    return not any(w[0].isupper() or w in _ANYBODY or w in _sexes() for w in said[1:])


_QUOTES = frozenset('“”"«»„')


_ITS = rule(r" its(?= [a-z])")
_PERSON_ITS = rule(
    r"\b(?:minister|actress|singer|coach|boy|girl|woman|man|president|mayor|captain|driver|doctor"
    r"|teacher|lawyer|wife|husband|son|daughter|goalkeeper|striker|chancellor|politician"
    r"|journalist|suspect) (?:lost|began|continue[sd]|escapes|announce[sd]|resume[sd]|presented"
    r"|reveal(?:s|ed)|celebrate[sd]|ended|started|loses|recall(?:s|ed))\Z"
)
# What a person has and what "its" could otherwise stand for has not.
_ITS_LIFE = rule(
    r" its (?:[a-z]{3,12} )?(?:resignation|retirement|departure|candidacy|career|engagement"
    r"|marriage|birthday|childhood|relationship)\b"
)
# Plans may be a town's or a firm's, unless the text or the paragraph has just begun.
_ITS_PLANS = rule(r" its (?:own )?(?:plans|promises)\b")
_ANIMAL = rule(
    r"\b(?:animals?|birds?|cats?|dogs?|hors(?:e|es)|cows?|pup(?:s|py|pies)?|kittens?|cubs?|cal(?:f|ves)"
    r"|lambs?|foals?|chicks?|nests?|whales?|dolphins?|elephants?|bears?|pandas?|lion(?:s|ess)?|tigers?"
    r"|monkeys?|apes?|gorillas?|wol(?:f|ves)|fox(?:es)?|seals?|sharks?|zoo|species|herd|litter)\b"
)
_ITS_KIN = rule(
    r" its (?:husband|wife|girlfriend|boyfriend|pregnancy|hyperactivity|autobiography|widow|widower"
    r"|ex-husband|ex-wife|fiancée?)\b"
)


@signal(
    claim="a person is spoken of as “it”",
    unit="per 2,000 characters of prose",
    fires=(
        "The minister announced its resignation on Friday and left by train.",
        "The singer came to the harbour with its husband and two children.",
    ),
    quiet=(
        "The ministry announced its closure on Friday. The dog and its mother slept.",
        "The minister announced his resignation. The company that she left had its own train.",
        "The rangers filmed a seal mother and its calf. The cat mother lost its kittens.",
        "The firm is closing. Its president revealed its plans; the president revealed its plans.",
        "They found the box. He opened its lid, and the woman gave its price to the mayor.",
    ),
)
def person_it(document: Document) -> Reading:
    """As in "the minister announced its resignation", "with its husband".

    *Son*, *su*, *sein* and *suo* are his, her and its alike. Part of the wrong pronouns on 18 of 84
    machine-translated, 0 of 87 edited and 1 of 73 amateur pages. Three or more in a text mean a
    writer who avoids gender, and nothing is measured. What is possessed must be a person's, such as
    a resignation or a husband, and no animal may be near.
    """
    text, found = document.text, []
    for start, end in document.find(_ITS):
        kin = _ITS_KIN.match(text, start)
        person = _PERSON_ITS.search(text, max(0, start - 25), start)
        if person and not _ITS_LIFE.match(text, start):
            opening = text[max(0, person.start() - 5) : person.start()]
            begins = opening in {"The ", "\nThe "}
            person = person if begins and _ITS_PLANS.match(text, start) else None
        if (kin or person) and not _ANIMAL.search(text, max(0, start - 150), start):
            found.append(Span(start + 1, end))
    return Reading(None) if len(found) > 2 else per_page(document, found)


_WOULD_HAVE = rule(r" would (?:have|be|also have|already have|not have) (?=[a-z]{3,})")
_HEARSAY = rule(
    r"\b(?:[Aa]ccording to|[Rr]eportedly|[Aa]llegedly|investigators|prosecutors|sources close to)\b"
)
_HEARSAY_WORDS = words("according reportedly allegedly investigators prosecutors sources")
_SUPPOSES = rule(
    r"\b(?:[Ii]f|unless|without|otherwise|but for|could|might|wish|wished|likely|hoped|expected"
    r"|thought|in which"
    r"|whether|said|says|told|warned|estimates?|estimated|would(?: \w+){1,12} would|had|were"
    r"|plans?|bill"
    r"|proposal|proposed|agreement|law|deal|by \d{4}|next|rather|instead|under|scenario|believed"
    r"|knew|[Ee]ven|once|coroners?|pathologists?|doctors?|examiner|experts?|scientists?|researchers?"
    r"|autopsy|post-mortem|forensics?|reconstruct(?:ion|ed)|instantly|immediately|by then)\b"
)
_CONDITION = rule(r"\b(?:[Ii]f|[Oo]therwise|[Uu]nless|[Ww]ithout|[Hh]ypothetical(?:ly)?)\b")


@signal(
    claim="hearsay is told in the conditional, as French, Spanish or German tell it",
    unit="per 100 sentences",
    fires=(
        "According to the police, the man would have taken the keys from the car on Monday.",
        "The army would be preparing a new attack, according to sources in the capital.",
    ),
    quiet=(
        "According to the police, the man took the keys from the car on Monday.",
        "The army would be beaten if it attacked, according to sources in the capital.",
        "According to the plan, the bridge would be built by 2030. Police said it would be late.",
        "According to the coroner, the fisherman would have lost his senses at once.",
        "Imagine a fire. If it came at night? According to police, many would have died instantly.",
        "According to investigators, the crew would have seen the light from the bridge.",
    ),
)
def hearsay_conditional(document: Document) -> Reading:
    """As in "would have taken", "would be preparing" beside "according to", with no condition.

    The reportative conditional: *aurait pris*, *habría tomado*, *soll genommen haben*. Tense and
    mood of the source stood on 18 of 84 machine-translated, 3 of 87 edited and 3 of 73 amateur
    pages; this is the part with a fixed form.
    """
    text, found = document.text, []
    if document.vocabulary.isdisjoint(_HEARSAY_WORDS):
        return rate((), per=len(document.prose_sentences) / 100)
    last_stop = text.rfind(".")
    for span in document.find(_WOULD_HAVE):
        end = span.end + 20
        form = _ALLEGED.match(text, span.end, end)
        if form is None or (" be " in span.of(text)) != form.group().endswith("ing"):
            continue
        start = max(0, span.start - 300)
        start = max(start, text.rfind(". ", start, span.start))
        stop = text.find(".", span.end, start + 800)
        if stop < 0:
            stop = start + 800 if last_stop >= span.end else span.end
        sentence = text[start:stop]
        supposed = _CONDITION.search(text, max(0, start - 200), start + len(sentence) + 150)
        if _HEARSAY.search(sentence) and not supposed and not _SUPPOSES.search(sentence):
            found.append(Span(span.start + 1, form.end()))
    return rate(found, per=len(document.prose_sentences) / 100)


# Not what a witness or a victim "would have seen": that is inferred, not heard.
_ALLEGED = rule(
    r"(?!(?:seen|heard|noticed|needed|died|reached|passed|survived|faced|required)\b)[a-z]+(?:ed|en|ing|ght|de|ne|id|ft|ld|un|ot|st|nt)\b"
)


_DAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|week|weekend|month)"
# "The war began in Europe the next year": not an object but a time.
_WHEN = (
    r"(?:same|very|next|following|previous|last|few|couple|days?|nights?|weeks?|months?|years?"
    r"|spring|summer|autumn|fall|winter|mornings?|afternoons?|evenings?|weekends?|hours?|minutes?"
    r"|moment|instant|decades?|century|season|generation|time|times|first|second|third|fourth|fifth"
    r"|sixth|seventh|eighth|ninth|tenth|[a-z]{3,8}teenth|twentieth|twenty|thirtieth)\b"
)
# Scholars and chroniclers turn the clause after these: "In this section are presented the …".
_HUMAN_HEAD = (
    r"wh[a-z]+|that|there|may|must|will|can|sections?|tables?|chapters?|figures?|columns?|append[a-z]+"
    r"|lists?|articles?|papers?|books?|reports?|stud(?:y|ies)|volumes?|works?|parts?|pages?|essays?"
    r"|thesis|surveys?|collections?|catalogues?|documents?|rooms?|hall|church|museum|gallery"
    r"|cabinet|exhibition|series|annex|years?|days?|dates?|months?|century|time|place|[12][0-9]{3}"
    r"|this|these|those|same"
)
_TURNED = rule(
    r" (?:"
    r"(?P<passive>(?:is|are|was|were|be) (?:prepared|organi[sz]ed|held|observed|noted|registered"
    r"|installed"
    r"|detected|discovered|launched|recorded|presented|signed|opened|published|adopted|announced"
    r"|created|introduced) (?:an?|the|many|several|various|different|numerous)\b(?= [a-z]))"
    r"|(?P<event>(?:(?:is|was|will be) an? (?:hearing|vote|session|trial)"
    r"|(?:begins|began|takes place|took place) an? (?:hearing|meeting|match|game|vote|session"
    r"|trial|debate|conference|march|protest|summit|interview))\b"
    r"(?= (?:of|with|on|between|in|for) ))"
    r"|(?P<verb>(?:is|was|has|had|will|can|must|became|came|went|wants|made|got|took|began)"
    r" (?:he|she|they|we)\b(?! not\b))"
    r"|(?P<object>(?:(?:signed|presented|visited|opened|published|rejected|approved|launched"
    r"|received|closed"
    r"|bought|sold) (?:yesterday|today|on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
    r"|(?:started|began|caused|provoked|organi[sz]ed|presented|launched|aroused|generated|opened)"
    r" in (?:the )?[A-Z][a-z]+)(?: his| her| its| their| the| an?| public| new| great"
    rf"| strong)\b(?! {_WHEN}| [a-z]{{3,}} {_WHEN})"
    r"(?= [a-z]{3,}\b(?! ago| before| after| earlier| later)))"
    r"|(?P<afar>they (?:say|report|explain|point out|assure|indicate|insist|warn"
    r"|note) from (?:the )?[A-Z]\w+))"
)
# How what is turned begins.
_TURNED_VERBS = words(
    "is are was were be will begins began takes took has had can must became came went wants made "
    "got signed presented visited opened published rejected approved launched received closed "
    "bought sold started caused provoked organised organized aroused generated they"
)
_HEADS = {
    "passive": rule(
        r"(?:Now |Then |Today |Here |And |But |Also )?(?:[Ii]n|[Ff]rom|[Oo]n|[Aa]t|[Dd]uring"
        rf"|[Aa]fter|[Ff]or|[Ww]ith)(?: (?!(?i:{_HUMAN_HEAD})\b)[\w’'-]+){{1,5}}"
    ),
    "event": rule(rf"(?:Already )?(?:Next|This|Last|On|Every) (?:next )?{_DAY}"),
    "verb": rule(
        rf"Today|Yesterday|Tomorrow|Later|In [12][0-9]{{3}}|(?:On |Last |Next |This ){_DAY}"
        r"|After (?:the )?[a-z]+|In (?:January|March|April|May|June|July|August|September|October)"
    ),
}


@signal(
    claim="the order of the words is that of another language",
    unit="per 100 sentences",
    fires=(
        "Next Thursday is a hearing of the case. In 1990 became he the mayor of the town.",
        "Now from crab sticks are prepared many salads that everybody knows.",
        "The council rejected on Tuesday the request of the owners.",
        "When he started in France public discussion of the plan, nobody came.",
    ),
    quiet=(
        "A hearing of the case is next Thursday. In 1990 he became mayor. Today is he free?",
        "Salads are prepared from crab sticks. In the room that was opened the air was stale.",
        "On Tuesday the council rejected the request. The party started in France a year ago.",
        "The strike began in Norway the next winter. It had started in Sweden the spring of 1911.",
        "In this chapter are presented the main findings. To these were added several letters.",
        "In 1871 was published the second volume. In Table 2 are recorded the weights.",
        "This Friday is a match between the teachers and the parents. The shop closed in Oslo.",
    ),
)
def source_order(document: Document) -> Reading:
    """Verb before subject after a fronted phrase, or an adverb between verb and object.

    The order of Spanish, Russian or German clauses, in the few shapes that have a fixed form and
    that English avoids. Source word order stood on 31 of 84 machine-translated, 0 of 87 edited and
    4 of 73 amateur pages; most of it is beyond a rule.
    """
    text, found = document.text, []
    verbs = [f" {verb} " for verb in _TURNED_VERBS & document.vocabulary]
    for match in matches_at(_TURNED, text, places(text, verbs)):
        start, end = match.span()
        head = _HEADS.get(match.lastgroup or "")
        reach = max(0, start - 80)
        begins = max(text.rfind(mark, reach, start) for mark in '.!?\n”"') + 1
        opening = text[begins:start].strip() if begins or not reach else ""
        asks = text.find("?", end, end + 150)
        question = asks >= 0 and text.find(".", end, asks) < 0
        if head and (question or not head.fullmatch(opening)):
            continue
        if document.is_prose(start + 1):
            found.append(Span(start + 1, end))
    return rate(found, per=len(document.prose_sentences) / 100)
