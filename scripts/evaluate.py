"""Measure the model out of fold: ranking of machine over human texts, and what its thresholds cost.

    python scripts/evaluate.py --corpora ../corpora --json metrics.json

Every text is rated with style weights that did not see its twin group (the fold models that
train.py left under --work); GUM and CLEAR are never trained on. Intervals are 95 % bootstraps over
twin groups; bounds on shares are one-sided 95 %.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtdetect import model as model_file
from mtdetect.training import evaluate, fit
from mtdetect.training.manifest import Manifest, ManifestError

if TYPE_CHECKING:
    from collections.abc import Mapping


def main() -> int:
    """Evaluate and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpora", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--model", type=Path, default=Path("models/en.npz"))
    parser.add_argument("--manifest", type=Path, default=Path(__file__).with_name("corpora.sha256"))
    parser.add_argument(
        "--work", type=Path, default=Path("build"), help="folder of the fold models"
    )
    parser.add_argument(
        "--fpr", type=float, default=0.01, help="operating point of the human table"
    )
    parser.add_argument("--json", type=Path, help="write all figures there")
    parser.add_argument("--only", choices=("human", "ranking"), help="one of the two tables")
    arguments = parser.parse_args()
    start = time.monotonic()

    def progress(step: str) -> None:
        print(f"[{time.monotonic() - start:5.0f} s] {step}", file=sys.stderr, flush=True)

    try:
        manifest = Manifest.load(arguments.corpora, arguments.manifest)
        header = model_file.read_header(arguments.model)
        fitted = fit.load(arguments.work / "folds.npz")
    except (ManifestError, model_file.ModelError) as error:
        print(f"evaluate.py: {error}", file=sys.stderr)
        return 2
    except FileNotFoundError as error:
        print(
            f"evaluate.py: {error.filename} is missing; run scripts/train.py first", file=sys.stderr
        )
        return 2
    results: dict[str, Any] = {"model": {k: header[k] for k in ("name", "version", "sha256")}}
    if arguments.only != "ranking":
        results["human"] = evaluate.human_table(
            manifest, header, fitted, fpr=arguments.fpr, progress=progress
        )
        print_human(results["human"], arguments.fpr)
    if arguments.only != "human":
        results["ranking"] = evaluate.ranking_table(
            manifest, header, fitted, fpr=arguments.fpr, progress=progress
        )
        print_ranking(results["ranking"])
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        progress(f"wrote {arguments.json}")
    return 0


def print_human(rows: list[Mapping[str, Any]], fpr: float) -> None:
    """The false-positive card."""
    print(f"\nHuman texts flagged at --fpr {fpr:g} (of 40 words and more, out of fold)")
    print(f"{'corpus':36} {'label':7} {'n':>6} {'machine':>8} {'≤ 95 %':>7} {'mixed':>7}  left out")
    for row in rows:
        print(
            f"{row['corpus']:36} {row['label']:7} {row['n']:6,} {row['machine_rate']:8.2%}"
            f" {row['machine_upper']:7.2%} {row['mixed_rate']:7.2%}"
            f" {row['machine_rate_left_out']:9.2%}"
        )
    print("left out: called machine by thresholds that were set without this corpus")


def print_ranking(rows: list[Mapping[str, Any]]) -> None:
    """AUC and true positives with intervals."""
    print(
        f"\n{'question':58} {'human':>6} {'mt':>6}  {'AUC, style':>10}"
        f"  {'AUC, whole rating':>19}  {'TPR at 5 %':>17}  {'TPR at 1 %':>17}  paired  called"
    )
    for row in rows:
        r = row["rating"]
        called = "" if row["called"] is None else f"{row['called']:.2f}"
        paired = "" if r["paired"] is None else f"{r['paired']:.2f}"
        print(
            f"{row['question']:58} {r['human']:6,} {r['machine']:6,}  {row['style_auc']:10.3f}"
            f"  {_with(r, 'auc', 3):>19}  {_with(r, 'tpr5', 2):>17}  {_with(r, 'tpr1', 2):>17}"
            f"  {paired:>6}  {called:>6}"
        )

    print("called: machine texts that the shipped thresholds call machine; paired: a diagnostic")


def _with(row: Mapping[str, Any], name: str, digits: int) -> str:
    low, high = row[f"{name}_interval"]
    return f"{row[name]:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


if __name__ == "__main__":
    sys.exit(main())
