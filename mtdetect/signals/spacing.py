"""Spaces, stops, figures and characters that follow the habits of another language or of a machine.

Counts are pages on which a reader noticed the damage: 84 known machine-translated, 87 edited, 73 by
amateurs and human translators. Where a text spaces all its punctuation it was tokenised or is
typed that way throughout; then nothing is measured.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mtdetect.signals.core import Reading, per_page, signal
from mtdetect.signals.odd import any_word, question
from mtdetect.signals.writers import careless
from mtdetect.text import Span
from mtdetect.text.search import places, rule

if TYPE_CHECKING:
    from mtdetect.text import Document


def with_word_before(text: str, span: Span, limit: int = 30) -> Span:
    """``span`` and the word to its left, so that a finding can be read."""
    start = span.start
    while start > 0 and span.start - start < limit and not text[start - 1].isspace():
        start -= 1
    return Span(start, span.end)


_STRAY = rule(r"\.(?: \.(?![.\w/-])(?! ?\.)| \)\.)|^\.$|, \.(?=\s|\Z)", re.MULTILINE)
_STRAY_PIECES = (". .", ". ).", "\n.", ", .")
_STRAY_PAIRS = (" .", " )", "\n.")


@signal(
    claim="a full stop stands alone or follows another one",
    unit="per 2,000 characters of prose",
    fires=(
        "The region asked for more help from the capital. . The answer came on Friday.",
        "She lives in the north (in the old town). ). Nobody knew about it.",
        "There were seven courses and many guests, and then the songs\n.\nThe best one came last.",
    ),
    quiet=(
        "Well . . . nobody knew. And then... silence. The end./.",
        "He met the head of A. C. Lund. It rose by .5 per cent.",
        "The first day was long.\n.\nThe second was longer.\n.\nThe third was a Sunday.",
    ),
)
def stray_stop(document: Document) -> Reading:
    """Stops such as ". .", ")." after a stop, or a line that holds nothing but a stop.

    The link or advertisement before the stop was taken out. Seen on 12 of 84 machine-translated, 0
    of 87 edited and 3 of 73 amateur pages, who part paragraphs with such lines: two or more
    lines of stops are taken for that.
    """
    text = document.text
    if not text.startswith(".") and not document.pairs(*_STRAY_PAIRS):
        return per_page(document, ())
    if not text.startswith(".") and not any(piece in text for piece in _STRAY_PIECES):
        return per_page(document, ())
    found = [
        Span(*match.span())
        for match in _STRAY.finditer(text)
        # An ellipsis of either form may run into the stop.
        if text[max(0, match.start() - 2) : match.start()] != ". "
        and text[match.start() - 1] != "."
    ]
    lines = [span for span in found if span.end - span.start == 1]
    if len(lines) > 1:
        found = [span for span in found if span.end - span.start > 1]
    return per_page(document, (with_word_before(text, span) for span in found))


_SPACED_STOP = rule(r" [.,;](?=[ \n”\"]|\Z)")
_STOP = rule(r"[.,;](?=\s|\Z)")


@signal(
    claim="a space stands before a comma or a full stop",
    unit="per 2,000 characters of prose",
    fires=(
        "The council met in March . Nobody came, and the mayor went home.",
        "The new stand, built in May , holds two thousand. It is full every week.",
    ),
    quiet=(
        "Well . . . nobody knew. The council met in March.",
        "the dog , the cat , and the bird . they ran , fast .",
    ),
)
def spaced_stop(document: Document) -> Reading:
    """White space between a word and the stop, comma or semicolon after it.

    Where a tag ended before the mark, the engine leaves a space. Space around punctuation of every
    kind stood on 9 of 84 machine-translated, 3 of 87 edited and 6 of 73 amateur pages: weak alone.
    Not measurable where more than a tenth of all stops and commas are spaced.
    """
    text = document.text
    found = [
        with_word_before(text, span)
        for span in document.find(_SPACED_STOP, document.pairs(" .", " ,", " ;"))
        if text[span.start - 1 : span.start] not in " .,;\n"
        and text[span.end : span.end + 2] != " ."
    ]
    if len(found) > 2 and len(found) * 10 > len(_STOP.findall(text)):
        return Reading(None)
    return per_page(document, found)


_VERBS = ("announced", "declared", "explained", "confirmed", "according")
_JOINT = rule(rf"[A-Z](?:[a-z]{{2}}|[a-z]\b)|(?:{'|'.join(_VERBS)})\b")
# No English word ends on both: "throughout Francethe", "tourismfocusing".
_FIRST = ("tion", "ment", "ism", "ness", "ogy", "ance", "aine", "rmany", "taly", "ssia", "rope")
_SECOND = (
    *("the", "that", "which", "where", "when", "because", "according", "after", "before", "with"),
    *("from", "focusing", "has", "was", *_VERBS),
)
_RUN_ON = rule(rf"(?:{'|'.join(_FIRST)}|rael)(?:{'|'.join(_SECOND[:-5])})\b")
_TOKEN = rule(r"[^\s.,;:!?“”\"()]{1,40}")
_GLUED = rule(
    r"[a-z]{4,30}[A-Z][a-z]{2,30}(?:['’]s)?"
    r"|[A-Z][a-z]{3,20}(?:The|This|That|But|And|She|However|According|After|When|While|There|They)"
    r"|[A-Z][a-z]{3,20}(?:announced|declared|explained|confirmed|according)"
    # Not plugIn, createdAt, sortBy and other names that programs and brands give.
    r"|(?!plug|check|sign|stand|clip|hook|walk|drop|turn|roll|trade|cash|line|linked|logged|fade"
    r"|slide"
    r"|zoom|scroll|built|drive|tune|tie|opt|mail|phone|live|bolt|snap|slot|strap|block|lock|trans)"
    r"[a-z]{4,30}(?:On|In)"
    r"|(?!find|sort|group|order|filter|index|char|[a-z]{1,12}ed(?:At|By)\b|item|element|value|look"
    r"|stand|start|expires|count|join|split|select|search|drive|pass|lay|move|rotate|scale|made)"
    r"[a-z]{4,30}(?:At|By)|(?!share|search)[a-z]{4,30}He|(?!post|book|stick|read|rate"
    r"|made)[a-z]{4,30}It"
)


@signal(
    claim="two words are glued together, as if a link had ended between them",
    unit="per 2,000 characters of prose",
    fires=(
        "The president Jean Lundannounced a new law, and the fishingFocusing on the coast ended.",
        "They watched the man, unawareThat he had seen them, for an hour or more.",
        "All the hotels of SpainThe ministry closed were opened in June.",
        "The police could not informOn the night of the fire nobody was in the house.",
        "The strike went on throughout Francethe whole week, said a film on tourismfocusing on it.",
    ),
    quiet=(
        "He watched YouTube on his iPhone and played PlayStation with McDonald and DeAndre.",
        "Use the plugIn to signIn, checkIn or sort by createdAt on linkedIn.",
        "Call getName() or set camelCase_values in WordPress, GitHub and JavaScript.",
    ),
)
def glued_words(document: Document) -> Reading:
    """A capital inside a word that starts in lower case, or a word run into "announced" or "the".

    The space was inside the tag that was stripped. Seen on 6 of 84 machine-translated and 3 of 87
    edited pages. Names in camel case and code are left out; where a text has more than four such
    words it is about code and nothing is measured.
    """
    text, found = document.text, set()
    joints = [at + 1 for at in document.pairs("aA")]
    glued = any_word(document, _may_be_glued)
    if glued:
        joints = sorted([*joints, *places(text, _VERBS)])
    for joint in document.find(_JOINT, joints):
        start = joint.start
        while start > 0 and joint.start - start < 25 and text[start - 1].isalnum():
            start -= 1
        token = _TOKEN.match(text, start)
        part_of_code = text[max(0, start - 1) : start] in ("@", "#", "/", ".", "-", "_", "$", "<")
        if token is None or part_of_code or text[token.end() : token.end() + 1] in (*"(:=/",):
            continue
        if _GLUED.fullmatch(token.group()):
            found.add(Span(*token.span()))
    if glued:
        found.update(with_word_before(text, span) for span in document.find(_RUN_ON))
    return Reading(None) if len(found) > 4 else per_page(document, found)


@question
def _may_be_glued(word: str) -> bool:
    """Whether a word in lower case may be one that ran into the one before."""
    if not word.endswith(_SECOND):
        return False
    return _RUN_ON.search(word) is not None or (word.endswith(_VERBS) and word not in _VERBS)


_CURRENCY = rule(r"[$€£](?<![A-Za-z].) \d[\d.,]*")
_AMOUNT = rule(r"[$€£](?<![A-Za-z].) ?\d")


@signal(
    claim="a space stands between a currency sign and its figure",
    unit="per 2,000 characters of prose",
    fires=("A room costs $ 340 a night.", "The fine was raised to € 50 in May."),
    quiet=(
        "A room costs $340 a night.",
        "It costs US$ 200 or 50 € at the door.",
        "A room costs $ 340, breakfast $ 12 and a dog $ 20 a night.",
        "Well i paid $ 340 for it and my brother sold it on for twice as much.",
    ),
)
def spaced_currency(document: Document) -> Reading:
    """Amounts such as "$ 340", spaced as many languages space them.

    Seen on 4 of 84 machine-translated, 0 of 87 edited and 1 of 73 amateur pages. "US$ 200" is
    the style of international bodies and is left alone. Not measurable where a careless writer
    typed the text, or all of three or more amounts are spaced.
    """
    found = list(document.find(_CURRENCY, places(document.text, "$€£")))
    amounts = sum(1 for _ in document.find(_AMOUNT)) if len(found) > 2 else 0
    if found and (amounts == len(found) or careless(document)):
        return Reading(None)
    return per_page(document, found)


_COMMA = rule(r",\d{1,3}(?!\d)")
_DECIMAL = rule(
    r"(?<![\d,.$€£])(?:\d{1,3},\d{1,2}(?=(?: ?(?:%|°|€)| (?:percent|per cent|mm|cm|m|km|kg|g|l|ml"
    r"|million|billion|trillion|euros?|dollars|pounds|litres|liters|metres|meters|degrees"
    r"|hectares|hours|kilos|kilograms|kilomet(?:re|er)s)"
    r"\b))|0,\d{1,3}\b(?!,))|€ ?\d{1,3}(?:\.\d{3}){0,2},\d\d\b(?![,\d])"
)

_DECIMAL_POINT = rule(r"(?<![\d.,])\d{1,3}\.\d{1,2}(?![\d.])")


@signal(
    claim="a decimal comma stands where English has a point",
    unit="per 2,000 characters of prose",
    fires=(
        "Use a drill of 3,5 mm and a gap of 0,3 between the boards.",
        "The town of 1,2 million people pays € 50,00 for each.",
    ),
    quiet=(
        "About 1,250 people paid 3.5 per cent each; see pages 3,5 and 7.",
        "The firm earned 1,272 million pounds; 10,000 came.",
        "Growth was 1,4 % in May, 0,3 % in June and 2,5 % in July.",
    ),
)
def decimal_comma(document: Document) -> Reading:
    """Figures such as "3,5 mm" or "0,3".

    Most engines convert the comma, not all and not everywhere. Seen on 3 of 84 machine-translated
    pages; also in English written in countries with a decimal comma, so weak alone. Three or more,
    and no decimal point beside them, are that writer's habit and nothing is measured.
    """
    found = set()
    for comma in document.find(_COMMA, document.pairs(",0", ",?")):
        match = _DECIMAL.search(document.text, max(0, comma.start - 12), comma.end + 12)
        if match and match.start() < comma.start < match.end():
            found.add(Span(*match.span()))
    if len(found) > 2 and not _DECIMAL_POINT.search(document.text):
        return Reading(None)
    return per_page(document, found)


_BRACKET = rule(r"\((?: [^\W_]{1,30})?|\)(?<=[^\W_] \))")


@signal(
    claim="a space stands on the wrong side of a bracket",
    unit="per 2,000 characters of prose",
    fires=(
        "She comes from the coast (Val d'Orne ) and lives in the hills.",
        "They sell cold drinks( mint) and soap.",
    ),
    quiet=(
        "She comes from the coast (Val d'Orne) and lives in the hills.",
        "Call open(file) and bring the form(s) and child(ren) along :)",
        "A ( B ) and ( C ) and ( D ) and ( E ) stand in the list.",
    ),
)
def spaced_bracket(document: Document) -> Reading:
    """Spaces inside round brackets, or none before the opening one.

    Seen on 2 of 84 machine-translated and 1 of 73 amateur pages; with other space around
    punctuation, 9, 3 and 6. Not measurable where brackets are spaced throughout.
    """
    text = document.text
    brackets = list(document.find(_BRACKET, places(text, "()")))
    found = [
        with_word_before(text, Span(span.start - (text[span.start] == ")"), span.end))
        for span in brackets
        # Not ":( " and its like.
        if span.of(text) != "(" and text[span.start - 1 : span.start] not in (":", ";", "=", "'")
    ]
    if len(found) > 2 and len(found) * 2 > len(brackets):
        return Reading(None)
    return per_page(document, found)


_SYMBOL = rule(r":(?= \d)|[°%]|/(?= [a-z]\b)")
_SPACED_SYMBOL = rule(
    r"(?<![\d:])\d{1,2}: \d{1,2}\b(?![:\d])|\d{1,9} [°%](?![A-Za-z])|\b[a-z] / [a-z]\b"
)


@signal(
    claim="a space stands inside a ratio, a unit or a sign",
    unit="per 2,000 characters of prose",
    fires=(
        "The screen has a ratio of 18: 9 and supports b / g / n.",
        "Bake at 90 ° for an hour, or 50 % longer.",
    ),
    quiet=("The screen has a ratio of 18:9 and supports b/g/n.", "Bake at 90° for 50% longer."),
)
def spaced_symbol(document: Document) -> Reading:
    """Figures and signs such as "18: 9", "90 °", "50 %" or "b / g / n".

    Space around punctuation of every kind stood on 9 of 84 machine-translated, 3 of 87 edited and 6
    of 73 amateur pages; some house styles print "50 %".
    """
    found = set()
    symbols = (at + 1 for at in document.pairs(" ?", " %", " /"))
    for sign in document.find(_SYMBOL, sorted([*document.pairs(": "), *symbols])):
        match = _SPACED_SYMBOL.search(document.text, max(0, sign.start - 6), sign.end + 5)
        if match and match.start() < sign.start < match.end():
            found.add(Span(*match.span()))
    return per_page(document, found)


_ODD = rule("[※【】〖〗、。！？：；（），．％～]")
_WIDE_LETTER = rule("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@signal(
    claim="a mark of East Asian typography stands among Latin letters",
    unit="per 2,000 characters of prose",
    fires=(
        "※ Before you cut, leave a gap of an inch.",
        "【Size】 The coat comes in three sizes，all long.",
    ),
    quiet=(
        "The coat (size M) comes in three sizes, all long.",
        "He wrote 東京、大阪。 on the board.",
    ),
)
def odd_characters(document: Document) -> Reading:
    """Full-width punctuation and reference marks outside East Asian text.

    Copied from the source by the engine. Seen on 2 of 84 machine-translated pages and on no other.
    Marks next to East Asian letters belong to a quotation; soft hyphens and zero-width spaces stand
    on native pages as often and are left alone.
    """
    text = document.text
    found = []
    for match in () if text.isascii() else _ODD.finditer(text):
        start, end = match.span()
        if not _WIDE_LETTER.search(text, max(0, start - 12), end + 12):
            found.append(Span(start, end))
    return per_page(document, found)


_APART = rule(r"[’‘](?<= .)s\b|-(?<=[^\W\d_]-) (?=[A-Z])")
_NAME_BEFORE = rule(r"[A-Z][^\W\d_]{1,20} \Z")
_HYPHENED_BEFORE = rule(r"[A-Z][^\W\d_]{1,20}-[^\W\d_]{1,20}\Z")


@signal(
    claim="a space stands inside a name, beside its apostrophe or hyphen",
    unit="per 2,000 characters of prose",
    fires=(
        "The owners of Helsinki ‘s harbour have left the town for good.",
        "They live in Bois-les- Monts and work in the capital.",
    ),
    quiet=(
        "The owners of Helsinki’s harbour said: ‘so be it’ and ‘should we’.",
        "He is well- known in the north- and south-west. Trains- Planes, it said.",
    ),
)
def spaced_name(document: Document) -> Reading:
    """Names such as "Helsinki ‘s" or "Bois-les- Monts".

    A link ended after the first part of the name. Space around punctuation stood on 9 of 84
    machine-translated, 3 of 87 edited and 6 of 73 amateur pages; a space before a curly
    apostrophe, or after the second hyphen of a name, is the part that typists seldom produce.
    """
    text, found = document.text, []
    for start, end in document.find(_APART, document.pairs("?a", "- ")):
        name = _HYPHENED_BEFORE if text[start] == "-" else _NAME_BEFORE
        match = name.search(text, max(0, start - 45), start)
        if match:
            found.append(Span(match.start(), end))
    return per_page(document, found)


_LEANING = rule(r" [-–](?=[a-z])[^-–.!?\n“”\"]{4,60}(?<=[a-z])[-–](?=[ ,.])")


@signal(
    claim="dashes lean against the words that they set off, as Spanish prints them",
    unit="per 2,000 characters of prose",
    fires=(
        "The trains will stand still on Friday -according to the unions- in the whole north.",
        "The mayor –who had left– was told of it, and the council –late as always– agreed.",
    ),
    quiet=(
        "The trains will stand still on Friday - according to the unions - in the whole north.",
        "The north-south and east- and west-bound trains stand still; use -a or -b- here.",
        "My dad -bless his heart- rang, mum -as always- cried and Rex -poor thing- hid.",
        "I rang my dad -bless his heart- and told him that i would be late.",
    ),
)
def leaning_dashes(document: Document) -> Reading:
    """An aside between dashes with a space before the first and after the second only.

    Engines copy the dashes of the source with their spaces. Read on 2 of 84 machine-translated
    pages and on no other. More than two with plain hyphens, or any in the text of a careless
    writer, are that writer's habit and nothing is measured.
    """
    found = list(document.find(_LEANING, document.pairs(" -", " ?")))
    hyphens = sum(document.text[span.start + 1] == "-" for span in found)
    if found and (hyphens > 2 or careless(document)):
        return Reading(None)
    return per_page(document, found)


_FIGURE = rule(
    # Statistics count tonnes and the like in thousands.
    r"[0-9](?<![$£€¥\d.,].)[0-9]{0,2}(?:,[0-9]{3} thousand\b(?! (?:dollars|pounds|tonnes|tons"
    r"|barrels|hectares|acres|units|metric|cubic|square)\b)"
    r"|(?:[.,][0-9]{1,3})?(?: ?(?:Mio|Mrd|Tsd|tys|млн|млрд)\b"
    r"| (?:million|billion|thousand) [0-9]{1,3}(?:[.,][0-9]{1,3})? (?:thousand|million)\b))"
)
# Accounts kept in millions: "SEK 1,272 million".
_CODE_BEFORE = rule(r"(?:[A-Z]{2,3}|[A-Z]\$|Rs\.?|[Kk]r|[$£€¥]) ?\Z")


@signal(
    claim="a figure is written in the manner of another language",
    unit="per 2,000 characters of prose",
    fires=(
        "The bridge cost 1,272 million euros and the tunnel 35 Mio more.",
        "Phones for 130USD are sold at the gate, 2 million 300 thousand of them a year.",
    ),
    quiet=(
        "The bridge cost 1.272 billion euros and the tunnel $1,200 million.",
        "Sales rose to SEK 1,272 million (1,149) in the third quarter of the year.",
        "Phones for 130 USD are sold at the gate, 2.3 million of them a year.",
        "India has 1,400 million people, and a phone is 30USD. It makes 1,250 thousand tonnes.",
    ),
)
def foreign_figure(document: Document) -> Reading:
    """As in "35 Mio", "2 million 300 thousand", "1,200 thousand".

    Languages that read out a figure in parts, or abbreviate a million, keep their figures; a
    decimal comma that became a thousands comma looks the same. On 3 of 84 machine-translated pages
    with other decimals, on 1 of 73 amateur ones. "1,272 million" is written all over the
    Commonwealth, "30USD" on forums and "35 mln" by human translators; they are left alone.
    """
    text = document.text
    found = (
        span
        for span in document.find(_FIGURE, document.figures)
        if not _CODE_BEFORE.search(text, max(0, span.start - 5), span.start)
    )
    return per_page(document, found)


_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_WHEN = rule(
    rf"[0-9](?<![\d.,:/].)(?:[0-9]?(?:\. {_MONTH}|(?:st|nd|rd|th) of this month\b| of {_MONTH} of\b"
    r"|(?::[0-9]{2})? o['’]clock|(?:[.:][0-9]{2})? hours\b)|[0-9]{3} year\b)"
)
# A numbered chapter may end before a sentence that begins with its month.
_DATE_BEFORE = rule(r"\b(?:[Oo]n|[Uu]ntil|till|[Ss]ince|[Ff]rom|the|of|by|before|after|for) \Z")
_CLAUSE_AFTER_DATE = rule(
    r" (?:is|was|has|had|will|would|came|brought|saw|went|began|ended|I|we|you|he|she|it|they)"
    r"\b"
)
# "in 2019 year 7 pupils", "in 2019 year on year".
_AFTER_YEAR = rule(
    r"[ -](?:\d|on|after|by|over|to|end|round|[A-Z]|one|two|three|four|five|six|seven"
    r"|eight|nine|ten)"
)


def _is_foreign_date(text: str, span: Span) -> bool:
    """Whether English would write the hour or date of ``span`` in another way."""
    when, before = span.of(text), text[max(0, span.start - 6) : span.start]
    if when.endswith("clock"):
        return ":" in when or int(when.partition(" ")[0]) > 12
    if when.endswith("hours"):
        # Police and soldiers say "at 18:05 hours", and a flight is the longest "at 14 hours, …".
        return before.endswith("at ") and when[2] == " " and text[span.end : span.end + 1] != ","
    if when.endswith("year"):
        return before.endswith(("in ", "In ")) and not _AFTER_YEAR.match(text, span.end)
    if "." not in when:
        return True
    return bool(_DATE_BEFORE.search(before)) and not _CLAUSE_AFTER_DATE.match(text, span.end)


@signal(
    claim="a date or an hour is given in the form of another language",
    unit="per 2,000 characters of prose",
    fires=(
        "The council meets on 10. November at 16 o'clock in the old hall.",
        "He was seen in the harbour on the 24th of this month at 14 hours.",
    ),
    quiet=(
        "The council meets on 10 November at 4 pm, or at four o'clock, in the old hall.",
        "He was held for 14 hours. It was May 10. November was cold; the 24th of the month.",
        "In 2019 year 7 pupils rose at 6. At 18:00 hours they fell in, at 18:05 hours they ate.",
        "This is Chapter 10. November was cold. He was placed on 10. May I ask why?",
    ),
)
def foreign_date(document: Document) -> Reading:
    """As in "10. November", "16 o'clock", "at 14 hours", "the 24th of this month".

    The order and the marks of the source survive. Not noted on the 84 machine-translated pages, but
    frequent in the output of current engines; some human translators write so too.
    """
    text = document.text
    found = document.find(_WHEN, document.figures)
    return per_page(document, (span for span in found if _is_foreign_date(text, span)))
