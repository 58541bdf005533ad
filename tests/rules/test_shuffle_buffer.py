"""A shuffle buffer that a pipeline says it has: only sizes that fill it tell what else is held."""

import msgspec
import pytest

from genaudit.evidence.evidence import Evidence
from genaudit.model.limits import Limits
from genaudit.model.marks import DriverMark
from genaudit.model.outcome import Verdict
from genaudit.rules.eager_load import eager_load
from tests.build import ITEM, arguments, at_sizes, evidence, trial
from tests.evidence.retention.made import Step, walk

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


def test_a_buffer_that_takes_all_and_would_take_much_is_a_fault() -> None:
    """Both sides of 256 MiB when it is full; with that no forecast is made of larger data sets."""
    least = Limits().growth_matters_bytes // ITEM

    for buffer, verdict in ((least - 8, Verdict.INCONCLUSIVE), (least + 8, Verdict.FAIL)):
        made = driven(lambda size: size * ITEM, (64, 128, 200), buffer=lambda size, buffer=buffer: buffer)
        answer = eager_load.check(made, Limits())
        assert answer.verdict is verdict
        assert f"{buffer:,} items" in answer.message


@pytest.mark.parametrize(
    ("buffer", "retained", "verdict"),
    [
        pytest.param(20_000, 100 * ITEM, Verdict.FAIL, id="all"),
        pytest.param(20_000, 20 * ITEM, Verdict.NOT_APPLICABLE, id="less"),
        pytest.param(200, 100 * ITEM, Verdict.NOT_APPLICABLE, id="a small buffer"),
        pytest.param(97, 100 * ITEM, Verdict.NOT_APPLICABLE, id="a small one, of an item more than there are"),
        pytest.param(96, 100 * ITEM, Verdict.FAIL, id="as long as the data set"),
        pytest.param(89, 100 * ITEM, Verdict.FAIL, id="as long, and the last batch is not full"),
        pytest.param(88, 100 * ITEM, Verdict.NOT_APPLICABLE, id="a smaller one than the data set"),
    ],
)
def test_at_one_size_a_buffer_is_held_against_an_epoch(buffer: int, retained: int, verdict: Verdict) -> None:
    """Of 96 items in 12 batches, for a script that is told no size."""
    mark = DriverMark(at_s=0.0, kind="tf-dataset", buffer_items=buffer)
    held = trial(96, lambda batch, epoch: retained + ITEM * 8, kind="clean", epochs=2, natural=True)
    stage = walk(Step("source", "dataset", "_ShuffleDataset", 100))
    walked = msgspec.structs.replace(held, kind="walked", retention=[stage])
    answer = eager_load.check(
        evidence(
            *(
                msgspec.structs.replace(each, driver=mark, arguments=arguments(None), items=None)
                for each in (held, walked)
            )
        ),
        Limits(),
    )

    assert answer.verdict is verdict
    if verdict is Verdict.FAIL:
        assert answer.saving_bytes == retained
        # One with a bound tells nothing of a larger data set.
        assert (answer.value is None) is (buffer > 96)


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


def of_records(n_rows: int) -> Evidence:
    """Files of so many records each, of which the buffer holds its items: more of them read, and no more held."""
    made = []
    for files in (8, 16, 20):
        n_batches = -(-files * n_rows // 8)
        at = trial(files, lambda batch, epoch: float(BUFFER * ITEM), epochs=1, natural=True)
        assert at.arguments is not None
        facts = {"dataset_items": files, "file_bytes_per_item": 100.0 * ITEM, "may_have_rows": True}
        made.append(
            msgspec.structs.replace(
                at,
                driver=DriverMark(at_s=0.0, kind="tf-dataset", buffer_items=BUFFER),
                arguments=msgspec.structs.replace(at.arguments, **facts),
                epochs=[msgspec.structs.replace(at.epochs[0], batches=n_batches)],
            )
        )
    return evidence(*made)


@pytest.mark.parametrize(("n_rows", "size"), [(64, 5), (60, 5), (1, BUFFER)])
def test_a_buffer_of_records_is_full_with_few_files(n_rows: int, size: int) -> None:
    """A file gives many of its items."""
    found = of_records(n_rows)

    assert (found.buffer_items, found.buffer_size) == (BUFFER, size)
