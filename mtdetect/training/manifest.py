"""The manifest: which corpus files a recipe may read, each with its SHA-256.

Public clones of the corpora hold sets that must never be trained on. Every reader therefore asks
the manifest for its files, never the disk.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


class ManifestError(Exception):
    """A file is missing, changed, or not in the manifest."""


def sha256_of(path: Path) -> str:
    """The hex SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Manifest:
    """The files below ``root`` that may be read, in the format of ``sha256sum``.

    Args:
        root: the folder that holds one sub-folder per corpus.
        lines: "<sha256>  <path relative to root>" lines; "#" starts a comment.

    Raises:
        ManifestError: a line is malformed.
    """

    def __init__(self, root: Path, lines: Iterable[str]) -> None:
        self.root = root
        self.digests: dict[str, str] = {}
        for line in lines:
            if not line.strip() or line.startswith("#"):
                continue
            digest, _, path = line.rstrip("\n").partition("  ")
            if not re.fullmatch(r"[0-9a-f]{64}", digest) or not path:
                raise ManifestError(f"malformed manifest line: {line!r}")
            self.digests[path] = digest

    @classmethod
    def load(cls, root: Path, path: Path) -> Manifest:
        """Read the manifest file ``path`` for the corpora below ``root``."""
        with path.open(encoding="utf-8") as file:
            return cls(root, file)

    def match(self, pattern: str) -> Iterator[re.Match[str]]:
        """Full matches of ``pattern`` (a regular expression) among the paths, in sorted order."""
        compiled = re.compile(pattern)
        for path in sorted(self.digests):
            if found := compiled.fullmatch(path):
                yield found

    def bytes_of(self, path: str) -> bytes:
        """The content of ``path``, checked against its digest.

        Raises:
            ManifestError: the file is not listed, cannot be read, or differs from its digest.
        """
        if path not in self.digests:
            raise ManifestError(f"{path} is not in the manifest and may not be read")
        try:
            content = (self.root / path).read_bytes()
        except OSError as error:
            raise ManifestError(f"{path}: {error.strerror} (below {self.root})") from error
        if hashlib.sha256(content).hexdigest() != self.digests[path]:
            raise ManifestError(f"{path} differs from the manifest's SHA-256")
        return content

    def lines_of(self, path: str) -> list[str]:
        """The lines of a UTF-8 file, split at newlines only, stripped."""
        text = self.bytes_of(path).decode("utf-8-sig")
        return [line.strip() for line in text.rstrip("\n").split("\n")]

    def fingerprint(self) -> str:
        """One digest over all listed paths and digests: which corpora a model saw."""
        listing = "".join(f"{self.digests[path]}  {path}\n" for path in sorted(self.digests))
        return hashlib.sha256(listing.encode()).hexdigest()
