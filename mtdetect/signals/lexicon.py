"""Phrase lists: patterns in data files, matched around one telling word each.

A phrase list is a tab-separated file in ``data/``; lines that start with ``#`` are comments. Its
first column is a pattern over plain words:

========== ==========================================================================
``word``   the word or any regular or irregular form of it (see, sees, saw, seen)
``=word``  exactly this form
``a|b``    either of them
``(word)`` may be missing
``~``      up to two words of any kind
``one's``  a possessive or article: my, his, the, the minister's
``someone`` one to three words of any kind; ``something`` likewise
========== ==========================================================================

Words such as prepositions never inflect. Unless a list is ``exact``, one article, demonstrative or
possessive may also stand before each content word, so patterns leave articles out.

Speed: a text is split into blocks and these into words once for all lists; those of a short text
are known already. The words lead to the
patterns whose *anchor*, the word that looks rarest, is among them; a pattern whose other words
stand in the block too has its regular expression tried around the anchor. Matching takes time
linear in the text.
"""

from __future__ import annotations

import re
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from mtdetect.text import Span
from mtdetect.text.words import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WORD = re.compile(r"[^\W_]+")
_SPACE = re.compile(r"\s")
_FORMS_END = re.compile(r"[^aeiou][aeiou][bdgklmnprt]$")
# A phrase may run over commas, quotes and hyphens, but not over the end of a sentence.
_GAP = r"[^\w.!?]{1,3}"
_ANY = r"[\w'-]{1,24}"
_POSSESSIVE = rf"(?:my|your|his|her|its|our|their|the|whose|{_ANY}'s|{_ANY}s')(?:{_GAP}own)?"
_DETERMINER = rf"(?:{_GAP}(?:an?|this|that|these|those|some|any|no|{_POSSESSIVE}))?"
_SLOTS = frozenset({"one's", "someone", "something"})
_GLUED = frozenset({"be", "is", "am", "are", "not"})
_BLOCK = 1500  # characters; shorter blocks hold fewer patterns by chance, but each takes its time
_WINDOW = 120  # characters on either side of an anchor; the longest pattern with gaps needs fewer

_FUNCTION_WORDS = frozenset(
    """a an the this that these those some any no all every each one two three four five six seven
    eight nine ten and or but nor if than as like not n't never ever always only just even still
    also too so such very more most less already yet now then here there where when while until
    till i me my you your he him his she her it its we us our they them their who whom whose which
    what of to in on at by for from with without into onto upon over under above below behind
    before after between among against about around round through across off out up down near
    beside during within along per is are was were has had does did can could will would shall
    should may might must cannot can't don't doesn't didn't won't own other another
    hundred thousand none nothing nobody everybody everyone everything""".split()  # noqa: SIM905 - a word a string would fill a page
)
_COMMON = frozenset(
    """be have do make go get take give come put say see know find look run keep hold let set turn
    throw add eat drink sit stand fall break pull push cut hit play show tell ask work call want
    need use try leave feel become bring buy sell pay cost wear carry cross catch kill die live
    lose open close cover cook read write speak talk hand head eye eyes face foot feet leg mouth
    hair back body heart ear nose tongue neck man woman people child son father mother friend
    house home door window wall table room water fire wind rain sun day night year month week time
    hour way road place city town world life thing part end side line point word name number
    money food big great large small little long short high low old young new good bad better
    best easy hard hot cold full empty open closed dead black white red green blue
    gray grey first last next same right wrong true sure clear far late early company country
    state government party president minister question problem case issue
    process framework""".split()  # noqa: SIM905 - as above
)
# Verbs: base, past, participle and others; nouns: singular, plural. Any member stands for all.
_IRREGULAR = """
be is are was were been being am | have has had having | do does did done | go goes went gone |
make made | get got gotten | take took taken | give gave given | come came | say said | see saw
seen | know knew known | find found | keep kept | hold held | let | set | put | throw threw
thrown | eat ate eaten | drink drank drunk | sit sat | stand stood | fall fell fallen | break
broke broken | cut | hit | tell told | leave left | feel felt | become became | bring brought |
buy bought | sell sold | pay paid | cost | wear wore worn | catch caught | lose lost | speak
spoke spoken | read | write wrote written | run ran | begin began begun | bite bit bitten | blow
blew blown | build built | burn burnt | burst | choose chose chosen | creep crept | deal dealt |
dig dug | draw drew drawn | dream dreamt | drive drove driven | feed fed | fight fought | flee
fled | fly flew flown | forget forgot forgotten | freeze froze frozen | grind ground | grow grew
grown | hang hung | hear heard | hide hid hidden | hurt | lay laid | lie lay lain lying | lead
led | leap leapt | lend lent | light lit | mean meant | meet met | ride rode ridden | ring rang
rung | rise rose risen | saw sawn | seek sought | send sent | sew sewn | shake shook shaken |
shed | shoot shot | shrink shrank shrunk | shut | sing sang sung | sink sank sunk | sleep slept
| slide slid | smell smelt | sow sown | spill spilt | spin spun | spit spat | split | spread |
steal stole stolen | stick stuck | sting stung | strike struck | sweep swept | swim swam swum |
swell swollen | teach taught | tear tore torn | think thought | tread trod trodden | twist |
wake woke woken | weep wept | win won | wind wound | bind bound | bend bent | stink stank stunk
| undergo underwent undergone | understand understood | cry cried cries crying | die died dies
dying | tie tied ties tying | foot feet | tooth teeth | goose geese | mouse mice | man men |
woman women | child children | wolf wolves | knife knives | leaf leaves | calf calves | wife
wives | life lives | ox oxen | half halves | thief thieves | loaf loaves | shelf shelves | louse
lice"""


