"""What a page says about where it comes from: foreign sources, its own translation, set formulas.

Counts are pages on which a reader noticed the mark: 84 known machine-translated, 87 edited, 73 by
amateurs and human translators.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from mtdetect.signals.core import Reading, per_page, signal
from mtdetect.signals.odd import any_word, question
from mtdetect.signals.wordlist import read_list, words
from mtdetect.text import Span
from mtdetect.text.search import matches_at, places, rule

if TYPE_CHECKING:
    from mtdetect.text import Document


@cache
def _outlets() -> re.Pattern[str]:
    """The names of outlets that publish in another language than English."""
    names = sorted(read_list("foreign_outlets.txt"), key=lambda name: (-len(name), name))
    return re.compile(rf"(?:{'|'.join(map(re.escape, names))})\b", re.IGNORECASE)


_CREDIT = rule(
    r"\b(?:Sources?|SOURCE|Fuente|Quelle|Fonte|Kilde|Źródło|Via): ?(?:the |www\.)?(?=[\w“\"‘])"
)
_CREDITS = (
    *("Source:", "Sources:", "SOURCE:", "Fuente:", "Quelle:", "Fonte:", "Kilde:", "Źródło:"),
    "Via:",
)
_CREDIT_WORDS = words(
    "source sources fuente quelle fonte kilde źródło via google contributions material information"
)
_ON_NEWS = rule(
    r"\b[a-z]{4,20}\.(?:gr|es|it|de|fr|pl|ru|ua|pt|ro|hu|cz|fi|se|dk|bg|rs|hr|com\.tr|com\.br)"
    r" on Google News\b"
)
_AGENCY = rule(
    r"(?:\A|\n)With (?:contributions|material|information) (?:from|by|of) (?:the )?agenc(?:y|ies)\b"
)


@signal(
    claim="the source that the page credits publishes in another language",
    unit="per 2,000 characters of prose",
    fires=(
        "The bridge was opened by the mayor on Friday, and the band played.\n\nSource: Clarín",
        "The bridge was opened by the mayor on Friday.\n\nFollow kathimerini.gr on Google News",
    ),
    quiet=(
        "The bridge was opened by the mayor on Friday.\n\nSource: Northern Wire",
        "Our main source is Clarín, a daily of Buenos Aires, whose editor we met in May.",
    ),
)
def foreign_credit(document: Document) -> Reading:
    """As in "Source: Clarín" and the like, from a list of outlets (``data/foreign_outlets.txt``).

    Seen on 4 of 84 machine-translated pages and on no other. Looked for in page furniture too.
    English pages that quote such an outlet name it in a sentence, which is not counted.
    """
    text, found = document.text, []
    if document.vocabulary.isdisjoint(_CREDIT_WORDS):
        return per_page(document, ())
    for match in matches_at(_CREDIT, text, places(text, _CREDITS)):
        outlet = _outlets().match(text, match.end())
        if outlet:
            found.append(Span(match.start(), outlet.end()))
    if "Google News" in text:
        found += (Span(*m.span()) for m in _ON_NEWS.finditer(text))
    if any(f"With {what}" in text for what in ("contributions", "material", "information")):
        found += (Span(*m.span()) for m in _AGENCY.finditer(text))
    return per_page(document, found)


_MACHINE = r"(?:automatic(?:ally)?|machine|Google|DeepL|AI|computer|neural)"
_NOTICE = rule(
    r"^[^\w\n]{0,4}(?:This|The) (?:article|text|page|post|story|content|news|version|document)"
    r"(?: (?:above|below|here))? (?:was|is|has been|may have been|have been)"
    rf" (?:originally [^\n.]{{3,60}} and )?(?:{_MACHINE}[- ])?(?:translated|translation)"
    r"(?: (?:from|into) [A-Z][a-z]+)?"
    rf"(?: automatically| by machine| (?:by|with|using) (?:an? )?{_MACHINE}\b[^\n]{{0,60}})?"
    r"|^[^\w\n]{0,4}(?:Translated|Translation) (?:automatically|by|with|via|from [A-Z][a-z]+ by)"
    rf" ?(?:the )?{_MACHINE}\b[^\n]{{0,60}}$"
    r"|\bSee original \(not translated\)|\bNow you can see non-English news\b"
    r"|^(?:Image|Video|Title|Photo) text translation\b|\bShow original text\b(?=[^\n]{0,30}$)"
    r"|^(?:Machine|Automatic)(?:ally)? translat(?:ion|ed)(?: from [A-Z][a-z]+)?[.:]?$",
    re.MULTILINE | re.IGNORECASE,
)
_SHORT_LINE = 160


@question
def _may_be_a_notice(word: str) -> bool:
    return "ransl" in word or word in {"english", "original"}


_BY_MACHINE = rule(rf"\b(?:{_MACHINE})\b", re.IGNORECASE)


@signal(
    claim="the page says of itself that a machine translated it",
    unit="per 2,000 characters of prose",
    fires=(
        "This article was automatically translated from Polish.\n\nThe mayor opened the bridge.",
        "The mayor opened the bridge on Friday.\n\nTranslated by Google from the original",
        "The mayor opened the bridge on Friday.\n\nSee original (not translated) news",
    ),
    quiet=(
        "We laughed at it. The text was translated automatically by Google and read like soup.",
        "The mayor opened the bridge.\n\nTranslated from the Norwegian by Ann Reed.",
        "This article was translated from Polish by Ida Holm.\n\nThe mayor opened the bridge.",
    ),
)
def translation_notice(document: Document) -> Reading:
    """A line of its own that declares the page a machine's translation.

    Rare and precise: on one of 84 machine-translated pages. People who write *about* translation
    use the same words inside a paragraph; a line must start with the notice and be short, and a
    translation credited to a person is none.
    """
    text, found = document.text, []
    if not any_word(document, _may_be_a_notice):
        return per_page(document, ())
    if not any(word in text for word in ("ransl", "RANSL", "non-English", "original text")):
        return per_page(document, ())
    for match in _NOTICE.finditer(text):
        line = text[match.start() : match.start() + _SHORT_LINE].partition("\n")[0]
        by_machine = _BY_MACHINE.search(match.group())
        declared = by_machine or not line.lstrip().lower().startswith(("this", "the "))
        if declared and len(line) < _SHORT_LINE:
            found.append(Span(*match.span()))
    return per_page(document, found)


_REMINDER = rule(
    r"(?:Recall|We (?:will )?remind(?: you)?|We recall|Will remind|Let['’]?s remind"
    r"|Let us remind|Let['’]s recall|Earlier,? it became known|Previously,? it became known"
    r"|As (?:previously|earlier) (?:reported|informed) by)"
    r"(?:, |: | that )(?=[\w“\"])"
)
_REMINDERS = ("Recall", "We ", "Will remind", "Let", "Earlier", "Previously", "As ")
_REMINDER_WORDS = words("recall remind earlier previously")


@signal(
    claim="the reader is reminded in a formula of the Russian-language press",
    unit="per 2,000 characters of prose",
    fires=(
        "The bridge is shut. Recall, the mayor had opened it only in May.",
        "The bridge is shut.\n\nWe will remind, earlier the mayor had promised a ferry.",
    ),
    quiet=(
        "The bridge is shut. Recall the mayor's words when you cross it.",
        "The bridge is shut. As we reported earlier, the mayor had opened it in May.",
    ),
)
def reminder_formula(document: Document) -> Reading:
    """As in "Recall, …", "We will remind, …": *napomnim* at the start of a sentence.

    Not noted on the 84 machine-translated pages, but frequent in the output of current engines from
    Russian; human translators write so too.
    """
    text = document.text
    if document.vocabulary.isdisjoint(_REMINDER_WORDS):
        return per_page(document, ())
    found = (
        span
        for span in document.find(_REMINDER, places(text, _REMINDERS))
        if span.start == 0 or text[span.start - 2 : span.start] in (". ", "\n\n", "! ", "” ", '" ')
    )
    return per_page(document, found)
