"""The reliability plot, as an SVG file that reads on light and on dark pages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtdetect.training.evaluation.tables import Row

SIDE, GAP, LEFT, TOP, BOTTOM = 188, 28, 62, 74, 62
COLUMNS = 3
ROW_GAP = 66
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)

STYLE = """
  text { font: 12px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24292f; }
  .title { font-size: 15px; font-weight: 600; }
  .panel { font-weight: 600; }
  .small { font-size: 11px; fill: #57606a; }
  .frame { fill: none; stroke: #8c959f; }
  .grid { stroke: #8c959f; stroke-opacity: 0.25; }
  .ideal { stroke: #8c959f; stroke-dasharray: 4 4; }
  .line { fill: none; stroke: #0969da; stroke-width: 2; stroke-linejoin: round; }
  .dot { fill: #0969da; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .small { fill: #9198a1; }
    .line { stroke: #58a6ff; }
    .dot { fill: #58a6ff; }
  }
"""


def reliability_svg(rows: Sequence[Row]) -> str:
    """A panel for each row of the reliability section: the share of machine texts by probability.

    The background is transparent.
    """
    columns = min(COLUMNS, max(len(rows), 1))
    n_lines = -(-len(rows) // columns)
    width = LEFT + columns * SIDE + (columns - 1) * GAP + 16
    height = TOP + n_lines * SIDE + (n_lines - 1) * ROW_GAP + BOTTOM
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    label = 'role="img" aria-label="Reliability of the probabilities by length"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {label}>',
        f"<style>{STYLE}</style>",
        _text("Do the probabilities hold?", LEFT, 24, "title"),
        _text("Dots: ten bins of equal weight, out of fold. Dashed: perfect.", LEFT, 41, "small"),
    ]
    for index, row in enumerate(rows):
        x = LEFT + index % columns * (SIDE + GAP)
        y = TOP + index // columns * (SIDE + ROW_GAP)
        below = index + columns >= len(rows)
        parts += _panel(row, x, y, ticks_left=index % columns == 0, label_below=below)
    middle = TOP + (height - TOP - BOTTOM) / 2
    parts += [
        f'<g transform="translate(16 {middle:.0f}) rotate(-90)">',
        _text("share that was machine-translated", 0, 0, anchor="middle"),
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _panel(row: Row, x: int, y: int, *, ticks_left: bool, label_below: bool) -> list[str]:
    def at(probability: float, machine: float) -> tuple[float, float]:
        return x + probability * SIDE, y + SIDE - machine * SIDE

    unit = "" if "length" in row["words"] else " words"
    right, bottom = x + SIDE, y + SIDE
    parts = [
        _text(f"{row['words']}{unit}", x, y - 8, "panel"),
        _text(f"ECE {row['ece']:.3f}", right, y - 8, "small", "end"),
        f'<rect class="frame" x="{x}" y="{y}" width="{SIDE}" height="{SIDE}"/>',
    ]
    for tick in TICKS:
        tx, ty = at(tick, tick)
        parts.append(f'<path class="grid" d="M{tx:.1f} {y}V{bottom}M{x} {ty:.1f}H{right}"/>')
        parts.append(_text(f"{tick:g}", tx, bottom + 16, "small", "middle"))
        if ticks_left:
            parts.append(_text(f"{tick:g}", x - 8, ty + 4, "small", "end"))
    parts.append(f'<path class="ideal" d="M{x} {bottom}L{right} {y}"/>')
    points = [at(b["probability"], b["machine"]) for b in row["bins"]]
    path = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
    parts.append(f'<polyline class="line" points="{path}"/>')
    parts += [f'<circle class="dot" cx="{px:.1f}" cy="{py:.1f}" r="3.5"/>' for px, py in points]
    if label_below:
        parts.append(_text("probability given", x + SIDE / 2, bottom + 36, anchor="middle"))
    return parts


def _text(words: str, x: float, y: float, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'
