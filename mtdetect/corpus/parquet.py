"""Parquet through PyArrow, an optional dependency: columns stay as they are, scores come after.

A Parquet file cannot be cut off and gone on with. The rows are therefore first kept as batches in
Arrow's stream format, each with its length before it, and made into one file at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from mtdetect.batch import NUMBERS
from mtdetect.corpus import json_rows
from mtdetect.corpus.errors import CorpusError, DamagedError
from mtdetect.corpus.rows import BATCH_ROWS, Batch, Record
from mtdetect.files import UnreadableError
from mtdetect.reading.cells import no_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mtdetect.batch import Scorer, Values

GROUP_ROWS: Final = 8192
GROUP_BYTES: Final = 64 * 2**20
"""A row group of the result is full at so many rows, or bytes of them."""

_LENGTH: Final = 8  # bytes of the number before a batch


@dataclass(frozen=True, slots=True)
class ParquetCodec:
    """Batches in, batches out, or objects in JSON Lines."""

    scorer: Scorer
    path: tuple[str, ...]
    to_json: bool

    def records(self, payload: bytes) -> list[Record]:
        """The rows of a batch."""
        column = _unpacked(payload).column(self.path[0])
        return [Record(self._cell(scalar)) for scalar in column]

    def _cell(self, scalar: Any) -> object:  # noqa: ANN401 - PyArrow is untyped
        for part in self.path[1:]:
            if not scalar.is_valid:
                return None
            scalar = scalar[part]
        try:
            return scalar.as_py()
        except UnicodeDecodeError:
            return UnreadableError("", "not UTF-8")

    def encode(
        self,
        payload: bytes,
        records: Sequence[Record],  # noqa: ARG002 - the payload holds them
        values: Sequence[Values],
        chosen: Sequence[int],
    ) -> bytes:
        """The chosen rows with their values."""
        if not chosen:
            return b""
        batch = _unpacked(payload)
        if len(chosen) < len(batch):
            batch = batch.take(import_module("pyarrow").array(chosen))
        if self.to_json:
            rows = zip(_dicts(batch), chosen, strict=True)
            return b"".join(json_rows.line(row, self.scorer, values[i]) for row, i in rows)
        packed = _packed(self._extended(batch, [values[i] for i in chosen]))
        return len(packed).to_bytes(_LENGTH, "big") + packed

    def _extended(self, batch: Any, values: Sequence[Values]) -> Any:  # noqa: ANN401
        pa = import_module("pyarrow")
        schema = self.schema(batch.schema.remove_metadata())
        added = [
            pa.array([row[i] for row in values], type=field.type)
            for i, field in enumerate(list(schema)[len(batch.schema) :])
        ]
        return pa.RecordBatch.from_arrays([*batch.columns, *added], schema=schema)

    def schema(self, schema: Any) -> Any:  # noqa: ANN401
        """The schema with the columns added."""
        pa = import_module("pyarrow")
        for name, column in zip(self.scorer.fields, self.scorer.columns, strict=True):
            schema = schema.append(
                pa.field(column, pa.float64() if name in NUMBERS else pa.string())
            )
        return schema


class ParquetReader:
    """The rows of a file.

    Raises:
        CorpusError: PyArrow is missing, the file is no Parquet, or it has no such column of
            strings.
    """

    def __init__(self, path: Path, scorer: Scorer, *, to_json: bool) -> None:
        pa, parquet = check()
        try:
            self._file = parquet.ParquetFile(path)
        except (pa.ArrowException, OSError) as error:
            raise CorpusError(f"{path}: bad Parquet: {_first_line(error)}") from None
        schema = self._file.schema_arrow
        column = _path(path, schema, scorer.column, pa.types)
        for name in scorer.columns:
            if name in schema.names:
                hint = "choose another --prefix"
                raise CorpusError(f"{path}: has a column {name!r} already; {hint}")
        self.codec = ParquetCodec(scorer, column, to_json)
        self._done = 0

    @property
    def header(self) -> bytes:
        """The schema, as a batch without rows; nothing in JSON Lines."""
        if self.codec.to_json:
            return b""
        pa = import_module("pyarrow")
        schema = self.codec.schema(self._file.schema_arrow)
        packed = _packed(pa.RecordBatch.from_pylist([], schema=schema))
        return len(packed).to_bytes(_LENGTH, "big") + packed

    @property
    def shape(self) -> str:
        """The columns with their types."""
        return "" if self.codec.to_json else str(self._file.schema_arrow.remove_metadata())

    def batches(self, skip: int) -> Iterator[Batch]:
        """The rows after the first ``skip``; no batch has rows of two row groups.

        Raises:
            DamagedError: a row group cannot be read.
        """
        pa = import_module("pyarrow")
        try:
            for group in range(self._file.num_row_groups):
                size = self._file.metadata.row_group(group).num_rows
                if skip >= size:
                    skip -= size
                    self._done += size
                    continue
                for batch in self._file.iter_batches(BATCH_ROWS, row_groups=[group]):
                    self._done += len(batch)
                    if skip:
                        skip -= len(batch)
                        continue
                    yield Batch(len(batch), _packed(batch))
        except (pa.ArrowException, OSError) as error:
            raise DamagedError(f"bad Parquet: {_first_line(error)}") from None

    def share(self) -> float:
        """How much of the file has been read, 0 to 1."""
        n_rows: int = self._file.metadata.num_rows
        return self._done / max(n_rows, 1)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def join(part: Path, target: Path) -> None:
    """Make the kept batches into a Parquet file.

    Raises:
        OSError: it cannot be written.
    """
    _, parquet = check()
    with part.open("rb") as file:
        batches = iter(lambda: file.read(_LENGTH), b"")
        schema = _unpacked(_next(file, next(batches))).schema
        with parquet.ParquetWriter(target, schema, compression="zstd") as writer:
            group: list[Any] = []
            size = 0
            for length in batches:
                batch = _unpacked(_next(file, length))
                n_rows = sum(len(rows) for rows in group)
                if group and (n_rows >= GROUP_ROWS or size + batch.nbytes > GROUP_BYTES):
                    _write(writer, group, schema)
                    group, size = [], 0
                group.append(batch)
                size += batch.nbytes
            if group:
                _write(writer, group, schema)


def check() -> tuple[Any, Any]:
    """PyArrow and its Parquet part.

    Raises:
        CorpusError: it is missing.
    """
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        hint = 'Parquet needs PyArrow: pip install "mtdetect[corpus]"'
        raise CorpusError(hint) from None


def _write(writer: Any, group: list[Any], schema: Any) -> None:  # noqa: ANN401
    table = import_module("pyarrow").Table.from_batches(group, schema)
    writer.write_table(table, row_group_size=len(table))


def _next(file: Any, length: bytes) -> bytes:  # noqa: ANN401
    packed: bytes = file.read(int.from_bytes(length, "big"))
    return packed


def _path(name: Path, schema: Any, column: str, types: Any) -> tuple[str, ...]:  # noqa: ANN401
    """The names that lead to a column of strings: one, or more where it lies inside another."""
    if schema.names.count(column) > 1:
        raise CorpusError(f"{name}: more than one column is called {column!r}")
    path = [column] if column in schema.names else column.split(".")
    kind: Any = None
    fields = {field.name: field.type for field in schema}
    for part in path:
        if part not in fields:
            raise CorpusError(f"{name}: {no_column(column, schema.names)}")
        kind = fields[part]
        fields = {field.name: field.type for field in kind} if types.is_struct(kind) else {}
    if types.is_dictionary(kind):
        kind = kind.value_type
    strings = (types.is_string, types.is_large_string, types.is_string_view, types.is_null)
    if not any(is_kind(kind) for is_kind in strings):
        raise CorpusError(f"{name}: {column!r} is {str(kind)[:80]}, not strings")
    return tuple(path)


def _packed(batch: Any) -> bytes:  # noqa: ANN401
    """A batch in Arrow's stream format."""
    pa = import_module("pyarrow")
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def _unpacked(packed: bytes) -> Any:  # noqa: ANN401
    with import_module("pyarrow").ipc.open_stream(packed) as reader:
        return reader.read_next_batch()


def _dicts(batch: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """The rows as Python has them."""
    columns = {
        name: [_plain(scalar) for scalar in batch.column(i)]
        for i, name in enumerate(batch.schema.names)
    }
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def _plain(scalar: Any) -> Any:  # noqa: ANN401
    """A cell; half surrogate pairs for stray bytes, None for what Python cannot hold."""
    try:
        return scalar.as_py()
    except UnicodeDecodeError:
        if hasattr(scalar, "as_buffer"):
            return scalar.as_buffer().to_pybytes().decode("utf-8", "surrogateescape")
        return None
    except (ValueError, OverflowError):  # a date after the year 9999
        return None


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
