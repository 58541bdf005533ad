import numpy as np


def old():
    for at in range(0, 400, 20):
        yield np.arange(at, at + 20, dtype="float32")


def new():
    for at in range(0, 400, 50):
        yield np.arange(at, at + 50, dtype="float32")


def loses():
    for at in range(0, 384, 16):
        yield np.arange(at, at + 16, dtype="float32")
