"""Waits for a process to end, without taking its exit status away."""

import contextlib
import os
import select
import time
from collections.abc import Callable, Iterator

from genaudit.interrupts import let_in

STEP_S = 0.02


@contextlib.contextmanager
def wait_for_end(pid: int) -> Iterator[Callable[[], bool]]:
    """A function that waits one step, in which interrupts may come in, and says whether the process has ended in it."""
    try:
        fd = os.pidfd_open(pid)
    except (AttributeError, OSError):
        yield lambda: _poll(pid)
        return
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    try:
        yield lambda: _is_readable(poll)
    finally:
        os.close(fd)


def _is_readable(poll: select.poll) -> bool:
    with let_in():
        return bool(poll.poll(STEP_S * 1000))


def _poll(pid: int) -> bool:
    """Without pidfd_open(2): look whether the process is a zombie, and leave it for ``wait``."""
    with let_in():
        time.sleep(STEP_S)
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True
