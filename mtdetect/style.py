"""The style model: weights of word n-grams in two views of normalised text.

The first view is the text's words, 1 to 4 in a row. The second keeps the most frequent words and
marks and blanks out all others, 2 to 5 in a row: the frame of a sentence without its topic. Only
n-grams that training met in several passages are known; they stand in one table, found by hash and
told from strangers by a check number. In each view a text's score is the tf-idf weighted sum
(sub-linear term frequency, L2 norm) of the learned weights, and the style score is the sum of both.
It is linear once the text is fixed, so every token's share of it is known exactly.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mtdetect.text.spelling import fold_spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from mtdetect.text import Document

SLOT_BITS = 21
"""The table has ``2**SLOT_BITS`` slots, over twice as many as n-grams."""


VIEWS = ((1, 2, 3, 4), (2, 3, 4, 5))
"""Lengths of the n-grams of words, and of those of masked text."""

KINDS = tuple((view, n) for view, lengths in enumerate(VIEWS) for n in lengths)
"""(view, length) of each kind of n-gram, in the order in which ``Features`` holds them."""

TOKEN = re.compile(
    r"mrs?\.(?!\w)|ms\.(?!\w)|dr\.(?!\w)|st\.(?!\w)|per ?cent\b"
    # A run of letters twice: that of plain ones is the quicker to read.
    r"|[a-z]+[^\W\d_]*(?:'[^\W\d_]+)*|[^\W\d_]+(?:'[^\W\d_]+)*|\d+|[%.,;:()\"?!-]"
)
"""Words, numbers and the marks that structure a sentence; read from normalised text."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_BLANK = np.uint64(0xD6E8FEB86659FD92)
_SALTS = np.array(
    [zlib.crc32(f"{view} {n}".encode()) * 0xA0761D6478BD642F & (2**64 - 1) for view, n in KINDS],
    dtype=np.uint64,
)
_LENGTHS = np.array([n for _, n in KINDS], dtype=np.int32)
_LONGEST = int(_LENGTHS.max())
_FIRST_KIND = tuple(sum(map(len, VIEWS[:view])) for view in range(len(VIEWS) + 1))
_LONGER = tuple(
    [
        (start + sum(n <= shift for n in lengths), start + len(lengths))
        for start, lengths in zip(_FIRST_KIND, VIEWS, strict=False)
    ]
    for shift in range(_LONGEST)
)
"""By ``shift``, the kinds (from, to) of n-grams with a token so far after their first, by view."""

_LONG = 20_000
"""Tokens from which on memory counts for more than the calls of NumPy."""


def canonical(token: str) -> str:
    """The form that stands for a token and for those that differ from it by house style alone.

    Numbers differ by topic, not by translator: all of one length are one token. National spelling,
    "per cent" and the stop after a title are a publisher's choice. Engines write American English,
    so a model that sees such choices takes every American for a machine.
    """
    if token[0].isdigit():
        return "0" * min(len(token), 4)
    if token in {"per cent", "percent"}:
        return "%"
    word, apostrophe, rest = (token.rstrip(".") or token).partition("'")
    return fold_spelling(word) + apostrophe + rest


