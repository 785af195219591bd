"""Engines and languages that training never saw: native against round trip at eight sentences.

FLORES is what every engine and language translated, and it is small; so its blocks are split into
two halves. For each half and each engine, or family of languages, a model is fitted without wmt18,
without that half and without any unit of that engine (family), and tested on that half and on half
of wmt18. Each text is scored once. Scores of the two halves come from two models; each is
standardised by its human scores before they are pooled.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mtdetect.training import calibrate, corpora, data, fit
from mtdetect.training.documents import samples
from mtdetect.training.evaluation.benchmark import development_sentences
from mtdetect.training.evaluation.languages import FAMILIES, FAMILY_OF
from mtdetect.training.evaluation.tables import Column, Row, figure, section, table
from mtdetect.training.metrics import ranking
from mtdetect.training.units import engine_family

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from mtdetect.training.corpora import Block
    from mtdetect.training.evaluation.run import Run
    from mtdetect.training.fit import FittedStyle
    from mtdetect.training.manifest import Manifest
    from mtdetect.training.units import Sample

HALVES = (0, 1)
LINES = 8
MACHINES = 6
"""Machine versions of one human text: more are correlated and cost time."""

MOST_TWINS = 400

ENGINES = ("argos", "bergamot", "google", "microsoft", "nllb", "opusmt", "deepl")
COMMERCIAL = ("google", "microsoft", "deepl")
"""WMT's anonymous systems ("online-A") may be any of these, so they are held out with each."""


@dataclass(frozen=True, slots=True)
class Held:
    """What training must not see: an engine, or a family of languages, or ("nothing", "")."""

    kind: str
    name: str

    def covers(self, engine: str, language: str) -> bool:
        """Whether a machine text by ``engine`` (a family) from ``language`` is held out."""
        if self.kind == "language family":
            return FAMILY_OF[language] == self.name
        if self.kind == "engine":
            anonymous = engine.startswith("online-") and self.name in COMMERCIAL
            return engine == self.name or anonymous
        return False

    def tests(self, engine: str, language: str) -> bool:
        """Whether it is a machine text of what is held out, by its name."""
        return self.covers(engine, language) and not engine.startswith("online-")


NOTHING = Held("nothing", "")
ALL_HELD = (
    *(Held("engine", name) for name in ENGINES),
    *(Held("language family", name) for name in FAMILIES),
)


def half_of(group: str, twin: str) -> int:
    """The half in which a text is tested: by twin group, within a year by human passage."""
    return zlib.crc32((twin if group == "wmt18" else group).encode()) % len(HALVES)


def training_rows(units: Sequence[Sample], half: int, held: Held) -> NDArray[np.bool_]:
    """(n,) mask of the units to fit on: no twin of what is tested, nothing that is held out.

    With its machine texts a language's human translations go too: left behind alone, they would
    teach that what comes from this language is human.
    """
    return np.array(
        [
            unit.group != "wmt18"
            and not (unit.corpus == "flores" and half_of(unit.group, unit.twin) == half)
            and not (unit.engine != "" and held.covers(unit.engine, unit.language))
            and not (held.kind == "language family" and FAMILY_OF.get(source) == held.name)
            for unit, source in zip(units, translated_from(units), strict=True)
        ]
    )


def translated_from(units: Sequence[Sample]) -> list[str]:
    """The language that each unit was translated from by a person; "" if it was not, or unknown."""
    machine = {unit.twin: unit.language for unit in units if unit.engine}
    return [
        ""
        if unit.label != "ht"
        else unit.kind.removeprefix("from ")
        if unit.kind.startswith("from ")
        else machine.get(unit.twin, "")
        for unit in units
    ]


def rows(run: Run) -> list[Row]:
    """AUC and true positives on each held-out engine and language family.

    ``seen_auc`` is that of a model on the same texts that held out nothing but the twins.
    """
    sets = _test_blocks(run.manifest)
    units = data.training_units(run.manifest)
    design = fit.design(units, progress=run.progress)
    cases = [(held, half) for held in (NOTHING, *ALL_HELD) for half in HALVES]
    run.progress(f"fitting {len(cases)} models")
    models = dict(
        zip(
            cases,
            fit.fit_many(design, [training_rows(units, half, held) for held, half in cases]),
            strict=True,
        )
    )
    found = []
    for held in ALL_HELD:
        run.progress(f"testing on {held.name}")
        for (question, name), blocks in sets.items():
            texts = _test_texts(blocks, held)
            if not any(s.label == "mt" for s in texts):
                continue
            scores, seen = (
                _standardised(texts, [models[what, half] for half in HALVES])
                for what in (held, NOTHING)
            )
            is_machine = np.array([s.label == "mt" for s in texts])
            twins = [s.twin for s in texts]
            seen_figures = ranking(seen, is_machine, twins)
            found.append(
                {
                    "held": held.kind,
                    "name": held.name,
                    "question": question,
                    "set": name,
                    **ranking(scores, is_machine, twins).to_dict(),
                    "seen_auc": seen_figures.auc,
                    "seen_auc_interval": seen_figures.auc_interval,
                }
            )
    return found


