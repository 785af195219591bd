"""Words untranslated, in the wrong sense, or in the fixed phrases of one kind of page.

Shops, recipes, hotels and match reports repeat a small stock of phrases, and engines render it the
same way every time. Counts are pages on which a reader noticed the damage: 84 known
machine-translated, 87 edited, 73 by amateurs and human translators.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mtdetect.signals.core import Evidence, Reading, per_page, signal
from mtdetect.signals.lexis import unquoted_phrases
from mtdetect.signals.wordlist import words
from mtdetect.text import Span
from mtdetect.text.search import rule

if TYPE_CHECKING:
    from mtdetect.text import Document


@signal(
    claim="a stock phrase of shops, recipes, hotels or sport stands here word for word",
    unit="per 2,000 characters of prose",
    fires=(
        "Grate the beets, fill the salad with mayonnaise or send to the oven for ten minutes.",
        "Damage by irresistible factors is not covered; random color delivery.",
        "The keeper received a goal in his net, and the side opened the scoring door too late.",
        "The rent expires at noon. The hotel counts with a pool and a terrace.",
    ),
    quiet=(
        "Grate the beets on a coarse grater and put in a preheated oven for ten minutes.",
        "Man-made damage is not covered, and the color is random.",
        "The coach was happy to snatch a point. Check-out is at noon; rooms have own bathroom.",
        "Sellers call it an “irresistible factor”, which nobody understands.",
    ),
)
def domain_template(document: Document) -> Reading:
    """Phrases that belong to one kind of page and one source language.

    Chinese warranties and shops, Russian recipes and building advice, Spanish hotels, Arabic and
    other match reports (``data/domains.tsv``). Many stock phrases of such pages ("on a coarse
    grater", "with own bathroom") are good or learners' English and stay out, so the list is short
    and finds a small part. A phrase that is quoted, named or glossed is not counted.
    """
    return per_page(
        document,
        (
            Evidence(span, f"{entry.language}, for: {entry.meaning}")
            for span, entry in unquoted_phrases(document, "domains", exact=True)
        ),
    )


@signal(
    claim="a word is taken in the wrong one of its senses",
    unit="per 2,000 characters of prose",
    fires=(
        "Whip the egg whites. Beat the proteins with sugar until they are firm.",
        "The ruble course is falling, and nobody wore a mask at the sanitary alert.",
        "The driver did not cope with the controls and flew into a ditch.",
    ),
    quiet=(
        "Whip the egg whites with sugar until they are firm; they are rich in proteins.",
        "The course of the dollar is down, and the sanitary situation in the camp is bad.",
        "The driver lost control and died at the scene.",
    ),
)
def wrong_sense(document: Document) -> Reading:
    """Homonyms of the source in their other meaning: "proteins" for egg whites, "course" for rate.

    The phrase around the word has to fix the sense; where it does not ("sanitary situation", "shots
    at the gate") the phrase stays out (``data/senses.tsv``).
    Wrong senses of every kind stood on 17 of 84 machine-translated, 0 of 87 edited and 1 of 73
    amateur pages; a list finds a small part of them.
    """
    return per_page(
        document,
        (
            Evidence(span, f"{entry.language}; a native would write: {entry.meaning}")
            for span, entry in unquoted_phrases(document, "senses", exact=True)
        ),
    )


# Not the macrons of Polynesian words, which New Zealand's English holds untranslated.
_FOREIGN_LETTER = rule(
    "[\u00df-\u00f6\u00f8-\u0100\u0102-\u0112\u0114-\u012a\u012c-\u014c\u014e-\u016a"
    # Cyrillic, Hebrew, Arabic, Indic, Thai, kana, Chinese and Korean letters.
    "\u016c-\u017f\u0219\u021b\u0400-\u052f\u05d0-\u05ea\u0620-\u064a\u0904-\u0ddf\u0e01-\u0e30"
    "\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]"
)
_TOKEN = rule(r"[^\W\d_]+")
_LOANS = words(
    "café cafés cliché clichés clichéd naïve naïvely naïveté façade façades fiancé fiancée "
    "fiancés fiancées protégé protégés protégée résumé résumés décor déjà crème brûlée entrée "
    "entrées soufflé purée puréed sauté sautéed sautéing touché risqué passé blasé exposé exposés "
    "communiqué communiqués attaché attachés cortège début débuts débutante dénouement élan "
    "émigré émigrés élite élites führer jalapeño jalapeños piñata piñatas señor señora señorita "
    "señores maté pâté crèche crèches crêpe crêpes château châteaux vis à über doppelgänger rôle "
    "rôles régime régimes première matinée mêlée éclair éclairs flambé fête fêtes gruyère "
    "consommé canapé canapés soirée négligée habitué habitués être étage lycée métier ménage "
    "outré mâché séance soupçon hôte rosé papier voilà mañana niño niña açaí curaçao coöperate "
    "coördinate reëlect zoölogy naïf détente état coup d grâce après pièce résistance tête bête "
    "étude études née coopération raison émincé manqué roué lamé glacé frappé appliqué cloisonné "
    "macramé mélange démarche compère tortière poêle pétanque gürtel schön jäger kümmel müsli "
    "häagen smörgåsbord ångström façon garçon provençal rémoulade béchamel vinaigrette piqué plié "
    "jeté fouetté entrechat señoritas cañon vicuña ñ çay gardaí céilí fáilte rösti spätzle"
)


@signal(
    claim="a word of another language was left untranslated",
    unit="per 2,000 characters of prose",
    fires=(
        "The judge followed the whole procés from the capital and said nothing about it.",
        "They moved into a small hús by the harbour and sold the boat.",
    ),
    quiet=(
        "They met in a café with a naïve façade, and his fiancée wrote a résumé.",
        "The word “hús” means house. They ate smörgås (a sandwich) in Malmö.",
        "Het is een mooi verhaal. Él vive en la ciudad más grande del país y está muy contento.",
    ),
)
def untranslated_word(document: Document) -> Reading:
    """A lower-case word with foreign letters, or in another script, between plain English words.

    Engines copy words they do not know. Seen on 5 of 84 machine-translated, 1 of 87 edited and 3 of
    73 amateur pages. Loan words, quoted or glossed ones and longer passages of another language are
    left alone; where a text has more than five such words, or one of them twice, it has a reason.
    """
    text, found, done = document.text, {}, 0
    for letter in () if text.isascii() else document.find(_FOREIGN_LETTER):
        start = letter.start
        if start < done:
            continue
        while start > 0 and letter.start - start < 25 and text[start - 1].isalpha():
            start -= 1
        token = _TOKEN.match(text, start)
        if token is None:
            continue
        span, done = Span(*token.span()), token.end()
        if token.group() != token.group().lower():
            continue
        if _stands_alone(text, span):
            found[span] = token.group()
    if len(found) > 5:
        return Reading(None)
    once = (span for span, w in found.items() if w not in _LOANS and text.count(w) == 1)
    return per_page(document, once)


# Plain words that English has and its neighbours lack.
_ENGLISH = words(
    "the a an of to and in is was were are for with by on at from his her their its that this it "
    "which who has had have be been not as or but he she they we all some any every into after"
)
# The word is the author's own choice.
_EXPLAINED = rule(
    r"translat|\b(?:means?|meaning|called|known as|words?|terms?|language|dialect|traditional"
    r"|name[ds]?)\b"
)


def _stands_alone(text: str, span: Span) -> bool:
    """Whether English words stand on both sides, with spaces between and no marks."""
    before = text[max(0, span.start - 30) : span.start]
    after = text[span.end : span.end + 30]
    if before[-1:] != " " or after[:1] not in (" ", ",", "."):
        return False
    left = re.findall(r"[a-z]+", before)[-2:]
    right = re.findall(r"[a-z]+", after)[:2]
    plain = (before + after[:12]).isascii()
    if not plain or _ENGLISH.isdisjoint(left) or _ENGLISH.isdisjoint(right):
        return False
    start = max(0, span.start - 400)
    head = text[max(start, text.rfind("\n", start, span.start)) : span.start]
    if head.count('"') % 2 or head.rfind("“") > head.rfind("”"):
        return False
    return not _EXPLAINED.search(text, max(0, span.start - 90), span.end + 90)