@cache
def frequent_tokens() -> frozenset[str]:
    """The canonical tokens that the masked view keeps, the most frequent of the training texts."""
    text = files("mtdetect").joinpath("frequent.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("# "))


class _TokenHashes(dict[str, int]):
    """Token to 64-bit hash, computed once a token; odd for the frequent tokens, even for others.

    Bounded: a stream of ever new tokens must not grow the memory of a long-lived process.
    """

    LIMIT = 400_000

    def __missing__(self, token: str) -> int:
        if len(self) >= self.LIMIT:
            self.clear()
        form = canonical(token)
        value = zlib.crc32(form.encode("utf-8", "surrogatepass")) * 0x9E3779B97F4A7C15
        value = value & (2**64 - 2) | (form in frequent_tokens())
        self[token] = value
        return value


_HASHES = _TokenHashes()


class _PieceHashes(dict[str, bytes]):
    """What stands between white space to the hashes of its tokens, 8 bytes each; bounded as above.

    A text's pieces are split off and looked up in a third of the time that its tokens take.
    """

    LIMIT = 200_000
    LONGEST = 40
    """Characters; longer pieces are no words and do not come again."""

    def __missing__(self, piece: str) -> bytes:
        value = token_hashes(TOKEN.findall(piece)).tobytes()
        if len(piece) <= self.LONGEST:
            if len(self) >= self.LIMIT:
                self.clear()
            self[piece] = value
        return value


_PIECES = _PieceHashes()


def tokenize(text: str) -> list[str]:
    """The tokens of normalised text."""
    return TOKEN.findall(text)


def token_hashes(tokens: Iterable[str]) -> NDArray[np.uint64]:
    """(n_tokens,) hash of each token."""
    return np.fromiter(map(_HASHES.__getitem__, tokens), dtype=np.uint64)


def _hashes_of(text: str) -> bytes:
    """The hashes of the tokens of a normalised text, 8 bytes each."""
    if "per cent" in text:  # the one token that may hold a space
        return token_hashes(TOKEN.findall(text)).tobytes()
    return b"".join(map(_PIECES.__getitem__, text.split()))


def ngram_keys(hashes: NDArray[np.uint64]) -> Iterator[NDArray[np.uint64]]:
    """The 64-bit key of every n-gram of a token sequence, by kind; n-gram i starts at token i."""
    masked = _masked(hashes)
    for salt, (view, n) in zip(_SALTS, KINDS, strict=True):
        tokens = masked if view else hashes
        if n == VIEWS[view][0]:
            running = tokens
            for shift in range(1, n):
                running = _extended(running[:-1], tokens[shift:])
        else:
            running = _extended(running[:-1], tokens[n - 1 :])
        yield (running ^ salt) * _MULTIPLIER


def _masked(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The hashes of frequent tokens; all others blanked out."""
    return np.where(hashes & np.uint64(1), hashes, _BLANK)


def _extended(running: NDArray[np.uint64], following: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Hashes of n-grams made one token longer."""
    mixed: NDArray[np.uint64] = (running ^ (running >> np.uint64(29))) * _MULTIPLIER + following
    return mixed


def slot_and_check(keys: NDArray[np.uint64]) -> tuple[NDArray[np.int32], NDArray[np.uint16]]:
    """(n,) slot of each key in the table, and the number that tells it from others of the slot."""
    return _slots(keys).astype(np.int32), _checks(keys).astype(np.uint16)


def _slots(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    return (keys >> np.uint64(64 - SLOT_BITS)).view(np.int64)


def _checks(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    return ((keys >> np.uint64(24)) & np.uint64(0xFFFF)).view(np.int64)


class Features(NamedTuple):
    """The n-grams of a token sequence.

    Attributes:
        keys: (n_kinds, n_tokens) key of the n-gram of each kind that begins at each token.
        left: (n_tokens,) how many tokens there are from each on to the end of its paragraph: longer
            n-grams cross paragraphs, and their keys mean nothing.
    """

    keys: NDArray[np.uint64]
    left: NDArray[np.int64]


def ngrams(tokens: Iterable[str], segments: NDArray[np.int32] | None = None) -> Features:
    """All n-grams of ``tokens``, of every kind.

    Args:
        tokens: normalised tokens.
        segments: (n_tokens,) paragraph number of each token; no n-gram crosses paragraphs.
    """
    hashes = token_hashes(tokens)
    breaks: list[int] = []
    if segments is not None:
        breaks = (np.flatnonzero(segments[1:] != segments[:-1]) + 1).tolist()
    return _features(hashes, [0, *breaks])


def _features(hashes: NDArray[np.uint64], paragraphs: Sequence[int]) -> Features:
    """The n-grams of tokens with these hashes; ``paragraphs``: where they begin, 0 first."""
    n_tokens = len(hashes)
    # Both views at once, with room for the tokens that the last n-grams lack.
    tokens = np.zeros((len(VIEWS), n_tokens + _LONGEST), dtype=np.uint64)
    tokens[0, :n_tokens] = hashes
    tokens[1, :n_tokens] = _masked(hashes)
    keys = np.empty((len(KINDS), n_tokens), dtype=np.uint64)
    running = tokens[:, :n_tokens]
    for n in range(1, _LONGEST + 1):
        if n > 1:
            running = _extended(running, tokens[:, n - 1 : n - 1 + n_tokens])
        for view, lengths in enumerate(VIEWS):
            if n in lengths:
                keys[_FIRST_KIND[view] + lengths.index(n)] = running[view]
    keys ^= _SALTS[:, None]
    keys *= _MULTIPLIER
    edges = np.array([*paragraphs, n_tokens])
    left = np.repeat(edges[1:], np.diff(edges)) - np.arange(n_tokens)
    return Features(keys, left)


class Occurrences(NamedTuple):
    """The n-grams of a reading that a vocabulary knows, kind by kind, each in text order.

    Attributes:
        place: (n,) the kind of each times the number of tokens, plus the index of its first token.
        rows: (n, n_columns) what the vocabulary's table holds of it.
        value: (n,) what it is worth; see ``Vocabulary.occurrences``.
    """

    place: NDArray[np.int64]
    rows: NDArray[np.unsignedinteger[Any]]
    value: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StyleReading:
    """What the style model saw in a document's prose.

    Attributes:
        features: n-grams over the prose tokens.
        sentence: (n_tokens,) index into ``document.prose_sentences`` of each token.
    """

    features: Features
    sentence: NDArray[np.int32]
    _known: dict[Vocabulary, Occurrences] = field(default_factory=dict, repr=False, compare=False)

    def occurrences(self, vocabulary: Vocabulary) -> Occurrences:
        """Those of the vocabulary, looked up once for all models that share it."""
        if vocabulary not in self._known:
            self._known[vocabulary] = vocabulary.occurrences(self.features)
        return self._known[vocabulary]

    def between(self, first: int, last: int) -> StyleReading:
        """The reading of sentences ``first`` to ``last`` alone, both included."""
        start, stop = np.searchsorted(self.sentence, (first, last + 1))
        keys, left = self.features
        remaining = np.minimum(left[start:stop], stop - np.arange(start, stop))
        return StyleReading(Features(keys[:, start:stop], remaining), self.sentence[start:stop])


def read(document: Document) -> StyleReading:
    """Tokens and n-grams of the document's prose."""
    text, sentences = document.normalised, document.prose_sentences
    found = [_hashes_of(text[start:end]) for start, end in sentences]
    counts = [len(hashes) // 8 for hashes in found]
    edges = [0, *accumulate(counts)]
    # A paragraph begins where its first sentence does; before the first one there is no token.
    paragraphs = [edges[bisect_left(sentences, (start,))] for start, _ in document.prose[1:]]
    features = _features(np.frombuffer(b"".join(found), dtype=np.uint64), [0, *paragraphs])
    return StyleReading(features, np.repeat(np.arange(len(counts), dtype=np.int32), counts))


class Vocabulary:
    """The known n-grams.

    Args:
        slots: (n_known,) slot of each, all different.
        checks: (n_known,) check number of each.
        idf: (n_known,) inverse document frequencies; 0 for one that does not count.
    """

    def __init__(
        self, slots: NDArray[np.int32], checks: NDArray[np.uint16], idf: NDArray[np.floating[Any]]
    ) -> None:
        self._source: tuple[NDArray[Any], ...] | None = (slots, checks, idf)
        self._kind = idf.dtype
        taken = np.zeros(2**SLOT_BITS, dtype=bool)
        taken[slots[idf > 0]] = True
        # A bit a slot, which a processor keeps at hand: most n-grams are strangers.
        self._taken = np.packbits(taken, bitorder="little")

    def add(self, weights: NDArray[np.floating[Any]]) -> int:
        """The column that will hold a model's weights; no model can be added after a reading.

        Raises:
            RuntimeError: a text was read already.
        """
        if self._source is None:
            raise RuntimeError("a model was added to a vocabulary after its first reading")
        self._source = (*self._source, weights)
        self._kind = np.result_type(self._kind, weights)
        return len(self._source) - 2

    @cached_property
    def _table(self) -> NDArray[np.unsignedinteger[Any]]:
        """(2**SLOT_BITS, n_columns) check, idf and weights of each slot; 0 in the empty ones.

        They stand together, because the table is too large for a processor's cache: one look-up
        takes as long as the sum of the rest. Numbers are held by their bits.
        """
        source = self._source
        if source is None:  # another thread was quicker
            built: NDArray[np.unsignedinteger[Any]] = vars(self)["_table"]
            return built
        slots, checks, *numbers = source
        bits = np.dtype(f"u{self._kind.itemsize}")
        table = np.zeros((2**SLOT_BITS, 1 + len(numbers)), dtype=bits)
        table[slots, 0] = checks
        for column, values in enumerate(numbers, start=1):
            table[slots, column] = np.asarray(values, dtype=self._kind).view(bits)
        return table

    def column(self, rows: NDArray[np.unsignedinteger[Any]], column: int) -> NDArray[np.float32]:
        """(n,) the idf (1) or a model's weights (2 and more) of some rows of the table."""
        numbers = np.ascontiguousarray(rows[:, column]).view(self._kind)
        return numbers.astype(np.float32)

    def occurrences(self, features: Features) -> Occurrences:
        """The occurrences that count, and what each is worth.

        An n-gram is worth (1 + log count) × idf, over the L2 norm of its view; its occurrences
        share that evenly.
        """
        place, apart, rows = self._known(features)
        value = np.empty(len(place))
        if not len(place):
            return Occurrences(place, rows, value)
        # The views one after the other, each by slots, so that equal n-grams stand together.
        apart[np.searchsorted(place, _FIRST_KIND[1] * len(features.left)) :] += 2**SLOT_BITS
        order = np.argsort(apart, kind="stable")  # half the time that the default takes
        apart = apart[order]
        differs = np.ones(len(apart) + 1, dtype=bool)
        np.not_equal(apart[1:], apart[:-1], out=differs[1:-1])
        edges = np.flatnonzero(differs)
        first, counts = edges[:-1], edges[1:] - edges[:-1]
        worth = (1 + np.log(counts)) * self.column(rows, 1)[order[first]]
        middle = int(np.searchsorted(apart[first], 2**SLOT_BITS))
        share = np.empty(len(worth))
        for view in (slice(0, middle), slice(middle, None)):
            norm = np.sqrt(_product(worth[view], worth[view]))
            share[view] = worth[view] / (norm * counts[view])
        value[order] = np.repeat(share, counts)
        return Occurrences(place, rows, value)

    def _known(
        self, features: Features
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.unsignedinteger[Any]]]:
        """Place, slot and row of the known n-grams."""
        keys, left = features
        step = len(keys) if len(left) < _LONG else 1  # kind by kind, a long text takes less memory
        blocks = [
            self._known_of(keys, left, kind, kind + step) for kind in range(0, len(keys), step)
        ]
        self._source = None  # what the table was made from is not needed again
        place, slots, rows = (np.concatenate(part) for part in zip(*blocks, strict=True))
        return place, slots, rows

    def _known_of(
        self, keys: NDArray[np.uint64], left: NDArray[np.int64], first: int, last: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.unsignedinteger[Any]]]:
        """The same of the kinds from ``first`` to ``last``."""
        keys = keys[first:last]
        slots = _slots(keys)
        possible = self._taken[slots >> 3] >> (slots & 7).astype(np.uint8) & 1
        possible &= left >= _LENGTHS[first:last, None]
        place = np.flatnonzero(possible.view(np.bool_))
        keys = keys.ravel()[place]
        slots = _slots(keys)
        rows = self._table.take(slots, axis=0)
        same = np.flatnonzero(rows[:, 0] == _checks(keys))
        place = place[same] + first * len(left)
        return place, slots[same].astype(np.int32), rows.take(same, axis=0)


class StyleModel:
    """Learned weights.

    Args:
        vocabulary: the known n-grams.
        weights: (n_known,) weight of each, in score units.
    """

    def __init__(self, vocabulary: Vocabulary, weights: NDArray[np.floating[Any]]) -> None:
        self.vocabulary = vocabulary
        self._column = vocabulary.add(weights)

    def token_shares(self, reading: StyleReading) -> NDArray[np.float64]:
        """(n_tokens,) each token's share of the style score; their sum is the score.

        An n-gram's share is split evenly over its occurrences and over their tokens.
        """
        n_tokens = len(reading.sentence)
        known = reading.occurrences(self.vocabulary)
        edges = np.searchsorted(known.place, np.arange(len(KINDS) + 1) * n_tokens).tolist()
        sizes = np.diff(edges)
        share = known.value * self._weights_of(known) / np.repeat(_LENGTHS, sizes)
        first = known.place - np.repeat(np.arange(len(KINDS)) * n_tokens, sizes)
        total = np.zeros(n_tokens)
        for shift, kinds in enumerate(_LONGER):
            parts = [slice(edges[left], edges[right]) for left, right in kinds]
            at = np.concatenate([first[part] for part in parts]) + shift
            weights = np.concatenate([share[part] for part in parts])
            total += np.bincount(at, weights=weights, minlength=n_tokens)
        return total

    def score(self, reading: StyleReading) -> float:
        """The style score of a reading: the sum of its token shares, without computing them."""
        known = reading.occurrences(self.vocabulary)
        return float(_product(known.value, self._weights_of(known)))

    def _weights_of(self, known: Occurrences) -> NDArray[np.float32]:
        return self.vocabulary.column(known.rows, self._column)


def _product(a: NDArray[np.floating[Any]], b: NDArray[np.floating[Any]]) -> np.floating[Any]:
    """The inner product in one thread.

    ``a @ b`` wakes a second thread from ten thousand numbers on, which costs more than it saves,
    and whose last digits depend on how many there are.
    """
    product: np.floating[Any] = np.einsum("i,i->", a, b)
    return product
