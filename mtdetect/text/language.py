"""Whether a text is English prose at all, and if not, why not.

Every language has a few dozen short words that make up a third of any running text in it; a text is
taken for the language whose words it holds most of. English is the presumption: only a clear lead
of another language, or next to none of English, or a text that is hardly words at all, overturns
it, because rejecting English is worse than rating a page of Latin.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from unicodedata import category

from mtdetect.text.normalise import straighten
from mtdetect.text.words import find_words, word_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mtdetect.text.document import Document


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENGLISH = _words(
    """
    the of and to in a is that for it as was with be by on not he i this are or his from at
    which but have an had they you were there one all we can her has been more if no when will
    would who so she their what up out about into them than then its only some could these two
    may first do any my now such like our over me even most after also did many before must
    through back years where much your way well down should because each just those people how
    too good very make still see own work here get both between life being under never day same
    another know while last might us great old year off come since against go came right used
    take three said it's don't i'm your him during every without again him using use until per
    into
    """
)
# The most frequent words of other languages in Latin script.
_LISTS = {
    "Spanish": "de la que el en y los se del las un por con una su para es al lo como más pero sus "
    "le ya este sí porque esta entre cuando muy sin sobre también me hasta hay donde quien desde",
    "Portuguese": "de a o que e do da em um para é com não uma os no se na por mais as dos como "
    "mas foi ao ele das tem à seu sua ou ser quando muito há nos já está eu também só pela até",
    "French": "de la le et les des en un du une que est pour qui dans par plus pas au sur ne se ce "
    "il sont la avec son ses aux mais comme ou elle nous vous leur cette été être d'une c'est",
    "Italian": "di e il la che in un per è una non sono da con si del le dei al della i più nel ha "
    "alla gli come ma anche lo delle su dal questo sono era essere o ed l'ha degli nella se",
    "German": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als "
    "auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie über einen",
    "Dutch": "de van het een en in is dat op te zijn met voor niet aan er die ook als maar om hij "
    "bij dan door naar ze over uit wordt was worden heeft deze hebben tot geen nog wel kan meer",
    "Swedish": "och i att det som en på är av för med den till inte har de ett om han men var jag "
    "sig från vi så kan när än också efter eller nu där hon hade skulle under ut mycket",
    "Norwegian or Danish": "og i det er på til en at som av for med den de ikke har om et fra var "
    "jeg seg så vi kan men han når også eller etter nå der hun skal vil blir ved af der sig efter",
    "Finnish": "ja on ei se että oli hän mutta ovat joka kun myös mukaan sekä niin hänen vain voi "
    "sen ole tai kuin jos ne jo olla noin minä nyt mitä tämä ollut sitä siitä",
    "Polish": "w i na się nie z do to że jest o jak po za od co a by tym dla był ale są jego przez "
    "tego ze oraz już tak jej może tylko które który która być czy",
    "Czech or Slovak": "a se v na je že to s z o do i k ve jsem pro za by ale si po jako není však "
    "byl který které už jeho od jen sa som ako nie aj pri bol ktoré ktorý alebo tak",
    "Croatian or Slovene": "je i u se na da su za od s će ne koji što kao to bi o iz ali sam koje "
    "nije ili samo po kako biti in v za ki so ne tudi kot pa ni bo pri bil",
    "Romanian": "de și în a la cu că o pe nu din mai este au un pentru care se să fi ce fost sunt "
    "lui prin după sau dar când ale al fost si in sa ca",
    "Hungarian": "a az és hogy nem is egy van meg csak de volt ez ha már mint még azt el ki vagy "
    "minden kell lehet majd arra után akkor így pedig szerint",
    "Turkish": "ve bir bu da de için ile olarak çok daha olan gibi ne en kadar sonra ama o var "
    "olduğu her ise ya değil tarafından mi olduğunu yeni göre iki",
    "Indonesian or Malay": "yang dan di ini itu dengan untuk dari dalam tidak pada akan juga ke "
    "adalah mereka bahwa oleh telah atau saya sebagai ada karena sudah kita bisa lebih dapat anda "
    "tersebut kepada orang ia para",
    "Vietnamese": "và của là có được cho các trong không một với những người này đã khi để ở từ "
    "như đến về cũng ra tại vào đó nhiều làm hơn năm phải",
    "Filipino": "ang ng sa na mga at ay ni si para hindi ito siya kung may nang ko mo ako niya kay "
    "ka lang din ba po namin kanyang sila",
    "Swahili": "ya na wa kwa ni za katika la cha kuwa hiyo hii kama huo lakini yake wake pia hata "
    "baada ili watu si hivyo sana huyo",
    "Catalan": "de la i el que en a les per un del una amb és no els al dels va com més ha són es "
    "aquest però seva també aquesta seu ser entre on",
    "Latin": "et in est non ad ut cum quod ex qui sed si per quae ab enim esse aut quam hoc nec "
    "atque autem sunt etiam eius quid",
    "Lithuanian or Latvian": "ir kad iš į su yra tai kaip jo bet už apie buvo tik nuo dėl bus un "
    "ar no par ka lai kas tas bija arī pie bet",
    "Albanian": "të e në dhe i për me një që nga u është se më ka si do ky kjo janë nuk por",
    "Estonian": "ja on ei et see ta oli kui ka ning mis aga oma kes või nii seda pole siis",
}
_OTHERS = {name: _words(words) for name, words in _LISTS.items()}
_LANGUAGES_OF = {
    word: [name for name, known in _OTHERS.items() if word in known]
    for word in frozenset().union(*_OTHERS.values())
}
_FOREIGN = frozenset(_LANGUAGES_OF) - _ENGLISH

# What recipes and instructions are made of when they leave the small words out.
_TELEGRAPHIC = re.compile(
    r"\w{3,}(?:ing|ed|tion|ly|ness|ment|ers?|ful|'s)|cups?|teaspoons?|tablespoons?|tsp|tbsp|add|"
    r"water|salt|oil|sugar|minutes?|hours?|days?|size|free|new|left|right|top|open|press|turn|use"
)

_SAMPLE = 4000  # words; a longer text is judged by this many, evenly spread
_FEWEST = 15  # words in lower case; fewer are a list of names, which any language may have
_CLEAR_LEAD = 2.0  # how often another language's words must outnumber the English ones
_ENOUGH = 0.12  # share of its words that English lacks ("a", "in" and "for" are found in several)
_PROSE_WITH_MARKUP = 0.25  # share of English function words; program code has half as many
_TOO_LITTLE_ENGLISH = 0.06
_TOO_LITTLE_TELEGRAPHIC = 0.15
_LETTER = re.compile(r"[^\W\d_]")
# ASCII that is in no word becomes a space; bytes beyond stay.
_APART = bytes(
    code if code > 127 or chr(code).isalnum() or code == ord("'") else 32 for code in range(256)
)
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]")
_CODE = re.compile(
    r"[{}]|;[ \t]*$|\w\(|\)[;:{][ \t]*$|(?<![=!<>])[=!<>]=(?!=)|=>|->|\s[+*/-]?=\s|</?\w|&&|"
    r"\|\||[^\W_]_[^\W_]|"
    r"^[ \t]*(?:#include|import|from \w+ import|def|return|const|let|var|public) ",
    re.MULTILINE,
)


def english_share(words: Iterable[str] | Counter[str]) -> float:
    """Share (0 to 1) of ``words``, in lower case, that are English function words; 0 for none.

    Args:
        words: all of them, or how often each occurs.
    """
    counts = Counter(words)
    total = counts.total()
    return _count(counts, _ENGLISH) / total if total else 0.0


def not_english(document: Document) -> str | None:  # noqa: PLR0911 - one reason a line
    """Why the prose of ``document`` is not English, as a phrase for a report; None if it may be.

    A text without words of prose gets None: it is short, not foreign. So does a list of names.
    """
    words = _sample(document)
    if not words:
        return None
    together = "".join(words)
    n_letters, n_latin = _letters(together)
    if n_letters < 0.4 * len(together):
        return "not English: mostly numbers"
    if n_latin < 0.7 * n_letters:
        return "not English: mostly non-Latin letters"
    if _plainly_english(words):
        return None
    written = Counter(words)
    # Few words are not in lower case: the others need no conversion.
    mixed = {word: n for word, n in written.items() if not word.islower()}
    n_english = _count(written, _ENGLISH)
    n_english += sum(n for word, n in mixed.items() if word.lower() in _ENGLISH)
    if n_english < _PROSE_WITH_MARKUP * len(words) and _looks_like_code(document):
        return "not English: looks like program code"
    counts = _lower_counts(written, mixed)
    total = counts.total()
    if total < _FEWEST:
        return None
    english = english_share(counts)
    other, name = max((n / total, name) for name, n in _counts_by_language(counts).items())
    own = _count(counts, _OTHERS[name] - _ENGLISH) / total
    if own >= _ENOUGH and other > _CLEAR_LEAD * english:
        return f"not English: looks like {name}"
    if english < _TOO_LITTLE_ENGLISH:
        telegraphic = sum(n for word, n in counts.items() if _TELEGRAPHIC.fullmatch(word))
        if telegraphic < _TOO_LITTLE_TELEGRAPHIC * total:
            return "not English: few English function words"
    return None


def _sample(document: Document) -> list[str]:
    """The words of the prose with straight apostrophes, in any order; of a long text every n-th."""
    step = document.n_prose_words // _SAMPLE
    if step > 1:
        starts = document.prose_word_starts[::step].tolist()
        words = [word_at(document.text, start) for start in starts]
    else:
        text = "\n".join([document.text[start:end] for start, end in document.prose])
        spaced = _spaced(text)
        if spaced is not None:
            return spaced.split()
        words = find_words(text)
    if document.text.isascii() or not words:
        return words
    return straighten("\n".join(words)).split("\n")


def _spaced(text: str) -> str | None:
    """The text with straight apostrophes in its words, and spaces for all that is in none.

    Its pieces are the words, found several times as fast as by their pattern. None where marks or
    apostrophes in a row ask for that.
    """
    if not text.isascii():
        text = text.replace("’", "'").replace("‘", "'")
        for sign in set("".join(_BEYOND_ASCII.findall(text))):
            if category(sign)[0] == "M":
                return None
            if not sign.isalnum():
                text = text.replace(sign, " ")
    spaced = text.encode("utf-8").translate(_APART).decode("utf-8")
    if "''" in spaced:
        return None
    return straighten(f" {spaced} ".replace("' ", " ").replace(" '", " "))


def _plainly_english(words: list[str]) -> bool:
    """Whether so many words are English, and so few of another language, that no more need be said.

    A bound, and quick: where it holds, no count below can speak against English.
    """
    n_english = sum(map(_ENGLISH.__contains__, words))
    if n_english < _PROSE_WITH_MARKUP * len(words):
        return False
    n_foreign = sum(map(_FOREIGN.__contains__, "\n".join(words).lower().split("\n")))
    return n_foreign < 0.9 * _ENOUGH * n_english


def _lower_counts(written: Counter[str], mixed: dict[str, int]) -> Counter[str]:
    """The words in lower case, without those that begin with a capital, unless the text shouts.

    Capitalised words are names as often as not, and initials look like Czech.
    """
    shouted = sum(n for word, n in mixed.items() if word.isupper() and len(word) > 1)
    shouts = 2 * shouted >= written.total()
    counts = written.copy()
    for word in mixed:
        del counts[word]
    for word, n in mixed.items():
        if shouts or word[0].islower():
            counts[word.lower()] += n
    return counts


def _letters(words: str) -> tuple[int, int]:
    """How many letters a string of letters, digits and apostrophes holds, and how many Latin."""
    n_ascii = len(words.encode("ascii", "ignore").translate(None, b"0123456789'"))
    beyond = "" if words.isascii() else "".join(_BEYOND_ASCII.findall(words))
    return n_ascii + len(_LETTER.findall(beyond)), n_ascii + len(_LATIN.findall(beyond))


def _counts_by_language(counts: Counter[str]) -> dict[str, int]:
    """How many of the words are frequent in each language other than English."""
    found = dict.fromkeys(_OTHERS, 0)
    for word in counts.keys() & _LANGUAGES_OF.keys():
        for name in _LANGUAGES_OF[word]:
            found[name] += counts[word]
    return found


def _count(counts: Counter[str], known: frozenset[str]) -> int:
    return sum(counts[word] for word in counts.keys() & known)


def _looks_like_code(document: Document) -> bool:
    """Signs of programming languages as often as once in 40 characters of the first pages."""
    text = document.text[document.prose[0].start :][:20_000]
    return len(_CODE.findall(text)) > len(text) / 40
