"""Readers kept by path: as many open files as the data set has items."""

from pathlib import Path

import pytest

from tests.real_run import Scratch

pytestmark = pytest.mark.process

READERS = """
class Clips:
    def __init__(self, paths, size=8):
        self.paths, self.size, self.readers = paths, size, {}

    def __len__(self):
        return len(self.paths) // self.size

    def __getitem__(self, at):
        return [self.read(path) for path in self.paths[at * self.size : (at + 1) * self.size]]

    def read(self, path):
        if path not in self.readers:
            self.readers[path] = open(path, "rb")
        self.readers[path].seek(0)
        return self.readers[path].read()


def arguments(n):
    paths = [f"clip-{k:05d}.bin" for k in range(n)]
    for path in paths:
        with open(path, "wb") as file:
            file.write(bytes(5_000))
    return {"paths": paths}
"""


def test_files_grow_with_the_data_set(tmp_path: Path) -> None:
    """They level off after an epoch, and are a fault all the same: the line that opens them is named."""
    scratch = Scratch(tmp_path)
    scratch.write("data.py", READERS)

    done = scratch.run("run", "data.py:Clips", "--args-from", "data.py:arguments", "--items", "200")

    (answer,) = [outcome for outcome in done.report["outcomes"] if outcome["name"] == "file-leak"]
    assert (answer["verdict"], done.code) == ("fail", 1)
    assert answer["location"]["line"] == 14
    assert "ulimit -n" in answer["message"]
