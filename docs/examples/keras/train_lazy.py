import sys
from pathlib import Path

import keras
import numpy as np
from PIL import Image


def train_gen(paths, labels, batch_size):
    while True:
        for at in range(0, len(paths), batch_size):
            images = [np.asarray(Image.open(path)) for path in paths[at : at + batch_size]]
            yield np.array(images) / 255, labels[at : at + batch_size]


folder = sys.argv[1] if len(sys.argv) > 1 else "photos"
paths = sorted(Path(folder).glob("*.jpg"))
labels = np.arange(len(paths)) % 2
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(train_gen(paths, labels, 20), steps_per_epoch=len(paths) // 20, epochs=10)
