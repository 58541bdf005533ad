"""The arguments alone hold the data set."""

from collections.abc import Callable

import msgspec
import pytest

from genaudit.model.catalogue import DATASET_AS_ARGUMENT
from genaudit.model.limits import Limits
from genaudit.model.outcome import Level, Verdict
from genaudit.model.recording import Trial
from genaudit.rules.dataset_as_argument import dataset_as_argument
from genaudit.rules.messages import how_to_scale
from genaudit.units import KIB, MIB
from tests.build import BASE, BATCH_ITEMS, ITEM, evidence, of_a_script, trial
from tests.evidence.retention.made import Step, generator, walk

SIZES = (16, 32, 128, 512)


def given(held: Callable[[int], float], sizes: tuple[int, ...] = SIZES) -> list[Trial]:
    """Trials whose arguments hold what a function of the size says."""
    return [
        trial(
            size,
            lambda batch, epoch, size=size: held(size),
            kind="clean" if size == max(sizes) else "scaled",
            base=BASE + held(size),
        )
        for size in sizes
    ]


@pytest.mark.parametrize(
    ("held", "verdict"),
    [
        pytest.param(lambda size: 0.0, Verdict.PASS, id="paths of files"),
        pytest.param(lambda size: 200.0 * size, Verdict.PASS, id="labels"),
        pytest.param(lambda size: 8 * KIB * size, Verdict.PASS, id="annotations"),
        pytest.param(lambda size: ITEM * size, Verdict.FAIL, id="the data"),
        pytest.param(lambda size: 8.0 * MIB * (size > 100), Verdict.PASS, id="an arena left behind"),
    ],
)
def test_what_the_arguments_hold(held: Callable[[int], float], verdict: Verdict) -> None:
    """Above a fifth of an item they are the data."""
    answer = dataset_as_argument.check(evidence(*given(held)), Limits())

    assert answer.verdict is verdict
    if verdict is Verdict.FAIL:
        assert answer.value == pytest.approx(ITEM, rel=0.02)
        assert answer.saving_bytes == pytest.approx(ITEM * 512, rel=0.02)
        assert answer.fix == DATASET_AS_ARGUMENT.fix


@pytest.mark.parametrize(
    ("rise", "found", "verdict"),
    [
        pytest.param(400 * KIB, KIB, Verdict.PASS, id="a few names"),
        pytest.param(400 * KIB, 300 * KIB, Verdict.FAIL, id="found as well"),
        pytest.param(8 * MIB, KIB, Verdict.FAIL, id="native memory"),
    ],
)
def test_a_claim_agrees_with_what_references_lead_to(rise: int, found: int, verdict: Verdict) -> None:
    """What one trial imports and another does not is a level of its own, and none of the arguments'."""
    trials = given(lambda size: rise * (size > 4), (4, 8))
    walked = [
        msgspec.structs.replace(trial(items, lambda batch, epoch: 0.0, kind="walked", batches=1), retention=[mark])
        for items, mark in ((4, walk(generator(n_bytes=found // 2))), (8, walk(generator(n_bytes=found))))
    ]

    assert dataset_as_argument.check(evidence(*trials, *walked), Limits()).verdict is verdict


@pytest.mark.parametrize(
    ("data", "verdict"),
    [
        pytest.param(0.9, Verdict.FAIL, id="a table"),
        pytest.param(0.0, Verdict.PASS, id="a list of paths"),
    ],
)
def test_rows_smaller_than_an_index_are_data_where_they_are_in_buffers(data: float, verdict: Verdict) -> None:
    """Names of files may be larger than what is made of them; a row of a table is the item itself."""
    row = 520
    trials = [
        msgspec.structs.replace(
            each, batches=[msgspec.structs.replace(mark, batch_bytes=BATCH_ITEMS * 264) for mark in each.batches]
        )
        for each in given(lambda size: row * size, (512, 1024, 4096))
    ]
    held = row * 4096
    table = Step("source", "generate", "generator", held, data_bytes=round(data * held))
    largest = msgspec.structs.replace(trials[-1], retention=[walk(table, at="end", batch=50)])

    assert dataset_as_argument.check(evidence(*trials[:-1], largest), Limits()).verdict is verdict


@pytest.mark.parametrize("grows", [True, False])
def test_what_a_batch_is_made_from_was_not_passed(grows: bool) -> None:
    """The target's own variables hold pictures, as many at any size; names of their files were passed."""
    row, sizes = 180, (512, 4096)
    trials = [
        msgspec.structs.replace(
            each,
            batches=[msgspec.structs.replace(mark, batch_bytes=BATCH_ITEMS * 256) for mark in each.batches],
            retention=[walk(Step("source", "generate", "generator", 2 * MIB, data_bytes=row * size if grows else MIB))],
        )
        for size, each in zip(sizes, given(lambda size: row * size, sizes), strict=True)
    ]

    verdict = dataset_as_argument.check(evidence(*trials), Limits()).verdict
    assert verdict is (Verdict.FAIL if grows else Verdict.PASS)


def test_an_array_that_stays_whole_is_the_data_set_as_well() -> None:
    """Each trial has all of it in memory, and the small ones a copy of their part beside it."""
    sizes, largest = SIZES, max(SIZES)
    trials = []
    for each in given(lambda size: ITEM * (largest + (size if size < largest else 0)), sizes):
        mark = each.arguments
        assert mark is not None
        assert mark.items is not None
        kept = ITEM * largest if mark.items < largest else 0
        trials.append(msgspec.structs.replace(each, arguments=msgspec.structs.replace(mark, kept_bytes=kept)))

    answer = dataset_as_argument.check(evidence(*trials), Limits())

    assert answer.verdict is Verdict.FAIL
    assert answer.value == pytest.approx(ITEM, rel=0.02)


def test_the_definition_that_takes_the_data_is_shown() -> None:
    """No line of the target is to blame for what it is given."""
    answer = dataset_as_argument.check(evidence(*given(lambda size: ITEM * size)), Limits())

    assert answer.blame is not None
    assert (answer.blame.path, answer.blame.line, answer.blame.function) == ("/project/data.py", 3, "generate")


def test_what_cannot_be_scaled_does_not_apply() -> None:
    """The message says how to name the data set."""
    answer = dataset_as_argument.check(
        evidence(trial(None, lambda batch, epoch: 0.0, kind="clean", batches=20)), Limits()
    )

    assert (answer.verdict, answer.message) == (Verdict.NOT_APPLICABLE, how_to_scale(None))


@pytest.mark.parametrize(
    ("per_item", "level"),
    [pytest.param(ITEM, Level.NOTE, id="much"), pytest.param(ITEM / 40, None, id="less than anybody would miss")],
)
def test_what_a_script_has_beside_its_source(per_item: float, level: Level | None) -> None:
    """Is a note: nothing of the source leads to it."""
    trials = [of_a_script(one) for one in given(lambda size: per_item * size)]

    answer = dataset_as_argument.check(evidence(*trials), Limits())

    assert answer.level is level
    assert ("its source does not lead" in (answer.message or "")) is (level is not None)
