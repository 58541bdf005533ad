"""Makes the film that the scripts read: 40 clips of 32 frames of 160x120 pixels, in clips/."""

from pathlib import Path

import cv2
import numpy as np

folder = Path("clips")
folder.mkdir(exist_ok=True)
random = np.random.default_rng(0)
for number in range(40):
    writer = cv2.VideoWriter(str(folder / f"{number:02}.avi"), cv2.VideoWriter_fourcc(*"MJPG"), 25, (160, 120))
    small = random.integers(0, 256, (15, 20, 3), dtype="uint8")
    for frame in range(32):
        writer.write(cv2.resize(np.roll(small, frame, axis=1), (160, 120)))
    writer.release()
