"""Keras 2 as tf_keras: a generator that collects what it has seen into one array."""
import numpy as np
import tf_keras as keras
from tf_keras.layers import Dense, Flatten


class Sampler:
    def __init__(self, shape=(40, 40, 3), batch=16):
        self.shape = shape
        self.batch = batch
        self.all_seen = np.zeros((0, *shape), dtype="float32")

    def flow(self):
        while True:
            images = np.random.rand(self.batch, *self.shape).astype("float32")
            self.all_seen = np.concatenate([self.all_seen, images])
            yield images, np.random.randint(0, 2, self.batch)


sampler = Sampler()
model = keras.Sequential([Flatten(input_shape=(40, 40, 3)), Dense(2, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
model.fit(sampler.flow(), steps_per_epoch=40, epochs=3, workers=1, max_queue_size=10)
