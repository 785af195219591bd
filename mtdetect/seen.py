"""Which texts a model was made from: a set of hashed sentences, without a word of the texts.

What a model says of texts that it was trained or calibrated on flatters: a threshold set on them
would be too low for new ones. So ``mtdetect calibrate`` asks of every text whether it was among
them. Of the sentences of the human texts one in ``ONE_IN`` is kept, chosen by its own hash, so that
the same ones are looked up in a text to be asked about (content-defined sampling, as in: Manber,
Finding similar files in a large file system, USENIX 1994).

Ships beside the model, as NAME.seen.npz; made by ``scripts/make_seen.py``.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

import numpy as np

from mtdetect.model import ModelError, default_path
from mtdetect.text.normalise import normalise
from mtdetect.text.paragraphs import split_paragraphs
from mtdetect.text.sentences import split_sentences
from mtdetect.text.words import split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

ONE_IN: Final = 4
"""Of so many sentences one is kept: of a short article, four or five."""

FEWEST_WORDS: Final = 8
"""Shorter sentences are anyone's."""

SEEN_FROM: Final = 0.5
"""A text was seen when at least this share of its kept sentences was; a quotation is less."""

_BITS: Final = 32
"""Of each hash. With n kept, a sentence that was not seen passes for seen n times in 2**32: one in
66,000 for the 65,000 of the shipped model."""

_DAMAGE = (ValueError, TypeError, KeyError, EOFError, OSError, zipfile.BadZipFile, zlib.error)


def marks(text: str) -> Iterator[int]:
    """The hashes of the sentences of ``text`` that are kept, in order.

    Case, punctuation, line breaks and the shape of quotation marks do not count.
    """
    low = normalise(text)
    for paragraph in split_paragraphs(text):
        for start, end in split_sentences(text, *paragraph):
            sentence = low[start:end]
            words = [word.of(sentence) for word in split_words(sentence)]
            if len(words) < FEWEST_WORDS:
                continue
            content = " ".join(words).encode("utf-8", "replace")
            hashed = int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "big")
            if hashed % ONE_IN == 0:
                yield hashed // ONE_IN % 2**_BITS


class SeenTexts:
    """The marks of all human texts that a model was trained or calibrated on.

    Args:
        kept: any order, repeated or not.
        corpora: fingerprint of the manifest that they were read by.
    """

    def __init__(self, kept: Iterable[int], *, corpora: str = "") -> None:
        self._kept: NDArray[np.uint32] = np.array(sorted(set(kept)), dtype=np.uint32)
        self.corpora = corpora

    def __len__(self) -> int:
        """How many sentences are known."""
        return len(self._kept)

    def share_seen(self, text: str) -> float | None:
        """Which share of the text's kept sentences was seen; None where it has none to ask by."""
        asked = np.array(list(marks(text)), dtype=np.uint32)
        if not len(asked):
            return None
        return float(np.isin(asked, self._kept).mean())

    def was_seen(self, text: str) -> bool:
        """Whether ``text``, or most of it, was among the texts. No where it cannot be told."""
        return (self.share_seen(text) or 0.0) >= SEEN_FROM

    def save(self, path: Path) -> None:
        """Write the file; the same content gives the same bytes."""
        buffer = io.BytesIO()
        corpora = np.frombuffer(bytes.fromhex(self.corpora), dtype=np.uint8)
        np.savez_compressed(buffer, kept=self._kept, corpora=corpora)
        path.write_bytes(buffer.getvalue())

    @classmethod
    def load(cls, path: Path) -> SeenTexts:
        """Read what ``save`` wrote.

        Raises:
            ModelError: the file is missing or damaged.
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ModelError(f"{path}: {error.strerror}") from error
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as archive:
                kept, corpora = archive["kept"], archive["corpora"]
            if (kept.dtype, kept.ndim, corpora.dtype) != (np.uint32, 1, np.uint8):
                raise ValueError("other arrays")
        except _DAMAGE as error:  # NumPy's own words would advise to allow pickles
            raise ModelError(f"{path}: damaged, or not a record of texts that were seen") from error
        return cls(kept.tolist(), corpora=corpora.tobytes().hex())


def beside(model: Path) -> Path:
    """Where the texts seen by the model at ``model`` are kept."""
    return model.with_suffix(".seen.npz")


def shipped() -> SeenTexts:
    """The texts that the shipped model was made from."""
    return SeenTexts.load(beside(default_path()))
