"""Trials on the workers of a Dask cluster: a real scheduler, and two workers that are processes of their own."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dask_cluster import RESOURCE, Cluster
from tests.real_run import BRIEF, LONGEST_S, Scratch

pytestmark = [pytest.mark.process, pytest.mark.slow]

EAGER = """
import numpy as np

def sizes(n=60):
    return {"items": list(range(n))}

def eager(items):
    held = [np.ones(16_384) for _ in items]
    for array in held:
        yield array

def clean(items):
    for _ in items:
        yield np.ones(16_384)
"""
# A file for each time that it comes to its seventh batch, named by the processes above: the worker's comes last.
SEVENTH = """
if i == 7:
    open(f"reached-{os.getpid()}", "w").close()
    while not os.path.exists("go"):
        time.sleep(0.05)
"""


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """An empty folder."""
    return Scratch(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler, which takes a second of a core to start, as a worker does."""
    made = Cluster(tmp_path_factory.mktemp("dask") / "cluster")
    yield made
    made.close()


@pytest.fixture
def lasting(shared: Cluster) -> Callable[[], set[int]]:
    """The workers that a test leaves for the next one."""
    return lambda: {worker.pid for worker in shared.workers}


@pytest.fixture
def bare(shared: Cluster) -> Iterator[Cluster]:
    """A scheduler without workers."""
    shared.dismiss()
    yield shared
    shared.dismiss()


@pytest.fixture
def cluster(shared: Cluster) -> Cluster:
    """A scheduler and two workers, as tests before have left them, or new in their place."""
    while len(shared.workers) < 2:
        shared.worker(*RESOURCE)
    shared.wait_for(2)
    return shared


def _figures(report: dict[str, Any]) -> dict[str, Any]:
    """What must be the same wherever the trials ran; noise of readings asks for more trials, and for longer ones."""
    return {
        "verdict": report["verdict"],
        "found": [outcome["code"] for outcome in report["outcomes"] if outcome["verdict"] == "fail"],
        "first": [(row["kind"], row["items"]) for row in report["trials"][:2]],
    }


@pytest.mark.parametrize("name", ["eager", "clean"])
def test_the_same_verdict_and_bytes_as_without(tmp_path: Path, cluster: Cluster, name: str) -> None:
    """Dask's nanny and workers have variables of their own, which the trials do not get."""
    reports = []
    for at, words in enumerate(([], ["--dask", cluster.address])):
        folder = tmp_path / str(at)
        folder.mkdir()
        scratch = Scratch(folder)
        scratch.write("data.py", EAGER)
        done = scratch.run("run", f"data:{name}", "--args-from", "data:sizes", "--quick", *words)
        assert done.code == (1 if name == "eager" else 0), done.err
        reports.append(done.report)

    here, there = reports
    assert _figures(here) == _figures(there)
    assert {row["host"] for row in here["trials"]} == {None}
    assert {row["host"] for row in there["trials"]} == {os.uname().nodename}
    if name == "eager":
        # Truth is 128 KiB an item; both are within what such small sizes resolve.
        per_item = [report["growth_law"]["bytes_per_item"]["value"] for report in reports]
        assert per_item == pytest.approx([131_072, 131_072], rel=0.02)


def _reached(scratch: Scratch, n: int, process: "subprocess.Popen[str]") -> list[int]:
    """The processes whose trials have come to their seventh batch, when there are so many."""
    deadline = time.monotonic() + LONGEST_S
    while len(found := sorted(scratch.folder.glob("reached-*"), key=lambda path: path.stat().st_mtime)) < n:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return [int(path.name.partition("-")[2]) for path in found]


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _worker_of(pid: int, cluster: Cluster) -> "subprocess.Popen[bytes]":
    """The worker that a process came from."""
    while pid > 1:
        for worker in cluster.workers:
            if worker.pid == pid:
                return worker
        pid = _parent(pid)
    raise AssertionError("it comes from no worker")


def test_a_worker_that_dies_in_a_trial_loses_nothing(scratch: Scratch, cluster: Cluster) -> None:
    """The trial runs again on the other, and is in the report once; its process ended with the worker."""
    process = scratch.start("run", scratch.target(SEVENTH), *BRIEF, "--sizes", "off", "--dask", cluster.address)
    (first,) = _reached(scratch, 1, process)
    cluster.kill(_worker_of(first, cluster))
    _, second = _reached(scratch, 2, process)
    assert not Path(f"/proc/{first}").exists()
    assert _worker_of(second, cluster) is cluster.workers[0]
    scratch.write("go", "")

    done = scratch.finish(process)

    assert done.code == 0, done.err
    assert [row["kind"] for row in done.report["trials"]].count("clean") == 1
    assert done.report["batches"]["count"] == 12


def test_ctrl_c_ends_the_trial_on_its_worker(scratch: Scratch, cluster: Cluster) -> None:
    """What it had measured comes back, and the worker goes on."""
    process = scratch.start("run", scratch.target(SEVENTH), *BRIEF, "--dask", cluster.address)
    (pid,) = _reached(scratch, 1, process)
    process.send_signal(signal.SIGINT)

    done = scratch.finish(process)

    assert (done.code, done.err) == (130, "")
    assert done.report["batches"]["count"] == 6
    assert not Path(f"/proc/{pid}").exists()
    assert [worker.poll() for worker in cluster.workers] == [None, None]


def test_a_cluster_of_its_own(scratch: Scratch) -> None:
    """As typed, and it ends with the run."""
    done = scratch.run("run", scratch.target("pass"), *BRIEF, "--dask", "local")

    assert (done.code, done.err) == (0, "")
    assert {row["host"] for row in done.report["trials"]} == {os.uname().nodename}


