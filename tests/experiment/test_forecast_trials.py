"""The trials that a forecast rests on: larger sizes, at which nothing can hide."""

from typing import Any

import msgspec
import pytest

from genaudit.experiment import sizes
from genaudit.experiment.forecast_trials import BEYOND, ENOUGH_BYTES, LONGEST_S, ForecastTrials
from genaudit.model.recording import Trial
from genaudit.recorder.trial.spec import TrialSpec
from genaudit.units import KIB, MIB
from tests import build
from tests.experiment import made
from tests.experiment.made import MadeTarget, ended, session

WHOLE = 512


def forecast(target: MadeTarget, *, whole: int = WHOLE, **options: Any) -> list[TrialSpec]:
    """The trials that follow those of four sizes."""
    running = session(target, **options)
    for items in (16, 32, 64, 128):
        running.run(running.whole_epochs({"items": items}))
    before = len(target.specs)
    ForecastTrials(running, whole).run()
    return target.specs[before:]


def items_of(specs: list[TrialSpec]) -> list[int]:
    """Their sizes."""
    return [spec.size["items"] for spec in specs]


def test_a_little_data_is_measured_far_apart() -> None:
    """All of it, half of it, a quarter; up to the first batch, with nothing to hide in."""
    specs = forecast(MadeTarget(made.eager))

    assert items_of(specs) == [128, 256, 512]
    assert {(spec.kind, spec.batches, spec.epochs, spec.fill_pools, spec.extends) for spec in specs} == {
        ("forecast", 1, None, True, False)
    }


def test_much_data_is_measured_as_far_as_it_tells() -> None:
    """128 MiB are enough, and half of them."""
    specs = forecast(MadeTarget(made.eager, whole=10**6), whole=10**6)

    assert items_of(specs) == [1024, 1536, 2048]
    assert 2048 * build.ITEM == ENOUGH_BYTES


def test_a_function_makes_more_than_was_audited() -> None:
    """Up to 64 times as much; a list is as long as it is, and so is what the user named."""

    def tiny(size: int, _batch: int, _epoch: int) -> float:
        return size * 2 * KIB

    assert items_of(forecast(MadeTarget(tiny, whole=WHOLE, kind="function"))) == [
        round(WHOLE * BEYOND * share) for share in (0.25, 0.5, 1.0)
    ]
    assert max(items_of(forecast(MadeTarget(tiny, whole=WHOLE)))) == WHOLE
    assert max(items_of(forecast(MadeTarget(tiny, whole=WHOLE, kind="function"), items=WHOLE))) == WHOLE


def test_files_that_are_made_for_it_take_little_room() -> None:
    """512 MiB on the disk: 1,024 files of 512 KiB."""

    def on_disk(_: TrialSpec, trial: Trial) -> Trial:
        mark = trial.arguments
        assert mark is not None
        return msgspec.structs.replace(trial, arguments=msgspec.structs.replace(mark, file_bytes_per_item=512 * KIB))

    target = MadeTarget(lambda size, _batch, _epoch: size * 2 * KIB, kind="function", change=on_disk)

    assert items_of(forecast(target)) == [256, 512, 1024]


def test_what_is_kept_by_an_epoch_needs_epochs() -> None:
    """Settled before the last batch, and not before."""
    specs = forecast(MadeTarget(made.cached))

    assert items_of(specs) == [128, 256, 512]
    assert [(spec.epochs, spec.batches, spec.settle_every) for spec in specs] == [(1, 0, 15), (1, 0, 31), (1, 0, 63)]


@pytest.mark.parametrize(
    "retained",
    [
        pytest.param(made.nothing, id="nothing"),
        pytest.param(made.leaking, id="a leak"),
        pytest.param(made.buffer(40), id="a buffer that is full"),
        pytest.param(made.buffer(80), id="a buffer that has become full"),
    ],
)
def test_what_does_not_grow_with_the_data_set_is_not_forecast(retained: Any) -> None:
    """There is nothing to measure."""
    assert forecast(MadeTarget(retained)) == []


def test_no_trial_takes_long() -> None:
    """By what the largest took; and what does so after all is ended."""
    specs = forecast(MadeTarget(made.eager, whole=10**6, first_batch_s=0.01), whole=10**6, timeout=300.0)
    hasty = forecast(MadeTarget(made.eager), timeout=9.0)

    assert max(items_of(specs)) <= sizes.FORECAST_S / 0.01
    assert {spec.timeout_s for spec in specs} == {LONGEST_S}
    assert {spec.timeout_s for spec in hasty} == {9.0}


def test_no_trial_passes_the_memory_limit() -> None:
    """Its size is halved until it does not."""
    specs = forecast(MadeTarget(made.eager, whole=10**6), whole=10**6, memory_limit=100 * MIB)
    largest = max(items_of(specs))

    assert largest == 512
    assert build.BASE + 10 * MIB + largest * build.ITEM < 100 * MIB < build.BASE + 10 * MIB + 2 * largest * build.ITEM


def test_three_sizes_or_none() -> None:
    """A data set of two batches has no three."""
    assert forecast(MadeTarget(made.eager), whole=16) == []


@pytest.mark.parametrize("reason", ["crashed", "memory-limit", "timed-out", "raised"])
def test_a_trial_that_ends_badly_is_the_last(reason: str) -> None:
    """Larger ones would end so too; it is no end of the experiment."""
    specs = forecast(MadeTarget(made.eager, change=ended(reason, of="forecast")))

    assert items_of(specs) == [128]
