"""Waits for a process to end, without taking its exit status away; and reads the stacks of one that does not end."""

import contextlib
import os
import re
import select
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from genaudit.interrupts import allow_interrupts
from genaudit.model.marks import Frame

STEP_S = 0.02
TICKS = 100
"""Of a second, where processes are told apart by when they began."""
_STACK_ROW = re.compile(r'^\s+File "(?P<path>.*)", line (?P<line>\d+) in (?P<function>.*)$')


@contextlib.contextmanager
def wait_for_end(pid: int, step_s: float = STEP_S) -> Iterator[Callable[[], bool]]:
    """A function that waits one step, in which interrupts may come in, and says whether the process has ended in it."""
    try:
        fd = os.pidfd_open(pid)
    except (AttributeError, OSError):
        yield lambda: _poll(pid, step_s)
        return
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    try:
        yield lambda: _is_readable(poll, step_s)
    finally:
        os.close(fd)


def _is_readable(poll: select.poll, step_s: float) -> bool:
    with allow_interrupts():
        return bool(poll.poll(step_s * 1000))


def runs(pid: int) -> bool:
    """Whether a process is there, and more than a zombie; one whose first thread has ended goes on in the others."""
    if not _has_proc():
        return _is_told_to_run(pid)
    return _stat(pid)[:1] not in ([], ["Z"], ["X"]) or _has_threads(pid)


def began_ticks(pid: int) -> int | None:
    """When a process began, in clock ticks since the machine's start, so that the time of day does not matter.

    Source:
        proc_pid_stat(5), field 22, ``starttime``. Without ``/proc`` it is the time of day that the system tells.
    """
    if not _has_proc():
        return _began_at(pid)
    fields = _stat(pid)
    return int(fields[19]) if len(fields) > 19 else None


def _has_proc() -> bool:
    return os.path.exists("/proc/self/stat")  # noqa: PTH110 - asked for every few milliseconds


def _is_told_to_run(pid: int) -> bool:
    """What psutil knows where there is no ``/proc``."""
    import psutil

    try:
        return bool(psutil.Process(pid).status() not in {psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD})
    except psutil.AccessDenied:
        return True
    except psutil.Error:
        return False


def _began_at(pid: int) -> int | None:
    import psutil

    try:
        return round(psutil.Process(pid).create_time() * TICKS)
    except psutil.Error:
        return None


def _stat(pid: int) -> list[str]:
    """The fields of a process from its state, the third, on; before it comes a name that may be anything."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _has_threads(pid: int) -> bool:
    try:
        return len(list(Path(f"/proc/{pid}/task").iterdir())) > 1
    except OSError:
        return False


def _poll(pid: int, step_s: float) -> bool:
    """Without pidfd_open(2): look whether the process is a zombie."""
    with allow_interrupts():
        time.sleep(step_s)
    return not runs(pid)


def parse_stacks(text: str) -> list[Frame]:
    r"""The first stack that faulthandler wrote for the main or the current thread, innermost frame first.

    Example:
        >>> parse_stacks('Current thread 0x1 (most recent call first):\n  File "a.py", line 3 in f\n')
        [Frame(path='a.py', line=3, function='f')]
    """
    _, is_marked, current = text.rpartition("Current thread")
    rows: list[Frame] = []
    for line in (current if is_marked else text).splitlines()[1:]:
        match = _STACK_ROW.match(line)
        if match is None:
            break
        rows.append(Frame(match["path"], int(match["line"]), match["function"]))
    return rows
