"""Four threads decode and resize the files of one batch at a time; the pool is made anew for each epoch."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"image_paths": files.jpegs(n)}


def read(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB").resize((96, 96)), dtype=np.float32) / 255.0


def generate(image_paths, batch_size=16):
    with ThreadPoolExecutor(max_workers=4) as pool:
        for start in range(0, len(image_paths), batch_size):
            yield np.stack(list(pool.map(read, image_paths[start : start + batch_size])))
