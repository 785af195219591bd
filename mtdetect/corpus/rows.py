"""What a format has to offer: a reader of batches, and a codec that workers use on them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeVar

from mtdetect.corpus.errors import DamagedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mtdetect.batch import Scorer, Values
    from mtdetect.text import Span

BATCH_ROWS: Final = 64
BATCH_BYTES: Final = 2**20
"""A batch is full at so many rows, or bytes of them; it depends on nothing but the rows."""

_Row = TypeVar("_Row")


class Batch(NamedTuple):
    """Rows on their way to a worker: how many, and what the format's codec makes them from."""

    rows: int
    payload: Any


@dataclass(slots=True)
class Record:
    """A row in a worker: its text, or what stands there instead, and links within the text."""

    cell: object
    links: Sequence[Span] = ()


class Codec(Protocol):
    """The worker's side of a format; it is pickled."""

    @property
    def scorer(self) -> Scorer:
        """What scores the texts."""
        ...

    def records(self, payload: Any) -> Sequence[Record]:  # noqa: ANN401 - each format has its own
        """The rows of a batch."""
        ...

    def encode(
        self,
        payload: Any,  # noqa: ANN401 - as above
        records: Sequence[Any],
        values: Sequence[Values],
        chosen: Sequence[int],
    ) -> bytes:
        """The chosen rows as they are written, with the values added."""
        ...


class Reader(Protocol):
    """The reading side: one file."""

    @property
    def codec(self) -> Codec:
        """What the workers need."""
        ...

    @property
    def header(self) -> bytes:
        """What is written before the first row."""
        ...

    @property
    def shape(self) -> str:
        """What files that go into one must have in common: the columns, where there are such."""
        ...

    def batches(self, skip: int) -> Iterator[Batch]:
        """All rows after the first ``skip``, which were whole batches.

        Raises:
            DamagedError: the file cannot be read on; all rows before have come out.
        """
        ...

    def share(self) -> float:
        """How much of the file has been read, 0 to 1."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


def batched(rows: Iterator[_Row], skip: int, size: Callable[[_Row], int]) -> Iterator[Batch]:
    """Rows in batches, lists of them as payload; ``size`` gives a row's bytes.

    Raises:
        DamagedError: ``rows`` raises it; those before come out first.
    """
    if skip:
        next(islice(rows, skip - 1, skip), None)
    batch: list[_Row] = []
    total, damage = 0, None
    while damage is None:
        try:
            row = next(rows)
        except StopIteration:
            break
        except DamagedError as error:
            damage = error
            break
        batch.append(row)
        total += size(row)
        if len(batch) == BATCH_ROWS or total >= BATCH_BYTES:
            yield Batch(len(batch), batch)
            batch, total = [], 0
    if batch:
        yield Batch(len(batch), batch)
    if damage is not None:
        raise damage
