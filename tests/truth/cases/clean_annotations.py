"""A list of small annotation objects, about 700 bytes per item, stands beside images of 64 KiB read when needed."""

import dataclasses

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


@dataclasses.dataclass
class Annotation:
    path: str
    label: int
    box: tuple
    tags: list


def data(n):
    return {"paths": files.arrays(n)}


class AnnotatedImages:
    def __init__(self, paths, batch_size=8):
        self.batch_size = batch_size
        self.records = [
            Annotation(path, k % 10, (0.5 * k, 1.5 * k, 2.5 * k, 3.5 * k), [f"tag-{k}", f"split-{k}"])
            for k, path in enumerate(paths)
        ]

    def __len__(self):
        return -(-len(self.records) // self.batch_size)

    def __getitem__(self, number):
        if not 0 <= number < len(self):
            raise IndexError(number)
        chosen = self.records[number * self.batch_size : (number + 1) * self.batch_size]
        return np.stack([np.load(one.path) for one in chosen]), np.array([one.label for one in chosen])


TARGET = "AnnotatedImages"
