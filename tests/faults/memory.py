"""Memory that is in no process counts for the verdict and for the limit, and none of it stays behind."""

import mmap
import multiprocessing.shared_memory as blocks
import os
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from genaudit.recorder.child.memory.shared import FOLDER, Shared
from genaudit.units import MIB
from tests.faults.matrix import Place, faults

SIZE = 300_000
_HEAD = """
import ctypes, itertools, mmap, os, threading, time
from multiprocessing import resource_tracker, shared_memory
kept = []
def written(name, size):
    with open(f"/dev/shm/{name}", "wb") as file:
        file.write(b"1" * size)
def block(size, name=None):
    made = shared_memory.SharedMemory(name, create=True, size=size)
    made.buf[:size] = b"1" * size
    return made
def memfd(size):
    fd = os.memfd_create("block")
    os.write(fd, b"1" * size)
    return fd
def batches():
    for i in itertools.count():
"""


def target(place: Place, body: str, batch: str = "bytearray(1000)") -> str:
    """A target that runs ``body`` before each batch."""
    lines = "".join(f"        {line}\n" for line in body.splitlines())
    place.write("data.py", f"{_HEAD}{lines}        yield {batch}\n")
    return "data.py:batches"


def names() -> set[str]:
    """What is in shared memory."""
    return set(os.listdir(FOLDER))


def left_since(before: set[str]) -> set[str]:
    """What is there that was not: for good, for other tests at the same time have blocks that come and go."""
    left, deadline = names() - before, time.monotonic() + 60
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left &= names()
    return left


@faults(
    {
        "files that are named for their process": f"written(f'genaudit-test-{{os.getpid()}}-{{i}}', {SIZE})",
        "blocks that stay open": f"kept.append(block({SIZE}))",
        # Named as torch names them: of a process with a short number, others are not taken for its own.
        "blocks that are closed and never unlinked": (
            f"made = block({SIZE}, f'torch_{{os.getpid()}}_{{i}}')\n"
            "resource_tracker.unregister(made._name, 'shared_memory')\nmade.close()"
        ),
        "memfds": f"kept.append(memfd({SIZE}))",
        "memfds that are mapped": (
            f"fd = memfd({SIZE})\nkept.append(mmap.mmap(fd, {SIZE}))\nos.close(fd); kept[-1][:] = b'2' * {SIZE}"
        ),
        "anonymous shared memory": f"kept.append(mmap.mmap(-1, {SIZE}))\nkept[-1][:] = b'1' * {SIZE}",
        "unlinked files that are open": (
            f"written(f'genaudit-test-{{os.getpid()}}', {SIZE})\n"
            "kept.append(open(f'/dev/shm/genaudit-test-{os.getpid()}', 'rb'))\n"
            "os.unlink(f'/dev/shm/genaudit-test-{os.getpid()}')"
        ),
    }
)
def left_a_batch(place: Place, body: str) -> None:
    """It is growth, of as many bytes as it is; and when the audit is over nothing of it is left."""
    before = names()

    report = place.audit(target(place, body), batches=24, max_batches=24)

    growth = next(one for one in report.outcomes if one.name == "batch-growth")
    assert growth.verdict == "fail"
    assert growth.value is not None
    assert SIZE * 0.9 < growth.value < SIZE * 1.6, growth
    assert left_since(before) == set()


_DAEMON = """
if os.fork() == 0:
    os.setsid()
    if os.fork(): os._exit(0)
    time.sleep(1000)
os.wait()
time.sleep(0.02)
"""


@faults({"that leaves its group": _DAEMON})
def a_daemon_a_batch(place: Place, body: str) -> None:
    """It is one of the target's processes, wherever it went."""
    report = place.audit(target(place, body), batches=24, max_batches=24)

    (leak,) = [one for one in report.outcomes if one.name == "process-leak"]
    assert (leak.verdict, leak.value) == ("fail", 1.0)


