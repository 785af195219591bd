"""Broken quotations: marks doubled, lost, reopened, misplaced or taken over from another language.

A translation engine that receives a quotation in pieces closes and opens each piece on its own.
Counts are pages on which a reader noticed the damage: 84 known machine-translated, 87 edited, 73 by
amateurs and human translators.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mtdetect.signals.core import Reading, per_page, rate, signal
from mtdetect.signals.spacing import with_word_before
from mtdetect.signals.writers import careless
from mtdetect.text import Span
from mtdetect.text.search import places, rule

if TYPE_CHECKING:
    from mtdetect.text import Document


class _Mark(NamedTuple):
    """A double quotation mark at ``offset`` that opens or closes."""

    offset: int
    opens: bool


class _Quotations(NamedTuple):
    """A paragraph's marks that do not pair up, by offset; whether its last quotation runs on."""

    paragraph: Span
    doubled: list[int]
    reopened: list[int]
    unopened: list[int]
    runs_on: bool


_MARK = rule(r'[“”"]')
_CLOSERS = frozenset(" \n\t\u00a0.,;:!?)]}—–-’'”…")
_OPENERS = frozenset(" \n\t\u00a0([{—–-/‘'“")


def _role(text: str, at: int, span: Span) -> bool | None:
    """Whether the mark at ``at`` opens a quotation; None where the spacing does not tell."""
    before = text[at - 1] if at > span.start else " "
    after = text[at + 1] if at + 1 < span.end else " "
    if text[at] == "“":
        # A mark after a letter and before a space closes, whatever its shape.
        return not (before.isalnum() and after in _CLOSERS)
    if text[at] == "”":
        return before in " \n\u00a0" and after.isalnum()
    if before.isdigit():
        return None  # inches and seconds
    if before in _OPENERS and after not in _CLOSERS:
        return True
    if before == " " and after in _CLOSERS and text[at - 2 : at - 1] == '"':
        return False
    return False if before not in _OPENERS and after in _CLOSERS else None


@lru_cache(maxsize=1)  # three signals read it, one after the other
def _quotations(document: Document) -> list[_Quotations]:
    """Unpaired marks of every prose paragraph whose marks are of one kind and can be read."""
    text, found = document.text, []
    if _all_paired(text):
        return []
    left_open = False
    for span, kind in document.paragraphs:
        marks = _marks(text, span) if kind == "prose" else []
        if not marks:
            left_open = left_open and marks is not None
            continue
        quotations = _pair(text, span, marks)
        if left_open and quotations.unopened and quotations.unopened[0] == marks[0].offset:
            # The quotation ran on from an earlier paragraph.
            del quotations.unopened[0]
        left_open = quotations.runs_on
        found.append(quotations)
    return found


# A quotation inside a line whose marks stand as they should.
_PAIR = rule(
    r"""
    "(?<![^ \n\t\u00a0([{—–\-/‘'“]") (?![ \t\u00a0.,;:!?)\]}—–\-’'”…])
    [^“”"\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+
    "(?<=[^\s\d([{—–\-/‘'“]") (?=[ \n\t\u00a0.,;:!?)\]}—–\-’'”…]|\Z)
    """,
    re.VERBOSE,
)
_CURLY_PAIR = rule(r"“(?<![^\W_]“)[^“”\"\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+”(?<![ \n\u00a0]”)")


def _all_paired(text: str) -> bool:
    """Whether every mark belongs to a pair that lies within a line; then nothing is unpaired."""
    straight, curly = text.count('"'), text.count("“") + text.count("”")
    return (not straight or straight == 2 * len(_PAIR.findall(text))) and (
        not curly or curly == 2 * len(_CURLY_PAIR.findall(text))
    )


def _marks(text: str, span: Span) -> list[_Mark] | None:
    """The paragraph's marks in order; None where their shapes are mixed or cannot be read."""
    marks = []
    straight = 0
    for match in _MARK.finditer(text, *span):
        at = match.start()
        opens = _role(text, at, span)
        if opens is None:
            return None
        straight += text[at] == '"'
        marks.append(_Mark(at, opens))
    return None if 0 < straight < len(marks) else marks


