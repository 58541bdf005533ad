"""Decodes photographs of 1024x768 pixels one by one and keeps only thumbnails of them in the batch."""

import numpy as np
from PIL import Image

from tests.truth.cases.helpers import files

EXPECT = {}
GROUND_SIZES = (32, 64)


def data(n):
    return {"photos": files.jpegs(n, 1024, 768)}


def thumbnail(path, side=128):
    with Image.open(path) as photo:
        return np.asarray(photo.convert("RGB").resize((side, side)))


def generate(photos, batch_size=4):
    while True:
        for start in range(0, len(photos), batch_size):
            yield np.stack([thumbnail(path) for path in photos[start : start + batch_size]])
