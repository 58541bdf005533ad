"""Always yields the same array, filled in place from the file."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
SHAPE = (64, 64, 4)


def data(n):
    return {"path": files.records(n, 64 * 64 * 4)}


def generate(path, batch_size=16):
    batch = np.full((batch_size, *SHAPE), 0, dtype=np.uint8)
    with open(path, "rb", buffering=0) as file:
        while True:
            got = file.readinto(memoryview(batch).cast("B"))
            if got < batch.nbytes:
                file.seek(0)
            if got:
                yield batch[: got // batch[0].nbytes]
