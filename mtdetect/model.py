"""The model file: ``NAME.npz`` (arrays) beside ``NAME.json`` (everything a person can read).

Loading runs no code from the file: arrays are read with ``allow_pickle=False`` and their digest
must be the one that the JSON states.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mtdetect.phrases import PhraseModel

FORMAT = 3

PHRASES = "phrases_"
"""What the names of the phrase model's arrays begin with."""

# What reading an archive raises, by the place of the damage.
_DAMAGE = (
    *(ValueError, TypeError, AttributeError, KeyError, EOFError, OSError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error),
)


class ModelError(Exception):
    """A model file is missing, damaged, or made for another version of this package."""


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded model: the JSON header as written by training, the arrays by name, the phrases."""

    header: dict[str, Any]
    arrays: dict[str, NDArray[Any]]
    phrases: PhraseModel | None = None


def default_path() -> Path:
    """The shipped model: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / "models" / "en.npz"
    return installed if installed.exists() else package.parent / "models" / "en.npz"


def read_header(path: Path) -> dict[str, Any]:
    """The JSON header that belongs to the arrays at ``path``, without reading the arrays.

    Raises:
        ModelError: it is missing, not JSON, or of another format version.
    """
    if not path.name:
        raise ModelError(f"{path}: not a file")
    header_path = path.with_suffix(".json")
    try:
        header = json.loads(header_path.read_text(encoding="utf-8"))
    except OSError as error:
        if not isinstance(error, FileNotFoundError):
            missing = f"{header_path}"
        elif path.exists():
            missing = f"{header_path} (the header of {path.name})"
        else:
            missing = f"{path}, {header_path.name}"
        raise ModelError(f"{missing}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{header_path}: not a model header ({error})") from error
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        found = header.get("format") if isinstance(header, dict) else None
        raise ModelError(f"{header_path}: model format {found}, this package reads {FORMAT}")
    return header


def checked_header(path: Path) -> dict[str, Any]:
    """As ``read_header``, and everything in it that is used has the right shape.

    Raises:
        ModelError: as there, or something is missing or of the wrong kind or number.
    """
    header = read_header(path)
    try:
        _check(header)
    except KeyError as error:
        problem = f"{error} is missing"
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        problem = str(error)
    else:
        return header
    raise ModelError(f"{path.with_suffix('.json')}: not a usable model header: {problem}")


def _check(header: dict[str, Any]) -> None:
    for name in ("name", "version", "sha256"):
        _require(isinstance(header[name], str), f"{name} is not a string")
    for part in ("calibration", "translated_calibration"):
        check_calibration(header[part], part)
    check_thresholds(header["thresholds"])
    settings = header["chain"]
    for side in ("human", "machine"):
        _, deviation = _numbers(settings[side], f"chain.{side}", 2)
        _require(deviation > 0, f"chain.{side} does not spread")
    _numbers([settings["tie"], settings["spread"]], "chain")
    _require(settings["spread"] > 0, "chain.spread is not positive")
    rates = [header["damaged_share"], *(settings[key] for key in ("mixed", "within", "between"))]
    _numbers(rates, "damaged_share or chain")
    _require(all(0 < rate < 1 for rate in rates), "damaged_share or chain lies outside 0 to 1")
    for name, entry in header["signals"].items():
        _numbers([entry[key] for key in ("weight", "machine_rate", "human_rate")], name)


def check_calibration(part: dict[str, Any], name: str) -> None:
    """Raises KeyError, TypeError or ValueError, with ``name``, unless it is one of a header."""
    for terms in ("scale", "offset"):
        check_terms(part[terms], f"{name}.{terms}")


def check_terms(terms: object, name: str) -> None:
    """Raises TypeError or ValueError, with ``name``, unless they are the three of a polynomial."""
    _numbers(terms, name, 3)


def check_thresholds(grid: dict[str, Any]) -> None:
    """Raises KeyError, TypeError or ValueError unless it is a grid of thresholds."""
    for axis in ("words", "fpr"):
        steps = _numbers(grid[axis], f"thresholds.{axis}")
        rising = all(a < b for a, b in pairwise(steps))
        _require(bool(steps) and steps[0] > 0 and rising, f"thresholds.{axis} is no rising grid")
    _require(len(grid["log_odds"]) == len(grid["words"]), "thresholds.log_odds has other rows")
    for row in [*grid["log_odds"], grid["passage_margin"]]:
        _numbers(row, "a row of the thresholds", len(grid["fpr"]))


