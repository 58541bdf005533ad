"""Cats and dogs, after the tutorial: a generator that has all pictures in memory."""
import os
import sys

import keras
import numpy as np
from keras import layers

DATA_DIR = sys.argv[1]
BATCH_SIZE = 16
IMG_SIZE = 64


def load_images(folder):
    images = []
    for name in sorted(os.listdir(folder)):
        images.append(np.load(os.path.join(folder, name)))
    return np.array(images)


def train_generator(folder, batch_size):
    X = load_images(folder)
    y = np.random.randint(0, 2, len(X))
    while True:
        idx = np.random.permutation(len(X))
        for i in range(0, len(idx) - batch_size + 1, batch_size):
            batch = idx[i : i + batch_size]
            yield X[batch].astype("float32") / 255.0, y[batch]


model = keras.Sequential(
    [
        layers.Input((IMG_SIZE, IMG_SIZE, 3)),
        layers.Conv2D(8, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.summary()

n_train = len(os.listdir(DATA_DIR))
history = model.fit(train_generator(DATA_DIR, BATCH_SIZE), steps_per_epoch=n_train // BATCH_SIZE, epochs=3)
model.save("model.keras")
