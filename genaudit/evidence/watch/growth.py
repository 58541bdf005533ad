"""How the memory of a job grew from batch to batch: as a whole, in its workers, inside of ``next()`` and outside.

Nothing is settled in a job that shall not notice: garbage waits in it, and heaps fill. So growth is told from a line
through many readings, past the first, and only where it goes on in the second half of them.
"""

import enum
import itertools
import math
from collections.abc import Iterable

import msgspec

from genaudit.evidence.slopes import Points, theil_sen_within
from genaudit.model.limits import Limits
from genaudit.model.marks import RetentionMark
from genaudit.model.outcome import Interval
from genaudit.model.watch import JobRecording, PulledMark
from genaudit.units import KIB, MIB

FEWEST_POINTS = 4
FEWEST_BATCHES = 20
"""Fewer do not show that nothing grows."""
WARM_UP, MOST_WARM_UP = 0.1, 50
RESOLUTION_BYTES = 64 * KIB
"""Pages that come and go with the interpreter's tables."""
APART = 0.5
LEAST_RISE = 1 * MIB
"""A smaller rise in all is that of heaps and tables."""
RISE_BATCHES = 2.0
"""... and so is one of fewer batches than this."""
NO_MATTER_BYTES = 64 * KIB
NO_MATTER_SHARE = 0.1
"""Of a batch."""
BLOCKS = 16
MOST_POINTS = 240
"""Slopes of pairs grow with the square of the points."""
LEAST_OF_FOUND = 0.5
FROM = frozenset({"source", "module", "thread"})
LEVELS_OFF = 0.35
"""Growth of the second half below this share of the first's levels off: something fills up."""

LAST_PART = 1 / 3
"""Of the readings, which tells of what stopped rising within their second half."""


class Trend(str, enum.Enum):
    """What a line through readings says."""

    GROWS = "grows"
    LEVELS_OFF = "levels-off"
    """It rose, and did not go on rising."""
    OPEN = "open"
    """It rose, and whether it goes on is not to be seen."""
    FLAT = "flat"


class JobGrowth(msgspec.Struct, frozen=True, kw_only=True):
    """By how much private memory rose with each batch."""

    per_batch: Interval | None
    """Of the process itself; ``None`` where there are too few readings."""
    trend: Trend
    span: int
    """Batches that it was told from."""
    inside: Interval | None
    """Inside of ``next()``: what the batch itself takes is in it."""
    outside: Interval | None
    workers: Interval | None
    workers_grow: bool
    workers_open: bool
    """There were workers, and what was read of them does not show that they are clean."""
    batch_bytes: int | None

    @property
    def grows(self) -> bool:
        """Whether the process's own memory does."""
        return self.trend is Trend.GROWS

    @property
    def most(self) -> float:
        """Growth up to this is not ruled out."""
        return max(0.0, self.per_batch.high) if self.per_batch is not None else math.inf


def growth_of(job: JobRecording, limits: Limits | None = None) -> JobGrowth:
    """What the readings say."""
    limits = limits or Limits()
    late = _past_warm_up(job.pulled)
    batch_bytes = next((mark.batch_bytes for mark in reversed(job.pulled) if mark.batch_bytes), None)
    resolution = max(RESOLUTION_BYTES, (batch_bytes or 0) / 2)
    held = _lowest([(float(mark.last), float(mark.anon_bytes)) for mark in late])
    per_batch, trend = _trend([held], resolution, limits, batch_bytes)
    found, found_trend = _trend([_found(job)], RESOLUTION_BYTES, limits, batch_bytes)
    is_found = found is not None and found_trend is Trend.GROWS
    if is_found and found is not None and (per_batch is None or per_batch.high >= LEAST_OF_FOUND * found.value):
        # What walks find has no noise of heaps, and the readings do not speak against it.
        is_shown = trend is Trend.GROWS and per_batch is not None and per_batch.low > found.low
        per_batch, trend = (per_batch if is_shown else found), Trend.GROWS
    worker_points = _by_processes(job)
    workers, workers_trend = _trend(worker_points, 2 * resolution, limits, batch_bytes)
    return JobGrowth(
        per_batch=per_batch,
        trend=trend,
        span=late[-1].last - late[0].last if late else 0,
        inside=_slope([_summed(late, [mark.in_bytes for mark in late])], resolution),
        outside=_slope([_summed(late, [mark.out_bytes for mark in late])], resolution),
        workers=workers,
        workers_grow=workers_trend is Trend.GROWS,
        workers_open=bool(job.workers) and workers_trend is Trend.OPEN,
        batch_bytes=batch_bytes,
    )


