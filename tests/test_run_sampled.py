"""Whole audits with memory-profiler as the sampler, as where there is no ``/proc``."""

from typing import Any

import pytest

from genaudit.model.job import Job
from genaudit.model.outcome import RunVerdict
from genaudit.pipeline import audit

pytestmark = [pytest.mark.process]

TARGETS = """\
import time
import numpy as np


def arguments(n=64):
    return {"n": n}


def items(n):
    return [np.ones((64, 64, 8)) for _ in range(n)]


def eager(n):
    data = items(n)
    for start in range(0, n, 4):
        yield np.stack(data[start : start + 4])


def lazy(n):
    for _ in range(0, n, 4):
        yield np.stack(items(4))


kept = []


def leak(n):
    for _ in range(0, n, 4):
        batch = np.stack(items(4))
        kept.append(batch[0].copy())
        yield batch


def spike(n):
    for start in range(0, n, 4):
        if start % 16 == 0:
            block = np.ones(8 * 10**6)
            time.sleep(0.1)
            del block
        yield np.stack(items(4))
"""


@pytest.mark.parametrize(
    ("name", "found", "verdict"),
    [
        ("eager", {"eager-load"}, RunVerdict.FAIL),
        ("lazy", set(), RunVerdict.PASS),
        ("leak", {"batch-growth"}, RunVerdict.FAIL),
        ("spike", {"batch-spike"}, RunVerdict.WARN),
    ],
)
def test_verdicts_are_the_same(name: str, found: set[str], verdict: RunVerdict, tmp_path, monkeypatch) -> None:
    """What is held is USS, a peak is the highest sample; the report says both."""
    (tmp_path / "sampled.py").write_text(TARGETS)
    monkeypatch.chdir(tmp_path)
    given: dict[str, Any] = {"arguments": ["n=64"], "max_batches": 96}
    if name in {"eager", "lazy"}:
        # Of the others batches alone are asked: a drive at each size, and longer ones, take long with this sampler.
        given = {"args_from": "sampled.py:arguments", "items": 64}
    job = Job(target=f"sampled.py:{name}", sampler="memory-profiler", **given)

    recording, report = audit(job)

    assert {trial.sampler for trial in recording.trials} == {"memory-profiler"}
    assert (report.verdict, {outcome.name for outcome in report.outcomes if outcome.is_finding}) == (verdict, found)
    assert not report.peak.exact
    assert any("memory-profiler" in note for note in report.notes)
    assert any("lower bounds" in note for note in report.notes)
    if name == "eager":
        assert report.growth_law is not None
        assert report.growth_law.bytes_per_item.value == pytest.approx(64 * 64 * 8 * 8, rel=0.02)
