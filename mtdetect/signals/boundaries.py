"""Damage where a page was cut into pieces before it was translated.

Translation services receive a page as separate text nodes: a link, an italic title or a trailing
clause is translated as if it were a sentence of its own, and comes back with a capital, a full stop
or a hole. Counts in this module are pages on which a reader noticed the damage: 84 known
machine-translated, 87 edited, 73 by amateurs and human translators.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from mtdetect.signals.core import Evidence, Reading, per_page, rate, signal
from mtdetect.signals.odd import any_word, question
from mtdetect.signals.wordlist import NEVER_LAST, words
from mtdetect.signals.writers import careless
from mtdetect.text import Span
from mtdetect.text.search import matches_at, places, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtdetect.text import Document

_ATTRIBUTION = rule(
    r"(?:According to|As (?:reported|announced|stated|quoted) by|Citing)"
    r" (?!me\b|you\b|us\b|whom?\b|which\b|what\b|that\b|this\b|plan\b|law\b)"
    r"[^!?:;“”\"\n]{2,140}\.[”\"]?\Z"
)
_ATTRIBUTING = ("According to", "As ", "Citing")
# A comma may open a relative clause or an apposition's tail, but not the clause attributed.
_CLAUSE_AFTER_COMMA = rule(
    r", (?!who\b|which\b|whose\b|speaking\b|including\b|and\b|or\b|citing\b|quoted\b"
    r"|on condition\b)"
)
_FINITE = (
    "is|are|was|were|has|have|had|will|would|can|could|may|might|should|must|does|did|do|took|left"
    "|said|came|went|fled|made|won|lost|got|says|fell|rose"
)
# A subject that nothing governs ("According to police the man …") or a finite verb.
_CLAUSE_INSIDE = rule(
    r"(?<!\bof)(?<!\bin)(?<!\bon)(?<!\bto)(?<!\bby)(?<!\bat)(?<!\bor)(?<!\band)(?<!\bfor)(?<!\bwith)"
    r"(?<!\bfrom)(?<!\bnear)(?<!\bover)(?<!\babout)(?<!\binside)(?<!\bwithin)(?<!\bagainst)(?<!,)"
    r"(?<!\bknow)(?<!\bspeak)(?<!\bdiscuss)(?<!\bseen)(?<!ing)"
    r" (?:the|an?|this|these|he|she|it|they|we|there|his|their|its|I|you)\b"
    rf"|(?<!\bwho)(?<!\bthat)(?<!\bwhich) (?:{_FINITE})\b"
)


@signal(
    claim="an attribution stands alone as a sentence, cut off from the claim it belongs to",
    unit="per 100 sentences",
    fires=(
        "The envoy will leave on Friday. According to two diplomats familiar with the talks.",
        "The plant closes in May. According to a person close to the owners. Nobody else knew.",
    ),
    quiet=(
        "The envoy will leave on Friday, according to two diplomats familiar with the talks.",
        "The talks failed. According to two diplomats, the envoy will leave on Friday.",
        "The shop was empty. According to the police the man fled on foot.",
        "Who says so? According to the mayor.",
    ),
)
def detached_attribution(document: Document) -> Reading:
    """Sentences that are nothing but "according to" and a source.

    An engine that receives a page in pieces translates a trailing attribution as a sentence of its
    own; on the way back the full stop stays. Detached fragments of every kind stood on 14 of 84
    machine-translated, 2 of 87 edited and 2 of 73 amateur pages. An answer to a question is left
    alone, and so is an attribution that opens a paragraph.
    """
    text, found = document.text, []
    sentences = document.prose_sentences
    for before, sentence in pairwise(sentences):
        if not text.startswith(_ATTRIBUTING, sentence.start):
            continue
        match = _ATTRIBUTION.match(text, *sentence)
        if (
            match is None
            or text[before.end - 1] == "?"
            or "\n" in text[before.end : sentence.start]
        ):
            continue
        source = match.group()
        start = source.find(" to ") + 4 if source.startswith("Acc") else source.find(" ", 8)
        if not _CLAUSE_AFTER_COMMA.search(source) and not _CLAUSE_INSIDE.search(source, start):
            found.append(sentence)
    return rate(found, per=len(sentences) / 100)


# Words that begin a text node but not a name. The first set may precede anything but a title ...
_CLOSED = words(
    "The In On For With From By At And But That This These Those Which Who When While Where "
    "Because After Before During Throughout Through Since Until Against Between Under Into "
    "About However There"
)
_OPEN = words(
    "Recently Yesterday Tomorrow Already Currently Previously Immediately Suddenly Meanwhile "
    "Shortly Especially Particularly Probably Announced Told Explained Explain Confirmed "
    "Added Declared Stated According Following Including Regarding Concerning"
)
# ... "Late" must precede a time, also after a name ...
_TIMES = frozenset(("Early", "Earlier", "Late", "Later"))
_LATE = rule(
    r"(?:Early|Earlier|Late|Later) (?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|yesterday|January"
    r"|February|March|April|May|June|July|August|September|October|November|December)\b"
)
# ... and a noun must follow a preposition that nothing capitalised governs.
_NOUNS = words(
    "Conversation Conversations Discussion Discussions Interview Statement Announcement "
    "Response Remarks Comments Decision Negotiations Demonstration Demonstrations Protest "
    "Protests Clashes Fighting Shooting Attack Attacks Explosion Collision Accident Arrest Raid "
    "Victory Defeat Injury Injuries Damage Concern Concerns Criticism Anger Surprise Help "
    "Reason Cause Consequence Increase Decrease Decline Reduction Addition Contrast Fact Result "
    "Details Photo Pictures Footage Message Tweet Visit Trip Journey Arrival Departure Proof "
    "Claims Allegations Accusations Threat Threats Warning Appeal Demand Proposal Attempt "
    "Effort Efforts Failure Question Meeting Talks"
)
_BOUNDARY_WORDS = _CLOSED | _OPEN | _TIMES | _NOUNS
_CAPITALISED = rule(r" ([A-Z][a-z]+)(?= [A-Za-z])")
_BEFORE = rule(r"(?:([^\W\d_]+) )?([^\W\d_]+) \Z")
_AFTER = rule(r" ([A-Za-z][a-z’']*)(?: ([A-Za-z]))?")
_PREPOSITIONS = words("in on at after during with for by from into a an In On At After During")
_SMALL = words("the a an of my your our and in to")
_REPORTING = words("say says said write writes wrote")
_OUTLETS = words("Facebook Twitter Instagram Telegram Youtube Reddit Weibo Tiktok")
# What makes a name of the noun before it: "in Discussion group B".
_NAMED = words(
    "group groups time paper board forum room page session thread centre center point desk"
)
_NAMES_WORK = words(
    "film movie book song album novel show series band called titled entitled named magazine "
    "single play programme program hit game track poem essay musical column blog podcast and or"
)

# A subject pronoun or a finite verb before the next stop, or what looks like one.
_CLAUSE = rule(
    rf"[^.!?\n]{{0,300}}?\b(?:you|he|she|we|they|{_FINITE}|began|became|gave|held|told|ran|grew"
    rf"|flew"
    r"|saw|brought|found|met|begins|becomes|gives|gets|goes|comes|makes|takes|keeps|brings|seems"
    r"|means|wants|knows|thinks|tells|[a-z]{2,20}ed)\b"
)


def _boundary_words(document: Document) -> list[int]:
    """Offsets of the spaces before such words where another one follows."""
    text = document.text
    return [
        at
        for at in document.inner_capitals
        if text[at + 1 : text.find(" ", at + 1, at + 20)] in _BOUNDARY_WORDS
    ]


def _is_boundary_capital(text: str, match: re.Match[str]) -> bool:
    """Whether the capital of ``match`` has no business inside its sentence."""
    word, start = match[1], match.start(1)
    before = _BEFORE.search(text, max(0, start - 30), start)
    # "That is That is": said twice.
    if before is None or text.startswith(before.group().lstrip(), start):
        return False
    if word in _TIMES:
        return before[2] != "In" and _LATE.match(text, start) is not None
    after = _AFTER.match(text, match.end())
    if after is None:
        return False
    title = after[1] in _SMALL and after[2] and after[2].isupper()
    lower_follows = after[1].islower() and not title
    if word in _NOUNS:
        free = before[1] is None or before[1].islower()
        return free and lower_follows and after[1] not in _NAMED and before[2] in _PREPOSITIONS
    if not before[2].islower() or before[2] in _NAMES_WORK:
        return False
    medium = word == "On" and after[1] in _OUTLETS and before[2] in _REPORTING
    ended = before[2] not in NEVER_LAST and _CLAUSE.match(text, match.end())
    return medium or (lower_follows and not ended)


def _by_links(document: Document, word: Span) -> Evidence:
    """A capital weighed by whether a link or an emphasis begins or has just ended there."""
    if not document.links:
        return Evidence(word)
    index = bisect_right(document.links, word.start, key=lambda link: link.start) - 1
    if index < 0 or word.start not in {document.links[index].start, document.links[index].end + 1}:
        return Evidence(word, strength=0.5)
    return Evidence(word, "at the edge of a link or an emphasis")


def _capitals_strewn(text: str) -> bool:
    """Whether so many words have capitals inside sentences that it must be the writer's habit."""
    inside = len(_CAPITAL_INSIDE.findall(text))
    return inside > 1 and inside * 2500 > len(text)


