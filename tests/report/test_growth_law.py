"""The forecast for a real data set, from trials that retain what we say."""

from collections.abc import Callable

import msgspec
import pytest

from genaudit.evidence import readings
from genaudit.model.limits import Limits
from genaudit.model.marks import PhaseMark
from genaudit.model.outcome import Basis, Verdict
from genaudit.model.recording import Trial
from genaudit.model.report import GrowthLaw
from genaudit.model.series import EPOCH_END, FIRST_BATCH
from genaudit.report.growth_law import growth_law, retained_curves
from genaudit.report.judge import judge
from genaudit.rules.eager_load import eager_load
from genaudit.units import KIB, MIB
from tests import build as made
from tests.evidence.retention.made import images, walk

HIDDEN = 200 * KIB
"""What small objects of small data sets take of blocks that were free before."""
OBJECTS = 4 * KIB
"""Small objects of each item."""
NAME = 300
FILLED = 3 * MIB
REAL = 51_200
SMALL, LARGE = (16, 32, 64), (1024, 1536, 2048)


def scaled(items: int) -> Trial:
    """A small trial, in which small objects hide."""
    retained = items * (made.ITEM + OBJECTS) - min(HIDDEN, items * OBJECTS)
    return made.trial(items, lambda b, e: retained, epochs=1)


def forecast(items: int, given: float, above: float = 0.0) -> Trial:
    """One in which they cannot, whose arguments hold so much, and which needs so much more than it retains."""
    retained = items * (made.ITEM + OBJECTS)
    base = made.BASE + 2 * FILLED + given
    one = made.trial(items, lambda b, e: retained, batches=1, kind="forecast", transient=lambda batch: above)
    shift = round(base - made.BASE)
    phases = [
        _phase("interpreter", 8 * MIB),
        _phase("import", made.BASE + FILLED, settled=made.BASE + FILLED, filled=FILLED),
        _phase("arguments", base, settled=base, filled=FILLED),
        _phase("create", base),
    ]
    return msgspec.structs.replace(
        one,
        phases=phases,
        settled=[msgspec.structs.replace(mark, retained_bytes=mark.retained_bytes + shift) for mark in one.settled],
        batches=[
            msgspec.structs.replace(
                mark,
                before_bytes=mark.before_bytes + shift,
                memory=made.memory(
                    mark.memory.held_bytes + shift,
                    high=mark.memory.high_water_bytes - mark.memory.file_bytes + shift,
                ),
            )
            for mark in one.batches
        ],
    )


def _phase(name: str, held: float, *, settled: float | None = None, filled: int | None = None) -> PhaseMark:
    return PhaseMark(
        at_s=0.0,
        name=name,
        seconds=0.1,
        memory=made.memory(held),
        settled_bytes=None if settled is None else round(settled),
        filled_bytes=filled,
    )


def law_of(
    given: Callable[[int], float] = lambda n: n * NAME, above: Callable[[int], float] = lambda n: 0.0
) -> GrowthLaw:
    """The law of small trials and of three for the forecast."""
    trials = [scaled(items) for items in SMALL]
    trials += [forecast(items, given(items), above(items)) for items in LARGE]
    law = growth_law(made.evidence(*trials, project_items=REAL), None)
    assert law is not None
    assert law.projection is not None
    return law


def needs(per_item: float) -> float:
    """What the whole process needs then: before the call, for all items, and a batch."""
    return made.BASE + 10 * MIB + REAL * per_item + made.BATCH


def test_nothing_hides_and_the_arguments_count() -> None:
    """To a thousandth, where the small sizes by themselves would be short of all small objects."""
    law = law_of()

    assert law.sizes == list(LARGE)
    assert law.bytes_per_item.value == pytest.approx(made.ITEM + OBJECTS, rel=1e-3)
    assert law.projection is not None
    assert law.projection.bytes.value == pytest.approx(needs(made.ITEM + OBJECTS + NAME), rel=1e-3)


def test_a_step_of_the_arguments_is_no_slope() -> None:
    """What a function that reads or makes data leaves behind comes and goes by whole arenas."""
    law = law_of(given=lambda n: MIB if n == max(LARGE) else 0.0)

    assert law.projection is not None
    assert law.projection.bytes.value == pytest.approx(needs(made.ITEM + OBJECTS), rel=1e-3)


def test_the_highest_moment_counts() -> None:
    """A list that is stacked needs both for a moment."""
    law = law_of(above=lambda n: n * made.ITEM)

    assert law.bytes_per_item.value == pytest.approx(made.ITEM + OBJECTS, rel=1e-3)
    assert law.projection is not None
    assert law.projection.bytes.value == pytest.approx(needs(2 * made.ITEM + OBJECTS + NAME), rel=1e-3)


