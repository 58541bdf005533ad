import keras
import numpy as np


def train_gen(paths, batch_size):
    images = [np.load(path) for path in paths]
    while True:
        for at in range(0, len(images), batch_size):
            batch = np.stack(images[at : at + batch_size])
            yield batch / 255, np.zeros(len(batch))


paths = [f"images/{number}.npy" for number in range(400)]
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit_generator(train_gen(paths, 16), steps_per_epoch=len(paths) // 16, epochs=10)
