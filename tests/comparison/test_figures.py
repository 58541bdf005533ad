"""Figures of variants, and when a difference is one."""

import msgspec
import pytest

from genaudit.comparison.figures import differences, drive_of, figures
from genaudit.model.comparison import Difference, Drive
from genaudit.model.recording import Sample
from genaudit.units import KIB, MIB
from tests.build import trial
from tests.build_report import clean, eager
from tests.comparison.build import drives, measured


def compared(
    base_mib: list[float], other_mib: list[float], base_speed: list[float], other_speed: list[float]
) -> dict[str, Difference]:
    ours, theirs = drives(0, base_mib, base_speed), drives(1, other_mib, other_speed)
    return by_name(ours, theirs)


def by_name(ours: list[Drive], theirs: list[Drive]) -> dict[str, Difference]:
    return {result.figure: result for result in differences(measured(ours, eager()), measured(theirs, clean()))}


@pytest.mark.parametrize(
    ("children", "peak_mib"),
    [pytest.param(0, 70, id="alone: what it shares is taken off its highest RSS"), pytest.param(1, 30, id="several")],
)
def test_the_highest_pss(children: int, peak_mib: int) -> None:
    """Readings a few times a second miss the highest moment of a short drive."""
    samples = [
        Sample(at_s=at, rss_bytes=rss * MIB, held_bytes=0, pss_bytes=pss and pss * MIB, children=children)
        for at, (rss, pss) in enumerate([(20, 18), (40, 30), (80, None)])
    ]
    made = trial(8, lambda batch, epoch: 0.0, base=5 * MIB, samples=samples, pss_peak_bytes=30 * MIB)

    assert drive_of(made, round_=1, variant=0).tree_pss_bytes == peak_mib * MIB


def test_less_memory_and_slower() -> None:
    result = compared([131.0, 131.4, 130.8], [56.0, 56.2, 55.9], [660.0, 610.0, 700.0], [330.0, 306.0, 349.0])

    peak, speed, item = result["high_water_bytes"], result["items_per_second"], result["growth_bytes_per_item"]
    assert peak.better is True
    assert peak.difference is not None
    assert peak.difference.value == pytest.approx(-75.0 * MIB, rel=0.01)
    assert speed.better is False
    assert speed.ratio is not None
    assert speed.ratio.value == pytest.approx(0.5, rel=0.01)
    # A time is never judged by itself.
    assert speed.difference is None
    assert item.better is True


def test_what_noise_explains_is_no_difference() -> None:
    result = compared([100.0, 104.0, 98.0], [101.0, 99.0, 103.0], [600.0, 700.0, 650.0], [640.0, 640.0, 660.0])

    assert (result["high_water_bytes"].beyond_noise, result["high_water_bytes"].better) == (False, None)
    assert (result["items_per_second"].beyond_noise, result["items_per_second"].better) == (False, None)


def test_pages_that_come_and_go_are_no_difference() -> None:
    """Repeats that agree to the byte do not make 100 KiB of 100 MiB a difference."""
    more = 100.0 + 100 / 1024
    result = compared([100.0] * 3, [more] * 3, [1.0] * 3, [1.0] * 3)

    assert result["high_water_bytes"].beyond_noise is False


def test_with_one_repeat_nothing_is_claimed() -> None:
    result = compared([100.0], [200.0], [600.0], [300.0])

    assert result["high_water_bytes"].beyond_noise is None
    assert result["items_per_second"].beyond_noise is None
    assert result["high_water_bytes"].difference is None


def test_drives_that_ended_early_do_not_count() -> None:
    ours = drives(0, [100.0, 100.0], [1.0, 1.0])
    theirs = [*drives(1, [50.0, 50.0], [1.0, 1.0])[:1], *drives(1, [1.0, 900.0], [1.0, 9.0], reason="memory-limit")[1:]]

    peak = figures(measured(theirs, clean())).high_water_bytes
    assert peak is not None
    assert peak.value == 50.0 * MIB
    assert by_name(ours, theirs)["high_water_bytes"].beyond_noise is None


def test_growth_has_its_interval_over_the_repeats() -> None:
    """The scatter of the repeats counts, and they are never believed to agree better than readings can."""
    ours = drives(0, [1.0] * 3, [1.0] * 3, per_item=192 * KIB, per_batch=100.0)
    theirs = drives(1, [1.0] * 3, [1.0] * 3, per_item=0.0, per_batch=140.0)
    theirs[1] = msgspec.structs.replace(theirs[1], growth_bytes_per_item=60 * KIB)
    item = figures(measured(theirs, clean())).growth_bytes_per_item
    batch = figures(measured(ours, eager())).growth_bytes_per_batch
    result = by_name(ours, theirs)

    assert item is not None
    assert item.value == pytest.approx(20 * KIB, rel=0.01)
    assert item.high - item.value > 80 * KIB
    assert batch is not None
    assert batch.high - batch.value == pytest.approx(2**0.5 * 12 * KIB / 40)
    assert result["growth_bytes_per_item"].better is True
    assert result["growth_bytes_per_batch"].beyond_noise is False


def test_growth_that_was_measured_once_has_the_interval_of_its_fit() -> None:
    """With one repeat, and where measuring it again would take long."""
    once = drives(0, [1.0, 1.0], [1.0, 1.0], per_item=192 * KIB)
    once[1] = msgspec.structs.replace(once[1], growth_bytes_per_item=None)
    law = eager().growth_law

    assert law is not None
    assert figures(measured(once, eager())).growth_bytes_per_item == law.bytes_per_item
    assert by_name(once, once)["growth_bytes_per_item"].difference is not None