class Entry(NamedTuple):
    """One line of a phrase list: the pattern, where it comes from, and what it stands for."""

    pattern: str
    language: str
    meaning: str


class Match(NamedTuple):
    """A place in a text that an entry matched."""

    span: Span
    entry: Entry


@cache
def _irregular() -> dict[str, list[list[str]]]:
    """Every irregular form, with the families that it belongs to ("saw": see and saw)."""
    families: dict[str, list[list[str]]] = {}
    for line in _IRREGULAR.replace("\n", " ").split("|"):
        family = line.split()
        for word in family:
            families.setdefault(word, []).append(family)
    return families


def forms(word: str) -> set[str]:
    """All forms of a noun or verb, by rule: more than exist ("goed"), which does no harm."""
    if word in _FUNCTION_WORDS or not word.isalpha():
        return {word}
    families = _irregular().get(word)
    if families:
        found = {form for family in families for form in family}
        return found.union(*(_regular(family[0]) for family in families))
    if word.endswith("s") and len(word) > 3 and word[-2] not in "suia":
        return _regular(word) | _regular(word[:-1])
    return _regular(word)


def _regular(word: str) -> set[str]:
    """The word with the endings of nouns and verbs."""
    if word.endswith("e"):
        return {word, f"{word}s", f"{word}d", f"{word[:-1]}ing", f"{word}ing"}
    if word.endswith("y") and word[-2:-1] not in "aeou":
        return {word, f"{word[:-1]}ies", f"{word[:-1]}ied", f"{word}ing"}
    found = {word, f"{word}s", f"{word}es", f"{word}ed", f"{word}ing"}
    if _FORMS_END.search(word):
        found |= {f"{word}{word[-1]}ed", f"{word}{word[-1]}ing"}
    return found


def _alternatives(token: str) -> list[str]:
    """Every form that a token such as ``pull|drag`` or ``=the`` stands for, longest first."""
    found: set[str] = set()
    for word in token.strip("()").split("|"):
        found |= {word[1:]} if word.startswith("=") else forms(word)
    return sorted(found, key=lambda form: (-len(form), form))


