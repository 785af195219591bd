r"""Files with many texts, one a row: JSON Lines, CSV, TSV and Parquet.

A text comes out for each row, in order, and an error in the place of a row that cannot be read.
The cell's text is plain text; where the format writes a character in another way (``\u201c``, a
doubled quotation mark), the source map says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtdetect.reading import rows_csv, rows_jsonl, rows_parquet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtdetect.files import UnreadableError
    from mtdetect.reading.source import Source


def read(name: str, data: bytes, *, kind: str, column: str) -> Iterator[Source | UnreadableError]:
    """The texts of one column; each is named like "posts.jsonl:12".

    Args:
        name: of the file.
        data: its bytes.
        kind: "jsonl", "csv", "tsv" or "parquet".
        column: the name of the column. In JSON Lines and Parquet "post.body" is the column "body"
            inside "post", if no column has that name itself.

    Raises:
        UnreadableError: there are no rows in the file, or no such column in the header.
    """
    if kind == "jsonl":
        return rows_jsonl.read(name, data, column)
    if kind == "parquet":
        return rows_parquet.read(name, data, column)
    return rows_csv.read(name, data, column, kind)
