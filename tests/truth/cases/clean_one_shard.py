"""Holds one shard of 100 items at a time; a data set smaller than a shard is held whole, a larger one is not."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"shard_files": files.shards(n, 100, (64, 64, 4))}


def generate(shard_files, batch_size=8):
    rng = np.random.default_rng(1)
    while True:
        for number in rng.permutation(len(shard_files)):
            shard = np.load(shard_files[number])
            for start in range(0, len(shard), batch_size):
                yield shard[start : start + batch_size].copy()
            del shard
