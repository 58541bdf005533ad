"""Files that cannot be read are skipped and counted; the exceptions are not kept."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    paths = files.arrays(n)
    return {"paths": [f"{path}.missing" if k % 9 == 4 else path for k, path in enumerate(paths)]}


def generate(paths, batch_size=8):
    broken = 0
    while True:
        batch = []
        for path in paths:
            try:
                batch.append(np.load(path))
            except OSError as error:
                problem = error
                broken += problem.errno > 0
            if len(batch) == batch_size:
                yield np.stack(batch)
                batch = []
