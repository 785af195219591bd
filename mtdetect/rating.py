"""Rating: style log-odds and artifact evidence combined, for sentences, passages and documents."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from functools import partial
from itertools import repeat
from operator import attrgetter
from typing import TYPE_CHECKING, cast

import numpy as np

from mtdetect import chain, phrases, style
from mtdetect.calibration import Calibration, Thresholds
from mtdetect.chain import ChainSettings, Sentences
from mtdetect.evidence import Weighing, gather, in_force, pool, read_signals, weighings, within
from mtdetect.report import (
    Contribution,
    Finding,
    ModelId,
    ParagraphRating,
    Passage,
    Report,
    SentenceRating,
    Verdict,
)
from mtdetect.signals import catalogue
from mtdetect.style import StyleModel, StyleReading, Vocabulary
from mtdetect.text import Document, Span
from mtdetect.text.language import not_english

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from mtdetect.deep import SecondOpinion
    from mtdetect.evidence import WeightedEvidence
    from mtdetect.model import Model
    from mtdetect.phrases import PhraseModel

MIN_WORDS = 40
"""Words of prose under which no verdict is given: style alone is nearly undecidable there."""

MIN_PASSAGE_WORDS = 25
"""Shorter runs of suspect sentences are not shown as passages."""

ODD_GROUPS = 4
"""Most groups of words in odd company that a report points at, in a text or a passage."""

SUSPECT = 0.8
"""Probability over which a sentence belongs to a passage: at 0.5 the edges hold human ones."""

SUREST = 1e-6
"""Closest to 0 and 1 that a sentence's probability counts in a passage's log-odds."""


@dataclass(frozen=True, slots=True)
class Rater:
    """Everything that turns a document into a report; immutable and shared between threads.

    Attributes:
        machine: style weights, machine-translated against human.
        translated: style weights, human-translated against native.
        calibration, translated_calibration: of the two style scores.
        weights: the signals' weighings.
        damaged_share: share of machine-translated pages with any damage.
        chain: how sentences are smoothed along the document.
        thresholds: of the operating points.
        model: what reports say of the model.
        phrases: points at words in odd company; None points at none.
        ignored: signals that are not looked for. Leaving out evidence for machine translation only
            lowers a document's score, so that the false-positive rate still holds.
        min_words: words of prose below which no verdict is given.
        deep: the second opinion; None for none.
    """

    machine: StyleModel
    translated: StyleModel
    calibration: Calibration
    translated_calibration: Calibration
    weights: Mapping[str, Weighing]
    damaged_share: float
    chain: ChainSettings
    thresholds: Thresholds
    model: ModelId
    phrases: PhraseModel | None = None
    ignored: frozenset[str] = frozenset()
    min_words: int = MIN_WORDS
    deep: SecondOpinion | None = None

    @classmethod
    def from_model(cls, model: Model) -> Rater:
        """The rater that a model file describes."""
        header, arrays = model.header, model.arrays
        vocabulary = Vocabulary(arrays["slots"], arrays["checks"], arrays["idf"])
        return cls(
            machine=StyleModel(vocabulary, arrays["machine"]),
            translated=StyleModel(vocabulary, arrays["translated"]),
            calibration=Calibration.from_header(header["calibration"]),
            translated_calibration=Calibration.from_header(header["translated_calibration"]),
            weights=weighings(header["signals"]),
            damaged_share=header["damaged_share"],
            chain=ChainSettings(**header["chain"]),
            thresholds=Thresholds.from_header(header["thresholds"]),
            model=ModelId(header["name"], header["version"], header["sha256"]),
            phrases=model.phrases,
        )

    def deepened(self, opinion: SecondOpinion) -> Rater:
        """The same with a second opinion, and with the calibration and thresholds of both."""
        return replace(
            self,
            deep=opinion,
            calibration=opinion.settings.calibration,
            thresholds=opinion.settings.thresholds,
            model=opinion.settings.model,
        )

    def rate(self, document: Document, *, fpr: float, explain: bool) -> Report:
        """The report on ``document`` at the operating point ``fpr``.

        Raises:
            ValueError: ``fpr`` lies outside the rates that the model was measured at.
        """
        words = document.n_prose_words
        reason = insufficient(document, self.min_words)
        threshold = self.thresholds.document(words, fpr)
        reading = style.read(document)
        if not len(document.word_starts):
            return self._wordless(document, fpr, reason)
        found = gather(read_signals(document, ignored=self.ignored), self.weights)
        evidence = pool(
            in_force(document, found),
            document.n_prose_characters / 2000,
            self.weights,
            self.damaged_share,
        )
        prior, length = self.calibration.prior(), self.calibration.length(words)
        scores = self.machine.token_shares(reading)
        shares = self.calibration.scale(words) * scores
        found_in = _evidence_in(document, evidence)
        n_sentences = len(document.prose_sentences)
        own = np.bincount(reading.sentence, weights=shares, minlength=n_sentences) + found_in
        sentence_log_odds: list[float] = own.tolist()
        opinion = self._opinion(document, words)
        log_odds = prior + length + float(shares.sum()) + sum(item.weight for item in evidence)
        log_odds += opinion or 0.0
        if reason is None:
            sizes = _sizes(document)
            smoothed = self._smoothed(document, reading, scores, sizes, found_in)
            passages = self._passages(document, reading, found, smoothed, sizes, fpr)
        else:
            smoothed, passages = [], ()
        verdict: Verdict
        if reason is not None:
            verdict = "insufficient"
        elif log_odds > threshold:
            verdict = "machine"
        elif any(passage.flagged for passage in passages):
            verdict = "mixed"
        else:
            verdict = "human"
        probability = None if reason else chain.sigmoid(log_odds)
        return Report(
            verdict=verdict,
            reason=reason,
            log_odds=log_odds,
            probability=probability,
            threshold=threshold,
            fpr=fpr,
            words=words,
            origin=None if probability is None else self._origin(reading, words, probability),
            paragraphs=_paragraphs(
                document, sentence_log_odds, evidence, smoothed, verdict, passages
            ),
            sentences=tuple(
                map(
                    SentenceRating,
                    document.prose_sentences,
                    sentence_log_odds,
                    smoothed or repeat(None),
                )
            ),
            passages=passages,
            findings=(self._findings(document, evidence, verdict, passages) if explain else ()),
            contributions=(
                _contributions(document, shares, evidence, prior, length, opinion)
                if explain
                else ()
            ),
            model=self.model,
        )

    def _findings(
        self,
        document: Document,
        evidence: list[WeightedEvidence],
        verdict: Verdict,
        passages: tuple[Passage, ...],
    ) -> tuple[Finding, ...]:
        """The evidence, and words in odd company where the text is flagged, in text order.

        The latter weigh nothing: native English has as many, and what the wording says of its
        author is the style model's to say. In a suspect text they are where to look.
        """
        found = _findings(document, evidence)
        if self.phrases is None or verdict not in {"machine", "mixed"}:
            return found
        stretches = [passage.span for passage in passages if passage.flagged]
        if verdict == "machine":
            sentences = document.prose_sentences
            stretches = [Span(sentences[0].start, sentences[-1].end)]
        odd = [
            Finding(phrases.NAME, phrases.CLAIM, span, span.of(document.text), 0.0)
            for span in phrases.odd_spans(document, self.phrases, stretches, most=ODD_GROUPS)
        ]
        return tuple(sorted([*found, *odd], key=lambda finding: finding.span))

    def _opinion(
        self, document: Document, words: int, first: int = 0, last: int | None = None
    ) -> float | None:
        """The second opinion's log-odds on some sentences, of ``words`` words; None for none."""
        if self.deep is None:
            return None
        return self.deep.log_odds(document, words, first, last)

    def _log_odds(
        self, reading: StyleReading, weighed: list[WeightedEvidence], words: int, characters: int
    ) -> float:
        """Pooled log-odds of a stretch rated as a text of its own."""
        evidence = pool(weighed, characters / 2000, self.weights, self.damaged_share)
        style_log_odds = self.calibration.log_odds(self.machine.score(reading), words)
        return style_log_odds + sum(item.weight for item in evidence)

    def _smoothed(
        self,
        document: Document,
        reading: StyleReading,
        scores: NDArray[np.float64],
        sizes: list[int],
        found_in: NDArray[np.float64],
    ) -> list[float]:
        """Each prose sentence's probability of being machine-translated, given the others.

        A score is a sum over the root of the length (its L2 norm grows so); times that root, it is
        a sum over words again, on one scale for all documents.
        """
        sentences = document.prose_sentences
        starts = {span.start for span in document.prose}
        sums = np.bincount(reading.sentence, weights=scores, minlength=len(sentences))
        return chain.machine_probabilities(
            Sentences(
                sums * np.sqrt(document.n_prose_words),
                np.array(sizes, dtype=float),
                found_in,
                np.array([sentence.start in starts for sentence in sentences]),
            ),
            self.chain,
        )

    def _passages(
        self,
        document: Document,
        reading: StyleReading,
        found: list[WeightedEvidence],
        smoothed: list[float],
        sizes: list[int],
        fpr: float,
    ) -> tuple[Passage, ...]:
        """Runs of suspect sentences.

        A passage's log-odds are those of a text of its own, plus how much it stands out: half the
        distance between its sentences' mean log-odds and the others'. So a passage that is the
        whole document is rated as the document.
        """
        runs = chain.runs(smoothed, above=SUSPECT)
        if not runs:
            return ()
        sentences = document.prose_sentences
        sure = np.clip(smoothed, SUREST, 1 - SUREST)
        sums = np.append(0.0, np.cumsum(np.log(sure / (1 - sure))))
        passages = []
        for first, last in runs:
            words = sum(sizes[first : last + 1])
            if words < MIN_PASSAGE_WORDS:
                continue
            span = Span(sentences[first].start, sentences[last].end)
            alone = self._log_odds(
                reading.between(first, last),
                in_force(document, within(found, span)),
                words,
                sum(s.end - s.start for s in sentences[first : last + 1]),
            )
            alone += self._opinion(document, words, first, last) or 0.0
            log_odds = alone + _apart(sums, first, last) / 2
            flagged = words >= MIN_WORDS and log_odds > self.thresholds.passage(words, fpr)
            mean = sum(smoothed[first : last + 1]) / (last + 1 - first)
            passages.append(Passage(span, words, mean, log_odds, flagged))
        return tuple(passages)

    def _origin(self, reading: StyleReading, words: int, machine: float) -> dict[str, float]:
        """Probabilities of the three origins; the second style score splits the human share."""
        score = self.translated.score(reading)
        translated = chain.sigmoid(self.translated_calibration.log_odds(score, words))
        return {
            "native": (1 - machine) * (1 - translated),
            "human_translated": (1 - machine) * translated,
            "machine_translated": machine,
        }

    def _wordless(self, document: Document, fpr: float, reason: str | None) -> Report:
        """The report on a text without a word."""
        return Report(
            verdict="insufficient",
            reason=reason,
            log_odds=None,
            probability=None,
            threshold=None,
            fpr=fpr,
            words=0,
            origin=None,
            paragraphs=_paragraphs(
                document, [0.0] * len(document.prose_sentences), [], [], "insufficient", ()
            ),
            sentences=(),
            passages=(),
            findings=(),
            contributions=(),
            model=self.model,
        )


