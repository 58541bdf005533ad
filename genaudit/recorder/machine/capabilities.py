"""What this platform can and cannot measure, tried out.

Every check takes the folder of process files, so that a test can hand in another machine. Checks write nothing but a
reset of this process's own high-water mark, and files in temporary folders; one starts a process, and ends it.
"""

import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from genaudit.recorder.machine import platform
from genaudit.recorder.machine.cgroups import PROC
from genaudit.units import MIB, format_bytes
from genaudit.version import install_command

STATUS_FIELDS = ("VmHWM", "VmRSS", "RssAnon", "RssFile", "RssShmem")
_PROBE_BYTES = 32 * MIB
# Tells its number, and then only its keeper knows of it.
_DAEMON = """
import os, time
if os.fork():
    os.wait()
    os._exit(0)
os.setsid()
if os.fork():
    os._exit(0)
os.write(1, b"%d\\n" % os.getpid())
os.closerange(0, 64)
time.sleep(60)
"""


class Capability(NamedTuple):
    """One thing that can be measured here or not."""

    name: str
    available: bool
    detail: str
    """What was seen."""
    consequence: str
    """What follows from it for an audit."""


def capabilities(reports: Path, cache: Path, proc: str = PROC) -> list[Capability]:
    """All that ``genaudit doctor`` tells, in its order.

    Args:
        reports: Folder that reports would be written to; it is not created.
        cache: Folder that synthetic data sets would be made in; it is not created.
        proc: Folder of the process files.
    """
    if sys.platform == "win32":
        results = [python_version(Path(proc)), _windows()]
    else:
        results = [*(check(Path(proc)) for check in _MEASURING), _memory(proc)]
    results += [_folder("reports folder", reports, "--out DIR chooses another")]
    results += [_folder("cache folder", cache, "XDG_CACHE_HOME chooses another; --synth makes its files there")]
    results += [_folder("temporary folder", Path(tempfile.gettempdir()), "TMPDIR chooses another; trials write there")]
    return [*results, drawing(), *optional_packages()]


def python_version(_proc: Path) -> Capability:
    """Whether this is a Python that genaudit is tested with."""
    here = platform.environment()
    tested = here.implementation == "CPython" and (3, 10) <= sys.version_info[:2] <= (3, 14)
    consequence = "tested with it" if tested else "genaudit is tested with CPython 3.10 to 3.14 only"
    return Capability("Python", tested, f"{here.implementation} {here.python}", consequence)


def _windows() -> Capability:
    """What there is without the processes of Unix."""
    consequence = "no target can be run here: use WSL, a container, or CI; lint, report, open and rule work"
    return Capability("audits", False, platform.environment().platform, consequence)


def linux(proc: Path) -> Capability:
    """Whether the kernel is one whose memory accounting genaudit knows."""
    detail = _read(proc / "sys" / "kernel" / "osrelease").strip()
    if not detail:
        return Capability("Linux", False, platform.environment().platform, "memory is sampled: peaks are lower bounds")
    return Capability("Linux", True, f"kernel {detail}", "memory is read from /proc")


def memory_fields(proc: Path) -> Capability:
    """Whether the kernel tells the kinds of resident memory apart (since Linux 4.5)."""
    there = platform.parse_sizes(_read(proc / "self" / "status"))
    missing = [field for field in STATUS_FIELDS if field not in there]
    if missing:
        detail = f"/proc/self/status lacks {', '.join(missing)}"
        return Capability(
            "kinds of memory", False, detail, "mapped files cannot be distinguished from what is really held"
        )
    return Capability("kinds of memory", True, "anonymous, file, shared", "mapped files are not counted as retained")


def exact_peaks(proc: Path) -> Capability:
    """Whether the high-water mark can be reset, tried on this process's own."""
    name = "exact peaks"
    try:
        (proc / "self" / "clear_refs").write_text("5", encoding="ascii")
    except OSError as error:
        detail = f"/proc/self/clear_refs cannot be written: {error.strerror}"
        return Capability(name, False, detail, "peaks are samples: a short spike can hide between them")
    if not _reset_is_kept(proc):
        detail = "/proc/self/clear_refs can be written, but the high-water mark does not fall"
        return Capability(name, False, detail, "peaks are samples: a short spike can hide between them")
    return Capability(
        name, True, "the high-water mark can be reset", "each batch has a peak of its own, no spike hides"
    )


