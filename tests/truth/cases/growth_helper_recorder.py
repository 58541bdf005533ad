"""Shows each batch to a recorder from another module, which keeps a copy."""

import numpy as np

from tests.truth.cases.helpers import files
from tests.truth.cases.helpers.store import Recorder

EXPECT = {"batch-growth": "fail 512 KiB/batch ± 10 %"}
SOURCES = ["helpers/store.py"]


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    recorder = Recorder()
    while True:
        for start in range(0, len(paths), batch_size):
            batch = np.stack([np.load(path) for path in paths[start : start + batch_size]])
            recorder.show(batch)  # finds: batch-growth
            yield batch
