"""What a platform can measure is found out by trying, and told with what follows."""

from pathlib import Path

import pytest

from genaudit.recorder.machine import capabilities as here
from genaudit.recorder.machine.capabilities import Capability, capabilities

STATUS = (
    "Name:\tx\nVmHWM:\t 20 kB\nVmRSS:\t 10 kB\nRssAnon:\t 6 kB\nRssFile:\t 4 kB\nRssShmem:\t 0 kB\nVmSwap:\t 8 kB\n"
)


def machine(root: Path, **files: str) -> Path:
    """A folder that stands for /proc; names use ``__`` for a slash."""
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")
    return root


def test_another_system_measures_less(tmp_path: Path) -> None:
    """Without /proc, everything that rests on it is said to be missing, and each says what follows."""
    for check in (here.linux, here.memory_fields, here.exact_peaks, here.tree_memory, here.first_victim):
        capability = check(tmp_path)

        assert not capability.available
        assert capability.consequence


def test_old_kernel_lacks_kinds_of_memory(tmp_path: Path) -> None:
    """The fields that are missing are named."""
    proc = machine(tmp_path, self__status="VmHWM:\t 20 kB\nVmRSS:\t 10 kB\n")

    assert here.memory_fields(proc).detail == "/proc/self/status lacks RssAnon, RssFile, RssShmem"
    assert here.memory_fields(machine(tmp_path, self__status=STATUS)).available


def test_a_reset_without_effect_is_no_reset(tmp_path: Path) -> None:
    """A sandbox may take the write and do nothing: the high-water mark must be seen to fall."""
    proc = machine(tmp_path, self__status=STATUS, self__clear_refs="")

    capability = here.exact_peaks(proc)

    assert (proc / "self" / "clear_refs").read_text() == "5"
    assert not capability.available
    assert "does not fall" in capability.detail


def test_a_reset_that_is_refused_says_why(tmp_path: Path) -> None:
    """The kernel's own word for it."""
    (tmp_path / "self" / "clear_refs").mkdir(parents=True)

    assert "Is a directory" in here.exact_peaks(tmp_path).detail


@pytest.mark.parametrize(
    ("rollup", "available", "word"),
    [
        ("Pss: 10 kB\nPss_Anon: 4 kB\n", True, "PSS"),
        ("Pss: 10 kB\n", True, "5.9"),
        ("", False, "cannot be read"),
    ],
)
def test_memory_of_workers_follows_the_kernel(tmp_path: Path, rollup: str, available: bool, word: str) -> None:
    """Kinds of PSS came with Linux 5.9, the rollup itself with 4.14."""
    capability = here.tree_memory(machine(tmp_path, self__smaps_rollup=rollup))

    assert capability.available is available
    assert word in capability.detail


def test_swap_is_a_warning(tmp_path: Path) -> None:
    """Pages in swap are not resident."""
    with_swap = machine(tmp_path, meminfo="SwapTotal: 1024 kB\n", self__status=STATUS)

    assert here.swap(with_swap).detail == "1.00 MiB of swap, 8.00 KiB of this process in it"
    assert not here.swap(with_swap).available
    assert here.swap(machine(tmp_path, meminfo="SwapTotal: 0 kB\n")).available


def test_this_machine_is_told_completely(tmp_path: Path) -> None:
    """Every line has a name of its own, what was found, and what follows; nothing is left in the folders."""
    found = capabilities(tmp_path / "reports", tmp_path / "cache")

    assert len({capability.name for capability in found}) == len(found)
    assert all(capability.detail and capability.consequence for capability in found)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    """A file in the way is named."""
    (tmp_path / "file").write_text("")

    found = capabilities(tmp_path / "file" / "reports", tmp_path / "cache")

    reports = next(capability for capability in found if capability.name == "reports folder")
    assert not reports.available
    assert f"{tmp_path / 'file'} is not a folder" in reports.detail


def test_container_limit_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A forecast is only worth something against the limit that will be hit."""
    monkeypatch.setattr(here.platform, "memory_limit", lambda proc: (2**30, "cgroup v2"))

    found = capabilities(tmp_path, tmp_path)

    memory = next(capability for capability in found if capability.name == "memory")
    assert memory.detail.startswith("1.00 GiB (cgroup v2)")
    assert "container's limit" in memory.consequence


def test_missing_packages_say_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """An extra that is not installed is a no with the command that installs it."""
    monkeypatch.setattr(here.platform, "package_versions", lambda: {"tensorflow-cpu": "2.21.0"})

    found = {capability.name: capability for capability in here.optional_packages()}

    assert found["tensorflow"] == Capability(
        "tensorflow", True, "tensorflow-cpu 2.21.0", "Keras data sets and tf.data are audited"
    )
    assert not found["memray"].available
    assert "pip install" in found["memray"].consequence
