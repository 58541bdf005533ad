"""The process that imports a target's libraries once, and is then forked for each trial.

It is a keeper like the one above it: what a trial leaves behind becomes its child, and is ended by it.
"""

from __future__ import annotations

import os
import sys
from _imp import extension_suffixes
from time import perf_counter

from genaudit.recorder.child.keeper import Keeper, _above
from genaudit.recorder.child.memory.set_aside import set_aside
from genaudit.recorder.child.memory.status import Gauge, Reading
from genaudit.recorder.child.phases import IMPORTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    import socket
    from typing import Any
else:
    import _signal as signal
    import _socket as socket

POPULATE_READ, DONT_NEED = 22, 4
ARENA_MAX = -8
UNKNOWN = 255
"""Arenas, where they cannot be counted."""
_FORKED_WITH_CARE = frozenset({b"jemalloc_bg_thd"})
"""Threads whose library holds its locks over a fork and goes on without them: Arrow's allocator has one."""
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGCHLD")


class Forked(BaseException):
    """Raised in a fork, to leave all that the server has on its stack."""


class Inherited:
    """What a fork has from the server, beside its memory.

    Attributes:
        ready: The memory before anything of the server's own was imported.
        before: The memory before the libraries were imported.
        highest: The high-water mark while they were.
        seconds: How long that took.
    """

    __slots__ = ("before", "highest", "ready", "seconds")

    def __init__(self, ready: Reading) -> None:
        self.ready = self.before = ready
        self.highest = 0
        self.seconds = 0.0

    def corrected(self, phase: str, reading: Reading) -> Reading:
        """The reading at the end of a phase as a process has it that imported the libraries itself."""
        if phase == "interpreter":
            return self.before
        if phase in IMPORTS:
            reading.high_water = max(reading.high_water, self.highest)
        return reading


class ForkServer(Keeper):
    """Forks itself for one trial at a time."""

    def __init__(self, line: socket.socket, parent: int) -> None:
        super().__init__(line, parent)
        self._wanted: dict[str, Any] = {}
        self._handlers: dict[int, Any] = {}
        self._theirs: set[int] = set()
        self._arenas = UNKNOWN
        """Of the C library's allocator, once the libraries are imported."""

    def serve(self, gauge: Gauge, inherited: Inherited, work: dict[str, Any]) -> dict[str, Any]:
        """Import the libraries, then wait for requests; comes back in a fork alone, with what it was asked for."""
        self._send(self._import(gauge, inherited, work))
        try:
            self.run()
        except Forked:
            return self._wanted
        os._exit(0)

    def _import(self, gauge: Gauge, inherited: Inherited, work: dict[str, Any]) -> dict[str, Any]:
        inherited.before = gauge.read()
        gauge.reset()
        before, path, modules, wrong = _descriptors(), list(sys.path), frozenset(sys.modules), ""
        began = perf_counter()
        fit, fit_s = 0, 0.0
        """Steps after which it can still be forked, and how long those took."""
        try:
            for number, step in enumerate(work["steps"], start=1):
                _do(step)
                wrong = self._lasting(before, path)
                if wrong:
                    break
                fit, fit_s = number, perf_counter() - began
        except BaseException as error:
            wrong = f"{step[1]} cannot be imported: {type(error).__name__}"
        inherited.seconds = perf_counter() - began
        inherited.highest = gauge.read().high_water
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        new = {name.partition(".")[0] for name in sys.modules} - modules
        shadowed = [name for name in sorted(new) if any(_lies_in(folder, name) for folder in work["folders"])]
        if shadowed and not wrong:
            wrong = f"the project has a module of the name {shadowed[0]}, which a library imports"
        self._theirs |= _descriptors() - before
        unfit = wrong or self._unfit()
        # In none of the forks a collection writes to what all share.
        set_aside()
        return {
            "seconds": inherited.seconds,
            "unfit": unfit,
            "arenas": self._arenas,
            "fit": 0 if shadowed else fit,
            "fit_s": fit_s,
        }

    def _lasting(self, before: set[int], path: list[str]) -> str:
        """What a library has left behind that no fork can have; empty where it has left nothing of the kind."""
        opened = [_link(fd) for fd in _descriptors() - before]
        opened = [name for name in opened if name and name not in {"/dev/null", "/dev/urandom"}]
        if opened:
            return f"a library has opened {opened[0]}"
        if sys.path[: len(path)] != path:
            return "a library has changed where Python imports from"
        if _n_threads() > 1:
            # Those of numerical libraries are ended before a fork, by the libraries themselves.
            self._arenas = _forked_arenas()
        return "a library has started a thread" if _n_threads() > 1 else ""

    def _unfit(self) -> str:
        """Why the process cannot be forked for trials, with all that is imported; empty where it can."""
        self._arenas = _forked_arenas()
        for number in (getattr(signal, name) for name in _SIGNALS):
            self._handlers[number] = signal.getsignal(number)
            if self._handlers[number] is None:
                return "a library has a signal handler that Python does not know"
            if self._handlers[number] is not signal.SIG_IGN:
                signal.signal(number, lambda *_: None)
        signal.signal(signal.SIGCHLD, self.reap)
        return ""

    def _become(self, request: dict[str, Any], fds: list[int], report: int) -> None:
        """In the fork: what a process of its own would be."""
        path = None
        try:
            os.setsid()
            self._prctl(1, signal.SIGKILL)
            for number, handler in self._handlers.items():
                signal.signal(number, handler)
            for number, fd in enumerate([_above(fd) for fd in (os.open("/dev/null", os.O_RDONLY), *fds)]):
                os.dup2(fd, number)
            path = request["cwd"]
            os.chdir(path)
            os.environ.update(request["env"])
            sys.argv[:] = request["argv"][-1:]
            if request["arenas"]:
                _bound_arenas(request["arenas"])
            _advise(request["mapped"], POPULATE_READ)
            self._line.detach()
            for fd in _descriptors() - self._theirs - {report, 0, 1, 2, 3}:
                try:
                    os.close(fd)
                except OSError:  # noqa: PERF203
                    continue
        except OSError as error:
            import marshal

            os.write(report, marshal.dumps({"errno": error.errno, "path": path}))
            os._exit(127)
        os.close(report)
        self._wanted = request
        raise Forked


