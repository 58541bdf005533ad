"""Memory limits of containers are found in every layout; what a container uses counts where nobody else is in it."""

import os
from pathlib import Path

import pytest

from genaudit.recorder.machine.cgroups import (
    ContainerUse,
    Group,
    limited_groups,
    parse_limit,
    parse_membership,
    parse_stat,
)
from genaudit.recorder.machine.platform import available_bytes, memory_limit
from genaudit.units import GIB, MIB

NO_LIMIT_V1 = str(2**63 - 4096)


def tree(root: Path, files: dict[str, str]) -> tuple[str, str]:
    """Folders that stand for ``/proc`` and ``/sys/fs/cgroup``, on a machine of 16 GiB with 12 GiB available."""
    meminfo = f"MemTotal: {16 * GIB // 1024} kB\nMemFree: 1 kB\nMemAvailable: {12 * GIB // 1024} kB\n"
    for name, text in {"proc/meminfo": meminfo, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")
    (root / "cgroup").mkdir(exist_ok=True)
    return str(root / "proc"), str(root / "cgroup")


V2_NESTED = {
    "proc/self/cgroup": "0::/pod/job\n",
    "cgroup/cgroup.controllers": "memory pids\n",
    "cgroup/pod/memory.max": f"{2 * GIB}\n",
    "cgroup/pod/memory.current": f"{1 * GIB}\n",
    "cgroup/pod/memory.stat": f"anon 5\nfile 7\ninactive_file {256 * MIB}\n",
    "cgroup/pod/job/memory.max": "max\n",
    "cgroup/pod/job/memory.current": f"{900 * MIB}\n",
}


@pytest.mark.parametrize(
    ("files", "limit", "available"),
    [
        pytest.param({}, (16 * GIB, "machine"), 12 * GIB, id="no control groups at all"),
        pytest.param({"proc/self/cgroup": "0::/\n"}, (16 * GIB, "machine"), 12 * GIB, id="v2 root has no limit file"),
        pytest.param(V2_NESTED, (2 * GIB, "cgroup v2"), 2 * GIB - 768 * MIB, id="v2, the limit lies above"),
        pytest.param(
            {**V2_NESTED, "cgroup/pod/job/memory.max": f"{GIB}\n"},
            (GIB, "cgroup v2"),
            124 * MIB,
            id="v2, the own limit is smaller",
        ),
        pytest.param(
            {"proc/self/cgroup": "0::/\n", "cgroup/memory.max": f"{GIB}\n", "cgroup/memory.current": f"{3 * GIB}\n"},
            (GIB, "cgroup v2"),
            0,
            id="v2, the container's own group is the root; over its limit",
        ),
        pytest.param(
            {"proc/self/cgroup": "0::/../../other\n", "cgroup/memory.max": f"{GIB}\n"},
            (GIB, "cgroup v2"),
            GIB,
            id="v2, a group outside of the namespace",
        ),
        pytest.param(
            {
                "proc/self/cgroup": "4:cpu,memory:/docker/1f\n0::/\n",
                "cgroup/memory/memory.limit_in_bytes": NO_LIMIT_V1,
                "cgroup/memory/docker/1f/memory.limit_in_bytes": str(3 * GIB),
                "cgroup/memory/docker/1f/memory.usage_in_bytes": str(2 * GIB),
                "cgroup/memory/docker/1f/memory.stat": f"inactive_file 1\ntotal_inactive_file {GIB}\n",
            },
            (3 * GIB, "cgroup v1"),
            2 * GIB,
            id="v1, path on the host",
        ),
        pytest.param(
            {
                "proc/self/cgroup": "4:memory:/docker/1f\n",
                "cgroup/memory/memory.limit_in_bytes": str(3 * GIB),
            },
            (3 * GIB, "cgroup v1"),
            3 * GIB,
            id="v1, the container sees its own group as the root",
        ),
        pytest.param(
            {
                "proc/self/cgroup": "4:memory:/\n",
                "cgroup/memory/memory.limit_in_bytes": NO_LIMIT_V1,
                "cgroup/memory/memory.usage_in_bytes": str(GIB),
            },
            (16 * GIB, "machine"),
            12 * GIB,
            id="v1 without a limit",
        ),
        pytest.param(
            {
                "proc/self/cgroup": "1:name=systemd:/\n0::/app\n",
                "cgroup/unified/app/memory.max": str(5 * GIB),
                "cgroup/memory/memory.limit_in_bytes": str(GIB),
            },
            (5 * GIB, "cgroup v2"),
            5 * GIB,
            id="both mounted, the process is in version 2 only",
        ),
    ],
)
def test_the_smallest_limit_counts(
    tmp_path: Path, files: dict[str, str], limit: tuple[int, str], available: int
) -> None:
    """The limit and what is available follow from the tightest of the machine and all groups around the process."""
    proc, cgroup = tree(tmp_path, files)

    assert memory_limit(proc, cgroup) == limit
    assert available_bytes(proc, cgroup) == available


def test_own_group_comes_first(tmp_path: Path) -> None:
    """All limited groups are given, the innermost first, with what each uses."""
    files = {**V2_NESTED, "cgroup/pod/job/memory.max": f"{GIB}\n"}
    proc, cgroup = tree(tmp_path, files)

    groups = limited_groups(Path(proc), Path(cgroup))

    assert groups == [Group("cgroup v2", GIB, 900 * MIB), Group("cgroup v2", 2 * GIB, 768 * MIB)]


@pytest.mark.parametrize("text", ["", "max", "max\n", "-1", "9 MiB"])
def test_what_is_no_number_is_no_limit(text: str) -> None:
    """Anything but a number means that there is no limit to keep to."""
    assert parse_limit(text) is None


def test_garbage_is_no_group() -> None:
    """Lines that do not have three parts are passed over."""
    assert parse_membership("nonsense\n\n5:cpu:/\n") == {}
    assert parse_stat("nonsense\na b c\n", ("inactive_file",)) == 0


V2 = ("0::/box\n", "box", "memory.current", "inactive_file {0}\nactive_file {1}\n")
V1 = ("4:memory:/box\n", "memory/box", "memory.usage_in_bytes", "total_inactive_file {0}\ntotal_active_file {1}\n")


class Box:
    """A control group on disk."""

    def __init__(self, folder: Path, version: tuple[str, str, str, str]) -> None:
        membership, place, self._usage, self._stat = version
        self.proc, self.cgroup = folder / "proc", folder / "cgroup"
        self._place = self.cgroup / place
        self._place.mkdir(parents=True)
        (self.proc / "self").mkdir(parents=True)
        (self.proc / "self" / "cgroup").write_text(membership)

    def holds(self, used: int, *, files: int = 0, pids: tuple[int, ...] = (os.getpid(),)) -> None:
        """What the kernel would say."""
        (self._place / self._usage).write_text(f"{used}\n")
        (self._place / "memory.stat").write_text(self._stat.format(files // 2, files - files // 2))
        (self._place / "cgroup.procs").write_text("".join(f"{pid}\n" for pid in pids))

    def use(self) -> ContainerUse:
        """As a trial begins."""
        return ContainerUse(str(self.proc), str(self.cgroup))


@pytest.mark.parametrize("version", [V1, V2], ids=["v1", "v2"])
@pytest.mark.parametrize(
    ("later", "exceeds"),
    [
        pytest.param({"used": 301 * MIB}, True, id="memory in no process"),
        pytest.param({"used": 299 * MIB}, False, id="below the limit"),
        pytest.param({"used": 900 * MIB, "files": 700 * MIB}, False, id="pages of files"),
        pytest.param({"used": 900 * MIB, "pids": (os.getpid(), os.getppid())}, True, id="what started this"),
        pytest.param({"used": 900 * MIB, "pids": (os.getpid(), 2**22 + 1)}, False, id="others are in it"),
        pytest.param({"used": 900 * MIB, "pids": ()}, False, id="nobody can be seen"),
    ],
)
def test_growth_of_a_container(
    tmp_path: Path, version: tuple[str, str, str, str], later: dict[str, int], exceeds: bool
) -> None:
    """Only what cannot be dropped, and only where it is the trial's."""
    box = Box(tmp_path, version)
    box.holds(100 * MIB)
    use = box.use()
    box.holds(**later)  # type: ignore[arg-type]

    assert use.exceeds(200 * MIB) is exceeds


def test_no_container(tmp_path: Path) -> None:
    """Nothing counts."""
    assert not ContainerUse(str(tmp_path), str(tmp_path)).exceeds(0)
