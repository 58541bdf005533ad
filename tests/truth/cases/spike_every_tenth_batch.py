"""At every tenth batch a preview of 40 copies is rendered and dropped; the batches between are lean."""

import numpy as np

EXPECT = {"batch-spike": "fail"}
TARGET = "Previewed"


def data(n):
    return {"keys": list(range(n))}


class Previewed:
    def __init__(self, keys, batch_size=8):
        self.keys, self.batch_size = keys, batch_size
        self.step = 0

    def _preview(self, batch):
        sheet = np.concatenate([batch] * 40)  # finds: batch-spike
        return sheet[::40].mean()

    def __iter__(self):
        for start in range(0, len(self.keys), self.batch_size):
            chosen = self.keys[start : start + self.batch_size]
            batch = np.stack([np.full((128, 128, 3), key % 256, np.uint8) for key in chosen])
            if self.step % 10 == 9:
                self._preview(batch)  # finds: batch-spike
            self.step += 1
            yield batch
