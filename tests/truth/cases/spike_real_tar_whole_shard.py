"""Reads a shard of 64 MiB into memory for each batch, to take a few of its members."""

import io
import tarfile

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"batch-spike": "fail"}
ALSO_RIGHT = [{"batch-spike": "fail", "whole-file-read": "fail"}]
PER_SHARD = 1024


def data(n):
    return {"shard": files.tar_archive(PER_SHARD, (128, 128, 4)), "count": n}


def generate(shard, count, batch_size=8):
    for start in range(0, count, batch_size):
        with open(shard, "rb") as file:
            content = file.read()  # finds: batch-spike, whole-file-read
        archive = tarfile.open(fileobj=io.BytesIO(content))
        batch = []
        for member in archive:
            batch.append(np.load(io.BytesIO(archive.extractfile(member).read())))
            if len(batch) == min(batch_size, count - start):
                break
        del content, archive
        yield np.stack(batch)
