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
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mtdetect.text.spelling import fold_spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
_SALTS = tuple(
    np.uint64(zlib.crc32(f"{view} {n}".encode()) * 0xA0761D6478BD642F & (2**64 - 1))
    for view, n in KINDS
)
_LENGTHS = np.array([n for _, n in KINDS], dtype=np.int32)
_FIRST_KIND = tuple(sum(map(len, VIEWS[:view])) for view in range(len(VIEWS) + 1))


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


def tokenize(text: str) -> list[str]:
    """The tokens of normalised text."""
    return TOKEN.findall(text)


def token_hashes(tokens: Iterable[str]) -> NDArray[np.uint64]:
    """(n_tokens,) hash of each token."""
    return np.fromiter(map(_HASHES.__getitem__, tokens), dtype=np.uint64)


def ngram_keys(hashes: NDArray[np.uint64]) -> Iterator[NDArray[np.uint64]]:
    """The 64-bit key of every n-gram of a token sequence, by kind; n-gram i starts at token i."""
    masked = np.where(hashes & np.uint64(1), hashes, _BLANK)
    for salt, (view, n) in zip(_SALTS, KINDS, strict=True):
        tokens = masked if view else hashes
        if n == VIEWS[view][0]:
            running = tokens
            for shift in range(1, n):
                running = _extended(running, tokens[shift:])
        else:
            running = _extended(running, tokens[n - 1 :])
        yield (running ^ salt) * _MULTIPLIER


