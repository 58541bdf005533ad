"""Keeps boxes and captions of each image as dicts, 3 KiB an image, as COCO has them; the pixels are read late."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}
TARGET = "Detection"
GROUND_INDEX = 6 * 1024


def data(n):
    return {"paths": files.arrays(n, (128, 128, 3))}


def annotate(number):
    boxes = [{"bbox": [k * 3.5, k * 2.5, 20.25 + number % 7, 30.5], "category_id": k % 80} for k in range(4)]
    return {"image_id": number, "captions": [f"picture {number} has {k} things" for k in range(5)], "boxes": boxes}


class Detection:
    def __init__(self, paths, batch_size=8):
        self.paths = paths
        self.batch_size = batch_size
        self.annotations = {number: annotate(number) for number in range(len(paths))}

    def __len__(self):
        return -(-len(self.paths) // self.batch_size)

    def __getitem__(self, index):
        chosen = range(index * self.batch_size, min((index + 1) * self.batch_size, len(self.paths)))
        images = np.stack([np.load(self.paths[number]) for number in chosen]).astype(np.float32)
        return images, [self.annotations[number]["boxes"] for number in chosen]
