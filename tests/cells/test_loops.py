"""Loops of a cell, marked."""

import pytest

from genaudit.cells.loops import with_marked_loops


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("for é, x in tqdm(gen(8)):\n    pass", "for é, x in tqdm(_m(gen(8))):\n    pass"),
        ("n = sum(1 for _ in gen)", "n = sum(1 for _ in _m(gen))"),
        ("first = next(iter(loader))", "first = next(iter(_m(loader)))"),
        ("[b for b in zip(one, data.two)]", "[b for b in zip(_m(one), _m(data.two))]"),
        ("list(iter(\n    gen(1)\n))", "list(iter(\n    _m(gen(1))\n))"),
        (
            "def gen():\n    for path in paths:\n        yield path",
            "def gen():\n    for path in paths:\n        yield path",
        ),
        ("for x in [1, 2]:\n    pass", "for x in [1, 2]:\n    pass"),
        ("for", "for"),
    ],
)
def test_marked(text: str, marked: str) -> None:
    """What a loop runs over, inside of what only passes it on; lines stay, and functions are left alone."""
    assert with_marked_loops(text, "_m") == marked
