"""What a source holds already when it is handed over, and what the script has beside it."""

import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest

from genaudit.recorder.child.script.found import Found
from genaudit.recorder.child.script.held import held_by

SCRIPT = """
images = [bytes(10_000) for _ in range(100)]
validation = [bytes(10_000) for _ in range(300)]
kept = []

def batches(more):
    for image in images:
        kept.append(1)
        yield image, more

def main(hand_over):
    own, other = [bytes(50_000)], [bytes(70_000)]
    source = batches(own)
    return hand_over(source)
"""


def test_by_the_source_and_beside_it(monkeypatch: pytest.MonkeyPatch, write: Callable[[str, str], Path]) -> None:
    """Globals that its code names and what it was given are its own; all else that was there is not."""
    path = write("train.py", SCRIPT)
    main = types.ModuleType("__main__")
    main.__file__ = str(path)
    exec(compile(SCRIPT, str(path), "exec"), vars(main))
    monkeypatch.setitem(sys.modules, "__main__", main)

    def hand_over(source: object) -> tuple[int, object, object]:
        found = Found(source, "a loop")
        found.place(sys._getframe(1))
        n_bytes, beside = held_by(found)
        return n_bytes, beside.names, beside.of(sys._getframe(1))

    n_bytes, names, variables = main.main(hand_over)

    assert 1_050_000 < n_bytes < 1_100_000
    assert "validation" in names
    assert not {"images", "kept"} & names
    assert variables == {"hand_over", "other"}