def _extended(running: NDArray[np.uint64], following: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Hashes of n-grams made one token longer."""
    running = running[: len(following)]
    mixed: NDArray[np.uint64] = (running ^ (running >> np.uint64(29))) * _MULTIPLIER + following
    return mixed


def slot_and_check(keys: NDArray[np.uint64]) -> tuple[NDArray[np.int32], NDArray[np.uint16]]:
    """(n,) slot of each key in the table, and the number that tells it from others of the slot."""
    slots = (keys >> np.uint64(64 - SLOT_BITS)).astype(np.int32)
    checks = ((keys >> np.uint64(24)) & np.uint64(0xFFFF)).astype(np.uint16)
    return slots, checks


class Features(NamedTuple):
    """The n-gram occurrences of a token sequence, kind by kind, each in text order.

    Attributes:
        slots: (n,) slots of the table.
        checks: (n,) check numbers.
        first: (n,) index of each n-gram's first token.
        kind: (n,) index into ``KINDS``.
    """

    slots: NDArray[np.int32]
    checks: NDArray[np.uint16]
    first: NDArray[np.int32]
    kind: NDArray[np.int8]


def ngrams(tokens: Iterable[str], segments: NDArray[np.int32] | None = None) -> Features:
    """All n-grams of ``tokens``, of every kind.

    Args:
        tokens: normalised tokens.
        segments: (n_tokens,) paragraph number of each token; no n-gram crosses paragraphs.
    """
    hashes = token_hashes(tokens)
    starts = _ngram_starts(len(hashes), segments)
    sizes = [len(starts[n]) for _, n in KINDS]
    edges = [0, *accumulate(sizes)]
    keys = np.empty(edges[-1], dtype=np.uint64)
    for (_, n), found, left, right in zip(
        KINDS, ngram_keys(hashes), edges[:-1], edges[1:], strict=True
    ):
        keys[left:right] = found[starts[n]]
    kind = np.repeat(np.arange(len(KINDS), dtype=np.int8), sizes)
    return Features(*slot_and_check(keys), np.concatenate([starts[n] for _, n in KINDS]), kind)


def _ngram_starts(
    n_tokens: int, segments: NDArray[np.int32] | None
) -> dict[int, NDArray[np.int32]]:
    """By length, the indices of the tokens that begin an n-gram of one paragraph."""
    at = np.arange(n_tokens, dtype=np.int32)
    left = n_tokens - at
    if segments is not None and n_tokens and segments[0] != segments[-1]:
        # Where each token's paragraph ends, less where it stands.
        breaks = np.flatnonzero(segments[1:] != segments[:-1]) + 1
        edges = np.concatenate([[0], breaks, [n_tokens]]).astype(np.int32)
        left = np.repeat(edges[1:], np.diff(edges)) - at
    return {n: at[left >= n] for n in range(1, int(_LENGTHS.max()) + 1)}


Occurrences = tuple["NDArray[np.int64]", "NDArray[np.float64]"]
"""Which n-grams of a reading are known, and what each is worth: see ``Vocabulary``."""


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
        f = self.features
        # n-grams stand kind by kind, each in text order: every kind's share is one slice.
        edges = np.searchsorted(f.kind, np.arange(len(KINDS) + 1))
        parts = []
        for (_, n), left, right in zip(KINDS, edges[:-1], edges[1:], strict=True):
            places = f.first[left:right]
            parts.append(np.arange(*(left + np.searchsorted(places, (start, stop - n + 1)))))
        inside = np.concatenate(parts)
        features = Features(
            f.slots[inside], f.checks[inside], f.first[inside] - np.int32(start), f.kind[inside]
        )
        return StyleReading(features, self.sentence[start:stop])


def read(document: Document) -> StyleReading:
    """Tokens and n-grams of the document's prose."""
    text = document.normalised
    tokens: list[str] = []
    counts = []
    for span in document.prose_sentences:
        found = TOKEN.findall(text, span.start, span.end)
        counts.append(len(found))
        tokens += found
    sentence = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    starts = [span.start for span in document.prose_sentences]
    paragraph = np.searchsorted([span.start for span in document.prose], starts, side="right")
    return StyleReading(ngrams(tokens, paragraph[sentence].astype(np.int32)), sentence)


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
        self.slots = slots
        self._checks = self.table(checks)
        self._idf = self.table(idf)
        taken = np.zeros(2**SLOT_BITS, dtype=bool)
        taken[slots[idf > 0]] = True
        # A bit a slot, which a processor keeps at hand: most n-grams are strangers.
        self._taken = np.packbits(taken, bitorder="little")

    def table(self, values: NDArray[Any]) -> NDArray[Any]:
        """(2**SLOT_BITS,) the values of the known n-grams by slot, 0 elsewhere."""
        table = np.zeros(2**SLOT_BITS, dtype=values.dtype)
        table[self.slots] = values
        return table

    def occurrences(self, features: Features) -> Occurrences:
        """The occurrences that count, and what each is worth.

        An n-gram is worth (1 + log count) × idf, over the L2 norm of its view; its occurrences
        share that evenly.

        Returns:
            (n_known_occurrences,) indices into ``features``, and their values.
        """
        slots = features.slots
        taken = (self._taken[slots >> 3] >> (slots & 7).astype(np.uint8)) & 1
        known = np.flatnonzero(taken.view(np.bool_))
        slots = slots[known]
        same = self._checks[slots] == features.checks[known]
        known, slots = known[same], slots[same]
        values = np.empty(len(known))
        if not len(known):
            return known, values
        # The views one after the other, each by slots, so that equal n-grams stand together.
        second = features.kind[known] >= _FIRST_KIND[1]
        places = slots + (second.astype(np.int32) << SLOT_BITS)
        order = np.argsort(places)
        places = places[order]
        differs = np.ones(len(places) + 1, dtype=bool)
        np.not_equal(places[1:], places[:-1], out=differs[1:-1])
        edges = np.flatnonzero(differs)
        first, counts = edges[:-1], edges[1:] - edges[:-1]
        distinct = places[first]
        idf = self._idf[distinct & (2**SLOT_BITS - 1)].astype(np.float32)
        worth = (1 + np.log(counts)) * idf
        middle = int(np.searchsorted(distinct, 2**SLOT_BITS))
        share = np.empty(len(worth))
        for view in (slice(0, middle), slice(middle, None)):
            norm = np.sqrt(_product(worth[view], worth[view]))
            share[view] = worth[view] / (norm * counts[view])
        values[order] = np.repeat(share, counts)
        return known, values


class StyleModel:
    """Learned weights.

    Args:
        vocabulary: the known n-grams.
        weights: (n_known,) weight of each, in score units.
    """

    def __init__(self, vocabulary: Vocabulary, weights: NDArray[np.floating[Any]]) -> None:
        self.vocabulary = vocabulary
        self._weights = vocabulary.table(weights)

    def token_shares(self, reading: StyleReading) -> NDArray[np.float64]:
        """(n_tokens,) each token's share of the style score; their sum is the score.

        An n-gram's share is split evenly over its occurrences and over their tokens.
        """
        features = reading.features
        known, values = reading.occurrences(self.vocabulary)
        kind = features.kind[known]
        share = values * self._weights_of(features.slots[known]) / _LENGTHS[kind]
        first = features.first[known]
        n_tokens = len(reading.sentence)
        total = np.zeros(n_tokens)
        edges = np.searchsorted(kind, np.arange(len(KINDS) + 1)).tolist()
        for shift in range(_LENGTHS.max()):
            # The n-grams that are longer than that; of each view they stand together.
            longer = [
                slice(edges[start + sum(n <= shift for n in lengths)], edges[start + len(lengths)])
                for start, lengths in zip(_FIRST_KIND, VIEWS, strict=False)
            ]
            at = np.concatenate([first[part] for part in longer]) + shift
            weights = np.concatenate([share[part] for part in longer])
            total += np.bincount(at, weights=weights, minlength=n_tokens)
        return total

    def score(self, reading: StyleReading) -> float:
        """The style score of a reading: the sum of its token shares, without computing them."""
        known, values = reading.occurrences(self.vocabulary)
        return float(_product(values, self._weights_of(reading.features.slots[known])))

    def _weights_of(self, slots: NDArray[np.int32]) -> NDArray[np.float32]:
        weights: NDArray[np.float32] = self._weights[slots].astype(np.float32)
        return weights


def _product(a: NDArray[np.floating[Any]], b: NDArray[np.floating[Any]]) -> np.floating[Any]:
    """The inner product in one thread.

    ``a @ b`` wakes a second thread from ten thousand numbers on, which costs more than it saves,
    and whose last digits depend on how many there are.
    """
    product: np.floating[Any] = np.einsum("i,i->", a, b)
    return product
