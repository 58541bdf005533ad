"""Memory over time in one line of characters, with a line of marks below."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from genaudit.model.series import Timeline

BLOCKS = "▁▂▃▄▅▆▇█"
ASCII_BLOCKS = "_.:-=+*#"
CLOSEST_MARKS = 2


class Sparkline(NamedTuple):
    """Two lines of the same width."""

    curve: str
    marks: str


def sparkline(timeline: Timeline, columns: int, *, unicode: bool = True) -> Sparkline | None:
    """The highest memory in each column's share of the time, from zero to the peak.

    The marks show where batches ended (a tick), and epochs (a bar); ticks that would touch are left out.
    """
    points: list[tuple[float, float]] = [(point.at_s, point.rss_bytes) for point in timeline.samples]
    points += [(point.at_s, point.high_water_bytes) for point in timeline.batches]
    end = max((at for at, _ in points), default=0.0)
    if end <= 0 or columns < 4:
        return None
    heights = _columns(sorted(points), end, columns)
    blocks = BLOCKS if unicode else ASCII_BLOCKS
    top = max(heights) or 1.0
    curve = "".join(blocks[min(len(blocks) - 1, int(height / top * len(blocks)))] for height in heights)
    return Sparkline(curve, _marks(timeline, end, columns, unicode=unicode))


def _columns(points: list[tuple[float, float]], end: float, columns: int) -> list[float]:
    heights: list[float] = [-1.0] * columns
    for at, height in points:
        column = _column(at, end, columns)
        heights[column] = max(heights[column], height)
    last = 0.0
    for column in range(columns):
        height = heights[column]
        last = height if height >= 0 else last
        heights[column] = last
    return heights


def _marks(timeline: Timeline, end: float, columns: int, *, unicode: bool) -> str:
    tick, bar = ("╵", "┃") if unicode else ("'", "|")
    marks = [" "] * columns
    last = -CLOSEST_MARKS
    for point in timeline.batches:
        column = _column(point.at_s, end, columns)
        if column >= last + CLOSEST_MARKS:
            marks[column], last = tick, column
    for at in timeline.epoch_ends_s:
        marks[_column(min(at, end), end, columns)] = bar
    return "".join(marks)


def _column(at: float, end: float, columns: int) -> int:
    return min(columns - 1, int(at / end * columns))


def bars(heights: Sequence[float | None], columns: int, *, unicode: bool = True) -> str:
    """One column for each height, from zero to the highest; the last ones where there is no room for all.

    Args:
        heights: In any unit; ``None`` for what is not known.
        columns: That there is room for.

    Example:
        >>> bars([1, 4, None, 8], 10), bars([1, 4, 8], 2), bars([], 4)
        ('▁▄ █', '▄█', '')
    """
    shown = list(heights)[-columns:]
    blocks = BLOCKS if unicode else ASCII_BLOCKS
    top = max((height for height in shown if height is not None), default=0) or 1
    return "".join(" " if height is None else _block(height / top, blocks) for height in shown)


def _block(share: float, blocks: str) -> str:
    return blocks[min(len(blocks) - 1, max(0, math.ceil(share * len(blocks)) - 1))]
