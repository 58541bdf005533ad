"""Tables of a report: how the processes of trials came to be, and when that is worth a note."""

import msgspec
import pytest

from genaudit.model.recording import ForkServer, Recording
from genaudit.report.tables import imports_were_long, started, surface
from tests.build import at_sizes, evidence, recording, settled, trial


def imported(seconds: float, wall_s: float, *, unfit: str = "a library has started a thread") -> Recording:
    """Four trials that have taken so long for their imports."""
    made = recording(*at_sizes(lambda size, batch, epoch: 0.0))
    trials = [
        msgspec.structs.replace(
            trial,
            wall_s=wall_s,
            phases=[msgspec.structs.replace(trial.phases[0], name="import", seconds=seconds), *trial.phases[1:]],
        )
        for trial in made.trials
    ]
    server = ForkServer(libraries=["tensorflow"], unfit=unfit)
    return msgspec.structs.replace(made, trials=trials, fork_server=server)


@pytest.mark.parametrize(
    ("seconds", "wall_s", "unfit", "long"),
    [(20.0, 30.0, "a thread", True), (20.0, 50.0, "a thread", False), (5.0, 6.0, "a thread", False),
     (20.0, 30.0, "", False)],
)  # fmt: skip
def test_a_note_only_where_somebody_has_waited(seconds: float, wall_s: float, unfit: str, *, long: bool) -> None:
    """For a minute of imports, which are most of the time."""
    assert imports_were_long(imported(seconds, wall_s, unfit=unfit)) is long


def test_it_is_told_in_any_case() -> None:
    """Beside the table of trials."""
    assert started(imported(5.0, 6.0)) == (
        "each trial imported tensorflow itself, which takes longer: a library has started a thread"
    )


def test_machines_are_told_where_they_are_not_this_one() -> None:
    """Each once, in the order in which they were used."""
    made = recording(*at_sizes(lambda size, batch, epoch: 0.0))
    hosts = ["b", "a", *["b"] * (len(made.trials) - 2)]
    trials = [msgspec.structs.replace(trial, host=host) for trial, host in zip(made.trials, hosts, strict=True)]

    assert started(made) == "each trial was a process of its own"
    assert started(msgspec.structs.replace(made, trials=trials)) == "each trial was a process of its own, on b and a"


def test_moments_with_fewer_processes_do_not_compare() -> None:
    """What a worker held goes with it; where there is none, every moment compares."""
    both, gone = {"1": 5, "2": 5, "3": 5}, {"1": 5, "2": 0, "3": 0}
    marks = [
        settled(1, 10, tree=both),
        settled(8, 12, tree=both),
        settled(8, 0, at="epoch", tree=gone),
        settled(10, 12, epoch=2, tree=both),
    ]
    made = msgspec.structs.replace(trial(64, lambda batch, epoch: 0.0), settled=marks)
    alone = msgspec.structs.replace(made, settled=[settled(batch, 10) for batch in (1, 8)])

    assert [point.compares for point in surface(evidence(made, alone))] == [True, True, False, True, True, True]
