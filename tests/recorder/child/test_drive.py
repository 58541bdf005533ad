"""How far a source is driven, why it stops, and that its marks stay few."""

import gc
import itertools
import json
import queue
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from genaudit.recorder.child import boundary, drive
from genaudit.recorder.child.boundary import TIMED, BatchSizes, Boundaries, Settling
from genaudit.recorder.child.channel.marks import Marks
from genaudit.recorder.child.drive import Drive, Plan, marked_each
from genaudit.recorder.child.guard import idle
from genaudit.recorder.child.memory.settle import Settler
from genaudit.recorder.child.memory.status import Gauge

Epoch = Callable[[], Iterator[Any] | None]


class Driven:
    """A finished drive and its marks."""

    def __init__(
        self, path: Path, next_epoch: Epoch, plan: Plan, more: int = 0, epoch_length: int | None = None
    ) -> None:
        marks, gauge = Marks(str(path)), Gauge()
        self.looked: list[int] = []
        sizes = BatchSizes(lambda batch, n: True, TIMED.sizing)
        boundaries = Boundaries(marks, gauge, sizes, Settling(Settler(gauge), TIMED))
        self.drive = Drive(
            plan,
            boundaries,
            marks,
            next_epoch=next_epoch,
            ask=lambda batch: more,
            after_first=lambda: boundaries.settle("first"),
            look=lambda batch: self.looked.append(batch) is not None,
            epoch_length=epoch_length,
        )
        self.reason = self.drive.run(next_epoch)
        self.marks = [json.loads(line) for line in path.read_text().splitlines()]
        self.kinds = Counter(mark["mark"] for mark in self.marks)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The marks of a kind."""
        return [mark for mark in self.marks if mark["mark"] == kind]


@pytest.fixture(autouse=True)
def small_heap() -> Iterator[None]:
    """Each settled reading collects garbage: of what a drive makes, not of all that the process of the tests holds."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where marks go."""
    return tmp_path / "marks.jsonl"


def plan(
    batches: int,
    *,
    epochs: int | None = None,
    soft_s: float | None = None,
    items: int | None = None,
    steps: int | None = None,
) -> Plan:
    """A plan without settling between batches."""
    return Plan(batches, epochs, soft_s, 0, items, steps)


def once(*batches: object) -> Epoch:
    """A source with one epoch."""
    left = [iter(batches)]
    return lambda: left.pop() if left else None


def again(*batches: object) -> Epoch:
    """A source that begins again."""
    return lambda: iter(batches)


@pytest.mark.parametrize(
    ("source", "wanted", "more", "reason", "batches"),
    [
        pytest.param(again(1, 2, 3), plan(10), 0, "batches", 10, id="as asked"),
        pytest.param(again(1, 2, 3), plan(10), 12, "batches", 12, id="and some more"),
        pytest.param(once(1, 2, 3), plan(10), 0, "exhausted", 3, id="ends early"),
        pytest.param(again(), plan(10), 0, "empty", 0, id="nothing at all"),
        pytest.param(again(1, 2, 3), plan(1000, epochs=2), 0, "epochs", 6, id="epochs that end"),
        pytest.param(lambda: itertools.repeat([1, 2]), plan(99, epochs=2, items=6), 0, "epochs", 6, id="counted"),
        pytest.param(lambda: itertools.repeat(1), plan(99, epochs=2, steps=4), 0, "epochs", 8, id="by its steps"),
        pytest.param(lambda: itertools.repeat(1), plan(10**9, soft_s=0.05), 0, "time", None, id="time is up"),
    ],
)
def test_why_a_drive_stops(
    path: Path, source: Epoch, wanted: Plan, more: int, reason: str, batches: int | None
) -> None:
    """Each batch is counted once."""
    done = Driven(path, source, wanted, more)

    assert done.reason == reason
    assert sum(mark["count"] for mark in done.of("batch")) == done.drive.batch
    if batches is not None:
        assert done.drive.batch == batches


def rows_of_files(batches: int, *, until_end: bool = True, **fields: bool) -> Plan:
    """A plan of whole epochs over four files."""
    return Plan(batches, 2, None, 0, 4, may_have_rows=True, until_end=until_end, **fields)


def test_epochs_of_rows_end_by_themselves(path: Path) -> None:
    """A batch of more items than there are files has rows of them: their number says nothing of an epoch."""
    done = Driven(path, again(*[[1] * 8] * 20), rows_of_files(10))

    assert done.reason == "epochs"
    assert [(mark["batches"], mark["natural"]) for mark in done.of("epoch")] == [(20, True), (20, True)]


