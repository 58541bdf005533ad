"""How much memory the job may have, and how much of that is in use.

Source:
    cgroups(7); the kernel's ``Documentation/admin-guide/cgroup-v2.rst`` (``memory.max``, ``memory.current``) and
    ``cgroup-v1/memory.rst`` (``memory.limit_in_bytes``, ``memory.usage_in_bytes``); ``inactive_file`` of
    ``memory.stat`` is what the kernel can drop. proc_meminfo(5) for the machine. getrlimit(2): ``RLIMIT_AS`` counts
    addresses and no memory, and is left out.
"""

from __future__ import annotations

from os import path

from genaudit.recorder.child.memory.status import content

_V2, _V1 = ("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes")
_CGROUP = "/sys/fs/cgroup"
ASKED, CONTAINER, MACHINE = "asked", "container", "machine"


class Limit:
    """The lowest limit that there is.

    Attributes:
        n_bytes: It; 0 where none is known.
        kind: asked, container, machine.

    Args:
        asked: What the user has given as the limit; ``None`` where nothing.
        proc: Where ``/proc`` is.
        cgroup: Where the control groups are.
    """

    def __init__(self, asked: int | None = None, proc: str = "/proc", cgroup: str = _CGROUP) -> None:
        self._usage = self._stat = ""
        self._meminfo = f"{proc}/meminfo"
        total = _field(content(self._meminfo), b"MemTotal:") * 1024
        self.n_bytes, self.kind = total, MACHINE
        for folder, (limit, usage) in _groups(content(f"{proc}/self/cgroup"), cgroup):
            word = content(f"{folder}/{limit}").strip()
            n_bytes = int(word) if word.isdigit() else 0
            if n_bytes > 0 and (n_bytes < self.n_bytes or not self.n_bytes):
                self.n_bytes, self.kind = n_bytes, CONTAINER
                self._usage, self._stat = f"{folder}/{usage}", f"{folder}/memory.stat"
        if asked is not None:
            self.n_bytes, self.kind = asked, ASKED

    def used(self, own: int) -> int:
        """What is in use of it.

        Args:
            own: Bytes that the job itself holds, with its workers.
        """
        if self.kind == ASKED:
            return own
        if self.kind == CONTAINER:
            word = content(self._usage).strip()
            stat = content(self._stat)
            reclaimable = _field(stat, b"total_inactive_file") or _field(stat, b"inactive_file")
            return max(own, int(word) - reclaimable) if word.isdigit() else own
        available = _field(content(self._meminfo), b"MemAvailable:") * 1024
        return max(own, self.n_bytes - available)


def _groups(membership: bytes, root: str) -> list[tuple[str, tuple[str, str]]]:
    """Folders of the control groups around this process, each with the names of its files."""
    found = []
    for line in membership.decode(errors="replace").splitlines():
        number, _, rest = line.partition(":")
        controllers, _, place = rest.partition(":")
        if "memory" in controllers.split(","):
            mounts, names = ["memory"], _V1
        elif number == "0" and not controllers:
            mounts, names = ["unified", ""], _V2
        else:
            continue
        mount = next((each for name in mounts if path.isdir(each := path.join(root, name))), root)
        parts = [part for part in place.split("/") if part not in {"", ".."}]
        found += [("/".join([mount.rstrip("/"), *parts[:depth]]), names) for depth in range(len(parts), -1, -1)]
    return found


def _field(text: bytes, name: bytes) -> int:
    for line in text.splitlines():
        words = line.split()
        if len(words) > 1 and words[0] == name:
            return int(words[1])
    return 0
