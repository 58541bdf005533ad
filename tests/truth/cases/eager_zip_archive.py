"""Unpacks the whole archive into a dictionary of bytes."""

import io
import zipfile

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail"}
TARGET = "Archive(batch_size=8).batches"


def data(n):
    return {"archive": files.zip_archive(n)}


class Archive:
    def __init__(self, batch_size):
        self.batch_size = batch_size

    def batches(self, archive):
        with zipfile.ZipFile(archive) as members:
            contents = {name: members.read(name) for name in members.namelist()}  # finds: eager-load
        names = list(contents)
        for start in range(0, len(names), self.batch_size):
            yield np.stack([np.load(io.BytesIO(contents[name])) for name in names[start : start + self.batch_size]])
