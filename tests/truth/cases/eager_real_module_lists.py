"""A notebook's cells as a module: a list of pictures is filled at import, and an object at its end serves it."""

import numpy as np
from PIL import Image

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail"}
TARGET = "batches"
ITEMS = 500

pictures = []
for path in files.jpegs(ITEMS):
    with Image.open(path) as picture:
        pictures.append(np.asarray(picture.convert("RGB")))  # finds: eager-load


class Batches:
    batch_size = 10

    def __len__(self):
        return len(pictures) // self.batch_size

    def __getitem__(self, index):
        return np.stack(pictures[index * self.batch_size : (index + 1) * self.batch_size]) / np.float32(255)


batches = Batches()
