"""Who held how much, and when."""

from genaudit.model.recording import Sample, Trial
from genaudit.report.timeline import MOST_PROCESSES, process_timeline, timeline
from genaudit.units import MIB
from tests.build import trial


def sampled(*samples: Sample, names: dict[int, str] | None = None) -> Trial:
    """A trial whose own process is number 1."""
    return trial(16, lambda batch, epoch: 0.0, samples=list(samples), process_names=names or {})


def sample(at_s: float, **pss: int) -> Sample:
    """A reading of processes by name, such as ``p1=5``; of one alone only the sum is kept."""
    held = {int(name[1:]): n_bytes for name, n_bytes in pss.items()}
    total = sum(held.values()) if held else None
    several = held if len(held) > 1 else {}
    return Sample(at_s=at_s, rss_bytes=10, held_bytes=5, pss_bytes=total, processes=several)


def test_one_process_has_no_timeline_of_processes() -> None:
    """Its sum says it all."""
    assert process_timeline(sampled(sample(0.1, p1=5), sample(0.2, p1=6))) is None


def test_processes_over_time() -> None:
    """The target's own first, then the largest; before its workers it holds everything, and one that ended nothing."""
    samples = [sample(0.1, p1=5), sample(0.15), sample(0.2, p1=6, p2=3), sample(0.3, p1=6, p2=4, p3=9)]
    line = process_timeline(sampled(*samples, names={1: "python", 2: "worker", 3: "worker"}))
    assert line is not None

    assert [(one.pid, one.name, one.first_s, one.peak_pss_bytes) for one in line.processes] == [
        (1, "python", 0.1, 6),
        (3, "worker", 0.3, 9),
        (2, "worker", 0.2, 4),
    ]
    assert [(one.at_s, one.pss_bytes) for one in line.points] == [(0.1, [5, 0, 0]), (0.2, [6, 0, 3]), (0.3, [6, 9, 4])]
    assert (line.n_others, line.points[-1].other_bytes) == (0, 0)


def test_many_processes_are_summed() -> None:
    """The smallest have no row of their own, and none is lost from the sum."""
    held = {f"p{pid}": pid for pid in range(1, 31)}
    line = process_timeline(sampled(sample(0.1, **held)))
    assert line is not None

    assert len(line.processes) == MOST_PROCESSES
    assert line.n_others == 30 - MOST_PROCESSES
    assert sum(line.points[0].pss_bytes) + line.points[0].other_bytes == sum(range(1, 31))


def test_no_process_loses_its_spike() -> None:
    """Thousands of readings become hundreds; the highest of each process stays, also where the sum is low then."""
    rows = [sample(at / 100, p1=50, p2=20, p3=10) for at in range(5000)]
    rows[777] = sample(7.77, p1=1, p2=60, p3=1)
    rows[4000] = sample(40.0, p1=90, p2=1, p3=1)
    line = process_timeline(sampled(*rows))
    assert line is not None

    assert len(line.points) <= 600
    assert max(one.pss_bytes[1] for one in line.points) == 60
    assert max(one.pss_bytes[0] for one in line.points) == 90


def test_a_peak_of_pss_is_kept_where_rss_is_flat() -> None:
    """Workers raise the sum while the target's own process stays as it is."""
    samples = [Sample(at_s=at / 100, rss_bytes=MIB, held_bytes=MIB) for at in range(5000)]
    samples[1234] = Sample(at_s=12.34, rss_bytes=MIB, held_bytes=MIB, pss_bytes=9 * MIB)
    line = timeline(sampled(*samples))
    assert line is not None

    assert max(one.pss_bytes or 0 for one in line.samples) == 9 * MIB
