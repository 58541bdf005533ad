"""Forks of a process that has the libraries show what processes of their own show: verdicts, lines, forecasts."""

from typing import TYPE_CHECKING

import pytest

from genaudit.model.outcome import Level
from genaudit.units import KIB
from tests.truth import harness

if TYPE_CHECKING:
    from genaudit.model.report import Report

pytestmark = [pytest.mark.slow, pytest.mark.process]

SIZES = "200,400"
"""Chosen by genaudit, they would depend on how long trials take, and the two audits might have none in common."""


def audited(name: str, *, fresh: bool) -> "Report":
    """A case, audited one way or the other, where all that it needs is installed."""
    (path,) = harness.paths(name)
    absent = harness.missing(path)
    if absent:
        pytest.skip(f"needs {', '.join(absent)}")
    return harness.audit(harness.load(path), fresh=fresh, sizes=SIZES)


def found(report: "Report") -> list[str]:
    """Names of what was found; without notes, such as that another rule was not decided on a busy machine."""
    return [outcome.name for outcome in report.findings if outcome.level is not Level.NOTE]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("eager_real_tfdata_tensor_slices", marks=pytest.mark.tensorflow),
        pytest.param("workers_real_torch_each_loads", marks=pytest.mark.torch),
        pytest.param("clean_torch_workers", marks=pytest.mark.torch),
    ],
)
def test_forked_and_fresh(name: str) -> None:
    """The same answer, and at each size the same memory within 2 %, which is what a forecast rests on."""
    forked, fresh = audited(name, fresh=False), audited(name, fresh=True)

    assert any(trial.forked for trial in forked.trials)
    assert not any(trial.forked for trial in fresh.trials)
    assert (forked.verdict, found(forked)) == (fresh.verdict, found(fresh))
    # Some have two lines that are right: the list, and what copies it.
    case = harness.load(*harness.paths(name))
    assert [harness.check(case, report).wrong_lines for report in (forked, fresh)] == [[], []]
    retained = [by_size(report) for report in (forked, fresh)]
    assert retained[0].keys() == retained[1].keys()
    for size in retained[0]:
        assert retained[0][size] == pytest.approx(retained[1][size], rel=0.02, abs=512 * KIB)


def by_size(report: "Report") -> dict[int, int]:
    """What was retained at each size; nothing where no law was needed."""
    law = report.growth_law
    return dict(zip(law.sizes, law.retained_bytes, strict=True)) if law is not None else {}
