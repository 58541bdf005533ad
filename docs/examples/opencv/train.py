import sys
from pathlib import Path

import cv2
import numpy as np

import genaudit


def frames_of(path):
    capture = cv2.VideoCapture(str(path))
    while True:
        there, frame = capture.read()
        if not there:
            break
        yield frame
    capture.release()


def batches(paths, size):
    frames = [frame for path in paths for frame in frames_of(path)]
    for at in range(0, len(frames), size):
        yield np.stack(frames[at : at + size])


if __name__ == "__main__":
    folder = sys.argv[1] if len(sys.argv) > 1 else "clips"
    for epoch in range(5):
        for batch in genaudit.source(batches(sorted(Path(folder).glob("*.avi")), 16)):
            batch.mean()  # a training step
