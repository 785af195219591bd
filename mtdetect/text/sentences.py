"""Where sentences begin and end inside a paragraph.

One regular expression finds every run of stops with the closing marks that belong to it; a few
questions about the word before and the character after decide whether a sentence ends there. The
rules lean on what English typography does (abbreviations, initials, attributions after a quotation)
and, unlike those of common segmenters, expect damage: a stop before a lower-case word, a stop
without a space after it, a closing quotation mark that stands alone. Such places must become
boundaries, for signals look at the pieces.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import normalize

from mtdetect.text.search import places
from mtdetect.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLOSERS = "\"'”’»)\\]}*_¹²³⁴⁵⁶⁷⁸⁹⁰\u200e\u200f\u202a-\u202e\u2066-\u2069\ufe0e\ufe0f"
_EMOJI = "\U0001f1e6-\U0001faff\u2600-\u27bf\ufe0f\u200d"
_STOP = re.compile(
    rf"""
      (?P<stop> \.(?:[ \u00a0]\.)+ | [.!?…‼⁇⁈⁉؟۔।。！？]+ )  # "." "?!" "..." ". . ."
      (?P<close> (?: [{_CLOSERS}] | \[\d{{1,3}}\] | “(?!\S) )* )  # quotes, brackets, footnotes
      (?P<tail> (?: [ \u00a0\n] (?:[.”’»)\]]+ | [:;]-?[)(DP] | [{_EMOJI}]+ | ["']\Z |
                                \[(?:\d{{1,3}}|citation\ needed)\] ) (?!\S) )* )
    | (?P<emoji> [{_EMOJI}]+ ) (?=\s)
    | (?<=\s)(?P<bullet> [•▪●‣■] ) (?=\s)
    """,
    re.VERBOSE,
)
_RARE_STOP = re.compile(rf"[…‼⁇⁈⁉؟۔।。！？•▪●‣■{_EMOJI}]")
# What follows: white space, then opening marks and dashes, then one letter or digit.
_NEXT = re.compile(r"\s*(?P<opening>[\"'“‘«„({\[*_¿¡—–\-\u200e\u200f]{0,4}\s?)(?P<char>[^\W_])?")
_WORD = re.compile(r"[^\W\d_]+")
_APART = re.compile(r"[\s\"'“”‘’«»()\[\]{}*_/,;:!?…–—-]")

_ATTRIBUTION = re.compile(
    r"(?:[A-Z][\w.'’-]{0,30} ){1,4}(?:said|says|asked|asks|replied|cried|shouted|wrote|told|added|"
    r"yelled|exclaimed|wondered|answered|demanded|joked|screamed|muttered|whispered|laughed)\b"
)
_ENUMERATOR = re.compile(r"[(\[]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})\Z")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}\Z")
_CLOCK = re.compile(r"\d*[ap]\.?m\Z", re.IGNORECASE)
_ADDRESS = re.compile(r"[/@\\]|www\.|https?:", re.IGNORECASE)
_VOWEL = re.compile(r"[aeiouyà-ÿ]", re.IGNORECASE)
_BRAND = re.compile(r"[a-z][A-Z]")  # iPhone, eBay


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Capitalised titles and the like: what follows is the name.
_TITLES = _words(
    """
    Mr Mrs Ms Mx Dr Drs Prof Gen Sen Sens Rep Reps Gov Govs Lt Col Capt Sgt Maj Rev Hon Pres Cpl
    Cmdr Adm Supt Insp Det Pvt Fr Messrs Mme Mlle Msgr Mgr Ste Mt Ft Sra Srta Amb Atty Sec Dep
    Brig Comdr Ald Asst Assoc Spc Pfc Vol Fig Figs Ch Art Op Nos
    """
)
# Never the end of a sentence, in any case.
_NEVER = _words("mr mrs ms dr vs viz eg ie cf e.g i.e v approx esp incl ca")
# Before a number.
_NUMBERED = _words(
    """
    no nos p pp vol vols fig figs ch sec art para eq c pt op nr tel ext pop div
    """
)
# The end of a sentence only where the next word says so.
_EITHER = _words(
    """
    St Inc Corp Co Cos Ltd Bros Jr Sr Esq Ave Blvd Rd Hwy Dept Univ Ph.D Ph.Ds Assn Bldg Jan Feb
    Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thur Thurs Fri Calif
    Fla Conn Mass Pa Va Md Ga Ill Ind Wis Minn Tenn Ariz Colo Wash Ore Okla Ont Que Plc No
    Nev Ala Ark Kan Ky La Neb Tex Del Mich Miss Vt al ed eds trans
    """
)
# Before a lower-case word these are abbreviations, not the end of a damaged sentence.
_BEFORE_LOWER = _words(
    """
    etc al dept govt assn ave blvd bros univ inc ltd corp co ed eds trans repr rev par sq cu lb
    lbs oz tsp tbsp pkg qt gal pt doz hr hrs min mins sec secs wk wks yr yrs mo mos no nos ext
    resp temp avg max misc est approx ibid jr sr esq tel fig figs vol abbr adj adv syn sing pl
    gen nom masc fem ie eg viz ca pron cont inf op cit
    """
)
# Words that open sentences and hardly ever continue a name or a date.
_OPENERS = _words(
    """
    The It They This That These Those But And Or We When While However Meanwhile There His Her
    Their Our Your If Although Though Because Then Here After Before Since Until At For From
    What Why How Who Where Which Is Are Was Were Did Does Has Have Had Not Some Many Most Both
    Another Other Also Even Yet Now Only Such According Despite During Under Once Its On In Nor
    Moreover You She
    """
)
_OPENERS_NO_SURNAME = _OPENERS | _words("A An I He So My As By Do No To With One Two")
# After "5 p.m." these go on.
_AFTER_CLOCK = _words(
    """
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May
    June July August September October November December EST EDT ET CST CDT CT MST PST PDT PT
    GMT UTC BST CET IST Eastern Central Mountain Pacific
    """
)
_EXCLAIMING_NAMES = frozenset(("Yahoo", "Jeopardy", "Wham", "Mamma"))
_DOMAIN_ENDS = _words("com org net co uk gov edu io htm html php pdf jpg png")
# After "?" or "!" these open a new sentence even where nobody bothers with capitals.
_INFORMAL = _words("i im thanks thank thx please pls you we they these what how why any")
_HESITANT = _words("i and but well so if that because or um uh")
_QUOTES = frozenset("\"'”’»")


def split_sentences(text: str, start: int, end: int) -> list[Span]:
    """Spans of the sentences of the paragraph ``text[start:end]``.

    They are disjoint, in order, without surrounding white space, and hold every character of the
    paragraph that is not white space.
    """
    spans: list[Span] = []
    begin = counted = start
    quotes = 0  # straight quotation marks so far: an odd number means that one is open
    for match in _stops(text, start, end):
        cut = match.end()
        if match["bullet"]:
            cut = match.start()
            ends_here = cut > begin
        elif cut >= end:
            break
        elif match["emoji"]:
            ends_here = _follows(text, cut, end)[1] in _OPENERS_NO_SURNAME
        else:
            quotes += text.count('"', counted, match.start())
            counted = match.start()
            if text[cut - 1] in "\"'" and text[cut].isalnum() and quotes % 2 == 0:
                cut -= 1  # 'left."The next': the mark opens what follows
            ends_here = _is_end(text, begin, match, cut, end)
        if ends_here:
            spans.append(Span(begin, _rstrip(text, begin, cut)))
            begin = _lstrip(text, cut, end)
    if begin < end:
        spans.append(Span(begin, end))
    return spans


def _stops(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The stops, emoji and bullets of the paragraph: as ``_STOP.finditer``."""
    paragraph = text[start:end]
    marks = places(paragraph, ".!?")
    if not paragraph.isascii():
        marks = sorted([*marks, *(match.start() for match in _RARE_STOP.finditer(paragraph))])
    done = 0
    for at in marks:
        if start + at >= done and (match := _STOP.match(text, start + at, end)):
            yield match
            done = match.end()


