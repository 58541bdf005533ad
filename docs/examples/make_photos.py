"""Makes the pictures that the examples train on: 600 of 256x256 pixels, in photos/."""

from pathlib import Path

import numpy as np
from PIL import Image

folder = Path("photos")
folder.mkdir(exist_ok=True)
random = np.random.default_rng(0)
for number in range(600):
    pixels = random.integers(0, 256, (32, 32, 3), dtype="uint8")
    Image.fromarray(pixels).resize((256, 256)).save(folder / f"{number:03}.jpg")
