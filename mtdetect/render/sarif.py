"""The reports as SARIF 2.1.0, for editors, code scanning and other tools that read alerts.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. What becomes a result is said in
``mtdetect.render.alerts``; nothing has the level "error" but a file that could not be read.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from mtdetect import fingerprint, uris
from mtdetect.reading.places import TextPlace
from mtdetect.render import alerts
from mtdetect.render.figures import sentence
from mtdetect.render.json import dump
from mtdetect.render.terminal import show
from mtdetect.result import Scored
from mtdetect.signals import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mtdetect.reading import Place, Source, UnreadableError
    from mtdetect.render.alerts import Alert
    from mtdetect.report import ModelId
    from mtdetect.result import Result

MOST_RESULTS: Final = 5_000
"""GitHub shows no more of a run, and refuses a run of more than 25,000."""

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LINE_ENDS: Final = ["\r\n", "\n", "\r"]
_ROOT: Final = "%SRCROOT%"

_RULES: Final = {
    alerts.DOCUMENT: (
        "A text reads as if a machine had translated it.",
        """\
All evidence in the text, pooled, is more than in nearly all human texts of its length. How many
exceed it is the operating point, one in a hundred by default. It is a reason to look, never a
proof.""",
    ),
    alerts.PASSAGE: (
        "A passage reads as if a machine had translated it.",
        """\
Sentences in a row that look machine-translated. The level is warning where the passage exceeds the
threshold for passages of its length, and note where it is merely the suspect part of a text that
exceeds its own.""",
    ),
}
_PROVENANCE: Final = "A trace of a translation tool in the markup."
_NOTICES: Final = {
    "file-unreadable": "A file could not be read.",
    "file-odd": "Something was odd about reading a file.",
    "results-left-out": "Results were left out.",
}


def render(results: Sequence[Result], *, version: str, model: ModelId) -> str:
    """One SARIF log with one run, without a final line break.

    Args:
        results: scored texts, or why there is none.
        version: of this package.
        model: the model that spoke.
    """
    scored = [result for result in results if isinstance(result, Scored)]
    found = [(item.source, alert) for item in scored for alert in alerts.alerts(item)]
    kept = _strongest(found)
    rules = _rules({alert.rule for _, alert in kept})
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    artifacts = _artifacts(item.source for item in scored)
    indices = {a["location"]["uri"]: number for number, a in enumerate(artifacts)}
    run = {
        "tool": {
            "driver": {
                "name": "mtdetect",
                "version": version,
                "rules": rules,
                "notifications": [_rule(name, text, "") for name, text in _NOTICES.items()],
                "properties": {"model": asdict(model)},
            }
        },
        "invocations": [_invocation(results, left_out=len(found) - len(kept))],
        "columnKind": "unicodeCodePoints",
        "newlineSequences": _LINE_ENDS,
        "artifacts": artifacts,
        "results": [_result(source, alert, numbers[alert.rule], indices) for source, alert in kept],
    }
    return dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)


def _strongest(found: list[tuple[Source, Alert]]) -> list[tuple[Source, Alert]]:
    """The results to keep, in their order."""

    def order(number: int) -> tuple[bool, bool, float]:
        alert = found[number][1]
        return alert.hidden is not None, alert.level != "warning", -alert.rank

    return [found[number] for number in sorted(sorted(range(len(found)), key=order)[:MOST_RESULTS])]


def _rules(used: set[str]) -> list[dict[str, Any]]:
    """Those of the tool, whether they have results or not, then what else has results."""
    rules = [_rule(name, *about) for name, about in _RULES.items()]
    for signal in catalogue().values():
        if signal.family != "human":
            rule = _rule(signal.name, sentence(signal.claim), signal.doc)
            rules.append(rule | {"properties": {"family": signal.family}})
    known = {rule["id"] for rule in rules}
    for name in sorted(used - known):
        mark = name.startswith(f"{alerts.PROVENANCE}/")
        rules.append(_rule(name, _PROVENANCE if mark else "A signal of another version.", ""))
    return rules


def _rule(name: str, claim: str, doc: str) -> dict[str, Any]:
    first, *_ = doc.split("\n\n")
    pascal = "".join(part.capitalize() for part in re.split(r"[^a-zA-Z0-9]+", name))
    return {
        "id": name,
        "name": f"{pascal}Found" if pascal.lower() == name else pascal,  # it may not be the id
        "shortDescription": {"text": claim},
        "fullDescription": {"text": " ".join(first.replace("``", "").split()) or claim},
        "help": {
            "text": doc.replace("``", "") or claim,
            "markdown": doc.replace("``", "`") or claim,
        },
        "defaultConfiguration": {"level": "warning"},
    }


def _artifacts(sources: Iterable[Source]) -> list[dict[str, Any]]:
    """Each file once, with its encoding."""
    artifacts: dict[str, dict[str, Any]] = {}
    for source in sources:
        location = _location(uris.file_of(source))
        if location["uri"] not in artifacts:
            artifact = {"location": location, "roles": ["analysisTarget"]}
            if source.encoding:
                artifact["encoding"] = _iana(source.encoding)
            artifacts[location["uri"]] = artifact
    return list(artifacts.values())


def _location(name: str) -> dict[str, Any]:
    """An artifact location; paths below the working folder count from the root of the project."""
    if name == uris.STDIN:
        return {"uri": "stdin", "description": {"text": "standard input"}}
    location = {"uri": uris.uri(name)}
    return location | {"uriBaseId": _ROOT} if uris.inside(name) else location


def _iana(encoding: str) -> str:
    """Python's name for an encoding as registered with IANA."""
    name = re.sub(r"^cp(?=125\d$)", "windows-", encoding.lower().replace("_", "-"))
    name = re.sub(r"^iso(?=8859)", "iso-", name)
    return {"latin-1": "iso-8859-1", "ascii": "us-ascii"}.get(
        name, re.sub(r"^(utf-(?:16|32))-(?=[lb]e$)", r"\1", name)
    )


