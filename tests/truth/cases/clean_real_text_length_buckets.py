"""Collects token lists in four buckets by length; a bucket that is full becomes a batch."""

import json
import random

import numpy as np

from tests.truth.cases.helpers import media

EXPECT = {}
GROUND_SIZES = (1024, 8192)
GROUND_INDEX = 256


def data(n):
    return {"path": media.json_lines(n)}


def generate(path, batch_size=8):
    buckets = {}
    rng = random.Random(5)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line)["text"]
            tokens = [ord(letter) for letter in text[: rng.randrange(200, len(text))]]
            bucket = buckets.setdefault(len(tokens) // 512, [])
            bucket.append(tokens)
            if len(bucket) == batch_size:
                longest = max(map(len, bucket))
                yield np.array([row + [0] * (longest - len(row)) for row in bucket])
                bucket.clear()
    for bucket in buckets.values():
        if bucket:
            longest = max(map(len, bucket))
            yield np.array([row + [0] * (longest - len(row)) for row in bucket])