# No text node begins with most of these.
_CAPITAL_INSIDE = rule(r"(?<=[a-z]) (?:The|And|Of|Is|Also|Then|Was|Are|Any|Has|Be|Or|Their) [a-z]")


@signal(
    claim="a word is capitalised inside a sentence, as if a new piece of text began there",
    unit="per 2,000 characters of prose",
    fires=(
        "The band met the mayor Late Friday and left again without a word to anybody.",
        "She repeated that The proposal would be withdrawn before the summer.",
        "He spoke in Interview with the station about the plans for the harbour.",
        "The police write On Facebook that the road is closed to all traffic.",
    ),
    quiet=(
        "He read about it in The Hague and wrote to The Guardian from there.",
        "They staged the play On the Waterfront and then For Whom the Bell Tolls.",
        "The minister for Trade and Industry spoke late on Friday.",
        "Mill wrote On Liberty. She joined On Demand in May and sat in Discussion group B.",
        "He said: The proposal is dead. In the end nobody came.",
        "Storm closes harbour road The road to the harbour was closed by the storm on Monday.",
    ),
)
def link_capital(document: Document) -> Reading:
    """Function words, times and plain nouns with a capital where no title stands.

    Every text node of a page is sent to the engine as its own sentence, so its first word gets a
    capital; two translations through different languages break at the same places, those of the
    page's links. Seen on 10 of 84 machine-translated, 0 of 87 edited and 1 of 73 amateur pages.
    Titles of works, organisations and defined terms are left alone. So is a clause with a verb of
    its own after a word that may end a sentence: a headline that was joined to the text below it,
    as happens to anybody's page when line breaks are dropped, or a stop that was never typed.

    Where the markup tells the links, a capital at the edge of one says so and counts in full, one
    elsewhere counts half: nothing began there, unless the link was lost.
    """
    text = document.text
    found = [
        _by_links(document, Span(*match.span(1)))
        for match in matches_at(_CAPITALISED, text, _boundary_words(document))
        if match[1] in _BOUNDARY_WORDS
        and _is_boundary_capital(text, match)
        and document.is_prose(match.start())
    ]
    if found and (careless(document) or _capitals_strewn(text)):
        return Reading(None)
    return per_page(document, found)


