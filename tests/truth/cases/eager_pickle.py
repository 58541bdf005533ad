"""Unpickles a file that holds the whole data set as one list of bytes."""

import pickle

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail 32 KiB/item ± 5 %"}


def data(n):
    path = files.root() / f"pickle-{n}.pkl"
    if not path.exists():
        part = path.with_suffix(".part")
        part.write_bytes(pickle.dumps([k.to_bytes(4, "big") * 8192 for k in range(n)]))
        part.replace(path)
    return {"path": str(path)}


def read_samples(path):
    with open(path, "rb") as file:
        return pickle.load(file)  # finds: eager-load


def generate(path, batch_size=16):
    samples = read_samples(path)  # finds: eager-load
    for start in range(0, len(samples), batch_size):
        yield np.stack([np.frombuffer(sample, np.uint8) for sample in samples[start : start + batch_size]])
