"""Sorts the decoded images by brightness, so that all of them must be there."""

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 64 KiB/item ± 5 %"}


def data(n):
    return {"paths": files.arrays(n)}


def decoded(paths):
    for path in paths:
        yield np.load(path)  # finds: eager-load


def generate(paths, batch_size=8):
    batch = []
    for image in sorted(decoded(paths), key=lambda image: image.mean()):  # finds: eager-load
        batch.append(image)
        if len(batch) == batch_size:
            yield np.stack(batch)
            batch = []
