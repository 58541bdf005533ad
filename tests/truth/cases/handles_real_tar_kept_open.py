"""Opens each small shard once and keeps the archive by its path: one open file for each shard, for ever."""

import io
import tarfile

import numpy as np

from tests.truth.cases.helpers import media

EXPECT = {"file-leak": "fail"}
ALSO_RIGHT = [{"file-leak": "fail", "unbounded-cache": "fail"}]
TARGET = "Shards"
GROUND_SIZES = (128, 512)


def data(n):
    return {"shards": media.tar_shards(n, 4)}


class Shards:
    def __init__(self, shards, batch_size=4):
        self.shards = shards
        self.batch_size = batch_size
        self.archives = {}

    def __len__(self):
        return len(self.shards)

    def __getitem__(self, index):
        path = self.shards[index]
        if path not in self.archives:
            self.archives[path] = tarfile.open(path)  # finds: file-leak, unbounded-cache
        archive = self.archives[path]
        names = [name for name in archive.getnames() if name.endswith(".npy")]
        return np.stack([np.load(io.BytesIO(archive.extractfile(name).read())) for name in names])
