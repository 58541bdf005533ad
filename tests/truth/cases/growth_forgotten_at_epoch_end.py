"""A finite generator keeps its batches in a local list: all of them are held at the end of an epoch, none after."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"unbounded-cache": "fail"}
ALSO_RIGHT = [{"batch-growth": "fail"}]


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    done = []
    for start in range(0, len(paths), batch_size):
        batch = np.stack(
            [np.load(path) for path in paths[start : start + batch_size]]
        )  # finds: unbounded-cache, batch-growth
        done.append(batch)  # finds: unbounded-cache, batch-growth
        yield batch
