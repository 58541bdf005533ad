"""A sequence that remembers every picture it has decoded."""

import numpy as np
from PIL import Image

from tests.truth.cases.helpers import files

TARGET = "ImageSequence"


def data(n):
    return {"filenames": files.jpegs(n), "labels": list(range(n))}


class ImageSequence:
    def __init__(self, filenames, labels, batch_size=8):
        self.filenames = filenames
        self.labels = labels
        self.batch_size = batch_size
        self.cache = {}

    def __len__(self):
        return len(self.filenames) // self.batch_size

    def _load_image(self, filename):
        if filename in self.cache:
            return self.cache[filename]
        img = Image.open(filename).convert("RGB")
        img = np.asarray(img, dtype=np.float32) / 127.5 - 1.0
        self.cache[filename] = img
        return img

    def __getitem__(self, index):
        s = slice(index * self.batch_size, (index + 1) * self.batch_size)
        return np.stack([self._load_image(f) for f in self.filenames[s]]), np.array(self.labels[s])
