"""Parquet through PyArrow, an optional dependency; a place is a row and a column."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from mtdetect.files import UnreadableError
from mtdetect.reading.cells import CellCarrier, no_column
from mtdetect.reading.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

_BATCH: Final = 256  # rows decoded at a time
_LARGEST_GROUP: Final = 256 * 2**20  # bytes of the column in one row group, unpacked


def read(name: str, data: bytes, column: str) -> Iterator[Source | UnreadableError]:
    """The texts of one column; rows are counted from 1.

    Raises:
        UnreadableError: PyArrow is missing, or the file is no Parquet, is damaged, or has no such
            column of strings.
    """
    try:
        pa, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        hint = 'a Parquet file needs PyArrow: pip install "mtdetect[parquet]"'
        raise UnreadableError(name, hint) from None
    try:
        with parquet.ParquetFile(pa.BufferReader(data)) as file:
            path = _path(name, file.schema_arrow, column, pa.types)
            _refuse_large_groups(name, file.metadata, ".".join(path))
            row = 0
            for batch in file.iter_batches(_BATCH, columns=[".".join(path)]):
                for scalar in batch.column(path[0]):
                    row += 1
                    yield _cell(f"{name}:{row}", scalar, path, row)
    except (pa.ArrowException, OSError) as error:
        first_line = str(error).partition("\n")[0]
        raise UnreadableError(name, f"bad Parquet: {first_line[:200]}") from None


def _path(name: str, schema: Any, column: str, types: Any) -> list[str]:  # noqa: ANN401
    """The names that lead to a column of strings: one, or more where it lies inside another."""
    if schema.names.count(column) > 1:
        raise UnreadableError(name, f"more than one column is called {column!r}")
    path = [column] if column in schema.names else column.split(".")
    kind: Any = None
    fields = {field.name: field.type for field in schema}
    for part in path:
        if part not in fields:
            raise UnreadableError(name, no_column(column, schema.names))
        kind = fields[part]
        fields = {field.name: field.type for field in kind} if types.is_struct(kind) else {}
    if types.is_dictionary(kind):
        kind = kind.value_type
    if not any(
        is_kind(kind)
        for is_kind in (types.is_string, types.is_large_string, types.is_string_view, types.is_null)
    ):
        raise UnreadableError(name, f"{column!r} is {str(kind)[:80]}, not strings")
    return path


def _refuse_large_groups(name: str, metadata: Any, path: str) -> None:  # noqa: ANN401
    """A row group is unpacked at once."""
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        for column in map(group.column, range(group.num_columns)):
            if column.path_in_schema == path and column.total_uncompressed_size > _LARGEST_GROUP:
                size = f"{column.total_uncompressed_size // 2**20:,} MB"
                hint = f"a row group unpacks to {size}; write it in smaller row groups"
                raise UnreadableError(name, hint)


def _cell(name: str, scalar: Any, path: list[str], row: int) -> Source | UnreadableError:  # noqa: ANN401
    column = ".".join(path)
    try:
        value = scalar.as_py()
    except UnicodeDecodeError:
        return UnreadableError(name, f"{column!r} is not UTF-8")
    for part in path[1:]:
        value = value and value[part]
    if value is None:
        return UnreadableError(name, f"{column!r} is null, not a string")
    return Source(name, value, CellCarrier(value, row, column), format="parquet")
