"""Markup by construction: a string is text and is escaped unless this package made it markup."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# As on a terminal (``mtdetect.render.terminal``): controls, bidi marks, lone surrogates, private
# and unassigned code points, separators of lines are spelt out.
_SPELT_OUT: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Format characters that a page shows rightly: the soft hyphen, what joins and parts letters.
_HARMLESS: Final = frozenset("\t\u00ad\u200c\u200d")
_VOID: Final = frozenset({"meta", "link", "br"})


class Html(str):
    """Markup that was written here, with everything foreign in it escaped."""

    __slots__ = ()


class _Cells(dict[int, str]):
    """What each character becomes, found when it occurs first."""

    def __init__(self, line_end: str) -> None:
        super().__init__(
            {
                ord("&"): "&amp;",
                ord("<"): "&lt;",
                ord(">"): "&gt;",
                ord('"'): "&quot;",
                ord("'"): "&#x27;",
                ord("\n"): line_end,
                ord("\r"): "",
            }
        )

    def __missing__(self, code: int) -> str:
        char = chr(code)
        spelt = char not in _HARMLESS and unicodedata.category(char) in _SPELT_OUT
        cell = f"⟨U+{code:04X}⟩" if spelt else char
        if code < 0x10000:  # a text of all code points must not stay in memory
            self[code] = cell
        return cell


_LINE: Final = _Cells("⏎")
# Prose is shown with its spaces as they are, so that a doubled one is seen, but flows: the line
# end stands in an element whose white space collapses.
_PROSE: Final = _Cells('<span class="br">\n</span>')


def escape(text: str) -> Html:
    """A line of text as markup, on one line; what could steer a reader's eye is spelt out."""
    return text if isinstance(text, Html) else Html(text.translate(_LINE))


def prose(text: str) -> Html:
    """Running text as markup; its line ends stay line ends of the page's source."""
    return Html(text.translate(_PROSE))


def join(parts: Iterable[str], between: str = "") -> Html:
    """Parts in a row, those that are text escaped."""
    return Html(escape(between).join(escape(part) for part in parts))


def element(name: str, /, *content: str, **attributes: str | float | bool | None) -> Html:
    """An element with its content, escaped where it is text.

    Args:
        name: of the element.
        content: text and markup.
        attributes: ``aria_label`` stands for "aria-label", ``class_`` for "class"; one that is None
            or False is left out, one that is True has no value.
    """
    start = "".join(
        f" {_attribute(key)}" if value is True else f' {_attribute(key)}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    inside = "" if name in _VOID else f"{join(content)}</{name}>"
    return Html(f"<{name}{start}>{inside}")


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def number(value: float) -> str:
    """A length for an SVG attribute: two decimals at most, so that a page stays small."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