def ruled_out(growth: JobGrowth) -> float:
    """Growth that is not ruled out may be this much in a job that is called clean."""
    return max(NO_MATTER_BYTES, NO_MATTER_SHARE * (growth.batch_bytes or 0))


def _past_warm_up(pulled: list[PulledMark]) -> list[PulledMark]:
    """All but the first batches, in which models and libraries make what they then keep."""
    if not pulled:
        return []
    skipped = max(2, min(MOST_WARM_UP, round(WARM_UP * pulled[-1].last)))
    late = [mark for mark in pulled if mark.last > skipped]
    return late if len(late) >= FEWEST_POINTS else [mark for mark in pulled if mark.last > 1]


def _found(job: JobRecording) -> Points:
    """What walks of the job's own process found from names of the user's on, by batch."""
    walks = [mark for mark in job.walks if not mark.pid and mark.batch > 1]
    return [(float(mark.batch), float(_by_name(mark))) for mark in walks]


def _by_name(mark: RetentionMark) -> int:
    return sum(node.bytes for node in mark.nodes if node.parent < 0 and node.kind in FROM)


def _lowest(points: Points) -> Points:
    """The lowest reading of each of some blocks: what a step takes for a while is above what is kept."""
    size = len(points) // BLOCKS
    if size < 2:
        return points
    return [min(points[at : at + size], key=lambda point: point[1]) for at in range(0, len(points), size)]


def _by_processes(job: JobRecording) -> list[Points]:
    """What workers held, by batch; anew where they are other processes."""
    groups = itertools.groupby(job.workers, key=lambda mark: frozenset(mark.held))
    segments = [[(float(mark.batch), float(sum(mark.held.values()))) for mark in group] for _, group in groups]
    # At the first reading of each they may still be starting.
    return [segment[1:] for segment in segments if len(segment) > FEWEST_POINTS]


def _summed(marks: list[PulledMark], parts: list[int]) -> Points:
    return [(float(mark.last), float(total)) for mark, total in zip(marks, itertools.accumulate(parts), strict=True)]


def _slope(segments: Iterable[Points], resolution: float) -> Interval | None:
    usable = [segment for segment in map(_thinned, segments) if len(segment) > 1]
    if sum(map(len, usable)) < FEWEST_POINTS:
        return None
    return theil_sen_within(usable, resolution=resolution, apart=APART)


def _trend(
    segments: list[Points], resolution: float, limits: Limits, batch_bytes: int | None
) -> tuple[Interval | None, Trend]:
    """The slope, that of the late part where it is another; and what it says."""
    whole = _slope(segments, resolution)
    if whole is None:
        return None, Trend.OPEN
    span = max(segment[-1][0] - segment[0][0] for segment in segments)
    rise = whole.value * span
    rises = whole.low > 0 and rise >= max(LEAST_RISE, min(RISE_BATCHES * (batch_bytes or 0), 4 * LEAST_RISE))
    if not rises or whole.value < limits.growth_bytes_per_batch:
        return whole, Trend.FLAT
    first, second = _halves(segments, resolution)
    if first is None or second is None:
        # It goes on as far as so few readings tell.
        return whole, Trend.GROWS
    if second.high < LEVELS_OFF * max(first.value, whole.value):
        return second, Trend.LEVELS_OFF
    if second.low > 0:
        return whole, Trend.GROWS
    last = _slope(_late(segments, LAST_PART), resolution * LAST_PART)
    if last is not None and last.high < LEVELS_OFF * whole.value:
        # It stopped within the second half.
        return last, Trend.LEVELS_OFF
    return whole, Trend.OPEN


def _halves(segments: list[Points], resolution: float) -> tuple[Interval | None, Interval | None]:
    longest = max(segments, key=len)
    middle = (longest[0][0] + longest[-1][0]) / 2
    first = [[point for point in segment if point[0] <= middle] for segment in segments]
    second = _late(segments, 0.5)
    # Of half as many the resolution is that of the whole, or half of a steady rise would be none.
    return _slope(first, resolution / 2), _slope(second, resolution / 2)


def _late(segments: list[Points], share: float) -> list[Points]:
    """The last part of the readings."""
    longest = max(segments, key=len)
    begin = longest[-1][0] - share * (longest[-1][0] - longest[0][0])
    return [[point for point in segment if point[0] >= begin] for segment in segments]


def _thinned(points: Points) -> Points:
    """At most some hundreds: slopes of pairs grow with the square of them."""
    step = max(1, len(points) // MOST_POINTS)
    return points[::step]
