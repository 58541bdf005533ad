"""A trial in a fork of the server measures what one in a process of its own does."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from genaudit.evidence import readings
from genaudit.experiment.session import ExperimentSession
from genaudit.model.job import Job
from genaudit.model.recording import Trial
from genaudit.recorder.libraries import Libraries
from genaudit.recorder.trial import launch, monitor, starting
from genaudit.recorder.trial.forking import ForkServer, _file_mappings
from genaudit.units import KIB

pytestmark = pytest.mark.process

SOURCE = """
import gc
import os
import signal
import sys
import time
import numpy as np

def leak():
    kept = []
    for _ in range(30):
        kept.append(bytearray(300_000))
        yield kept[-1]

def crash():
    yield np.zeros(4)
    os.kill(os.getpid(), signal.SIGSEGV)

def leaves():
    yield np.zeros(4)
    os._exit(3)

def fails():
    print("told", flush=True)
    yield np.zeros(4)
    sys.exit(2)

def draws():
    yield np.zeros(4)
    raise ValueError(np.random.randint(1 << 30))

def set_aside():
    yield np.zeros(4)
    raise ValueError(gc.get_freeze_count())

def hangs():
    yield np.zeros(4)
    time.sleep(600)

def eats():
    yield np.zeros(4)
    yield np.ones(40_000_000)

def needs(paths):
    while len(paths) < 30:
        time.sleep(0.01)
    while True:
        yield np.zeros(4)

def paths(n=64):
    return {"paths": [f"{k}.npy" for k in range(n)]}

def ends_its_parent():
    yield np.zeros(4)
    os.kill(os.getppid(), signal.SIGKILL)
    yield np.zeros(4)
"""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ForkServer]:
    """One that has numpy."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.py").write_text(SOURCE)
    one = started(Libraries([("import", "numpy")], []))
    assert one.is_ready(60)
    assert not one.unfit
    yield one
    one.close()


def started(libraries: Libraries) -> ForkServer:
    """A server in the current folder."""
    env = launch.variables(launch.ONE_ARENA, {launch.TRIAL_VARIABLE: "test"})
    return ForkServer(libraries, name="test", env=env, cwd=str(Path.cwd()))


def run(
    name: str, server: ForkServer | None, *, timeout_s: float = 60.0, limit: int = 1 << 30, thorough: bool = True
) -> Trial:
    """A short drive of a target."""
    session = ExperimentSession(Job(target=f"data.py:{name}"))
    spec = session.spec("clean", {"all": True}, batches=20, thorough=thorough, settle_every=1, timeout_s=timeout_s)
    return monitor.run_trial(
        spec,
        limit_bytes=limit,
        working_directory=Path.cwd(),
        more=lambda _: 20,
        progress=lambda _: None,
        server=server,
    )


def test_a_forked_trial_measures_the_same(server: ForkServer) -> None:
    """Base, growth, peak; and the server serves the next one."""
    fresh, forked, again = run("leak", None), run("leak", server), run("leak", server)

    for trial in (forked, again):
        assert trial.exit.reason == "completed"
        # Pages of libraries are shared with whoever has them mapped at that moment: what a fork may differ by.
        base = readings.base_bytes(fresh)
        assert (readings.base_bytes(trial) or 0) == pytest.approx(base, abs=starting.SAME_BASE_BYTES)
        assert (readings.high_water_bytes(trial) or 0) == pytest.approx(
            readings.high_water_bytes(fresh), abs=1024 * KIB
        )
        assert growth(trial) == pytest.approx(growth(fresh), abs=4 * KIB)


def growth(trial: Trial) -> float:
    """Bytes a batch: on a busy machine there are fewer readings."""
    first, last = trial.settled[1], trial.settled[-1]
    return (last.retained_bytes - first.retained_bytes) / (last.batch - first.batch)


@pytest.mark.parametrize(
    ("size", "reason"), [({"items": 16}, "timed-out"), ({"items": 48}, "completed"), ({"all": True}, "completed")]
)
def test_a_part_of_the_data_set_is_waited_for_with_little_patience(
    server: ForkServer, size: dict[str, object], reason: str
) -> None:
    """Its loop never ends with so few items; and of all of them a first batch may take as long as it likes."""
    session = ExperimentSession(Job(target="data.py:needs", args_from="data.py:paths"))
    spec = session.spec("scaled", size, batches=20, timeout_s=600.0, patience_s=1.0)

    trial = monitor.run_trial(
        spec,
        limit_bytes=1 << 30,
        working_directory=Path.cwd(),
        more=lambda _: 20,
        progress=lambda _: None,
        server=server,
    )

    assert trial.exit.reason == reason
    assert bool(trial.batches) is (reason == "completed")
    assert trial.wall_s < 600


