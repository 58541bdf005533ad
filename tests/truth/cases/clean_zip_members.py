"""Reads members of a ZIP archive one by one; the archive's directory is an index of some hundred bytes per item."""

import io
import zipfile

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"archive": files.zip_archive(n, (128, 128, 4))}


def generate(archive, batch_size=8):
    with zipfile.ZipFile(archive) as members:
        names = members.namelist()
        while True:
            for start in range(0, len(names), batch_size):
                batch = [np.load(io.BytesIO(members.read(name))) for name in names[start : start + batch_size]]
                yield np.stack(batch)
