"""Pads sequences to the longest of their batch; a few lengths are twenty times the usual ones."""

import numpy as np

EXPECT = {}


def data(n):
    lengths = np.random.default_rng(7).lognormal(mean=6.5, sigma=0.9, size=n).astype(int) + 1
    return {"lengths": lengths.tolist()}


def read_sequence(length):
    return np.full((length, 16), length % 97, dtype=np.float32)


def generate(lengths, batch_size=8):
    for start in range(0, len(lengths), batch_size):
        sequences = [read_sequence(length) for length in lengths[start : start + batch_size]]
        longest = max(len(sequence) for sequence in sequences)
        padded = np.full((len(sequences), longest, 16), -1.0, dtype=np.float32)
        for row, sequence in zip(padded, sequences):
            row[: len(sequence)] = sequence
        yield {"tokens": padded, "lengths": np.array([len(sequence) for sequence in sequences])}
