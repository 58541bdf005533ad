"""Files that another process runs: executed here, they have what the notebook had."""

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from genaudit.cells.live import Live, expression_in, live
from genaudit.cells.rebuild import Rebuilt, as_call, rebuilt_call, rebuilt_cell, rebuilt_target
from genaudit.cells.statements import Cell
from genaudit.errors import UsageError


def notebook(*texts: str) -> Live:
    """A notebook whose cells were run."""
    table: dict[str, Any] = {"__name__": "__main__"}
    for text in texts:
        exec(text, table)
    return Live([Cell(f"In [{at}]", text) for at, text in enumerate(texts, 1)], table, f"In [{len(texts) + 1}]")


def names_of(rebuilt: Rebuilt) -> dict[str, Any]:
    """What the file has, when it is run."""
    return runpy.run_path(rebuilt.target.partition(".py:")[0].removesuffix(".py") + ".py")


GENERATOR = "def gen(paths, size=2, change=None):\n    for path in paths:\n        yield change(path) * size\n"


def test_a_function(tmp_path: Path) -> None:
    """With its cell's own lines; plain arguments are sent, and the cell that has it is in its name."""
    book = notebook("from math import pi\n", "\n" + GENERATOR)
    rebuilt = rebuilt_target(book, "gen", {"paths": [Path("a"), "b"], "size": 3}, tmp_path)
    made = names_of(rebuilt)["gen"]

    assert (rebuilt.shown, rebuilt.values) == ("In [2]:gen", {"paths": [Path("a"), "b"], "size": 3})
    assert (made.__code__.co_filename, made.__code__.co_firstlineno) == (str(tmp_path / "In [2]"), 2)
    assert list(made([2], change=float)) == [4.0]


def test_arguments_that_are_made_again(tmp_path: Path) -> None:
    """A function of the notebook, an object by its expression; arrays beside them."""
    book = notebook(
        GENERATOR, "rate = 2\ndef change(x):\n    return x + rate\n", "import numpy as np\nx = np.arange(3)\n"
    )
    rebuilt = rebuilt_call(book, "gen(x, change=change)", tmp_path)
    made = names_of(rebuilt)

    arguments = made["_genaudit_arguments"]()
    assert rebuilt.args_from == f"{tmp_path / 'notebook.py'}:_genaudit_arguments"
    assert np.array_equal(arguments["paths"], np.arange(3))
    assert arguments["change"](1) == 3


def test_calls() -> None:
    """By the names of parameters, those of a constructor on the way included; values where they can be sent."""
    book = notebook(
        GENERATOR,
        "class Loader:\n    def __init__(self, root):\n        self.root = root\n"
        "    def flow(self, size):\n        yield size\n"
        "loader = Loader('a')\nroot = 'imgs'\nn = 3",
    )

    assert as_call(book, "gen([n] * 2, size=n)") == ("gen", {"paths": [3, 3], "size": 3})
    assert as_call(book, "Loader(root).flow(8)") == ("Loader.flow", {"root": "imgs", "size": 8})
    assert as_call(book, "loader.flow(n)") == ("loader.flow", {"size": 3})
    assert as_call(book, "loader") == ("loader", {})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("gen(", "no expression"),
        ("gen() + 1", "neither a call nor the name"),
        ("other(1)", "there is no 'other'"),
        ("gen(1, 2, 3, 4)", "too many positional arguments"),
        ("gen(nowhere)", "nowhere cannot be evaluated here: NameError"),
        ("gen(*paths)", r"\* and \*\* cannot be followed"),
    ],
)
def test_what_is_no_call(text: str, told: str, tmp_path: Path) -> None:
    """Says why."""
    with pytest.raises(UsageError, match=told):
        rebuilt_call(notebook(GENERATOR, "paths = []"), text, tmp_path)


def test_a_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs behind what it needs; its loop hands over what it runs over."""
    book = notebook("def gen(n):\n    yield from range(n)\n", "n = 2\nseen = [5]\n")
    handed = []
    monkeypatch.setattr("genaudit._loop", lambda value: handed.append(value) or iter(["given"]))

    rebuilt = rebuilt_cell(book, "\nfor x in gen(n):\n    seen.append(x)\n", tmp_path)

    assert names_of(rebuilt)["seen"] == [5, "given"]
    assert (rebuilt.shown, len(handed), handed[0].gi_code.co_name) == ("In [3]", 1, "gen")
    assert (tmp_path / "In [3]").read_text() == "\nfor x in gen(n):\n    seen.append(x)\n"


def test_what_is_elsewhere() -> None:
    """A function of a module is found there, one inside another function nowhere; here is no notebook."""
    book = notebook(GENERATOR, "def outer():\n    def inner():\n        yield 1\n    return inner\ninner = outer()")

    assert expression_in(book, Path) is None
    assert expression_in(book, book.namespace["inner"]) is None
    assert expression_in(book, book.namespace["gen"]) == "gen"
    assert live() is None or live().cells is not None
