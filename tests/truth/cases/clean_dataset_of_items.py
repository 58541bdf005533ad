"""A map-style data set without a loader: ``__getitem__`` gives one image and its label."""

import numpy as np
from PIL import Image

from tests.truth.cases.helpers import files

EXPECT = {}
TARGET = "Photos"


def data(n):
    return {"image_paths": files.jpegs(n)}


class Photos:
    def __init__(self, image_paths):
        self.image_paths = image_paths

    def __len__(self):
        return len(self.image_paths)

    def __getitem__(self, index):
        with Image.open(self.image_paths[index]) as image:
            return np.asarray(image, dtype=np.float32) / 255, index % 2
