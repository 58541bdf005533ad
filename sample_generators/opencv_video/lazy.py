"""Reads the frames of one video after the other, and closes each video behind its last frame: memory stays flat."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

RUN = "genaudit run sample_generators.opencv_video.lazy:frames --synth video:n=120,frames=16,size=96x64"
EXPECT: dict[str, str] = {}


def frames(video_paths: Sequence[str], batch_size: int) -> Iterator[np.ndarray]:
    """Yield frames in their order, epoch after epoch; a batch holds frames of one video.

    Args:
        video_paths: Video files, all of one size.
        batch_size: Frames in a batch; the last of a video may be smaller.
    """
    while True:
        for path in video_paths:
            capture = cv2.VideoCapture(path)
            batch = []
            while True:
                there, frame = capture.read()
                if not there:
                    break
                batch.append(frame)
                if len(batch) == batch_size:
                    yield np.stack(batch)
                    batch = []
            capture.release()
            if batch:
                yield np.stack(batch)