_LOWER_START = rule(
    r"(?:(?:in|on|at|by|for|from|with|of|to|the|an?|and|but|or|if|as|it|he|she|they|we|this|that"
    r"|his"
    r"|her|their|its|after|before|during|who|which|when|where|while)"
    r"|[a-z]{2,20}(?! [A-Z0-9]))(?=[ ,])"
)
_LOWER_NAMES = words(
    "de da do dos di del della der den des du van von ter ten bin ibn al el la le abu adidas "
    "iphone ebay http https www br em lol thanks thanx thx tks regards fyi cheers pls plz btw imo "
    "haha"
)


@signal(
    claim="a paragraph begins with a small letter, as if the start of it had been a separate piece",
    unit="per 2,000 characters of prose",
    fires=(
        "The council met in March.\n\nin Talks with the owners, the mayor asked for more time.",
        "The council met in March.\n\nthe French minister promised that he would come back.",
    ),
    quiet=(
        "The council met in March.\n\niPhone owners were asked to update their devices at once.",
        "The council met in March.\n\nvan Dijk was asked to open the new stand at the ground.",
        "You will need the following to begin:\n\nthe flour, which should be sifted twice.",
        "the owner asked for a longer lease of the hall.\n\nThe council met in March and said no.",
        "The council met and decided that\n\nthe harbour should be closed for a year or longer.",
    ),
)
def lowercase_paragraph(document: Document) -> Reading:
    """Prose paragraphs that start in lower case although the text otherwise uses capitals.

    Seen on 5 of 84 machine-translated, 1 of 87 edited and 1 of 73 amateur pages. Lists, brands,
    surname particles, paragraphs that go on from an unfinished one
    and the first one (an excerpt may start anywhere) are left out; where more than a quarter of the
    paragraphs start so, or the text has a small "i" or common misspellings, it is the writer's
    habit and nothing is measured.
    """
    text, found, closed = document.text, [], False
    for span, kind in document.paragraphs:
        match = text[span.start].islower() and _LOWER_START.match(text, *span)
        whole = span.end - span.start > 50 and text[span.end - 1] in '.!?”"’)'
        if kind == "prose" and match and closed and whole and match.group() not in _LOWER_NAMES:
            found.append(Span(*match.span()))
        closed = text[span.end - 1] in '.!?”"’)]' or span.end - span.start < 30
    if found and (careless(document) or (len(found) > 1 and len(found) * 4 > len(document.prose))):
        return Reading(None)
    return per_page(document, found)


