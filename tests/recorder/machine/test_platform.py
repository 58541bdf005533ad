"""What is said of the machine is what the machine itself says."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from genaudit.recorder.machine import platform


def test_sizes_are_bytes() -> None:
    """The kernel's kB are 1024 bytes; lines without a unit are no sizes."""
    text = "Name:\tpython\nVmRSS:\t   10 kB\nThreads:\t3\n"

    assert platform.parse_sizes(text) == {"VmRSS": 10240}


def test_the_machine_agrees_with_psutil() -> None:
    """The limit is never above the memory of the machine, and what is available never above the limit."""
    limit, source = platform.memory_limit()

    assert 0 < limit <= psutil.virtual_memory().total
    assert source in {"machine", "cgroup v1", "cgroup v2"}
    assert 0 < platform.available_bytes() <= limit


def test_without_proc_psutil_answers(tmp_path: Path) -> None:
    """Off Linux there is no /proc/meminfo."""
    nowhere = str(tmp_path)

    assert platform.memory_limit(nowhere, nowhere) == (psutil.virtual_memory().total, "machine")
    assert 0 < platform.available_bytes(nowhere, nowhere) <= psutil.virtual_memory().total


def test_environment_names_versions_without_importing() -> None:
    """Versions come from metadata: asking for TensorFlow's must not cost its import."""
    code = (
        "import sys; from genaudit.recorder.machine.platform import environment; there = environment();"
        "print(there.python, there.packages['numpy'],"
        " *sorted({'numpy', 'tensorflow', 'torch'} & sys.modules.keys()))"
    )
    words = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert words[0] == sys.version.split()[0]
    assert len(words) == 2


def test_versions_are_those_of_the_folder_that_python_imports_from(tmp_path: Path) -> None:
    """The first that has it, however the name is written; what only looks like one is none."""
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (
        first / "opencv_python-4.8.0.76.dist-info",
        first / "memory-profiler-0.61.0-py3.10.egg-info",
        first / "numpy_quaternion-2024.1.dist-info",
        second / "opencv_python-3.0.dist-info",
        second / "Pillow-9.1.0.dist-info",
        second / "torch-2.13.0+cpu.dist-info",
        second / "h5py",
    ):
        folder.mkdir(parents=True)

    found = platform.package_versions(folders=[str(first), str(tmp_path / "gone.zip"), str(second)])

    assert found == {
        "memory-profiler": "0.61.0",
        "opencv-python": "4.8.0.76",
        "pillow": "9.1.0",
        "torch": "2.13.0+cpu",
    }


def test_packages_that_are_missing_are_left_out() -> None:
    """Only what is installed has a version."""
    assert platform.package_versions(("pytest", "no-such-distribution-anywhere")) == {"pytest": pytest.__version__}


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"PYTHONMALLOC": "malloc"}, f"malloc over {platform.c_library()}"),
        ({"LD_PRELOAD": "/usr/lib/other.so:/usr/lib/libjemalloc.so.2"}, "pymalloc over libjemalloc.so.2"),
        ({"LD_PRELOAD": "libtcmalloc.so.4 x.so"}, "pymalloc over libtcmalloc.so.4"),
        ({}, f"pymalloc over {platform.c_library()}"),
    ],
)
def test_allocator_follows_the_variables(variables: dict[str, str], words: str) -> None:
    """A preloaded allocator, or one chosen for Python, is named."""
    assert platform.allocator(variables) == words


def test_usable_cpus_are_those_of_this_process() -> None:
    """Processors that the process is kept from do not count."""
    assert platform.usable_cpus() == len(os.sched_getaffinity(0))
