"""The phrase model: words that are each common and whose company is not.

It points, it does not judge: within a text that is under suspicion it ranks words by how oddly they
stand among their neighbours. It knows how often words, pairs and triples of words occur in English
that people wrote, and for each word a short vector of its usual company: the leading directions of
the words' mutual information (Levy and Goldberg 2014). A quadratic form of these, fitted to errors
that professional translators marked, gives every word a score.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mtdetect import style
from mtdetect.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from mtdetect.text import Document

DIMENSIONS = 32
"""Length of the vectors of words; the first are the most telling."""

REACH = 2
"""Words to each side that a word's features look at."""

COUNT_STEP = 0.05
"""Log counts are stored in steps of so many nats."""

CAP = 4.0
"""Features are cut off so many standard deviations from their mean."""

SMOOTHING = 0.3
"""Errors are spans: this share of the neighbours' scores is added, its square of the next ones'."""

LONGEST_GROUP = 4
"""Words of a group that is shown."""

NAME = "odd_collocation"
"""What findings of the phrase model are called."""

CLAIM = "an unusual combination of common words, worth a second look"
"""The sentence that a report prints under one."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_CHUNK = 8192
_LONGEST_SENTENCE = 4 * _CHUNK


class Tokens(NamedTuple):
    """The tokens of a text, marks among them.

    Attributes:
        texts: (n,) normalised tokens.
        is_word: (n,) whether each is a word or number, not a mark.
        capital: (n,) whether each starts with a capital letter in the text.
        sentence: (n,) number of each token's sentence; they do not fall.
    """

    texts: Sequence[str]
    is_word: NDArray[np.bool_]
    capital: NDArray[np.bool_]
    sentence: NDArray[np.int32]

    @classmethod
    def of(
        cls, texts: Sequence[str], capital: Sequence[bool], sentence: NDArray[np.int32]
    ) -> Tokens:
        """Tokens, told from marks by how they begin."""
        is_word = np.array([text[0].isalnum() for text in texts], dtype=bool)
        return cls(texts, is_word, np.array(capital, dtype=bool), sentence)

    def part(self, first: int, stop: int) -> Tokens:
        """Tokens ``first`` to ``stop``, the latter left out."""
        return Tokens(
            self.texts[first:stop],
            self.is_word[first:stop],
            self.capital[first:stop],
            self.sentence[first:stop],
        )


def ngram_keys(hashes: NDArray[np.uint64], n: int) -> NDArray[np.uint32]:
    """(n_tokens - n + 1,) key of every ``n`` tokens in a row, given the hash of each."""
    running = hashes
    for shift in range(1, n):
        running = running[: max(len(hashes) - shift, 0)]
        running = (running ^ (running >> np.uint64(29))) * _MULTIPLIER + hashes[shift:]
    return ((running * _MULTIPLIER) >> np.uint64(32)).astype(np.uint32)


def quantised(counts: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Counts as the arrays hold them, log(count + 1) in steps of ``COUNT_STEP``."""
    steps = np.round(np.log(counts + 1.0) / COUNT_STEP)
    stored: NDArray[np.uint8] = np.minimum(steps, 255).astype(np.uint8)
    return stored


class Table:
    """How often n-grams occur.

    Args:
        keys: (n_known,) of the n-grams, rising.
        counts: (n_known,) as ``quantised`` gives them.
    """

    def __init__(self, keys: NDArray[np.uint32], counts: NDArray[np.uint8]) -> None:
        self._keys = keys
        # The last place stands for all that is unknown.
        self.log_counts = np.append(counts, np.uint8(0)).astype(np.float32) * np.float32(COUNT_STEP)

    def find(self, keys: NDArray[np.uint32]) -> NDArray[np.intp]:
        """(n,) place of each key in the table, ``n_known`` for an unknown one."""
        if not len(self._keys):
            return np.zeros(len(keys), dtype=np.intp)
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.where(self._keys[places] == keys, places, len(self._keys))


class _Line:
    """The places of tokens in a line, with empty places between the sentences.

    So what stands beside the first or last token of a sentence is nothing, not another sentence.

    Args:
        sentence: (n,) number of each token's sentence.
    """

    def __init__(self, sentence: NDArray[np.int32]) -> None:
        self.first = np.flatnonzero(np.diff(sentence, prepend=sentence[0] - 1))
        sizes = np.diff(self.first, append=len(sentence))
        self.number = np.repeat(np.arange(len(sizes)), sizes)
        self.place = np.arange(len(sentence)) + (self.number + 1) * REACH
        self.size = int(self.place[-1]) + REACH + 1

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """(size,) the tokens' values in their places, zeros in empty ones."""
        row = np.zeros(self.size, dtype=values.dtype)
        row[self.place] = values
        return row

    def around(self, row: NDArray[Any], offsets: Iterable[int]) -> list[NDArray[Any]]:
        """(n,) what stands ``offset`` places after each token, for each offset."""
        return [row[self.place + offset] for offset in offsets]

    def mean(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, ...) mean of ``values`` over each token's sentence."""
        sizes = np.diff(self.first, append=len(values))
        means = np.add.reduceat(values, self.first, axis=0).T / sizes
        mean: NDArray[np.float32] = means.T[self.number].astype(np.float32)
        return mean