_LOWER_AFTER_STOP = rule(r"\. ([a-z]{2,})\b(?![@/’'(-]|\.\w|,?\n|,?\Z)")
_ABBREVIATIONS = words(
    "etc vs approx no al inc ltd co corp dept govt est cf ca ft lb lbs oz hr hrs min mins sec "
    "secs tbsp tsp tbs jan feb mar apr jun jul aug sept oct nov dec mon tue wed thu fri sat sun "
    "st mr mrs ms dr prof rev gen col sgt capt lt sen rep gov pres fig figs pp ed eds vol ch "
    "chap art para ref ext tel max avg temp dist mt ave blvd rd bros jr sr esp incl excl viz ie "
    "eg misc nos op cit ibid ff sq cu km kg cm mm mph pop mil bn mn cap pl sing abbr adj adv "
    "prep sp spp ssp var cv intl natl assn assoc univ inst lit trans orig resp rs ph dba aka "
    "com org net ect www spec"
)


def _lower_after_stop(document: Document) -> Iterator[Span]:
    text = document.text
    for match in _LOWER_AFTER_STOP.finditer(text):
        stop = match.start()
        before = text[max(0, stop - 20) : stop].replace("\n", " ").rpartition(" ")[2]
        before = before.lstrip("(“\"‘'").lower()
        word = before[-2:].isalpha() and "." not in before and text[stop - 1].islower()
        paragraph = document.paragraph_at(stop)
        if paragraph is None or text[paragraph.span.start].islower():
            continue
        if word and before not in _ABBREVIATIONS and match[1] not in _LOWER_NAMES:
            yield Span(*match.span(1))


