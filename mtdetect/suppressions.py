"""Instructions in the comments of a text that hide findings, each with a reason.

    <!-- mtdetect: ignore NAME, NAME -- reason -->     in this paragraph, or in the next
    <!-- mtdetect: disable NAME -- reason -->          from here
    <!-- mtdetect: enable NAME -->                     to here

NAME is a signal's, or ``all``. They hide what was found, never what is made of it: probability and
verdict stay as they are, so that no text can talk itself out of them.
"""

from __future__ import annotations

import difflib
import re
import sys
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from mtdetect import phrases
from mtdetect.result import Hidden
from mtdetect.signals import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mtdetect.reading import Comment, Place
    from mtdetect.report import Finding, ParagraphRating
    from mtdetect.result import Scored

ALL: Final = "all"

MOST: Final = 1000
"""Instructions that are read in one text; more are there to keep the program busy."""

_ACTIONS: Final = ("ignore", "disable", "enable")
_INSTRUCTION: Final = re.compile(r"\s*mtdetect\s*:(.*)", re.DOTALL | re.IGNORECASE)
_REASON: Final = re.compile(r"(?:^|\s)(?:--+|–|—)")  # word processors join the two hyphens
_LONGEST_NAME: Final = 60  # characters of a name that a message repeats


class Problem(NamedTuple):
    """What is wrong with an instruction, and where the comment stands in the file."""

    message: str
    place: Place


@dataclass(slots=True)
class _Rule:
    """What one name of an instruction asks for; ``used``: whether that hid anything."""

    comment: Comment
    action: str
    name: str
    reason: str
    used: bool = False

    @property
    def names(self) -> Iterable[str]:
        """The signals that it means."""
        return _known_names() if self.name == ALL else (self.name,)


class _Stretch(NamedTuple):
    start: int
    end: int
    rule: _Rule


@dataclass(slots=True)
class _Stretches:
    """Where each signal is not to be shown: stretches in order and apart."""

    of: dict[str, list[_Stretch]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: str, start: int, end: int, rule: _Rule) -> None:
        """Add a stretch that ends after all that are there; what they cover already is theirs."""
        known = self.of[name]
        last = known[-1].end if known else 0
        if end > last:
            known.append(_Stretch(max(start, last), end, rule))

    def at(self, finding: Finding) -> _Rule | None:
        """The rule that hides a finding; None where none does."""
        known = self.of.get(finding.signal, [])
        index = bisect_right(known, finding.span.start, key=lambda stretch: stretch.start) - 1
        if index < 0 or finding.span.start >= known[index].end:
            return None
        return known[index].rule


def apply(scored: Scored) -> tuple[Scored, list[Problem]]:
    """The result with the findings hidden that comments in its text ask to hide; what is wrong.

    An instruction without a reason or with an unknown name is a problem; it, or that name, has no
    effect. So is one that hides nothing, which cannot be told, and is not, of a report that was
    made with ``explain=False``.
    """
    source, report = scored.source, scored.report
    problems: list[tuple[Comment, str]] = []
    rules: list[_Rule] = []
    for number, (comment, body) in enumerate(_instructions(source.comments)):
        if number == MOST:
            problems.append((comment, f"only the first {MOST:,} instructions are read"))
            break
        found, wrong = _read(comment, body)
        rules += found
        problems += [(comment, message) for message in wrong]
    if not rules and not problems:
        return scored, []
    ignored = _ignored([rule for rule in rules if rule.action == "ignore"], report.paragraphs)
    disabled, idle = _disabled([rule for rule in rules if rule.action != "ignore"])
    problems += [(rule.comment, f"{rule.name} is not disabled here") for rule in idle]
    hidden = {item.finding: item for item in scored.hidden}
    for finding in report.findings:
        rule = ignored.at(finding) or disabled.at(finding)
        if rule is not None:
            rule.used = True
            hidden.setdefault(finding, Hidden(finding, "suppressed", rule.reason))
    if report.contributions:
        problems += [
            (rule.comment, f"{rule.action} {rule.name} hides nothing")
            for rule in rules
            if not (rule.used or rule.action == "enable" or _may_come(rule, report.verdict))
        ]
    problems.sort(key=lambda problem: problem[0].span)
    in_order = (hidden[item] for item in dict.fromkeys(report.findings) if item in hidden)
    return replace(scored, hidden=tuple(in_order)), [
        Problem(f"mtdetect: {message}", source.carrier.place(comment.span))
        for comment, message in problems
    ]


