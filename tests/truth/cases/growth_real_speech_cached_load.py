"""A loader of WAV files behind ``functools.cache``: every clip that was ever read stays as float."""

import functools
import wave

import numpy as np

from tests.truth.cases.helpers import media

EXPECT = {"unbounded-cache": "fail 125 KiB/item ± 5 %"}


def data(n):
    return {"paths": media.wavs(n)}


@functools.cache  # finds: unbounded-cache
def load(path):
    with wave.open(path, "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32)


def generate(paths, batch_size=8):
    rng = np.random.default_rng(0)
    order = rng.permutation(len(paths))
    for start in range(0, len(order), batch_size):
        yield np.stack([load(paths[at]) for at in order[start : start + batch_size]])
