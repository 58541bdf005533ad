"""From a blog of 2018: fit_generator, and a dict so that every picture is read once."""
import glob
import tempfile

import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import Dense, Flatten, Input
from tensorflow.keras.models import Model

root = tempfile.mkdtemp()
for i in range(320):
    np.save(f"{root}/img_{i:04d}.npy", np.random.randint(0, 255, (64, 64, 3), dtype="uint8"))

files = sorted(glob.glob(root + "/*.npy"))
cache = {}


def get_image(path):
    if path not in cache:
        cache[path] = np.load(path) / 255.0
    return cache[path]


def generator(samples, batch_size=32):
    num_samples = len(samples)
    while 1:  # Loop forever so the generator never terminates
        np.random.shuffle(samples)
        for offset in range(0, num_samples, batch_size):
            batch_samples = samples[offset : offset + batch_size]
            images, angles = [], []
            for batch_sample in batch_samples:
                images.append(get_image(batch_sample))
                angles.append(0.5)
            yield np.array(images), np.array(angles)


train_samples, validation_samples = files[:256], files[256:]
train_generator = generator(train_samples, batch_size=32)
validation_generator = generator(validation_samples, batch_size=32)

inp = Input((64, 64, 3))
model = Model(inp, Dense(1)(Flatten()(inp)))
model.compile(loss="mse", optimizer="adam")
model.fit_generator(
    train_generator,
    steps_per_epoch=len(train_samples) // 32,
    validation_data=validation_generator,
    validation_steps=len(validation_samples) // 32,
    epochs=5,
    verbose=1,
)
