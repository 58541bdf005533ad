"""Keeps Pillow images: 4 bytes a pixel that tracemalloc does not see, and 4 KiB of tables for each."""

import numpy as np
from PIL import Image

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 68 KiB/item ± 5 %"}


def data(n):
    return {"image_paths": files.jpegs(n)}


def generate(image_paths, batch_size=8):
    pictures = []
    for path in image_paths:
        picture = Image.open(path)  # finds: eager-load
        picture.load()  # finds: eager-load
        pictures.append(picture)  # finds: eager-load
    while True:
        for start in range(0, len(pictures), batch_size):
            yield np.stack([np.asarray(picture) for picture in pictures[start : start + batch_size]])
