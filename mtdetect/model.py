"""The model file: ``NAME.npz`` (arrays) beside ``NAME.json`` (everything a person can read).

Loading runs no code from the file: arrays are read with ``allow_pickle=False`` and their digest
must be the one that the JSON states.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMAT = 1


class ModelError(Exception):
    """A model file is missing, damaged, or made for another version of this package."""


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded model: the JSON header as written by training, and the arrays by name."""

    header: dict[str, Any]
    arrays: dict[str, NDArray[np.float32]]


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
    header_path = path.with_suffix(".json")
    try:
        header = json.loads(header_path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"{header_path}: {error.strerror}") from error
    except ValueError as error:
        raise ModelError(f"{header_path}: not a model header ({error})") from error
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        found = header.get("format") if isinstance(header, dict) else None
        raise ModelError(f"{header_path}: model format {found}, this package reads {FORMAT}")
    return header


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
            arrays = {name: archive[name].astype(np.float32) for name in archive.files}
    except (ValueError, EOFError, zipfile.BadZipFile, AttributeError, TypeError) as error:
        raise ModelError(f"{path}: not a model's arrays ({error})") from error
    return Model(header, arrays)


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
