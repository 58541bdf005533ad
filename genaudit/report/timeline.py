"""The clean trial over time, thinned so that no highest and no lowest reading is lost."""

from genaudit.model.downsample import thinned
from genaudit.model.recording import Sample, Trial
from genaudit.model.series import BatchPoint, Timeline, TimePoint

MOST_POINTS = 1500


def timeline(trial: Trial) -> Timeline | None:
    """The samples from outside and the readings at every batch boundary."""
    if trial.ready is None:
        return None
    points = [
        BatchPoint(
            at_s=mark.at_s,
            last=mark.last,
            epoch=mark.epoch,
            phase="first-batch" if mark.last == 1 else "steady",
            held_bytes=mark.memory.held_bytes,
            rss_bytes=mark.memory.rss_bytes,
            high_water_bytes=mark.memory.high_water_bytes,
            seconds=mark.seconds / mark.count,
            batch_bytes=mark.batch_bytes,
        )
        for mark in trial.batches
    ]
    samples = _samples(trial)
    ends = [samples[-1].at_s] if samples else []
    ends += [mark.at_s for mark in (*trial.phases, *trial.batches)]
    return Timeline(
        samples=thinned(samples, MOST_POINTS, [lambda point: point.rss_bytes, lambda point: point.pss_bytes]),
        batches=thinned(points, MOST_POINTS, [lambda point: point.high_water_bytes, lambda point: point.held_bytes]),
        epoch_ends_s=[mark.at_s for mark in trial.epochs][:MOST_POINTS],
        end_s=max(ends, default=0.0),
    )


def _samples(trial: Trial) -> list[TimePoint]:
    """Samples from outside, with the phase boundaries, which short phases would be invisible without."""
    points = [_sampled(sample) for sample in trial.samples]
    points += [
        TimePoint(at_s=mark.at_s, rss_bytes=mark.memory.rss_bytes, held_bytes=mark.memory.held_bytes, pss_bytes=None)
        for mark in trial.phases
    ]
    return sorted(points, key=lambda point: point.at_s)


def _sampled(sample: Sample) -> TimePoint:
    return TimePoint(
        at_s=sample.at_s, rss_bytes=sample.rss_bytes, held_bytes=sample.held_bytes, pss_bytes=sample.pss_bytes
    )