def _pair(text: str, span: Span, marks: list[_Mark]) -> _Quotations:
    """Match opening and closing marks of one paragraph."""
    stack: list[int] = []
    candidates: list[int] = []
    doubled: list[int] = []
    unopened: list[int] = []
    last_close = -9
    for at, opens in marks:
        if opens:
            # Inside an open quotation and after a finished sentence: the end before it got lost.
            if stack and text[at - 2 : at - 1] in (".", "!", "?", "…") and text[at - 1] == " ":
                candidates.append(at)
            stack.append(at)
            continue
        if stack:
            stack.pop()
        elif last_close >= span.start and not text[last_close + 1 : at].strip():
            doubled.append(at)
        else:
            unopened.append(at)
        last_close = at
    lost = len(stack)
    return _Quotations(span, doubled, candidates[:lost], unopened, lost > len(candidates))


_SPOKEN = rule(r'"[^"\n]{1,200},"')
_PHRASE = rule(r"[“”\"][^“”\",.;:!?\n]{1,60}")


@signal(
    claim="a quotation is closed twice",
    unit="per 2,000 characters of prose",
    fires=(
        "The mayors pledged “help for the town and its schools.” ”",
        "She called the vote “a farce.”” Then she left the hall.",
        'He wants "a clean slate." " Nobody in the hall agreed with him.',
    ),
    quiet=(
        "“He said: “I am going home.”” That was all.",
        "“One.” “Two.” The children counted on.",
        "He measured 5' 10\" and his board 6' 2\" at the time.",
    ),
)
def doubled_quote(document: Document) -> Reading:
    """A second closing mark right after the first, where nothing is left to close.

    The engine closed the piece and the source's own mark followed. Doubled or mixed marks stood on
    3 of 84 machine-translated, 3 of 87 edited and 3 of 73 amateur pages; the human ones mixed
    straight and curly marks or closed a quotation within a quotation, which are left alone.
    """
    text, found = document.text, []
    for quotations in _quotations(document):
        for at in quotations.doubled:
            first = max(text.rfind(mark, max(0, at - 4), at) for mark in '”"')
            found.append(with_word_before(text, Span(first if first >= 0 else at, at + 1)))
    return per_page(document, found)


@signal(
    claim="a quotation opens again although the one before it was never closed",
    unit="per 2,000 characters of prose",
    fires=(
        "He added: “The town has chosen its course. “This cannot go on,” the statement said.",
        "“We will help. We will not pay. “It is a clear position,” the official said.",
        '"We will help. We will not pay. "It is a clear position," the official said.',
    ),
    quiet=(
        "“We will help. We will not pay.\n\n“It is a clear position,” the official said.",
        "“He told me “no” and hung up,” the official said. “It was late.”",
        "“We will help.” “It is a clear position,” the official said.",
    ),
)
def reopened_quote(document: Document) -> Reading:
    """An opening mark after a finished sentence inside a quotation that is still open.

    Two pieces of a speech were joined and the words between them ("he said.") got lost, or the
    first closing mark. Edited speeches reopen only at the start of a paragraph; where paragraphs
    were joined, as on many copied pages, they are long, so long ones are not read, and straight
    marks only where the reopened piece is followed by its speaker.
    """
    text, found = document.text, []
    for quotations in _quotations(document):
        length = quotations.paragraph.end - quotations.paragraph.start
        for at in quotations.reopened:
            spoken = text[at] == "“" or (length < 300 and _SPOKEN.match(text, at))
            match = _PHRASE.match(text, at)
            if match and spoken and length < 400:
                found.append(Span(*match.span()))
    return per_page(document, found)


@signal(
    claim="a closing quotation mark has no opening one in its paragraph",
    unit="per 2,000 characters of prose",
    fires=(
        "The minister spoke of a new start for the country,” and left at noon.",
        "Come to the town hall! he wrote.” Nobody came.",
    ),
    quiet=(
        "The minister spoke of “a new start for the country,” and left at noon.",
        "“The house was empty.\n\nWe looked for him all night long,” the minister said.",
        "He is 6' 2\" tall.",
    ),
)
def unopened_quote(document: Document) -> Reading:
    """A closing mark where no quotation is open in the paragraph, or left open by the one before.

    The opening mark stayed in a piece that was translated apart or dropped. Counted together with
    unclosed quotations: 6 of 84 machine-translated, 1 of 87 edited and 1 of 73 amateur pages.
    """
    text = document.text
    found = (at for quotations in _quotations(document) for at in quotations.unopened)
    return per_page(document, (with_word_before(text, Span(at, at + 1)) for at in found))