@faults(
    {
        "a ring of blocks": f"if i < 3: kept.append(block({SIZE}))\nkept[i % 3].buf[:9] = b'x' * 9",
        "one block": f"if i == 0: kept.append(block({40 * MIB}))",
        "one file that is written again": f"written(f'genaudit-test-{{os.getpid()}}', {SIZE})",
        "a block that is unlinked": f"made = block({SIZE}); made.close(); made.unlink()",
        "a file that is unlinked": (
            f"written(f'genaudit-test-{{os.getpid()}}', {SIZE}); os.unlink(f'/dev/shm/genaudit-test-{{os.getpid()}}')"
        ),
        "a memfd that is closed": f"os.close(memfd({SIZE}))",
        "one memfd that is kept": f"if i == 0: kept.append(memfd({SIZE}))",
    }
)
def used_again(place: Place, body: str) -> None:
    """It is no growth, and is gone afterwards."""
    before = names()

    # Python's resource tracker is a process that is still starting then, and takes a few pages more by and by.
    report = place.audit(target(place, body), batches=24, max_batches=400)

    assert report.verdict == "pass", report.summary
    assert left_since(before) == set()


@faults(
    {
        "files": f"written(f'genaudit-test-{{os.getpid()}}-{{i}}', {8 * MIB})",
        "one file that grows": f"open(f'/dev/shm/genaudit-test-{{os.getpid()}}', 'ab').write(b'1' * {8 * MIB})",
        "blocks": f"kept.append(block({8 * MIB}))",
        # They are made up to the very end, when nobody has looked for a while.
        "blocks in no time": f"for _ in range(400): kept.append(block({MIB}))",
        "memfds": f"kept.append(memfd({8 * MIB}))",
        "a daemon": (
            f"if os.fork() == 0:\n    os.setsid()\n    if os.fork(): os._exit(0)\n"
            f"    kept.append(bytearray(b'1') * {8 * MIB})\n    time.sleep(1000)\nos.wait()"
        ),
    }
)
def over_the_limit(place: Place, body: str) -> None:
    """The trial is ended there, and what it took is given back."""
    before = names()

    report = place.audit(target(place, body + "\ntime.sleep(0.02)"), batches=60, memory_limit=160 * MIB)

    assert report.failure is not None, report.summary
    assert report.failure.reason == "memory-limit", report.failure
    assert left_since(before) == set()


@faults(["a file from before", "a file that another process makes meanwhile"])
def files_of_the_users(place: Place, case: str) -> None:
    """They are left as they are, and are nothing of the target's, which opens them."""
    path = Path(FOLDER) / f"genaudit-user-{place.folder.parent.name}-{os.urandom(4).hex()}"
    body = f"if i == 2: open('{path}', 'rb').read()"
    if case.startswith("a file from"):
        path.write_bytes(b"1" * SIZE)
    else:
        body = f"if i == 1: open('{place.folder}/now', 'w').close(); time.sleep(0.3)"
    try:
        with path.open("ab") as file:
            if not case.startswith("a file from"):
                file.write(b"1" * SIZE)
            report = place.audit(target(place, body))
        assert report.failure is None
        assert path.stat().st_size == SIZE
    finally:
        path.unlink()


@faults(
    {
        "a main thread that leaves": "threading.Thread(target=time.sleep, args=(1000,)).start()\n"
        "if i == 2: ctypes.CDLL(None).pthread_exit(None)",
        "a target that sleeps": "if i == 2: time.sleep(1000)",
        "a target that stops itself": "if i == 2: os.kill(os.getpid(), 19)",
        "a target whose main thread leaves a daemon thread": (
            "threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n"
            "if i == 2: ctypes.CDLL(None).pthread_exit(None)"
        ),
    }
)
def no_end_in_sight(place: Place, body: str) -> None:
    """The trial ends with its time, and the batches before are kept."""
    report = place.audit(target(place, body), timeout=2.0)

    assert report.failure is not None
    assert (report.failure.reason, report.batches.count) == ("timed-out", 2)


@faults({"a year on": 3.2e7, "a year back": -3.2e7, "to the beginning": None})
def the_clock_is_set(place: Place, by: float | None) -> None:
    """The time of day is asked by nothing that decides."""
    real, calls = time.time, [0]

    def jumping() -> float:
        calls[0] += 1
        return 0.0 if by is None else real() + by * calls[0]

    with mock.patch("time.time", jumping):
        report = place.audit(target(place, "import time\ntime.time = lambda: -1e9 * i"))

    assert (report.failure, report.batches.count) == (None, 4)
    assert report.verdict != "fail"


