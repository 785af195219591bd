"""What became of one text: its report, and which findings are not to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from mtdetect.files import UnreadableError

if TYPE_CHECKING:
    from mtdetect.reading import Source
    from mtdetect.report import Finding, Report


class Hidden(NamedTuple):
    """A finding that is not shown.

    It is "suppressed" by a comment in the text, whose reason is the note, or "known" to the
    baseline.
    """

    finding: Finding
    why: Literal["suppressed", "known"]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """A text that was scored.

    Attributes:
        source: the text and where it came from.
        report: all that the detector said; nothing below changes its verdict or probability.
        hidden: findings of the report that are not shown, in text order.
        known: whether the baseline knows the whole result, so that it does not count as new.
    """

    source: Source
    report: Report
    hidden: tuple[Hidden, ...] = ()
    known: bool = False

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings to show, in text order."""
        hidden = {item.finding for item in self.hidden}
        return tuple(finding for finding in self.report.findings if finding not in hidden)


Result = Scored | UnreadableError
"""What every renderer takes, in the order of the files: a scored text, or why there is none."""
