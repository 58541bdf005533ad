"""Reads all clips with a pool of threads before the first batch, and keeps what came back by speaker."""

import collections
import wave
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tests.truth.cases.helpers import media

EXPECT = {"eager-load": "fail 62.5 KiB/item ± 5 %"}


def data(n):
    return {"paths": media.wavs(n)}


def load(path):
    with wave.open(path, "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def generate(paths, batch_size=8):
    by_speaker = collections.defaultdict(list)
    with ThreadPoolExecutor(4) as pool:
        for number, clip in enumerate(pool.map(load, paths)):
            by_speaker[number % 5].append(clip)  # finds: eager-load
    for clips in by_speaker.values():
        for start in range(0, len(clips), batch_size):
            yield np.stack(clips[start : start + batch_size])
