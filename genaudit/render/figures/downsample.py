"""Long curves made short without losing a single highest or lowest point."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from genaudit.model.series import BatchPoint, Timeline, TimePoint

Point = TypeVar("Point")


def thin(points: Sequence[Point], most: int, keys: Sequence[Callable[[Point], float | None]]) -> list[Point]:
    """At most about so many of the points, in order: of each bin the first, and the lowest and highest by each key.

    Args:
        points: The curve.
        most: How many points may stay; each bin may keep ``2 * len(keys) + 1``.
        keys: What must not lose its extremes; ``None`` is no value.

    Example:
        >>> thin([0, 0, 9, 0, 0, 0, -5, 0], 6, [float])
        [0, 9, 0, -5, 0]
    """
    if len(points) <= most:
        return list(points)
    n_bins = max(1, most // (2 * len(keys) + 1))
    kept: set[int] = {len(points) - 1}
    for at in range(n_bins):
        start, stop = at * len(points) // n_bins, (at + 1) * len(points) // n_bins
        kept.update(_extremes(points, range(start, stop), keys))
    return [points[at] for at in sorted(kept)]


def thin_timeline(timeline: Timeline, most: int) -> Timeline:
    """The timeline with at most about so many samples, and so many batches."""
    return Timeline(
        samples=thin(timeline.samples, most, [_sample_rss, _sample_held, _sample_pss]),
        batches=thin(timeline.batches, most, [_batch_high, _batch_held, _batch_seconds]),
        epoch_ends_s=timeline.epoch_ends_s[:: max(1, len(timeline.epoch_ends_s) // 200)],
        end_s=timeline.end_s,
    )


def _extremes(points: Sequence[Point], bin_: range, keys: Sequence[Callable[[Point], float | None]]) -> set[int]:
    kept = {bin_.start}
    for key in keys:
        known = [(value, at) for at in bin_ if (value := key(points[at])) is not None]
        if known:
            kept |= {min(known)[1], max(known)[1]}
    return kept


def _sample_rss(point: TimePoint) -> float:
    return point.rss_bytes


def _sample_held(point: TimePoint) -> float:
    return point.held_bytes


def _sample_pss(point: TimePoint) -> float | None:
    return point.pss_bytes


def _batch_high(point: BatchPoint) -> float:
    return point.high_water_bytes


def _batch_held(point: BatchPoint) -> float:
    return point.held_bytes


def _batch_seconds(point: BatchPoint) -> float:
    return point.seconds
