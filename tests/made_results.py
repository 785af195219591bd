"""Results made by hand or drawn at random, for the tests of reports for machines."""

from __future__ import annotations

from conftest import MODEL, make_report
from hypothesis import strategies as st

from mtdetect import phrases
from mtdetect.reading import Mark, Prose, Source, UnreadableError
from mtdetect.reading.cells import CellCarrier, LineStart
from mtdetect.reading.docx import DocxPlace
from mtdetect.reading.pdf import PdfPlace
from mtdetect.reading.places import TextCarrier
from mtdetect.report import (
    Contribution,
    Finding,
    ParagraphRating,
    Passage,
    Report,
    SentenceRating,
)
from mtdetect.result import Hidden, Scored
from mtdetect.text import Span

TEXT = """\
The port will close to visitors from May. According to two people close to the owners.

“We waited for the ferry until the night,” he told the local radio. Harbor Talk.”

The head of the big town administration then carried out the phone with the captain.

See also  Why the seagulls left
"""
ATTRIBUTION = (
    "According to two people close to the owners.",
    "detached_attribution",
    "an attribution stands alone as a sentence, cut off from the claim it belongs to",
    1.9,
)
QUOTE = (
    "Harbor Talk.”",
    "unopened_quote",
    "a closing quotation mark has no opening one in its paragraph",
    1.1,
)
SEE_ALSO = ("See also  Why the seagulls left", "see_also_line", "a pointer to another story", 0.0)
HEDGE = ("close to visitors", "hedges", "somebody hedges", -0.5)
ODD = ("big town", phrases.NAME, phrases.CLAIM, 0.0)
FINDINGS = (HEDGE, ATTRIBUTION, QUOTE, ODD, SEE_ALSO)  # in text order


def source(text, *, name="suspect.txt", **changes):
    settings = {"carrier": TextCarrier(text, size=len(text.encode())), "encoding": "utf-8"}
    return Source(name=name, text=text, **(settings | changes))


def machine(text=TEXT, *, name="suspect.txt", hidden=(), known=False, **changes):
    settings = {
        "findings": FINDINGS,
        "passages": (("The port", "Harbor Talk.”", 0.94), ("The head", "captain.", 0.88)),
        "furniture": ("See also",),
        "words": 1041,
    }
    report = make_report(text, "machine", **settings | changes)
    return Scored(source(text, name=name), report, hidden=tuple(hidden), known=known)


def mixed(text=TEXT, **changes):
    settings = {
        "findings": FINDINGS,
        "passages": (("“We waited", "Harbor Talk.”", 0.94),),
        "furniture": ("See also",),
    }
    return Scored(source(text), make_report(text, "mixed", **settings | changes))


def human(text=TEXT, *, name="suspect.txt", findings=FINDINGS):
    return Scored(source(text, name=name), make_report(text, "human", findings=findings))


def insufficient(text="Too short.", *, name="note.txt"):
    report = make_report(text, "insufficient", reason="2 words of prose; 40 are needed")
    return Scored(source(text, name=name), report)


def gone(name="gone.txt"):
    return UnreadableError(name, "no such file")


class Pages:
    """A file without lines: one page that holds all."""

    def __init__(self, text):
        self.text = text

    def place(self, span):
        return PdfPlace(1, span.start, 1, span.end)


class Runs:
    """A file without lines: one run that holds all."""

    def __init__(self, text):
        self.text = text

    def place(self, span):
        part = "word/document.xml"
        return DocxPlace(part, 1, 1, span.start, part, 1, 1, span.end)


def cells(text):
    """A cell in the third line of a file, with its place there."""
    return CellCarrier(text, 3, "body", LineStart(2, 100, 110, 120))


def lone_cells(text):
    """A cell of a file without lines."""
    return CellCarrier(text, 3, "body")


CARRIERS = {
    "text": TextCarrier,
    "pdf": Pages,
    "docx": Runs,
    "jsonl": cells,
    "parquet": lone_cells,
}


