"""Which file is read by what, and what it can be written as."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from mtdetect.corpus.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtdetect.batch import Scorer
    from mtdetect.corpus.rows import Reader
    from mtdetect.corpus.streams import Compression

KINDS: Final = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".warc": "warc",
    ".wet": "warc",
}
"""The format that a file name's ending means, before .gz or .zst."""

_COMPRESSIONS: Final[dict[str, Compression]] = {".gz": "gz", ".zst": "zst", ".zstd": "zst"}
_NAMES: Final = {"jsonl": "JSON Lines", "csv": "CSV", "tsv": "TSV", "parquet": "Parquet"}
_TARGETS: Final = {
    "jsonl": ("jsonl",),
    "csv": ("csv", "jsonl"),
    "tsv": ("tsv", "jsonl"),
    "parquet": ("parquet", "jsonl"),
    "warc": ("jsonl",),
}


class Format(NamedTuple):
    """A file's format, and how it is compressed as a whole."""

    kind: str
    compression: Compression


def of(name: str) -> Format:
    """The format that a file's name tells.

    Raises:
        CorpusError: it tells none.
    """
    path = Path(name)
    compression = _COMPRESSIONS.get(path.suffix.lower(), "")
    ending = (path.with_suffix("") if compression else path).suffix.lower()
    if ending not in KINDS:
        close = difflib.get_close_matches(ending, KINDS, n=1)
        guess = f"; did you mean {close[0]}?" if close else ""
        known = ", ".join(KINDS)
        raise CorpusError(
            f"{name}: its ending must be one of {known}, or that with .gz or .zst{guess}"
        )
    if KINDS[ending] == "parquet" and compression:
        raise CorpusError(f"{name}: Parquet is compressed inside; leave out {path.suffix}")
    return Format(KINDS[ending], compression)


def target(inputs: Sequence[str], output: str) -> tuple[str, Format]:
    """The format of all inputs, and that of the output.

    Raises:
        CorpusError: the inputs differ, or the one cannot be written as the other.
    """
    kinds = {of(name).kind: name for name in inputs}
    if len(kinds) > 1:
        first, second = list(kinds.values())[:2]
        raise CorpusError(f"{first} and {second} are of two formats; run the command for each")
    kind, written = next(iter(kinds)), of(output)
    if written.kind not in _TARGETS[kind]:
        possible = " or ".join(_NAMES[name] for name in _TARGETS[kind])
        read = _NAMES.get(kind, "WARC and WET")
        raise CorpusError(f"{output}: {read} can be written as {possible}")
    return kind, written


def reader(path: Path, kind: str, scorer: Scorer, *, to: str) -> Reader:
    """The reader of one file.

    Raises:
        CorpusError: it is missing, is not what its name says, or has no such column.
    """
    to_json = to == "jsonl"
    try:
        if kind == "jsonl":
            from mtdetect.corpus.jsonl import JsonlReader  # noqa: PLC0415 - only what is needed

            return JsonlReader(path, scorer)
        if kind == "warc":
            from mtdetect.corpus.warc import WarcReader  # noqa: PLC0415 - as above

            return WarcReader(path, scorer)
        if kind == "parquet":
            from mtdetect.corpus.parquet import ParquetReader  # noqa: PLC0415 - as above

            return ParquetReader(path, scorer, to_json=to_json)
        from mtdetect.corpus.delimited import CsvReader  # noqa: PLC0415 - as above

        return CsvReader(path, scorer, kind=kind, to_json=to_json)
    except OSError as error:
        raise CorpusError(f"{path}: {error.strerror or error}") from None


def dropped_name(output: str) -> str:
    """Where dropped rows go: out.jsonl.gz has out.dropped.jsonl.gz beside it."""
    path = Path(output)
    n_endings = 2 if of(output).compression else 1
    endings = "".join(path.suffixes[-n_endings:])
    return str(path.with_name(path.name.removesuffix(endings) + ".dropped" + endings))