def _checked_arrays(arrays: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The arrays that scoring uses."""
    import numpy as np  # noqa: PLC0415 - reading a header alone (--version) must start fast

    from mtdetect.style import SLOT_BITS  # noqa: PLC0415 - the same

    names = {"slots": "i4", "checks": "u2", "idf": "f2", "machine": "f2", "translated": "f2"}
    missing = [name for name in names if name not in arrays]
    _require(not missing, f"no array {', '.join(missing)}")
    slots = arrays["slots"]
    for name, kind in names.items():
        array = arrays[name]
        _require(array.shape == (slots.size,), f"{name} is no list of {slots.size:,} numbers")
        _require(array.dtype == kind, f"{name} holds numbers of type {array.dtype}")
    _require(bool(slots.size), "no n-grams")
    _require(slots.min() >= 0 and slots.max() < 2**SLOT_BITS, "slots lie outside the table")
    # They rise, as they are written; sorting others takes a while.
    distinct = (np.diff(slots) > 0).all() or (np.diff(np.sort(slots)) > 0).all()
    _require(bool(distinct), "slots are not distinct")
    for name, kind in names.items():
        if kind == "f2":
            _require(bool(np.isfinite(arrays[name]).all()), f"{name} holds what is not a number")
    return {name: arrays[name] for name in names}


def _numbers(values: object, what: str, count: int | None = None) -> list[float]:
    if not isinstance(values, list):
        raise TypeError(f"{what} is not a list")
    plain = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
    _require(plain and all(map(math.isfinite, values)), f"{what} holds what is not a number")
    _require(count in {None, len(values)}, f"{what} has {len(values)} numbers, not {count}")
    return list(values)


def _require(condition: bool, problem: str) -> None:
    if not condition:
        raise ValueError(problem)


@cache
def model_header() -> dict[str, Any]:
    """The shipped model's header: name, version, digest, weights of the signals, metrics."""
    return read_header(default_path())


def load(path: Path) -> Model:
    """Read a model and check its digest.

    Raises:
        ModelError: a file is missing or damaged, or the digest differs.
    """
    import numpy as np  # noqa: PLC0415 - reading a header alone (--version) must start fast

    header = read_header(path)
    if "sha256" not in header:
        raise ModelError(f"{path.with_suffix('.json')}: states no SHA-256")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != header["sha256"]:
        raise ModelError(f"{path}: its SHA-256 is not the one that {path.stem}.json states")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except _DAMAGE as error:  # NumPy's own words would advise to allow pickles
        raise ModelError(f"{path}: damaged, or not a model's arrays") from error
    try:
        return Model(header, _checked_arrays(arrays), _phrases(arrays))
    except ValueError as error:
        raise ModelError(f"{path}: {error}") from error


def _phrases(arrays: dict[str, NDArray[Any]]) -> PhraseModel | None:
    """The phrase model of the arrays that are named for it; None where there are none."""
    own = {
        name.removeprefix(PHRASES): array
        for name, array in arrays.items()
        if name.startswith(PHRASES)
    }
    if not own:
        return None
    import numpy as np  # noqa: PLC0415 - reading a header alone (--version) must start fast

    from mtdetect.phrases import PhraseModel, Tokens  # noqa: PLC0415 - the same

    try:
        model = PhraseModel(own)
        # A trial: arrays whose shapes do not go together fail now and not while scoring.
        trial = model.scores(Tokens.of(["a", "word"], [False] * 2, np.zeros(2, dtype=np.int32)))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise ValueError(f"not the phrases that this package reads ({error})") from error
    _require(bool(np.isfinite(trial).all()), "the phrases hold what is not a number")
    return model


def save(path: Path, header: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
    """Write arrays to ``path`` and the header, with format and digest, beside it."""
    import numpy as np  # noqa: PLC0415 - as above

    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]  # none is named like an option
    content = buffer.getvalue()
    stated = {"format": FORMAT, **header, "sha256": hashlib.sha256(content).hexdigest()}
    path.write_bytes(content)
    text = json.dumps(stated, indent=1, ensure_ascii=False, sort_keys=False)
    path.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
