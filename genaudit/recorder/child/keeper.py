"""The process between genaudit and a trial: it starts the target's process, and ends all that ever came from it.

It is a program of its own, run by its path with nothing but the standard library. Processes that lose their parent
become its children, wherever they went: a session of their own, another environment, no open file. It outlives
genaudit, and when genaudit is gone, whatever ended it, it ends the trial's processes and then itself.

Source:
    prctl(2): ``PR_SET_CHILD_SUBREAPER``, ``PR_SET_PDEATHSIG``; pidfd_open(2).
"""

from __future__ import annotations

import marshal
import os
import select
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    import socket
    from collections.abc import Callable
    from typing import Any
else:
    # From their C modules: a trial waits for this process to start.
    import _signal as signal
    import _socket as socket

LIMIT_S = 5.0
"""So long what is left of a trial is ended again and again: it may go on starting others meanwhile."""
_TRACKER_S = 3.5
"""That of torch waits for 2 s whether another process comes, before it removes shared memory and its own folder."""
TRACKERS = (b"multiprocessing.resource_tracker", b"torch_shm_manager")
_STEP_S = 0.002
_CLOEXEC = 0x40000000 if sys.platform == "linux" else 0
_SET_CHILD_SUBREAPER, _SET_PDEATHSIG = 36, 1
_CONTROL_FD = 3
_HEADER = 8


