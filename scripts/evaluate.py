"""Measure the model out of fold: what it finds, what it costs, what its probabilities are worth.

    python scripts/evaluate.py --corpora ../corpora --json metrics.json --plot reliability.svg
    python scripts/evaluate.py --corpora ../corpora --card models/README.md

--json keeps the sections that it holds of the same model and operating point, so that they can be
run one by one.
--card writes the model card anew, with the figures of all of them.

Sections (--only SECTION, several by comma or by repeating it):

  ranking          machine above human texts, by set, length, engine and language
  human            human texts flagged, by corpus, outlet, genre and source language
  language-models  texts written by language models that are flagged
  reliability      whether probabilities hold, by length
  transfer         thresholds set on one corpus, applied to the others
  idioms           foreign idioms found in machine translations, and false hits
  spans            words pointed at, against errors that translators marked
  spliced          machine paragraphs in human articles and the reverse
  held-out         engines and languages that training never saw
  benchmark        the published German-English benchmark by its own rules
  deep             what the second opinion adds, on the folds that its encoder has not seen

Every text is rated with style weights that did not see its twin group (the fold models that
train.py left under --work); GUM, CLEAR and the language models' texts are never trained on.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtdetect import deep as second_opinion
from mtdetect import model as model_file
from mtdetect.training import card, fit
from mtdetect.training.evaluation import (
    benchmark,
    deep,
    held_out,
    human,
    idioms,
    language_models,
    ranking,
    reliability,
    spans,
    spliced,
    transfer,
)
from mtdetect.training.evaluation.plot import reliability_svg
from mtdetect.training.evaluation.run import Run
from mtdetect.training.manifest import Manifest, ManifestError

if TYPE_CHECKING:
    from collections.abc import Callable

SECTIONS = {
    "ranking": ranking,
    "human": human,
    "language-models": language_models,
    "reliability": reliability,
    "transfer": transfer,
    "idioms": idioms,
    "spans": spans,
    "spliced": spliced,
    "held-out": held_out,
    "benchmark": benchmark,
    "deep": deep,
}


def sections(names: str) -> list[str]:
    """Names of sections, separated by commas.

    Raises:
        argparse.ArgumentTypeError: one is unknown.
    """
    found = [name.strip() for name in names.split(",")]
    if unknown := [name for name in found if name not in SECTIONS]:
        raise argparse.ArgumentTypeError(
            f"no section {unknown[0]!r}; there are {', '.join(SECTIONS)}"
        )
    return found


def arguments_of(argv: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    here = Path(__file__)
    parser.add_argument("--corpora", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--model", type=Path, default=Path("models/en.npz"))
    parser.add_argument("--manifest", type=Path, default=here.with_name("corpora.sha256"))
    parser.add_argument(
        "--work", type=Path, default=Path("build"), help="folder of the fold models (see train.py)"
    )
    parser.add_argument(
        "--language-models",
        type=Path,
        default=here.parent / "data" / "language_models.jsonl",
        help="texts that language models wrote",
    )
    parser.add_argument("--fpr", type=float, default=0.01, help="operating point")
    parser.add_argument("--json", type=Path, help="add all figures to this file")
    parser.add_argument("--card", type=Path, help="write the model card with these figures there")
    parser.add_argument("--plot", type=Path, help="write the reliability plot there, as SVG")
    parser.add_argument(
        "--only", type=sections, action="extend", metavar="SECTION", help="these sections alone"
    )
    for name in ("spans", "idioms", "spliced"):
        parser.add_argument(
            f"--{name}", dest="only", action="append_const", const=name, help=f"--only {name}"
        )
    arguments = parser.parse_args(argv)
    arguments.only = arguments.only or list(SECTIONS)
    if arguments.plot and "reliability" not in arguments.only:
        parser.error("--plot needs the section reliability")
    return arguments


def prepare(
    arguments: argparse.Namespace, progress: Callable[[str], None]
) -> tuple[Run, dict[str, Any]]:
    """What the sections need, and the head of the results.

    Raises:
        FileNotFoundError: a file is missing that some section would need after minutes of work.
        ModelError: the model is, or its second opinion.
    """
    header = model_file.read_header(arguments.model)
    if "deep" in arguments.only:
        second_opinion.load(second_opinion.beside(arguments.model))
    if "language-models" in arguments.only:
        arguments.language_models.open().close()
    run = Run(
        manifest=Manifest.load(arguments.corpora, arguments.manifest),
        model=arguments.model,
        work=arguments.work,
        header=header,
        fitted=fit.load(arguments.work / "folds.npz"),
        fpr=arguments.fpr,
        language_models=arguments.language_models,
        progress=progress,
    )
    model = {key: header[key] for key in ("name", "version", "sha256")}
    head = {"model": model, "fpr": arguments.fpr}
    return run, {**measured_before(arguments.json, head), **head}


def measured_before(path: Path | None, head: dict[str, Any]) -> dict[str, Any]:
    """What the file ``path`` holds of this very model and operating point; else nothing."""
    if path is None or not path.exists():
        return {}
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    alike = isinstance(results, dict) and all(results.get(key) == head[key] for key in head)
    return dict(results) if alike else {}


def main(argv: list[str] | None = None) -> int:
    """Evaluate and print."""
    arguments = arguments_of(argv)
    start = time.monotonic()

    def progress(step: str) -> None:
        print(f"[{time.monotonic() - start:5.0f} s] {step}", file=sys.stderr, flush=True)

    try:
        run, results = prepare(arguments, progress)
        for name in arguments.only:
            results[name] = SECTIONS[name].rows(run)
            print(SECTIONS[name].text(results[name]), flush=True)
        if arguments.card:
            card.write(arguments.card, model=arguments.model, metrics=results, work=arguments.work)
            progress(f"wrote {arguments.card}")
    except (ManifestError, model_file.ModelError) as error:
        print(f"evaluate.py: {error}", file=sys.stderr)
        return 2
    except FileNotFoundError as error:
        print(f"evaluate.py: {error.filename} is missing", file=sys.stderr)
        return 2
    if arguments.json:
        arguments.json.write_text(json.dumps(rounded(results), indent=1) + "\n", encoding="utf-8")
        progress(f"wrote {arguments.json}")
    if arguments.plot:
        arguments.plot.write_text(reliability_svg(results["reliability"]), encoding="utf-8")
        progress(f"wrote {arguments.plot}")
    return 0


def rounded(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The same data with five decimals: more would only make diffs."""
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return value


if __name__ == "__main__":
    sys.exit(main())
