"""The reports as one JSON object, for programs."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mtdetect.files import Source, UnreadableError
    from mtdetect.report import ModelId, Report

SCHEMA: Final = "mtdetect-report/1"

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def render(
    results: Iterable[tuple[Source, Report] | UnreadableError], *, version: str, model: ModelId
) -> str:
    """One object with a row for every file, in the order given; a line each, no final line break.

    A row holds "name" and either "warnings" and "report" (``Report.to_dict``) or "error". Spans
    count code points of the decoded text. Lone surrogates, as in the name of a file that is not
    UTF-8, are escaped.

    Args:
        results: a scored source, or why there is none.
        version: of this package.
        model: the model that spoke.
    """
    head = {"schema": SCHEMA, "version": version, "model": asdict(model)}
    rows = ",\n".join(_dump(_row(result)) for result in results)
    text = f'{_dump(head)[:-1]}, "files": [\n{rows}\n]}}'
    return _SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def _dump(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def _row(result: tuple[Source, Report] | UnreadableError) -> dict[str, Any]:
    if isinstance(result, tuple):
        source, report = result
        return {
            "name": source.name,
            "warnings": list(source.warnings),
            "report": report.to_dict(),
        }
    return {"name": result.name, "error": result.reason}
