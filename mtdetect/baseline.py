"""The baseline: what is known already, so that only what is new counts.

Everything is named by a fingerprint of its words, so it stays known when it moves within its text,
or its file is renamed. An edited sentence makes its findings new, and an edited passage itself. Of
two equal findings in one text each has its number: a third one is new.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mtdetect import files, fingerprint
from mtdetect.config import ConfigError
from mtdetect.result import Hidden, Scored

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from mtdetect.result import Result

FORMAT: Final = 1

_DOCUMENT: Final = "document"
_PASSAGE: Final = "passage"


class BaselineError(ConfigError):
    """A baseline that is missing or damaged; the message names the file."""


class Entry(NamedTuple):
    """One thing that is known.

    Attributes:
        file: where it stood. For the reader: what stands elsewhere now is known all the same.
        rule: "document", "passage", or the name of a signal.
        verdict: on the text.
        fingerprint: of its words.
    """

    file: str
    rule: str
    verdict: str
    fingerprint: str


@dataclass(frozen=True)
class Baseline:
    """What is known.

    Attributes:
        entries: sorted, without repetition.
    """

    entries: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, results: Iterable[Result]) -> Baseline:
        """All that was found now, but for what comments in the texts suppress.

        Args:
            results: scored with ``explain=True``; of others the findings are missing.
        """
        found = {
            entry for result in results if isinstance(result, Scored) for entry in _entries(result)
        }
        return cls(tuple(sorted(found)))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Baseline:
        """Read what ``to_text`` gave.

        Raises:
            BaselineError: the file is missing or damaged, or of another version.
        """
        name = files.shown_name(path)
        try:
            return cls(_parsed(json.loads(files.read_bytes(path).decode("utf-8"))))
        except files.UnreadableError as error:
            raise BaselineError(str(error)) from None
        except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
            raise BaselineError(f"{name}: not JSON: {error}") from None
        except ValueError as error:
            raise BaselineError(f"{name}: not a baseline of mtdetect: {error}") from None

    def to_text(self) -> str:
        """The baseline as JSON, an entry a line, so that a change can be read as a diff."""
        head = f'{{\n"format": {FORMAT},\n"fingerprints": {json.dumps(fingerprint.NAME)},\n'
        lines = ",\n".join(json.dumps(entry._asdict()) for entry in self.entries)
        return f'{head}"known": [\n{lines}\n]\n}}\n' if lines else f'{head}"known": []\n}}\n'

    def apply(self, scored: Scored) -> Scored:
        """The same result with what is known marked: findings hidden, the whole ``known``.

        A result is known as a whole where the text was flagged as it stands; or, where it was
        edited elsewhere, when all that speaks against it was there: its suspect passages, of which
        there must be one, and its findings. A text that was "mixed" and is "machine" now is new.
        """
        report = scored.report
        names = fingerprint.fingerprints(scored)
        known = {
            finding
            for finding, name in zip(report.findings, names, strict=True)
            if name in self._findings
        }
        hidden = {item.finding: item for item in scored.hidden}
        for finding in known:
            hidden.setdefault(finding, Hidden(finding, "known"))
        in_order = (hidden[item] for item in dict.fromkeys(report.findings) if item in hidden)
        new = any(finding not in hidden for finding in report.findings)
        return replace(scored, hidden=tuple(in_order), known=self._knows(scored, new=new))

    def _knows(self, scored: Scored, *, new: bool) -> bool:
        """Whether the verdict is no news; ``new``: whether there are findings that are."""
        verdict = scored.report.verdict
        if verdict not in {"machine", "mixed"}:
            return False
        flagged = self._machine if verdict == "machine" else self._machine | self._mixed
        if fingerprint.document_fingerprint(scored) in flagged:
            return True
        # Without contributions the report was made without findings too, and nobody knows of them.
        if new or not scored.report.contributions:
            return False
        passages = list(_passages(scored))
        return bool(passages) and flagged.issuperset(passages)

    @cached_property
    def _findings(self) -> frozenset[str]:
        return frozenset(e.fingerprint for e in self.entries if e.rule not in {_DOCUMENT, _PASSAGE})

    @cached_property
    def _machine(self) -> frozenset[str]:
        return self._flagged("machine")

    @cached_property
    def _mixed(self) -> frozenset[str]:
        return self._flagged("mixed")

    def _flagged(self, verdict: str) -> frozenset[str]:
        """Fingerprints of the documents with this verdict and of the passages in them."""
        return frozenset(
            entry.fingerprint
            for entry in self.entries
            if entry.verdict == verdict and entry.rule in {_DOCUMENT, _PASSAGE}
        )


def _entries(scored: Scored) -> Iterator[Entry]:
    """Everything in one result that can be known."""
    report, name = scored.report, scored.source.name
    if report.verdict in {"machine", "mixed"}:
        whole = fingerprint.document_fingerprint(scored)
        yield Entry(name, _DOCUMENT, report.verdict, whole)
        for passage in _passages(scored):
            yield Entry(name, _PASSAGE, report.verdict, passage)
    suppressed = {item.finding for item in scored.hidden if item.why == "suppressed"}
    for finding, digest in zip(report.findings, fingerprint.fingerprints(scored), strict=True):
        if finding not in suppressed:
            yield Entry(name, finding.signal, report.verdict, digest)


def _passages(scored: Scored) -> Iterator[str]:
    """Fingerprints of the passages to point at: all of a machine text, the flagged of a mixed."""
    report = scored.report
    for passage, digest in zip(
        report.passages, fingerprint.passage_fingerprints(scored), strict=True
    ):
        if passage.flagged or report.verdict == "machine":
            yield digest


def _parsed(data: Any) -> tuple[Entry, ...]:  # noqa: ANN401 - whatever the file holds
    """The entries of a parsed file.

    Raises:
        ValueError: it is not what ``to_text`` writes.
    """
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        found = data.get("format") if isinstance(data, dict) else None
        raise ValueError(f"its format is {found!r}, and {FORMAT} is read; write it again")
    if data.get("fingerprints") != fingerprint.NAME:
        raise ValueError("its fingerprints were made in another way; write it again")
    entries = data.get("known")
    if data.keys() != {"format", "fingerprints", "known"} or not isinstance(entries, list):
        raise ValueError("it has other parts than a baseline")
    for number, entry in enumerate(entries, start=1):
        fits = isinstance(entry, dict) and entry.keys() == set(Entry._fields)
        if not fits or not all(isinstance(value, str) for value in entry.values()):
            raise ValueError(f"entry {number} is none")
    return tuple(sorted({Entry(**entry) for entry in entries}))
