"""What a report shows over time, over batches and over sizes: the points and the curves of its figures."""

from typing import Annotated

import msgspec

from genaudit.model.outcome import Interval

FIRST_BATCH, EPOCH_END = "first batch", "end of an epoch"
"""Moments of a drive at which what is retained is read."""


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """Memory by a count of items or batches: ``base_bytes + growth_bytes * (count / scale) ** exponent``."""

    base_bytes: float
    """At a count of nothing."""
    growth_bytes: float
    """What a count of ``scale`` adds."""
    scale: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    exponent: Annotated[float, msgspec.Meta(ge=0, le=10)] = 1.0

    def at(self, count: float) -> float:
        """Bytes at a count.

        Example:
            >>> Curve(base_bytes=100, growth_bytes=10).at(5), Curve(base_bytes=0, growth_bytes=8, exponent=2).at(3)
            (150.0, 72.0)
        """
        growth: float = self.growth_bytes * (count / self.scale) ** self.exponent
        return self.base_bytes + growth


class CurveBand(msgspec.Struct, frozen=True, kw_only=True):
    """A curve, and the two that its 95 % interval lies between."""

    value: Curve
    low: Curve
    high: Curve

    def at(self, count: float) -> Interval:
        """Bytes at a count, with the interval."""
        ends = self.low.at(count), self.high.at(count)
        return Interval(value=self.value.at(count), low=min(ends), high=max(ends))


class SurfacePoint(msgspec.Struct, frozen=True, kw_only=True):
    """Retained memory M(n, b) as measured once."""

    trial: int
    """Index into ``trials``."""
    items: int | None
    batches: int
    epoch: int
    at: str
    retained_bytes: int
    high_water_bytes: int
    compares: bool = True
    """Whether as many processes were alive as most often in its trial: workers take their memory along when they
    end."""


class BatchPoint(msgspec.Struct, frozen=True, kw_only=True):
    """One batch, or a group of fast ones, thinned to the lowest and the highest."""

    at_s: float
    last: int
    epoch: int
    phase: str
    held_bytes: int
    rss_bytes: int
    high_water_bytes: int
    seconds: float
    """Mean time of a batch of the group."""
    batch_bytes: int | None = None


class TimePoint(msgspec.Struct, frozen=True, kw_only=True):
    """Memory of the process, and of its tree, at one time."""

    at_s: float
    rss_bytes: int
    held_bytes: int
    pss_bytes: int | None


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """The clean trial over time; thinned so that no lowest or highest reading is lost."""

    samples: list[TimePoint]
    batches: list[BatchPoint]
    epoch_ends_s: list[float]
    end_s: float


class ProcessSpan(msgspec.Struct, frozen=True, kw_only=True):
    """One process of the tree, from when to when it was seen."""

    pid: int
    name: str
    first_s: float
    last_s: float
    peak_pss_bytes: int


class ProcessPoint(msgspec.Struct, frozen=True, kw_only=True):
    """PSS of every process at one time."""

    at_s: float
    pss_bytes: list[int]
    """In the order of the processes; 0 of one that is not there."""
    other_bytes: int = 0
    """Of the processes that have no row of their own."""


class ProcessTimeline(msgspec.Struct, frozen=True, kw_only=True):
    """The processes of the clean trial over time; thinned so that no process loses its highest reading."""

    processes: list[ProcessSpan]
    """The target's own first, then those with the highest PSS."""
    n_others: int
    points: list[ProcessPoint]


class TracedPoint(msgspec.Struct, frozen=True, kw_only=True):
    """What the tracer counted at one moment of the traced trial, which is not the trial of the timeline."""

    batch: int
    """Batches pulled so far."""
    traced_bytes: int
    """Allocated by Python and alive."""
    peak_bytes: int
    """Its highest since the last reading."""
    items: int | None = None
