"""Memory read by memory-profiler where ``/proc``, or the reset of the high-water mark, is not there."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from genaudit.errors import UsageError
from genaudit.model.marks import BatchMark, Memory
from genaudit.model.recording import Sample
from genaudit.recorder.trial.marks_reader import with_sampled_peaks
from genaudit.recorder.trial.samplers import MemoryProfilerSampler, OwnMemory, ProcSampler, SamplerChoice, choose
from genaudit.units import MIB

HOLDER = """
import os, sys
held = bytearray(40 * 2**20)
for page in range(0, len(held), 4096):
    held[page] = 1
for _ in range(2 if len(sys.argv) > 1 else 0):
    if os.fork() == 0:
        sys.stdin.read()
        os._exit(0)
print("ready", flush=True)
sys.stdin.read()
"""

MAPPER = """
import mmap, sys
with open(sys.argv[1], "rb") as file:
    print("ready", flush=True)
    sys.stdin.readline()
    held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    sum(held[page] for page in range(0, len(held), 4096))
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(request):
    """A process that holds 40 MiB, with two copies of it where the test asks for them."""
    extra = ["copies"] if getattr(request, "param", False) else []
    command = [sys.executable, "-c", HOLDER, *extra]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "ready\n"
        yield process.pid
        process.stdin.close()


@pytest.mark.process
def test_both_samplers_read_the_same(holder: int) -> None:
    """RSS, and what is held without the pages of mapped files that nobody else happens to have open."""
    kernel, profiler = ProcSampler().own(holder), MemoryProfilerSampler().own(holder)

    assert kernel is not None
    assert profiler is not None
    assert profiler.rss_bytes == pytest.approx(kernel.rss_bytes, abs=64 * 1024)
    assert kernel.held_bytes >= 40 * MIB
    assert profiler.held_bytes == pytest.approx(kernel.held_bytes, abs=256 * 1024)


@pytest.mark.process
@pytest.mark.parametrize(("place", "held"), [("/var/tmp", False), ("/dev/shm", True)])
def test_a_file_that_nobody_else_has_open_is_not_held_but_shared_memory_is(place: str, held: bool) -> None:
    """A library is such a file: who else has imported it is chance."""
    with tempfile.NamedTemporaryFile(dir=place) as file:
        file.write(bytes(20 * MIB))
        file.flush()
        command = [sys.executable, "-c", MAPPER, file.name]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdin is not None
            before, after = [_own_after_a_line(process) for _ in range(2)]
            process.stdin.close()

    assert after.rss_bytes - before.rss_bytes > 19 * MIB
    assert (after.held_bytes - before.held_bytes > 19 * MIB) is held


def _own_after_a_line(process) -> OwnMemory:
    assert process.stdout.readline() == "ready\n"
    own = MemoryProfilerSampler().own(process.pid)
    process.stdin.write("\n")
    process.stdin.flush()
    assert own is not None
    return own


@pytest.mark.process
@pytest.mark.parametrize("holder", [True], indirect=True, ids=["with copies"])
def test_children_are_included_and_shared_pages_count_once(holder: int) -> None:
    """The sum of RSS is three times the truth, the sum of PSS is not."""
    sampler = MemoryProfilerSampler()
    pids = [holder, *sampler.below(holder)]
    uses = [use for pid in pids if (use := sampler.use(pid)) is not None]

    assert len(pids) == len(uses) == 3
    assert set(pids[1:]) == set(ProcSampler().below(holder))
    assert sum(sampler.rss_bytes(pid) for pid in pids) > 120 * MIB
    assert 40 * MIB < sum(use.pss_bytes for use in uses) < 80 * MIB


def test_a_process_that_has_ended_has_no_reading() -> None:
    """Whichever of them looks."""
    gone = 2**22 + 1
    for sampler in (ProcSampler(), MemoryProfilerSampler()):
        assert sampler.own(gone) is None
        assert sampler.use(gone) is None
        assert sampler.rss_bytes(gone) == 0
        assert sampler.below(gone) == []


def _proc(folder: Path, *, status: bool = True, clear_refs: bool = True) -> str:
    (folder / "self").mkdir()
    if status:
        (folder / "self" / "status").write_text("VmRSS: 1 kB\n")
    if clear_refs:
        (folder / "self" / "clear_refs").touch()
    else:
        (folder / "self" / "clear_refs").mkdir()
    return str(folder)


@pytest.mark.parametrize(
    ("asked", "there", "choice"),
    [
        pytest.param("auto", {}, SamplerChoice("proc", asks=False), id="all is there"),
        pytest.param("auto", {"clear_refs": False}, SamplerChoice("memory-profiler", asks=False), id="no reset"),
        pytest.param("auto", {"status": False}, SamplerChoice("memory-profiler", asks=True), id="no /proc"),
        pytest.param("proc", {"clear_refs": False}, SamplerChoice("proc", asks=False), id="/proc, whatever it can"),
        pytest.param("memory-profiler", {}, SamplerChoice("memory-profiler", asks=True), id="forced"),
    ],
)
def test_the_sampler_is_chosen_by_what_is_there(
    asked: str, there: dict[str, bool], choice: SamplerChoice, tmp_path: Path
) -> None:
    """memory-profiler goes where the kernel's own figures do not."""
    assert choose(asked, _proc(tmp_path, **there)) == choice


@pytest.mark.parametrize("asked", ["psutil", "proc"])
def test_a_sampler_that_cannot_be_is_refused(asked: str, tmp_path: Path) -> None:
    """With what there is instead."""
    with pytest.raises(UsageError) as caught:
        choose(asked, _proc(tmp_path, status=False))

    assert caught.value.hint


def _batch(number: int, at_s: float, rss: int) -> BatchMark:
    memory = Memory(rss_bytes=rss, anon_bytes=rss, file_bytes=0, shmem_bytes=0, high_water_bytes=rss)
    return BatchMark(at_s=at_s, last=number, count=1, epoch=1, seconds=0.5, before_bytes=rss, memory=memory)


def test_the_highest_sample_of_a_batch_is_its_high_water_mark() -> None:
    """Each sample counts for the batch that was being made, and lowers nothing."""
    batches = [_batch(1, 1.0, 10), _batch(2, 2.0, 10), _batch(3, 3.0, 10), _batch(4, 4.0, 10)]
    samples = [Sample(at_s=at, rss_bytes=rss, held_bytes=0) for at, rss in ((0.5, 30), (1.5, 20), (1.6, 25), (2.5, 5))]

    raised = with_sampled_peaks(batches, samples)

    assert [mark.memory.high_water_bytes for mark in raised] == [30, 25, 10, 10]
    assert [mark.memory.rss_bytes for mark in raised] == [10] * 4
