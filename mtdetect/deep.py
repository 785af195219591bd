"""A second opinion: a small transformer encoder that reads what the style model reads.

Nothing needs it. It is a file of its own beside the model, ``NAME.deep.onnx`` with its header
``NAME.deep.json``, and runs on ONNX Runtime (``pip install "mtdetect[deep]"``). It knows word order
over a whole window where the style model knows five words in a row, and gives no reasons: its say
is one contribution to the sum, "second_opinion", with a calibration and thresholds of its own.

An encoder pretrained on other English (all-MiniLM-L6-v2) was trained further, to tell machine
translations from English by people, above all from their own human twins: see
``scripts/train_deep.py``. Source of the idea: Pylypenko and others, Comparing Feature-Engineering
and Feature-Learning Approaches for Multilingual Translationese Classification, EMNLP 2021.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mtdetect import model, style
from mtdetect.calibration import Calibration, Thresholds
from mtdetect.model import ModelError
from mtdetect.report import ModelId

if TYPE_CHECKING:
    from pathlib import Path

    from mtdetect.text import Document

FORMAT: Final = 1

WINDOW: Final = 126
"""Word pieces read at a time, besides the two that mark the ends: what it was trained on."""

VOCABULARY: Final = "vocabulary"
"""Key of the word pieces in the file's metadata, one a line."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the header says of how the opinion counts.

    Attributes:
        model: what reports call a model with this opinion.
        belongs_to: SHA-256 of the arrays of the model that it was calibrated with.
        calibration: of the style score beside the opinion.
        opinion: of the opinion; its offset is none.
        thresholds: of the operating points.
    """

    model: ModelId
    belongs_to: str
    calibration: Calibration
    opinion: Calibration
    thresholds: Thresholds

    @classmethod
    def from_header(cls, header: dict[str, Any]) -> Settings:
        """Read them from a parsed header.

        Raises:
            KeyError, TypeError, ValueError: something in it is missing or not what it should be.
        """
        if header["format"] != FORMAT:
            raise ValueError(f"its format is {header['format']!r}, and {FORMAT} is read")
        for name in ("name", "version", "sha256", "belongs_to"):
            if not isinstance(header[name], str):
                raise TypeError(f"{name} is not a string")
        model.check_calibration(header["calibration"], "calibration")
        model.check_terms(header["opinion"], "opinion")
        model.check_thresholds(header["thresholds"])
        return cls(
            model=ModelId(header["name"], header["version"], header["sha256"]),
            belongs_to=header["belongs_to"],
            **counting(header),
            thresholds=Thresholds.from_header(header["thresholds"]),
        )


def counting(header: dict[str, Any]) -> dict[str, Calibration]:
    """How the style score and the opinion count, from their parts of a header."""
    return {
        "calibration": Calibration.from_header(header["calibration"]),
        "opinion": Calibration(tuple(header["opinion"]), (0.0, 0.0, 0.0)),
    }


def beside(path: Path) -> Path:
    """Where the second opinion of the model at ``path`` (its ``.npz``) stands."""
    return path.with_suffix(".deep.onnx")


class Encoder:
    """A loaded network; may be shared between threads and sent to other processes.

    Args:
        path: of the ONNX file.
        sha256: what its digest must be; None for whatever it is.

    Raises:
        ModelError: a library or the file is missing, or the file is damaged or another one.
    """

    def __init__(self, path: Path, sha256: str | None = None) -> None:
        self.path = path
        self.sha256, self._network, self._pieces = _loaded(path, sha256)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.path,)

    def score(self, document: Document, first: int = 0, last: int | None = None) -> float:
        """Mean log-odds, not calibrated, over the windows of some prose sentences.

        Args:
            document: the text.
            first: index of the first sentence.
            last: index of the last one, itself included; the document's last by default.
        """
        sentences = document.prose_sentences[first : None if last is None else last + 1]
        text = " ".join(folded(document.normalised[slice(*span)]) for span in sentences)
        ends = self._pieces.token_to_id("[CLS]"), self._pieces.token_to_id("[SEP]")
        readable = text.encode(errors="replace").decode()  # without halves of surrogate pairs
        windows = cut(self._pieces.encode(readable, add_special_tokens=False).ids, ends)
        # One by one: numbers are rounded to 8 bits by the range of all that is read together.
        said = [float(self._network.run(None, {"ids": ids[None]})[0][0]) for ids in windows]
        return sum(said) / len(said)


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """The encoder and how what it says counts."""

    encoder: Encoder
    settings: Settings

    def log_odds(
        self, document: Document, words: int, first: int = 0, last: int | None = None
    ) -> float:
        """What the encoder says of some sentences, of ``words`` words: see ``Encoder.score``."""
        return self.settings.opinion.scale(words) * self.encoder.score(document, first, last)


def load(path: Path) -> SecondOpinion:
    """Read the network at ``path`` and the header beside it.

    Raises:
        ModelError: a library or a file is missing, or a file is damaged.
    """
    try:
        settings = Settings.from_header(read_header(path))
    except KeyError as error:
        raise ModelError(f"{path.with_suffix('.json')}: {error} is missing") from error
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ModelError(f"{path.with_suffix('.json')}: {error}") from error
    return SecondOpinion(Encoder(path, settings.model.sha256), settings)


def folded(text: str) -> str:
    """Normalised text as the encoder reads it: spelling and numbers like those of the style model.

    So it cannot go by a publisher's choices either; see ``style.canonical``.
    """
    return style.TOKEN.sub(lambda match: style.canonical(match.group()), text)


def cut(pieces: list[int], ends: tuple[int, int]) -> list[np.ndarray[Any, np.dtype[np.int64]]]:
    """Windows of at most ``WINDOW`` pieces between the marks of the ends.

    All of a text's windows have one length; they overlap where it is no multiple of that.
    """
    number = max(1, -(-len(pieces) // WINDOW))
    starts = np.linspace(0, max(0, len(pieces) - WINDOW), number).round().astype(int)
    opening, closing = ends
    return [
        np.array([opening, *pieces[start : start + WINDOW], closing], dtype=np.int64)
        for start in starts
    ]


def tokenizer(vocabulary: list[str]) -> Any:  # noqa: ANN401 - a library that few have
    """The word pieces' tokenizer: lower case, no accents, longest piece first.

    Raises:
        ImportError: the library is missing.
    """
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers  # noqa: PLC0415 - optional

    places = {piece: place for place, piece in enumerate(vocabulary)}
    made = Tokenizer(models.WordPiece(places, unk_token="[UNK]"))  # noqa: S106 - a word piece
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return made


def read_header(path: Path) -> dict[str, Any]:
    """The header beside the network at ``path``, as it was written.

    Raises:
        ModelError: it is missing or no JSON.
    """
    header = path.with_suffix(".json")
    try:
        found = json.loads(header.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"no second opinion: {header}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{header}: not the header of a second opinion: {error}") from error
    if not isinstance(found, dict):
        raise ModelError(f"{header}: not the header of a second opinion")
    return found


def _loaded(path: Path, expected: str | None) -> tuple[str, Any, Any]:
    """The file's digest, ONNX Runtime's session and the tokenizer."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}") from error
    sha256 = hashlib.sha256(content).hexdigest()
    if expected not in {None, sha256}:
        raise ModelError(f"{path}: its SHA-256 is not the one that {path.stem}.json states")
    try:
        import onnxruntime  # noqa: PLC0415 - optional

        options = onnxruntime.SessionOptions()
        # One thread: texts are shared out among processes, and sums are added in one order.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors: it would write to standard error as it likes
        network = onnxruntime.InferenceSession(content, options, ["CPUExecutionProvider"])
        vocabulary = network.get_modelmeta().custom_metadata_map[VOCABULARY].split("\n")
        return sha256, network, tokenizer(vocabulary)
    except ImportError as error:
        raise ModelError(
            'a second opinion needs ONNX Runtime and tokenizers: pip install "mtdetect[deep]"'
        ) from error
    except Exception as error:  # the runtime's own errors have no common base
        raise ModelError(f"{path}: not a network that this package reads") from error
