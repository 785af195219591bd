"""List the corpus files that the recipes may read, with their SHA-256, in sha256sum format.

Run once on corpora that have been checked by hand; train.py and evaluate.py read nothing else.

    python scripts/make_manifest.py --corpora ../corpora > scripts/corpora.sha256
"""

from __future__ import annotations

import argparse
from pathlib import Path

from mtdetect.training.manifest import sha256_of

READ = (
    "firefox-translations-models/evaluation/*/*.en",
    "wmt21-news-systems/txt/*/*.en",
    "wmt22-news-systems/txt/*/*.en",
    "HT-vs-MT/experiments/8/data/*/train/*.*",
    "HT-vs-MT/experiments/10/data/*/train/*.*",
    "HT-vs-MT/experiments/12/data/*/train/*.*",
    "HT-vs-MT/experiments/shared_data/*/dev/*.*",
    "HT-vs-MT/experiments/shared_data/docs/*/dev/*.*",
    "asap-back-translation/bt-essays/*/*.txt",
    "BBC-Dataset-News-Classification/dataset/data_files/*/*.txt",
    "en-worldwide-newswire/original_articles/*.txt",
    "OneStopEnglishCorpus/Texts-SeparatedByReadingLevel/**/*.txt",
    "18f.gsa.gov/content/posts/*.md",
    "nltk_data/packages/corpora/abc.zip",
    "nltk_data/packages/corpora/state_union.zip",
    "UD_English-GUM/not-to-release/sources/*.conllu",
    "UD_English-EWT/not-to-release/sources/*/*.conllu",
    "CLEAR-Corpus/*.xlsx",
    "idiom-translation/metaphor-translation/data/opensubtitles_final/*/*/*_idioms.csv",
    "wmt-qe-2022-data/train-dev_data/task1_word-level/train/zh-en_mqm/*.tar.gz",
)


def main() -> None:
    """Print the manifest of the corpora below ``--corpora``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    root = parser.parse_args().corpora
    print("# sha256sum -c corpora.sha256, from the folder that holds the corpora")
    for path in sorted({path for pattern in READ for path in root.glob(pattern)}):
        print(f"{sha256_of(path)}  {path.relative_to(root).as_posix()}")


if __name__ == "__main__":
    main()