def test_moments_that_lie_on_no_line_make_a_wide_interval() -> None:
    """A buffer that doubles: it needs what it needed at the largest size, and at least what is retained after that."""
    law = law_of(above=lambda n: 64 * MIB if n > 1024 else 0.0)

    assert law.projection is not None
    needed = law.projection.bytes
    assert needed.low == pytest.approx(needs(made.ITEM + OBJECTS + NAME) + 64 * MIB, rel=5e-3)
    assert needed.high - needed.low > 0.2 * needed.value


def test_forecasts_that_say_something_else_are_not_believed() -> None:
    """A function that has no more data than before is no bound of the target's."""
    trials = [scaled(items) for items in (*SMALL, 512)]
    flat = [forecast(600, 0.0)] * 3
    flat = [msgspec.structs.replace(one, items=items) for one, items in zip(flat, LARGE, strict=True)]
    law = growth_law(made.evidence(*trials, *flat, project_items=REAL), None)

    assert law is not None
    assert law.sizes == [*SMALL, 512]
    assert law.law == "linear"


def test_a_bound_beyond_the_first_sizes_is_seen_where_the_data_was_there() -> None:
    """The length of an argument says that there were so many items, and still no more was held."""
    trials = [scaled(items) for items in (*SMALL, 512)]
    full = [forecast(600, 0.0)] * 3
    full = [_of(one, items) for one, items in zip(full, LARGE, strict=True)]
    evidence = made.evidence(*trials, *full)

    assert evidence.first_law is not None
    assert evidence.first_law.flattens
    assert eager_load.check(evidence, Limits()).verdict is Verdict.PASS


def _of(trial: Trial, items: int) -> Trial:
    """The trial as one of so many items, as the length of its argument says."""
    assert trial.arguments is not None
    arguments = msgspec.structs.replace(trial.arguments, items=items, lengths={"keys": items})
    return msgspec.structs.replace(trial, items=items, arguments=arguments)


@pytest.mark.parametrize(("items", "is_measured"), [(512, True), (REAL, False)])
def test_what_ran_needs_what_it_needed(items: int, is_measured: bool) -> None:
    """The peak of a drive of all items and a forecast for as many are one number."""
    trials = made.at_sizes(lambda n, b, e: n * made.ITEM, transient=lambda batch: 40 * MIB)
    law = growth_law(made.evidence(*trials, project_items=items), None)

    assert law is not None
    assert law.projection is not None
    needed = law.projection.bytes
    assert (needed.low == needed.high == readings.high_water_bytes(trials[-1])) is is_measured


def test_the_law_is_that_of_the_finding() -> None:
    """Where a finding rests on what references lead to, for noise hides it from readings, the law has its figure."""
    trials = made.at_sizes(lambda n, b, e: n * 2.0 * made.ITEM + 4 * MIB)
    walks = [
        msgspec.structs.replace(
            made.trial(n, lambda batch, epoch: 0.0, kind="walked", batches=1),
            retention=[walk(images(round(n * made.ITEM), n))],
        )
        for n in (16, 128, 512)
    ]
    evidence = made.evidence(*trials, *walks, project_items=REAL)
    outcome = next(each for each in judge(evidence, Limits()) if each.name == "eager-load")
    found = evidence.held_first_law
    assert found is not None
    assert outcome.basis is Basis.ALL_SIZES
    of_readings = growth_law(evidence, outcome)
    of_references = growth_law(evidence, msgspec.structs.replace(outcome, basis=Basis.REFERENCES))

    assert of_readings is not None
    assert of_references is not None
    assert of_readings.bytes_per_item.value == pytest.approx(2 * made.ITEM)
    assert of_references.bytes_per_item.value == pytest.approx(made.ITEM)
    assert of_references.sizes == of_readings.sizes


def test_a_queue_that_is_longer_than_small_sizes_is_left_out() -> None:
    """Items that workers have made ahead: up to their number, each counts twice. The finding says what an item adds."""
    ahead = 100
    sizes = (32, 64, 96, 128, 256, 512)
    trials = made.at_sizes(lambda n, b, e: (n + min(n, ahead)) * made.ITEM, sizes=sizes)
    evidence = made.evidence(*trials, project_items=REAL)
    outcome = next(each for each in judge(evidence, Limits()) if each.name == "eager-load")
    whole = evidence.first_law
    assert whole is not None
    assert whole.upper is not None
    law = growth_law(
        evidence,
        msgspec.structs.replace(outcome, basis=Basis.LARGER_SIZES),
    )

    assert law is not None
    assert law.bytes_per_item.value == pytest.approx(made.ITEM, rel=0.01)
    assert law.sizes == [128, 256, 512]
    assert law.projection is not None
    full = law.projection.items_at_limit
    assert full is not None
    assert full.value == pytest.approx(law.projection.limit_bytes / made.ITEM, rel=0.1)


