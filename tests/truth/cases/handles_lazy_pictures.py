"""Keeps one Pillow image per batch that was opened and never read, so that its file stays open."""

import numpy as np
from PIL import Image

from tests.truth.cases.helpers import files

EXPECT = {"file-leak": "fail"}
ALSO_RIGHT = [{"file-leak": "fail", "batch-growth": "fail"}]
TARGET = "Photos"


def data(n):
    return {"image_paths": files.jpegs(n)}


class Photos:
    def __init__(self, image_paths, batch_size=8):
        self.image_paths = image_paths
        self.batch_size = batch_size
        self.sizes = []

    def __len__(self):
        return -(-len(self.image_paths) // self.batch_size)

    def __getitem__(self, index):
        chosen = self.image_paths[index * self.batch_size : (index + 1) * self.batch_size]
        self.sizes.append(Image.open(chosen[0]))  # finds: file-leak, batch-growth
        return np.stack([np.asarray(Image.open(path)) for path in chosen])