def test_a_later_epoch_of_rows_is_read_at_its_last_batch(path: Path) -> None:
    """What it holds is gone with its end, and the epoch before tells where that is."""
    done = Driven(path, again(*[[1] * 8] * 20), rows_of_files(10))
    settled = [(mark["batch"], mark["at"]) for mark in done.of("settled") if mark["epoch"] == 2]

    assert settled[-2:] == [(40, "block"), (40, "epoch")]


def test_an_epoch_of_rows_that_does_not_end_is_not_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing tells whether an iterator goes on for ever."""
    monkeypatch.setattr(drive, "MOST_OF_ROWS", 30)
    done = Driven(path, lambda: itertools.repeat([1] * 8), rows_of_files(10))

    assert (done.reason, done.drive.batch, done.of("epoch")) == ("time", 30, [])


@pytest.mark.parametrize(
    ("told", "reason", "batches"),
    [
        pytest.param(40, "epochs", 80, id="as long as it says"),
        pytest.param(None, "time", 30, id="it does not say"),
        pytest.param(35, "time", 36, id="longer than it says"),
    ],
)
def test_an_epoch_of_rows_is_waited_for_as_far_as_its_source_says(
    path: Path, monkeypatch: pytest.MonkeyPatch, told: int | None, reason: str, batches: int
) -> None:
    """However long readings of workers take in between; beyond that nothing says that the end comes."""
    monkeypatch.setattr(drive, "MOST_OF_ROWS", 30)
    done = Driven(path, again(*[[1] * 8] * 40), rows_of_files(10), epoch_length=told)

    assert (done.reason, done.drive.batch) == (reason, batches)


def test_batches_of_rows_that_were_asked_for_are_not_more(path: Path) -> None:
    """A number of batches is a wish."""
    done = Driven(path, lambda: itertools.repeat([1] * 8), rows_of_files(10, until_end=False))

    assert (done.reason, done.drive.batch, done.of("epoch")) == ("batches", 10, [])


def test_files_that_fit_into_batches_are_counted(path: Path) -> None:
    """As long as no batch has more of them than there are."""
    done = Driven(path, lambda: itertools.repeat([1, 2]), rows_of_files(99))

    assert [(mark["batches"], mark["natural"]) for mark in done.of("epoch")] == [(2, False), (2, False)]
    assert done.drive.ended_after is None


@pytest.mark.parametrize(("n_batches", "ended_after"), [(40, 40), (4, 4), (None, None)])
def test_the_end_is_looked_for_behind_epochs_that_were_counted(
    path: Path, n_batches: int | None, ended_after: int | None
) -> None:
    """A file may have many batches; nothing of them is measured."""
    batches = itertools.repeat([1, 2]) if n_batches is None else iter([[1, 2]] * n_batches)
    done = Driven(path, lambda: batches, rows_of_files(99, looks_on=True))

    assert [(mark["batches"], mark["natural"]) for mark in done.of("epoch")] == [(2, False), (2, False)]
    assert done.drive.batch == 4
    assert done.drive.ended_after == ended_after


def test_what_goes_wrong_behind_the_counted_epochs_is_no_result(path: Path) -> None:
    """Nobody has asked for these batches."""

    def breaks() -> Iterator[list[int]]:
        yield from [[1, 2]] * 9
        raise ValueError

    done = Driven(path, breaks, rows_of_files(99, looks_on=True))

    assert (done.reason, done.drive.batch, done.drive.ended_after) == ("epochs", 4, None)


def test_where_files_are_known_to_have_rows_only_the_end_tells(path: Path) -> None:
    """However few rows a batch has; a number of batches is a wish all the same."""
    done = Driven(path, again(*[[1, 2]] * 40), rows_of_files(50, until_end=False, has_rows=True))

    assert [(mark["batches"], mark["natural"]) for mark in done.of("epoch")] == [(40, True)]
    assert done.drive.batch == 50


def test_a_cycle_tells_its_epoch_by_what_it_has_kept(path: Path) -> None:
    """Of an iterator without an end, whose first round is over when it keeps no more."""
    driven = Driven(path, lambda: itertools.cycle([10, 20, 30]), plan(8))

    assert [(mark["epoch"], mark["batches"]) for mark in driven.of("epoch")] == [(1, 3), (2, 3)]
    assert [mark["epoch"] for mark in driven.of("batch") for _ in range(mark["count"])] == [1, 1, 1, 2, 2, 2, 3, 3]


def test_a_cycle_of_a_known_length_is_counted_by_that(path: Path) -> None:
    """Six items of the data set in a batch of one each, whatever the cycle was made of."""
    driven = Driven(path, lambda: itertools.cycle([10, 20, 30]), plan(8, steps=6))

    assert [(mark["epoch"], mark["batches"]) for mark in driven.of("epoch")] == [(1, 6)]


def test_the_batch_before_is_alive_while_the_next_is_made(path: Path) -> None:
    """As in a ``for`` loop; not the one before that."""

    class Batch:
        alive = 0

        def __init__(self) -> None:
            Batch.alive += 1

        def __del__(self) -> None:
            Batch.alive -= 1

    seen = []

    def batches() -> Iterator[Batch]:
        while True:
            seen.append(Batch.alive)
            yield Batch()

    Driven(path, batches, plan(10))

    # None before the first; it is let go to settle; from then on one.
    assert seen == [0, 0, 1, 1, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("wanted", "known", "looked"),
    [
        pytest.param(8, 3, [3, 6, 8], id="the length is known, and where the drive ends"),
        pytest.param(8, None, [6, 8], id="from the first epoch on"),
        pytest.param(6, None, [6], id="once, where both come together"),
    ],
)
def test_all_processes_are_read_before_workers_end(
    path: Path, wanted: int, known: int | None, looked: list[int]
) -> None:
    """With the last batch of each epoch still there: most workers end with the iterator."""
    assert Driven(path, again(1, 2, 3), plan(wanted), epoch_length=known).looked == looked


def test_all_processes_are_read_where_an_epoch_is_counted(path: Path) -> None:
    """Of an iterator without an end, by its items."""
    source = lambda: itertools.repeat([1, 2])  # noqa: E731

    assert Driven(path, source, plan(99, epochs=2, items=6)).looked == [3, 6]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        pytest.param(again(1, 2), plan(99, epochs=20), id="that ends"),
        pytest.param(lambda: itertools.repeat(1), plan(40, items=2), id="that is counted out"),
    ],
)
def test_the_last_epoch_is_settled_as_one(
    path: Path, monkeypatch: pytest.MonkeyPatch, source: Epoch, wanted: Plan
) -> None:
    """Where there was no time for those before it: what it is left with tells what many epochs add."""
    monkeypatch.setattr(Settling, "is_affordable", lambda self, batch: False)

    done = Driven(path, source, wanted)

    assert done.of("settled")[-1]["epoch"] == 20 == done.of("epoch")[-1]["epoch"]


@pytest.mark.parametrize("length", [1, 7, 100])
def test_marks_of_many_short_epochs_stay_few(path: Path, length: int) -> None:
    """100,000 batches leave a few thousand marks, however many epochs they are."""
    done = Driven(path, again(*[b"x"] * length), plan(100_000))

    assert done.drive.batch == 100_000
    assert sum(mark["count"] for mark in done.of("batch")) == 100_000
    assert done.kinds["batch"] < 9_000
    assert done.kinds["epoch"] < 6_000
    assert done.kinds["settled"] < 2_500
    assert done.of("epoch")[-1]["epoch"] > 0.98 * done.drive.epochs


def test_settled_readings_come_further_apart(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where time would allow for more: an audit of hours shall not leave a recording of gigabytes."""
    monkeypatch.setattr(boundary, "MOST_SETTLED", 8)
    monkeypatch.setattr(TIMED, "settling_free_s", 1e9)

    # Without the limit each epoch would be settled at its end: 1,000 times.
    assert Driven(path, again(1), plan(1_000)).kinds["settled"] < 8 + 8 * 8


