"""The keeper starts one process at a time, and ends all that came from it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from genaudit.recorder.trial import keeping
from genaudit.recorder.trial.keeping import Keeper, LostKeeperError, give_back, kept, take
from genaudit.recorder.trial.waiting import began_ticks, runs

pytestmark = pytest.mark.process


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    """One that is closed afterwards."""
    one = Keeper()
    yield one
    one.close()


def start(keeper: Keeper, code: str, **options: str) -> tuple[int, int]:
    """Start Python code; its process id, and the end of a pipe that it writes to as its standard output."""
    out, told = os.pipe()
    arguments = {"env": {"NAME": "value"}, "cwd": "/", **options}
    try:
        pid = keeper.start([sys.executable, "-ISc", code], files=(told, told, told), **arguments)  # type: ignore[arg-type]
    finally:
        os.close(told)
    return pid, out


def read(fd: int) -> str:
    """What is written until its end."""
    with os.fdopen(fd) as file:
        return file.read()


def test_a_program_gets_what_it_was_given(keeper: Keeper) -> None:
    """Its folder, its variables, its files and no others, a session of its own, and signals as by default."""
    code = (
        "import os, signal; print(os.getcwd(), os.environ.get('NAME'), os.getsid(0) == os.getpid(), "
        "len(os.listdir('/proc/self/fd')), signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)"
    )
    _, out = start(keeper, code, cwd="/tmp")

    # The fifth lists them.
    assert read(out) == "/tmp value True 5 True\n"
    assert keeper.end() == (0, 0)


@pytest.mark.parametrize(("code", "status"), [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 11)", -11)])
def test_the_exit_status_is_the_programs(keeper: Keeper, code: str, status: int) -> None:
    """Also where a signal ended it."""
    _, out = start(keeper, code)
    read(out)

    assert keeper.end() == (status, 0)


def test_one_after_the_other(keeper: Keeper) -> None:
    """Each has its own status."""
    for number in (3, 4):
        _, out = start(keeper, f"raise SystemExit({number})")
        read(out)
        assert keeper.end() == (number, 0)


def test_a_program_that_goes_on_is_ended(keeper: Keeper) -> None:
    """And what it has started, in a session of its own, is counted."""
    code = "import os, time\nif os.fork() == 0: os.setsid(); print(os.getpid(), flush=True)\ntime.sleep(1000)"
    pid, out = start(keeper, code)
    with os.fdopen(out) as file:
        child = int(file.readline())

    assert keeper.end() == (-9, 1)
    assert not runs(pid)
    assert not runs(child)


def test_a_folder_that_is_not_there(keeper: Keeper) -> None:
    """It is said as the system says it, and the keeper can be used on."""
    with pytest.raises(FileNotFoundError, match="/nowhere"):
        start(keeper, "", cwd="/nowhere")

    _, out = start(keeper, "print(5)")
    assert read(out) == "5\n"


def test_a_keeper_that_was_killed_is_told(keeper: Keeper) -> None:
    """Its program has ended with it."""
    _, out = start(keeper, "import time; time.sleep(1000)")
    os.kill(keeper.pid, 9)

    with pytest.raises(LostKeeperError):
        keeper.end()
    assert read(out) == ""


def test_a_keeper_is_used_again_inside_of_one_audit() -> None:
    """Outside, each ends with its trial."""
    with kept():
        one = take()
        give_back(one)
        assert take() is one
        give_back(one)
    assert not runs(one.pid)

    other = take()
    give_back(other)
    assert not runs(other.pid)
    assert keeping._idle == []


def test_a_process_is_told_apart_by_when_it_began() -> None:
    """In ticks since the machine's start, whatever the clock says; one that is gone has none."""
    process = subprocess.Popen(["sleep", "100"])
    ticks = began_ticks(process.pid)
    process.kill()
    process.wait()

    uptime_s = float(Path("/proc/uptime").read_text().split()[0])
    assert ticks is not None
    assert 0 <= uptime_s - ticks / os.sysconf("SC_CLK_TCK") < 60
    assert began_ticks(process.pid) is None
    assert not runs(process.pid)
