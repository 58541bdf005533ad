"""Streams TAR shards, joins the members of a sample by key, and shuffles samples in a buffer of 100."""

import io
import json
import random
import tarfile

import numpy as np

from tests.truth.cases.helpers import media

EXPECT = {}


def data(n):
    return {"shards": media.tar_shards(n)}


def samples(shards):
    for shard in shards:
        with tarfile.open(shard, "r|") as archive:
            sample = {}
            for member in archive:
                key, _, suffix = member.name.partition(".")
                if sample and sample["key"] != key:
                    yield sample
                    sample = {}
                sample["key"] = key
                sample[suffix] = archive.extractfile(member).read()
            if sample:
                yield sample


def shuffled(stream, size, rng):
    buffer = []
    for sample in stream:
        buffer.append(sample)
        if len(buffer) >= size:
            yield buffer.pop(rng.randrange(len(buffer)))
    while buffer:
        yield buffer.pop(rng.randrange(len(buffer)))


def generate(shards, batch_size=16):
    rng = random.Random(1)
    batch = []
    for sample in shuffled(samples(rng.sample(shards, len(shards))), 100, rng):
        batch.append((np.load(io.BytesIO(sample["npy"])), json.loads(sample["json"])["label"]))
        if len(batch) == batch_size:
            images, labels = zip(*batch, strict=True)
            yield np.stack(images), np.array(labels)
            batch = []
