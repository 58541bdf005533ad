"""Threads that work, that wait for a core, and that sleep."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from genaudit.recorder.child.memory import busy
from genaudit.recorder.child.memory.busy import BusyThreads

ENOUGH = 200
"""Looks, at least one of which shows what there is."""


@pytest.fixture
def beside() -> Iterator[Callable[[Callable[[], object]], None]]:
    """Runs something again and again in a thread, until the test is over."""
    ends = threading.Event()
    threads = []

    def start(step: Callable[[], object]) -> None:
        def turn() -> None:
            while not ends.is_set():
                step()

        threads.append(threading.Thread(target=turn, daemon=True))
        threads[-1].start()

    yield start
    ends.set()
    for thread in threads:
        thread.join()


def seen(looks: BusyThreads, *processes: int) -> list[bool]:
    """What so many looks say, with a pause before each."""
    found = []
    looks.are_there(processes)
    for _ in range(ENOUGH):
        time.sleep(0.005)
        found.append(looks.are_there(processes))
    return found


@pytest.mark.parametrize(
    "step",
    [lambda: sum(range(1000)), lambda: bytes(1_000_000).translate(bytes(256))],
    ids=["Python", "without its lock"],
)
def test_who_computes_is_busy(beside: Callable[[Callable[[], object]], None], step: Callable[[], object]) -> None:
    """With Python's lock or without it: it has the core while nobody looks."""
    beside(step)

    assert sum(seen(BusyThreads())) > ENOUGH / 2


def test_who_sleeps_is_not(beside: Callable[[Callable[[], object]], None]) -> None:
    """Nor who looks: it computes, too."""
    beside(lambda: time.sleep(0.2))

    assert sum(seen(BusyThreads())) < ENOUGH / 4


def test_other_processes() -> None:
    """A worker that computes, and one that has ended."""
    worker = subprocess.Popen([sys.executable, "-c", "print(flush=True)\nwhile True: pass"], stdout=subprocess.PIPE)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    try:
        assert worker.stdout is not None
        worker.stdout.readline()
        ended.wait()
        looks = BusyThreads()

        assert sum(seen(looks, ended.pid, worker.pid)) > ENOUGH / 2
        assert sum(seen(looks, ended.pid)) < ENOUGH / 4
    finally:
        worker.kill()
        worker.communicate()


def made(folder: str, stat: bytes, schedstat: list[bytes]) -> Callable[[str], bytes]:
    """A thread that the kernel tells this of, look by look."""

    def content(path: str) -> bytes:
        assert path.startswith(folder)
        return stat if path.endswith("/stat") else schedstat.pop(0)

    return content


@pytest.mark.parametrize(
    ("stat", "schedstat", "is_busy"),
    [
        pytest.param(b"12 (a b) R (c) S 1", [b"5 0 1", b"5 0 1"], False, id="a name like a state"),
        pytest.param(b"12 (python) R 1", [b"5 0 1", b"5 0 1"], True, id="waits for a core"),
        pytest.param(b"12 (python) D 1", [b"5 0 1", b"5 0 1"], True, id="waits for a disk"),
        pytest.param(b"12 (python) S 1", [b"5 0 1", b"204 0 1"], False, id="woke up"),
        pytest.param(b"12 (python) S 1", [b"5 0 1", b"205 0 1"], True, id="worked"),
        pytest.param(b"12 (python) S 1", [b"", b""], False, id="a kernel that counts no time"),
        pytest.param(b"", [b"", b""], False, id="it has ended"),
    ],
)
def test_what_the_kernel_tells(
    monkeypatch: pytest.MonkeyPatch, stat: bytes, schedstat: list[bytes], is_busy: bool
) -> None:
    """Both sides of the limit: a fifth of the time between two looks."""
    times = iter([0, 1000])
    monkeypatch.setattr(busy, "perf_counter_ns", lambda: next(times))
    monkeypatch.setattr(busy, "_threads", lambda pid: ["12"] if pid == os.getpid() else [])
    monkeypatch.setattr(busy, "content", made(f"/proc/{os.getpid()}/task/12", stat, schedstat))
    looks = BusyThreads()
    looks.are_there([])

    assert looks.are_there([]) is is_busy
