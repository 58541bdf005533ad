"""How much does a trial on a worker cost beside itself, and how far does a gate over many targets scale?

    python benchmarks/cluster.py                   # all of it, in about four minutes
    python benchmarks/cluster.py --workers 1 2     # fewer workers
    python benchmarks/cluster.py --no-real         # without the gate that is real

First trials that sleep, and do nothing else, are sent to clusters of 1, 2, 4 and 8 workers on this machine: everything
but the trials themselves is what a gate does. Then a small gate is run with and without workers. From the two come the
cost of a trial on the worker's side, and of a target on the side of the process that audits, which has but one; with
these a simulation tells how 1,000 targets would do on 64 machines. The exit code is 1 if a figure was missed.
"""

import argparse
import heapq
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genaudit.gate import side_by_side as gate
from genaudit.gate.kept import Kept
from genaudit.gate.plans import Plan
from genaudit.model.job import Job
from genaudit.model.recording import Trial, TrialExit
from genaudit.pipeline import Audit
from genaudit.recorder.remote.cluster import cluster_at
from genaudit.recorder.remote.starter import RemoteStarter
from genaudit.recorder.trial.spec import TrialSpec
from tests.dask_cluster import RESOURCE, Cluster

ROOT = Path(__file__).resolve().parents[1]
TARGETS, TRIALS, SLEEP_S = 24, 3, 0.4
MOST_OVERHEAD_S = 0.3
LEAST_EFFICIENCY = 0.9
MANY_TARGETS, MANY_MACHINES = 1000, 64
REAL = """
import time
import numpy as np

def batches(number):
    for _ in range(40):
        time.sleep(0.01)
        yield np.ones(16_000)

def arrays(n=400):
    return {"items": [f"/data/{i}" for i in range(n)]}

def eager(items):
    held = [np.ones(4_096) for _ in items]
    for start in range(0, len(held), 16):
        yield np.stack(held[start : start + 16])
"""
AUDITS = """
import sys, time
from genaudit.gate.plans import Plan, measure
from genaudit.model.codec import encode
from genaudit.model.job import Job
from genaudit.recorder.remote.cluster import cluster_at

def trials(address):
    job = Job(target="data:eager", args_from="data:arrays", dask=address)
    audit = measure(Plan(target=job.target, job=job, budgets={}, identity={}))
    encode(audit.report)
    encode(audit.recording)
    return len(audit.recording.trials)

with cluster_at(sys.argv[1]):
    trials(sys.argv[1])
    before = time.process_time()
    done = [trials(sys.argv[1]) for _ in range(4)]
    print((time.process_time() - before) / len(done), sum(done) / len(done))
"""


class Sleeper:
    """In a worker in place of what starts trials."""

    use = None

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def __call__(self, spec: TrialSpec, **_: object) -> Trial:
        """Sleep."""
        time.sleep(SLEEP_S)
        return Trial(
            kind=spec.kind,
            items=None,
            batches_asked=1,
            epochs_asked=None,
            hold=1,
            exit=TrialExit(code=0, signal=None, reason="completed"),
            wall_s=SLEEP_S,
        )

    def close(self) -> None:
        """There is nothing to end."""


def dask_setup(_worker: object) -> None:
    """Of this file as a module that Dask preloads in each worker."""
    from genaudit.recorder.remote import worker

    worker.TrialStarter = Sleeper  # type: ignore[assignment,misc]


@contextmanager
def workers(n: int, *words: str) -> Iterator[str]:
    """The address of a scheduler with so many workers, each a process of its own.

    Args:
        n: How many.
        words: More options of each.
    """
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder) / "cluster")
        try:
            for _ in range(n):
                cluster.worker(*RESOURCE, *words)
            cluster.wait_for(n)
            yield cluster.address
        finally:
            cluster.close()


def slept(plan: Plan, _progress: object) -> Audit:
    """In place of an audit: its trials, one after the other, and nothing is made of them."""
    starter = RemoteStarter(str(plan.job.dask), [], fresh=True, paths=[], synth=None)
    spec = TrialSpec(kind="clean", target={}, batches=1, size={})
    try:
        for _ in range(TRIALS):
            starter(spec, limit_bytes=2**40, working_directory=Path.cwd(), more=_no_more, progress=lambda _: None)
    finally:
        starter.close()
    return None  # type: ignore[return-value]


def _no_more(_trial: Trial) -> int:
    return 0


class Run(NamedTuple):
    """Sleeping trials on so many workers."""

    workers: int
    seconds: float
    busy_s: float
    """Processor time of the process that audits."""

    @property
    def efficiency(self) -> float:
        """Of the workers' time, the share in which a trial slept."""
        return TARGETS * TRIALS * SLEEP_S / (self.workers * self.seconds)


