"""Tables for the terminal: aligned columns, a title, a line on what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Row = dict[str, Any]


class Column(NamedTuple):
    """A column: its heading and how a row's cell reads; names stand left, figures right."""

    heading: str
    cell: Callable[[Row], str]
    left: bool = False


def table(columns: Sequence[Column], rows: Iterable[Row | str]) -> str:
    """Rows under headings; a string among them is a line of its own, such as a sub-title."""
    found = list(rows)
    cells = [None if isinstance(row, str) else [c.cell(row) for c in columns] for row in found]
    widths = [
        max(len(column.heading), *(len(row[i]) for row in cells if row), 0)
        for i, column in enumerate(columns)
    ]

    def line(texts: Sequence[str]) -> str:
        parts = (
            text.ljust(width) if column.left else text.rjust(width)
            for text, width, column in zip(texts, widths, columns, strict=True)
        )
        return "  ".join(parts).rstrip()

    body = [line(row) if row else str(text) for row, text in zip(cells, found, strict=True)]
    return "\n".join([line([column.heading for column in columns]), *body])


def section(title: str, note: str, *tables: str) -> str:
    """A titled part of the report."""
    return "\n".join(["", title, "=" * len(title), note, *(f"\n{part}" for part in tables)])


def share(value: float | None, digits: int = 2) -> str:
    """A proportion in per cent; blank where there is none."""
    return "" if value is None else f"{value:.{digits}%}"


def figure(row: Mapping[str, Any], name: str, digits: int = 3) -> str:
    """A figure with its interval, such as ``0.843 (0.81–0.87)``; blank where there is none."""
    if row.get(name) is None:
        return ""
    low, high = row[f"{name}_interval"]
    shorter = max(digits - 1, 2)
    return f"{row[name]:.{digits}f} ({low:.{shorter}f}–{high:.{shorter}f})"


def count(name: str) -> Column:
    """A column of whole numbers."""
    return Column(name, lambda row: f"{row[name]:,}")
