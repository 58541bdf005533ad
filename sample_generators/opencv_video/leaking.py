"""Keeps every video open that it has opened: each holds its file, its decoder and the decoder's threads.

Python frees a capture that nobody refers to. Here a list does, which was meant for a later look at the videos.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

RUN = "genaudit run sample_generators.opencv_video.leaking:frames --synth video:n=120,frames=16,size=96x64"
EXPECT = {"file-leak": "fail 1 per batch ± 5 %", "thread-leak": "fail 1 per batch ± 5 %"}
LINT: list[str] = []


def frames(video_paths: Sequence[str], batch_size: int) -> Iterator[np.ndarray]:
    """Yield frames in their order, epoch after epoch; a batch holds frames of one video.

    Args:
        video_paths: Video files, all of one size.
        batch_size: Frames in a batch; the last of a video may be smaller.
    """
    captures = []
    while True:
        for path in video_paths:
            capture = cv2.VideoCapture(path)  # finds: file-leak, thread-leak
            captures.append(capture)  # finds: file-leak, thread-leak
            batch = []
            while True:
                there, frame = capture.read()
                if not there:
                    break
                batch.append(frame)
                if len(batch) == batch_size:
                    yield np.stack(batch)
                    batch = []
            if batch:
                yield np.stack(batch)
