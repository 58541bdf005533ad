"""Streams a TAR archive from front to back, as WebDataset does; the archive object notes the members it has passed."""

import io
import tarfile

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {}


def data(n):
    return {"archive": files.tar_archive(n, (128, 128, 4))}


def samples(archive):
    with tarfile.open(archive, "r|") as stream:
        for member in stream:
            content = stream.extractfile(member).read()
            yield member.name, np.load(io.BytesIO(content))


def generate(archive, batch_size=8):
    names, images = [], []
    for name, image in samples(archive):
        names.append(name)
        images.append(image)
        if len(images) == batch_size:
            yield names, np.stack(images)
            names, images = [], []
    if images:
        yield names, np.stack(images)
