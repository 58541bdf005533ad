"""What the child leaves behind when it crashes."""

from __future__ import annotations

import os

from genaudit.recorder.child.guard.descriptors import STACKS_FD, out_of_the_way

# The parent sends SIGRTMAX less this for the stacks.
STACKS_SIGNAL_BELOW_LAST = 5

TYPE_CHECKING = False


def hear_signals() -> None:
    """Let those signals end or interrupt the target that a shell has its background jobs ignore.

    The child has a session of its own, so that no key of a terminal sends them: if one comes, it is for the target.
    """
    if TYPE_CHECKING:
        from signal import SIG_DFL, SIG_IGN, SIGINT, SIGQUIT, default_int_handler, getsignal, signal
    else:
        from _signal import SIG_DFL, SIG_IGN, SIGINT, SIGQUIT, default_int_handler, getsignal, signal
    for number, handler in ((SIGINT, default_int_handler), (SIGQUIT, SIG_DFL)):
        if getsignal(number) == SIG_IGN:
            signal(number, handler)


def dump_stacks_to(path: str) -> None:
    """Write all Python stacks there on a crash, and when the parent asks for it by a signal: where does it hang?

    A signal of the real-time range: targets have handlers of their own for SIGUSR1 and its like. macOS has no such
    range, and there nobody asks.
    """
    import faulthandler

    try:
        fd = out_of_the_way(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600), STACKS_FD)
        faulthandler.enable(fd)
        if TYPE_CHECKING:
            from signal import SIGRTMAX
        else:
            from _signal import SIGRTMAX
        faulthandler.register(SIGRTMAX - STACKS_SIGNAL_BELOW_LAST, fd, all_threads=True)
    except (ImportError, ValueError, OSError, AttributeError):
        return