def _sizes(document: Document) -> list[int]:
    """How many words each prose sentence holds."""
    sizes: list[int] = document.words_in(document.prose_sentences).tolist()
    return sizes


def _evidence_in(document: Document, evidence: list[WeightedEvidence]) -> NDArray[np.float64]:
    """(n_prose_sentences,) what the findings in each sentence weigh together."""
    sentences = document.prose_sentences
    starts = [sentence.start for sentence in sentences]
    weights = np.zeros(len(sentences))
    for item in evidence:
        index = bisect_right(starts, item.span.start) - 1
        if index >= 0 and item.span.start < sentences[index].end:
            weights[index] += item.weight
    return weights


def _apart(sums: NDArray[np.float64], first: int, last: int) -> float:
    """Mean of the sentences ``first`` to ``last`` less that of the others; 0 if there are none.

    ``sums``: (n + 1,) running sums over the sentences, from 0.
    """
    size = last + 1 - first
    others = len(sums) - 1 - size
    if not others:
        return 0.0
    inside = sums[last + 1] - sums[first]
    return float(inside / size - (sums[-1] - inside) / others)


def insufficient(document: Document, min_words: int = MIN_WORDS) -> str | None:
    """Why no verdict can be given, as an editor should read it; None if one can."""
    words = document.n_prose_words
    if not len(document.word_starts):
        return "no words"
    if not words:
        return "nothing but page furniture"
    if words < min_words:
        return f"{words:,} word{'s' if words > 1 else ''} of prose; {min_words:,} are needed"
    return not_english(document)


