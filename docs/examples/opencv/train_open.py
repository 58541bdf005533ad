import sys
from pathlib import Path

import cv2
import numpy as np

import genaudit

captures = []


def frames_of(path):
    capture = cv2.VideoCapture(str(path))
    captures.append(capture)
    while True:
        there, frame = capture.read()
        if not there:
            break
        yield frame


def batches(paths, size):
    batch = []
    for path in paths:
        for frame in frames_of(path):
            batch.append(frame)
            if len(batch) == size:
                yield np.stack(batch)
                batch = []


if __name__ == "__main__":
    folder = sys.argv[1] if len(sys.argv) > 1 else "clips"
    for epoch in range(5):
        for batch in genaudit.source(batches(sorted(Path(folder).glob("*.avi")), 16)):
            batch.mean()  # a training step
