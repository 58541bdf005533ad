"""Loops of the user's files that ask what they run over."""

import ast

import pytest

from genaudit.recorder.child.watch.rewrite import LOOP, changed, compiled


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("for x in gen(3):\n    pass\n", 1),
        ("def train(loader):\n    for x in loader:\n        pass\n", 1),
        ("it = gen()\nfor i in range(3):\n    x = next(it)\n", 2),
        # What another compiler may read, and what belongs to a source.
        ("@njit\ndef f(xs):\n    for x in xs:\n        pass\n", 0),
        ("def f(xs):\n    for x in xs:\n        pass\ng = njit(f)\n", 0),
        ("class Net(nn.Module):\n    def run(self, xs):\n        for x in xs:\n            pass\n", 0),
        ("def gen(xs):\n    for x in xs:\n        yield x\n", 0),
        ("def next(x):\n    return x\nfor x in gen():\n    next(x)\n", 0),
    ],
)
def test_which_loops_ask(text: str, n: int) -> None:
    """Only those of plain functions and of the module itself."""
    assert changed(ast.parse(text)) == n


def test_elsewhere_it_is_the_same_code() -> None:
    """In a process that is not watched the loop is Python's own; its lines are where they were."""
    code = compiled("seen = []\nfor x in iter([1, 2]):\n    seen.append(x)\n1 / 0\n", "train.py")
    table: dict[str, object] = {}
    with pytest.raises(ZeroDivisionError) as raised:
        exec(code, table)
    assert table["seen"] == [1, 2]
    assert raised.tb.tb_next is not None
    assert raised.tb.tb_next.tb_lineno == 4
    assert LOOP in code.co_consts
