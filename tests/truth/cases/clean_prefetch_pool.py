"""A pool of two threads that is kept decodes a sliding window of at most 6 batches ahead."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"image_paths": files.jpegs(n)}


def decode(paths):
    batch = []
    for path in paths:
        with Image.open(path) as image:
            batch.append(np.asarray(image))
    return np.stack(batch)


def generate(image_paths, batch_size=8, window=6):
    with ThreadPoolExecutor(max_workers=2) as pool:
        pending = deque()
        while True:
            for start in range(0, len(image_paths), batch_size):
                pending.append(pool.submit(decode, image_paths[start : start + batch_size]))
                if len(pending) >= window:
                    yield pending.popleft().result()