def test_scatter_of_the_larger_sizes_is_no_curve_of_the_page() -> None:
    """The page says what the finding says: of three sizes a little scatter looks like a curve."""
    scatter = {256: 0.0, 384: -6 * made.ITEM, 512: 6 * made.ITEM}
    shape = lambda n, b, e: (n + min(n, 100) + scatter.get(n, 0) / made.ITEM) * made.ITEM  # noqa: E731
    evidence = made.evidence(*made.at_sizes(shape, sizes=(32, 64, 96, 256, 384, 512)), project_items=REAL)
    outcome = next(each for each in judge(evidence, Limits()) if each.name == "eager-load")
    assert evidence.first_law is not None
    upper = evidence.first_law.upper
    assert upper is not None
    assert upper.law == "superlinear"
    law = growth_law(evidence, msgspec.structs.replace(outcome, basis=Basis.LARGER_SIZES))

    assert law is not None
    assert law.law == "linear"
    assert law.sizes == [256, 384, 512]
    assert law.bytes_per_item == upper.per_item


@pytest.mark.parametrize("batches", [1, None])
def test_every_moment_that_was_reached_has_a_curve(batches: int | None) -> None:
    """Whatever the law of the report is about; a moment that no trial came to has none."""
    sizes = [16, 32, 64]
    trials = [made.trial(n, lambda b, e, n=n: min(n, 8 * b) * made.ITEM, epochs=1, batches=batches) for n in sizes]

    curves = {curve.at: curve for curve in retained_curves(made.evidence(*trials).recording)}

    assert list(curves) == ([FIRST_BATCH] if batches else [FIRST_BATCH, EPOCH_END])
    assert all(curve.sizes == sizes for curve in curves.values())
    assert len(set(curves[FIRST_BATCH].retained_bytes)) == 1
    if not batches:
        end = curves[EPOCH_END].retained_bytes
        assert end[2] - end[1] == 2 * (end[1] - end[0]) == 32 * made.ITEM


def test_one_size_is_no_curve() -> None:
    """There is nothing to draw a line to."""
    assert retained_curves(made.evidence(made.trial(16, lambda b, e: 0.0, epochs=1)).recording) == []


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        pytest.param((32, 64, 128, 256, 512), [32, 64, 128], id="several sizes were there"),
        pytest.param((100, 300, 600, 1200), None, id="only the smallest was there"),
    ],
)
def test_sizes_that_had_fewer_items_than_asked_are_in_no_figure(sizes: tuple[int, ...], told: list[int] | None) -> None:
    """A function that hides its data in an object returned 240 items for each larger number."""
    trials = []
    for size in sizes:
        kind = "clean" if size == max(sizes) else "scaled"
        trial = made.trial(size, lambda b, e, n=size: min(n, 240) * made.ITEM, kind=kind)
        assert trial.arguments is not None
        mark = msgspec.structs.replace(trial.arguments, arguments={"settings": "Settings"})
        trials.append(msgspec.structs.replace(trial, arguments=mark))
    evidence = made.evidence(*trials)

    law = growth_law(evidence, None)

    assert eager_load.check(evidence, Limits()).verdict is Verdict.INCONCLUSIVE
    if told is None:
        assert law is None
        return
    assert law is not None
    assert law.sizes == told
    assert law.bytes_per_item.value == pytest.approx(made.ITEM, rel=0.02)
    assert law.projection is None


def test_a_bend_among_items_that_were_there_costs_no_size_and_no_forecast() -> None:
    """Workers hold a batch more or less by chance: the largest size is one of the data set all the same."""
    held = {96: 73, 128: 84, 192: 105, 256: 116, 384: 142}
    trials = [made.trial(size, lambda b, e, n=size: held[n] * MIB) for size in held]
    evidence = made.evidence(*trials)

    law = growth_law(evidence, None)

    assert evidence.first_law is not None
    assert evidence.first_law.bends
    assert law is not None
    assert law.sizes == list(held)
    assert law.projection is not None


def test_what_is_passed_counts_where_that_is_the_finding() -> None:
    """Few trials are enough to tell what a larger array needs, and what the process takes by itself."""
    trials = []
    for size in (64, 128, 2048):
        kind = "clean" if size == 2048 else "scaled"
        given = size * made.ITEM
        trials.append(made.trial(size, lambda b, e, held=given: held, kind=kind, base=made.BASE + given))
    evidence = made.evidence(*trials)
    passed = next(outcome for outcome in judge(evidence, Limits()) if outcome.name == "dataset-as-argument")

    law, without = growth_law(evidence, passed), growth_law(evidence, None)

    assert passed.verdict is Verdict.FAIL
    assert law is not None
    assert law.projection is not None
    assert law.projection.items_at_limit is not None
    room = law.projection.limit_bytes - law.fixed_bytes
    assert law.projection.items_at_limit.value == pytest.approx(room / made.ITEM, rel=0.02)
    assert law.process_bytes is not None
    # With the pages of mapped files.
    assert law.process_bytes == pytest.approx(made.BASE + 10 * MIB, rel=0.1)
    assert without is not None
    assert without.projection is not None
    assert without.projection.items_at_limit is None
