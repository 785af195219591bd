"""The style model: weights over hashed word n-grams of normalised text.

A text's features are the 1- to 3-grams of its tokens, hashed into ``2**BITS`` buckets; its style
score is the tf-idf weighted sum (sub-linear term frequency, L2 norm) of the learned weights. The
score is linear once the text is fixed, so every token's share of it is known exactly.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mtdetect.text.spelling import fold_spelling

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from mtdetect.text import Document

BITS = 20
ORDERS = 3
TOKEN = re.compile(
    r"(?:mrs?|ms|dr|st)\.(?!\w)|per ?cent\b|[^\W\d_]+(?:'[^\W\d_]+)*|\d+|[%.,;:()\"?!-]"
)
"""Words, numbers and the marks that structure a sentence; read from normalised text."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_ORDER_SALT = tuple(np.uint64(s) for s in (0, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F))


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


class _TokenHashes(dict[str, int]):
    """Token to 64-bit hash, computed once a token.

    Bounded: a stream of ever new tokens must not grow the memory of a long-lived process.
    """

    LIMIT = 400_000

    def __missing__(self, token: str) -> int:
        if len(self) >= self.LIMIT:
            self.clear()
        form = canonical(token)
        value = zlib.crc32(form.encode("utf-8", "surrogatepass")) * 0x9E3779B97F4A7C15 & (2**64 - 1)
        self[token] = value
        return value


_HASHES = _TokenHashes()


def tokenize(text: str) -> list[str]:
    """The tokens of normalised text."""
    return TOKEN.findall(text)


class Features(NamedTuple):
    """The n-gram occurrences of a token sequence.

    Attributes:
        buckets: (n,) hash buckets.
        first: (n,) index of each n-gram's first token.
        order: (n,) how many tokens each has, 1 to ``ORDERS``.
    """

    buckets: NDArray[np.int32]
    first: NDArray[np.int32]
    order: NDArray[np.int32]


def ngrams(tokens: Iterable[str], segments: NDArray[np.int32] | None = None) -> Features:
    """All 1- to 3-grams of ``tokens``.

    Args:
        tokens: normalised tokens.
        segments: (n_tokens,) paragraph number of each token; no n-gram crosses paragraphs.
    """
    hashes = np.fromiter(map(_HASHES.__getitem__, tokens), dtype=np.uint64)
    buckets, first, order = [], [], []
    running = hashes
    for n in range(1, ORDERS + 1):
        if n > 1:
            running = (running[:-1] ^ (running[:-1] >> np.uint64(29))) * _MULTIPLIER
            running += hashes[n - 1 :]
        bucket = ((running ^ _ORDER_SALT[n - 1]) * _MULTIPLIER) >> np.uint64(64 - BITS)
        position = np.arange(len(bucket), dtype=np.int32)
        if n > 1 and segments is not None and len(segments) and segments[0] != segments[-1]:
            inside = segments[: len(bucket)] == segments[n - 1 :]
            bucket, position = bucket[inside], position[inside]
        buckets.append(bucket.astype(np.int32))
        first.append(position)
        order.append(np.full(len(bucket), n, dtype=np.int32))
    return Features(np.concatenate(buckets), np.concatenate(first), np.concatenate(order))


class StyleReading(NamedTuple):
    """What the style model saw in a document's prose.

    Attributes:
        features: n-grams over the prose tokens.
        sentence: (n_tokens,) index into ``document.prose_sentences`` of each token.
    """

    features: Features
    sentence: NDArray[np.int32]

    def between(self, first: int, last: int) -> StyleReading:
        """The reading of sentences ``first`` to ``last`` alone, both included."""
        start, stop = np.searchsorted(self.sentence, (first, last + 1))
        f = self.features
        # n-grams stand order by order, each in text order: every order's share is one slice.
        parts = []
        for n in range(1, ORDERS + 1):
            left, right = np.searchsorted(f.order, (n, n + 1))
            places = f.first[left:right]
            parts.append(np.arange(*(left + np.searchsorted(places, (start, stop - n + 1)))))
        inside = np.concatenate(parts)
        features = Features(f.buckets[inside], f.first[inside] - np.int32(start), f.order[inside])
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


class StyleModel:
    """Learned weights.

    Args:
        idf: (2**BITS,) inverse document frequencies; 0 for buckets that training did not keep.
        weights: (2**BITS,) weight of each bucket, in score units.
    """

    def __init__(self, idf: NDArray[np.float32], weights: NDArray[np.float32]) -> None:
        self.idf = idf
        self.weights = weights

    def token_shares(self, reading: StyleReading) -> NDArray[np.float64]:
        """(n_tokens,) each token's share of the style score; their sum is the score.

        An n-gram's share is split evenly over its occurrences and over their tokens.
        """
        features = reading.features
        n_tokens = len(reading.sentence)
        if not len(features.buckets):
            return np.zeros(n_tokens)
        distinct, where, counts = np.unique(
            features.buckets, return_inverse=True, return_counts=True
        )
        values = (1 + np.log(counts)) * self.idf[distinct]
        norm = float(np.sqrt(values @ values)) or 1.0
        share = (values * self.weights[distinct] / (norm * counts))[where] / features.order
        total = np.zeros(n_tokens)
        for shift in range(ORDERS):
            covering = features.order > shift
            total += np.bincount(
                features.first[covering] + shift, weights=share[covering], minlength=n_tokens
            )
        return total

    def score(self, reading: StyleReading) -> float:
        """The style score of a reading: the sum of its token shares, without computing them."""
        if not len(reading.features.buckets):
            return 0.0
        distinct, counts = np.unique(reading.features.buckets, return_counts=True)
        values = (1 + np.log(counts)) * self.idf[distinct]
        norm = float(np.sqrt(values @ values)) or 1.0
        return float(values @ self.weights[distinct]) / norm
