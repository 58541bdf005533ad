"""Reads half a second at a random place of each WAV file, and mixes in one of 40 noises that are held."""

import wave

import numpy as np

from tests.truth.cases.helpers import media

EXPECT = {}
TARGET = "Speech"


def data(n):
    return {"paths": media.wavs(n)}


def read(path, start, count):
    with wave.open(path, "rb") as file:
        file.setpos(start)
        return np.frombuffer(file.readframes(count), np.int16).astype(np.float32)


class Speech:
    def __init__(self, paths, batch_size=16):
        self.paths = paths
        self.batch_size = batch_size
        self.rng = np.random.default_rng(7)
        self.noises = [read(path, 0, 8000) for path in media.wavs(40)]

    def __len__(self):
        return -(-len(self.paths) // self.batch_size)

    def __getitem__(self, index):
        batch = []
        for path in self.paths[index * self.batch_size : (index + 1) * self.batch_size]:
            clip = read(path, int(self.rng.integers(0, 24_000)), 8000)
            batch.append(clip + 0.1 * self.noises[self.rng.integers(len(self.noises))])
        return np.stack(batch)
