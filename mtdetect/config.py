"""Settings: from ``mtdetect.toml`` or ``[tool.mtdetect]`` in ``pyproject.toml``, nearest upward.

A setting on the command line wins over one in the file, and one for some paths
(``[[tool.mtdetect.overrides]]``) over one for all.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final

from mtdetect import files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

FORMATS: Final = ("text", "json", "jsonl", "html", "markdown", "sarif", "github", "csv")
FAIL_ON: Final = ("machine", "mixed", "never")
COLORS: Final = ("auto", "always", "never")
LOWEST_FPR, HIGHEST_FPR = 0.001, 0.2
FEWEST_WORDS: Final = 40
"""Words of prose below which no verdict is given, whatever the settings say."""


class ConfigError(Exception):
    """A settings file that cannot be used; the message names the file and the key."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run goes by; a file of settings uses the same names with hyphens.

    Attributes:
        fpr: share of human texts that may be flagged.
        profile: file of an operating point measured on the house's own texts, in place of ``fpr``.
        model: another model's ``.npz``.
        deep: whether a second opinion is taken in.
        select: signals that count; empty for all. Evidence of a human hand always counts.
        ignore: signals that do not count.
        min_words: words of prose below which no verdict is given.
        skip_quotes: whether quotations are left out of the prose.
        suppressions: whether comments in a text may hide findings.
        baseline: file of results that are known and do not count as new.
        fail_on: from which verdict on the exit code is 1.
        glob: which files of a folder are read; empty for all that can be.
        column: which one holds the text, in files with rows.
        format: of the report.
        color: whether the text format is coloured.
    """

    fpr: float = 0.01
    profile: str | None = None
    model: str | None = None
    deep: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_words: int = FEWEST_WORDS
    skip_quotes: bool = False
    suppressions: bool = False
    baseline: str | None = None
    fail_on: str = "mixed"
    glob: tuple[str, ...] = ()
    column: str | None = None
    format: str = "text"
    color: str = "auto"


@dataclass(frozen=True)
class Config:
    """Settings with the file that they came from.

    Attributes:
        settings: for every path that no override names.
        given: names of the settings that the file or the command line gives, and which of them.
        path: of the file; None where there is none.
        overrides: pairs of patterns and the settings that hold for the paths they match.
        forced: settings of the command line, which win over the overrides.
    """

    settings: Settings = field(default_factory=Settings)
    given: Mapping[str, str] = field(default_factory=dict)
    path: Path | None = None
    overrides: tuple[tuple[tuple[str, ...], Mapping[str, Any]], ...] = ()
    forced: Mapping[str, Any] = field(default_factory=dict)

    def with_command_line(self, given: Mapping[str, Any]) -> Config:
        """The same with settings of the command line, which win."""
        values = dict(given)
        chosen = {"profile", "fpr"} & set(values)
        if len(chosen) == 1:  # one operating point replaces the other
            other = ({"profile", "fpr"} - chosen).pop()
            values[other] = getattr(Settings(), other)
        sources = dict.fromkeys(given, "command line")
        return replace(
            self,
            settings=replace(self.settings, **values),
            given={**self.given, **sources},
            forced=values,
        )

    def settings_for(self, name: str) -> Settings:
        """The settings for one file; a later override wins over an earlier one."""
        found = self.settings
        relative = self._relative(name)
        for patterns, values in self.overrides:
            if any(pattern.fullmatch(relative) for pattern in map(_as_regex, patterns)):
                found = replace(found, **values)
        return replace(found, **self.forced) if self.overrides else found

    def _relative(self, name: str) -> str:
        """The path as patterns see it: from the folder of the settings file, with slashes."""
        try:
            return Path(name).resolve().relative_to(self._folder).as_posix()
        except (OSError, ValueError):  # outside, or no path at all
            return PurePath(name).as_posix()

    @cached_property
    def _folder(self) -> Path:
        return (self.path.parent if self.path else Path()).resolve()


def discover(folder: Path) -> Config:
    """The nearest settings: in ``folder`` or the closest folder above it that has some.

    Raises:
        ConfigError: the nearest file cannot be used.
    """
    for parent in (folder, *folder.resolve().parents):
        own, shared = parent / "mtdetect.toml", parent / "pyproject.toml"
        if own.is_file():
            return load(own)
        if shared.is_file() and _has_table(shared):
            return load(shared)
    return Config()


def load(path: Path) -> Config:
    """The settings of one file: of a ``pyproject.toml`` its table, of any other file all.

    Raises:
        ConfigError: it cannot be read, is no TOML, or holds an unknown key or a wrong value.
    """
    content = _parsed(path)
    if path.name == "pyproject.toml":
        content = content.get("tool", {}).get("mtdetect", {})
    given = {key: value for key, value in content.items() if key != "overrides"}
    values = _values(path, given, _CHECKS)
    if {"fpr", "profile"} <= set(values):
        raise ConfigError(f'{path}: "fpr" and "profile" are two operating points; give one')
    return Config(
        settings=replace(Settings(), **values),
        given=dict.fromkeys(values, str(path)),
        path=path,
        overrides=tuple(_overrides(path, content.get("overrides", []))),
    )


def show(config: Config) -> str:
    """The settings as TOML that could be put into ``mtdetect.toml``, each with where it is from."""
    lines = [
        f"{_key(item.name)} = {_toml(value)}  # {config.given.get(item.name, 'default')}"
        for item in fields(config.settings)
        if (value := getattr(config.settings, item.name)) is not None
    ]
    for patterns, values in config.overrides:
        lines += ["", "[[overrides]]", f"paths = {_toml(patterns)}"]
        lines += [f"{_key(name)} = {_toml(value)}" for name, value in values.items()]
    return "\n".join(lines) + "\n"


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {files.reason(error)}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from None


def _has_table(path: Path) -> bool:
    """Whether a ``pyproject.toml`` speaks of this program; one that is no TOML speaks to others."""
    try:
        return "mtdetect" in _parsed(path).get("tool", {})
    except (ConfigError, TypeError):
        return False


def _values(
    path: Path, given: Mapping[str, Any], checks: Mapping[str, Callable[[Any], Any]]
) -> dict[str, Any]:
    """Settings by the names of ``Settings``, checked."""
    values = {}
    for key, value in given.items():
        name = key.replace("-", "_")
        if name not in checks or "_" in key:
            known = [_key(known) for known in checks]
            close = difflib.get_close_matches(_key(name), known, n=1, cutoff=0.5)
            guess = f"; did you mean {close[0]!r}?" if close else f"; known: {', '.join(known)}"
            raise ConfigError(f"{path}: unknown key {key!r}{guess}")
        try:
            values[name] = checks[name](value)
        except ValueError as error:
            raise ConfigError(f"{path}: {key}: {error}") from None
        if name in _PATHS:
            values[name] = str(path.parent / values[name])
    return values


def _overrides(path: Path, tables: Any) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:  # noqa: ANN401 - what TOML holds
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigError(f"{path}: overrides: must be an array of tables, [[overrides]]")
    checks = {name: _CHECKS[name] for name in _PER_PATH}
    for table in tables:
        given = dict(table)
        try:
            patterns = _names(given.pop("paths", None))
        except ValueError as error:
            raise ConfigError(f"{path}: overrides: paths: {error}") from None
        yield patterns, _values(path, given, checks)


def share(value: Any) -> float:  # noqa: ANN401 - what a file or a command line holds
    """A false-positive rate.

    Raises:
        ValueError: it is none that any model is measured at.
    """
    try:
        number = -1.0 if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = -1.0
    if not LOWEST_FPR <= number <= HIGHEST_FPR:
        raise ValueError(
            f"{value!r} is not a share from {LOWEST_FPR} to {HIGHEST_FPR};"
            " 0.01 flags 1 in 100 human texts"
        )
    return number


def glob_pattern(value: Any) -> str:  # noqa: ANN401 - as above
    """A pattern for names of files.

    Raises:
        ValueError: nothing can match it.
    """
    if not isinstance(value, str) or not PurePath(value).parts:  # such as "" and "."
        raise ValueError(f"{value!r} is not a pattern for names of files")
    return value


def word_count(value: Any) -> int:  # noqa: ANN401 - as above
    """A least number of words.

    Raises:
        ValueError: it is no whole number, or too small for a verdict.
    """
    text = "" if isinstance(value, bool) else str(value)
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or int(text) < FEWEST_WORDS:
        raise ValueError(f"{value!r} is not a whole number of words, {FEWEST_WORDS} or more")
    return int(text)


def _text(value: Any) -> str:  # noqa: ANN401 - as above
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(f"{value!r} is not a text")
    return value


def _flag(value: Any) -> bool:  # noqa: ANN401 - as above
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false")  # noqa: TRY004 - of a file
    return value


def _names(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - as above
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise ValueError(f"{value!r} is not a list of texts")
    return tuple(value)


def _one_of(choices: Sequence[str]) -> Callable[[Any], str]:
    def check(value: Any) -> str:  # noqa: ANN401 - as above
        if value not in choices:
            raise ValueError(f"{value!r} is none of {', '.join(choices)}")
        return str(value)

    return check


_CHECKS: Final[dict[str, Callable[[Any], Any]]] = {
    "fpr": share,
    "profile": _text,
    "model": _text,
    "deep": _flag,
    "select": _names,
    "ignore": _names,
    "min_words": word_count,
    "skip_quotes": _flag,
    "suppressions": _flag,
    "baseline": _text,
    "fail_on": _one_of(FAIL_ON),
    "glob": lambda value: tuple(map(glob_pattern, _names(value))),
    "column": _text,
    "format": _one_of(FORMATS),
    "color": _one_of(COLORS),
}
_PER_PATH: Final = (
    "select",
    "ignore",
    "min_words",
    "skip_quotes",
    "suppressions",
    "fail_on",
    "column",
)
_PATHS: Final = frozenset({"profile", "model", "baseline"})  # relative to the settings file


def _as_regex(pattern: str) -> re.Pattern[str]:
    """A pattern of paths: ``**`` any folders, ``*`` and ``?`` within a name; a bare name anywhere.

    As in .gitignore, a pattern without a slash matches at any depth, and one that names a folder
    matches what is in it.
    """
    text = pattern.strip("/")
    if "/" not in text:
        text = f"**/{text}"
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", text)
    wild = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(wild.get(part, re.escape(part)) for part in parts) + "(?:/.*)?")


def _key(name: str) -> str:
    return name.replace("_", "-")


def _toml(value: Any) -> str:  # noqa: ANN401 - any setting
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str):
        escaped = re.sub(r'["\\\x00-\x1f\x7f]', lambda match: f"\\u{ord(match.group()):04x}", value)
        return f'"{escaped}"'
    return str(value)
