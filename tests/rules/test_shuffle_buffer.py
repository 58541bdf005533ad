"""A shuffle buffer that a pipeline says it has: only sizes that fill it tell what else is held."""

import msgspec
import pytest

from genaudit.evidence.evidence import Evidence
from genaudit.model.limits import Limits
from genaudit.model.marks import DriverMark
from genaudit.model.outcome import Verdict
from genaudit.rules.eager_load import eager_load
from tests.build import ITEM, at_sizes, evidence

BUFFER = 256


def driven(retained, sizes, buffer=lambda size: BUFFER) -> Evidence:
    """Trials of a pipeline whose buffer holds so many items at a size."""
    trials = at_sizes(lambda size, batch, epoch: retained(size), sizes=sizes)
    return evidence(
        *[
            msgspec.structs.replace(
                made, driver=DriverMark(at_s=0.0, kind="tf-dataset", buffer_items=buffer(made.items))
            )
            for made in trials
        ]
    )


def buffered(size: int) -> float:
    """What the buffer holds."""
    return float(min(size, BUFFER) * ITEM)


@pytest.mark.parametrize("sizes", [(64, 128), (64, 128, 200), (64, 128, 300)])
def test_sizes_that_do_not_fill_it_prove_nothing(sizes) -> None:
    """Also where one of them does: nothing tells how it goes on. The message names sizes that would."""
    answer = eager_load.check(driven(buffered, sizes), Limits())

    assert answer.verdict is Verdict.INCONCLUSIVE
    assert f"--sizes {BUFFER * 2},{BUFFER * 4}" in answer.message
    assert "256 items" in answer.message


def test_a_full_buffer_is_none_of_the_data() -> None:
    """Flat beyond it."""
    answer = eager_load.check(driven(buffered, (64, 128, 320, 640)), Limits())

    assert answer.verdict is Verdict.PASS


def test_data_beside_a_full_buffer_is_found() -> None:
    """What goes on to grow is no buffer."""
    answer = eager_load.check(driven(lambda size: buffered(size) + size * ITEM, (64, 128, 320, 640)), Limits())

    assert answer.verdict is Verdict.FAIL
    assert answer.value == pytest.approx(ITEM, rel=0.05)


def test_a_buffer_as_large_as_the_data_set_has_no_bound() -> None:
    """It grows with it, and all is loaded."""
    answer = eager_load.check(driven(lambda size: size * ITEM, (64, 128, 256), buffer=lambda size: size), Limits())

    assert answer.verdict is Verdict.FAIL
