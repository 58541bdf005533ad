"""Which cells are needed: followed by names, the last definition counts, what is filled is made anew."""

import ast
import threading
from collections.abc import Iterable
from typing import Any

import pytest

from genaudit.cells.slicing import Slice
from genaudit.cells.statements import Cell
from genaudit.errors import UsageError
from genaudit.recorder.python_values import can_be_sent


def cells(*texts: str) -> list[Cell]:
    """Cells in their order."""
    return [Cell(f"In [{number}]", text) for number, text in enumerate(texts, 1)]


def taken(needed: Slice) -> list[str]:
    """First lines of the statements."""
    return [ast.unparse(each.node).split("\n")[0] for each in needed.statements]


def run(*texts: str) -> dict[str, Any]:
    """The namespace of cells that were run."""
    table: dict[str, Any] = {"__name__": "__main__"}
    for text in texts:
        exec(text, table)
    return table


def need(texts: Iterable[str], *names: str) -> Slice:
    """What names need where the cells were run."""
    texts = list(texts)
    needed = Slice(cells(*texts), run(*texts), can_be_sent)
    needed.need(names)
    return needed


def test_names_are_followed() -> None:
    """Through functions and imports; plain values are sent and their statements left."""
    needed = need(
        [
            "import json as j\nfrom json import dumps\nunused = 1",
            "size = 3\npaths = ['a'] * size",
            "def load(path):\n    return j.dumps(path), dumps(2)",
            "def gen():\n    for path in paths:\n        yield load(path)",
        ],
        "gen",
    )

    assert taken(needed) == ["from json import dumps", "def load(path):", "def gen():"]
    assert (needed.values, needed.imports) == ({"paths": ["a"] * 3}, {"j": "json"})


def test_the_last_definition_counts() -> None:
    """Of a function that was edited and run again, and of what it calls."""
    needed = need(["def gen(): yield 1", "def gen(): yield step", "step = 1", "step = 2"], "gen")

    assert ast.unparse(needed.statements[0].node) == "def gen():\n    yield step"
    assert needed.values == {"step": 2}


def test_what_the_code_fills_is_made_anew() -> None:
    """A cache that the notebook has filled would be the leak itself; what other cells put there comes too."""
    needed = need(
        ["cache = {}\ncache['first'] = 0", "def gen():\n    cache[1] = 1\n    yield cache", "list(gen())"], "gen"
    )

    assert taken(needed) == ["cache = {}", "cache['first'] = 0", "def gen():"]
    assert needed.values == {}


def test_what_cannot_be_sent_is_made_by_its_statements() -> None:
    """With what these need at their place: a name that changed its meaning since is taken as it was there."""
    needed = need(
        ["import threading\nn = 1", "gate = threading.Semaphore(n)", "n = 'two'", "def gen():\n    yield gate, n"],
        "gen",
    )

    assert taken(needed) == ["n = 1", "gate = threading.Semaphore(n)", "n = 'two'", "def gen():"]
    assert needed.imports == {"threading": "threading"}


def test_statements_alone() -> None:
    """Of a notebook that is not running."""
    needed = Slice(cells("x = 1\nx = x + 1\ny = 3", "def gen():\n    yield x"))
    needed.need(["gen"])

    assert taken(needed) == ["x = 1", "x = x + 1", "def gen():"]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("gate", threading.Lock(), "make it in a cell"),
        ("hidden", run("def hidden(): yield 1")["hidden"], "%%writefile"),
    ],
)
def test_what_cannot_be_had(name: str, value: object, told: str) -> None:
    """Says what it is, and the way out."""
    needed = Slice([], {name: value}, can_be_sent)

    with pytest.raises(UsageError) as caught:
        needed.need([name])

    assert repr(name) in caught.value.message
    assert told in (caught.value.hint or "")
