"""What only shows the effect of another fault is no finding beside it."""

import msgspec
import pytest

from genaudit.model.limits import Limits
from genaudit.model.outcome import Verdict
from genaudit.report.judge import judge
from genaudit.units import MIB
from tests.build import BASE, BATCH_ITEMS, ITEM, at_sizes, evidence, with_readings
from tests.evidence.retention.made import Step, walk

WORKERS = 4
LEFT = 0.4
"""An epoch leaves so much of what was not copied before it."""


def found(in_workers, own, listed=ITEM):
    """What is found of a list of all items, where workers and the target's own process gain, by size and batch."""

    def change(size):
        return lambda mark: {
            "children": WORKERS,
            "own_bytes": BASE + round(size * listed + own(size, mark.batch)),
            "retained_bytes": BASE + round(size * listed + own(size, mark.batch) + in_workers(size, mark.batch)),
        }

    trials = at_sizes(lambda size, batch, epoch: 0.0)
    outcomes = judge(evidence(*[with_readings(made, change(made.items or 0)) for made in trials]), Limits())
    return {outcome.name: outcome for outcome in outcomes if outcome.verdict in {Verdict.FAIL, Verdict.INCONCLUSIVE}}


def copies(size, batch):
    """Workers that copy a list page by page, while they read it."""
    return WORKERS * ITEM * size * (1 - LEFT ** (batch * BATCH_ITEMS / size))


def nothing(size, batch):
    """Nothing is held."""
    return 0.0


def test_copying_is_one_finding() -> None:
    """It looks like growth per batch and like a cache, and is neither."""
    assert set(found(copies, nothing)) - {"inconclusive"} == {"eager-load", "worker-duplication"}


@pytest.mark.parametrize(
    "own",
    [
        pytest.param(lambda size, batch: batch * 8.0 * ITEM, id="a leak in the target's own process"),
        pytest.param(lambda size, batch: min(size, batch * 8) * 4.0 * ITEM, id="a cache in it"),
    ],
)
def test_a_fault_of_the_target_itself_is_told_beside_it(own) -> None:
    """The workers do not explain what the target's process gains."""
    assert {"batch-growth", "unbounded-cache"} & set(found(copies, own))


def test_a_leak_in_a_worker_is_more_than_copying() -> None:
    """It does not end when every page is copied."""
    both = found(lambda size, batch: copies(size, batch) + batch * 8.0 * MIB, nothing)

    assert "batch-growth" in both


def test_what_workers_keep_of_their_own_reading_is_no_copy() -> None:
    """Each keeps the items that it has read: there is nothing that they could copy."""
    both = found(lambda size, batch: min(size, batch * BATCH_ITEMS) * ITEM, nothing, listed=0)

    assert "unbounded-cache" in both
    assert "worker-duplication" not in both


def test_what_workers_keep_of_every_batch_is_no_copy_of_what_is_not_there() -> None:
    """Over more items they have kept more; the target's own process has none of it."""
    kept = found(lambda size, batch: batch * BATCH_ITEMS * ITEM, nothing, listed=0.0)

    assert "batch-growth" in kept
    assert "worker-duplication" not in kept


@pytest.mark.parametrize(
    ("counted", "per_worker", "duplicated"),
    [
        pytest.param(lambda size: size // WORKERS, 1 / WORKERS, False, id="each a part"),
        pytest.param(lambda size: size, 1, True, id="each all of it"),
        pytest.param(lambda size: 1, 1, True, id="one array each"),
        pytest.param(None, 1 / WORKERS, True, id="never walked"),
    ],
)
def test_parts_that_workers_load_are_no_copies(counted, per_worker, duplicated) -> None:
    """By what the walks of all workers have found: eager-load tells what they hold together."""
    held = WORKERS * per_worker * ITEM

    def in_workers(size):
        return lambda mark: {
            "children": WORKERS,
            "own_bytes": BASE,
            "retained_bytes": BASE + round(size * held),
        }

    def walks(size):
        n_bytes = round(size * ITEM * per_worker)
        array = Step("entry", "", "ndarray", n_bytes, detail="64x64 uint8", count=counted(size))
        frame = Step("variable", "images", "list", n_bytes, array, entries=counted(size))
        return [walk(frame, pid=100 + worker) for worker in range(WORKERS)]

    trials = []
    for made in at_sizes(lambda size, batch, epoch: 0.0):
        made = with_readings(made, in_workers(made.items))
        trials.append(msgspec.structs.replace(made, retention=walks(made.items) if counted else []))
    outcomes = {outcome.name: outcome for outcome in judge(evidence(*trials), Limits())}

    assert outcomes["eager-load"].verdict is Verdict.FAIL
    assert (outcomes["worker-duplication"].verdict is Verdict.FAIL) == duplicated
    if not duplicated:
        assert "each worker holds a part of the data set" in outcomes["worker-duplication"].message


def test_what_an_epoch_gathers_and_lets_go_is_one_finding() -> None:
    """A list of the batches of the epoch, which grows with every batch until its end."""

    def gathered(size, batch, epoch):
        return ((batch - 1) % -(-size // BATCH_ITEMS) + 1) * BATCH_ITEMS * ITEM

    outcomes = judge(evidence(*at_sizes(gathered)), Limits())

    assert [outcome.name for outcome in outcomes if outcome.verdict is Verdict.FAIL] == ["unbounded-cache"]


@pytest.mark.parametrize(
    ("own_share", "names"),
    [
        pytest.param(0.0, {"process-leak"}, id="what the processes hold"),
        pytest.param(1.0, {"process-leak", "batch-growth", "epoch-growth"}, id="beside what the target itself keeps"),
    ],
)
def test_processes_that_are_not_ended_are_one_finding(own_share: float, names: set[str]) -> None:
    """A pool for each epoch, and none is closed: its memory, its pipes and its threads come with it."""

    def change(mark):
        gained = mark.epoch * 10 * MIB
        return {
            "children": 2 * mark.epoch,
            "threads": 1 + 3 * mark.epoch,
            "open_files": 8 + 10 * mark.epoch,
            "own_bytes": BASE + round(gained * own_share),
            "retained_bytes": BASE + gained,
        }

    trials = [with_readings(made, change) for made in at_sizes(lambda size, batch, epoch: 0.0, epochs=8)]
    outcomes = judge(evidence(*trials), Limits())

    found = {outcome.name for outcome in outcomes if outcome.is_finding}
    assert "process-leak" in found
    assert found <= names
    assert ({"epoch-growth", "batch-growth"} & found == set()) is (own_share == 0.0)
