"""Decodes every frame of every video into nested lists, two calls below the constructor."""

import cv2
import numpy as np

from tests.truth.cases.helpers import media

EXPECT = {"eager-load": "fail 288 KiB/item ± 6 %"}
ALSO_RIGHT = [{"eager-init": "fail"}, {"eager-load": "fail", "eager-init": "fail"}]
NEEDS = ["cv2"]
TARGET = "Clips"
GROUND_SIZES = (64, 192)


def data(n):
    return {"paths": media.videos(n)}


def read_frames(path):
    capture = cv2.VideoCapture(path)
    frames = []
    while True:
        found, frame = capture.read()
        if not found:
            break
        frames.append(frame)
    capture.release()
    return frames


class Clips:
    def __init__(self, paths, batch_size=4):
        self.batch_size = batch_size
        self.build(paths)

    def build(self, paths):
        self.clips = [read_frames(path) for path in paths]  # finds: eager-load, eager-init

    def __len__(self):
        return -(-len(self.clips) // self.batch_size)

    def __getitem__(self, index):
        chosen = self.clips[index * self.batch_size : (index + 1) * self.batch_size]
        return np.stack([np.stack(frames[:8]) for frames in chosen])