def _is_end(  # noqa: C901, PLR0911 - one question after another, in order of precedence
    text: str, begin: int, match: re.Match[str], cut: int, end: int
) -> bool:
    """Whether the sentence that began at ``begin`` ends at ``cut``, after ``match``'s stops."""
    stop, close = match["stop"], match["close"]
    before = _token_before(text, begin, match.start())
    if stop[-1] in "。！？؟۔।":
        return True
    if not text[cut].isspace():
        return _is_end_without_space(text, begin, match, cut, end)
    opening, word = _follows(text, cut, end)
    if not word:
        # Signs that are neither letters nor digits, or a script without case that \w leaves out.
        return stop != "." or not _is_abbreviation(before, "")
    if match.start() - begin < 7 and _ENUMERATOR.match(text[begin : match.start()]):
        return False
    lower = word[0].islower() and not _BRAND.match(word)
    if "!" in stop or "?" in stop or stop[-1] in "‼⁇⁈⁉":
        if text[match.start() - 1] in "([":
            return False
        if lower:
            return not close and word in _INFORMAL
        if close and close[0] in _QUOTES and _ATTRIBUTION.match(text, _lstrip(text, cut, end), end):
            return False
        return before not in _EXCLAIMING_NAMES
    if stop != ".":  # an ellipsis
        return not lower and not (word == "I" and before.lower() in _HESITANT)
    if _is_abbreviation(before, word):
        return False
    if lower:
        return not close and not _dash(opening) and _is_damage(before, word)
    if word[0].isdigit() and before.isdigit():
        return len(before) > 3
    return True


