"""Which trials are forks, and when a fork is not believed: decided without a process."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from genaudit.model.marks import PhaseMark
from genaudit.model.recording import Trial, TrialExit
from genaudit.recorder.libraries import Libraries
from genaudit.recorder.trial import keeping, starting
from genaudit.recorder.trial.spec import TrialSpec
from genaudit.recorder.trial.starting import TrialStarter
from genaudit.units import MIB
from tests import build

Change = Callable[[TrialSpec, bool, Trial], Trial]


class Server:
    """A fork server that is ready at once."""

    made: list["Server"]
    unfit = ""
    is_slow = False
    seconds = 3.0
    has_one_arena = True
    n_fit, fit_s = 0, 0.0

    def __init__(self, libraries: Libraries, **__: object) -> None:
        self.made.append(self)
        self.libraries = libraries
        self.is_closed = False

    def again_with(self, libraries: Libraries) -> "Server":
        """Another of its kind, that can be forked."""
        fewer = type(self)(libraries)
        fewer.unfit = ""
        return fewer

    def is_ready(self, _wait_s: float) -> bool:
        """At once, or never."""
        return not self.is_slow

    def may_bound_arenas(self) -> bool:
        """As it is told."""
        return self.has_one_arena

    def close(self) -> None:
        """Told to end."""
        self.is_closed = True


class World:
    """Trials whose import takes a time and holds so much, and the starter that runs them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.import_s, self.base = 2.0, 300 * MIB
        self.change: Change = lambda _spec, _forked, trial: trial
        self.servers: list[Server] = []
        self.kind = type("Server", (Server,), {"made": self.servers})
        self._folder = folder
        (folder / "data.py").write_text("import numpy\n")
        monkeypatch.setattr(starting, "ForkServer", self.kind)
        monkeypatch.setattr(starting.monitor, "run_trial", self._run)
        self._target = {"file": str(folder / "data.py"), "module": None, "steps": [], "text": "data.py:x"}
        self.starter = TrialStarter([self._target])

    def run(self, *kinds: str, **fields: Any) -> list[bool]:
        """Run trials of kinds; which of those that count were forks."""
        return [self.trial(kind, **fields).forked for kind in kinds]

    def trial(self, kind: str, **fields: Any) -> Trial:
        """Run one."""
        spec = TrialSpec(kind=kind, target=self._target, batches=4, size={"all": True}, **fields)
        return self.starter(
            spec, limit_bytes=1, working_directory=self._folder, more=lambda _: 0, progress=lambda _: None
        )

    def fresh(self) -> None:
        """Each trial is to be a process of its own."""
        self.starter = TrialStarter([self._target], fresh=True)

    def _run(self, spec: TrialSpec, *, server: Server | None = None, **_: object) -> Trial:
        phases = [PhaseMark(at_s=0, name="import", seconds=self.import_s, memory=build.memory(self.base))]
        made = build.trial(16, lambda *_: 0, kind=spec.kind, phases=phases, forked=server is not None)
        return self.change(spec, server is not None, made)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    """A target that imports numpy, which takes long here."""
    return World(monkeypatch, tmp_path)


def test_the_first_is_a_process_of_its_own_and_the_others_are_forks(world: World) -> None:
    """One server for all."""
    assert world.run("scaled", "scaled", "clean", "walked") == [False, True, True, True]
    assert len(world.servers) == 1
    assert world.starter.use is not None
    assert (world.starter.use.libraries, world.starter.use.unfit) == (["numpy"], "")
    world.starter.close()
    assert world.servers[0].is_closed


def test_a_quick_import_is_done_again(world: World) -> None:
    """There is no server then."""
    world.import_s = starting.PAYS_S - 0.01

    assert world.run("scaled", "scaled") == [False, False]
    assert world.servers == []
    assert world.starter.use is None


