"""Gets the whole data set as an array that is already in memory, and cuts views from it; adds nothing of its own."""

import numpy as np

EXPECT = {"dataset-as-argument": "fail 48 KiB/item ± 5 %"}


def data(n):
    return {"images": np.full((n, 128, 128, 3), 7, np.uint8), "labels": np.arange(n)}  # finds: dataset-as-argument


def generate(images, labels, batch_size=8):  # finds: dataset-as-argument
    order = np.random.permutation(len(images))
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        yield images[chosen], labels[chosen]
