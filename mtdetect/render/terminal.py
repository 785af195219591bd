"""Text on a terminal: what may be shown of it, how many columns that fills, and excerpts.

A text under test may hold anything, from escape sequences that recolour or rename a terminal to
marks that reverse the direction of a line. Whatever comes from a text or a file name goes
through ``show`` or ``clip`` first.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mtdetect.text import Span

# Control and format characters (bidi marks among them), lone surrogates, private and unassigned
# code points, line and paragraph separators: spelt out, never sent.
_SPELT_OUT: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_ELLIPSIS: Final = "…"


def show(text: str) -> str:
    """``text`` with everything that could steer a terminal made visible and harmless."""
    return text if text.isascii() and text.isprintable() else "".join(map(_cell, text))


def no_command(line: str) -> str:
    """The line so that GitHub's runner, which reads the log of a job, takes it for no command.

    It obeys ``::name::`` at the start of a line and ``##[name]`` anywhere; marks that look alike
    stand for the first character of either.
    """
    if line.lstrip().startswith("::"):
        line = line.replace(":", "∶", 1)
    return line.replace("##[", "♯#[")


def columns(shown: str) -> int:
    """How many columns a shown text fills: wide characters two, combining marks none."""
    return len(shown) if shown.isascii() else sum(map(_columns_of, shown))


def clip(text: str, limit: int) -> str:
    """``text`` as shown, cut at the end with an ellipsis where it fills more than ``limit``."""
    shown = show(text[: 4 * limit])
    if columns(shown) <= limit and len(text) <= 4 * limit:
        return shown
    return _head([_cell(char) for char in text[: 4 * limit]], limit - 1).rstrip() + _ELLIPSIS


def clip_middle(text: str, limit: int) -> str:
    """``text`` as shown, cut in the middle: the start and the end of a path say most."""
    shown = show(text)
    if columns(shown) <= limit:
        return shown
    cells = [_cell(char) for char in text]
    tail = _tail(cells, (limit - 1) * 2 // 3)
    return _head(cells, limit - 1 - columns(tail)) + _ELLIPSIS + tail


def wrap(pieces: Iterable[str], limit: int) -> list[str]:
    """Fill lines of at most ``limit`` columns with unbreakable pieces, a space between two."""
    lines: list[str] = []
    for piece in pieces:
        fitting = piece if columns(piece) <= limit else clip(piece, limit)
        if lines and columns(lines[-1]) + 1 + columns(fitting) <= limit:
            lines[-1] += " " + fitting
        else:
            lines.append(fitting.lstrip())
    return lines


def excerpt(text: str, span: Span, within: Span, limit: int) -> tuple[str, str]:
    """The words at ``span`` amid their surroundings on one line, and a row that underlines them.

    Args:
        text: the whole text.
        span: what to underline; an empty one marks the character at its place.
        within: how far the surroundings may reach, usually the paragraph.
        limit: columns that the line may fill, at least 10.
    """
    start = max(0, min(span.start, len(text)))
    end = max(start, min(max(span.end, start + 1), len(text)))
    found = clip(text[start:end], limit - 4)
    room = limit - 4 - columns(found)
    # A column shows at least one character, save for combining marks: twice the room is plenty.
    left_end, right_end = max(0, within.start, start - 2 * limit), min(within.end, end + 2 * limit)
    before = [_cell(char) for char in text[left_end:start]]
    after = [_cell(char) for char in text[end:right_end]]
    n_before, n_after = (columns("".join(cells)) for cells in (before, after))
    # What led up to the words says more than what follows: two thirds of the room, or what is free.
    n_right = min(n_after, max(room // 3, room - n_before))
    left, right = _tail(before, room - n_right), _head(after, n_right)
    lead = trail = ""
    if left_end > max(0, within.start) or columns(left) < n_before:
        left, lead = _whole_words(left[::-1], "".join(before)[::-1])[::-1], "… "
    if found.endswith(_ELLIPSIS) and not text.endswith(_ELLIPSIS, start, end):
        right = ""
    elif right_end < within.end or columns(right) < n_after:
        right, trail = _whole_words(right, "".join(after)), " …"
    indent = " " * columns(lead + left)
    return lead + left + found + right + trail, indent + "─" * max(1, columns(found))


def _cell(char: str) -> str:
    """One character as shown."""
    if char == "\n":
        return "⏎"
    if char in "\r\u200d" or "\ufe00" <= char <= "\ufe0f" or "\U0001f3fb" <= char <= "\U0001f3ff":
        return ""  # half of a line end; what joins and tints emoji, which terminals size variously
    category = unicodedata.category(char)
    if category == "Zs" or char == "\t":
        return " "
    return f"⟨U+{ord(char):04X}⟩" if category in _SPELT_OUT else char


def _columns_of(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me"} or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def _head(cells: Sequence[str], limit: int) -> str:
    used, count = 0, 0
    for cell in cells:
        used += columns(cell)
        if used > limit:
            break
        count += 1
    return "".join(cells[:count])


def _tail(cells: Sequence[str], limit: int) -> str:
    used, count = 0, 0
    for cell in reversed(cells):
        used += columns(cell)
        if used > limit:
            break
        count += 1
    return "".join(cells[len(cells) - count :])


def _whole_words(kept: str, whole: str) -> str:
    """``kept``, the start of ``whole``, without the word that the cut went through."""
    if kept.endswith(" ") or whole[len(kept) : len(kept) + 1] in {"", " "}:
        return kept.rstrip()
    return kept.rpartition(" ")[0].rstrip()
