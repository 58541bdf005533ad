"""Cuts a text into windows and makes all of them one-hot before the first batch.

The data set is counted by characters: for each there is little, and for each window all of it.
"""

import numpy as np

EXPECT = {"eager-load": "fail"}
SMALLEST = 256
LETTERS = "abcdefghijklmnopqrstuvwxyz ,."


def data(n=20_000):
    return {"text": "".join(LETTERS[(7 * k + k // 11) % len(LETTERS)] for k in range(n))}


def generate(text, length=40, step=3, batch_size=128):
    places = {letter: place for place, letter in enumerate(LETTERS)}
    windows = [text[start : start + length] for start in range(0, len(text) - length, step)]
    x = np.zeros((len(windows), length, len(LETTERS)), dtype=bool)  # finds: eager-load
    for row, window in enumerate(windows):
        for column, letter in enumerate(window):
            x[row, column, places[letter]] = True  # finds: eager-load
    while True:
        for start in range(0, len(x), batch_size):
            yield x[start : start + batch_size].astype(np.float32)
