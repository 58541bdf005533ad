"""What workers take together is the same in each run, however short the drive is."""

from pathlib import Path

import pytest

from tests.real_run import Scratch

pytestmark = [pytest.mark.process, pytest.mark.slow]

COPYING = '''
import multiprocessing


def serve(samples, pipe):
    size = len(samples) // 10
    for at in range(10):
        # Reading copies: each object counts its references in its own page.
        pipe.send([sum(samples[at * size : (at + 1) * size])] * 100)
    pipe.recv()


class Loader:
    """Four forked workers read through one list of numbers."""

    def __init__(self):
        self.samples = [number / 7 for number in range(400_000)]

    def __iter__(self):
        context = multiprocessing.get_context("fork")
        pipes, crew = [], []
        for _ in range(4):
            ours, theirs = context.Pipe()
            crew.append(context.Process(target=serve, args=(self.samples, theirs), daemon=True))
            crew[-1].start()
            pipes.append(ours)
        for _ in range(10):
            for pipe in pipes:
                yield pipe.recv()
        for pipe, process in zip(pipes, crew):
            pipe.send(None)
            process.join()
'''


def test_three_short_runs_agree(tmp_path: Path) -> None:
    """The highest sum over the tree, read at fixed moments with the workers alive, is the same within 2 %."""
    scratch = Scratch(tmp_path)
    scratch.write("data.py", COPYING)

    peaks = []
    for number in range(3):
        done = scratch.run(
            "run",
            "data.py:Loader",
            "--quick",
            "--batches",
            "30",
            "--max-batches",
            "30",
            "--output",
            f"json={number}.json",
        )
        peaks.append(done.report["peak"]["tree_pss_bytes"])

    assert max(peaks) < 1.02 * min(peaks), peaks
    # Most of the list in each of the four: 32 bytes a number.
    assert min(peaks) > 3 * 400_000 * 32, peaks
