"""Images of an archive, unpacked into a list."""

import io
import zipfile

import numpy as np

from tests.truth.cases.helpers import files


def data(n):
    return {"archive": files.zip_archive(n)}


def generate(archive, batch_size=16):
    z = zipfile.ZipFile(archive)
    images = [np.load(io.BytesIO(z.read(name))) for name in z.namelist()]
    for i in range(0, len(images), batch_size):
        yield np.array(images[i : i + batch_size])