class Keeper:
    """Starts one process at a time.

    Args:
        line: To genaudit; its end means that genaudit is gone.
    """

    def __init__(self, line: socket.socket, parent: int) -> None:
        self._line = line
        self._prctl = _prctl()
        self.reaps = self._prctl(_SET_CHILD_SUBREAPER, 1) == 0
        self._main = 0
        self._poll = select.poll()
        self._poll.register(line.fileno(), select.POLLIN)
        # A copy of genaudit may hold the line open.
        self._watch(parent)

    def run(self) -> None:
        """Do what is asked until nobody is there to ask."""
        while True:
            self._poll.poll()
            if os.getppid() != self._parent:
                break
            request, fds = self._receive()
            if request is None:
                break
            self._send(self._start(request, fds) if "argv" in request else self._end())
        self._end()

    def reap(self, _number: int = 0, _frame: object = None) -> None:
        """Take the status of what was left to this process; the target's own is kept until it is asked for."""
        for pid in _children() if self._main else ():
            if pid != self._main:
                _wait(pid, os.WNOHANG)

    def _watch(self, parent: int) -> None:
        self._parent = parent
        try:
            self._poll.register(os.pidfd_open(parent), select.POLLIN)
        except (AttributeError, OSError):
            return

    def _receive(self) -> tuple[dict[str, Any] | None, list[int]]:
        """A request, and the files that come with it."""
        header, ancillary, _, _ = self._line.recvmsg(_HEADER, 1024, _CLOEXEC)
        fds: list[int] = []
        for _level, _kind, data in ancillary:
            fds += memoryview(data[: len(data) // 4 * 4]).cast("i").tolist()
        content = b""
        while len(header) < _HEADER and (part := self._line.recv(_HEADER - len(header))):
            header += part
        n_bytes = int.from_bytes(header, "little")
        while len(content) < n_bytes and (part := self._line.recv(min(n_bytes - len(content), 1 << 20))):
            content += part
        return (_loads(content) if header and len(content) == n_bytes else None), fds

    def _send(self, reply: dict[str, Any]) -> None:
        content = marshal.dumps(reply)
        try:
            self._line.sendall(len(content).to_bytes(_HEADER, "little") + content)
        except OSError:
            # Genaudit is gone; the next reading says so.
            return

    def _start(self, request: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        failure, report = os.pipe()
        pid = os.fork()
        if pid == 0:
            self._become(request, fds, report)
        self._main = pid
        os.close(report)
        for fd in fds:
            os.close(fd)
        wrong = b""
        while part := os.read(failure, 4096):
            wrong += part
        os.close(failure)
        if not wrong:
            return {"pid": pid, "reaps": self.reaps}
        self._main = 0
        _wait(pid, 0)
        return dict(_loads(wrong))

    def _become(self, request: dict[str, Any], fds: list[int], report: int) -> None:
        """In the new process: the target's interpreter."""
        path = None
        try:
            os.setsid()
            self._prctl(_SET_PDEATHSIG, signal.SIGKILL)
            for ignored in (signal.SIGPIPE, signal.SIGXFSZ):
                # Python ignores them, and what it ignores stays so.
                signal.signal(ignored, signal.SIG_DFL)
            # All above the four first.
            fds = [_above(fd) for fd in (os.open("/dev/null", os.O_RDONLY), *fds)]
            for number, fd in enumerate(fds):
                os.dup2(fd, number)
            path = request["cwd"]
            os.chdir(path)
            path = request["argv"][0]
            os.execve(path, request["argv"], request["env"])  # noqa: S606 - what it is for
        except OSError as error:
            os.write(report, marshal.dumps({"errno": error.errno, "path": path}))
        except BaseException as error:
            os.write(report, marshal.dumps({"errno": 0, "path": repr(error)[:1000]}))
        finally:
            os._exit(127)

    def _end(self) -> dict[str, Any]:
        """End everything that came from the target; the target's own exit status, and how many outlived it."""
        main, self._main = self._main, 0
        if not main:
            return {"status": 0, "left": 0}
        left: set[int] = set()
        trackers: set[int] = set()
        began = time.monotonic()
        status = None
        while time.monotonic() - began < LIMIT_S:
            below = [pid for pid in _below() if pid != main and _runs(pid)]
            for pid in set(below) - left - trackers:
                (trackers if _is_tracker(pid) else left).add(pid)
            if status is None:
                _kill(main)
                if not os.path.isdir("/proc/self"):
                    # The group is what is known.
                    _kill(-main)
                status = _wait(main, os.WNOHANG)
            # They end by themselves, after those that they work for.
            spared = trackers if time.monotonic() - began < _TRACKER_S else set()
            for pid in below:
                if pid not in spared:
                    _kill(pid)
            if status is not None and _is_childless():
                break
            time.sleep(_STEP_S)
        return {"status": -signal.SIGKILL if status is None else status, "left": len(left)}


def _below() -> list[int]:
    below: list[int] = []
    queue = [os.getpid()]
    while queue:
        children = _children(queue.pop())
        below += children
        queue += children
    return below


def _children(pid: int | None = None) -> list[int]:
    folder = f"/proc/{pid or os.getpid()}/task"
    try:
        return [int(child) for task in os.listdir(folder) for child in _content(f"{folder}/{task}/children").split()]
    except OSError:
        return []


def _loads(content: bytes) -> Any:
    # Written by genaudit's own process, into a socket that nobody else has.
    return marshal.loads(content)  # noqa: S302 # nosec B302


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def _runs(pid: int) -> bool:
    """Whether a process is more than a zombie.

    Source:
        proc_pid_stat(5): the state follows the name, which is in parentheses and may have any character in it.
    """
    return _content(f"/proc/{pid}/stat").rpartition(b")")[2].split()[:1] not in ([], [b"Z"], [b"X"])


def _is_tracker(pid: int) -> bool:
    """Whether it removes shared memory that others leave, and then ends; or has no memory itself: it is just ending."""
    command = _content(f"/proc/{pid}/cmdline")
    return not command or any(name in command for name in TRACKERS)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        return


def _wait(pid: int, options: int) -> int | None:
    """Exit status of a child, negative for a signal; ``None`` where it has not ended."""
    try:
        ended, status = os.waitpid(pid, options)
    except OSError:
        return None
    return os.waitstatus_to_exitcode(status) if ended else None


def _is_childless() -> bool:
    """Whether no child is left, after those that have ended are taken."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue
    except ChildProcessError:
        return True
    return False


def _above(fd: int) -> int:
    import fcntl

    return fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 2 * _CONTROL_FD)


def _prctl() -> Callable[[int, int], int]:
    try:
        import ctypes

        prctl = ctypes.CDLL(None).prctl
    except (ImportError, OSError, AttributeError):
        # Not Linux: the session and the mark in the environment are what is left.
        return lambda _option, _value: -1
    return lambda option, value: int(prctl(option, ctypes.c_ulong(value), 0, 0, 0))


def _deaf() -> None:
    """Not to end by a signal that was meant for others; a handler, unlike ignoring, is not inherited by a program."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


def main(fd: int, parent: int) -> None:
    """Run until genaudit is gone.

    Args:
        fd: A socket to genaudit.
        parent: Process id of genaudit.
    """
    # It came by inheritance, which ends here.
    os.set_inheritable(fd, False)
    keeper = Keeper(socket.socket(fileno=fd), parent)
    _deaf()
    signal.signal(signal.SIGCHLD, keeper.reap)
    try:
        keeper.run()
    finally:
        os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
