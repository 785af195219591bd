"""Rows as lines of JSON: values added to an object, and what cannot be one kept whole."""

from __future__ import annotations

import base64
import json
import math
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mtdetect.batch import Scorer, Values

_ALREADY_JSON: Final = frozenset({"passages", "findings"})

# What some take for the end of a line, and halves of surrogate pairs, which UTF-8 cannot hold.
_SPELLED_OUT: Final = re.compile("[\x80-\x9f\u2028\u2029\ud800-\udfff]")


def added(scorer: Scorer, values: Values) -> str:
    """The members of an object that hold the values."""
    members = []
    for name, column, value in zip(scorer.fields, scorer.columns, values, strict=True):
        known = name in _ALREADY_JSON and isinstance(value, str)
        spelled = _spelled_out(str(value)) if known else dumps(value)
        members.append(f"{dumps(column)}: {spelled}")
    return ", ".join(members)


def line(row: dict[str, Any], scorer: Scorer, values: Values) -> bytes:
    """A row that was no JSON before."""
    return extended(dumps(row).encode(), scorer, values, empty=not row)


def extended(row: bytes, scorer: Scorer, values: Values, *, empty: bool) -> bytes:
    """An object with the values after its own members, which stay as they are spelled."""
    comma = b"" if empty else b", "
    return row[:-1] + comma + added(scorer, values).encode() + b"}\n"


def kept(raw: bytes, scorer: Scorer, values: Values) -> bytes:
    """A line that is no object: whole as a string, in base64 where it is not UTF-8."""
    try:
        row = {f"{scorer.prefix}line": raw.decode()}
    except UnicodeDecodeError:
        row = {f"{scorer.prefix}line_base64": base64.b64encode(raw).decode()}
    return line(row, scorer, values)


def dumps(value: Any) -> str:  # noqa: ANN401 - whatever a row holds
    """JSON in UTF-8 on one line, whatever a reader takes for a line; what is no number is null."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)
    except ValueError:  # NaN or infinity
        text = json.dumps(_finite(value), ensure_ascii=False, default=_plain)
    return _spelled_out(text)


def _spelled_out(text: str) -> str:
    if text.isascii():
        return text
    return _SPELLED_OUT.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def _plain(value: Any) -> Any:  # noqa: ANN401 - as above
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _finite(value: Any) -> Any:  # noqa: ANN401 - as above
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
