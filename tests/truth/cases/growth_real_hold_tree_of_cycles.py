"""Nodes know their parents, so each batch's tree is a cycle; the collector was switched off "for speed"."""

import gc

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-growth": "fail 128 KiB/batch ± 15 %"}
TARGET = "Trees"


def data(n):
    return {"paths": files.arrays(n, (64, 64, 4))}


class Node:
    def __init__(self, value, parent=None):
        self.value = value
        self.parent = parent  # finds: batch-growth
        self.children = []
        if parent is not None:
            parent.children.append(self)  # finds: batch-growth


class Trees:
    def __init__(self, paths, batch_size=8):
        gc.disable()
        self.paths = paths
        self.batch_size = batch_size

    def __iter__(self):
        for start in range(0, len(self.paths), self.batch_size):
            root = Node(None)  # finds: batch-growth
            for path in self.paths[start : start + self.batch_size]:
                Node(np.load(path), root)  # finds: batch-growth
            yield np.stack([node.value for node in root.children])