def run(n_workers: int) -> Run:
    """Measure a gate whose trials sleep."""
    gate.measure = slept
    with (
        workers(n_workers, "--preload", __file__) as address,
        tempfile.TemporaryDirectory() as folder,
        cluster_at(address) as cluster,
    ):
        jobs = [Job(target=str(number), dask=address) for number in range(TARGETS)]
        plans = [Plan(target=job.target, job=job, budgets={}, identity={}) for job in jobs]
        began, busy = time.monotonic(), time.process_time()
        ended = list(gate.side_by_side(plans, cluster, Kept(Path(folder), ""), lambda _: None))
        assert sorted(each.number for each in ended) == list(range(TARGETS))
        failed = [each.outcome for each in ended if each.outcome is not None]
        assert not failed, failed
        return Run(n_workers, time.monotonic() - began, time.process_time() - busy)


def real(n_targets: int) -> dict[str, float]:
    """Seconds of a gate over small targets, with workers and without."""
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        (folder / "data.py").write_text(REAL)
        targets = [f"data:batches({number})" for number in range(n_targets)]
        words = ["gate", *targets, "-q", "--sizes", "off", "--batches", "40", "--max-batches", "40"]
        took: dict[str, float] = {}
        for name, more in (("without", []), ("with", ["--dask", "local"])):
            began = time.monotonic()
            subprocess.run(
                [sys.executable, "-m", "genaudit", *words, "--out", name, "--write", "json", *more],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                check=True,
                stdout=subprocess.DEVNULL,
            )
            took[name] = time.monotonic() - began
        return took


class Concluded(NamedTuple):
    """What a target takes of the process that audits."""

    seconds: float
    """Of a processor: conclusions, report, recording, and what Dask does beside them."""
    trials: float


def concluded() -> Concluded:
    """Measure it on targets that load all of their data, whose audits take the most trials."""
    with tempfile.TemporaryDirectory() as text, workers(1) as address:
        folder = Path(text)
        (folder / "data.py").write_text(REAL)
        (folder / "audits.py").write_text(AUDITS)
        done = subprocess.run(
            [sys.executable, "audits.py", address],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=True,
            capture_output=True,
            text=True,
        )
        seconds, trials = map(float, done.stdout.split())
        return Concluded(seconds, trials)


def predicted(target_s: float, *, targets: int, machines: int, overhead_s: float, client_s: float) -> float:
    """Seconds of a gate, simulated: each machine takes the next target, and one process concludes them all.

    Args:
        target_s: What the trials of a target take; each is a half shorter or longer, in turns.
        targets: How many there are.
        machines: How many there are.
        overhead_s: What the trials of a target take beside themselves, on its machine.
        client_s: What a target takes of the process that audits.
    """
    waiting = iter(range(targets))

    def lasts(number: int) -> float:
        return _of(target_s, number) + overhead_s

    measured = [lasts(number) for number in itertools.islice(waiting, machines)]
    heapq.heapify(measured)
    client_free = 0.0
    while measured:
        client_free = max(client_free, heapq.heappop(measured)) + client_s
        # The thread of a target takes the next when it has concluded.
        number = next(waiting, None)
        if number is not None:
            heapq.heappush(measured, client_free + lasts(number))
    return client_free


def _of(target_s: float, number: int) -> float:
    """What the trials of one target take: from half of the mean to half as much again."""
    return target_s * (0.5 + number % 11 / 10)


def main() -> int:
    """Print all figures; 1 if one was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--targets", type=int, default=6, help="of the gate that is real")
    parser.add_argument("--no-real", action="store_true")
    options = parser.parse_args()

    print(f"{TARGETS} targets of {TRIALS} trials that sleep for {SLEEP_S:g} s")
    print("workers  seconds  of linear  beside each trial  processor time a trial")
    runs = [run(n_workers) for n_workers in options.workers]
    overheads = []
    for each in runs:
        beside = each.seconds * each.workers / (TARGETS * TRIALS) - SLEEP_S
        overheads.append(beside)
        busy = each.busy_s / (TARGETS * TRIALS)
        print(
            f"{each.workers:7}  {each.seconds:7.2f}  {each.efficiency:9.1%}  {beside:15.3f} s  {busy * 1000:19.1f} ms"
        )
    trial_overhead = overheads[0]
    missed = trial_overhead > MOST_OVERHEAD_S
    if not options.no_real:
        took = real(options.targets)
        print(
            f"a gate over {options.targets} targets: {took['without']:.1f} s without, {took['with']:.1f} s with local"
        )
    client = concluded()
    print(
        f"a target of {client.trials:.0f} trials takes {client.seconds:.2f} s of a processor of the process that audits"
    )
    print(f"predicted for {MANY_TARGETS:,} targets on {MANY_MACHINES} machines, from these")
    print("a target's trials  on one machine  on all  of linear")
    for target_s in (10.0, 20.0, 30.0, 60.0, 120.0):
        costs: dict[str, Any] = {"overhead_s": client.trials * trial_overhead, "client_s": client.seconds}
        one = sum(_of(target_s, number) for number in range(MANY_TARGETS))
        many = predicted(target_s, targets=MANY_TARGETS, machines=MANY_MACHINES, **costs)
        efficiency = one / MANY_MACHINES / many
        print(f"{target_s:15.0f} s  {one / 3600:12.1f} h  {many / 60:4.1f} m  {efficiency:9.1%}")
    missed |= efficiency < LEAST_EFFICIENCY
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
