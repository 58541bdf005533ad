"""The timeline made short for a figure or a page."""

from genaudit.model.downsample import thinned
from genaudit.model.series import BatchPoint, Timeline, TimePoint


def thin_timeline(timeline: Timeline, most: int) -> Timeline:
    """The timeline with at most about so many samples, and so many batches."""
    return Timeline(
        samples=thinned(timeline.samples, most, [_sample_rss, _sample_held, _sample_pss]),
        batches=thinned(timeline.batches, most, [_batch_high, _batch_held, _batch_seconds]),
        epoch_ends_s=timeline.epoch_ends_s[:: max(1, len(timeline.epoch_ends_s) // 200)],
        end_s=timeline.end_s,
    )


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
