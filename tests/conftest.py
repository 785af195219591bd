"""Reports made by hand, so that renderers and the command line are tested without a model."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from hypothesis import settings

from mtdetect.report import (
    Contribution,
    Finding,
    ModelId,
    ParagraphRating,
    Passage,
    Report,
    SentenceRating,
)
from mtdetect.text import Span

# A loaded machine is slow, not wrong.
settings.register_profile("mtdetect", deadline=None)
settings.load_profile("mtdetect")

MODEL = ModelId("en", "1.0", "ab" * 32)


def load_script(name):
    """A file of ``scripts/`` as a module."""
    path = Path(__file__).parent.parent / "scripts" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def place(text, words):
    """The span of ``words``, which must occur in ``text``."""
    start = text.index(words)
    return Span(start, start + len(words))


def make_report(
    text,
    verdict,
    *,
    findings=(),
    style=(),
    passages=(),
    furniture=(),
    probability=None,
    reason=None,
    fpr=0.01,
    words=None,
):
    """A report on ``text`` whose parts hang together.

    ``findings`` are (words, signal, message, weight); ``style`` are (words, weight); ``passages``
    are (first words, last words, probability); ``furniture`` has paragraphs' first words.
    """
    insufficient = verdict == "insufficient"
    default = {"machine": 0.98, "mixed": 0.4, "human": 0.03, "insufficient": None}[verdict]
    probability = default if probability is None else probability
    found = tuple(
        Finding(signal, message, place(text, quoted), quoted, weight)
        for quoted, signal, message, weight in findings
    )
    contributions = [
        *(Contribution(place(text, quoted), weight, "style") for quoted, weight in style),
        *(Contribution(f.span, f.weight, f.signal) for f in found),
    ]
    contributions.sort(key=lambda c: c.span)
    contributions += [Contribution(None, -0.2, "prior"), Contribution(None, -0.5, "length")]
    spans = [
        Span(*match.span()) for match in re.finditer(r"\S(?:.|\n(?!\s*\n))*", text) if match.group()
    ]
    flagged = tuple(
        Passage(Span(place(text, first).start, place(text, last).end), 60, p, 3.0, flagged=True)
        for first, last, p in passages
    )
    paragraphs = tuple(
        ParagraphRating(span, "furniture", 0.0, None, "insufficient")
        if text[span.start : span.end].startswith(tuple(furniture))
        else ParagraphRating(
            span,
            "prose",
            0.0,
            probability,
            "insufficient"
            if insufficient
            else "machine"
            if any(span.overlaps(passage.span) for passage in flagged)
            else "human",
        )
        for span in spans
    )
    return Report(
        verdict=verdict,
        reason=reason,
        log_odds=sum(c.weight for c in contributions),
        probability=probability,
        threshold=2.8,
        fpr=fpr,
        words=len(text.split()) if words is None else words,
        origin=None
        if insufficient
        else {"native": 0.2, "human_translated": 0.2, "machine_translated": 0.6},
        paragraphs=paragraphs,
        sentences=tuple(SentenceRating(span, 0.0, probability) for span in spans),
        passages=flagged,
        findings=found,
        contributions=tuple(contributions),
        model=MODEL,
    )
