"""Growth of a job, from readings that were made."""

import pytest

from genaudit.evidence.watch.growth import Trend, growth_of
from genaudit.model.outcome import RunVerdict
from genaudit.report.watch.build import job_report
from genaudit.units import KIB, MIB
from tests.evidence.watch.made import job_of


def test_a_steady_rise_grows() -> None:
    """Its rate is within the interval."""
    growth = growth_of(job_of([50 * MIB + at * 100 * KIB for at in range(100)]))
    assert growth.trend is Trend.GROWS
    assert growth.per_batch is not None
    assert growth.per_batch.low <= 100 * KIB <= growth.per_batch.high


@pytest.mark.parametrize("every", [2, 3, 7])
def test_memory_that_a_step_takes_for_a_while_is_no_growth(every: int) -> None:
    """Some readings are 9 MiB above the others."""
    growth = growth_of(job_of([50 * MIB + (9 * MIB if at % every == 0 else 0) for at in range(100)]))
    assert growth.trend is Trend.FLAT
    assert growth.most < 64 * KIB


def test_what_fills_up_is_no_growth() -> None:
    """A cache of ninety batches is full."""
    growth = growth_of(job_of([50 * MIB + min(at, 90) * 256 * KIB for at in range(200)]))
    assert growth.trend is not Trend.GROWS


def test_too_few_readings_leave_it_open() -> None:
    """Of three batches nothing is said."""
    assert growth_of(job_of([50 * MIB, 51 * MIB, 52 * MIB])).trend is Trend.OPEN


FLAT = [50.0 * MIB] * 100


def test_workers_that_grow_are_named() -> None:
    """The job's own process does not."""
    report = job_report(job_of(FLAT, workers=[90 * MIB + at * 512 * KIB for at in range(100)]))
    assert report.verdict is RunVerdict.FAIL
    assert "in the workers" in report.headline


def test_workers_that_were_hardly_read_leave_it_open() -> None:
    """A clean verdict that nothing shows is none."""
    assert job_report(job_of(FLAT)).verdict is RunVerdict.PASS
    report = job_report(job_of(FLAT, workers=[90 * MIB, 95 * MIB]))
    assert report.verdict is RunVerdict.INCONCLUSIVE
    assert "its workers were read too few times" in report.headline


def test_workers_that_stop_growing_are_clean() -> None:
    """In the last third of the readings they hold the same."""
    report = job_report(job_of(FLAT, workers=[90 * MIB + min(at, 62) * 512 * KIB for at in range(100)]))
    assert report.verdict is RunVerdict.PASS
