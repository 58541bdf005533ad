"""What watching costs a training loop: its time as a ratio in one run, its losses bit by bit, its memory.

Blocks of steps of 10 ms with and without a watch take turns, so that what else runs on the machine is in both; each
pair gives a ratio, and the median of them is the figure. A block is of 8 s: what a watch takes once, to begin and to
end, is some 12 ms, which is half a percent of a block of 2 s.

The processor time of a step is measured apart, which a busy machine changes least: a bare and a watched loop are pulled
from by turns, each behind a step that has used the processor's caches.
"""

import argparse
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

import genaudit

STEP_S = 0.010
MOST_RATIO = 1.01
MOST_BYTES = 3 * 1024 * 1024


def batches(n: int) -> Iterator[np.ndarray]:
    """Batches of 192 KiB."""
    random = np.random.default_rng(7)
    for _ in range(n):
        yield random.standard_normal((16, 32, 96), dtype=np.float32)


def train(source: Iterable[np.ndarray]) -> tuple[list[float], float]:
    """Losses of a loop with steps of 10 ms, and its seconds: making a batch and the watch come on top of the steps."""
    weights = np.ones(96, np.float32)
    losses = []
    begin = time.perf_counter()
    for batch in source:
        until = time.perf_counter() + STEP_S
        error = batch @ weights
        weights = weights - 1e-4 * (error[..., None] * batch).mean((0, 1))
        losses.append(float((error**2).mean()))
        while time.perf_counter() < until:
            pass
    return losses, time.perf_counter() - begin


def processor_us(folder: str, rounds: int) -> tuple[float, float]:
    """Microseconds of processor time that a watch adds to a step: the median, and the mean of all but the first.

    Batches are ready, so that what is measured is little else.
    """
    ready = list(batches(4))
    kinds: dict[str, Iterator[np.ndarray]] = {
        "bare": itertools.cycle(ready),
        "watched": iter(genaudit.watch(itertools.cycle(ready), out=folder)),
    }
    took: dict[str, list[float]] = {kind: [] for kind in kinds}
    weights, order = np.ones(96, np.float32), list(kinds)
    for _ in range(rounds):
        for kind in order:
            begin = time.thread_time()
            batch = next(kinds[kind])
            took[kind].append(time.thread_time() - begin)
            until = time.perf_counter() + STEP_S / 2
            while time.perf_counter() < until:
                weights = weights - 1e-9 * (batch @ weights).mean()
        order.reverse()
    later = {kind: times[rounds // 8 :] for kind, times in took.items()}
    median, mean = (figure(later["watched"]) - figure(later["bare"]) for figure in (statistics.median, statistics.mean))
    return median * 1e6, mean * 1e6


def private_bytes() -> int:
    """Private memory by proc_pid_statm(5)."""
    words = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return (int(words[1]) - int(words[2])) * 4096


def main() -> int:
    """Print the figures; 1 where one is above its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--steps", type=int, default=800)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:

        def watched(n: int) -> Iterable[np.ndarray]:
            return genaudit.watch(batches(n), out=folder)

        train(batches(20))
        before = private_bytes()
        train(watched(50))
        own = private_bytes() - before
        ratios, same = [], True
        kinds: list[Callable[[int], Iterable[np.ndarray]]] = [batches, watched]
        for pair in range(options.pairs):
            results = {kind: train(kind(options.steps)) for kind in (kinds if pair % 2 else kinds[::-1])}
            ratios.append(results[watched][1] / results[batches][1])
            same = same and results[watched][0] == results[batches][0]
        median, mean = processor_us(folder, options.steps)
    ratio = statistics.median(ratios)
    print(f"time   {ratio:.4f} times (limit {MOST_RATIO}), of {options.pairs} pairs of {options.steps} steps")
    print(f"step   {mean:.0f} us of processor time in the mean, {median:.0f} in the median: {mean / 1e4:.2%} of 10 ms")
    print(f"losses {'equal bit by bit' if same else 'DIFFER'}")
    print(f"memory {own / 2**20:.2f} MiB (limit {MOST_BYTES / 2**20:.0f})")
    return int(ratio > MOST_RATIO or not same or own > MOST_BYTES)


if __name__ == "__main__":
    sys.exit(main())