def tree_memory(proc: Path) -> Capability:
    """Whether a process tree can be measured without counting shared pages twice."""
    name = "memory of workers"
    sizes = platform.parse_sizes(_read(proc / "self" / "smaps_rollup"))
    if "Pss" not in sizes:
        detail = "/proc/self/smaps_rollup cannot be read"
        return Capability(name, False, detail, "shared pages count once for every worker: sums are upper bounds")
    if "Pss_Anon" not in sizes:
        detail = "PSS without its kinds (before Linux 5.9)"
        return Capability(name, True, detail, "sums are right; mapped files of workers count as held")
    return Capability(name, True, "proportional set size (PSS)", "pages that workers share are counted once")


def one_import(proc: Path) -> Capability:
    """Whether trials can be forks of a process that has imported the libraries once."""
    from genaudit.recorder.trial import forking

    wrong = forking.why_not(proc)
    if wrong:
        return Capability(
            "one import", False, wrong, "each trial imports TensorFlow or torch again: audits take longer"
        )
    return Capability("one import", True, "forks can be told apart", "a slow library is imported twice, not per trial")


def heap_trim(_proc: Path) -> Capability:
    """Whether freed memory can be handed back before what is retained is read."""
    import ctypes

    library = platform.allocator()
    try:
        has_trim = hasattr(ctypes.CDLL(None), "malloc_trim")
    except (OSError, TypeError):
        has_trim = False
    if has_trim:
        return Capability("heap trimmed", True, library, "freed memory is not mistaken for retained")
    return Capability("heap trimmed", False, f"{library}: no malloc_trim", "freed memory may still count as retained")


def allocation_sites(_proc: Path) -> Capability:
    """Whether tracemalloc is there to name the lines that allocate."""
    name = "lines to blame"
    if importlib.util.find_spec("_tracemalloc") is None:
        return Capability(name, False, "no tracemalloc", "verdicts are given without a line")
    if "PYTHONTRACEMALLOC" in os.environ:
        return Capability(name, True, "tracemalloc; PYTHONTRACEMALLOC is set", "unset it: it is on in clean trials too")
    return Capability(name, True, "tracemalloc", "Python and NumPy allocations get a line")


def huge_pages(_proc: Path) -> Capability:
    """Whether memory comes in small pages."""
    text = _read(Path("/sys/kernel/mm/transparent_hugepage/enabled"))
    mode = text[text.find("[") + 1 : text.find("]")] if "[" in text else "not there"
    if mode == "always":
        return Capability("fine-grained RSS", False, "huge pages: always", "RSS may move in steps of 2 MiB")
    return Capability("fine-grained RSS", True, f"huge pages: {mode}", "RSS moves in pages of a few KiB")


def swap(proc: Path) -> Capability:
    """Whether resident memory is all of the memory."""
    name = "nothing swapped"
    used = platform.parse_sizes(_read(proc / "self" / "status")).get("VmSwap", 0)
    total = platform.parse_sizes(_read(proc / "meminfo")).get("SwapTotal", 0)
    if not total:
        return Capability(name, True, "no swap", "all that a process holds is resident")
    detail = f"{format_bytes(total)} of swap, {format_bytes(used)} of this process in it"
    return Capability(name, False, detail, "pages swapped out are not in RSS: keep enough memory free")


def first_victim(proc: Path) -> Capability:
    """Whether the target can be made the kernel's first choice when memory runs out."""
    name = "machine protected"
    if os.access(proc / "self" / "oom_score_adj", os.W_OK):
        return Capability(name, True, "oom_score_adj can be raised", "if memory runs out, the trial is killed first")
    detail = "oom_score_adj cannot be written"
    return Capability(name, False, detail, "if memory runs out, another process may be killed: use --memory-limit")


def nothing_lives_on(_proc: Path) -> Capability:
    """Whether a daemon without environment, session or open files of its trial's is found, tried with one."""
    from genaudit.recorder.trial.keeping import Keeper, LostKeeperError
    from genaudit.recorder.trial.waiting import runs

    name = "nothing left running"
    keeper = None
    out, end = os.pipe()
    try:
        with Path(os.devnull).open() as nothing:
            keeper = Keeper()
            keeper.start([sys.executable, "-ISEc", _DAEMON], env={}, cwd="/", files=(end, end, nothing.fileno()))
        daemon = int(os.read(out, 32))
        n_left = keeper.end()[1]
        if keeper.reaps and n_left and not runs(daemon):
            detail = "a daemon in a session of its own was found and ended"
            return Capability(name, True, detail, "all that a target starts ends with its trial, or with genaudit")
    except (OSError, ValueError, LostKeeperError) as error:
        detail = f"the process that ends what is left cannot be used: {error}"
        return Capability(name, False, detail, "a daemon that a target starts may live on")
    finally:
        os.close(out)
        os.close(end)
        if keeper is not None:
            keeper.close()
    return Capability(name, False, "a process that loses its parent is lost", "a daemon of a target's may live on")


