"""Grammar that comes from another language or from pieces put together wrongly.

Only rules that hardly ever touch edited English are kept; learners' errors of agreement and of
articles are evidence of a human hand and live in the module ``human``. Counts are pages on which a
reader noticed the damage: 84 known machine-translated, 87 edited, 73 by amateurs and human
translators.
"""

from __future__ import annotations

import re
from operator import eq
from typing import TYPE_CHECKING

from mtdetect.signals.core import Reading, per_page, signal
from mtdetect.signals.wordlist import NEVER_LAST, words
from mtdetect.text import Span

if TYPE_CHECKING:
    from mtdetect.text import Document

_CAPITAL = re.compile(
    r"(?:He(?<=[a-z] He)|She(?<=[a-z] She)|They(?<=[a-z] They)|We(?<=[a-z] We)|It(?<=[a-z] It))"
    r"(?= (?:is|was|are|were|has|had|have|will|would|can|could|also|did|does|said|says|wrote|added"
    r"|told|asked|wants?|came|went|took|made|saw|got|left|gave|knew|thought|found|lost|won"
    r"|[a-z]{3,12}ed|[a-z]{3,10}s)\b)"
)
_REVERENCE = re.compile(
    r"(?:God|Lord|Jesus|Christ|Allah|Messiah|Almighty|Creator|Holy|Prophet|Krishna)\b"
)
_HE = re.compile(r"H(?<=[a-z] H)(?:e|is|im)\b")


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
    if _REVERENCE.search(text) or len(_HE.findall(text)) > 1:
        return Reading(None)
    for span in document.find(_CAPITAL):
        before = text[max(0, span.start - 20) : span.start].split()[-1:]
        if before and before[0].isalpha() and before[0].islower() and before[0] not in _WORKS:
            head = text[max(0, span.start - 100) : span.start]
            if before[0] in NEVER_LAST or _LEAD_IN.search(head):
                found.append(span)
    return per_page(document, found)


# What opens a sentence but cannot end it: the clause is still to come.
_LEAD_IN = re.compile(
    r"(?:\A|[.!?”\"\n]\s*)(?:In|On|At|For|With|By|From|After|Before|During|When|While|As|If|Since"
    r"|Because|Although|According)\b[^.,:;!?\n]*\Z"
)
_WORKS = words("film movie book novel song album show series called titled of and or play")

_TWO_ARTICLES = re.compile(r" (the The|the An|an? The|a An)(?= [a-z])")


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
    return per_page(document, document.find(_TWO_ARTICLES, group=1))


_REPEATED = re.compile(r"\b([a-z’']{2,20} [a-z’']{2,20}(?: [a-z’']{2,20}){0,2}) \1\b(?![’'-])")
_JOINERS = words("and by after or upon on over in for of no very bye ha la so the that it")


@signal(
    claim="a group of words is said twice in a row",
    unit="per 2,000 characters of prose",
    fires=(
        "The country cannot pay cannot pay its teachers.",
        "He was asked to finish to finish the work by Friday.",
    ),
    quiet=(
        "It grew more and more and more. They went on and on and on.",
        "No, no, no, he said. It was very, very cold. He had had enough, that that was true.",
        "They sang la la la la and ha ha ha ha.",
    ),
)
def repeated_group(document: Document) -> Reading:
    """Two to four lower-case words repeated at once.

    A piece and its neighbour were both translated with the words between them. Doubled words stood
    on 2 of 84 machine-translated, 2 of 87 edited and 2 of 73 amateur pages; single words are mostly
    typing slips, so only groups count. Speech and chants repeat as well: weak alone.
    """
    text, found = document.text, []
    tokens = text.split(" ")
    # Most texts hold no repeated pair; comparing words is far cheaper than the pattern.
    same = (bytes(map(eq, tokens, tokens[shift:])) for shift in (2, 3, 4))
    if not any(b"\1\1" in run for run in same):
        return per_page(document, ())
    for match in _REPEATED.finditer(text):
        group = match[1].split()
        if (
            len(set(group)) == len(group)
            and group[-1] != "to"
            and not _JOINERS & {group[0], group[-1]}
        ):
            found.append(Span(*match.span()))
    return per_page(document, (span for span in found if document.is_prose(span.start)))


_PERSON = (
    r"(?:minister|president|mayor|governor|king|queen|prince|princess|judge|coach|trainer|goalkeeper"
    r"|striker|player|captain|director|actor|actress|singer|artist|author|writer|journalist|doctor"
    r"|lawyer|officer|general|pope|bishop|government|company|club|team|police|court|ministry"
    r"|parliament|committee|council|organi[sz]ation|association|striker|politician|senator|leader)"
)
_DOUBLED_SUBJECT = re.compile(
    rf"[Tt]he (?:[a-z-]{{2,15}} )?{_PERSON}, (?:he|she|it|they) (?!said|says|told|tells"
    r"|added|adds"
    r"|wrote|writes|explained|explains|claims|claimed|argues|argued|insists|insisted|believes|believed"
    r"|thinks|thought|notes|noted|feels|felt|hopes|hoped|warned|warns|continued|continues|recalls"
    r"|recalled|knew|knows|might|may|would|could|reported|suggests|suggested|promised|suspects)"
    r"[a-z]{2,15}\b(?! (?:said|to me)\b)(?!,)"
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
        "The next day, he gave the keys back.",
    ),
)
def doubled_subject(document: Document) -> Reading:
    """As in "The minister, he gave …": a noun, a comma and its pronoun before the verb.

    Several languages take a topic up again with a pronoun. People say it in English too, rarely of
    ministers in print. The noun must open a sentence or follow "and" or "but"; "the minister, he
    said," is attribution.
    """
    text, found = document.text, []
    for span in document.find(_DOUBLED_SUBJECT):
        before = text[max(0, span.start - 6) : span.start].rstrip()
        if not before or before[-1] in '.!?\n”"' or before.endswith((" and", " but")):
            found.append(span)
    return per_page(document, found)


_MORE = words("more much lot all most some part side sides are is be")
_THE_OWN = re.compile(
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
    for span in document.find(_THE_OWN):
        before = text[max(0, span.start - 12) : span.start].lower().split()[-1:]
        own = text[span.start + 2] == "w"
        if before and (before[0] in {"the", "a", "an"} if own else before[0] not in _MORE):
            found.append(Span(span.start - len(before[0]), span.end))
    return per_page(document, found)


_NO_SUBJECT = re.compile(
    r"(?:Is|Are|Was|Were|Has been|Have been) (?:expected|reported|estimated|assumed|believed|known"
    r"|planned|considered|required|recommended|noted|recalled|emphasi[sz]ed|worth)"
    r" (?:that|to|also)\b"
)


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
    spans = (
        (s, text.find("?", s.end, s.end + 120), text.find(".", s.end, s.end + 400))
        for s in document.find(_NO_SUBJECT)
    )
    statements = (s for s, asks, stops in spans if asks < 0 or 0 <= stops < asks)
    return per_page(
        document,
        (s for s in statements if s.start == 0 or text[s.start - 2 : s.start] in (". ", "\n\n")),
    )
