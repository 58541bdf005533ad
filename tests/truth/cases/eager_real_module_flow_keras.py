"""A script flows over an array that it made when it was imported; the flow holds a float copy of it besides."""

import numpy as np

EXPECT = {"eager-load": "fail"}
TARGET = "flow"
ITEMS = 600


class Flow:
    def __init__(self, x, y, batch_size):
        self.x = np.asarray(x, dtype=np.float32)  # finds: eager-load
        self.y = y
        self.batch_size = batch_size

    def __len__(self):
        return -(-len(self.x) // self.batch_size)

    def __getitem__(self, index):
        part = slice(index * self.batch_size, (index + 1) * self.batch_size)
        return self.x[part] / 255, self.y[part]


x_train = np.full((ITEMS, 64, 64, 3), 9, np.uint8)  # finds: eager-load
y_train = np.arange(ITEMS) % 10
flow = Flow(x_train, y_train, batch_size=16)  # finds: eager-load
