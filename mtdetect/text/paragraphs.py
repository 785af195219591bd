"""Where paragraphs begin and end in plain text.

The rule, in full:

* A line with nothing but white space (or zero-width characters) separates paragraphs, and so do a
  form feed and the Unicode paragraph separator.
* Between such separators every line is a paragraph, because web text has one paragraph per line,
  except where the lines were wrapped at a column. A run of lines counts as *wrapped* when no line
  is longer than ``_WIDEST`` characters, most lines but the last come near the widest, and at least
  ``_CONTINUED`` of the line ends stand between a line without a final stop and a line that begins
  in lower case. Inside a wrapped run a paragraph ends after a line that has a final stop and is
  clearly shorter than the widest.
* In a text that has blank lines, a line without a final stop is also joined to the next one in its
  run when that begins in lower case: there a line break is not the way to end a paragraph.
* A list item ("- …", "• …", "3. …") is always a paragraph of its own, and so is a line that holds
  nothing but a stop: translated pages leave such lines behind, and signals look for them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mtdetect.text.span import Span

_ZERO_WIDTH = "\u200b\u2060\ufeff"
_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_EDGE = (
    "\t\x1f \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000" + _LINE_ENDS + _ZERO_WIDTH
)
_LINE = re.compile(rf"[^\s{_ZERO_WIDTH}][^{_LINE_ENDS}]*")
_BREAK = re.compile(rf"\r\n|[{_LINE_ENDS}]")
_ITEM = re.compile(r"(?:[-*+•▪●‣◦·■✓✔→]|\(?\d{1,2}[.)]|[a-z]\))[ \t\u00a0]+\S")
_LONE_STOP = re.compile(r"[.…,;:!?]+\s*\Z")
_FINAL_STOP = re.compile(r"[.!?…:;][\"'”’»)\]]*\Z")

_WIDEST = 110  # columns; wrapped plain text is rarely set wider than this
_NEAR_WIDEST = 0.7
_CONTINUED = 0.35  # of the line ends of a run; about three in four in wrapped prose


class _Line(NamedTuple):
    start: int
    end: int
    after_blank: bool  # separated from the line before by more than one line end
    item: bool  # a list item or a lone stop


def split_paragraphs(text: str) -> list[Span]:
    """Spans of the paragraphs of ``text``: disjoint, in order, without surrounding white space."""
    lines = _lines(text)
    has_blank_lines = any(line.after_blank for line in lines)
    spans: list[Span] = []
    first = 0
    for index in range(1, len(lines) + 1):
        if index == len(lines) or lines[index].after_blank:
            spans += _split_run(text, lines[first:index], has_blank_lines=has_blank_lines)
            first = index
    return spans


def _lines(text: str) -> list[_Line]:
    """The lines that hold more than white space."""
    lines: list[_Line] = []
    previous_end = 0
    for match in _LINE.finditer(text):
        start, line = match.start(), match.group().rstrip(_EDGE)
        gap = text[previous_end:start]
        after_blank = bool(lines) and gap != "\n" and _separates(gap)
        item = _ITEM.match(line) is not None or _LONE_STOP.match(line) is not None
        lines.append(_Line(start, start + len(line), after_blank, item))
        previous_end = start + len(line)
    return lines


def _separates(gap: str) -> bool:
    if "\f" in gap or "\u2029" in gap:
        return True
    breaks = _BREAK.finditer(gap)
    next(breaks, None)
    return next(breaks, None) is not None


def _split_run(text: str, lines: list[_Line], *, has_blank_lines: bool) -> list[Span]:
    """Paragraphs of a run of lines that has no blank line inside."""
    if len(lines) == 1:
        return [Span(lines[0].start, lines[0].end)]
    stopped = [_ends_with_stop(text, line) for line in lines]
    continues = [
        not stop and text[after.start].islower() and not after.item
        for stop, after in zip(stopped, lines[1:], strict=False)
    ]
    lengths = [line.end - line.start for line in lines]
    widest = max(lengths)
    wrapped = (
        widest <= _WIDEST
        and sum(continues) >= _CONTINUED * len(continues)
        and sum(n >= _NEAR_WIDEST * widest for n in lengths[:-1]) >= 0.6 * len(continues)
    )
    spans: list[Span] = []
    start = lines[0].start
    for index, line in enumerate(lines[:-1]):
        after = lines[index + 1]
        if wrapped:
            ends = stopped[index] and lengths[index] < _NEAR_WIDEST * widest
            # "in\n1945. The" or "\n- he said" inside wrapped prose is no list item.
            ends = ends or (after.item and (stopped[index] or line.item))
        else:
            ends = not (has_blank_lines and continues[index])
        if ends or _is_lone_stop(text, line) or _is_lone_stop(text, after):
            spans.append(Span(start, line.end))
            start = after.start
    spans.append(Span(start, lines[-1].end))
    return spans


def _ends_with_stop(text: str, line: _Line) -> bool:
    # Four characters hold a stop and its closing quotes; the slice keeps the search short.
    return _FINAL_STOP.search(text[max(line.start, line.end - 4) : line.end]) is not None


def _is_lone_stop(text: str, line: _Line) -> bool:
    return line.item and _LONE_STOP.match(text[line.start : line.end]) is not None
