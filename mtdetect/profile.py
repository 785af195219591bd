"""A profile: an operating point that a newsroom measured on its own texts, kept in a TOML file.

``mtdetect calibrate`` writes it and ``--profile`` reads it. It belongs to the model that it was
measured with and to no other.
"""

from __future__ import annotations

import json
import math
import tomllib
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from mtdetect import files
from mtdetect.config import ConfigError
from mtdetect.house import CONFIDENCE, HousePoint
from mtdetect.report import ModelId

if TYPE_CHECKING:
    import os

    from mtdetect.calibration import Thresholds

FORMAT: Final = 1

_HEAD: Final = """\
# An operating point of mtdetect, measured on texts by people; use it with --profile.
# Written by mtdetect calibrate. It belongs to the model below: measure again for another one.
"""


class ProfileError(ConfigError):
    """A profile that is missing or damaged, or that belongs to another model."""


@dataclass(frozen=True, slots=True)
class Profile:
    """An operating point with where it comes from.

    Attributes:
        name: what reports call it.
        created: the day it was measured.
        mtdetect: version of the program that measured it.
        redo: the command that did.
        model: that the texts were scored with.
        point: what was measured.
    """

    name: str
    created: date
    mtdetect: str
    redo: str
    model: ModelId
    point: HousePoint

    @property
    def fpr(self) -> float:
        """The false-positive rate that the profile stands for."""
        return self.point.fpr

    def thresholds(self, shipped: Thresholds, model: ModelId) -> Thresholds:
        """The thresholds of ``model``, shifted, at the profile's rate alone.

        Raises:
            ProfileError: it was measured with another model, or at a rate that this one lacks.
        """
        if self.model.sha256 != model.sha256:
            raise ProfileError(
                f"profile {self.name} was measured with the model {_called(self.model)}, and this"
                f" is {_called(model)}: measure again, by {self.redo}"
            )
        try:
            return shipped.fixed(self.fpr, self.point.shift)
        except ValueError as error:
            raise ProfileError(f"profile {self.name}: {error}") from error

    def to_text(self) -> str:
        """The profile as TOML."""
        head = {
            "format": FORMAT,
            "name": self.name,
            "created": self.created,
            "mtdetect": self.mtdetect,
            "redo": self.redo,
        }
        point = {key: value for key, value in asdict(self.point).items() if value is not None}
        tables = {"model": asdict(self.model), "point": point}
        parts = [_HEAD + _lines(head)]
        parts += [f"[{name}]\n{_lines(table)}" for name, table in tables.items()]
        return "\n".join(parts)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Profile:
        """Read a profile.

        Raises:
            ProfileError: it is missing or damaged; the message names the file and the key.
        """
        name = files.shown_name(path)
        try:
            return cls._of(tomllib.loads(files.read_bytes(path).decode("utf-8")))
        except files.UnreadableError as error:
            raise ProfileError(str(error)) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ProfileError(f"{name}: not a TOML file: {error}") from None
        except (ValueError, OverflowError) as error:
            raise ProfileError(f"{name}: not a profile of mtdetect calibrate: {error}") from None

    @classmethod
    def _of(cls, data: dict[str, Any]) -> Profile:
        """The profile of a parsed file.

        Raises:
            ValueError: something in it is missing, unknown, or not what it should be.
        """
        if data.get("format") != FORMAT:
            raise ValueError(f"its format is {data.get('format')!r}, and {FORMAT} is read")
        kinds = {
            "format": int,
            "name": str,
            "created": date,
            "mtdetect": str,
            "redo": str,
            "model": dict,
            "point": dict,
        }
        top = _checked(data, kinds, "")
        model = _checked(top.pop("model"), dict.fromkeys(ModelId.__slots__, str), "model.")
        point = _point(top.pop("point"))
        del top["format"]
        return cls(**top, model=ModelId(**model), point=point)


