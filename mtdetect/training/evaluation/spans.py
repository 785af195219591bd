"""Words that the phrase model points at, against errors that professional translators marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mtdetect import phrases, style
from mtdetect.training import marked
from mtdetect.training import phrases as training
from mtdetect.training.data import fold_of
from mtdetect.training.evaluation.tables import Column, Row, count, figure, section, share, table
from mtdetect.training.metrics import bootstrap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from mtdetect.phrases import PhraseModel
    from mtdetect.style import StyleModel
    from mtdetect.training.evaluation.run import Run
    from mtdetect.training.marked import MarkedText

HELD_OUT: marked.SetName = "2021-news"
"""Never learned from; its references and translations are part of wmt21, whose fold is left out."""

RANKED = 0.1
"""Share of the words that are ranked most suspicious."""

SHOWN = 4
"""Word groups that are shown of a document."""


class Words(NamedTuple):
    """Words of many texts, one after the other.

    Attributes:
        score: (n,) how suspicious each is.
        marked, major: (n,) share of the annotators who marked it, as ``MarkedText`` has them.
        document: (n,) whose words they are.
    """

    score: NDArray[np.float64]
    marked: NDArray[np.float64]
    major: NDArray[np.float64]
    document: NDArray[np.str_]


def words_of(
    texts: Sequence[MarkedText], score: Callable[[MarkedText], NDArray[np.floating]]
) -> Words:
    """The words of the texts, not their marks, with what ``score`` says of each token."""
    parts = [
        (score(text), text.marked, text.major, np.full(len(text.marked), text.document))
        for text in texts
    ]
    chosen = np.concatenate([text.tokens.is_word for text in texts])
    return Words(*(np.concatenate(column)[chosen] for column in zip(*parts, strict=True)))


def style_shares(text: MarkedText, model: StyleModel) -> NDArray[np.float64]:
    """(n_tokens,) each token's contribution to the style score of its document.

    Times the root of the number of tokens: the score is normalised by document, and words of long
    and short ones are ranked together.
    """
    reading = style.StyleReading(
        style.ngrams(text.tokens.texts, text.tokens.sentence), text.tokens.sentence
    )
    shares: NDArray[np.float64] = model.token_shares(reading) * np.sqrt(len(text.tokens.texts))
    return shares


def in_groups(text: MarkedText, model: PhraseModel) -> NDArray[np.float64]:
    """(n_tokens,) 1 for a word of the groups that would be shown of the text."""
    scores = model.scores(text.tokens)
    inside = np.zeros(len(scores))
    for group in phrases.odd_groups(text.tokens, scores, level=model.level, most=SHOWN):
        inside[group.first : group.last + 1] = 1
    return inside


def most_suspicious(score: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,) the words that are ranked first."""
    ranked = np.zeros(len(score), dtype=bool)
    ranked[np.argsort(-score, kind="stable")[: max(round(RANKED * len(score)), 1)]] = True
    return ranked


def lift_row(name: str, words: Words, ranked: NDArray[np.bool_]) -> Row:
    """How many times the base rate the words ``ranked`` are marked, with an interval.

    Raises:
        ValueError: none of the words is marked, or none as a severe error, or none is ranked.
    """
    names, document = np.unique(words.document, return_inverse=True)

    def sums(values: NDArray[np.float64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = np.bincount(document, values, len(names)).astype(float)
        return found

    every, some = sums(np.ones(len(ranked))), sums(ranked.astype(float))
    base, hits = sums(words.marked), sums(words.marked * ranked)
    severe, severe_hits = sums(words.major), sums(words.major * ranked)

    def figures(counts: NDArray[np.float64]) -> tuple[float, ...] | None:
        if not all(counts @ part for part in (some, base, severe)):
            return None
        rate = (counts @ some) / (counts @ every)
        return (
            float(counts @ hits / (counts @ base) / rate),
            float(counts @ severe_hits / (counts @ severe) / rate),
        )

    found = figures(np.ones(len(names)))
    if found is None:
        raise ValueError("no word is marked, or none as a severe error, or none is ranked")
    lift, major = bootstrap(names.tolist(), figures)
    return {
        "ranking": name,
        "words": len(ranked),
        "ranked": int(ranked.sum()),
        "documents": len(names),
        "base": float(words.marked.mean()),
        "share": float(words.marked[ranked].mean()),
        "lift": found[0],
        "lift_interval": lift,
        "major": found[1],
        "major_interval": major,
    }


def rows(run: Run) -> list[Row]:
    """Rows for the style model's contributions, the phrase model's scores, and its word groups.

    Neither saw the year of the texts: the style model of a fold is used, and the phrase model is
    built anew without it.
    """
    fold = fold_of("wmt21")
    texts = training.machine_texts(run.manifest, HELD_OUT)
    machine, _ = run.folds[fold].models()
    arrays = training.train(run.manifest, progress=run.progress, without_fold=fold)
    model = phrases.PhraseModel(arrays)
    run.progress(f"scoring the words of {len(texts):,} translations with marked errors")
    by_style = words_of(texts, lambda text: style_shares(text, machine))
    by_phrases = words_of(texts, lambda text: model.scores(text.tokens))
    shown = words_of(texts, lambda text: in_groups(text, model))
    return [
        lift_row("style", by_style, most_suspicious(by_style.score)),
        lift_row("phrases", by_phrases, most_suspicious(by_phrases.score)),
        lift_row("groups shown", shown, shown.score > 0),
    ]


COLUMNS = (
    Column("ranked by", lambda row: row["ranking"], left=True),
    count("words"),
    count("ranked"),
    Column("marked", lambda row: share(row["base"], 1)),
    Column("of the ranked", lambda row: share(row["share"], 1)),
    Column("lift", lambda row: figure(row, "lift", 2)),
    Column("lift, severe errors", lambda row: figure(row, "major", 2)),
)


def text(found: Sequence[Row]) -> str:
    """A line a ranking."""
    return section(
        "Words in errors that translators marked",
        "Chinese news of 2021 in English by machines; errors of style, grammar and terminology.\n"
        f"ranked: the {RANKED:.0%} of words that are most suspicious, or those in the {SHOWN}"
        " word groups shown of a text.\nlift: the marked share of these over that of all words;"
        " chance is 1. 95 % intervals from a\nbootstrap over source documents.",
        table(COLUMNS, found),
    )
