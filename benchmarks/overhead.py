"""What measuring costs: the drive loop, the whole audit, the child, the start of the command.

    python benchmarks/overhead.py            # about two minutes; prints the figures and the limits they are held to

Times are compared as ratios of two runs made in turn (A B A B), because absolute times on a shared machine mean
little; the median of the ratios is what counts. Memory is exact.
"""

import argparse
import importlib.util
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from genaudit.recorder.synth.dataset import make_synth, parse_synth

ROOT = Path(__file__).resolve().parent.parent
BATCHES = 50
BARE = """
import importlib, itertools, json, sys, time
spec = json.load(open(sys.argv[1]))
sys.path.insert(0, spec["root"])
make = getattr(importlib.import_module(spec["module"]), spec["function"])
batches = iter(make(**spec["arguments"]))
batch = next(batches)
began = time.perf_counter()
for batch in itertools.islice(batches, spec["batches"] - 1):
    pass
print(time.perf_counter() - began)
"""
PURE_PYTHON = '''
def parse(lines, batch_size=500):
    """Dicts and tuples from lines of text, as a tokenizer or a csv reader makes them."""
    while True:
        for start in range(0, len(lines), batch_size):
            yield [
                {"id": fields[0], "words": tuple(fields[1:]), "length": len(line)}
                for line in lines[start : start + batch_size]
                for fields in [line.split(",")]
            ]


def cheap():
    """Batches that cost nothing: all that is left is the measuring."""
    number = 0
    while True:
        number += 1
        yield number


def data(n):
    return {"lines": [",".join(str(key * step % 1000) for step in range(30)) for key in range(n)]}
'''