def _paragraphs(
    document: Document,
    own: list[float],
    evidence: list[WeightedEvidence],
    smoothed: list[float],
    verdict: Verdict,
    passages: tuple[Passage, ...],
) -> tuple[ParagraphRating, ...]:
    """Paragraph ratings from their sentences.

    A paragraph is "machine" when most of it lies in a flagged passage, or, in a document that is
    machine-translated as a whole, when it is more likely so than not.
    """
    starts = [sentence.start for sentence in document.prose_sentences]
    flagged = [False] * len(starts)
    for passage in passages:
        if passage.flagged:
            for i in range(*(bisect_left(starts, edge) for edge in passage.span)):
                flagged[i] = True
    rated = []
    for span, kind in document.paragraphs:
        first, last = bisect_left(starts, span.start), bisect_left(starts, span.end)
        probability = None
        answer: Verdict = "insufficient"
        if smoothed and kind == "prose" and first < last:
            sizes = [s.end - s.start for s in document.prose_sentences[first:last]]
            weighted = sum(p * n for p, n in zip(smoothed[first:last], sizes, strict=True))
            probability = weighted / sum(sizes)
            covered = sum(n for n, inside in zip(sizes, flagged[first:last], strict=True) if inside)
            suspect = 2 * covered > sum(sizes)
            answer = (
                "machine" if suspect or (verdict == "machine" and probability > 0.5) else "human"
            )
        log_odds = sum(own[first:last])
        if kind == "furniture":
            log_odds = sum(item.weight for item in within(evidence, span))
        rated.append(ParagraphRating(span, kind, log_odds, probability, answer))
    return tuple(rated)


