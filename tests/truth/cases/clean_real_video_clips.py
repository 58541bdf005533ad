"""Opens a video, reads eight frames, and releases it again, for each clip."""

import cv2
import numpy as np

from tests.truth.cases.helpers import media

EXPECT = {}
NEEDS = ["cv2"]
TARGET = "Clips"


def data(n):
    return {"paths": media.videos(n)}


class Clips:
    def __init__(self, paths, batch_size=4, frames=8):
        self.paths = paths
        self.batch_size = batch_size
        self.frames = frames

    def __len__(self):
        return -(-len(self.paths) // self.batch_size)

    def clip(self, path):
        capture = cv2.VideoCapture(path)
        try:
            frames = [capture.read()[1] for _ in range(self.frames)]
        finally:
            capture.release()
        return np.stack(frames)

    def __getitem__(self, index):
        chosen = self.paths[index * self.batch_size : (index + 1) * self.batch_size]
        return np.stack([self.clip(path) for path in chosen])