def _result(source: Source, alert: Alert, rule: int, indices: dict[str, int]) -> dict[str, Any]:
    artifact = _location(uris.file_of(source))
    physical = {
        "artifactLocation": artifact | {"index": indices[artifact["uri"]]},
        "region": _region(alert.place),
    }
    location: dict[str, Any] = {"physicalLocation": physical}
    properties: dict[str, Any] = {}
    lead = ""
    if not isinstance(alert.place, TextPlace):
        brief = show(alert.place.brief())
        location["logicalLocations"] = [{"name": brief}]
        lead = f"{brief[:1].upper()}{brief[1:]}: "
        properties["place"] = alert.place.to_dict()
    if alert.weight is not None:
        properties["weight"] = alert.weight
    if alert.text:
        properties["text"] = alert.text
    return {
        "ruleId": alert.rule,
        "ruleIndex": rule,
        "level": alert.level,
        "message": {"text": _message(lead + alert.message)},
        "locations": [location],
        "partialFingerprints": {fingerprint.NAME: alert.fingerprint},
        "rank": round(alert.rank, 2),
        # Present on every result or on none (section 3.27.23).
        "suppressions": _suppressions(alert),
        "properties": properties,
    }


def _region(place: Place) -> dict[str, Any]:
    """Lines and columns, code points and bytes; line 1 where a format has no lines.

    A region may be left out, but code scanning and other readers refuse a log that does so.
    """
    lines = alerts.lines(place)
    if lines is None:
        return {"startLine": 1}
    region = {
        "startLine": lines.line,
        "startColumn": lines.column,
        "endLine": lines.end_line,
        "endColumn": lines.end_column,
        "charOffset": lines.start,
        "charLength": lines.end - lines.start,
    }
    if lines.byte_start is not None and lines.byte_end is not None:
        region["byteOffset"] = lines.byte_start
        region["byteLength"] = lines.byte_end - lines.byte_start
    return region


def _message(text: str) -> str:
    """Plain text in which nothing is a placeholder or a link (sections 3.11.5 and 3.11.6)."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _suppressions(alert: Alert) -> list[dict[str, Any]]:
    if alert.hidden is None:
        return []
    kind = "inSource" if alert.hidden == "suppressed" else "external"
    return [{"kind": kind} | ({"justification": show(alert.note)} if alert.note else {})]


def _invocation(results: Sequence[Result], *, left_out: int) -> dict[str, Any]:
    """How the run went: files that could not be read, what was odd, and what was left out."""
    errors = [result for result in results if not isinstance(result, Scored)]
    notices = [
        _notice("file-unreadable", "error", _reason(error), uris.file_of(error)) for error in errors
    ]
    for result in results:
        if isinstance(result, Scored):
            name = uris.file_of(result.source)
            notices += [
                _notice("file-odd", "warning", f"{warning}.", name)
                for warning in result.source.warnings
            ]
    if left_out:
        text = f"{left_out:,} results were left out; the {MOST_RESULTS:,} strongest are here."
        notices.append(_notice("results-left-out", "warning", text, None))
    return {"executionSuccessful": not errors, "toolExecutionNotifications": notices}


def _reason(error: UnreadableError) -> str:
    return f"{error.name}: {error.reason}."


def _notice(name: str, level: str, text: str, file: str | None) -> dict[str, Any]:
    notice: dict[str, Any] = {
        "descriptor": {"id": name, "index": list(_NOTICES).index(name)},
        "level": level,
        "message": {"text": _message(show(text))},
    }
    if file is not None:
        notice["locations"] = [{"physicalLocation": {"artifactLocation": _location(file)}}]
    return notice
