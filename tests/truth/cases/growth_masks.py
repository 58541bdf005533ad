"""A callable object that makes a mask for every batch keeps all the masks, epoch after epoch."""

import numpy as np

EXPECT = {"batch-growth": "fail 128 KiB/batch ± 10 %"}
TARGET = "Pipeline().run"


class Masker:
    def __init__(self):
        self.masks = []

    def __call__(self, batch):
        mask = batch[..., 0] > 127  # finds: batch-growth
        self.masks.append(mask)  # finds: batch-growth
        return batch, mask.sum(axis=(1, 2))


class Pipeline:
    def __init__(self):
        self.masker = Masker()

    def run(self, keys, batch_size=8):
        for start in range(0, len(keys), batch_size):
            chosen = keys[start : start + batch_size]
            images = np.stack([np.full((128, 128, 3), key % 256, np.uint8) for key in chosen])
            yield self.masker(images)


def data(n):
    return {"keys": list(range(n))}
