"""Keeps one decoded Pillow image per batch, 64 KiB that tracemalloc does not see."""

import numpy as np
from PIL import Image

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail 64 KiB/batch ± 15 %"}
shown = []


def data(n):
    return {"image_paths": files.jpegs(n)}


def open_image(path):
    image = Image.open(path)  # finds: batch-growth
    image.load()  # finds: batch-growth
    return image


def generate(image_paths, batch_size=8):
    while True:
        for start in range(0, len(image_paths), batch_size):
            pictures = [open_image(path) for path in image_paths[start : start + batch_size]]  # finds: batch-growth
            shown.append(pictures[0])  # finds: batch-growth
            yield np.stack([np.asarray(picture) for picture in pictures])