@signal(
    claim="a sentence begins with a small letter, as if one sentence had been cut in two",
    unit="per 100 sentences",
    fires=(
        "The mayor rules by decree. for lack of a council, nobody can stop her.",
        "The owner reported damage to it. the other driver had left by then.",
    ),
    quiet=(
        "It was about 5 ft. tall and stood in the hall.",
        "They sold bread, milk, etc. and closed at noon.",
        "He wrote it up (Smith et al. found the same) and left.",
        "so i went home. then i slept. then it rained. it was a good day.",
    ),
)
def lowercase_sentence(document: Document) -> Reading:
    """A full stop between a word and a lower-case word.

    A clause or a title that was a text node of its own returns with its own full stop. Fragments
    stood on 14 of 84 machine-translated and 2 of 87 edited pages. Abbreviations are left out, and
    so are paragraphs that begin in lower case themselves; where an eighth of the sentences start
    so, or the text has a small "i" or common misspellings, it is the writer's habit and nothing is
    measured.
    """
    found = [span for span in _lower_after_stop(document) if document.is_prose(span.start)]
    sentences = len(document.prose_sentences)
    if (len(found) > 1 and len(found) * 8 > sentences) or (found and careless(document)):
        return Reading(None)
    return rate(found, per=sentences / 100)


_CUT = rule(
    r"(?:told|tells|reminded|informed|speaking (?:to|with|on)|in an interview (?:with|on|for))"
    r" [^.!?\n“”\":;,]{2,60}[a-z]\. "
    r"[A-Z][\w’'&-]*(?: (?:of|the|and|in|on|for|to|with|[A-Z][\w’'&-]*)){0,4}[.!?](?P<close>[”\"]?)"
    r"(?=\s|\Z)"
)
_CUT_AFTER = ("told ", "tells ", "reminded ", "informed ", "speaking ", "in an interview ")


@question
def _may_be_cut_after(word: str) -> bool:
    return word.endswith(("told", "tells", "reminded", "informed", "speaking", "interview"))


_TITLED_BEFORE_STOP = rule(r"\b(?:Mr|Mrs|Ms|Dr|St|Prof|Gen|Sen|Rep|Gov|Lt|Col|Jr|Sr|Inc|No|U)\. ")


def _outside_quotation(text: str, offset: int) -> bool:
    """Whether the last quotation mark of the paragraph before ``offset`` is a closing one."""
    start = max(0, offset - 1000)
    head = text[max(start, text.rfind("\n", start, offset) + 1) : offset]
    mark = max(head.rfind("“"), head.rfind("”"), head.rfind('"'))
    return mark < 0 or head[mark] == "”" or (head[mark] == '"' and head[mark - 1 : mark] in ",.!?")


@signal(
    claim="a programme or title is cut off from the person it belongs to and stands as a sentence",
    unit="per 100 sentences",
    fires=(
        "“We won,” the mayor told the anchor Ann Reed. Morning Show.”",
        '"We won," the coach told Radio Harbour\'s Tom Lund. The Night Desk."',
        "The coach had told Radio Harbour's Tom Lund. Voice of the City. Nobody else was asked.",
    ),
    quiet=(
        "“We won,” the mayor told Ann Reed. Nobody believed her.",
        "“We won,” the mayor told Mr. Reed. He laughed.",
        "“I told Ann Reed. Yesterday,” the mayor said.",
        "The mayor told John F. Reed Jr. about it.",
    ),
)
def cut_fragment(document: Document) -> Reading:
    """A verbless run of capitalised words after "told" and a person.

    The italic name of a programme at the end of an attribution is a text node of its own, so it is
    translated as a sentence, often with a stray closing quotation mark. Fragments stood on 14 of 84
    machine-translated, 2 of 87 edited and 2 of 73 amateur pages.
    """
    text, found = document.text, []
    starts = places(text, _CUT_AFTER) if any_word(document, _may_be_cut_after) else ()
    for span in document.find(_CUT, starts):
        piece = span.of(text)
        title = piece.partition(". ")[2].rstrip('.!?”"')
        cut = piece.endswith(("”", '"')) or " " in title
        if cut and not _TITLED_BEFORE_STOP.search(piece) and _outside_quotation(text, span.start):
            found.append(span)
    return rate(found, per=len(document.prose_sentences) / 100)


