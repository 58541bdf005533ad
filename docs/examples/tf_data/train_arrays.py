from pathlib import Path

import numpy as np
import tensorflow as tf
from PIL import Image

photos = np.array([np.asarray(Image.open(path)) for path in sorted(Path("photos").glob("*.jpg"))])
labels = np.arange(len(photos)) % 2
train = tf.data.Dataset.from_tensor_slices((photos, labels)).shuffle(64).batch(20).prefetch(2)
for epoch in range(10):
    for pictures, numbers in train:
        ...  # a training step