def _findings(document: Document, evidence: list[WeightedEvidence]) -> tuple[Finding, ...]:
    """What a report says of each piece of evidence."""
    signals = catalogue()
    return tuple(
        Finding(
            item.signal,
            f"{signals[item.signal].claim} ({item.note})"
            if item.note
            else signals[item.signal].claim,
            item.span,
            item.span.of(document.text),
            item.weight,
        )
        for item in evidence
    )


def _contributions(
    document: Document,
    shares: NDArray[np.float64],
    evidence: list[WeightedEvidence],
    prior: float,
    length: float,
    opinion: float | None,
) -> tuple[Contribution, ...]:
    """Every signed contribution in text order, then those without a place: made when first read."""
    damage = [Contribution(item.span, item.weight, item.signal) for item in evidence if item.weight]
    last = [Contribution(None, prior, "prior"), Contribution(None, length, "length")]
    if opinion is not None:
        last.append(Contribution(None, opinion, "second_opinion"))
    make = partial(_all_contributions, document.normalised, shares, damage, last)
    return cast("tuple[Contribution, ...]", make)  # as ``Report`` takes it


def _all_contributions(
    text: str,
    shares: NDArray[np.float64],
    damage: list[Contribution],
    last: list[Contribution],
    report: Report,
) -> tuple[Contribution, ...]:
    """The contributions of a report.

    Args:
        text: as the style model read it.
        shares: (n_tokens,) of the tokens of its prose sentences.
        damage: what findings weigh, in text order.
        last: what has no place in the text.
        report: on the text.
    """
    new = tuple.__new__  # Span's own constructor doubles the time
    spans = (
        new(Span, match.span())
        for sentence in report.sentences
        for match in style.TOKEN.finditer(text, *sentence.span)
    )
    placed = _style_contributions(spans, shares.tolist())
    if damage:
        placed = sorted([*placed, *damage], key=attrgetter("span"))
    return (*placed, *last)


def _style_contributions(spans: Iterator[Span], weights: list[float]) -> list[Contribution]:
    """A contribution for each span and weight.

    Slots are filled one after the other, in half the time that the constructor of a frozen class
    takes: there is one for each token.
    """
    made: list[Contribution] = list(map(object.__new__, repeat(Contribution, len(weights))))
    for name, values in (("span", spans), ("weight", weights), ("signal", repeat("style"))):
        for _ in map(vars(Contribution)[name].__set__, made, values):
            pass
    return made
