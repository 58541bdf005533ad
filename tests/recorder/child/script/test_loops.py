"""The generator of a loop is found while the loop's body runs."""

import contextlib
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from genaudit.recorder.child.script.loops import run_over, running_generators


def numbers(n: int = 3) -> Iterator[int]:
    """A generator of the user's."""
    yield from range(n)


def doubled() -> Iterator[int]:
    """Another that is fed by the first."""
    yield from (2 * number for number in numbers())


@contextlib.contextmanager
def timed() -> Iterator[None]:
    """It waits too, and gives no batches."""
    yield


def running() -> list[str]:
    """Names of those of this file: pytest's own fixtures wait as well."""
    return sorted(one.gi_code.co_name for one in running_generators() if one.gi_code.co_filename == __file__)


def test_the_one_that_runs() -> None:
    """Through whatever counts it; neither one that waits to begin nor one of a context."""
    waiting = doubled()
    for _, _ in enumerate(itertools.chain(doubled())):
        with timed():
            found = running()
        break

    assert found == ["doubled"]
    waiting.close()


def test_two_at_once() -> None:
    """It is not known which is meant."""
    names = []
    for _, _ in zip(numbers(), doubled(), strict=False):
        names = running()
        break

    assert names == ["doubled", "numbers"]


def test_none() -> None:
    """A loop over a list."""
    for _ in [1, 2]:
        assert running() == []


class Loader:
    """It gives its batches itself, without a generator."""

    def __iter__(self) -> "Loader":
        return self

    def __next__(self) -> int:
        return 1


LOOP = """
for batch in {over}:
    for _ in range(2):
        step(batch)
"""


@pytest.mark.parametrize(
    ("over", "is_found"),
    [
        pytest.param("loader", True, id="by its name"),
        pytest.param("enumerate(loader)", True, id="counted"),
        pytest.param("tqdm(loader)", True, id="with a bar"),
        pytest.param("a_list", False, id="data as a whole"),
        pytest.param("range(3)", False, id="counts"),
        pytest.param("make(loader)", False, id="made there"),
        pytest.param("unknown", False, id="no such name"),
    ],
)
def test_what_has_a_name_in_the_loop(over: str, is_found: bool, tmp_path: Path) -> None:
    """Where it is no generator."""
    path = tmp_path / "train.py"
    path.write_text(LOOP.format(over=over))
    values = {"loader": Loader(), "a_list": [1]}

    assert (run_over(str(path), 4, values.get) is values["loader"]) is is_found
    assert run_over(str(tmp_path / "gone.py"), 4, values.get) is None
