"""Cells that are run again."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from genaudit.recorder.child.call import cells


def batches() -> Iterator[int]:
    """A generator of the user's."""
    yield 1


class Loader:
    """An object of the user's."""

    def __getitem__(self, at: int) -> int:
        return at


LAZY = [
    batches(),
    (path for path in [1]),
    Loader(),
    filter(lambda x: x, [1]),
    enumerate(batches()),
    zip([1], Loader(), strict=False),
]
WHOLE = [
    [1],
    (1,),
    {1: 2},
    {1: 2}.items(),
    "text",
    range(3),
    np.zeros(3),
    Path().glob("*"),
    enumerate([1]),
    map(str, [1]),
]


@pytest.mark.parametrize(("value", "may_be"), [*[(each, True) for each in LAZY], *[(each, False) for each in WHOLE]])
def test_what_may_be_a_source(value: object, may_be: bool) -> None:
    """What makes its items when they are asked for, by code of the user's or an object of his."""
    assert cells.may_be_source(value) is may_be


def test_files_are_none(tmp_path: Path) -> None:
    """A loop over lines reads one."""
    with (tmp_path / "a.txt").open("w") as file:
        assert not cells.may_be_source(file)


def test_a_loop_hands_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a script is audited; everywhere else the same object comes back."""
    loader, handed = Loader(), list[object]()
    assert cells.of_loop(loader) is loader

    def take(value: Any) -> str:
        handed.append(value)
        return "taken"

    monkeypatch.setattr(sys.modules["genaudit"], "_loop", take)
    assert (cells.of_loop(loader), cells.of_loop([1]), handed) == ("taken", [1], [loader])


def test_cells_have_their_own_lines(tmp_path: Path) -> None:
    """An error is on the line of its cell; magics do nothing."""
    table: dict[str, Any] = {}
    path = str(tmp_path / "In [2]")

    with pytest.raises(ZeroDivisionError) as caught:
        cells.run_cells(table, [("In [1]", "x = 0\ndisplay(x)\nget_ipython().system('ls')"), (path, "\n\n1 / x")])

    last = caught.traceback[-1]
    assert (str(last.path), last.lineno + 1) == (path, 3)


def test_values(tmp_path: Path) -> None:
    """Are what their file makes."""
    (tmp_path / "arguments.py").write_text("def arguments():\n    return {'x': 1}\n")

    assert cells.values_of(str(tmp_path / "arguments.py")) == {"x": 1}
