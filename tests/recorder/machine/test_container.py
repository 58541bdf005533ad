"""What a container uses counts for the limit, where nobody else is in it."""

import os
from pathlib import Path

import pytest

from genaudit.recorder.machine.container import ContainerUse
from genaudit.units import MIB

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
