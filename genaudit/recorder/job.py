"""Starts a job that is watched, looks at it from outside while it runs, and marks how it ended.

The job has this process's standard streams and its signals; nothing waits for it but this.
"""

import contextlib
import marshal
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec

import genaudit
from genaudit.model.watch import GoneMark
from genaudit.recorder.child.memory.settle import descendants
from genaudit.recorder.child.watch import boot
from genaudit.recorder.child.watch.names import MARKS
from genaudit.recorder.machine import cgroups
from genaudit.recorder.script import ScriptSpec

STEP_S = 0.1
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_PASSED_ON = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


class WatchedJob:
    """A job that runs.

    Args:
        script: What to run.
        cells: Texts of the code cells of a notebook.
        folder: Where its marks go.
        limit: Bytes that it may have; it is ended there, as a container's limit would end it.
    """

    def __init__(self, script: ScriptSpec, cells: list[str], folder: Path, limit: int | None = None) -> None:
        self.folder = folder
        self._limit = limit
        self._kills = kills_for_want_of_memory()
        self._gone = {"highest_bytes": 0, "last_bytes": 0}
        self._by_limit = False
        self._began_s = time.perf_counter()
        spec = {
            "target": script.as_dict(cells),
            "folder": str(folder),
            "limit": limit,
            "size": None,
            "items": None,
            "dataset": None,
            "scratch": "",
            "scales": False,
        }
        with tempfile.NamedTemporaryFile(prefix="genaudit-watch-", delete=False) as file:
            file.write(marshal.dumps(spec))
        self._spec = Path(file.name)
        root = str(Path(genaudit.__file__).parent.parent)
        self._process = subprocess.Popen([sys.executable, boot.__file__, root, file.name])

    def wait(self, look: Callable[[], None]) -> int:
        """Wait for its end; its exit code, below zero the signal that has ended it.

        Args:
            look: Called a few times a second.
        """
        try:
            with self._signals():
                while self._process.poll() is None:
                    self._read_memory()
                    look()
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        self._process.wait(STEP_S)
        finally:
            self._spec.unlink(missing_ok=True)
        self._mark()
        return self._process.returncode

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """What is meant for the job reaches it; an interrupt of the terminal does by itself."""

        def pass_on(number: int, _frame: FrameType | None) -> None:
            self._process.send_signal(number)

        before: dict[int, Any] = {number: signal.signal(number, pass_on) for number in _PASSED_ON}
        before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _read_memory(self) -> None:
        pids = [self._process.pid, *descendants(self._process.pid)]
        held = sum(map(_private_bytes, pids))
        if held:
            self._gone["last_bytes"] = _private_bytes(self._process.pid) or self._gone["last_bytes"]
            self._gone["highest_bytes"] = max(self._gone["highest_bytes"], held)
        if self._limit is not None and held > self._limit and not self._by_limit:
            self._by_limit = True
            self._process.kill()

    def _mark(self) -> None:
        """Append how it ended to its marks."""
        code = self._process.returncode
        mark = GoneMark(
            at_s=time.perf_counter() - self._began_s,
            code=code,
            by_kernel=code == -signal.SIGKILL and not self._by_limit and kills_for_want_of_memory() > self._kills,
            by_limit=self._by_limit and code == -signal.SIGKILL,
            **self._gone,
        )
        with contextlib.suppress(OSError), (self.folder / MARKS).open("ab") as file:
            file.write(msgspec.json.encode(mark) + b"\n")


def _private_bytes(pid: int) -> int:
    """RSS less shared pages, by proc_pid_statm(5); 0 of a process that has ended."""
    with contextlib.suppress(OSError, IndexError), Path(f"/proc/{pid}/statm").open("rb") as file:
        words = file.read().split()
        return (int(words[1]) - int(words[2])) * _PAGE_BYTES
    return 0


def kills_for_want_of_memory() -> int:
    """How many processes of this one's control groups the kernel has ended for want of memory.

    Source:
        cgroup-v2.rst, ``memory.events``; cgroup-v1/memory.rst, ``memory.oom_control``: ``oom_kill``.
    """
    total = 0
    for place in cgroups.places(Path(cgroups.PROC), Path(cgroups.CGROUP)):
        for name in ("memory.events", "memory.oom_control"):
            with contextlib.suppress(OSError, ValueError):
                total += cgroups.parse_stat((place.folder / name).read_text(), ("oom_kill",))
    return total