def summary(profile: Profile) -> str:
    """What was measured, in a few lines for the person who measured it."""
    point = profile.point
    observed, unshifted = point.flagged / point.texts, point.flagged_unshifted / point.texts
    interval = f"{_percent(point.rate_low)} to {_percent(point.rate_high)}"
    if point.warning:
        interval = "cannot be told by texts that the model was made from"
    else:
        interval += f", each end with {_percent(CONFIDENCE)} confidence"
    theirs = f"{point.flagged_unshifted:,} ({_percent(unshifted)})"
    asked = f"to flag at most {_percent(point.fpr)} of such texts"
    change = f"{abs(point.shift):.2f} {'higher' if point.shift > 0 else 'lower'} than the model's"
    if not point.shift:
        change = "the model's"
    left_out = {
        "duplicates": point.duplicates,
        "without enough English prose": point.insufficient,
        "unreadable": point.unreadable,
    }
    omitted = ", ".join(f"{number:,} {what}" for what, number in left_out.items() if number)
    return f"""\
{profile.name}: measured on {point.texts:,} texts, {asked}
  flagged of these      {point.flagged:,} ({_percent(observed)}), machine and mixed together
  expected of others    {interval}
  thresholds            {change}; those flag {theirs}
  left out              {omitted or "none"}
"""


def _percent(rate: float) -> str:
    return f"{100 * rate:.2g} %" if 0 < rate < 0.1 else f"{100 * rate:.0f} %"


def _called(model: ModelId) -> str:
    return f"{model.name} {model.version} ({model.sha256[:12]})"


_COUNTS: Final = (
    *("texts", "flagged", "flagged_unshifted"),
    *("duplicates", "insufficient", "unreadable"),
)
_RATES: Final = ("fpr", "rate_low", "rate_high", "seen")


def _point(table: dict[str, Any]) -> HousePoint:
    kinds: dict[str, type] = {
        item.name: int if item.name in _COUNTS else float
        for item in fields(HousePoint)
        if item.name != "seen" or "seen" in table  # left out where it is not known
    }
    point = HousePoint(**{"seen": None, **_checked(table, kinds, "point.")})
    for name in _COUNTS:
        if getattr(point, name) < 0:
            raise ValueError(f"point.{name} is negative")
    for name in _RATES:
        if not 0 <= (getattr(point, name) or 0) <= 1:
            raise ValueError(f"point.{name} lies outside 0 to 1")
    if max(point.flagged, point.flagged_unshifted) > point.texts or not point.texts:
        raise ValueError("point.flagged is more than point.texts, or there are none")
    if not point.rate_low <= point.flagged / point.texts <= point.rate_high:
        raise ValueError("point.flagged lies outside the interval of its rate")
    return point


def _checked(table: dict[str, Any], kinds: dict[str, type], where: str) -> dict[str, Any]:
    """The table's values, whole numbers for floats allowed.

    Raises:
        ValueError: a key is missing or unknown, or a value is of another kind or no finite number.
    """
    if unknown := sorted(table.keys() - kinds.keys()):
        raise ValueError(f"{where}{unknown[0]} is unknown")
    found = {}
    for key, kind in kinds.items():
        if key not in table:
            raise ValueError(f"{where}{key} is missing")
        value = table[key]
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:  # a boolean is no number, a time of day no date
            raise ValueError(f"{where}{key} is not {_KINDS[kind]}")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{where}{key} is not a number")
        found[key] = value
    return found


_KINDS: Final[dict[type, str]] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    date: "a date",
    dict: "a table",
}


def _lines(table: dict[str, Any]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in table.items())


def _value(value: str | float | date) -> str:
    """A value in TOML. JSON's strings are TOML's, but for DEL and halves of surrogate pairs."""
    if isinstance(value, str):
        whole = value.encode("utf-8", "replace").decode("utf-8")
        return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")
    return value.isoformat() if isinstance(value, date) else repr(value)
