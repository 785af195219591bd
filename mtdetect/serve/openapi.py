"""What the service takes and gives, as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html)."""

from __future__ import annotations

from typing import Any, Final

from mtdetect.config import HIGHEST_FPR, LOWEST_FPR
from mtdetect.serve.limits import MOST_TEXTS
from mtdetect.serve.sent import JSON_LINES, SUFFIXES

_PROBLEMS: Final = {
    "400": "The body is not what its content type says, or the Host header names another service.",
    "403": "A page of another site has sent the request.",
    "408": "The request did not come in in time.",
    "413": "The body is too large, or the batch has too many texts.",
    "415": "The content type is none that is read.",
    "422": "There is no text in the request that can be scored.",
    "500": "An error inside mtdetect.",
    "503": "There is too much to do. Try again after Retry-After seconds.",
    "504": "The text took too long. Send less.",
}


def description(largest: int, version: str) -> dict[str, Any]:
    """The description, for this limit on a request's bytes and this version of the package."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "mtdetect",
            "version": version,
            "description": "Finds machine-translated English, says how sure it is, and points at"
            " the words that gave it away. A score is a reason to look, never a proof."
            f" A request has {largest:,} bytes at most.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [],
        "paths": {
            "/score": {"post": _score()},
            "/score/batch": {"post": _batch()},
            "/health": {"get": _health()},
            "/openapi.json": {
                "get": _get("describe", "This description.", "application/json", {"type": "object"})
            },
            "/": {"get": _get("page", "A page for people.", "text/html", {"type": "string"})},
        },
        "components": {"schemas": _schemas(), "responses": _problems()},
    }


def _score() -> dict[str, Any]:
    form = {
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "file": {"type": "string", "contentMediaType": "application/octet-stream"},
            "fpr": _ref("fpr"),
        },
        "description": "A text or a file. The ending of the file's name tells its format.",
    }
    return {
        "operationId": "score",
        "summary": "Score one text.",
        "parameters": [
            _rate(),
            {
                "name": "filename",
                "in": "query",
                "description": "Of a file sent as the body; its ending tells the format.",
                "schema": {"type": "string"},
            },
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": _ref("item")},
                "multipart/form-data": {"schema": form},
                **{kind: {"schema": {}} for kind in SUFFIXES},
            },
        },
        "responses": _responses(
            "The report, as JSON or, where Accept prefers it, as a page.",
            {
                "application/json": {"schema": _ref("result")},
                "text/html": {"schema": {"type": "string"}},
            },
        ),
    }


def _batch() -> dict[str, Any]:
    items = {"oneOf": [{"type": "string"}, _ref("item")]}
    texts = {"type": "array", "maxItems": MOST_TEXTS, "items": items}
    lines = {"type": "string", "description": "On each line a string or an object, in JSON."}
    return {
        "operationId": "scoreBatch",
        "summary": f"Score up to {MOST_TEXTS} texts.",
        "parameters": [_rate()],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": texts},
                **{kind: {"schema": lines} for kind in JSON_LINES},
            },
        },
        "responses": _responses(
            "A result or an error for every text, in order.",
            {"application/json": {"schema": _ref("results")}},
        ),
    }


def _health() -> dict[str, Any]:
    counts = {"ready": {"type": "integer"}, "size": {"type": "integer"}}
    schema = _object(
        {
            "status": {"enum": ["ready", "starting"]},
            "version": {"type": "string"},
            "model": _ref("model"),
            "uptime": {"type": "number", "description": "Seconds."},
            "workers": _object(counts),
            "waiting": {"type": "integer", "description": "Requests that wait for a worker."},
        }
    )
    described = _get("health", "Whether texts can be scored.", "application/json", schema)
    content = {"application/json": {"schema": schema}}
    described["responses"]["503"] = {"description": "No worker is ready.", "content": content}
    return described


def _get(name: str, summary: str, kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    answer = {"description": summary, "headers": _MODEL, "content": {kind: {"schema": schema}}}
    return {"operationId": name, "summary": summary, "responses": {"200": answer}}


def _responses(what: str, content: dict[str, Any]) -> dict[str, Any]:
    problems = {code: {"$ref": f"#/components/responses/{code}"} for code in _PROBLEMS}
    return {"200": {"description": what, "headers": _MODEL, "content": content}, **problems}


def _problems() -> dict[str, Any]:
    content = {
        "application/json": {"schema": _ref("error")},
        "text/html": {"schema": {"type": "string"}},
    }
    wait = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
    return {
        code: {
            "description": what,
            "headers": _MODEL | (wait if code in {"503", "504"} else {}),
            "content": content,
        }
        for code, what in _PROBLEMS.items()
    }


def _schemas() -> dict[str, Any]:
    text = {"type": "string"}
    head = {
        "schema": {"const": "mtdetect-report/1"},
        "version": text,
        "model": _ref("model"),
    }
    row = {
        "name": text,
        "format": text,
        "encoding": {"type": ["string", "null"]},
        "warnings": {"type": "array", "items": text},
        "provenance": {"type": "array", "items": {"type": "object"}},
        "known": {"type": "boolean"},
        "fingerprint": text,
        "report": {
            "type": "object",
            "description": "See docs/report.schema.json for every field.",
            "properties": {
                "verdict": {"enum": ["machine", "mixed", "human", "insufficient"]},
                "reason": {"type": ["string", "null"]},
                "probability": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
                "log_odds": {"type": ["number", "null"]},
                "threshold": {"type": ["number", "null"]},
                "passages": {"type": "array", "items": {"type": "object"}},
                "findings": {"type": "array", "items": {"type": "object"}},
            },
            "required": ["verdict", "reason", "probability", "log_odds", "threshold"],
        },
    }
    failed = {"name": text, "error": text}
    rows = {"type": "array", "items": {"oneOf": [_object(row), _object(failed)]}}
    return {
        "fpr": {
            "type": "number",
            "minimum": LOWEST_FPR,
            "maximum": HIGHEST_FPR,
            "description": "Share of human texts that may be flagged.",
        },
        "item": {
            "type": "object",
            "properties": {"text": text, "fpr": _ref("fpr")},
            "required": ["text"],
            "additionalProperties": False,
        },
        "model": _object({"name": text, "version": text, "sha256": text}),
        "result": _object(head | row),
        "results": _object(head | {"files": rows}),
        "error": _object({"error": text}),
    }


def _rate() -> dict[str, Any]:
    return {
        "name": "fpr",
        "in": "query",
        "description": "The rate for texts that name none themselves.",
        "schema": _ref("fpr"),
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    """An object that has all of these."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


_MODEL: Final = {
    "X-Mtdetect-Model": {
        "description": "Name, version and digest of the model.",
        "schema": {"type": "string"},
    }
}
