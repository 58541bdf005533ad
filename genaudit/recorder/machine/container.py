"""Memory of the container itself, where nobody else is in it: what no process of a trial is seen to hold counts too.

Source:
    The kernel's ``Documentation/admin-guide/cgroup-v2.rst`` (``memory.current``, ``memory.stat``, ``cgroup.procs``) and
    ``cgroup-v1/memory.rst`` (``memory.usage_in_bytes``, and fields that begin with ``total_``).
"""

import os
import time
from pathlib import Path

import psutil

from genaudit.recorder.child.memory.settle import descendants
from genaudit.recorder.machine.cgroups import not_reclaimable, own_group
from genaudit.recorder.machine.platform import CGROUP, PROC

_EVERY_S = 0.25


class ContainerUse:
    """How much more a container uses than when this began.

    Pages of files that the kernel can drop are left out. Files of memory file systems, and memory of System V, are in.

    Args:
        proc: Where ``/proc`` is.
        cgroup: Where the control groups are.
    """

    def __init__(self, proc: str = PROC, cgroup: str = CGROUP) -> None:
        self._group = own_group(Path(proc), Path(cgroup))
        self._before = self._used()
        self._next_s = 0.0

    def exceeds(self, limit_bytes: int) -> bool:
        """Whether it has grown by more, with nobody else in it; looked at a few times a second."""
        now = time.monotonic()
        if self._before is None or now < self._next_s:
            return False
        self._next_s = now + _EVERY_S
        used = self._used()
        return used is not None and used - self._before > limit_bytes and self._is_ours()

    def _used(self) -> int | None:
        return not_reclaimable(self._group) if self._group is not None else None

    def _is_ours(self) -> bool:
        """Whether all processes in it are this one, what it came from, and what came from it."""
        assert self._group is not None
        try:
            inside = {int(word) for word in (self._group.folder / "cgroup.procs").read_text().split()}
            above = {process.pid for process in psutil.Process().parents()}
        except (OSError, ValueError, psutil.Error):
            return False
        # 0 is a process that cannot be seen from here.
        return bool(inside) and inside <= {os.getpid(), *above, *descendants(os.getpid())}