_FIGURE_RUN_ON = rule(
    r"\d{1,3}(?:(?:year|month|week|day)s?olds?|(?:year|month|week|day|hour|minute|mile|metre|meter"
    r"|foot|man|member|page|point)(?:long|high|wide|tall|strong|deep)?)\b"
)


@question
def _may_lack_a_hyphen(word: str) -> bool:
    return word.endswith(
        ("socalled", "selfdefence", "selfdefense", "selfproclaimed", "highranking")
    )


_RUN_ON = rule(r"(?:socalled|selfdefen[cs]e|selfproclaimed|highranking)\b")


@signal(
    claim="a hyphen has been lost between the parts of a compound",
    unit="per 2,000 characters of prose",
    fires=(
        "The 36yearold was driven home after the hearing.",
        "A group of 9yearolds waited for the socalled king of the market.",
    ),
    quiet=(
        "The 47-year-old was driven home after the hearing.",
        "It is 12 years old and has a 3D screen, 5G and a 20km range.",
    ),
)
def missing_hyphen(document: Document) -> Reading:
    """Compounds such as "36yearold" that lost their hyphens.

    Soft and non-breaking hyphens are removed when a page is cut up for translation. Frequent on one
    of 84 machine-translated pages, on none of 87 edited ones; people write "47 year old" instead.
    """
    words: list[int] = []
    if any_word(document, _may_lack_a_hyphen):
        words = places(document.text, ("socalled", "selfdefen", "selfproclaimed", "highranking"))
    # Where a letter follows a figure, of which the last three places may belong to the compound.
    ends = document.pairs("0a", "?a")
    figures = (start for end in ends for start in range(end - 2, end + 1))
    found = [*document.find(_FIGURE_RUN_ON, figures), *document.find(_RUN_ON, words)]
    return per_page(document, found)


_HOLE = rule(r" (?:the|an)(?:[.;]| ?,)(?=\s|\Z)|: (?:and|but)(?= [a-z])|\. ?\.-")
# A speaker who starts again: "back to the, to the morning".
_TAKEN_UP = rule(r"[a-z]{0,3} ?\b([a-z]{2,4}) (the|an) ?, (?:\1|\2)\b")
_BEFORE_HOLE = (" of", " in", " by", " from", " with", " to", " for", " on", " at")


@signal(
    claim="something is missing here, as if a link had been taken out of the sentence",
    unit="per 2,000 characters of prose",
    fires=(
        "We can tell you how the list got out: and who was behind it.",
        "He joined the club on the advice of the, and never left it.",
    ),
    quiet=(
        "There is one rule: it is kept. The mayor has the keys and the hall is hers.",
        "He came from the north; by the evening he was in the town.",
        "She went back to the, to the morning of that day, and in the, the evening she wept.",
    ),
)
def link_hole(document: Document) -> Reading:
    """Sentences with nothing after a colon or an article.

    The text of a link or the name of an agency was dropped before or after translation. Noticed on
    2 of 84 machine-translated pages and no other: rare, kept for what it tells an editor. A
    speaker who starts again after the article is left alone.
    """
    found = []
    text = document.text
    holes = [hole for mark in ".;," if mark in text for hole in (f" the{mark}", f" an{mark}")]
    if document.pairs(" ,"):
        holes += (" the ,", " an ,")
    stops = (at - 1 for at in document.pairs(" .") if at)
    starts = sorted([*places(text, holes), *document.pairs(": ", ".."), *stops])
    for span in document.find(_HOLE, starts):
        if _TAKEN_UP.match(document.text, max(0, span.start - 5)):
            continue
        before = document.text[max(0, span.start - 6) : span.start]
        named = (
            before.endswith(_BEFORE_HOLE)
            if span.of(document.text)[0] == " "
            else before[-1:].islower()
        )
        if named or before[-2:-1].isdigit():
            found.append(span)
    return per_page(document, found)


