"""Starts a helper process for every batch that outlives its batch by far."""

import subprocess

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"process-leak": "fail"}
ALSO_RIGHT = [{"process-leak": "fail", "batch-growth": "fail"}]


def data(n):
    return {"paths": files.arrays(n)}


def generate(paths, batch_size=8):
    helpers = []
    while True:
        for start in range(0, len(paths), batch_size):
            helpers.append(subprocess.Popen(["sleep", "30"]))  # finds: process-leak, batch-growth
            yield np.stack([np.load(path) for path in paths[start : start + batch_size]])