_SPACED_OPEN = rule(r"“[ \u00a0](?=[^\W_])[^\s“”]{1,30}| “(?=[,;]|\.\s)")
_OPENS_SPACED = ("“ ", "“\u00a0", " “,", " “;", " “.")
_CLOSING = rule(r"”(?=[\s.,;:)]|\Z)")


@lru_cache(maxsize=1)  # two signals read it, one after the other
def _spaced_closings(document: Document) -> list[tuple[bool, Span]]:
    """Closing marks after a space, each with whether its opening mark hugs its word."""
    text, found = document.text, []
    marks = (at + 1 for at in places(text, (" ”", "\u00a0”")))
    for at, end in document.find(_CLOSING, marks):
        if text[at - 2].isalnum() or text[at - 2] in ".,!?":
            opening = text.rfind("“", max(0, at - 600), at)
            hugged = opening >= 0 and text[opening + 1] > " " and "”" not in text[opening:at]
            found.append((hugged, with_word_before(text, Span(at - 1, end))))
    return found


@signal(
    claim="a space stands on the wrong side of a quotation mark",
    unit="per 2,000 characters of prose",
    fires=(
        "He told them “ to wait at the gate ” for the bus.",
        "He called it a matter of time “, and nobody at the table spoke against him.",
    ),
    quiet=(
        "He told them “to wait at the gate” for the bus.",
        "She said “no.” ” and left.",
        "“ ‘No’ is no answer,” she said.",
        "The law “for the protection of the coast ”, passed in May, is void.",
    ),
)
def spaced_quote(document: Document) -> Reading:
    """White space after an opening curly mark, or on the wrong side of both marks.

    Where a tag stood between the mark and the words, the engine puts a space. Seen on 7 of 84
    machine-translated, 0 of 87 edited and 1 of 73 amateur pages. Straight marks are not read:
    people who type them space them freely, and so do writers who misspell; a space before the
    closing mark alone is another signal.
    """
    text = document.text
    found = [
        span
        for span in document.find(_SPACED_OPEN, places(text, _OPENS_SPACED))
        if text[span.start - 1 : span.start] in "( \n" or text[span.start] == " "
    ]
    found += (span for hugged, span in _spaced_closings(document) if not hugged)
    return Reading(None) if found and careless(document) else per_page(document, found)


@signal(
    claim="a space stands before a closing quotation mark",
    unit="per 2,000 characters of prose",
    fires=("The law “for the protection of the coast ”, passed in May, is void.",),
    quiet=(
        "The law “for the protection of the coast”, passed in May, is void.",
        "He told them “ to wait at the gate ” for the bus.",
    ),
)
def spaced_closing(document: Document) -> Reading:
    """White space before a closing curly mark whose opening mark hugs its word.

    The weaker half of spaced quotation marks (7 of 84 machine-translated, 0 of 87 edited and 1 of
    73 amateur pages): converters of documents leave such spaces too.
    """
    return per_page(document, (span for hugged, span in _spaced_closings(document) if hugged))


_FOREIGN = rule(
    r"«[^«»\n]{1,400}»|»(?=\w)[^«»\n]{1,400}«|„[^„“”\"\n]{1,400}[“”\"„]"
    r"|“[^“”„\"\n]{1,120}[\w.,!?]„"
    # Not at the end of a paragraph or before a dash: there editors' software turns the mark.
    r"|“\w[^“”„\"\n]{0,120}\w“(?=[.,;:)]|[ ](?![–—-]))"
    r"|《[^》\n]{1,80}》|「[^」\n]{1,80}」"
)
# English words that hardly another language spells so.
_ENGLISH = rule(
    r"\b(?:the|and|of|to|with|are|that|this|you|not|by|from|it|is|for|his|her|our|we)\b",
    re.IGNORECASE,
)


def _is_foreign_phrase(quotation: str) -> bool:
    """Whether guillemets hold two or more words and none that only English has."""
    return quotation[0] == "«" and " " in quotation and not _ENGLISH.search(quotation)