hostile = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "\n\n\r\t ..“”’…\x1b\x07\x9b\u200b\u202e\u2066\u2028日😀ש`|*_[]()<>@#{}=+-:,%&;\"'"
        ),
        st.characters(),
        st.sampled_from("abc defghij "),
    ),
    max_size=200,
)
encodable = hostile.map(lambda text: text.encode("utf-8", "replace").decode())
names = st.one_of(
    hostile, st.sampled_from(["<stdin>", "a.txt", "/abs/a b.txt", "../up.txt", "a.csv:3"])
)


@st.composite
def spans(draw, text, *, most=4):
    """Disjoint stretches of a text, in order; some may be empty."""
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=2 * most)))
    return [Span(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]


@st.composite
def sources(draw):
    origin = draw(encodable)
    text, source_map = origin, None
    if draw(st.booleans()):
        prose = Prose(origin)
        for span in draw(spans(origin)):
            prose.same(*span)
            prose.end_paragraph()
        text, source_map = prose.build()
    kind = draw(st.sampled_from(sorted(CARRIERS)))
    marks = [Mark(draw(hostile), draw(hostile), span) for span in draw(spans(origin, most=2))]
    return Source(
        name=draw(names),
        text=text,
        carrier=CARRIERS[kind](origin),
        map=source_map,
        warnings=tuple(draw(st.lists(hostile, max_size=2))),
        format=kind,
        encoding="utf-8" if kind in {"text", "jsonl"} else None,
        marks=tuple(marks),
    )


weights = st.floats(-5, 5)
chances = st.floats(0, 1)
SIGNALS = ["detached_attribution", "unopened_quote", "hedges", phrases.NAME, "from_elsewhere"]


@st.composite
def reports(draw, text):
    verdict = draw(st.sampled_from(["machine", "mixed", "human", "insufficient"]))
    chance = None if verdict == "insufficient" else draw(chances)
    found = sorted(span for part in (draw(spans(text)), draw(spans(text))) for span in part)
    return Report(
        verdict=verdict,
        reason=draw(hostile) if chance is None else None,
        log_odds=draw(st.none() | weights) if chance is None else draw(weights),
        probability=chance,
        threshold=draw(st.none() | weights),
        fpr=draw(st.floats(0.001, 0.2)),
        words=draw(st.integers(0, 10**6)),
        origin=draw(
            st.none()
            | st.just({"native": 0.5, "human_translated": 0.25, "machine_translated": 0.25})
        ),
        paragraphs=tuple(
            ParagraphRating(
                span,
                draw(st.sampled_from(["prose", "furniture"])),
                draw(weights),
                draw(st.none() | chances),
                draw(st.sampled_from(["machine", "human", "insufficient"])),
            )
            for span in draw(spans(text))
        ),
        sentences=tuple(
            SentenceRating(span, draw(weights), draw(st.none() | chances))
            for span in draw(spans(text))
        ),
        passages=tuple(
            Passage(
                span, draw(st.integers(0, 500)), draw(chances), draw(weights), draw(st.booleans())
            )
            for span in draw(spans(text, most=2))
        ),
        findings=tuple(
            Finding(
                draw(st.sampled_from(SIGNALS)), draw(hostile), span, span.of(text), draw(weights)
            )
            for span in found
        ),
        contributions=tuple(
            Contribution(span, draw(weights), "style") for span in draw(spans(text))
        ),
        model=MODEL,
    )


@st.composite
def scored(draw, source=None):
    drawn = draw(sources()) if source is None else source
    report = draw(reports(drawn.text))
    hidden = [
        Hidden(finding, draw(st.sampled_from(["suppressed", "known"])), draw(hostile))
        for finding in dict.fromkeys(report.findings)
        if draw(st.booleans())
    ]
    return Scored(drawn, report, hidden=tuple(hidden), known=draw(st.booleans()))


unreadable = st.builds(UnreadableError, names, hostile)
result_lists = st.lists(st.one_of(scored(), unreadable), max_size=4)
