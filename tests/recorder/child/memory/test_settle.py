"""A settled reading of a drive that is timed looks through all objects only where that may show."""

import gc
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from genaudit.recorder.child import keeper
from genaudit.recorder.child.memory import settle
from genaudit.recorder.child.memory.settle import Settler
from genaudit.recorder.child.memory.status import Gauge, Reading

KIB = 1024


class MadeGauge(Gauge):
    """Memory that is told by hand."""

    def __init__(self) -> None:
        self.held = 1000 * KIB
        self.exact = True

    def read(self) -> Reading:
        return Reading(0, self.held, self.held, 0, 0, 1)


class Collector:
    """Counts the whole collections, and finds what it is told."""

    def __init__(self) -> None:
        self.whole = 0
        self.young_garbage = 0
        self.found_by_itself = 0
        self.aged = 0
        self.frees: Callable[[], None] = lambda: None

    def collect(self, generation: int = 2) -> int:
        # Whatever survives it is old from then on.
        self.aged += 1
        if generation == 2:
            self.whole += 1
            self.frees()
            return 0
        return self.young_garbage

    def get_stats(self) -> list[dict[str, int]]:
        found = {"collected": self.found_by_itself, "collections": 7}
        return [found, {"collected": 0, "collections": self.aged}, {"collected": 0, "collections": 0}]


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Collector:
    """In place of the interpreter's."""
    made = Collector()
    monkeypatch.setattr(settle, "collect", made.collect)
    monkeypatch.setattr(settle, "get_stats", made.get_stats)
    return made


def made_settler(gauge: Gauge, collector: Collector) -> Any:
    """One that has taken a first reading, without the heap of this process; objects have grown old since."""
    settler: Any = Settler(gauge)
    settler._trim = lambda _pad: 0
    # Other tests of this process may have started some.
    settler._processes.others = list
    settler.settle()
    collector.aged += 1
    return settler


def test_what_is_no_more_than_before_is_not_looked_through(collector: Collector) -> None:
    """In passing; where time does not count, it always is."""
    settler = made_settler(MadeGauge(), collector)
    for _ in range(3):
        settler.settle(in_passing=True)
    assert collector.whole == 1
    settler.settle()
    assert collector.whole == 2


def test_more_than_before_may_be_old_garbage(collector: Collector) -> None:
    """What is held then is what a whole collection leaves, and the next reading is compared with that."""
    gauge = MadeGauge()
    settler = made_settler(gauge, collector)
    gauge.held += 100 * KIB
    collector.frees = lambda: setattr(gauge, "held", gauge.held - 60 * KIB)

    settled = settler.settle(in_passing=True)

    assert (collector.whole, settled.before, settled.retained) == (2, 1100 * KIB, 1040 * KIB)
    settler.settle(in_passing=True)
    assert collector.whole == 2


@pytest.mark.parametrize("kind", ["young_garbage", "found_by_itself"])
def test_where_there_is_garbage_there_may_be_more(collector: Collector, kind: str) -> None:
    """Found now among what is new, or since the last reading by the interpreter itself."""
    settler = made_settler(MadeGauge(), collector)
    setattr(collector, kind, 5)

    settler.settle(in_passing=True)

    assert collector.whole == 2


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="its collector has no generations")
def test_while_all_that_is_new_is_young_only_that_is_looked_at(collector: Collector) -> None:
    """However much is held, and whatever is found there: nothing else can be garbage since then."""
    gauge = MadeGauge()
    settler = made_settler(gauge, collector)
    collector.aged -= 1
    gauge.held += 5000 * KIB
    collector.young_garbage = 40

    settled = settler.settle(in_passing=True)

    assert (collector.whole, settled.garbage, settled.retained) == (1, 40, 6000 * KIB)
    gauge.held += 100 * KIB
    collector.young_garbage = 0
    settler.settle(in_passing=True)
    assert collector.whole == 2


def test_slow_growth_adds_up_to_a_look(collector: Collector) -> None:
    """Each reading is compared with the last whole collection, not with the reading before."""
    gauge = MadeGauge()
    settler = made_settler(gauge, collector)
    for _ in range(4):
        gauge.held += 4 * KIB
        settled = settler.settle(in_passing=True)

    assert (collector.whole, settled.retained) == (2, 1016 * KIB)


def test_a_collector_that_is_off_is_left_off(collector: Collector) -> None:
    """Its cycles are really retained."""
    settler = made_settler(MadeGauge(), collector)
    gc.disable()
    try:
        settled = settler.settle(in_passing=True)
    finally:
        gc.enable()

    assert (collector.whole, settled.collector_on) == (1, False)


