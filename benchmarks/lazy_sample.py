"""The lazy sample with a data set of its own, for measuring what a whole audit costs."""

from sample_generators.efficient import efficient_generator as generate
from tests.truth.cases.helpers import files

__all__ = ["data", "generate"]


def data(n):
    """Real JPEG files of 256x256 pixels."""
    labels = [index % 10 for index in range(n)]
    return {"image_paths": files.jpegs(n, 256, 256), "labels": labels, "batch_size": 32, "image_size": (256, 256)}
