"""Write which human texts the model was trained or calibrated on, as hashes of their sentences.

    python scripts/make_seen.py --corpora ../corpora --out models/en.seen.npz

To be run when the corpora or what is read from them change. Reads only the files of the manifest,
whose SHA-256 it checks.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mtdetect.training import seen
from mtdetect.training.manifest import Manifest, ManifestError


def main(argv: list[str] | None = None) -> int:
    """Collect and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpora", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--manifest", type=Path, default=Path(__file__).with_name("corpora.sha256"))
    parser.add_argument(
        "--out", type=Path, default=Path("models/en.seen.npz"), help="file to write"
    )
    arguments = parser.parse_args(argv)
    try:
        found = seen.collect(Manifest.load(arguments.corpora, arguments.manifest))
    except ManifestError as error:
        print(f"make_seen.py: {error}", file=sys.stderr)
        return 2
    found.save(arguments.out)
    size = arguments.out.stat().st_size
    print(f"{len(found):,} sentences, {size / 1e3:.0f} KB: {arguments.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