def _piece(token: str, *, exact: bool) -> str:
    """The regular expression of one token, with the gap before it."""
    if token == "~":  # noqa: S105 - a pattern token, no password
        return rf"(?:{_GAP}{_ANY}){{0,2}}?"
    if token == "one's":  # noqa: S105 - as above
        return _GAP + _POSSESSIVE
    if token in {"someone", "something"}:
        return rf"(?:{_GAP}{_ANY}){{1,3}}?"
    words = _alternatives(token)
    piece = f"{_GAP}(?:{'|'.join(map(re.escape, words))})"
    if "is" in words and "was" in words:
        piece = f"(?:{piece}|'s|'re|'m)"
    if "n't" in words:
        piece = f"(?:{piece}|n't)"
    if not exact and not _FUNCTION_WORDS.issuperset(words):
        piece = _DETERMINER + piece
    return f"(?:{piece})?" if token.startswith("(") else piece


@cache
def compiled(pattern: str, *, exact: bool = False) -> re.Pattern[str]:
    """The regular expression of a pattern; ``exact`` allows no determiner that is not written."""
    first, *rest = pattern.split()
    start = "|".join(map(re.escape, _alternatives(first)))
    if first == "one's":
        start = _POSSESSIVE
    elif "n't" in first.split("|"):
        start += r"|\w{2,6}n't"
    tail = "".join(_piece(token, exact=exact) for token in rest)
    return re.compile(rf"(?<![\w'-])(?:{start}){tail}(?!\w|['-]\w)")


class _Needs(NamedTuple):
    """What a text must hold for a pattern to have a chance in it."""

    anchor: frozenset[str]  # the forms of the token that is least likely to occur in other texts
    others: tuple[frozenset[str], ...]  # of each, one form must occur too; rarest first


def _required(pattern: str) -> list[str]:
    """The tokens that every match holds as words of their own, likeliest to be rare first.

    "Not" and "be" can stand as parts of other words ("it's"), which are not looked up.
    """
    tokens = [
        token
        for token in pattern.split()
        if token[0] not in "(~"
        and token not in _SLOTS
        and not _GLUED.intersection(token.split("|"))
    ]
    return sorted(tokens, key=_commonness)


@cache
def _first_words(token: str) -> frozenset[str]:
    """Every form of a token, or what stands before its apostrophe or hyphen ("wolf's": wolf)."""
    return frozenset(_WORD.findall(form)[0] for form in _alternatives(token))


@cache
def _commonness(token: str) -> tuple[int, int]:
    words = token.replace("=", "").split("|")
    rank = 2 * (not _FUNCTION_WORDS.isdisjoint(words)) + (not _COMMON.isdisjoint(words))
    return rank, -min(map(len, words))


@cache
def _needs(pattern: str) -> _Needs:
    anchor, *others = (_first_words(token) for token in _required(pattern))
    return _Needs(anchor, tuple(others))


class _Block(NamedTuple):
    """A stretch of text of some hundred words that ends where a sentence does."""

    span: Span
    words: frozenset[str]


def _block_spans(text: str) -> list[Span]:
    """The spans of the blocks of a text."""
    blocks = []
    start = 0
    while start < len(text):
        end = text.find(". ", start + _BLOCK, start + 3 * _BLOCK) + 1
        if not end:  # no sentence ends: a phrase across this edge is lost
            end = text.find(" ", start + 3 * _BLOCK, start + 4 * _BLOCK)
        if end < 0:  # a list with a word a line
            space = _SPACE.search(text, start + 3 * _BLOCK)
            end = space.start() if space else len(text)
        if len(text) - end < _BLOCK:
            end = len(text)
        blocks.append(Span(start, end))
        start = end
    return blocks


@lru_cache(maxsize=1)  # five lists read the same text, one after the other
def _blocks(text: str) -> tuple[_Block, ...]:
    return tuple(_Block(span, vocabulary(span.of(text))) for span in _block_spans(text))


