"""Build the second opinion that stands beside the shipped model.

    python scripts/train_deep.py --corpora ../corpora --encoder FOLDER --out models/en

FOLDER holds ``model.safetensors`` and ``vocab.txt`` of all-MiniLM-L6-v2 (Apache-2.0), from whose
weights the training starts. Writes NAME.deep.onnx and NAME.deep.json; the model NAME.npz must be
there, and the fold models that train.py left under --work.

The training can be cut in pieces: --weights keeps what was learned, and starts from it where the
file is there; --steps 0 goes on to the file, the calibration and the thresholds.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtdetect import deep
from mtdetect import model as model_file
from mtdetect.training import data, fit, opinion, splices
from mtdetect.training.manifest import Manifest, ManifestError

if TYPE_CHECKING:
    from collections.abc import Callable


def arguments_of(argv: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--corpora", type=Path, required=True, help="folder of the corpora")
    add("--encoder", type=Path, required=True, help="folder of the pretrained encoder")
    add("--out", type=Path, default=Path("models/en"), help="model that the opinion belongs to")
    add("--manifest", type=Path, default=Path(__file__).with_name("corpora.sha256"))
    add("--work", type=Path, default=Path("build"), help="folder of the fold models")
    add("--weights", type=Path, help="file of the weights (default: encoder.pt under --work)")
    add("--steps", type=int, default=5000, help="of training, 32 texts each (default: 5000)")
    add("--rate", type=float, default=2e-4, help="highest learning rate (default: 0.0002)")
    add("--seed", type=int, default=0)
    add(
        "--new-share",
        type=float,
        default=1.0,
        help="of the weights learned, the rest being those that the run began with (default: 1)",
    )
    return parser.parse_args(argv)


def learn(
    arguments: argparse.Namespace, manifest: Manifest, path: Path, progress: Callable[[str], None]
) -> list[dict[str, float]]:
    """Train, and write the ONNX file; the runs of training that made it, this one the last."""
    import torch  # noqa: PLC0415 - not needed to read --help

    from mtdetect.training import encoder  # noqa: PLC0415 - the same

    weights = arguments.weights or arguments.work / "encoder.pt"
    network = encoder.pretrained(arguments.encoder / "model.safetensors")
    runs: list[dict[str, float]] = []
    share = arguments.new_share
    if weights.exists():
        kept = torch.load(weights, weights_only=True)
        network.load_state_dict(kept["weights"])
        runs = kept["runs"]
        progress(f"going on from {weights}")
    lines = (arguments.encoder / "vocab.txt").read_text(encoding="utf-8")
    vocabulary = lines.removesuffix("\n").split("\n")
    if arguments.steps:
        before = {name: weight.clone() for name, weight in network.state_dict().items()}
        lessons = encoder.Lessons.of(data.training_units(manifest), vocabulary, opinion.HELD)
        progress(
            f"{len(lessons.machine):,} machine texts with their twins, {len(lessons.unpaired):,}"
            " others"
        )
        encoder.train(
            network,
            lessons,
            steps=arguments.steps,
            rate=arguments.rate,
            seed=arguments.seed,
            progress=progress,
        )
        after = network.state_dict()
        network.load_state_dict(
            {name: share * after[name] + (1 - share) * before[name] for name in before}
        )
        run = {name: getattr(arguments, name) for name in ("steps", "rate", "seed", "new_share")}
        runs = [*runs, run]
        torch.save({"weights": network.state_dict(), "runs": runs}, weights)
    encoder.export(network, vocabulary, path)
    return runs


def header_of(
    arguments: argparse.Namespace, manifest: Manifest, path: Path, progress: Callable[[str], None]
) -> dict[str, Any]:
    """The header: how the opinion counts, measured on the folds that the encoder has not seen."""
    model = model_file.read_header(arguments.out.with_suffix(".npz"))
    folds = fit.load(arguments.work / "folds.npz")[: data.N_FOLDS]
    network = deep.Encoder(path)
    samples = opinion.documents(manifest)
    progress(f"reading {len(samples):,} documents")
    heard = opinion.hear(samples, folds, model, network, keep=arguments.work / opinion.KEPT)
    mixed = opinion.held_out(splices.two_hands(manifest))
    parts = opinion.calibrated(heard, mixed, folds, model, network, progress=progress)
    return {
        "format": deep.FORMAT,
        "name": f"{model['name']}+deep",
        "version": model["version"],
        "sha256": network.sha256,
        "belongs_to": model["sha256"],
        **parts,
        "corpus": {
            "fingerprint": manifest.fingerprint(),
            "held_folds": list(opinion.HELD),
            "calibration_documents": len(samples),
        },
    }


def main(argv: list[str] | None = None) -> int:
    """Train, calibrate, write."""
    arguments = arguments_of(argv)
    start = time.monotonic()

    def progress(step: str) -> None:
        print(f"[{time.monotonic() - start:5.0f} s] {step}", file=sys.stderr, flush=True)

    path = deep.beside(arguments.out.with_suffix(".npz"))
    try:
        manifest = Manifest.load(arguments.corpora, arguments.manifest)
        runs = learn(arguments, manifest, path, progress)
        progress(f"wrote {path} ({path.stat().st_size / 1e6:.1f} MB)")
        header = header_of(arguments, manifest, path, progress)
        header["training"] = runs
    except (ManifestError, model_file.ModelError) as error:
        print(f"train_deep.py: {error}", file=sys.stderr)
        return 2
    except FileNotFoundError as error:
        print(f"train_deep.py: {error.filename} is missing", file=sys.stderr)
        return 2
    text = json.dumps(header, indent=1, ensure_ascii=False)
    path.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    progress(f"wrote {path.with_suffix('.json')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
