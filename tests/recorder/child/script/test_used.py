"""The globals that a source uses, and no others."""

import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from genaudit.recorder.child.script.used import Used

SCRIPT = """
import functools
data = [1, 2]
others = [3]
cache = {}
unused = list(range(100))

def read(index):
    return data[index]

def batches():
    for index in range(2):
        yield read(index)

class Loader:
    def __iter__(self):
        yield others

    @staticmethod
    def kept():
        return cache

def around():
    inside = [5]
    def inner():
        yield inside, others
    return inner()

made = {
    "generator": batches(),
    "object": Loader(),
    "closure": around(),
    "partial": functools.partial(read, 0),
    "in a list": [[batches]],
}
"""


@pytest.fixture
def script(write: Callable[[str, str], Path]) -> types.ModuleType:
    """A module that has run as a script does."""
    path = write("train.py", SCRIPT)
    main = types.ModuleType("__main__")
    exec(compile(SCRIPT, str(path), "exec"), vars(main))
    return main


@pytest.mark.parametrize(
    ("name", "used"),
    [
        pytest.param("generator", {"data", "read"}, id="through a function that it calls"),
        pytest.param("object", {"others", "cache"}, id="methods of a class"),
        pytest.param("closure", {"others"}, id="an inner function"),
        pytest.param("partial", {"data"}, id="a function in C around one"),
        pytest.param("in a list", {"data", "read"}, id="what a container holds"),
    ],
)
def test_names(script: Any, name: str, used: set[str]) -> None:
    """By what the code of the source says."""
    assert Used(script.made[name]).names_in(vars(script)) == used


def test_values(script: Any) -> None:
    """Without functions: what they use is there itself."""
    assert Used(script.made["generator"]).values() == [("data", [1, 2])]


def test_nothing_of_the_users_is_called() -> None:
    """An object may answer to every name, or to none."""

    class Hostile:
        def __getattribute__(self, name: str) -> Any:
            raise SystemExit(name)

        @property
        def __class__(self) -> Any:
            raise SystemExit

    assert Used([Hostile()]).values() == []
