"""Makes the arrays that train_keras.py reads: 400 of 64x64 pixels, in images/."""

from pathlib import Path

import numpy as np

folder = Path("images")
folder.mkdir(exist_ok=True)
random = np.random.default_rng(0)
for number in range(400):
    np.save(folder / f"{number}.npy", random.integers(0, 256, (64, 64, 3), dtype="uint8"))
