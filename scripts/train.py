"""Build the shipped model from the corpora.

    python scripts/train.py --corpora ../corpora --out models/en

Writes NAME.npz, NAME.json and, under --work, the fold models that evaluate.py needs; then measures
the model and writes its card, README.md, beside it. What takes longer to measure is added by

    python scripts/evaluate.py --corpora C --json build/metrics.json --card models/README.md

Reads only the files of the manifest, whose SHA-256 it checks.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from mtdetect import model as model_file
from mtdetect.training import calibrate, card, data, fit, splices
from mtdetect.training import phrases as phrase_training
from mtdetect.training.evaluation import human, language_models, ranking, reliability
from mtdetect.training.evaluation.header import figures_for_header
from mtdetect.training.evaluation.run import Run
from mtdetect.training.manifest import Manifest, ManifestError
from mtdetect.training.resources import Meter

VERSION = "2026.11"

MEASURED = {
    "ranking": ranking,
    "human": human,
    "language-models": language_models,
    "reliability": reliability,
}
"""Sections of the evaluation that fit no further models: about ten minutes on two cores."""

FPR = 0.01
"""Operating point of the card."""


def measure(run: Run) -> dict[str, object]:
    """The card's figures, in the form of evaluate.py's JSON."""
    model = {key: run.header[key] for key in ("name", "version", "sha256")}
    return {
        "model": model,
        "fpr": run.fpr,
        **{name: section.rows(run) for name, section in MEASURED.items()},
    }


def main() -> int:
    """Train, calibrate, write; note what it took."""
    with Meter() as meter:
        return train(meter)


def train(meter: Meter) -> int:
    """Train, calibrate, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpora", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--out", type=Path, default=Path("models/en"), help="model to write")
    parser.add_argument("--manifest", type=Path, default=Path(__file__).with_name("corpora.sha256"))
    parser.add_argument("--work", type=Path, default=Path("build"), help="folder for fold models")
    parser.add_argument("--folds", type=Path, help="fold and full models to recalibrate, not refit")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    start = time.monotonic()

    def progress(step: str) -> None:
        print(f"[{time.monotonic() - start:5.0f} s] {step}", file=sys.stderr, flush=True)

    try:
        manifest = Manifest.load(arguments.corpora, arguments.manifest)
        progress(f"reading {len(manifest.digests):,} files")
        units = data.training_units(manifest)
        samples = data.calibration_samples(manifest)
        mixed = splices.two_hands(manifest)
        fives = data.human_fives(manifest)
    except ManifestError as error:
        print(f"train.py: {error}", file=sys.stderr)
        return 2
    if arguments.folds:
        *folds, full = fit.load(arguments.folds)
    else:
        folds, full = fit.cross_fit(units, seed=arguments.seed, progress=progress)
        fit.save(arguments.work / "folds.npz", [*folds, full])
    parts, rated = calibrate.calibrate(
        samples, folds, two_hands=mixed, fives=fives, progress=progress
    )
    path = arguments.out.with_suffix(".npz")
    company = phrase_training.train(manifest, progress=progress)
    header = {
        "name": arguments.out.name,
        "version": VERSION,
        **parts,
        "corpus": {
            "fingerprint": manifest.fingerprint(),
            "files": len(manifest.digests),
            "training_texts": len(units),
            "calibration_documents": len(samples),
            "seed": arguments.seed,
        },
        "metrics": figures_for_header(samples, rated),
    }
    named = {f"{model_file.PHRASES}{name}": array for name, array in company.items()}
    model_file.save(path, header, {**full.as_shipped(), **named})
    progress(f"wrote {path} ({path.stat().st_size / 1e6:.1f} MB)")
    if not arguments.folds:
        took = json.dumps(meter.used(), indent=1)
        (arguments.work / card.RESOURCES).write_text(took + "\n", encoding="utf-8")
    for row in header["metrics"]:
        print(
            f"{row['question']:32} {row['words']:>11} words  AUC {row['auc']:.3f}  "
            f"n = {row['human']:,} human, {row['machine']:,} machine"
        )
    run = Run(
        manifest=manifest,
        model=path,
        work=arguments.work,
        header=model_file.read_header(path),
        fitted=[*folds, full],
        fpr=FPR,
        language_models=Path(__file__).parent / "data" / "language_models.jsonl",
        progress=progress,
    )
    readme = path.with_name("README.md")
    try:
        metrics = measure(run)
        (arguments.work / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
        card.write(readme, model=path, metrics=metrics, work=arguments.work)
    except ManifestError as error:
        print(f"train.py: {error}", file=sys.stderr)
        return 2
    progress(f"wrote {readme}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