def test_what_has_just_come_to_rest_is_not_waited_for_again(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is it between the batches of a drive whose readings nothing is compared with."""
    gauge = MadeGauge()
    waited: list[bool] = []
    for waits in (True, False):
        settler = Settler(gauge, waits=waits)
        monkeypatch.setattr(settler, "_wait_until_still", lambda: waited.append(True) or False)
        settler.settle(at_rest=True)
        settler.settle(in_passing=True)
        settler.settle()

    assert len(waited) == 2 + 1


class MadeHeap:
    """A heap whose free part is resident."""

    def __init__(self, in_use: int, free: int) -> None:
        self.in_use = in_use
        self.free = free

    def state(self) -> tuple[int, int]:
        return self.in_use, self.in_use + self.free


@pytest.mark.parametrize(
    ("in_use", "outside", "trims"),
    [
        pytest.param(0, 0, False, id="the same"),
        pytest.param(3 * KIB, 4 * KIB, False, id="nearly the same"),
        pytest.param(64 * KIB, 0, True, id="more in use"),
        pytest.param(0, 64 * KIB, True, id="more outside of the heap"),
        pytest.param(-64 * KIB, 0, False, id="less"),
    ],
)
def test_a_heap_is_trimmed_only_where_something_has_grown(
    collector: Collector, in_use: int, outside: int, trims: bool
) -> None:
    """What is free of it faults in again with the next batch; what is held is told without it."""
    gauge = MadeGauge()
    trimmed: list[int] = []
    settler: Any = Settler(gauge)
    settler._trim = trimmed.append
    settler._processes.others = list
    settler._threads_at_call = 1
    settler._main_heap = heap = MadeHeap(in_use=300 * KIB, free=0)
    settler.settle()
    collector.aged += 1
    n_before, before = len(trimmed), gauge.held
    # A batch has come and gone: its blocks are free, and still there.
    heap.in_use, heap.free = heap.in_use + in_use, 6000 * KIB
    gauge.held += in_use + outside + heap.free

    settled = settler.settle(in_passing=True)

    assert (len(trimmed) > n_before) == trims
    if not trims:
        assert settled.retained == before + in_use + outside
        assert collector.whole == 1


@pytest.mark.parametrize("of_script", [True, False])
def test_a_thread_that_a_script_has_started_may_fill_its_queue(
    monkeypatch: pytest.MonkeyPatch, of_script: bool
) -> None:
    """It is there before anything is measured; of a target's own module such a thread is no part of the target."""
    waited: list[float] = []
    ends = threading.Event()

    def pause(seconds: float) -> None:
        waited.append(seconds)
        time.sleep(seconds)

    monkeypatch.setattr(settle, "sleep", pause)
    # The process of these tests may have others, such as a browser.
    monkeypatch.setattr(settle.KernelProcesses, "others", lambda _: [])
    thread = threading.Thread(target=ends.wait, daemon=True)
    thread.start()
    settler = Settler(Gauge(), os.getpid(), of_script=of_script)
    settler.wait_for_threads()
    ends.set()
    thread.join()

    assert bool(waited) is of_script


def test_who_computes_is_waited_for_though_memory_stands_still() -> None:
    """What it makes next is not there while it computes, which takes longer than many a look at memory."""
    filled: list[bytes] = []
    computes_s = 1.5 * settle._STILL_READINGS * settle._STILL_STEP_S

    def fill() -> None:
        for _ in range(3):
            until = time.thread_time() + computes_s
            while time.thread_time() < until:
                sum(range(1000))
            filled.append(os.urandom(512 * KIB))

    settler = Settler(Gauge(), os.getpid())
    thread = threading.Thread(target=fill, daemon=True)
    thread.start()
    settler.wait_for_threads()
    n_filled = len(filled)
    thread.join()

    assert n_filled == 3


def test_who_never_comes_to_rest_is_not_waited_for_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that turns round and round; each time it is waited for half as long."""
    waited: list[float] = []
    monkeypatch.setattr(settle, "perf_counter", lambda: sum(waited))
    monkeypatch.setattr(settle, "sleep", waited.append)
    monkeypatch.setattr(settle.BusyThreads, "are_there", lambda *_: True)
    monkeypatch.setattr(Settler, "_has_new_threads", lambda _: True)
    monkeypatch.setattr(Settler, "_rough_held", lambda *_: 0)
    settler = Settler(Gauge(), os.getpid())
    ends = []
    for _ in range(8):
        before = sum(waited)
        settler.wait_for_threads()
        ends.append(sum(waited) - before)
        assert settler.is_still

    rest = settle._STILL_READINGS * settle._STILL_STEP_S
    assert ends[0] == pytest.approx(settle._BUSY_LIMIT_S + rest, abs=3 * settle._STILL_STEP_S)
    assert ends[1] == pytest.approx(settle._BUSY_LIMIT_S / 2 + rest, abs=3 * settle._STILL_STEP_S)
    assert ends[-1] == pytest.approx(settle._LEAST_LIMIT_S + rest, abs=3 * settle._STILL_STEP_S)


def test_the_keeper_knows_the_same() -> None:
    """It imports nothing of genaudit."""
    assert settle.TRACKERS == keeper.TRACKERS


def test_who_only_removes_shared_memory_is_no_worker() -> None:
    """Python starts that process with the first block that is shared."""
    code = """
import os, sys
from multiprocessing import Process, shared_memory
from genaudit.recorder.child.memory.settle import KernelProcesses, descendants
import time
block = shared_memory.SharedMemory(create=True, size=4096)
worker = Process(target=time.sleep, args=(60,))
worker.start()
while len(KernelProcesses(os.getpid()).others()) > 1:
    # It is not yet the program that it is going to be.
    time.sleep(0.01)
print(len(descendants(os.getpid())), KernelProcesses(os.getpid()).others() == [worker.pid])
worker.terminate()
worker.join()
block.close()
block.unlink()
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["2", "True"]