def shared_memory(_proc: Path) -> Capability:
    """Whether memory that is in no process can be seen."""
    from genaudit.recorder.child.memory.shared import FOLDER

    name = "shared memory"
    if os.access(FOLDER, os.R_OK | os.X_OK):
        detail = f"{FOLDER} can be listed"
        return Capability(name, True, detail, "blocks and memfds of a target's count, mapped or not")
    return Capability(name, False, f"{FOLDER} cannot be listed", "blocks that are not mapped are not seen, memfds are")


def drawing() -> Capability:
    """Whether pages and pictures can be drawn; nothing is imported."""
    name, libraries = "pages and pictures", ("bokeh", "matplotlib")
    missing = [library for library in libraries if importlib.util.find_spec(library) is None]
    if missing:
        consequence = f"report.html and timeline.png are left out: {install_command('report')}"
        return Capability(name, False, f"{' and '.join(missing)} not installed", consequence)
    return Capability(name, True, " and ".join(libraries), "report.html and timeline.png are drawn")


def optional_packages() -> Iterator[Capability]:
    """What extras would add; found by metadata, never imported."""
    there = platform.package_versions()
    for names, consequence, without in _OPTIONAL:
        version = next((f"{name} {there[name]}" for name in names if name in there), None)
        yield Capability(names[0], version is not None, version or "not installed", consequence if version else without)


def _memory(proc: str) -> Capability:
    limit, source = platform.memory_limit(proc)
    available = platform.available_bytes(proc)
    detail = f"{format_bytes(limit)} ({source}), {format_bytes(available)} available"
    if source == "machine":
        return Capability("memory", True, detail, "no container limit: forecasts are against the machine's memory")
    return Capability("memory", True, detail, "forecasts are against the container's limit, not the machine's memory")


def _reset_is_kept(proc: Path) -> bool:
    """Whether the high-water mark falls back after a large block was freed and the mark reset."""
    block = bytearray(_PROBE_BYTES)
    for page in range(0, _PROBE_BYTES, 4096):
        block[page] = 1
    del block
    high = platform.parse_sizes(_read(proc / "self" / "status")).get("VmHWM", 0)
    (proc / "self" / "clear_refs").write_text("5", encoding="ascii")
    reset = platform.parse_sizes(_read(proc / "self" / "status")).get("VmHWM", 0)
    return 0 < reset <= high - _PROBE_BYTES // 2


def _folder(name: str, folder: Path, advice: str) -> Capability:
    nearest = next(there for there in (folder, *folder.absolute().parents) if there.exists())
    if not nearest.is_dir():
        return Capability(name, False, f"{folder}: {nearest} is not a folder", advice)
    try:
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        return Capability(name, False, f"{folder} cannot be written: {error.strerror}", advice)
    return Capability(name, True, f"{folder}, {format_bytes(shutil.disk_usage(nearest).free)} free", advice)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


_MEASURING: tuple[Callable[[Path], Capability], ...] = (
    python_version,
    linux,
    memory_fields,
    exact_peaks,
    tree_memory,
    heap_trim,
    one_import,
    allocation_sites,
    huge_pages,
    swap,
    first_victim,
    shared_memory,
    nothing_lives_on,
)

_OPTIONAL = (
    (("tensorflow", "tensorflow-cpu"), "Keras data sets and tf.data are audited", install_command("tensorflow")),
    (("torch",), "a torch DataLoader is audited", "only needed to audit a torch DataLoader"),
    (("scipy",), "Keras' ImageDataGenerator can transform images", "only needed by Keras' ImageDataGenerator"),
    (("memray",), "--native gives lines to native memory", f"--native needs it: {install_command('native')}"),
    (
        ("memory-profiler",),
        "samples memory where /proc or the reset of the high-water mark is missing; --sampler forces it",
        "nothing is measured where /proc is missing: pip install memory-profiler",
    ),
)