def main() -> None:
    """Print every figure with its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="pairs of runs for each ratio")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        (scratch / "pure.py").write_text(PURE_PYTHON)
        efficient = lazy_sample()
        lines = {"lines": [",".join(str(key * step % 1000) for step in range(30)) for key in range(20_000)]}
        show("drive loop, images", loop_ratio(scratch, efficient, rounds), 1.02, "x")
        show("drive loop, pure Python", loop_ratio(scratch, ("pure", "parse", lines, scratch), rounds), 1.10, "x")
        show("measuring a batch", batch_cost(scratch, rounds), 50, "µs")
        show("child before the target", child_bytes() / 2**20, 2, "MiB over a bare interpreter")
        for name, text, target, limit in whole_audits(efficient):
            show(f"whole audit of {name}", audit_ratio(scratch, text, target, rounds), limit, "x one bare drive")
        show("genaudit --help", help_seconds(rounds) * 1000, 150, "ms")
        show("bare interpreter", timed([sys.executable, "-c", "pass"], rounds) * 1000, None, "ms")


def lazy_sample() -> tuple:
    """Module, function, arguments and root of Example 2 over 400 images."""
    images = make_synth(parse_synth("images:n=400,size=256x256"))
    arguments = {
        "image_paths": images["files"],
        "labels": images["labels"],
        "batch_size": 32,
        "image_size": [256, 256],
    }
    return "sample_generators.efficient", "efficient_generator", arguments, ROOT


def whole_audits(efficient: tuple) -> list[tuple[str, str, tuple, float]]:
    """Clean targets whose whole audit is set beside a bare drive: name, target, what the bare loop drives, limit.

    Those that import a framework that is not installed are left out.
    """
    images = {"image_paths": efficient[2]["image_paths"], "batch_size": 8}
    rows = [("Example 2", "sample_generators.efficient:efficient_generator", efficient, 1.5)]
    for name, library, module, function, limit in (
        ("tf.data", "tensorflow", "benchmarks.frameworks.tf_data", "batches", 1.7),
        ("a PyDataset", "keras", "benchmarks.frameworks.keras_data", "Batches", 1.7),
        ("Example 3", "keras", "sample_generators.augmented", "augmented_generator", 1.7),
        ("a DataLoader", "torch", "benchmarks.frameworks.torch_data", "batches", 2.0),
    ):
        if importlib.util.find_spec(library) is not None:
            given = efficient[2] if "sample" in module else images
            rows.append((name, f"{module}:{function}", (module, function, given, ROOT), limit))
    return rows


def show(name: str, value: float, limit: float | None, unit: str) -> None:
    """One figure, and whether it keeps its limit."""
    verdict = "" if limit is None else f"  limit {limit:g}  {'ok' if value <= limit else 'ABOVE'}"
    print(f"{name:28} {value:8.2f} {unit}{verdict}", flush=True)


def loop_ratio(scratch: Path, target: tuple, rounds: int) -> float:
    """Seconds from the second batch to the last under the clean trial, over those of a bare loop, in turn."""
    spec = bare_spec(scratch, target)
    ratios = [clean_loop(target, scratch) / bare_loop(spec, target[3]) for _ in range(rounds)]
    return statistics.median(ratios)


def bare_spec(scratch: Path, target: tuple) -> Path:
    """The file that tells the bare loop what to drive."""
    module, function, arguments, root = target
    path = scratch / f"{function}.json"
    fields = {"root": str(root), "module": module, "function": function, "arguments": arguments, "batches": BATCHES}
    path.write_text(json.dumps(fields))
    return path


def bare_loop(spec: Path, root: Path) -> float:
    """Seconds of the loop without genaudit."""
    done = subprocess.run([sys.executable, "-c", BARE, str(spec)], capture_output=True, text=True, check=True, cwd=root)
    return float(done.stdout)


def clean_loop(target: tuple, scratch: Path) -> float:
    """Seconds of the loop under genaudit's clean trial, all marks and settled readings on the way included."""
    module, function, arguments, root = target
    maker = scratch / "arguments.py"
    (scratch / "arguments.json").write_text(json.dumps(arguments))
    maker.write_text(f"import json\ndef make():\n    return json.load(open({str(scratch / 'arguments.json')!r}))\n")
    code = f"""
import os, sys
os.chdir({str(root)!r})
from genaudit.model.job import Job
from genaudit.pipeline import record
job = Job(
    target="{module}:{function}", sizes="off", quick=True, batches={BATCHES}, max_batches={BATCHES},
    args_from={f"{maker}:make"!r},
)
recording = record(job)
trial = recording.trials[0]
first = next(mark.at_s for mark in trial.settled if mark.at == "first")
print(trial.batches[-1].at_s - first)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=root)
    if done.returncode:
        sys.exit(done.stderr)
    return float(done.stdout)


def batch_cost(scratch: Path, rounds: int) -> float:
    """Microseconds between the end of one batch and the start of the next, where each is marked by itself.

    From the marks of the first 64 batches of a generator of plain numbers; the few settled readings are not batches.
    """
    from genaudit.model.job import Job
    from genaudit.pipeline import record

    costs = []
    for _ in range(rounds):
        job = Job(target=f"{scratch}/pure.py:cheap", sizes="off", quick=True, batches=64, max_batches=64)
        marks = record(job).trials[0].batches
        costs += [
            (after.at_s - before.at_s - after.seconds) * 1e6
            for before, after in itertools.pairwise(marks)
            if not after.after_settling
        ]
    return statistics.median(costs)


def child_bytes() -> int:
    """RSS of the child when it is ready, above that of a bare interpreter."""
    from genaudit.model.job import Job
    from genaudit.pipeline import record

    job = Job(target="itertools:count", sizes="off", quick=True, batches=1, max_batches=1)
    recording = record(job)
    ready = recording.trials[0].ready
    assert ready is not None
    assert ready.bare_bytes is not None
    return ready.memory.rss_bytes - ready.bare_bytes


def audit_ratio(scratch: Path, text: str, target: tuple, rounds: int) -> float:
    """Whole `genaudit run` with its reports, over one bare drive of the same batches, processes' start included."""
    spec = bare_spec(scratch, target)
    audit = [
        *(sys.executable, "-m", "genaudit", "run", text),
        *("--synth", "images:n=400,size=256x256", "--out", str(scratch / "reports"), "-q"),
    ]
    bare = [sys.executable, "-c", BARE, str(spec)]
    ratios = [seconds(lambda: run(audit)) / seconds(lambda: run(bare)) for _ in range(rounds)]
    return statistics.median(ratios)


def help_seconds(rounds: int) -> float:
    """Seconds of `genaudit --help`."""
    return timed([sys.executable, "-m", "genaudit", "--help"], rounds)


def timed(command: list[str], rounds: int) -> float:
    """Median seconds of a command."""
    return statistics.median(seconds(lambda: run(command)) for _ in range(rounds))


def run(command: list[str]) -> None:
    """A command whose output is of no interest."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")


def seconds(action: Callable[[], None]) -> float:
    """Seconds that an action takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
