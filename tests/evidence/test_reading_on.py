"""Whether a target goes on to read its files when memory has stopped to grow."""

from collections.abc import Callable

import pytest

from genaudit.evidence import readings
from genaudit.units import KIB, MIB
from tests import build

FULL = 10
"""Batches until memory is full."""


@pytest.mark.parametrize(
    ("read", "batches", "on"),
    [
        pytest.param(lambda batch: batch * MIB, 64, True, id="as before"),
        pytest.param(lambda batch: min(batch, FULL) * MIB + batch * 0.6 * MIB, 64, False, id="far less"),
        pytest.param(lambda batch: (0.4 * min(batch, FULL) + 0.6 * batch) * MIB, 64, True, id="a part is spared"),
        pytest.param(lambda batch: min(batch, FULL) * MIB, 64, False, id="nothing more"),
        pytest.param(lambda batch: batch * 100 * KIB, 64, False, id="little"),
        pytest.param(lambda batch: batch * MIB, 24, False, id="not for long"),
    ],
)  # fmt: skip
def test_files_that_are_read_on(read: Callable[[int], float], batches: int, on: bool) -> None:
    """By the rate until memory was full, and from then on."""
    made = build.trial(10**6, lambda batch, epoch: min(batch, FULL) * MIB, batches=batches)

    assert readings.reads_on(build.with_readings(made, lambda mark: {"read_bytes": round(read(mark.batch))})) is on


def test_what_workers_read_is_not_known() -> None:
    """The count is that of the target's own process."""
    made = build.trial(10**6, lambda batch, epoch: min(batch, FULL) * MIB, batches=64)

    assert not readings.reads_on(
        build.with_readings(made, lambda mark: {"read_bytes": mark.batch * MIB, "children": 2})
    )
