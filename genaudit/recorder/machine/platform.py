"""The machine that a recording is made on: its memory, and the versions of what matters.

Reading and parsing are apart: each parser is pure, and every function takes the folders it reads from.
"""

import os
import platform
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from genaudit.model.recording import Environment
from genaudit.recorder.machine.cgroups import CGROUP, PROC, limited_groups

PACKAGES = (
    "dask",
    "h5py",
    "keras",
    "memory-profiler",
    "memray",
    "numpy",
    "opencv-python",
    "opencv-python-headless",
    "pandas",
    "pillow",
    "scipy",
    "tensorflow",
    "tensorflow-cpu",
    "torch",
)
"""Distributions that generators are made of, by the names that pip knows."""

_METADATA = re.compile(r"(?P<name>[^-]+(?:-[^-\d][^-]*)*)-(?P<version>\d[^-]*)(?:-py[\d.]+)?\.(?:dist|egg)-info$")


def parse_sizes(text: str) -> dict[str, int]:
    r"""Bytes by field of a text like ``/proc/meminfo`` or ``/proc/<pid>/status``, whose "kB" means 1024 bytes.

    Lines without "kB" are left out.

    Source:
        proc_meminfo(5), proc_pid_status(5).

    Example:
        >>> parse_sizes("MemTotal:    2048 kB\nHugePages_Total:   0\n")
        {'MemTotal': 2097152}
    """
    rows = (line.split() for line in text.splitlines() if line.endswith(" kB"))
    return {row[0].rstrip(":"): int(row[1]) * 1024 for row in rows}


def memory_limit(proc: str = PROC, cgroup: str = CGROUP) -> tuple[int, str]:
    """How much memory there is for a process on this machine, and who says so.

    Returns:
        Bytes, and ``machine``, ``cgroup v1`` or ``cgroup v2``: the smallest of them.
    """
    bounds = [(_machine_bytes("MemTotal", proc), "machine")]
    bounds += [(group.limit_bytes, group.version) for group in limited_groups(Path(proc), Path(cgroup))]
    return min(bounds, key=lambda bound: bound[0])


def available_bytes(proc: str = PROC, cgroup: str = CGROUP) -> int:
    """How much memory may still be taken without swapping and without a container's limit being hit."""
    free = [_machine_bytes("MemAvailable", proc)]
    free += [group.limit_bytes - group.usage_bytes for group in limited_groups(Path(proc), Path(cgroup))]
    return max(0, min(free))


def environment() -> Environment:
    """Where this process runs; nothing is imported to find out."""
    return Environment(
        python=platform.python_version(),
        implementation=platform.python_implementation(),
        platform=f"{platform.system()} {platform.machine()}",
        kernel=platform.release(),
        allocator=allocator(),
        cpus=usable_cpus(),
        open_files_limit=_open_files_limit(),
        packages=package_versions(),
    )


def _open_files_limit() -> int | None:
    """How many files a process that is started from here may have open; ``None`` where there is no limit."""
    try:
        import resource
    except ImportError:
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else soft


def allocator(variables: Mapping[str, str] | None = None) -> str:
    """What gives memory to Python and to native code, in words.

    Example:
        >>> allocator({"PYTHONMALLOC": "malloc"}).split(" over ")[0]
        'malloc'
    """
    chosen = os.environ if variables is None else variables
    python = chosen.get("PYTHONMALLOC") or ("mimalloc" if _is_free_threaded() else "pymalloc")
    preloaded = [Path(name).name for name in chosen.get("LD_PRELOAD", "").replace(":", " ").split()]
    native = next((name for name in preloaded if "malloc" in name), "") or c_library()
    return f"{python} over {native}"


def c_library() -> str:
    """Name and version of the C library, ``glibc 2.36``; its name alone where it tells no version."""
    try:
        version = os.confstr("CS_GNU_LIBC_VERSION")
    except (AttributeError, OSError, ValueError):
        version = None
    if version:
        return version
    import sysconfig

    return "musl" if "musl" in str(sysconfig.get_config_var("HOST_GNU_TYPE")) else "the system's C library"


def usable_cpus() -> int:
    """Processors that this process may run on."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def package_versions(names: tuple[str, ...] = PACKAGES, folders: list[str] | None = None) -> dict[str, str]:
    """Versions by distribution, of those installed; without importing them.

    They are in the names of the folders with their metadata: to read those takes longer than starting genaudit does.

    Args:
        names: Distributions, by the names that pip knows.
        folders: Where to look, the first first; where Python imports from if ``None``.

    Source:
        "Recording installed projects" of packaging.python.org: ``name-version.dist-info``, with ``-`` as ``_``.
    """
    wanted = {name.replace("-", "_"): name for name in names}
    versions: dict[str, str] = {}
    for folder in sys.path if folders is None else folders:
        for entry in _listed(folder):
            match = _METADATA.match(entry)
            name = wanted.get(re.sub(r"[-_.]+", "_", match["name"]).lower()) if match else None
            if match and name is not None:
                versions.setdefault(name, match["version"])
    return {name: versions[name] for name in names if name in versions}


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder or ".")  # noqa: PTH208 - names are all that is wanted
    except OSError:
        # It is an archive, or not there.
        return []


def _machine_bytes(field: str, proc: str) -> int:
    try:
        return parse_sizes(Path(proc, "meminfo").read_text(encoding="ascii"))[field]
    except (OSError, KeyError):
        # Not Linux, or without /proc.
        import psutil

        try:
            memory = psutil.virtual_memory()
        except (OSError, KeyError):
            pages = "SC_PHYS_PAGES" if field == "MemTotal" else "SC_AVPHYS_PAGES"
            return os.sysconf(pages) * os.sysconf("SC_PAGE_SIZE")
        return int(memory.total if field == "MemTotal" else memory.available)


def _is_free_threaded() -> bool:
    is_gil_enabled = getattr(sys, "_is_gil_enabled", None)
    return is_gil_enabled is not None and not is_gil_enabled()
