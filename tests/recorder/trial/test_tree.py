"""Samples of a tree of processes: each told apart, and no spike thinned away."""

import os
import subprocess

import pytest

from genaudit.model.recording import Sample
from genaudit.recorder.trial.tree import MOST_SAMPLES, Tree, thin


def test_half_of_the_samples_keep_the_lowest_the_highest_and_the_highest_of_the_tree() -> None:
    """A spike is never thinned away."""
    samples = [Sample(at_s=float(at), rss_bytes=1000 + at % 7, held_bytes=1) for at in range(MOST_SAMPLES)]
    samples[1234] = Sample(at_s=1234.0, rss_bytes=9000, held_bytes=1)
    samples[2345] = Sample(at_s=2345.0, rss_bytes=1, held_bytes=1)
    samples[3457] = Sample(at_s=3457.0, rss_bytes=1003, held_bytes=1, pss_bytes=7000)

    thinned = thin(samples)

    assert len(thinned) <= MOST_SAMPLES * 0.75
    assert all(samples[at] in thinned for at in (1234, 2345, 3457))
    assert [sample.at_s for sample in thinned] == sorted(sample.at_s for sample in thinned)


@pytest.mark.process
def test_processes_of_the_tree_are_told_apart() -> None:
    """Each with its PSS, whose sum is that of the tree, and its name; one alone needs no telling."""
    alone = subprocess.Popen(["sleep", "100"])
    tree = Tree(os.getpid())
    try:
        sample = tree.sample()
        single = Tree(alone.pid).sample()
    finally:
        alone.kill()
        alone.wait()

    assert sample is not None
    assert {os.getpid(), alone.pid} <= set(sample.processes)
    assert sum(sample.processes.values()) == sample.pss_bytes
    assert tree.names[alone.pid] == "sleep"
    assert single is not None
    assert (single.processes, bool(single.pss_bytes)) == ({}, True)
