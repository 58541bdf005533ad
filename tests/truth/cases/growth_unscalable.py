"""Has no data set at all: noise for a GAN, of which every tenth part is kept."""

import numpy as np

EXPECT = {"batch-growth": "fail 64 KiB/batch ± 10 %"}
TARGET = "Noise"


class Noise:
    def __init__(self, batch_size=10):
        self.batch_size = batch_size
        self.rng = np.random.default_rng(0)
        self.kept = []

    def __iter__(self):
        while True:
            batch = self.rng.random((self.batch_size, 128, 128), dtype=np.float32)
            self.kept.append(batch[0].copy())  # finds: batch-growth
            yield batch
