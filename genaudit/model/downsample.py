"""Long series made short without losing a single highest or lowest point."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Point = TypeVar("Point")


def thinned(points: Sequence[Point], most: int, values: Sequence[Callable[[Point], float | None]]) -> list[Point]:
    """At most so many of the points, in order: the first, the last, and of each bin the lowest and the highest.

    Args:
        points: In the order of time.
        most: How many may stay; with fewer than a bin needs, as many as it needs.
        values: What must not lose its extremes; ``None`` is no reading.

    Example:
        >>> thinned([0, 0, 9, 0, 0, 0, -5, 0], 6, [float])
        [0, 9, -5, 0]
    """
    if len(points) <= most:
        return list(points)
    n_bins = max(1, (most - 2) // (2 * len(values)))
    kept = {0, len(points) - 1}
    for number in range(n_bins):
        bin_ = range(number * len(points) // n_bins, (number + 1) * len(points) // n_bins)
        for value in values:
            known = [(reading, index) for index in bin_ if (reading := value(points[index])) is not None]
            if known:
                kept |= {min(known)[1], max(known)[1]}
    return [points[index] for index in sorted(kept)]