def _file(path: Path) -> object:
    path.write_bytes(b"1" * SIZE)
    return None


def _block(path: Path) -> object:
    block = blocks.SharedMemory(path.name, create=True, size=SIZE)
    block.buf[:SIZE] = b"1" * SIZE
    return block


def _half(path: Path) -> object:
    path.write_bytes(b"1" * SIZE)
    with path.open("r+b") as file:
        mapped = mmap.mmap(file.fileno(), SIZE)
    assert mapped[: SIZE // 2]
    return mapped


@faults({"not mapped": (_file, 1.0), "mapped": (_block, 0.0), "half of it mapped": (_half, 0.5)}, processes=False)
def counted_once(place: Place, case: tuple[Callable[[Path], object], float]) -> None:
    """What is in a figure of the process already is not added to it."""
    make, share = case
    path = Path(FOLDER) / f"genaudit-test-{os.getpid()}"
    shared = Shared()
    kept = make(path)
    try:
        # The kernel maps a few pages around the one that is asked for.
        assert abs(shared.beyond_bytes([os.getpid()]) - share * SIZE) < 80_000
    finally:
        path.unlink()
        if isinstance(kept, blocks.SharedMemory):
            kept.close()
            blocks.resource_tracker.unregister(kept._name, "shared_memory")  # type: ignore[attr-defined]


@faults(
    {
        f"the name {name}": (name, proven)
        for name, proven in {
            "torch_12_3056_1": True,
            "genaudit-test-12-3": True,
            "joblib_memmapping_folder_12_ab12/12-34.pkl": True,
            "batch-7-12": False,
            "psm_ab12": False,
            "batch-0012": False,
        }.items()
    },
    processes=False,
)
def named_by_a_short_number(place: Place, case: tuple[str, bool]) -> None:
    """In containers processes have no longer ones: it counts as a word of its own, before any other number."""
    shared = Shared()
    shared._pids = {12}
    name, proven = case
    assert shared._is_named(f"{FOLDER}/{name}") is proven


@faults(["before", "never held", "held by another", "a short number may count anything"], processes=False)
def not_removed(place: Place, case: str) -> None:
    """Only what the tree was seen to hold or has named."""
    short = "12" if case.startswith("a short number") else "x"
    path = Path(FOLDER) / f"genaudit-test-{short}-{os.urandom(4).hex()}"
    holder = None
    if case == "before":
        path.write_bytes(b"1")
    shared = Shared()
    shared._pids.add(12)
    path.write_bytes(b"1")
    if case == "before":
        with path.open("rb"):
            shared.beyond_bytes([os.getpid()])
    elif case == "held by another":
        holder = path.open("rb")
        shared._others.add(path.stat().st_ino)
        shared.look([os.getpid()])
        holder.close()
    try:
        shared.remove()
        assert path.exists()
    finally:
        path.unlink()


@faults(["a machine too busy for a look in time"], processes=False)
def removed(place: Place, case: str) -> None:
    """What the tree has named, however long it takes to see that nobody else holds it."""
    path = Path(FOLDER) / f"torch_{os.getpid()}_{os.urandom(4).hex()}"
    shared = Shared()
    path.write_bytes(b"1")
    try:
        with mock.patch("genaudit.recorder.child.memory.shared._LOOK_S", -1.0):
            shared.beyond_bytes([os.getpid()])
            shared.remove()
        assert not path.exists()
    finally:
        path.unlink(missing_ok=True)


@faults(["a folder that is not there", "a folder without rights", "a deep folder"], processes=False)
def an_odd_folder(place: Place, case: str) -> None:
    """It is as if there were no shared memory."""
    folder = place.folder / "shm"
    if case == "a folder without rights":
        folder.mkdir(mode=0)
    if case == "a deep folder":
        folder.joinpath(*["x"] * 200).mkdir(parents=True)
    shared = Shared(str(folder))

    assert shared.beyond_bytes([os.getpid()]) == 0
    shared.remove()
