"""Statements of cells: the names that they make, change and read."""

import ast

import pytest

from genaudit.cells.statements import Cell, statement_of, statements_of


@pytest.mark.parametrize(
    ("text", "makes", "changes", "reads", "later"),
    [
        ("x = x + 1", {"x"}, set(), {"x"}, set()),
        ("x += step", {"x"}, {"x"}, {"x", "step"}, set()),
        ("import numpy as np", {"np"}, set(), set(), set()),
        ("names = [name for name in files if name]", {"names"}, set(), {"files"}, set()),
        (
            "def gen(n=size):\n    yield cache[n] + sum(w for w in weights)",
            {"gen"},
            set(),
            {"size"},
            {"cache", "weights", "sum"},
        ),
        ("def put(x):\n    cache[x] = 1\n    seen.append(x)", {"put"}, {"cache", "seen"}, set(), {"cache", "seen"}),
        ("def count():\n    global n\n    n += 1", {"count"}, {"n"}, set(), {"n"}),
        (
            "class A(Base):\n    size = default\n    def f(self):\n        return table",
            {"A"},
            set(),
            {"Base", "default"},
            {"table"},
        ),
        ("with open(path) as file:\n    text = file.read()", {"file", "text"}, set(), {"open", "path"}, set()),
        ("model.compile('adam')", set(), {"model"}, {"model"}, set()),
        ("model.fit(data)", set(), set(), {"model", "data"}, set()),
        ("f = lambda x=first: x + last", {"f"}, set(), {"first"}, {"last"}),
        ("for i, row in rows:\n    out.append(row)", {"i", "row"}, {"out"}, {"rows", "out"}, set()),
    ],
)
def test_names(text: str, makes: set[str], changes: set[str], reads: set[str], later: set[str]) -> None:
    """Names that a statement binds first are none that it needs; those in bodies of functions are needed later."""
    found = statement_of(0, ast.parse(text).body[0])

    assert (found.makes, found.changes, found.reads, found.reads_later) == (makes, changes, reads, later)


def test_a_cell_that_is_no_python_has_none() -> None:
    """The others have theirs, with the lines of decorators."""
    found = statements_of([Cell("In [1]", "for"), Cell("In [2]", "x = 1\n\n@wrap\ndef f():\n    pass\n")])

    assert [(each.cell, each.first, each.last) for each in found] == [(1, 1, 1), (1, 3, 5)]
