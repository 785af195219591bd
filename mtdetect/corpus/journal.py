"""The journal of a run: what was asked for, and how far the result is on the disk."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from mtdetect.corpus.errors import CorpusError
from mtdetect.corpus.output import sync_folder

if TYPE_CHECKING:
    from pathlib import Path

_END_BYTES: Final = 2**16  # of a file's head and of its tail that tell it from another


@dataclass
class Journal:
    """What is needed to go on.

    Attributes:
        settings: all that the bytes of the result depend on, other than the inputs.
        inputs: name, size, time of change, and digest of head and tail, of each.
        input: the index of the one that was being read.
        rows: how many of its rows are in the result.
        lengths: bytes of each part that are whole and on the disk.
        tally: what has been counted.
        damages: inputs that could not be read to their end, with the reasons.
        complete: whether all rows are in the parts.
    """

    settings: dict[str, Any]
    inputs: list[dict[str, Any]]
    input: int = 0
    rows: int = 0
    lengths: list[int] = field(default_factory=list)
    tally: dict[str, int] = field(default_factory=dict)
    damages: list[str] = field(default_factory=list)
    complete: bool = False

    def save(self, path: Path) -> None:
        """Replace the journal: after a crash at any moment either the old or the new one is there.

        Raises:
            OSError: it cannot be written.
        """
        fresh = path.with_name(path.name + ".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        sync_folder(path.parent)

    @classmethod
    def load(cls, path: Path) -> Journal:
        """Read a journal.

        Raises:
            CorpusError: it cannot be read.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return cls(**{item.name: content[item.name] for item in fields(cls)})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CorpusError(f"{path}: not the journal of an unfinished run: {error}") from None

    def refuse_other(self, other: Journal) -> None:
        """Go on only with what the run began with.

        Raises:
            CorpusError: settings, model or inputs are others.
        """
        for name, value in self.settings.items():
            now = other.settings.get(name)
            if now != value:
                raise CorpusError(
                    f"the unfinished run had {name} {_shown(value)}, this one has {_shown(now)}:"
                    " give it the same, or delete its .part files"
                )
        for before, now in zip(self.inputs, other.inputs, strict=False):
            if {**before, "name": now["name"]} != now:  # one file may be called in several ways
                raise CorpusError(
                    f"{now['name']}: not what the unfinished run read as {before['name']}:"
                    " put the old file back, or delete the .part files"
                )
        if len(self.inputs) != len(other.inputs):
            counts = f"{len(self.inputs):,} inputs, this one has {len(other.inputs):,}"
            raise CorpusError(f"the unfinished run had {counts}")


def identity(path: Path, name: str) -> dict[str, Any]:
    """What tells an input from another, or from itself after a change.

    Raises:
        OSError: it cannot be read.
    """
    status = path.stat()
    with path.open("rb") as file:
        digest = hashlib.sha256(file.read(_END_BYTES))
        file.seek(max(status.st_size - _END_BYTES, 0))
        digest.update(file.read(_END_BYTES))
    return {
        "name": name,
        "size": status.st_size,
        "modified": status.st_mtime_ns,
        "ends": digest.hexdigest(),
    }


def _shown(value: Any) -> str:  # noqa: ANN401 - whatever a setting is
    text = "none" if value in (None, [], "") else str(value)
    return text if len(text) <= 40 else text[:12] + "…"
