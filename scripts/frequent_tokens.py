"""Print the tokens that the masked view of the style model keeps: mtdetect/frequent.txt.

    python scripts/frequent_tokens.py --corpora ../corpora > mtdetect/frequent.txt

The 300 most frequent tokens of the training texts outside the fold of wmt18. Printed once and kept:
the list is part of what the features mean, and need not follow every change of the corpora.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from mtdetect import style
from mtdetect.text.normalise import normalise
from mtdetect.training import data
from mtdetect.training.manifest import Manifest, ManifestError

NUMBER = 300


def main() -> int:
    """Count and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpora", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--manifest", type=Path, default=Path(__file__).with_name("corpora.sha256"))
    arguments = parser.parse_args()
    try:
        manifest = Manifest.load(arguments.corpora, arguments.manifest)
        units = data.training_units(manifest)
    except ManifestError as error:
        print(f"frequent_tokens.py: {error}", file=sys.stderr)
        return 2
    counts: Counter[str] = Counter()
    for unit in units:
        if data.fold_of(unit.group) != data.fold_of("wmt18"):
            counts.update(style.tokenize(normalise(unit.text)))
    forms: Counter[str] = Counter()
    for token, count in counts.items():
        forms[style.canonical(token)] += count
    print("# The 300 most frequent tokens of the training texts, printed by frequent_tokens.py.")
    for form, _ in sorted(forms.items(), key=lambda item: (-item[1], item[0]))[:NUMBER]:
        print(form)
    return 0


if __name__ == "__main__":
    sys.exit(main())
