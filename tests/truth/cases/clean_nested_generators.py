"""Generators inside generators: folders give files, files give records, records give crops, crops give batches."""

import numpy as np

EXPECT = {}


def data(n):
    return {"documents": [list(range(at, min(at + 16, n))) for at in range(0, n, 16)]}


def pages(documents):
    for document in documents:
        for page in document:
            yield np.full((256, 256), page % 256, np.uint8)


def crops(documents):
    for page in pages(documents):
        for top in (0, 128):
            for left in (0, 128):
                yield page[top : top + 128, left : left + 128]


def batched(items, size):
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield np.stack(batch)
            batch.clear()


def generate(documents, batch_size=16):
    while True:
        yield from batched(crops(documents), batch_size)