class _Candidate:
    """An entry, and the words that it needs besides its anchor: worked out when first asked for.

    At hand, because some fifty entries are looked at in every text, and most have what they need
    looked up in vain.
    """

    __slots__ = ("entry", "others")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.others: tuple[frozenset[str], ...] = ()

    def worked_out(self) -> tuple[frozenset[str], ...]:
        self.others = _needs(self.entry.pattern).others
        return self.others


class PhraseList:
    """The entries of one data file, indexed by the forms of their anchors.

    Args:
        entries: the lines.
        exact: whether determiners must stand in the pattern to be matched.
    """

    def __init__(self, entries: tuple[Entry, ...], *, exact: bool) -> None:
        self.entries = entries
        self.exact = exact

    @cached_property
    def _by_anchor(self) -> dict[str, list[_Candidate]]:
        found: dict[str, list[_Candidate]] = {}
        for entry in self.entries:
            candidate = _Candidate(entry)
            for form in _first_words(_required(entry.pattern)[0]):
                found.setdefault(form, []).append(candidate)
        return found

    @cached_property
    def _anchors(self) -> frozenset[str]:
        return frozenset(self._by_anchor)

    def find(self, text: str, words: frozenset[str] | None = None) -> list[Match]:
        """Matches in ``text`` (lower case, straight quotes), in text order, none overlapping.

        Args:
            text: what is searched.
            words: its vocabulary, if it is known already.
        """
        spans = _block_spans(text)
        if words is None or len(spans) > 1:
            blocks = _blocks(text)
        else:
            blocks = tuple(_Block(span, words) for span in spans)
        return _disjoint(
            [
                match
                for block in blocks
                for entry in self._possible(block.words)
                for match in self._find_in(text, block, entry)
            ]
        )

    def _find_in(self, text: str, block: _Block, entry: Entry) -> Iterator[Match]:
        """Matches of an entry that has its words in the block."""
        needs = _needs(entry.pattern)
        for start, end in _windows(_places(text, block.span, block.words & needs.anchor)):
            near = text[start:end]
            if all(any(form in near for form in other) for other in needs.others):
                found = compiled(entry.pattern, exact=self.exact).finditer(text, start, end)
                yield from (Match(Span(*match.span()), entry) for match in found)

    def _possible(self, words: frozenset[str]) -> set[Entry]:
        """The entries that have all their words among ``words``."""
        index = self._by_anchor
        found = set()
        for form in self._anchors & words:  # two sets meet faster than a set and keys
            for candidate in index[form]:
                for other in candidate.others or candidate.worked_out():
                    if words.isdisjoint(other):
                        break
                else:
                    found.add(candidate.entry)
        return found


def _disjoint(matches: list[Match]) -> list[Match]:
    """The matches in text order without those that overlap an earlier or longer one."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda m: (m.span.start, -m.span.end, m.entry)):
        if not kept or match.span.start >= kept[-1].span.end:
            kept.append(match)
    return kept


def _places(text: str, span: Span, words: Iterable[str]) -> list[int]:
    """Where the words stand in a stretch of text, alone or as part of others, in order."""
    places = []
    for word in words:
        at = text.find(word, *span)
        while at >= 0:
            places.append(at)
            at = text.find(word, at + len(word), span.end)
    return sorted(places)


def _windows(places: list[int]) -> Iterator[Span]:
    """Disjoint stretches of text around the places, in order."""
    for i, place in enumerate(places):
        if i == 0 or place - places[i - 1] > 2 * _WINDOW:
            start = max(place - _WINDOW, 0)
        if i + 1 == len(places) or places[i + 1] - place > 2 * _WINDOW:
            yield Span(start, place + _WINDOW)


def rows(name: str) -> Iterator[list[str]]:
    """The columns of every line of ``data/<name>.tsv`` that is not a comment."""
    path = files("mtdetect.signals").joinpath("data", f"{name}.tsv")
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


@cache
def phrases(name: str, *, exact: bool = False) -> PhraseList:
    """The phrase list ``data/<name>.tsv``, read when first asked for."""
    return PhraseList(tuple(Entry(*row) for row in rows(name)), exact=exact)
