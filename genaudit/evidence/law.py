"""How memory grows with the size of the data set: M(n, b) at a fixed moment, as a function of n."""

import math
import operator
import statistics

import msgspec

from genaudit.evidence.slopes import theil_sen
from genaudit.model.outcome import Interval

# Of sizes that double, the small ones lie near each other: slopes between them are mostly warm-up and noise.
APART = 0.5
# A step between two sizes is used by itself only where the limit would make it this many times the resolution.
CLEAR_STEP = 4
# An exponent is given only where the growth is this many times the resolution.
CLEAR = 8
MANY_SIZES = 6
WIDE = 1.3
"""Of sizes that are few, the largest is so many times the smallest at least."""
SUPERLINEAR = 1.3
BENT = 0.12
CROOKED = 0.03
MOSTLY = 0.5
EXPONENTS = [round(0.1 + 0.05 * step, 2) for step in range(59)]
FULL = 0.9
"""From this share of the highest on, a buffer counts as full."""


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One measured size."""

    items: int
    n_bytes: int


class LawFit(msgspec.Struct, frozen=True, kw_only=True):
    """A law through the measured sizes."""

    points: list[Point]
    """By size, the smallest first; a size may occur more than once."""
    law: str
    """constant, linear, superlinear."""
    per_item: Interval
    fixed_bytes: float
    exponent: float | None
    resolution: float
    """Uncertainty of one point, in bytes."""

    @property
    def sizes(self) -> list[int]:
        """The measured sizes, each once."""
        return sorted({point.items for point in self.points})

    def tail(self, limit: float) -> Interval:
        """The slope at the largest sizes: a bounded buffer that is larger than the small ones looks like a line before.

        Args:
            limit: Bytes per item; where there is a step that is long enough to show growth by this much, it is used.
        """
        largest = self.sizes[-1]
        enough = CLEAR_STEP * self.resolution / max(1.0, limit)
        lower = [size for size in self.sizes[:-1] if largest - size >= enough] or self.sizes[:1]
        return self._step(lower[-1], largest)

    @property
    def bends(self) -> bool:
        """Whether a size in the middle lies well above the straight line from the smallest to the largest.

        What holds the data is a straight line in n, or rises faster. A curve that flattens is a buffer that is full, or
        nearly so.
        """
        low, high = self.sizes[0], self.sizes[-1]
        rise = self._median(high) - self._median(low)
        above = [
            self._median(size) - self._median(low) - rise * (size - low) / (high - low) for size in self.sizes[1:-1]
        ]
        return max(above, default=0.0) > max(3 * self.resolution, BENT * abs(rise))

    @property
    def flattens(self) -> bool:
        """Whether the law bends, and the largest size adds at most half of what the ones before it did, per item."""
        if not self.bends:
            return False
        low, middle, high = self.sizes[0], self.sizes[-2], self.sizes[-1]
        return self._step(middle, high).value <= 0.5 * self._step(low, middle).value

    def levels_off(self, limit: float, less: float = 0.0) -> bool:
        """Whether growth ends at a bound, or is none: at the largest sizes it is below a limit.

        Args:
            limit: Bytes per item.
            less: Bytes per item that have another cause.
        """
        return self.flattens or self.tail(limit).high - less <= limit

    @property
    def is_straight(self) -> bool:
        """Whether three sizes or more lie on one line, but for a small share of the rise and the resolution."""
        return len(self.sizes) > 2 and self.law == "linear" and self._scatter <= self._allowed(CROOKED)

    @property
    def is_step(self) -> bool:
        """Whether most of the rise comes between two neighbouring sizes, and not in proportion to them."""
        return len(self.sizes) > 2 and self._scatter > self._allowed(MOSTLY)

    @property
    def _scatter(self) -> float:
        heights = [point.n_bytes - self.per_item.value * point.items for point in self.points]
        return max(heights) - min(heights)

    def _allowed(self, share: float) -> float:
        rise = abs(self._median(self.sizes[-1]) - self._median(self.sizes[0]))
        return max(2 * self.resolution, share * rise)

    def beyond(self, items: int) -> "LawFit | None":
        """The law of the sizes from one on; ``None`` with fewer than two of them that are apart."""
        points = [point for point in self.points if point.items >= items]
        # Between sizes that lie close together, what one reading differs from another by would be a steep slope.
        sizes = [point.items for point in points]
        is_wide = bool(sizes) and max(sizes) >= WIDE * min(sizes)
        return fit_law(points, resolution=self.resolution) if is_wide else None

    @property
    def upper(self) -> "LawFit | None":
        """The law of the larger half of the sizes; ``None`` with too few of them.

        At small sizes workers may have ended by the first batch, or queues be longer than the data.
        """
        from_size = self.sizes[len(self.sizes) // 2 - (len(self.sizes) < MANY_SIZES)]
        points = [point for point in self.points if point.items >= from_size]
        return fit_law(points, resolution=self.resolution) if len({point.items for point in points}) > 2 else None

    def at(self, items: float) -> Interval:
        """The law at another size."""
        if self.law == "superlinear" and self.exponent is not None:
            largest = self.points[-1]
            scale = (items / largest.items) ** self.exponent
            value = self.fixed_bytes + (largest.n_bytes - self.fixed_bytes) * scale
            return Interval(value=value, low=value * 0.8, high=value * 1.25)
        # Through the centre of what was measured, where a line is known best.
        middle = sum(point.items for point in self.points) / len(self.points)
        centre = self.fixed_bytes + self.per_item.value * middle
        ends = [centre + slope * (items - middle) for slope in (self.per_item.low, self.per_item.high)]
        return Interval(value=centre + self.per_item.value * (items - middle), low=min(ends), high=max(ends))

    @property
    def rise(self) -> Interval:
        """Bytes per item from the least to the most that is held at any size, whatever lies between."""
        held = [self._median(size) for size in self.sizes]
        slope = (max(held) - min(held)) / max(1, self.sizes[-1] - self.sizes[0])
        return Interval(value=slope, low=slope, high=slope)

    @property
    def full_from(self) -> int:
        """The smallest size at which nearly as much is held as at any."""
        highest = max(self._median(size) for size in self.sizes)
        # Below 0 where less is held than before the call.
        return next(size for size in self.sizes if self._median(size) >= min(highest, FULL * highest))

    @property
    def straight(self) -> "LawFit":
        """The line through the same points: of three sizes, scatter may look like a curve."""
        if self.law != "superlinear":
            return self
        fixed = statistics.median(point.n_bytes - self.per_item.value * point.items for point in self.points)
        return msgspec.structs.replace(self, law="linear", fixed_bytes=fixed, exponent=None)

    def growing_part(self, items: float) -> float:
        """Bytes that come with the data set at a size: the law without what is there at any size."""
        if self.law == "superlinear":
            return max(0.0, self.at(items).value - self.fixed_bytes)
        return max(0.0, self.per_item.value * items)

    def _step(self, low: int, high: int) -> Interval:
        rise = self._median(high) - self._median(low)
        margin = 2 * self.resolution / (high - low)
        slope = rise / (high - low)
        return Interval(value=slope, low=slope - margin, high=slope + margin)

    def _median(self, items: int) -> float:
        return float(statistics.median([point.n_bytes for point in self.points if point.items == items]))


def fit_law(points: list[Point], *, resolution: float) -> LawFit | None:
    """A law through points; ``None`` with fewer than two sizes.

    Args:
        points: Repeated sizes are allowed.
        resolution: Uncertainty of one point, in bytes.
    """
    ordered = sorted(points, key=lambda point: point.items)
    sizes = [float(point.items) for point in ordered]
    values = [float(point.n_bytes) for point in ordered]
    line = theil_sen(sizes, values, resolution=resolution, apart=APART)
    if line is None:
        return None
    exponent = _exponent(ordered, resolution)
    law = "linear"
    if line.slope.low <= 0 <= line.slope.high:
        law = "constant"
    elif exponent is not None and exponent > SUPERLINEAR and line.slope.value > 0:
        law = "superlinear"
    return LawFit(
        points=ordered,
        law=law,
        per_item=line.slope,
        fixed_bytes=line.intercept if law != "superlinear" else _power_intercept(ordered, exponent or 1.0),
        exponent=exponent,
        resolution=resolution,
    )


def _exponent(points: list[Point], resolution: float) -> float | None:
    """The power p for which ``a + b n^p`` fits best; ``None`` where the growth is too small to show it."""
    values = [float(point.n_bytes) for point in points]
    if len({point.items for point in points}) < 3 or max(values) - min(values) < CLEAR * resolution:
        return None
    return min(EXPONENTS, key=lambda power: _line(_powers(points, power), values).squares)


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    """The straight line with the least squares."""

    intercept: float
    squares: float
    """The sum of the squares that it leaves."""


def _line(x: list[float], y: list[float]) -> _Line:
    middle_x, middle_y = statistics.fmean(x), statistics.fmean(y)
    across, up = [value - middle_x for value in x], [value - middle_y for value in y]
    slope = sum(map(operator.mul, across, up)) / sum(value * value for value in across)
    left = (at_y - slope * at_x for at_x, at_y in zip(across, up, strict=True))
    return _Line(intercept=middle_y - slope * middle_x, squares=sum(value * value for value in left))


def _powers(points: list[Point], power: float) -> list[float]:
    """The sizes to a power, as shares of the largest."""
    largest = max(point.items for point in points)
    return [(point.items / largest) ** power for point in points]


def _power_intercept(points: list[Point], power: float) -> float:
    intercept = _line(_powers(points, power), [float(point.n_bytes) for point in points]).intercept
    return intercept if math.isfinite(intercept) else 0.0
