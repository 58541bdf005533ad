"""Parses a whole JSON file into lists of Python floats, 32 bytes for each number."""

import json

import numpy as np

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail"}
ALSO_RIGHT = [{"eager-load": "fail", "whole-file-read": "fail"}]


def data(n):
    return {"path": files.json_records(n)}


def generate(path, batch_size=16):
    with open(path) as file:
        samples = json.load(file)  # finds: eager-load, whole-file-read
    for start in range(0, len(samples), batch_size):
        yield np.array([sample["features"] for sample in samples[start : start + batch_size]], dtype="float32")