def _do(step: tuple[str, ...]) -> None:
    """Import a library as the target would, or set a variable as it does before."""
    if step[0] == "set":
        os.environ[step[1]] = step[2]
    else:
        __import__(step[1], fromlist=step[2:])


def _lies_in(folder: str, name: str) -> bool:
    """Whether a folder that comes before all others has a module or a package of a name."""
    ends = [".py", ".pyc", "/__init__.py", *extension_suffixes()]
    return any(os.path.isfile(f"{folder}/{name}{end}") for end in ends)


def _descriptors() -> set[int]:
    return {int(fd) for fd in os.listdir("/proc/self/fd") if _link(int(fd))}


def _link(fd: int) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{fd}")
    except OSError:
        return ""


def _n_threads() -> int:
    """Threads that a fork would lack, and may wait for."""
    return sum(_name_of(task) not in _FORKED_WITH_CARE for task in os.listdir("/proc/self/task"))


def _name_of(task: str) -> bytes:
    try:
        with open(f"/proc/self/task/{task}/comm", "rb") as file:
            return file.read().strip()
    except OSError:
        return b""


def _forked_arenas() -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(_arenas())
    return os.waitpid(pid, 0)[1] >> 8


def _arenas() -> int:
    """How many arenas the C library's allocator has; in a copy, which leaves nothing behind."""
    try:
        from genaudit.recorder.child.memory.arenas import ThreadArenas
        from genaudit.recorder.child.memory.own_memory import OwnMemory

        return min(UNKNOWN, 1 + ThreadArenas(OwnMemory()).count())
    except BaseException:
        return UNKNOWN


def _bound_arenas(most: int) -> None:
    """Have threads take memory from so many arenas at most, as ``MALLOC_ARENA_MAX`` does from the start.

    Source:
        mallopt(3), ``M_ARENA_MAX``. It holds for arenas that there are not yet.
    """
    import ctypes

    ctypes.CDLL(None).mallopt(ARENA_MAX, most)


def _advise(ranges: bytes, advice: int) -> None:
    """Tell the kernel about ranges of memory: pairs of a start and a length."""
    import ctypes

    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    numbers = memoryview(ranges).cast("q")
    for at in range(0, len(numbers), 2):
        madvise(numbers[at], numbers[at + 1], advice)


def serve(fd: int, gauge: Gauge, ready: Reading, work: dict[str, Any]) -> tuple[dict[str, Any], Inherited]:
    """Serve over a socket; comes back in each fork.

    Args:
        fd: The socket.
        gauge: Where memory is read.
        ready: The memory when the process was ready.
        work: ``steps`` and ``folders``, as ``genaudit.recorder.libraries`` has them.
    """
    line = os.dup(fd)
    os.dup2(os.open("/dev/null", os.O_RDONLY), fd)
    inherited = Inherited(ready)
    server = ForkServer(socket.socket(fileno=line), os.getppid())
    request = server.serve(gauge, inherited, work)
    _draw_anew()
    return request, inherited


def _draw_anew() -> None:
    """Each fork draws random numbers of its own, as each process does; ``random`` sees to itself."""
    try:
        sys.modules["numpy.random"].seed()
    except (KeyError, AttributeError):
        return
