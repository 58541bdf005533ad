"""Reads all lines of a text file into a list."""

from tests.truth.cases.helpers import files

EXPECT = {"eager-load": "fail"}
ALSO_RIGHT = [{"whole-file-read": "fail"}, {"eager-load": "fail", "whole-file-read": "fail"}]


def data(n):
    return {"text_file": files.text(n, length=4096)}


def generate(text_file, batch_size=16):
    with open(text_file, encoding="utf-8") as file:
        lines = file.readlines()  # finds: eager-load, whole-file-read
    for start in range(0, len(lines), batch_size):
        yield [line.rstrip() for line in lines[start : start + batch_size]]
