"""The memory limits of the container that this process runs in, control groups version 1 and 2.

Source:
    cgroups(7) for ``/proc/self/cgroup``; the kernel's ``Documentation/admin-guide/cgroup-v2.rst`` (``memory.max``,
    ``memory.current``, ``memory.stat``) and ``cgroup-v1/memory.rst`` (``memory.limit_in_bytes``,
    ``memory.usage_in_bytes``, ``total_inactive_file``).
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple


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
    membership = parse_membership(_read(proc / "self" / "cgroup"))
    for layout in (_V1, _V2):
        for folder in _upwards(_mount(layout, cgroup), membership.get(layout.version, "")):
            if layout.version in membership and parse_limit(_read(folder / layout.usage)) is not None:
                return Place(folder, layout)
    return None


def not_reclaimable(group: Place) -> int | None:
    """Bytes that a group uses, less pages of files, which the kernel can drop; ``None`` where it does not tell."""
    usage = parse_limit(_read(group.folder / group.layout.usage))
    stat = _read(group.folder / "memory.stat")
    if usage is None:
        return None
    return max(0, usage - parse_stat(stat, group.layout.inactive) - parse_stat(stat, group.layout.active))


def limited_groups(proc: Path, cgroup: Path) -> list[Group]:
    """All groups around this process, itself first, that have a memory limit.

    A container often sees its own group as the root of the mount while ``/proc/self/cgroup`` gives the path on the
    host: then the files of the path are not there, and those of the root are the ones that count.
    """
    membership = parse_membership(_read(proc / "self" / "cgroup"))
    groups: list[Group] = []
    for layout in (_V1, _V2):
        if layout.version in membership:
            groups += _groups_of(layout, cgroup, membership[layout.version])
    return groups


def _groups_of(layout: _Layout, cgroup: Path, path: str) -> Iterator[Group]:
    for folder in _upwards(_mount(layout, cgroup), path):
        limit = parse_limit(_read(folder / layout.limit))
        if limit is not None:
            usage = parse_limit(_read(folder / layout.usage)) or 0
            inactive = parse_stat(_read(folder / "memory.stat"), layout.inactive)
            yield Group(layout.version, limit, max(0, usage - inactive))


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