def test_a_slow_library_is_imported_beside_the_first_trial(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """But not beside one whose times count."""
    monkeypatch.setattr(starting, "SLOW", {"numpy"})
    world.run("clean")
    assert world.servers == []

    world.run("scaled")
    assert len(world.servers) == 1


def test_a_costly_import_is_made_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a second time for the first trial, nor for the drive with the user's allocator."""
    monkeypatch.setattr(starting, "COSTLY", {"numpy"})

    assert world.run("scaled", "scaled", "clean") == [True, True, True]
    assert world.run("clean", own_allocator=True) == [True]
    assert len(world.servers) == 1


def test_a_costly_import_is_not_made_beside_a_first_trial_whose_times_count(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what cannot be scaled, the drive that was asked for comes first."""
    monkeypatch.setattr(starting, "COSTLY", {"numpy"})

    assert world.run("clean", "clean") == [False, True]


def test_a_costly_first_trial_that_fails_is_run_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own, that tells whether the fork is to blame."""
    monkeypatch.setattr(starting, "COSTLY", {"numpy"})
    world.change = lambda _spec, forked, trial: (
        msgspec.structs.replace(trial, exit=TrialExit(code=None, signal="SIGSEGV", reason="crashed"))
        if forked
        else trial
    )

    assert world.run("scaled", "scaled") == [False, False]
    assert world.starter.use is not None
    assert "ended otherwise" in world.starter.use.unfit


def test_fresh(world: World) -> None:
    """As it was asked for."""
    world.fresh()

    assert world.run("scaled", "scaled") == [False, False]
    assert world.starter.use is None


@pytest.mark.parametrize(
    "fields",
    [{"engine": "memray"}, {"engine": "digest"}, {"asks": True}, {"sampler": "other"}],
)
def test_what_must_be_so_from_the_start_of_a_process(world: World, fields: dict[str, Any]) -> None:
    """A tracer that hears all, other readings."""
    world.run("scaled", "scaled")

    assert world.run("clean", **fields) == [False]
    assert world.run("clean") == [True]


@pytest.mark.parametrize(("more", "is_forked"), [(3 * MIB, True), (4 * MIB, False)])
def test_a_fork_that_holds_other_memory_is_not_believed(world: World, more: int, is_forked: bool) -> None:
    """Then all are processes of their own."""
    first = world.trial("scaled")
    world.base += more

    assert world.run("scaled", "scaled") == [is_forked, is_forked]
    assert first.forked is False
    use = world.starter.use
    assert use is not None
    assert bool(use.unfit) is not is_forked


def test_one_server_serves_trials_of_either_allocator(world: World) -> None:
    """Its forks are told how many arenas they may have."""
    assert world.run("scaled", "scaled") == [False, True]
    assert world.run("clean", own_allocator=True) == [True]
    assert len(world.servers) == 1


def test_where_a_library_has_taken_arenas_there_is_a_server_that_could_not(world: World) -> None:
    """What a thread has of its own cannot be taken from a fork."""
    world.kind.has_one_arena = False

    assert world.run("scaled", "scaled") == [False, True]
    assert world.run("clean", own_allocator=True) == [True]
    assert len(world.servers) == 2


def test_a_fork_that_fails_is_run_again(world: World) -> None:
    """And if it was the fork's fault, there is no other."""
    crash = TrialExit(code=None, signal="SIGSEGV", reason="crashed")
    world.change = lambda _, forked, trial: msgspec.structs.replace(trial, exit=crash) if forked else trial

    trials = [world.trial("scaled") for _ in range(3)]

    assert [trial.exit.reason for trial in trials] == ["completed"] * 3
    assert world.starter.use is not None
    assert "ended otherwise" in world.starter.use.unfit


def test_a_target_that_fails_in_both_is_run_again_once(world: World) -> None:
    """It is the target that fails."""
    runs: list[bool] = []

    def change(spec: TrialSpec, forked: bool, trial: Trial) -> Trial:
        runs.append(forked)
        failed = TrialExit(code=1, signal=None, reason="raised")
        return trial if spec.kind == "scaled" else msgspec.structs.replace(trial, exit=failed)

    world.change = change
    world.run("scaled", "clean", "clean")

    assert runs == [False, True, False, True]


def test_a_server_that_is_unfit_or_gone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trials go on without it, and why is kept."""
    monkeypatch.setattr(world.kind, "unfit", "a library has started a thread")
    assert world.run("scaled", "scaled") == [False, False]
    assert world.starter.use is not None
    assert world.starter.use.unfit == "a library has started a thread"


@pytest.mark.parametrize(
    ("fit", "seconds", "forks"), [(1, 3.0, True), (1, 0.1, False), (0, 0.0, False), (2, 3.0, False)]
)
def test_what_comes_before_the_library_that_makes_it_unfit(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fit: int, seconds: float, forks: bool
) -> None:
    """Is imported by another server, where that takes long enough to be worth it."""
    (tmp_path / "data.py").write_text("import numpy\nimport pandas\n")
    monkeypatch.setattr(world.kind, "unfit", "a library has started a thread")
    monkeypatch.setattr(world.kind, "n_fit", fit)
    monkeypatch.setattr(world.kind, "fit_s", seconds)

    assert world.run("scaled", "scaled") == [False, forks]
    use = world.starter.use
    assert use is not None
    assert use.unfit == ("" if forks else "a library has started a thread")
    if forks:
        assert use.libraries == ["numpy"]
        assert [len(server.libraries.steps) for server in world.servers] == [2, 1]
        assert [server.is_closed for server in world.servers] == [True, False]


def test_a_server_that_has_ended(world: World) -> None:
    """While it was needed."""

    def gone(_wait_s: float) -> bool:
        raise keeping.LostKeeperError("killed")

    world.run("scaled", "scaled")
    world.servers[0].is_ready = gone  # type: ignore[method-assign]

    assert world.run("scaled", "scaled") == [False, False]
    assert world.starter.use is not None
    assert "killed" in world.starter.use.unfit


def test_a_server_whose_import_does_not_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not waited for forever."""
    monkeypatch.setattr(world.kind, "is_slow", True)
    monkeypatch.setattr(starting, "PATIENCE_S", 0.0)
    monkeypatch.setattr(starting, "PATIENCE_TIMES", 0.0)

    assert world.run("scaled", "scaled") == [False, False]
    assert world.starter.use is not None
    assert "in time" in world.starter.use.unfit
