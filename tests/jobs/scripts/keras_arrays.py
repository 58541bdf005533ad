"""What most people write first: X and y as arrays."""
import argparse

import keras
import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("data", help="folder with x.npy and y.npy")
parser.add_argument("--epochs", type=int, default=2)
args = parser.parse_args()

x_train = np.load(args.data + "/x.npy")
y_train = np.load(args.data + "/y.npy")
x_train = x_train.astype("float32") / 255

model = keras.models.Sequential()
model.add(keras.layers.Input(x_train.shape[1:]))
model.add(keras.layers.Flatten())
model.add(keras.layers.Dense(10, activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=32, epochs=args.epochs, validation_split=0.1)
