"""The live line of a job that is watched."""

from genaudit.cli.support.live import live_text
from genaudit.model.watch import JobNow, JobPhase
from genaudit.report.watch.build import job_report
from genaudit.units import MIB
from tests.evidence.watch.made import job_of


def _now(batch: int, held: int) -> JobNow:
    return JobNow(
        batch=batch, epoch=1, phase=JobPhase.STEP, source=1, anon_bytes=held, limit_bytes=1024 * MIB,
        used_bytes=held, growth_in=held, growth_out=0,
    )  # fmt: skip


def test_before_growth_is_known() -> None:
    """Batch, memory, and what the job does."""
    assert live_text(_now(3, 50 * MIB), None, 1.0) == " batch 3 · epoch 1 · 50.0 MiB · in the step "


def test_growth_and_the_time_until_the_limit() -> None:
    """By two readings; whose it is, is not told from them."""
    text = live_text(_now(103, 150 * MIB), (0.0, _now(3, 50 * MIB)), 10.0)
    assert "+1.00 MiB a batch" in text
    assert "limit 1.00 GiB in 1 min 27 s" in text
    unknown = job_report(job_of([50.0 * MIB] * 10))
    assert "source" not in live_text(_now(103, 150 * MIB), (0.0, _now(3, 50 * MIB)), 10.0, unknown)
