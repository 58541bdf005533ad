"""A function that makes the data set is called for each fold: what stays each time is found, with its line."""

from pathlib import Path
from typing import Any

import pytest

from tests.real_run import Scratch

pytestmark = pytest.mark.process

FOLDS = """
import functools

KEPT = []


class Batches:
    def __init__(self, n, shift):
        self.n, self.shift = n, shift

    def __iter__(self):
        for k in range(self.n // 8):
            yield bytes(50_000)


def leaking(n=80):
    table = bytes(range(256)) * 8_000
    KEPT.append(lambda k: table[k])
    return Batches(n, KEPT[-1])


@functools.lru_cache(maxsize=2)
def table_of(seed):
    return bytes(range(256)) * 8_000


def clean(n=80):
    table = table_of(0)
    return Batches(n, lambda k: table[k])


def arguments(n):
    return {"n": n}
"""


def outcome(folder: Path, target: str) -> dict[str, Any]:
    """What the rule said."""
    scratch = Scratch(folder)
    scratch.write("data.py", FOLDS)
    done = scratch.run("run", f"data.py:{target}", "--args-from", "data.py:arguments", "--items", "160")
    (answer,) = [outcome for outcome in done.report["outcomes"] if outcome["name"] == "call-growth"]
    return {**answer, "exit": done.code}


def test_a_closure_is_kept_for_each_fold(tmp_path: Path) -> None:
    """The line is the one that keeps it, not the one that made it."""
    answer = outcome(tmp_path, "leaking")

    assert (answer["verdict"], answer["exit"]) == ("fail", 1)
    assert answer["location"]["line"] == 18
    assert 1.9e6 < answer["value"] < 2.2e6


def test_one_table_for_all_folds(tmp_path: Path) -> None:
    """Is made in the first call, and no growth."""
    answer = outcome(tmp_path, "clean")

    assert (answer["verdict"], answer["exit"]) == ("pass", 0)
