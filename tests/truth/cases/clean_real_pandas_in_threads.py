"""Three threads read parts of a table as frames, one ahead each; a frame is dropped with its batch."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from tests.truth.cases.helpers import media

EXPECT = {}
NEEDS = ["pandas"]
TARGET = "Parts"
GROUND_SIZES = (1024, 8192)
GROUND_INDEX = 256


def data(n):
    return {"parts": media.table_parts(n)}


class Parts:
    def __init__(self, parts, batch_size=32):
        self.parts = parts
        self.batch_size = batch_size

    def read(self, part):
        frame = pd.read_csv(part)
        frame["total"] = frame.sum(axis=1)
        return frame.to_numpy(np.float32)

    def __iter__(self):
        with ThreadPoolExecutor(3) as pool:
            waiting = []
            for part in self.parts:
                waiting.append(pool.submit(self.read, part))
                if len(waiting) == 3:
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()
