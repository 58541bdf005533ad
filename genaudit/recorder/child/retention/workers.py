"""Has the processes that the target forked walk their own references, and hand what they found to the measured one.

A copy is asked by a signal whose handler it has inherited. Python calls a handler between two instructions of the main
thread, and goes on with the system call that was interrupted (PEP 475): to the target it is a pause. Each copy leaves a
file, as it may be ended at any moment. What has begun another program, or was spawned, cannot be asked.
"""

from __future__ import annotations

import os
from os import getpid, kill
from time import perf_counter, sleep

from genaudit.recorder.child.guard.hooks import SilentHooks
from genaudit.recorder.child.memory.forks import catches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

_BELOW_LAST = 7
_PREFIX = "walk-"
_STEP_S = 0.002
LIMIT_S = 1.0
"""So long the measured process waits for the walks of its copies."""


class ForkedWalks:
    """Walks of forked processes.

    Does nothing where the system has no real-time signals.

    Args:
        folder: Where they leave what they found.
        walk: Walks the process that it is called in, given the frame that was interrupted; what it gives is text.
    """

    def __init__(self, folder: str, walk: Callable[[Any], str]) -> None:
        self._folder = folder
        self._walk = walk
        self._pid = getpid()
        self._signal = 0
        try:
            # From its C module, as in the agent.
            if TYPE_CHECKING:
                from signal import SIGRTMAX, signal
            else:
                from _signal import SIGRTMAX, signal
            signal(SIGRTMAX - _BELOW_LAST, self._asked)
            self._signal = SIGRTMAX - _BELOW_LAST
        except (ImportError, OSError, ValueError):
            return

    def of(self, pids: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Have those of the processes walk that can; each with what it has found, where it did so in time."""
        if not self._signal or getpid() != self._pid:
            return
        waiting = [pid for pid in pids if self._ask(pid)]
        deadline = perf_counter() + LIMIT_S
        while waiting and perf_counter() < deadline:
            for pid in list(waiting):
                text = self._taken(pid)
                if text:
                    waiting.remove(pid)
                    yield pid, text
            if waiting:
                sleep(_STEP_S)

    def _ask(self, pid: int) -> bool:
        # One that has begun another program has lost the handler, and the signal would end it.
        if not catches(pid, self._signal):
            return False
        # What came too late the time before is no answer to this.
        self._taken(pid)
        try:
            kill(pid, self._signal)
        except OSError:
            return False
        return True

    def _taken(self, pid: int) -> str:
        """What a process has left, which is then gone; nothing before it has ended its walk."""
        path = os.path.join(self._folder, f"{_PREFIX}{pid}")
        try:
            with open(path, encoding="utf-8") as file:
                text = file.read()
            os.remove(path)
        except OSError:
            return ""
        return text

    def _asked(self, _number: int, frame: object) -> None:
        """In a copy: the handler."""
        if getpid() == self._pid:
            return
        path = os.path.join(self._folder, f"{_PREFIX}{getpid()}")
        try:
            with SilentHooks():
                text = self._walk(frame)
                with open(f"{path}.part", "w", encoding="utf-8") as file:
                    file.write(text)
                os.replace(f"{path}.part", path)
        except Exception:
            # The trial is over and its folder gone, or there is no memory left: the target is not to notice.
            return
