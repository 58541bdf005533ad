"""What owns native memory: of what does not tell its size, what became more between two walks."""

import pytest

from genaudit.evidence.project import Project
from genaudit.evidence.retention.lines import places_of
from genaudit.evidence.retention.native import owners_of_load, owners_that_grew, stage_of
from genaudit.model.marks import RetentionMark
from genaudit.units import KIB, MIB
from tests import build
from tests.evidence.retention.made import Step, generator, walk


def readers(n: int, *, name: str = "readers", kind: str = "variable") -> Step:
    """A dictionary of video readers, each of 48 bytes by its own account."""
    reader = Step("entry", "", "VideoCapture", 48 * n, count=n, is_foreign=True)
    return Step(kind, name, "dict", 60 * n, reader, entries=n)


def walks(*steps: tuple[Step, Step], pid: int = 0) -> tuple[RetentionMark, RetentionMark]:
    """Two walks, after the first batch and after sixteen."""
    first, last = ([pair[at] for pair in steps] for at in (0, 1))
    return (
        walk(generator(*first, n_bytes=900), pid=pid),
        walk(generator(*last, n_bytes=9000), at="end", batch=16, pid=pid),
    )


def test_what_became_more_owns_what_nothing_accounts_for() -> None:
    """By its container, with what that gained."""
    holding = owners_that_grew([walks((readers(1), readers(16)))], 30 * MIB)

    assert holding is not None
    assert [step.name or step.type for step in holding.steps] == ["generate", "readers", "VideoCapture"]
    assert (holding.bytes, holding.entries, holding.grows) == (30 * MIB, 15, True)
    assert holding.container is holding.steps[1]
    assert holding.holder == 1


def test_what_is_as_many_as_before_owns_no_growth() -> None:
    """A reader that is used again and again, or a few more than before."""
    assert owners_that_grew([walks((readers(1), readers(1)))], 30 * MIB) is None
    assert owners_that_grew([walks((readers(8), readers(4)))], 30 * MIB) is None
    assert owners_that_grew([walks((readers(1), readers(3)))], 30 * MIB) is None
    assert owners_that_grew([walks((readers(1), readers(9)))], 30 * MIB, fewest=10) is None


def test_objects_that_would_own_next_to_nothing_are_not_meant() -> None:
    """A hundred bytes for each of them: numbers of a library in a history."""
    assert owners_that_grew([walks((readers(1), readers(1001)))], 100 * KIB) is None


def test_of_two_that_grow_alike_none_is_named() -> None:
    """The numbers do not tell whose the memory is; where one grows far more, they do."""
    streams = (readers(1, name="streams"), readers(14, name="streams"))
    few = (readers(1, name="streams"), readers(5, name="streams"))

    assert owners_that_grew([walks((readers(1), readers(16)), streams)], 30 * MIB) is None
    holding = owners_that_grew([walks((readers(1), readers(16)), few)], 30 * MIB)
    assert holding is not None
    assert holding.steps[1].name == "readers"


def test_parts_of_one_object_are_no_rivals() -> None:
    """A file that is kept has an identity in C and a reader in C."""

    def files(n: int) -> Step:
        parts = [
            Step("attribute", "_id", "DatasetID", 80 * n, count=n, is_foreign=True),
            Step("attribute", "_reader", "Reader", 70 * n, count=n, is_foreign=True),
        ]
        return Step(
            "variable", "sets", "dict", 400 * n, Step("entry", "", "Dataset", 300 * n, *parts, count=n), entries=n
        )

    holding = owners_that_grew([walks((files(1), files(16)))], 30 * MIB)

    assert holding is not None
    assert [step.name for step in holding.named] == ["sets", "_id"]


def test_what_has_no_name_of_anybody_s_is_none() -> None:
    """Objects that only C code keeps have nothing that the user could change."""
    first = walk(Step("referent", "", "list", 60, Step("entry", "", "Op", 50, is_foreign=True), entries=1))
    entry = Step("entry", "", "Op", 900, count=16, is_foreign=True)
    last = walk(Step("referent", "", "list", 960, entry, entries=16), at="end", batch=16)

    assert owners_that_grew([(first, last)], 30 * MIB) is None


def test_readers_in_workers_are_counted_together() -> None:
    """Each process has its own."""
    pairs = [walks((readers(1), readers(3)), pid=pid) for pid in (7, 8)]

    assert owners_that_grew(pairs[:1], 30 * MIB, fewest=4) is None
    holding = owners_that_grew(pairs, 30 * MIB, fewest=4)
    assert holding is not None
    assert holding.steps[1].name == "readers"


@pytest.mark.parametrize(("n", "is_named"), [(1, True), (2, False)])
def test_a_stage_of_the_pipeline_that_is_driven(n: int, is_named: bool) -> None:
    """One of a kind is meant; of two nobody knows which."""
    step = Step("attribute", "_input_dataset", "_MapDataset", 100)
    for at in range(n):
        step = Step("attribute", "_input_dataset", "CacheDataset", 200, step)
        step = Step("attribute", "_input_dataset", f"_Batch{at}Dataset", 300, step)
    mark = walk(Step("source", "build", "_PrefetchDataset", 400, step))

    holding = stage_of(mark, "CacheDataset")
    assert (holding is not None) is is_named
    assert holding is None or holding.steps[-1].type == "CacheDataset"
    assert stage_of(mark, "ShuffleDataset") is None


def test_a_stage_of_another_pipeline_holds_nothing_of_this_one() -> None:
    """A data set that a module has beside it."""
    other = Step("variable", "validation", "CacheDataset", 200)

    assert stage_of(walk(Step("module", "data", "module", 300, other)), "CacheDataset") is None


def test_readers_that_are_opened_ahead_own_what_is_held_at_first() -> None:
    """One for each item; a few that all items share own nothing by their number."""
    mark = walk(generator(readers(64), n_bytes=900))

    holding = owners_of_load(mark, 6 * MIB, 64)
    assert holding is not None
    assert (holding.steps[1].name, holding.bytes, holding.entries, holding.grows) == ("readers", 6 * MIB, 64, False)
    assert owners_of_load(mark, 60 * MIB, 640) is None


def test_a_chain_of_objects_that_became_longer() -> None:
    """Each has the next: nothing on the path has entries."""

    def chain(n: int) -> Step:
        return Step("attribute", "latest", "Stream", 60 * n, count=n, is_foreign=True)

    holding = owners_that_grew([walks((chain(1), chain(16)))], 30 * MIB)
    assert holding is not None
    assert (holding.named[-1].name, holding.entries) == ("latest", 0)


def test_what_is_called_at_exit_owns_what_it_is_given() -> None:
    """Its line is that of the call which registers a function with arguments."""
    source = "import atexit\n\ndef generate(paths):\n    atexit.register(log)\n    atexit.register(flush, batch)\n"
    callback = Step("entry", "", "callback", 0, count=15, is_foreign=True)
    callbacks = Step("variable", "callbacks", "list", 0, callback, entries=15)
    last = walk(Step("module", "atexit", "module", 0, callbacks), at="end", batch=16)
    holding = owners_that_grew([(walk(), last)], 30 * MIB)
    recording = build.recording(build.trial(16, lambda batch, epoch: 0.0))
    project = Project(recording)

    assert holding is not None
    assert [step.name or step.type for step in holding.steps] == ["atexit", "callbacks", "callback"]
    assert places_of(holding, project, {"/project/data.py": source}, grows=True) == [("/project/data.py", 5)]