class Company:
    """What is known of words and their company, before anything is learned about errors.

    Args:
        arrays: "words", "pairs" and "triples", (n,) keys of the n-grams that are known; their
            counts, "word_counts" and so on; "vectors", (n_words, DIMENSIONS), unit length being
            127; "total", (1,), how many words were counted.
    """

    N_CROSSED = 45
    """So many features, the first, are also multiplied with one another."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._words = Table(arrays["words"], arrays["word_counts"])
        self._pairs = Table(arrays["pairs"], arrays["pair_counts"])
        self._triples = Table(arrays["triples"], arrays["triple_counts"])
        nothing = np.zeros((1, DIMENSIONS), dtype=np.int8)
        self._vectors = np.concatenate([arrays["vectors"], nothing])
        self._log_total = np.float32(np.log(arrays["total"][0]))

    def features(self, tokens: Tokens) -> NDArray[np.float32]:
        """(n_tokens, n_features) of each token in its sentence, the crossed ones first."""
        line = _Line(tokens.sentence)
        hashes = line.spread(style.token_hashes(tokens.texts))
        inside = line.spread(np.ones(len(tokens.texts), dtype=bool))
        words = self._words.find(ngram_keys(hashes, 1))
        words[~inside] = len(self._vectors) - 1
        count = self._words.log_counts[words]
        vector = self._vectors[words].astype(np.float32) / 127

        inside_pair = inside[:-1] & inside[1:]
        inside_triple = inside_pair[:-1] & inside[2:]
        pair = self._pairs.log_counts[self._pairs.find(ngram_keys(hashes, 2))] * inside_pair
        triple = self._triples.log_counts[self._triples.find(ngram_keys(hashes, 3))] * inside_triple
        # log(count + 1) of the pair, were its words drawn without regard to each other.
        chance = np.logaddexp(count[:-1] + count[1:] - self._log_total, 0) * inside_pair
        association = pair - chance
        missing = np.where(pair > 0, 0, chance)
        alike, alike_next = (
            np.einsum("ij,ij->i", vector[:-apart], vector[apart:]) for apart in (1, 2)
        )
        own = vector[line.place]
        subject = line.mean(own)
        subject /= np.linalg.norm(subject, axis=1, keepdims=True) + 1e-6

        mark = line.spread(~tokens.is_word)
        capital = line.spread(tokens.capital)
        crossed = [
            *line.around(count, (-1, 0, 1)),
            *line.around(capital, (-1, 0, 1)),
            *line.around(mark, (-1, 1)),
            *line.around(association, (-1, 0)),
            *line.around(missing, (-1, 0)),
            *line.around(triple, (-1,)),
            *line.around(alike, (-1, 0)),
            np.einsum("ij,ij->i", own, subject),
            np.fromiter(map(len, tokens.texts), dtype=np.float32),
            *own[:, :16].T,
            *vector[line.place - 1, :6].T,
            *vector[line.place + 1, :6].T,
        ]
        single = [
            *line.around(count, (-2, 2)),
            *line.around(capital, (-2, 2)),
            *line.around(mark, (-2, 2)),
            *line.around(inside, (-2, -1, 1, 2)),
            *line.around(pair, (-2, -1, 0, 1)),
            *line.around(association, (-2, 1)),
            *line.around(missing, (-2, 1)),
            *line.around(triple, (-2, 0)),
            *line.around(alike_next, (-2, 0)),
            *vector[line.place - 2, :16].T,
            *vector[line.place - 1, 6:16].T,
            *vector[line.place + 1, 6:16].T,
            *vector[line.place + 2, :16].T,
        ]
        # Feature by feature in memory, which is much the quicker to fill.
        return np.stack([*crossed, *single], dtype=np.float32, casting="same_kind").T


class PhraseModel:
    """Scores of words, high where translators would mark an error.

    Args:
        arrays: those of ``Company``; "mean" and "scale", (n_features,), which standardise the
            features; their weights "linear"; "crossed", (N_CROSSED, N_CROSSED), weights of the
            products of the first; "level", (1,), the score that a tenth of the words in machine
            translations exceed.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._company = Company(arrays)
        self._mean, self._scale = arrays["mean"], arrays["scale"]
        self._linear, self._crossed = arrays["linear"], arrays["crossed"]
        self.level = float(arrays["level"][0])

    def scores(self, tokens: Tokens) -> NDArray[np.float32]:
        """(n_tokens,) how odd each token is where it stands; minus infinity for marks."""
        if not len(tokens.texts):
            return np.zeros(0, dtype=np.float32)
        parts = [self._scores(part) for part in _cut(tokens)]
        return np.concatenate(parts)

    def _scores(self, tokens: Tokens) -> NDArray[np.float32]:
        x = standardised(self._company.features(tokens), self._mean, self._scale)
        first = x[:, : self._company.N_CROSSED]
        raw = x @ self._linear + np.einsum("ij,ij->i", first @ self._crossed, first)
        return smoothed(raw, tokens)


