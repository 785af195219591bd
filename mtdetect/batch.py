"""Batches of rows scored: a callable that data frameworks can send to their workers.

It takes what Ray Data's ``map_batches`` and Hugging Face's ``datasets.map(batched=True)`` hand over
and gives the same back with columns of scores added:

    dataset.map(Scorer("text"), batched=True)       # Hugging Face datasets
    dataset.map_batches(Scorer("text"))             # Ray Data, batch_format "numpy" or "pandas"

The modules ``huggingface``, ``ray``, ``spark`` and ``datatrove`` of this package are made for one
engine each and know its ways with nulls, column types and caches.
"""

from __future__ import annotations

import hashlib
import json
import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mtdetect.files import UnreadableError
from mtdetect.reading import LARGEST_TEXT
from mtdetect.reading.cells import no_column

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mtdetect.detector import Detector
    from mtdetect.report import Report
    from mtdetect.text import Span

__all__ = ["NUMBERS", "Scorer", "Values"]

Values = tuple[float | str | None, ...]
"""What is added to one row, in the order of ``Scorer.columns``."""

NUMBERS: Final = ("probability", "log_odds")
"""The columns that hold numbers; the others hold text."""

_loading = threading.Lock()


@dataclass(frozen=True, slots=True)
class Scorer:
    """Adds scores to batches of rows.

    Only the settings are pickled. Each process reads the model once, when it scores its first text.
    A cell that is no text (missing, a number, too long) gets nulls and an error, and never raises:
    a run over a crawl must not end at row 40,000,000.

    Args:
        column: which one holds the text.
        fpr: the operating point, the share of human texts that may be flagged; by default that of
            the profile, or 0.01.
        profile: file of an operating point made by ``mtdetect calibrate``, in place of ``fpr``.
            Every worker reads it.
        model: another model's ``.npz``. Every worker reads it.
        deep: takes in a second opinion; see ``Detector.load``.
        ignore: names of signals that do not count.
        score_only: leaves the verdict out.
        annotate: adds suspect passages and findings, as JSON.
        prefix: of the names of the columns added.

    The columns added, after ``prefix``: ``probability`` and ``log_odds`` as in ``Report``,
    ``verdict``; with ``annotate`` also ``passages`` and ``findings``, lists in JSON with the fields
    that a report has; ``error``, null where the text could be scored. Where a text is insufficient,
    ``probability`` is null.

    >>> batch = {"text": ["Too short to tell.", None]}
    >>> scored = Scorer()(batch)
    >>> scored["mtdetect_verdict"], scored["mtdetect_error"]
    (['insufficient', None], [None, 'missing (None)'])
    """

    column: str = "text"
    fpr: float | None = None
    profile: str | None = None
    model: str | None = None
    deep: bool = False
    ignore: tuple[str, ...] = ()
    score_only: bool = False
    annotate: bool = False
    prefix: str = "mtdetect_"

    def __post_init__(self) -> None:
        if self.score_only and self.annotate:
            raise ValueError("score_only leaves out what annotate adds to; give one of them")
        if self.fpr is not None and self.profile is not None:
            raise ValueError("a profile has its own fpr; give one of them")
        if isinstance(self.ignore, str):
            raise TypeError("ignore must be a sequence of names, not one str")
        object.__setattr__(self, "ignore", tuple(self.ignore))

    @property
    def fields(self) -> tuple[str, ...]:
        """What is added to each row, without the prefix."""
        verdict = () if self.score_only else ("verdict",)
        return (*NUMBERS, *verdict, *(("passages", "findings") if self.annotate else ()), "error")

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns added."""
        return tuple(self.prefix + name for name in self.fields)

    def __call__(self, batch: Any) -> Any:  # noqa: ANN401 - each framework has its own types
        """The batch with the columns added, or replaced where they are there from another run.

        Args:
            batch: a mapping of column names to sequences of n cells, or a pandas DataFrame.

        Returns:
            A dict, with lists or, where the texts are in a NumPy array, arrays; of a DataFrame a
            DataFrame. Nulls are None, and NaN in arrays of numbers.

        Raises:
            TypeError: it is neither.
            ValueError: it has no such column; or as ``check``.
            ModelError, ProfileError: as ``check``.
        """
        is_frame = hasattr(batch, "assign") and hasattr(batch, "columns")
        if not is_frame and not isinstance(batch, Mapping):
            kind = type(batch).__name__
            raise TypeError(f"a batch must map column names to sequences, not be a {kind}")
        if self.column not in batch:
            raise ValueError(no_column(self.column, [str(name) for name in batch]))
        texts = batch[self.column]
        rows = [self.row(cell) for cell in texts]
        added: dict[str, Any] = {
            name: [row[i] for row in rows] for i, name in enumerate(self.columns)
        }
        if is_frame or not isinstance(texts, Sequence):
            numbers = {self.prefix + name for name in NUMBERS}
            added = {name: _array(cells, name in numbers) for name, cells in added.items()}
        return batch.assign(**added) if is_frame else {**batch, **added}

    def row(self, cell: object, links: Sequence[Span] = ()) -> Values:
        """The values for one cell, in the order of ``columns``.

        Args:
            cell: a text, or whatever stands in its place.
            links: spans of the text that were links in its markup; see ``Detector.score``.

        Raises:
            ModelError, ProfileError, ValueError: as ``check``.
        """
        if problem := _problem(cell):
            return self.failed(problem)
        detector = self.check()
        try:
            report = detector.score(str(cell), fpr=self.fpr, explain=self.annotate, links=links)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - one odd text must not end a run over millions
            return self.failed(f"cannot be scored: {type(error).__name__}: {error}")
        return self._values(report)

    def failed(self, reason: str) -> Values:
        """The values of a row that cannot be scored."""
        return (*(None for _ in self.fields[1:]), reason)

    def check(self) -> Detector:
        """The detector that these settings ask for; read from the disk once a process.

        Raises:
            ModelError: the model cannot be loaded.
            ProfileError: the profile cannot be used.
            ValueError: a signal's name is unknown, or the model was not measured at ``fpr``.
        """
        with _loading:
            return _detector(self.model, self.deep, self.profile, self.ignore, self.fpr)

    def signature(self) -> dict[str, Any]:
        """All that the values depend on, by content: fit for JSON.

        Raises:
            ModelError, ProfileError, ValueError: as ``check``.
        """
        settings = asdict(self)
        settings["ignore"] = sorted(set(self.ignore))
        settings["model"] = self.check().model.sha256
        if self.profile is not None:
            settings["profile"] = hashlib.sha256(Path(self.profile).read_bytes()).hexdigest()
        return settings

    def _values(self, report: Report) -> Values:
        verdict = () if self.score_only else (report.verdict,)
        notes: tuple[str, ...] = ()
        if self.annotate:
            notes = (_json(report.passages), _json(report.findings))
        return (report.probability, report.log_odds, *verdict, *notes, None)


@lru_cache(maxsize=4)
def _detector(
    model: str | None,
    deep: bool,
    profile: str | None,
    ignore: tuple[str, ...],
    fpr: float | None,
) -> Detector:
    from mtdetect.detector import Detector  # noqa: PLC0415 - not needed to send a scorer
    from mtdetect.profile import Profile  # noqa: PLC0415 - as above

    detector = Detector.load(model, deep=deep)
    if ignore or profile:
        point = Profile.load(profile) if profile else None
        detector = detector.adapted(ignore=ignore, profile=point)
    detector.score("", fpr=fpr, explain=False)  # the rate is refused here or nowhere
    return detector


def _problem(cell: object) -> str:
    """Why a cell cannot be scored; empty if it can."""
    if isinstance(cell, str):
        if len(cell) > LARGEST_TEXT:
            return f"more than {LARGEST_TEXT:,} characters"
        return ""
    if isinstance(cell, UnreadableError):
        return cell.reason
    kind = type(cell).__name__
    not_a_number = kind.startswith("float") and math.isnan(cell)  # type: ignore[arg-type] # NumPy's
    if cell is None or not_a_number or kind in {"NAType", "NaTType"}:  # pandas' own
        return f"missing ({cell})"
    return f"{kind}, not a string"


def _array(cells: list[Any], numbers: bool) -> Any:  # noqa: ANN401 - NumPy is loaded late
    import numpy as np  # noqa: PLC0415 - as above

    if numbers:
        return np.array([math.nan if cell is None else cell for cell in cells], dtype=np.float64)
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array


def _json(parts: Iterable[Any]) -> str:
    """Dataclasses of a report as a list in JSON; half surrogate pairs are spelled out."""
    rows = [asdict(part) for part in parts]
    text = json.dumps(rows, ensure_ascii=False, allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(rows, allow_nan=False)
    return text
