"""The prefetch queue is bounded, but the thread that fills it remembers a crop of all it has put there."""

import queue
import threading

import numpy as np

EXPECT = {"batch-growth": "fail 128 KiB/batch ± 10 %"}


def data(n):
    return {"keys": list(range(n))}


class Producer(threading.Thread):
    def __init__(self, keys, batch_size):
        super().__init__(daemon=True)
        self.keys, self.batch_size = keys, batch_size
        self.out = queue.Queue(maxsize=2)
        self.crops = []

    def run(self):
        while True:
            for start in range(0, len(self.keys), self.batch_size):
                chosen = self.keys[start : start + self.batch_size]
                batch = np.stack([np.full((128, 128, 4), key % 256, np.uint8) for key in chosen])
                self.crops.append(batch[:, :64, :64].copy())  # finds: batch-growth
                self.out.put(batch)


def generate(keys, batch_size=8):
    producer = Producer(keys, batch_size)
    producer.start()
    while True:
        yield producer.out.get()
