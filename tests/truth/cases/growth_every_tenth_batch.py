"""Keeps a snapshot of 1 MiB at every tenth batch: nine flat batches and a step."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail 102.4 KiB/batch ± 15 %"}


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    snapshots = []
    step = 0
    while True:
        for start in range(0, len(paths), batch_size):
            batch = np.stack([np.load(path) for path in paths[start : start + batch_size]])
            if step % 10 == 0:
                snapshots.append(np.full((512, 512), batch[0, 0, 0, 0], np.float32))  # finds: batch-growth
            step += 1
            yield batch
