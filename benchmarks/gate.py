"""Does the gate catch small regressions every time, never cry wolf, and cost no more than its audits?

    python benchmarks/gate.py                     # the figures below, with the counts of the plan
    python benchmarks/gate.py --caught 5 --clean 10
    python benchmarks/gate.py --busy              # with another core kept busy

Prints, for targets made here: how often a regression of 5 % of a batch per batch, and one of 1 KiB per item, is caught;
how often an unchanged clean target is called worse; and the time of a gate over ten targets against the sum of their
single audits. The exit code is 1 if a figure was missed.
"""

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from genaudit.config.file import read
from genaudit.gate.baseline import Baseline, arguments_hash, entry_of
from genaudit.gate.judge import Terms, judge
from genaudit.gate.plans import measure, plans
from genaudit.model.report import Report

ITEM = 24 * 1024
BATCH_ITEMS = 16
TARGETS = '''
"""Targets whose memory is known: an item is %(item)d bytes, a batch %(batch)d of them."""
import collections
import functools

import numpy as np

ITEM, BATCH = %(item)d, %(batch)d


def arguments(n=400):
    return {"n": n}


def _item(index):
    return np.full(ITEM, index %% 251, dtype=np.uint8)


def plain(n):
    while True:
        for start in range(0, n, BATCH):
            yield np.stack([_item(index) for index in range(start, min(n, start + BATCH))])


def indexed(n):
    names = [f"data/train/{index:08d}.jpg" for index in range(n)]
    while True:
        for start in range(0, n, BATCH):
            yield np.stack([_item(index) for index, _ in enumerate(names[start:start + BATCH], start)])


def buffered(n):
    recent = collections.deque(maxlen=32)
    while True:
        for start in range(0, n, BATCH):
            recent.extend(_item(index) for index in range(start, min(n, start + BATCH)))
            yield np.stack(list(recent)[-BATCH:])


@functools.lru_cache(maxsize=24)
def _cached(index):
    return _item(index)


def cached(n):
    order = np.random.default_rng(1)
    while True:
        for _ in range(0, n, BATCH):
            yield np.stack([_cached(int(index)) for index in order.integers(0, n, BATCH)])


def leaking(n):
    kept = []
    for batch in plain(n):
        kept.append(bytearray(batch.nbytes // 20))
        yield batch


def heavier(n):
    kept = [bytearray(b"x" * 1024) for _ in range(n)]
    for batch in indexed(n):
        yield batch
    del kept
'''
CLEAN = ("plain", "indexed", "buffered", "cached")
# Each is an older, clean target that got worse.
WORSE = {"leaking": "plain", "heavier": "indexed"}


def main() -> int:
    """Measure, print, and say whether every figure holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--caught", type=int, default=20, help="runs of each regression")
    parser.add_argument("--clean", type=int, default=100, help="runs of clean targets, shared between them")
    parser.add_argument("--targets", type=int, default=10, help="targets of the timed gate; 0 for none")
    parser.add_argument("--busy", action="store_true", help="keep another core busy")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _busy(asked.busy):
        os.chdir(folder)
        Path("made.py").write_text(TARGETS % {"item": ITEM, "batch": BATCH_ITEMS})
        held = _regressions(asked.caught) & _clean(asked.clean) & _cost(asked.targets)
    return 0 if held else 1


def _measured(name: str) -> Report:
    configuration = read(_configuration([name]))
    return measure(plans(configuration, [], overrides={}, budgets={})[0])[1]


def _configuration(names: list[str]) -> Path:
    path = Path("genaudit.toml")
    targets = ", ".join(f'"made:{name}"' for name in names)
    path.write_text(f'targets = [{targets}]\nargs-from = "made:arguments"\nitems = 400\n')
    return path.absolute()


def _alarms(report: Report, name: str, baseline: Baseline) -> list[str]:
    """Names of rules, budgets and comparisons that failed."""
    entry = entry_of(report, target=name, arguments=arguments_hash({}), reason="benchmark")
    judged = judge(report, Terms(baseline=baseline, entry=entry))
    return [one.name for one in judged.outcomes if one.is_finding and one.level.value != "note"]


def _baseline(name: str) -> Baseline:
    report = _measured(name)
    return Baseline(entries=[entry_of(report, target=name, arguments=arguments_hash({}), reason="benchmark")])


def _regressions(runs: int) -> bool:
    held = True
    for worse, before in WORSE.items():
        baseline = _baseline(before)
        found = [_alarms(_measured(worse), before, baseline) for _ in range(runs)]
        caught = [names for names in found if any(name.endswith("regression") for name in names)]
        print(f"{worse:>8} after {before:<8} caught {len(caught)} of {runs}: {_counted(found)}", flush=True)
        held = held and len(caught) == runs
    return held


def _clean(runs: int) -> bool:
    alarms = 0
    for name in CLEAN:
        baseline = _baseline(name)
        share = -(-runs // len(CLEAN))
        found = [_alarms(_measured(name), name, baseline) for _ in range(share)]
        alarms += sum(map(bool, found))
        print(f"{name:>8} unchanged      alarms {sum(map(bool, found))} of {share}: {_counted(found)}", flush=True)
    return alarms == 0


def _counted(found: list[list[str]]) -> str:
    counts: dict[str, int] = {}
    for name in (name for names in found for name in names):
        counts[name] = counts.get(name, 0) + 1
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "nothing"


def _cost(n_targets: int) -> bool:
    if not n_targets:
        return True
    names = (CLEAN * n_targets)[:n_targets]
    code = "\n".join(f"{name}_{at} = {name}" for at, name in enumerate(names))
    with Path("made.py").open("a") as file:
        file.write(code + "\n")
    unique = [f"{name}_{at}" for at, name in enumerate(names)]
    single = 0.0
    for name in unique:
        single += _timed(["run", f"made:{name}", "--args-from", "made:arguments", "--items", "400", "--isolated", "-q"])
    _configuration(unique)
    gate = _timed(["gate", "-q"])
    print(f"gate over {n_targets} targets {gate:.1f} s, single audits {single:.1f} s: {gate / single:.2f} times")
    return gate <= 1.2 * single


def _timed(arguments: list[str]) -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "genaudit", *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


@contextmanager
def _busy(wanted: bool) -> Iterator[None]:
    """Keep another core at work."""
    process = multiprocessing.Process(target=_spin, daemon=True) if wanted else None
    if process is not None:
        process.start()
    yield
    if process is not None:
        process.terminate()


def _spin() -> None:
    while True:
        sum(range(100_000))


if __name__ == "__main__":
    sys.exit(main())