_BREAK = rule(r"\n(?<=[a-z,]\n)(?=[a-z])")
_SHORT_LINE = 45


@signal(
    claim="a line breaks in the middle of a sentence",
    unit="per 2,000 characters of prose",
    fires=(
        "First you must\npeel the potatoes and cut them into cubes.\n\nThen put them into water.",
    ),
    quiet=(
        "This was wrapped by\nhand and it goes on\nuntil the end\nof the page.\n\nIt was sent.",
        "Roses are red,\nviolets are blue,\nsugar is sweet\nand so are you.",
    ),
)
def mid_sentence_break(document: Document) -> Reading:
    """Single line breaks inside a sentence of a text that is not hard-wrapped.

    Text nodes arrive on lines of their own when a page is taken apart. Seen on 3 of 84
    machine-translated pages and 1 of 87 edited. Where more than two such breaks stand in a
    paragraph or in a fifth of them, the text is wrapped (or a poem) and nothing is measured.
    """
    text = document.text
    breaks = [match.start() for match in _BREAK.finditer(text)]
    if len(breaks) > max(2, len(document.paragraphs) // 5):
        return Reading(None)
    short = (at for at in breaks if at - text.rfind("\n", 0, at) <= _SHORT_LINE)
    return per_page(document, (Span(at - 1, at + 2) for at in short if document.is_prose(at - 1)))


_SEE_ALSO = rule(
    r"^[ \t]*(?:See|Read|Watch)(?: also|[ \t]{2})"
    r"(?:[ \t\u00a0]{2,}|[ \t]?[:|–-]?[ \t]*(?=[^\n|]{10,150}\|))"
    r"[A-Z‘“\"'][^\n]{8,200}$",
    re.MULTILINE,
)


@signal(
    claim="a pointer to another story stands inside the article, as scraper sites insert it",
    unit="per 2,000 characters of prose",
    fires=(
        "The mayor left.\n\nSee also  Storm in the north: What we know so far\n\nShe came back.",
        "The mayor left.\n\nSee also Storm in the north closes port | Weather\n\nShe is back.",
    ),
    quiet=(
        "The mayor left.\n\nSee also\n\nList of mayors of the town\n\nShe came back.",
        "See also the chapter on mayors, which lists them all.",
    ),
)
def see_also_line(document: Document) -> Reading:
    """Lines such as "See also  Other headline" between paragraphs of running text.

    A habit of plug-ins on sites that republish translated news: two double-spaced lines of 84
    machine-translated pages, none elsewhere. It says where a page stands, not how it was written,
    so it is shown and hardly weighed.
    """
    text = document.text
    if document.vocabulary.isdisjoint(("see", "read", "watch")):
        return per_page(document, ())
    lines = (Evidence(Span(*match.span())) for match in _SEE_ALSO.finditer(text))
    return per_page(document, lines)


_UNIX_TIME = rule(r"1[0-9]{9} (?=[A-Z“‘\"])")


@signal(
    claim="a title begins with a machine's time stamp",
    unit="per 2,000 characters of prose",
    fires=("1690001234 A Mayor With Two Hats\n\nThe mayor came home on Friday with two hats.",),
    quiet=("The call to 1690001234 was free.", "1984 A Novel\n\nIt was a cold day in April."),
)
def unix_time_title(document: Document) -> Reading:
    """A line that starts with seconds since 1970 and a capitalised title.

    Left over from a scraper's file names: on 1 of 84 machine-translated pages and nowhere else.
    """
    text = document.text
    lines = [0, *(at + 1 for at in document.pairs("\n0"))]
    stamps = matches_at(_UNIX_TIME, text, lines)
    return per_page(document, (Span(stamp.start(), stamp.end() - 1) for stamp in stamps))
