"""The container that this process runs in, by control groups version 1 and 2: its memory limits, and what it uses.

Source:
    cgroups(7) for ``/proc/self/cgroup``; the kernel's ``Documentation/admin-guide/cgroup-v2.rst`` (``memory.max``,
    ``memory.current``, ``memory.stat``, ``cgroup.procs``) and ``cgroup-v1/memory.rst`` (``memory.limit_in_bytes``,
    ``memory.usage_in_bytes``, and fields of ``memory.stat`` that begin with ``total_``).
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

PROC = "/proc"
CGROUP = "/sys/fs/cgroup"
_LOOK_EVERY_S = 0.25


class Group(NamedTuple):
    """One control group that has a limit of its own."""

    version: str
    """cgroup v1, cgroup v2."""
    limit_bytes: int
    usage_bytes: int
    """What it uses and the kernel cannot simply drop: usage less inactive pages of files."""


class _Layout(NamedTuple):
    version: str
    mounts: tuple[str, ...]
    """Where the hierarchy is mounted, below the folder of all control groups; the first that exists."""
    limit: str
    usage: str
    inactive: tuple[str, ...]
    """Field of ``memory.stat``; the first that is there. Version 1 has one that includes the groups below."""
    active: tuple[str, ...]


class Place(NamedTuple):
    """A control group that tells what it uses."""

    folder: Path
    layout: _Layout


_V1 = _Layout(
    "cgroup v1",
    ("memory",),
    "memory.limit_in_bytes",
    "memory.usage_in_bytes",
    ("total_inactive_file", "inactive_file"),
    ("total_active_file", "active_file"),
)
_V2 = _Layout("cgroup v2", ("unified", ""), "memory.max", "memory.current", ("inactive_file",), ("active_file",))


def parse_membership(text: str) -> dict[str, str]:
    r"""The group of a process in each hierarchy that can limit memory.

    Args:
        text: Content of ``/proc/<pid>/cgroup``.

    Returns:
        Path of the group by version, ``cgroup v1`` and ``cgroup v2``, as far as there is one.

    Example:
        >>> parse_membership("4:cpu,memory:/docker/1f\n0::/\n")
        {'cgroup v1': '/docker/1f', 'cgroup v2': '/'}
    """
    groups: dict[str, str] = {}
    for line in text.splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if "memory" in controllers.split(","):
            groups[_V1.version] = path
        elif number == "0" and not controllers:
            groups[_V2.version] = path
    return groups


def parse_limit(text: str) -> int | None:
    """Bytes of a limit file; ``None`` where it says ``max`` or cannot be read as a number.

    Version 1 has no word for "no limit": it gives a number near 2**63, which is larger than any machine.

    Example:
        >>> parse_limit("max"), parse_limit("1048576")
        (None, 1048576)
    """
    word = text.strip()
    return int(word) if word.isdecimal() else None


def parse_stat(text: str, fields: tuple[str, ...]) -> int:
    r"""The first of ``fields`` that a ``memory.stat`` has, 0 where it has none of them.

    Example:
        >>> parse_stat("anon 10\ninactive_file 20\n", ("total_inactive_file", "inactive_file"))
        20
    """
    rows = dict(line.split() for line in text.splitlines() if len(line.split()) == 2)
    return next((int(rows[field]) for field in fields if field in rows), 0)


def own_group(proc: Path, cgroup: Path) -> Place | None:
    """The group that this process is in, where it tells what it uses."""
    return next((place for place in places(proc, cgroup) if _number(place, place.layout.usage) is not None), None)


def not_reclaimable(group: Place) -> int | None:
    """Bytes that a group uses, less pages of files, which the kernel can drop; ``None`` where it does not tell."""
    usage = _number(group, group.layout.usage)
    stat = _read(group.folder / "memory.stat")
    if usage is None:
        return None
    return max(0, usage - parse_stat(stat, group.layout.inactive) - parse_stat(stat, group.layout.active))


def limited_groups(proc: Path, cgroup: Path) -> list[Group]:
    """All groups around this process, itself first, that have a memory limit.

    A container often sees its own group as the root of the mount while ``/proc/self/cgroup`` gives the path on the
    host: then the files of the path are not there, and those of the root are the ones that count.
    """
    groups = []
    for place in places(proc, cgroup):
        limit = _number(place, place.layout.limit)
        if limit is not None:
            usage = _number(place, place.layout.usage) or 0
            inactive = parse_stat(_read(place.folder / "memory.stat"), place.layout.inactive)
            groups.append(Group(place.layout.version, limit, max(0, usage - inactive)))
    return groups


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
        self._next_s = now + _LOOK_EVERY_S
        used = self._used()
        return used is not None and used - self._before > limit_bytes and self._is_ours()

    def _used(self) -> int | None:
        return not_reclaimable(self._group) if self._group is not None else None

    def _is_ours(self) -> bool:
        """Whether all processes in it are this one, what it came from, and what came from it."""
        import psutil

        from genaudit.recorder.child.memory.settle import descendants

        assert self._group is not None
        try:
            inside = {int(word) for word in (self._group.folder / "cgroup.procs").read_text().split()}
            above = {process.pid for process in psutil.Process().parents()}
        except (OSError, ValueError, psutil.Error):
            return False
        # 0 is a process that cannot be seen from here.
        return bool(inside) and inside <= {os.getpid(), *above, *descendants(os.getpid())}


def places(proc: Path, cgroup: Path) -> Iterator[Place]:
    """This process's group in each hierarchy that it is in, and all groups around it."""
    membership = parse_membership(_read(proc / "self" / "cgroup"))
    for layout in (_V1, _V2):
        if layout.version in membership:
            for folder in _upwards(_mount(layout, cgroup), membership[layout.version]):
                yield Place(folder, layout)


def _number(place: Place, name: str) -> int | None:
    return parse_limit(_read(place.folder / name))


def _mount(layout: _Layout, cgroup: Path) -> Path:
    return next((cgroup / name for name in layout.mounts if (cgroup / name).is_dir()), cgroup)


def _upwards(mount: Path, path: str) -> Iterator[Path]:
    """The folder of a group and of all groups that it lies in, up to the mount."""
    # A group outside of this namespace has ".." in its path; nothing above the mount can be read.
    parts = [part for part in PurePosixPath(path).parts if part not in {"/", ".."}]
    for depth in range(len(parts), -1, -1):
        yield mount.joinpath(*parts[:depth])


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