def _instructions(comments: Iterable[Comment]) -> Iterator[tuple[Comment, str]]:
    """Comments that speak to this program, with what they say."""
    for comment in comments:
        if match := _INSTRUCTION.match(comment.text):
            yield comment, match[1]


def _read(comment: Comment, body: str) -> tuple[list[_Rule], list[str]]:
    """The rules of one instruction, and what is wrong with it."""
    parts = _REASON.split(body, maxsplit=1)
    words = parts[0].replace(",", " ").split()
    reason = " ".join(parts[1].split()) if len(parts) > 1 else ""
    action = words[0].lower() if words else ""
    if action not in _ACTIONS:
        return [], [f"no instruction is called {_quoted(action)}{_guess(action, _ACTIONS)}"]
    names = list(dict.fromkeys(word.lower().replace("-", "_") for word in words[1:]))
    if not names:
        return [], [f"{action} names no signal; {ALL} is for every one"]
    if not reason and action != "enable":
        return [], [f"{action} has no effect without a reason: {action} NAME -- reason"]
    known = {ALL, *_known_names()}
    wrong = []
    if unknown := [name for name in names if name not in known]:
        others = f" ({len(unknown) - 1} more unknown)" if len(unknown) > 1 else ""
        guess = _guess(unknown[0], known)
        wrong.append(f"no signal is called {_quoted(unknown[0])}{others}{guess}")
    return [_Rule(comment, action, name, reason) for name in names if name in known], wrong


def _ignored(rules: Iterable[_Rule], paragraphs: Sequence[ParagraphRating]) -> _Stretches:
    """The paragraphs that the rules hold for.

    A comment inside a paragraph, or right behind it, belongs to it; any other to what follows, as
    far as the end of the next prose.
    """
    starts = [paragraph.span.start for paragraph in paragraphs]
    next_prose: list[int | None] = [None]  # its end, from each paragraph on
    for paragraph in reversed(paragraphs):
        next_prose.append(paragraph.span.end if paragraph.kind == "prose" else next_prose[-1])
    next_prose.reverse()
    stretches = _Stretches()
    for rule in rules:
        at = rule.comment.at
        index = bisect_right(starts, at - 1) - 1  # of the last one that starts before the comment
        start, end = at, next_prose[index + 1]
        follows = index + 1 < len(starts) and starts[index + 1] == at
        # A space before a comment at the end of a paragraph may be counted in or not.
        if index >= 0 and not follows and at <= paragraphs[index].span.end + 1:
            start, end = paragraphs[index].span
        if end is not None:
            for name in rule.names:
                stretches.add(name, start, end, rule)
    return stretches


def _disabled(rules: Iterable[_Rule]) -> tuple[_Stretches, list[_Rule]]:
    """The stretches between disabling and enabling, and those that enable what is enabled.

    What is not enabled again stays disabled to the end of the text.
    """
    stretches = _Stretches()
    since: dict[str, _Rule] = {}
    idle = []
    for rule in rules:
        if rule.action == "disable":
            for name in rule.names:
                since.setdefault(name, rule)
            continue
        ended = [name for name in rule.names if name in since]
        if not ended:
            idle.append(rule)
        for name in ended:
            opened = since.pop(name)
            stretches.add(name, opened.comment.at, rule.comment.at, opened)
    for name, opened in since.items():
        stretches.add(name, opened.comment.at, sys.maxsize, opened)
    return stretches, idle


def _known_names() -> tuple[str, ...]:
    return (*catalogue(), phrases.NAME)


def _may_come(rule: _Rule, verdict: str) -> bool:
    """Whether there is nothing to hide only because words are pointed at in flagged texts alone."""
    return rule.name == phrases.NAME and verdict not in {"machine", "mixed"}


def _quoted(name: str) -> str:
    return f"“{name[:_LONGEST_NAME]}”"


def _guess(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name[:_LONGEST_NAME], sorted(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""
