"""What stands at the end of the page once: what findings mean, what is not known, which model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mtdetect import phrases
from mtdetect.render.catalogue import OTHER_TERMS
from mtdetect.render.figures import humans, sentence
from mtdetect.render.html_elements import Html, element, escape, join
from mtdetect.render.html_words import title
from mtdetect.signals import catalogue

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mtdetect.report import ModelId

LIMITS: Final = (
    ("A score is a reason to look, never a proof.", "Do not decide about a person by it."),
    (
        "The percentage takes even odds for granted.",
        "If one text in a hundred that you see is a machine's, 90 % here means about 8 % for you.",
    ),
    (
        "The line asks for more than an even bet.",
        "A text can be at 90 % and still be called human: nobody is accused on so little.",
    ),
    (
        "No verdict is no clean bill of health.",
        "The tool does not judge under 40 words of prose, other languages, mere page furniture.",
    ),
    (
        "A sentence alone says little.",
        "Its shade rests on its neighbours too; one to three sentences are nearly undecidable.",
    ),
    (
        "Some people write like that.",
        "Human translations and learnt English are the hardest; a page can be damaged by hand.",
    ),
    (
        "Text by language models is another question.",
        "The tool answers whether a machine translated a text, not whether one wrote it.",
    ),
)

_IN_SHORT: Final = {
    "style": "the wording, against that of translations by machines and by people",
    phrases.NAME: phrases.CLAIM,
    "prior": "where the sum starts",
    "length": "a correction for the length of the text",
    "second_opinion": "what a small neural network says of the whole text",
}

_CODE: Final = re.compile(r"``([^`]+)``")


def explanations(signals: Collection[str]) -> Html:
    """What each kind of evidence on the page means, in the order of the catalogue."""
    known = catalogue()
    order = ["style", *known, *(name for name in OTHER_TERMS if name != "style")]
    return join(
        element(
            "details",
            element(
                "summary",
                element("b", title(name)),
                element(
                    "span",
                    sentence(known[name].claim if name in known else _IN_SHORT[name]),
                    class_="claim",
                ),
            ),
            *_documentation(name),
            class_="explained",
            id=f"signal-{name}",
        )
        for name in order
        if name in signals
    )


def _documentation(name: str) -> Iterator[Html]:
    known = catalogue()
    for paragraph in (known[name].doc if name in known else OTHER_TERMS[name]).split("\n\n"):
        # Every second piece stood between double backticks.
        pieces = _CODE.split(" ".join(paragraph.split()))
        yield element(
            "p",
            *(element("code", piece) if i % 2 else escape(piece) for i, piece in enumerate(pieces)),
        )
    if name in known:
        yield element(
            "p",
            "Examples, and where it was counted: ",
            element("code", f"mtdetect explain {name}"),
            class_="where",
        )


def limits() -> Html:
    """What the tool does not know."""
    return element(
        "dl",
        *(element("div", element("dt", claim), element("dd", more)) for claim, more in LIMITS),
        class_="limits",
    )


def colophon(version: str, model: ModelId, fprs: Collection[float]) -> Html:
    """Program, model and operating point, so that a figure can be traced."""
    facts = [
        ("Program", f"mtdetect {version}"),
        ("Model", f"{model.name} {model.version}"),
        ("Digest (SHA-256)", model.sha256),
        *(("Operating point", f"flags at most {humans(fpr)}") for fpr in sorted(fprs)),
    ]
    return element(
        "dl",
        *(element("div", element("dt", name), element("dd", value)) for name, value in facts),
        class_="colophon",
    )