# What has a worker start with something that does not fit.
OTHER_GENAUDIT = "from genaudit import version\nversion.__version__ = '0.0.1'\n"
BLIND = """
import os
from pathlib import Path


Path.exists = lambda path, exists=Path.exists: path.name != "data.py" and exists(path)
"""


def _refused(scratch: Scratch, address: str, *said: str) -> None:
    done = scratch.run("run", scratch.target("pass"), *BRIEF, "--dask", address)
    assert done.code == 2, (done.out, done.err)
    for text in said:
        assert text in done.out + done.err


def test_no_scheduler(scratch: Scratch) -> None:
    _refused(scratch, "tcp://127.0.0.1:1", "no Dask scheduler answers at tcp://127.0.0.1:1", "dask scheduler")


def test_dask_is_not_installed(scratch: Scratch) -> None:
    scratch.write("hidden/distributed.py", "raise ImportError('No module named distributed')\n")
    scratch.variables["PYTHONPATH"] = str(scratch.folder / "hidden")

    _refused(scratch, "local", "--dask needs dask.distributed", "pip install 'genaudit[dask]'")


def test_no_worker(scratch: Scratch, bare: Cluster) -> None:
    _refused(
        scratch, bare.address, "has no worker", f'dask worker {bare.address} --nthreads 1 --resources "genaudit=1"'
    )


@pytest.mark.parametrize(
    ("words", "preload", "said"),
    [
        pytest.param((), "", ("no resource genaudit", '--resources "genaudit=1"'), id="resource"),
        pytest.param(RESOURCE, OTHER_GENAUDIT, ("has genaudit 0.0.1", "the extra [dask]"), id="genaudit"),
        pytest.param(RESOURCE, BLIND, ("cannot see", "here/data.py", "rsync"), id="data"),
    ],
)
def test_a_worker_that_does_not_fit(
    scratch: Scratch, bare: Cluster, words: tuple[str, ...], preload: str, said: tuple[str, ...]
) -> None:
    """It is named, with the command that helps."""
    bare.worker(*words, "--preload", str(scratch.write("preload.py", preload)))
    bare.wait_for(1)

    _refused(scratch, bare.address, "tcp://127.0.0.1", *said)


GATE = 'targets = [{targets}]\nquick = true\nbatches = 40\nmax-batches = 40\nsizes = "off"\n'
# Each notes that it began its main drive, and one of them waits there until it is told to go on.
GATE_DATA = """
import os, time

def batches(name, keeps=False):
    kept = []
    for i in range(1, 61):
        if i == 7:
            open(f"reached-{os.getpid()}", "w").close()
            open(f"began-{name}-{os.getpid()}", "w").close()
            while name == "d" and not os.path.exists("go"):
                time.sleep(0.05)
        made = bytearray(256_000)
        if keeps:
            kept.append(made)
        yield bytes(made)
"""
NAMES = ("a", "b", "c", "d", "e", "f")


def _gate(scratch: Scratch) -> None:
    targets = ", ".join(f"\"data:batches('{name}', keeps={name in 'be'})\"" for name in NAMES)
    scratch.write("data.py", GATE_DATA)
    scratch.write("genaudit.toml", GATE.format(targets=targets))
    (scratch.folder / ".git").mkdir()


def _verdicts(scratch: Scratch, text: str) -> dict[str, str]:
    """Verdicts by name, from the lines on standard output."""
    found = {}
    for line in text.splitlines():
        for name in NAMES:
            if f"batches('{name}'" in line and line.startswith(("PASS", "FAIL", "ERROR", "INCONCLUSIVE")):
                assert name not in found, "it is told once"
                found[name] = line.split()[0]
    return found


EXPECTED = {name: "FAIL" if name in "be" else "PASS" for name in NAMES}


def test_a_gate_goes_on_where_workers_die(scratch: Scratch, cluster: Cluster) -> None:
    """Nothing is lost, nothing is told twice, and verdicts are as they are without."""
    _gate(scratch)
    process = scratch.start("gate", "--dask", cluster.address)
    pid = _began(scratch, "d", process)
    cluster.kill(_worker_of(pid, cluster))
    scratch.write("go", "")

    done = scratch.finish(process)

    assert done.code == 1, done.err
    assert _verdicts(scratch, done.out) == EXPECTED
    assert "gate: 4 of 6 targets pass" in done.out


def _began(scratch: Scratch, name: str, process: "subprocess.Popen[str]") -> int:
    deadline = time.monotonic() + LONGEST_S
    while not (found := list(scratch.folder.glob(f"began-{name}-*"))):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return int(found[0].name.rpartition("-")[2])


def test_a_gate_that_was_killed_is_taken_up(scratch: Scratch, cluster: Cluster) -> None:
    """What was done is not measured again, and the verdict is of all."""
    _gate(scratch)
    process = scratch.start("gate", "--dask", cluster.address)
    _began(scratch, "d", process)
    # The other worker goes on with those after it.
    _began(scratch, "f", process)
    deadline = time.monotonic() + LONGEST_S
    while len(list(scratch.folder.glob("reports/.unfinished-gate/*.json"))) < 5:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.kill()
    process.communicate()
    for began in scratch.folder.glob("began-*"):
        began.unlink()
    scratch.write("go", "")

    done = scratch.run("gate", "--dask", cluster.address)

    assert done.code == 1, done.err
    assert _verdicts(scratch, done.out) == EXPECTED
    assert {path.name.split("-")[1] for path in scratch.folder.glob("began-*")} == {"d"}
    assert not (scratch.folder / "reports" / ".unfinished-gate").exists()
