"""Keeps one open reader for each video by its path, so that seeking is quick in the next epoch."""

import cv2
import numpy as np

from tests.truth.cases.helpers import media

EXPECT = {"file-leak": "fail"}
ALSO_RIGHT = [{"file-leak": "fail", "unbounded-cache": "fail"}, {"file-leak": "fail", "thread-leak": "fail"}]
NEEDS = ["cv2"]
TARGET = "Clips"
GROUND_SIZES = (64, 192)


def data(n):
    return {"paths": media.videos(n)}


class Clips:
    def __init__(self, paths, batch_size=4):
        self.paths = paths
        self.batch_size = batch_size
        self.readers = {}

    def __len__(self):
        return -(-len(self.paths) // self.batch_size)

    def reader(self, path):
        if path not in self.readers:
            options = [cv2.CAP_PROP_N_THREADS, 1]
            self.readers[path] = cv2.VideoCapture(
                path, cv2.CAP_FFMPEG, options
            )  # finds: file-leak, unbounded-cache, thread-leak
        return self.readers[path]

    def frames(self, path):
        reader = self.reader(path)
        reader.set(cv2.CAP_PROP_POS_FRAMES, 0)
        return np.stack([reader.read()[1] for _ in range(4)])

    def __getitem__(self, index):
        chosen = self.paths[index * self.batch_size : (index + 1) * self.batch_size]
        return np.stack([self.frames(path) for path in chosen])
