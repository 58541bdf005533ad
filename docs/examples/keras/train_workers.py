import sys
from pathlib import Path

import keras
import numpy as np
from PIL import Image


class Photos(keras.utils.PyDataset):
    def __init__(self, paths, batch_size, **kwargs):
        super().__init__(**kwargs)
        self.paths = paths
        self.batch_size = batch_size
        self.cache = {}

    def __len__(self):
        return len(self.paths) // self.batch_size

    def load(self, path):
        if path not in self.cache:
            self.cache[path] = np.asarray(Image.open(path).resize((128, 128)))
        return self.cache[path]

    def __getitem__(self, number):
        paths = self.paths[number * self.batch_size : (number + 1) * self.batch_size]
        return np.array([self.load(path) for path in paths]), np.zeros(len(paths))


if __name__ == "__main__":
    folder = sys.argv[1] if len(sys.argv) > 1 else "photos"
    paths = sorted(Path(folder).glob("*.jpg"))
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy")
    photos = Photos(paths, 60, workers=2, use_multiprocessing=True, max_queue_size=4)
    model.fit(photos, epochs=10)