@signal(
    claim="the quotation marks are those of another language",
    unit="per 2,000 characters of prose",
    fires=(
        "The group played «Rock of the North» and went home.",
        "He called it „a matter of honour“ and left the room.",
        "She is a “popular„ figure in the harbour towns.",
        "The paper wrote of a “quiet revolution“ in the schools.",
    ),
    quiet=(
        "The group played “Rock of the North” and “Harbour Lights” and went home.",
        "Read more » Next page »",
        "He called it 'a matter of honour' and left the room.",
        "Over the door of the inn stands «Casa mia, vita mia» in faded letters.",
    ),
)
def foreign_quotes(document: Document) -> Reading:
    """Guillemets, low opening marks or pairs turned the wrong way round in English prose.

    Engines copy the marks of the source. Seen on 8 of 84 machine-translated, 0 of 87 edited and 1
    of 73 amateur pages (an author writing in English as a second language). Where guillemets hold
    nothing but phrases of another language, they are quoted with their marks and left alone.
    """
    text = document.text
    marks = list(document.find(_FOREIGN, places(text, "«»„“《「")))
    if not any(span.of(text)[0] == "«" and not _is_foreign_phrase(span.of(text)) for span in marks):
        marks = [span for span in marks if not _is_foreign_phrase(span.of(text))]
    others = [span for span in marks if text[span.start] != "“"]
    if len(others) < len(marks) and careless(document):
        marks = others
    return per_page(document, marks)


def _after_words(document: Document) -> list[int]:
    """Offsets of the marks that follow a small letter and a space."""
    shape, marks = document.shape, places(document.text, '“"')
    return [at for at in marks if at > 1 and shape[at - 2] == "a" and document.text[at - 1] == " "]


# Not an order, which a modal may govern: "would “Keep off the grass.”".
_SENTENCE_QUOTED = rule(
    r"[“\"](?:We|I|It|He|She|They|You|This|That|These|Those|There|The|An?|Another|Our|My|His|Her"
    r"|Their|No|Not(?! be\b)|All|Every|Nobody|Nothing|Everything|Now|One|More)"
    r"(?:['’][a-z]{1,2})?,? [a-z][^“”\"\n]{2,200}[.!?][”\"]"
)
_MODAL = rule(r"\b(?:would|will|could|should|might|must|shall|cannot|(?:is|are) going) \Z")
_LASTS = rule(r"\b(?:continues?|continued|remains?|keeps|tends?|has been|have been) \Z")
# What lasts; a mayor or a letter continues “We regret …”, and a motto remains “We never close.”.
_COURSE = rule(
    r"\b(?:fight|war|battle|confrontation|standoff|clash|clashes|tensions?|offensive|siege"
    r"|struggle|dispute|quarrel|conflict|debate|search|hunt|investigation|work"
    r"|season|strike|protests?|campaign|crisis|talks|negotiations|situation|mood|recovery|race"
    r"|vote|trial|storm|fire|outbreak|epidemic|operation|rescue)(?: [\w’'-]{1,20}){0,3} \Z"
)


@signal(
    claim="a quotation that is a sentence of its own stands where words are needed to go on",
    unit="per 100 sentences",
    fires=(
        "The coach warned that the fight continues “We have barely begun.” He left.",
        "The coach warned that a fight would “Another year at least.” He left.",
        'The miners fear that the strike will "We are still waiting." Nobody has called.',
    ),
    quiet=(
        "The coach said: “We have barely begun.” The fight continues, “barely begun.”",
        "The coach would “not be done for a year.”",
        "The slogan “It's time to go.” is on every wall. She sang along to “Time to go.”",
        "She could sing “Away in a Manger” at three.",
        "The sign would “Keep off the grass.” The letter to him continues “We regret it.”",
        "The mayor continued “We will not give up.” Then he left.",
        "The motto of the house remains “We never close.” The answer will “Not be long.”",
    ),
)
def swallowed_subject(document: Document) -> Reading:
    """A capitalised quotation right after a modal or a verb that must go on.

    An embedded quotation is translated as a sentence of its own and loses the words that tied it in
    ("would be a long one: …"). Rare (one kind of lost attribution), but no editor prints it: not
    one edited article of 1,138 had it. Verbs of lasting count after a noun that takes its course,
    such as "fight"; people, letters and mottoes continue or remain “We …”.
    """
    found = []
    for start, end in document.find(_SENTENCE_QUOTED, _after_words(document)):
        head = document.text[max(0, start - 80) : start]
        match = _MODAL.search(head)
        if match is None:
            match = _LASTS.search(head)
            if match is None or not _COURSE.search(head[: match.start()]):
                continue
        found.append(Span(start - len(match.group()), end))
    return rate(found, per=len(document.prose_sentences) / 100)


