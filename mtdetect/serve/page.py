"""The page on which an editor pastes a text or drops a file, and the page that says what is wrong.

Both are whole without a script and fetch nothing from elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from mtdetect.render.html_elements import Html, element

if TYPE_CHECKING:
    from http import HTTPStatus

    from mtdetect.report import ModelId

_FILES: Final = ".txt,.text,.md,.markdown,.html,.htm,.xhtml,.docx,.pdf"


def start_page(largest: int, model: ModelId, version: str) -> str:
    """The form, with a place for the report below it.

    Args:
        largest: bytes of a file.
        model: the model in use.
        version: of this package.
    """
    return _document(
        "mtdetect",
        element(
            "main",
            element("p", "mtdetect", class_="name"),
            element("h1", "Was this text translated by a machine?", id="title"),
            _form(largest),
            element("div", id="problem", class_="problem", role="alert"),
            element("p", id="status", class_="where", role="status"),
            _report_section(),
            id="main",
        ),
        _footer(model, version),
        element("script", _script()),
    )


def problem_page(status: HTTPStatus, message: str) -> str:
    """What a browser shows in place of a report."""
    return _document(
        f"mtdetect: {status.phrase}",
        element(
            "main",
            element("p", "mtdetect", class_="name"),
            element("h1", "There is no report"),
            element("p", message[:1].upper() + message[1:] + ".", class_="standing", id="problem"),
            element("p", element("a", "Back to the form", href="/"), class_="back"),
            id="main",
        ),
    )


def policy() -> str:
    """The content security policy of the start page; reports are shown in a frame and inherit it.

    Their style may be used therefore, and no script of theirs.
    """
    return (
        f"default-src 'none'; style-src {_source(_style())} {_source(_asset('render/report.css'))};"
        f" script-src {_source(_script())}; img-src data:; connect-src 'self'; frame-src blob:;"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def _form(largest: int) -> Html:
    return element(
        "form",
        element("label", "Paste a text", for_="text"),
        element("textarea", name="text", id="text", rows=11, spellcheck="false", lang="en"),
        element(
            "div",
            element("label", "or choose a file", for_="file"),
            element("input", type="file", name="file", id="file", accept=_FILES),
            element("button", "Look for machine translation", id="send"),
            class_="row",
        ),
        element(
            "p",
            f"English prose of 40 words or more: plain text, Markdown, HTML, DOCX or PDF of"
            f" {largest / 1e6:g} MB at most.",
            element("span", " A file can also be dropped on this page.", id="drop", hidden=True),
            class_="where",
            id="hint",
        ),
        action="/score",
        method="post",
        enctype="multipart/form-data",
        id="form",
        aria_labelledby="title",
    )


def _report_section() -> Html:
    """Filled by the script."""
    return element(
        "section",
        element(
            "div",
            element("h2", "Report", id="report-title", tabindex="-1"),
            element(
                "p",
                element("a", "Save", id="save", download="report.html"),
                " ",
                element("a", "Open on a page of its own", id="open", target="_blank"),
                class_="where",
            ),
            class_="row",
        ),
        element("iframe", id="frame", title="Report", sandbox="allow-same-origin"),
        id="report",
        hidden=True,
        aria_labelledby="report-title",
    )


def _footer(model: ModelId, version: str) -> Html:
    return element(
        "footer",
        element(
            "p",
            element("b", "A score is a reason to look, never a proof."),
            " Do not decide about a person by it.",
        ),
        element(
            "p",
            "Texts go to the computer that runs this service and no further; none is kept.",
        ),
        element(
            "p",
            f"mtdetect {version}, model {model.name} {model.version} ({model.sha256[:12]})",
            class_="where",
        ),
    )


def _document(title: str, *content: Html) -> str:
    own = (
        f"default-src 'none'; style-src {_source(_style())}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
    has_script = any("<script" in part for part in content)
    head = element(
        "head",
        element("meta", charset="utf-8"),
        # The start page has its policy in a header, which says more than this may.
        Html()
        if has_script
        else element("meta", http_equiv="Content-Security-Policy", content=own),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("link", rel="icon", href="data:,"),
        element("title", title),
        element("style", _style()),
    )
    page = element("html", head, element("body", *content), lang="en")
    return f"<!doctype html>\n{page}"


def _style() -> Html:
    """The report's look, and what a form needs beyond it."""
    return Html(_asset("render/report.css") + _asset("serve/page.css"))


def _script() -> Html:
    return Html(_asset("serve/page.js"))


@cache
def _asset(path: str) -> str:
    return files("mtdetect").joinpath(path).read_text(encoding="utf-8")


@cache
def _source(content: str) -> str:
    """What a policy calls an inline style or script."""
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    return f"'sha256-{digest}'"