def _is_end_without_space(  # noqa: PLR0911 - the same
    text: str, begin: int, match: re.Match[str], cut: int, end: int
) -> bool:
    """The same where the next sentence follows without a space ("he left.The next day")."""
    opening, word = _follows(text, cut, end)
    before = _token_before(text, begin, match.start())
    stop, closed = match["stop"], cut > match.end("stop")
    if not word or not word[0].isupper() or len(stop) > 1 or stop == "…":
        return False
    if opening and (_dash(opening) or len(before) < 2 or _is_abbreviation(before, word)):
        return False
    if _ADDRESS.search(_token_around(text, begin, match.start(), end)):
        return False
    after = text[cut + len(opening) + len(word) : cut + len(opening) + len(word) + 1]
    if after and (after in "(_=.:/" or after.isdigit()):
        return False
    if not before or _is_abbreviation(before, word) or not word.istitle():
        return False
    if closed or before.islower():
        return len(before) > 1 and (len(word) > 1 or word in "AI")
    return word in _OPENERS_NO_SURNAME


def _is_abbreviation(before: str, word: str) -> bool:  # noqa: PLR0911 - one kind a line
    """Whether the stop after ``before`` belongs to it, given that ``word`` follows."""
    low = before.lower()
    if low in _NEVER or before in _TITLES:
        return True
    if len(before) > 2 and before.isupper() and before.capitalize() in _TITLES:  # "GEN. SMITH"
        return True
    if low in _NUMBERED and (word[:1].isdigit() or (low != "no" and len(low) < 3)):
        return True
    if len(before) == 1 and before.isalpha():  # an initial, "Plan B."
        return word not in _OPENERS and not (before == "I" and word in _OPENERS_NO_SURNAME)
    if before[-1:] in {"m", "M"} and _CLOCK.match(before):
        return not word[:1].isupper() or word in _AFTER_CLOCK
    if before in _EITHER or ("." in before and _DOTTED.match(before)):
        if before == "No" and not word[:1].isdigit():
            return False
        return word not in _OPENERS_NO_SURNAME
    return False


def _is_damage(before: str, word: str) -> bool:
    """Whether a stop before the lower-case ``word`` cuts a sentence rather than a word short.

    "by decree. for fear of" is damage; "approx. half", "3. stir" and "example. com" are not.
    """
    if before.isdigit():
        return len(before) > 2
    return (
        len(before) > 1
        and normalize("NFC", before).replace("'", "").replace("’", "").isalpha()
        and before.lower() not in _BEFORE_LOWER
        and word not in _DOMAIN_ENDS
        and (not before.isascii() or _VOWEL.search(before) is not None or before.isupper())
    )


def _token_before(text: str, begin: int, at: int) -> str:
    """The word, with its inner dots, that ends at ``at``; empty after white space."""
    before = text[max(begin, at - 30) : at]
    last = before[before.rfind(" ") + 1 :]
    if last.isalnum():
        return last
    return _APART.split(before)[-1].strip(".\u200e\u200f")


def _token_around(text: str, begin: int, at: int, end: int) -> str:
    """The characters around ``at`` up to white space, 60 at most on either side."""
    before = text[max(begin, at - 60) : at].rsplit(maxsplit=1)
    after = text[at : min(end, at + 60)].split(maxsplit=1)
    return (before[-1] if before else "") + (after[0] if after else "")


def _follows(text: str, at: int, end: int) -> tuple[str, str]:
    """Opening marks and the word (letters) or the digit that come next after ``at``."""
    if text[at] == " " and at + 1 < end and text[at + 1].isalpha():  # most often, and quicker so
        return "", _WORD.match(text, at + 1, min(end, at + 31)).group()  # type: ignore[union-attr]
    match = _NEXT.match(text, at, end)
    if match is None or not match["char"]:
        return "", ""
    word = _WORD.match(text, match.start("char"), min(end, match.start("char") + 30))
    return match["opening"], word.group() if word else match["char"]


def _dash(opening: str) -> bool:
    return any(mark in opening for mark in "—–-")


def _lstrip(text: str, at: int, end: int) -> int:
    while at < end and text[at].isspace():
        at += 1
    return at


def _rstrip(text: str, begin: int, at: int) -> int:
    while at > begin and text[at - 1].isspace():
        at -= 1
    return at
