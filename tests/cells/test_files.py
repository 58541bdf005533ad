"""A function of a notebook in a file: its statements alone, on their lines."""

import pytest

from genaudit.cells.files import needed_text
from genaudit.errors import UsageError

CELLS = [
    "from __future__ import annotations\nimport json\nimport heavy\n",
    "paths = ['a']\nmodel = heavy.Model()\n",
    "def load(path): return json.loads(path)\n\ndef gen(size=2):\n    for path in paths:\n        yield load(path)\n",
    "paths.append('b')\nmodel.fit(gen())\n",
    "class Loader:\n    def flow(self): yield 1\n",
]


def test_only_what_is_needed_is_left_on_its_lines() -> None:
    """No model is made, nothing is fitted; what changes the paths is run."""
    lines = needed_text("book.ipynb", CELLS, "gen").splitlines()

    assert [(number, line) for number, line in enumerate(lines, 1) if line.strip()] == [
        (1, "from __future__ import annotations"),
        (2, "import json"),
        (4, "paths = ['a']"),
        (6, "def load(path): return json.loads(path)"),
        (8, "def gen(size=2):"),
        (9, "    for path in paths:"),
        (10, "        yield load(path)"),
        (11, "paths.append('b')"),
    ]


def test_a_method_needs_its_class() -> None:
    """The name before the dot."""
    assert "class Loader" in needed_text("book.ipynb", CELLS, "Loader.flow")


def test_a_name_that_no_cell_makes() -> None:
    """What could be meant is named, generators first."""
    with pytest.raises(UsageError, match=r"no cell of book\.ipynb makes 'gne'") as caught:
        needed_text("book.ipynb", CELLS, "gne")

    assert caught.value.hint == "it defines book.ipynb:gen, book.ipynb:Loader, book.ipynb:load"


def test_a_notebook_without_functions() -> None:
    """Its cells are what there is."""
    with pytest.raises(UsageError) as caught:
        needed_text("book.ipynb", ["x = 1\n"], "gen")

    assert caught.value.hint.endswith("genaudit run book.ipynb")