@pytest.mark.parametrize("name", ["crash", "leaves", "fails"])
def test_a_forked_trial_ends_the_same(server: ForkServer, name: str) -> None:
    """Killed by a signal, left at once, or by SystemExit; what it printed is kept."""
    fresh, forked = run(name, None).exit, run(name, server).exit

    assert (forked.reason, forked.code, forked.signal) == (fresh.reason, fresh.code, fresh.signal)
    assert forked.stdout_tail == fresh.stdout_tail


def test_a_fork_that_hangs_is_ended_where_it_is(server: ForkServer) -> None:
    """With its stack; the next one runs."""
    trial = run("hangs", server, timeout_s=1.0)

    assert trial.exit.reason == "timed-out"
    assert "hangs" in [frame.function for frame in trial.exit.hang]
    assert len(trial.batches) == 1
    assert run("leak", server).exit.reason == "completed"


def test_a_fork_that_passes_the_memory_limit_is_ended(server: ForkServer) -> None:
    """What the server has is no part of what it uses beyond its own."""
    assert run("eats", server, limit=200 << 20).exit.reason == "memory-limit"
    assert run("eats", server, limit=500 << 20).exit.reason == "completed"


def test_a_trial_ends_with_its_server(server: ForkServer) -> None:
    """As it does with its keeper."""
    trial = run("ends_its_parent", server)

    assert trial.exit.signal == signal.SIGKILL.name


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import threading, time\nthreading.Thread(target=time.sleep, args=(99,), daemon=True).start()\n", "a thread"),
        ("kept = open(__file__)\n", "has opened"),
        ("import sys\nsys.path.insert(0, '/')\n", "where Python imports from"),
        ("raise ValueError\n", "cannot be imported: ValueError"),
        ("import colorsys\n", "a module of the name colorsys"),
    ],
)
def test_what_a_library_leaves_behind_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, why: str
) -> None:
    """Before the first fork."""
    monkeypatch.chdir(tmp_path)
    for folder, name, text in (("lib", "made_library", source), ("own", "colorsys", "")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{name}.py").write_text(text)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lib"))
    steps: list[tuple[str, ...]] = [("import", "decimal"), ("import", "made_library")]
    one = started(Libraries(steps, [str(tmp_path / "own")]))

    assert one.is_ready(60)
    assert why in one.unfit
    # What is shadowed may have been imported by any step.
    assert one.n_fit == (0 if "colorsys" in source else 1)
    fewer = one.again_with(Libraries(steps[:1], [str(tmp_path / "own")]))
    assert fewer.is_ready(60)
    assert not fewer.unfit
    one.close()
    fewer.close()


def test_what_a_library_prints_and_sets_is_there_in_each_fork(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the fork had imported it; variables are set before the import."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.py").write_text(
        "import os\ndef fails():\n    yield [1]\n    raise ValueError(os.environ['LEVEL'])\n"
    )
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "made_library.py").write_text("import os, sys\nprint(os.environ['LEVEL'], file=sys.stderr)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lib"))
    one = started(Libraries([("set", "LEVEL", "loud"), ("import", "made_library")], []))
    assert one.is_ready(60)

    trial = run("fails", one)

    assert trial.exit.stderr_tail == "loud\n"
    assert trial.raised is not None
    assert trial.raised.message == "loud"
    one.close()


def test_forks_draw_random_numbers_of_their_own(server: ForkServer) -> None:
    """As processes do, though the library was seeded once."""
    drawn = set()
    for _ in range(2):
        trial = run("draws", server)
        assert trial.raised is not None
        drawn.add(trial.raised.message)
    assert len(drawn) == 2


@pytest.mark.parametrize("forked", [True, False])
def test_the_collector_passes_libraries_by_where_memory_alone_counts(server: ForkServer, *, forked: bool) -> None:
    """In a trial whose time counts it works as in a job."""
    counts = [run("set_aside", server if forked else None, thorough=thorough).raised for thorough in (True, False)]

    memory, time = (int(raised.message) for raised in counts if raised is not None)
    # From 3.12 on Python itself sets aside a few hundred that it begins with.
    assert time < 1000 < memory


def test_mappings_without_written_pages_are_found() -> None:
    """Files alone, private ones, with no page that a fork has already."""
    smaps = (
        b"1000-3000 r-xp 00000000 08:01 7 /lib/a.so\nRss: 8 kB\nAnonymous: 0 kB\n"
        b"3000-4000 rw-p 00000000 08:01 7 /lib/a.so\nRss: 4 kB\nAnonymous: 4 kB\n"
        b"4000-5000 rw-p 00000000 00:00 0 [heap]\nRss: 4 kB\nAnonymous: 0 kB\n"
        b"5000-6000 r--s 00000000 08:01 9 /lib/b\nRss: 4 kB\nAnonymous: 0 kB\n"
    )

    assert _file_mappings(smaps) == [(0x1000, 0x3000)]
