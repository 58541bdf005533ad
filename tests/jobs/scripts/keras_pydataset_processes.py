"""The same memory of what was read, now in each of two worker processes."""
import os
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import numpy as np
from keras import Sequential, layers
from keras.utils import PyDataset


class Patches(PyDataset):
    def __init__(self, files, batch_size, **kw):
        super().__init__(**kw)
        self.files = files
        self.bs = batch_size
        self.memory = {}

    def __len__(self):
        return len(self.files) // self.bs

    def read(self, name):
        if name not in self.memory:
            self.memory[name] = np.load(name)
        return self.memory[name]

    def __getitem__(self, i):
        names = self.files[i * self.bs : (i + 1) * self.bs]
        x = np.stack([self.read(n) for n in names]).astype("float32")
        return x, np.ones((len(names), 1), "float32")


if __name__ == "__main__":
    tmp = tempfile.mkdtemp()
    files = []
    for k in range(360):
        files.append(os.path.join(tmp, "patch%d.npy" % k))
        np.save(files[-1], np.random.randint(0, 255, (96, 96, 3), "uint8"))
    train = Patches(files, 12, workers=2, use_multiprocessing=True, max_queue_size=6)
    net = Sequential([layers.Input((96, 96, 3)), layers.AveragePooling2D(8), layers.Flatten(), layers.Dense(1)])
    net.compile(loss="mse", optimizer="sgd")
    net.fit(train, epochs=3)