def _test_blocks(manifest: Manifest) -> dict[tuple[str, str], list[Block]]:
    """Blocks to test on, by question and set; DeepL's wmt18 output is the benchmark's."""
    wmt18 = list(corpora.wmt_firefox(manifest, "wmt18"))
    return {
        ("native vs round trip", "flores"): list(corpora.flores(manifest)),
        ("native vs round trip", "wmt18"): [b for b in wmt18 if b.label == "native"],
        ("human vs machine translation", "wmt18"): [
            *(b for b in wmt18 if b.label == "ht"),
            development_sentences(manifest, "deepl"),
        ],
    }


def _test_texts(blocks: Sequence[Block], held: Held) -> list[Sample]:
    """Human passages, and what the held-out engine or languages made of them."""
    chosen = []
    for block in blocks:
        machine = {
            key: lines
            for key, lines in block.machine.items()
            if held.tests(engine_family(key[0]), key[1])
        }
        if machine:
            chosen.append(replace(block, machine=machine))
    found = list(
        samples(chosen, machines=MACHINES, paragraphs=False, salt="held out", fixed_lines=LINES)
    )
    twins = sorted({s.twin for s in found}, key=lambda t: zlib.crc32(t.encode()))[:MOST_TWINS]
    kept = set(twins)
    return [s for s in found if s.twin in kept]


def _standardised(texts: Sequence[Sample], models: Sequence[FittedStyle]) -> NDArray[np.float64]:
    """Style scores by each half's model, in standard deviations of that half's human texts."""
    scores = np.zeros(len(texts))
    half = np.array([half_of(s.group, s.twin) for s in texts])
    human = np.array([s.label != "mt" for s in texts])
    for number, model in enumerate(models):
        of_half = np.flatnonzero(half == number).tolist()
        measured = calibrate.measure(
            [texts[i] for i in of_half], [model] * data.N_FOLDS, signals=False
        )
        scores[of_half] = [m.machine for m in measured]
    return standardise(scores, half, human)


def standardise(
    scores: NDArray[np.float64], half: NDArray[np.int64], human: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Scores with mean 0 and standard deviation 1 over the human texts of each half."""
    result = np.zeros(len(scores))
    for number in np.unique(half):
        chosen = half == number
        reference = scores[chosen & human]
        result[chosen] = (scores[chosen] - reference.mean()) / reference.std()
    return result


SHOWN = (
    ("round trip, flores", "native vs round trip", "flores"),
    ("round trip, wmt18", "native vs round trip", "wmt18"),
    ("forward, wmt18", "human vs machine translation", "wmt18"),
)
"""Columns of the table: heading, question and set."""


def _columns(heading: str) -> tuple[Column, ...]:
    """The figures of one set, which a line holds under the heading."""

    def cell(line: Row, what: Callable[[Row], str]) -> str:
        return what(line[heading]) if heading in line else ""

    return (
        Column("n", lambda line: cell(line, lambda r: f"{r['human']:,}+{r['machine']:,}")),
        Column(heading, lambda line: cell(line, lambda r: figure(r, "auc"))),
        Column("seen", lambda line: cell(line, lambda r: f"{r['seen_auc']:.3f}")),
    )


def text(found: Sequence[Row]) -> str:
    """One line a held-out engine or family of languages."""
    lines: list[Row | str] = []
    for row in found:
        if row["held"] not in lines:
            lines.append(row["held"])
        if isinstance(lines[-1], str) or lines[-1]["name"] != row["name"]:
            lines.append({"name": row["name"]})
        (heading,) = (h for h, *key in SHOWN if key == [row["question"], row["set"]])
        lines[-1][heading] = row  # type: ignore[index]  # a row, by the lines above
    columns = [Column("held out", lambda line: f"    {line['name']}", left=True)]
    for heading, *_ in SHOWN:
        columns += _columns(heading)
    return section(
        "Engines and languages never seen",
        "AUC of the style score at 8 sentences (95 %), by models fitted without the engine or the"
        " languages, in\nany corpus; seen: by models that held out the same twins alone; n: human +"
        " machine texts. Scores of\nthe two halves are standardised by their human texts and"
        " pooled. WMT's anonymous online systems\nare left out with each commercial engine, human"
        " translations with their languages.",
        table(columns, lines),
    )