_SAID = (
    "said|says|added|explained|noted|stressed|told|emphasi[sz]ed|commented|replied|asked|recalled"
)
_DASH = rule(rf"[–—-] (?:(?:{_SAID})\b|(?=[A-Z])[\w’']{{1,20}})")
_SAID_BEFORE = rule(
    rf"(?:,[”\"]?|\b(?:{_SAID}) (?:the )?[\w’'-]{{2,20}}(?: [A-Z][\w’'-]{{1,20}}){{0,2}}[.,]) \Z"
)


@signal(
    claim="speech is set off by dashes, as in Russian or Spanish, instead of quotation marks",
    unit="per 2,000 characters of prose",
    fires=(
        "The season was a success, – said the coach. – We will play on.",
        "It is too early to tell, said Lund. – We should wait for the autumn.",
    ),
    quiet=(
        "The season – said to be a success – was too long.",
        "“It is too early,” said Lund – a former coach – on Friday.",
    ),
)
def dash_dialogue(document: Document) -> Reading:
    """A comma and a dash before "said", or a dash between "said X." and the next sentence.

    Dialogue dashes of the source survive translation. Dash speech stood on 2 of 84
    machine-translated pages and on no other.
    """
    found = []
    for span in document.find(_DASH, [at + 1 for at in document.pairs(" -", " ?")]):
        before = _SAID_BEFORE.search(document.text, max(0, span.start - 60), span.start)
        # A bare comma asks for "said" after the dash, "said X." for a capital.
        if before and (before.group()[0] != ",") == document.text[span.start + 2].isupper():
            found.append(Span(before.start(), span.end))
    return per_page(document, found)


_NO_SUBJECT = rule(
    r"[“\"](?:should|would|could|will|is|are|was|were|has|have|had|must|might|cannot) (?=[a-z])"
)
_SAYING = rule(r"\b(?:said|says|added|stated|noted|claimed|explained|declared|insisted) \Z")
# "who he said “are …”" and the like have their subject before the verb of saying.
_RELATIVE = rule(r"\b(?:who|whom|which|that|what|he|she|it|they|we|I) (?:\w+ ){0,3}\Z")
# The speaker alone: after a comma, or at the start of the sentence with what belongs to it. In "A
# man police said “was armed”" another noun comes first, of which the quotation is said.
_SPEAKER_ALONE = rule(
    r"(?:, (?:the |an? |his |her |its )?(?!the |an? |his |her |its )[\w’'-]+ "
    r"(?:(?:of|in|from) (?:the )?[\w’'-]+ )?"
    r"|(?:\A|[.!?][”\"]? |\n)(?:(?:The|An?|His|Her|Its) [\w’'-]+|[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)?) "
    r"(?:(?:of|in|from) (?:the )?[\w’'-]+ )?)\Z"
)
# "Documents the mayor said “were secret” were left on a train": the verb of the sentence follows.
_VERB_FOLLOWS = rule(
    r"[^“”\"\n]{0,300}[^“”\"\n.,!?][”\"](?: \w+ly)? (?!and |but |or )[^“”\".!?,;\n]{0,60}?\b"
    r"(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|did|does|came|went|left"
    r"|took|fell|rose|got|won|lost|ran|began|\w{2,20}ed)\b"
)


