"""The Sequence of Keras' own documentation, with worker threads."""
import math
import pathlib
import tempfile

import keras
import numpy as np


class ImageSequence(keras.utils.Sequence):
    def __init__(self, paths, labels, batch_size, **kwargs):
        super().__init__(**kwargs)
        self.x, self.y = paths, labels
        self.batch_size = batch_size

    def __len__(self):
        return math.ceil(len(self.x) / self.batch_size)

    def __getitem__(self, idx):
        low = idx * self.batch_size
        high = min(low + self.batch_size, len(self.x))
        batch_x = self.x[low:high]
        batch_y = self.y[low:high]
        return np.array([np.load(name) / 255.0 for name in batch_x]), np.array(batch_y)


def main():
    folder = pathlib.Path(tempfile.mkdtemp())
    paths = []
    for i in range(400):
        path = folder / f"{i}.npy"
        np.save(path, np.random.randint(0, 255, (48, 48, 3), dtype=np.uint8))
        paths.append(path)
    labels = np.random.randint(0, 10, len(paths))

    train = ImageSequence(paths, labels, 20, workers=2, max_queue_size=10)
    model = keras.Sequential([keras.Input((48, 48, 3)), keras.layers.Flatten(), keras.layers.Dense(10)])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(train, epochs=2)


if __name__ == "__main__":
    main()