@pytest.mark.parametrize(("epoch", "each"), [(1, 1), (1023, 1), (1024, 2), (2048, 4), (1_000_000, 1024)])
def test_epochs_are_marked_in_proportion(epoch: int, each: int) -> None:
    """Each of the first, then fewer."""
    assert marked_each(epoch) == each


@pytest.mark.parametrize("busy", [False, True])
def test_a_source_of_one_epoch_that_waits_for_ever_is_exhausted(
    path: Path, busy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one whose thread has filled its queue once; one that only takes long is waited for."""
    monkeypatch.setattr(idle, "LEAST_S", 0.2)
    # Trackers that other tests have started are children of this process too.
    monkeypatch.setattr(idle, "descendants", lambda _pid: [])
    waited_for: list[bool] = []
    filled: queue.Queue[int | None] = queue.Queue()
    for each in (1, 2, None):
        filled.put(each)

    def epoch() -> Iterator[int]:
        if busy and filled.empty():
            until = time.process_time() + 0.6
            while time.process_time() < until:
                pass
            waited_for.append(True)
            filled.put(None)
        while (batch := filled.get()) is not None:
            yield batch

    done = Driven(path, epoch, plan(10))

    assert (done.reason, done.drive.batch) == ("exhausted", 2)
    assert bool(waited_for) is busy
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
