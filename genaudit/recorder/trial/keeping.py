"""The keeper of trials as genaudit sees it: a process that outlives it, and ends what is left of a trial."""

import contextlib
import marshal
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from genaudit.recorder.child import keeper

# A little more than the keeper itself allows.
_END_S = keeper.LIMIT_S + 5
_HEADER = 8
_NOBODY: dict[str, Any] = {"status": -signal.SIGKILL, "left": 0}


class LostKeeperError(Exception):
    """The keeper has ended: the target may have ended it."""


class Keeper:
    """A process that starts the processes of trials, one after the other, and ends all that came from each."""

    def __init__(self) -> None:
        ours, its = socket.socketpair()
        with its:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-E", keeper.__file__, str(its.fileno()), str(os.getpid())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
                pass_fds=(its.fileno(),),
            )
        self._line = ours
        self._owner = os.getpid()
        self.reaps = False
        """Whether a process that loses its parent stays below the keeper."""

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def start(self, argv: Sequence[str], *, env: dict[str, str], cwd: str, files: Sequence[int]) -> int:
        """Start a program in a session of its own; its process id.

        Args:
            files: What its descriptors from 1 on are to be.

        Raises:
            OSError: It cannot be started there.
            LostKeeperError: The keeper has ended.
        """
        reply = self._ask({"argv": list(argv), "env": env, "cwd": cwd}, files)
        if "pid" not in reply:
            raise OSError(reply["errno"], os.strerror(reply["errno"]), reply["path"])
        self.reaps = reply["reaps"]
        return int(reply["pid"])

    def end(self) -> tuple[int, int]:
        """End the process that was started, and all that came from it.

        Returns:
            Its exit status, negative for a signal, and how many others had outlived it.

        Raises:
            LostKeeperError: The keeper has ended.
        """
        self._line.settimeout(_END_S)
        try:
            reply = self._ask({})
        finally:
            self._line.settimeout(None)
        return reply["status"], reply["left"]

    def close(self) -> None:
        """Let it end; it ends what it has started first."""
        if self._owner != os.getpid():
            # A copy of this process: the keeper is not its own.
            return
        self._line.close()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once: it does not answer."""
        self._line.close()
        self._process.kill()
        self._process.wait()

    def _ask(self, request: dict[str, Any], files: Sequence[int] = ()) -> dict[str, Any]:
        content = marshal.dumps(request)
        try:
            socket.send_fds(self._line, [len(content).to_bytes(_HEADER, "little")], list(files))
            self._line.sendall(content)
            n_bytes = int.from_bytes(self._receive(_HEADER), "little")
            # Written by genaudit's own process, into a socket that nobody else has.
            return dict(marshal.loads(self._receive(n_bytes)))  # noqa: S302 # nosec B302
        except OSError as error:
            raise LostKeeperError(str(error)) from error

    def _receive(self, n_bytes: int) -> bytes:
        content = b""
        while len(content) < n_bytes:
            part = self._line.recv(n_bytes - len(content))
            if not part:
                raise LostKeeperError("it has ended")
            content += part
        return content


_idle: list[Keeper] = []
_keeping = 0


@contextlib.contextmanager
def kept() -> Iterator[None]:
    """Inside, a keeper is used again for the next trial: starting one takes a moment."""
    global _keeping
    _keeping += 1
    try:
        yield
    finally:
        _keeping -= 1
        while _idle and not _keeping:
            _idle.pop().close()


def take() -> Keeper:
    """One that has nothing to do."""
    return _idle.pop() if _idle else Keeper()


def give_back(keeper: Keeper) -> None:
    """It has nothing to do any more."""
    if _keeping:
        _idle.append(keeper)
    else:
        keeper.close()
