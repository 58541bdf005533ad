"""What is said of a script that cannot be audited: what was looked for, and what to type."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from genaudit.recorder.child.script import ending
from genaudit.recorder.child.script.found import Found

Write = Callable[[str, str], Path]


def found(number: int, value: object, name: str = "") -> Found:
    """A source of a script."""
    made = Found(value, "Model.fit")
    made.number, made.name, made.path, made.line = number, name, "/shop/train.py", 12
    return made


def test_one_that_comes_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names the calls, the mark for a loop, and generators that can be audited by themselves."""
    main = ModuleType("__main__")
    exec("def build(): pass\ndef batches():\n    yield 1", vars(main))
    monkeypatch.setitem(sys.modules, "__main__", main)

    refusal = ending.without_source("train.py", None, [], None)

    assert "Model.fit" in refusal.message
    assert "genaudit.source(batches)" in refusal.hint
    assert "genaudit run train.py:batches" in refusal.hint


@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param(2, "exit code 2", id="a number"),
        pytest.param("no GPU was found", "no GPU was found", id="a text"),
    ],
)
def test_one_that_ends_itself(code: object, told: str) -> None:
    """Mostly for want of arguments."""
    refusal = ending.without_source("train.py", SystemExit(code), [], None)

    assert told in refusal.message
    assert "genaudit run train.py -- " in refusal.hint


def test_one_that_ends_well() -> None:
    """``sys.exit(main())`` is an end like any other."""
    assert ending.without_source("train.py", SystemExit(0), [], None).slug == "no-source"


def test_a_source_that_is_not_there() -> None:
    """Those that are, are told."""
    refusal = ending.without_source("train.py", None, [found(1, [], "train"), found(2, iter([]))], "valid")

    assert "1 train, 2 list_iterator" in refusal.message
    assert refusal.hint == "genaudit run train.py --source train"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        pytest.param({"image": [1]}, "dict of 1: image, which is in memory as a whole", id="a dict"),
        pytest.param(None, "nothing", id="nothing"),
    ],
)
def test_data(value: object, told: str) -> None:
    """Is no source."""
    refusal = ending.no_source_itself(found(1, value))

    assert refusal is not None
    assert f"train.py:12 hands Model.fit {told}" in refusal.message


def test_sources_are_none_of_it() -> None:
    """Lists of what is no array included: a loop goes over them."""
    assert [ending.no_source_itself(found(1, value)) for value in (iter([]), [], [[1], [2]], range(3))] == [None] * 4


def test_a_loop_of_its_own(write: Write) -> None:
    """Which line to write anew, and how; loops that count are none."""
    path = write(
        "train.py",
        """
        def train(batches, step):
            for epoch in range(3):
                for x, y in batches(epoch):
                    for _ in range(2):
                        step()
        """,
    )
    names: dict[str, Callable[..., None]] = {}
    exec(compile(path.read_text(), str(path), "exec"), names)
    told = []

    names["train"](lambda _: [(1, 2)], lambda: told.append(ending.in_a_bare_loop("Tensor.backward", sys._getframe(1))))

    assert "train.py:6 makes a training step (Tensor.backward)" in told[0].message
    assert "write line 4 as for (x, y) in genaudit.source(batches(epoch)):" in told[0].hint


def test_nobody_types(write: Write) -> None:
    """The line that asks; the end of a file is another error."""
    path = write("train.py", "\nn = input('how many?')\n")

    def ask(_: str) -> str:
        raise EOFError("EOF when reading a line")

    with pytest.raises(EOFError) as caught:
        exec(compile(path.read_text(), str(path), "exec"), {"input": ask})

    refusal = ending.asked_for_input("train.py", caught.value)
    assert refusal is not None
    assert refusal.message.startswith("test_ending.py:") or "train.py:2" in refusal.message
    assert ending.asked_for_input("train.py", EOFError("Ran out of input")) is None