def standardised(
    features: NDArray[np.float32], mean: NDArray[np.float32], scale: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Features with mean 0 and deviation 1, cut off at ``CAP``."""
    cut: NDArray[np.float32] = np.clip((features - mean) / scale, -CAP, CAP)
    return cut


def smoothed(raw: NDArray[np.float32], tokens: Tokens) -> NDArray[np.float32]:
    """(n_tokens,) scores with a share of their neighbours'; minus infinity for marks."""
    line = _Line(tokens.sentence)
    row = line.spread(np.where(tokens.is_word, raw, 0).astype(np.float32))
    far_left, left, right, far_right = line.around(row, (-2, -1, 1, 2))
    near = SMOOTHING * (left + right) + SMOOTHING**2 * (far_left + far_right)
    return np.where(tokens.is_word, raw + near, -np.inf).astype(np.float32)


def _cut(tokens: Tokens) -> Iterable[Tokens]:
    """The tokens in portions of whole sentences, so that a long text takes no more memory.

    Only what is no sentence, a list of thousands of words without a stop, is cut inside.
    """
    n = len(tokens.texts)
    starts = np.flatnonzero(np.diff(tokens.sentence, prepend=tokens.sentence[0] - 1))
    wanted = np.arange(0, n, _CHUNK)
    # Not np.unique, which imports masked arrays when it is first called.
    chosen = sorted(set((np.searchsorted(starts, wanted, side="right") - 1).tolist()))
    edges = [*starts[chosen].tolist(), n]
    for start, stop in pairwise(edges):
        for first in range(start, stop, _LONGEST_SENTENCE):
            yield tokens.part(first, min(first + _LONGEST_SENTENCE, stop))


def tokens_of(document: Document) -> tuple[Tokens, list[Span]]:
    """The tokens of the document's prose, as the style model has them, and where they stand."""
    text = document.normalised
    spans: list[Span] = []
    sizes = []
    for start, end in document.prose_sentences:
        found = [Span(*match.span()) for match in style.TOKEN.finditer(text, start, end)]
        spans += found
        sizes.append(len(found))
    texts = [text[start:end] for start, end in spans]
    capital = [document.text[span.start].isupper() for span in spans]
    sentence = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    return Tokens.of(texts, capital, sentence), spans


class OddGroup(NamedTuple):
    """A few words in a row that do not go together.

    Attributes:
        first, last: indices of its first and last token.
        score: mean of its words' scores.
    """

    first: int
    last: int
    score: float

    def span(self, spans: Sequence[Span]) -> Span:
        """Where the group stands, given where the tokens do."""
        return Span(spans[self.first].start, spans[self.last].end)


def odd_groups(
    tokens: Tokens, scores: NDArray[np.float32], *, level: float, most: int
) -> list[OddGroup]:
    """The oddest word groups of a text or passage, in text order.

    A group is a run of two to ``LONGEST_GROUP`` words of one sentence, no mark among them, that all
    score above ``level``; of a longer run the part with the highest mean is taken. Words with a
    capital are left out: names keep odd company in every text.

    Args:
        tokens: of the text.
        scores: (n_tokens,) as ``PhraseModel.scores`` gives them.
        level: usually the model's.
        most: how many groups to give.
    """
    odd = (scores > level) & ~tokens.capital
    groups = []
    for (is_odd, _), run in groupby(range(len(odd)), lambda i: (odd[i], tokens.sentence[i])):
        members = list(run)
        if not is_odd or len(members) < 2:
            continue
        size = min(len(members), LONGEST_GROUP)
        means = np.convolve(scores[members], np.full(size, 1 / size), mode="valid")
        best = int(np.argmax(means))
        groups.append(OddGroup(members[best], members[best + size - 1], float(means[best])))
    return sorted(sorted(groups, key=lambda group: -group.score)[:most])


def odd_spans(
    document: Document, model: PhraseModel, stretches: Iterable[Span], *, most: int
) -> list[Span]:
    """Where the ``most`` oddest word groups of each stretch of the document are, in text order.

    Stretches are in text order, do not overlap and begin and end with sentences, as passages do.
    """
    tokens, spans = tokens_of(document)
    starts = [span.start for span in spans]
    found = []
    for stretch in stretches:
        first, stop = bisect_left(starts, stretch.start), bisect_left(starts, stretch.end)
        part, places = tokens.part(first, stop), spans[first:stop]
        groups = odd_groups(part, model.scores(part), level=model.level, most=most)
        found += [group.span(places) for group in groups]
    return found
