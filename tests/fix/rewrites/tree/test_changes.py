"""What is not changed stays, to the last blank; what is added fits in."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

pytest.importorskip("libcst")

import libcst as cst

from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.source import Source

MESSY = '''#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""A file of many hands."""
from __future__ import annotations
import numpy  as np ;import os


@ decorated (x = 1 )
def f ( a,b=( 1,
\t2 ) ,*, c ) :
\tmatch a :
\t\tcase [ 1, *_ ] if b :   # why not
\t\t\tx = 1 ; y = 2;  gone ( )
\t\tcase { "k" : v } : pass
\tif a: gone ( )
\telse :
\t\tx = lambda : ( yield )
\treturn   [ k for k in a
\t\tif k ]   # the end
class C ( object ) : pass
x = 3 # no line end'''


def test_all_else_stays() -> None:
    source = Source(MESSY)
    changes = Changes(source)
    for call in source.calls("gone"):
        statement = source.small(call)
        assert statement is not None
        changes.remove(statement)

    assert changes.apply() == MESSY.replace("y = 2;  gone ( )", "y = 2").replace("if a: gone ( )", "if a: pass")


def changed(text: str, change: Callable[[Source, Changes], None]) -> str:
    source = Source(textwrap.dedent(text).lstrip("\n"))
    changes = Changes(source)
    change(source, changes)
    return changes.apply()


def needed(module: str) -> Callable[[Source, Changes], None]:
    def change(source: Source, changes: Changes) -> None:
        value = source.find(cst.Ellipsis)[0]
        changes.replace(value, changes.module(module))

    return change


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = ...\n", "import itertools\nx = itertools\n"),
        ('"""A."""\nx = ...\n', '"""A."""\n\nimport itertools\nx = itertools\n'),
        ("import os\n\nx = ...\n", "import itertools\nimport os\n\nx = itertools and os\n"),
        ("import ast\n\nx = ...\n", "import ast\nimport itertools\n\nx = itertools and ast\n"),
        ("# why\nimport numpy\n\nx = ...\n", "# why\nimport itertools\n\nimport numpy\n\nx = itertools and numpy\n"),
        ("import itertools as it\n\nx = ...\n", "import itertools as it\n\nx = it\n"),
        ("itertools = 3\nx = ...\n", "import itertools as itertools_\nitertools = 3\nx = itertools_\n"),
        (
            "def f():\n    import itertools\nx = ...\n",
            "import itertools\ndef f():\n    import itertools\nx = itertools\n",
        ),
    ],
)
def test_an_import_comes_where_its_neighbours_are(before: str, after: str) -> None:
    for name in ("os", "ast", "numpy"):
        # Imports that nothing uses are none of ours: they stay.
        after = after.replace(f" and {name}", "")

    assert changed(before, needed("itertools")) == after


def test_a_loop_and_a_condition_that_do_nothing_go() -> None:
    def change(source: Source, changes: Changes) -> None:
        for call in source.calls("gone"):
            statement = source.small(call)
            assert statement is not None
            changes.remove(statement)

    before = """
    for k in x[1:]:
        if k % 2:
            gone()
    for k in x:
        gone()
    if f(x):
        gone()
    if x:
        gone()
    else:
        pass
    while x:
        gone()
    """

    after = "for k in x:\n    pass\nif f(x):\n    pass\nif x:\n    pass\nelse:\n    pass\nwhile x:\n    pass\n"
    assert changed(before, change) == after


def test_statements_move_with_what_is_changed_in_them() -> None:
    def change(source: Source, changes: Changes) -> None:
        block = source.find(cst.With)[0]
        changes.replace(source.find(cst.Ellipsis)[0], "y")
        changes.move_into(block, source.following(block))

    before = "def f():\n    with g() as h:\n        x = h\n\n    # Then.\n    return x + ...\n"

    after = "def f():\n    with g() as h:\n        x = h\n\n        # Then.\n        return x + y\n"
    assert changed(before, change) == after
