"""Tokenizes the whole corpus into one list of numbers before the first block is cut from it."""

import json

import numpy as np

from tests.truth.cases.helpers import media

EXPECT = {"eager-load": "fail"}
ALSO_RIGHT = [{"whole-file-read": "fail"}, {"eager-load": "fail", "whole-file-read": "fail"}]
BLOCK = 256


def data(n):
    return {"path": media.json_lines(n)}


def tokenize(text):
    return [1000 + (hash(word) & 0xFFFF) for word in text.split()]


def generate(path, batch_size=16):
    tokens = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            tokens.extend(tokenize(json.loads(line)["text"]))  # finds: eager-load, whole-file-read
    step = batch_size * BLOCK
    for start in range(0, len(tokens), step):
        yield np.array(tokens[start : start + step], dtype=np.int64)