@signal(
    claim="a quotation begins with its verb, as if its subject had got lost",
    unit="per 2,000 characters of prose",
    fires=(
        "The contract, the mayor said “should never have been signed.” Nobody answered.",
        "The coach of the guests said “would be a long evening for everybody,” and left.",
    ),
    quiet=(
        "The contract, which she said “should never have been signed,” is void.",
        "The coach said it “would be a long evening” and left. He said “will you come?”",
        "Documents the mayor said “were never meant to be public” were left on a train.",
        "A man police said “was armed” was shot. They seek a van the jury said “had been sold.”",
        "In June, papers Lund said “were never meant to be public” appeared on a train.",
    ),
)
def lost_subject(document: Document) -> Reading:
    """A noun, a verb of saying and at once a quotation that opens with an auxiliary.

    Languages without obligatory subject pronouns quote so, and an engine that translates the
    quotation as a piece cannot supply one. Part of the lost attributions read on four of 84
    machine-translated pages. British relative clauses ("A man police said “was armed”") look the
    same, so the speaker must be the only noun before the verb of saying.
    """
    text, found = document.text, []
    for start, end in document.find(_NO_SUBJECT, _after_words(document)):
        head = text[max(0, start - 80) : start]
        saying = _SAYING.search(head)
        asks = text[end : end + 4].startswith(("you ", "I ", "we ", "he ", "she ", "it ", "the"))
        if saying is None or asks or _VERB_FOLLOWS.match(text, end):
            continue
        subject = head[: saying.start()]
        if _SPEAKER_ALONE.search(subject) and not _RELATIVE.search(subject):
            found.append(Span(start - len(saying.group()), end - 1))
    return per_page(document, found)


# Not "assured", "specified", "indicated", "clarified": human translators write them as often; nor
# "confided", which novelists do.
_FOREIGN_SAYING = (
    "assures|underlines|confides|deplores|deplored|slips|slipped|launches|launched|details"
    "|regrets|rejoices|rejoiced|ironi[sz]es|ironi[sz]ed|affirms|affirmed|manifested|sentenced"
    "|sentences|precises|precised|completes|completed|expresses|expressed"
    "|hammers(?! (?:home|the point|the message)\\b)|concretized|annotates|resumes|resumed|pointed"
)
_SPEAKER = (
    r"(?:minister|president|mayor|director|coach|doctor|lawyer|chancellor|senator|deputy|judge"
    r"|prosecutor|secretary|expert|professor|general|commissioner|ambassador|singer|actor|actress)"
)
_AFTER_QUOTE = rule(
    rf"[”\"](?<=[,.?!].),?(?: (?:{_FOREIGN_SAYING})(?=[.,\n]| (?:the|an?|his|her|its|[A-Z]))"
    rf"| (?:says|said|explains|explained|adds|added) the {_SPEAKER} [A-Z]\w+"
    r"| so (?:the )?[A-Z]\w+(?: [A-Z]\w+)?(?=[.,])| Explain [A-Z]\w+| you (?:say|explain)[.,])"
)


def _may_be_title(text: str, close: int) -> bool:
    """Whether the quotation that ends at ``close`` is short and opens inside a sentence."""
    opening = max(text.rfind(mark, max(0, close - 60), close) for mark in '“"')
    return opening > 1 and (text[opening - 2].isalnum() or text[opening - 2] == ",")


@signal(
    claim="speech is credited with a verb or an order of words that another language uses",
    unit="per 2,000 characters of prose",
    fires=(
        "“We are ready for the winter,” assures the owner of the mill.",
        "“We are ready,” says the minister Lund. “It is late,” so Berg.",
    ),
    quiet=(
        "“We are ready for the winter,” says the owner of the mill. So Berg left.",
        "“We are ready,” says Lund, the minister. “It is late,” she adds, so Berg left.",
        "“I never liked the song,” confided the singer. “Yes,” hammers the point home.",
        "Her first single, “Stay,” launched her career, and “Ash,” completed the set.",
    ),
)
def foreign_attribution(document: Document) -> Reading:
    """Verbs such as "assures" or "confides" after a quotation; "so Berg"; "the minister Lund".

    Renderings of *assure*, *précise*, *so*, of an article before a title. Odd reporting was read on
    four of 84 machine-translated and 1 of 87 edited pages; human translators write some of these.
    A quotation inside a sentence may be a title ("her single, “Stay,” launched …").
    """
    text = document.text
    marks = places(text, '"”')
    found = (s for s in document.find(_AFTER_QUOTE, marks) if not _may_be_title(text, s.start))
    return per_page(document, found)
