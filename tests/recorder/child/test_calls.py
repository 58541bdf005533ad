"""The target is called again and again, all of it is let go, and memory is read in between."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from genaudit.recorder.child.call.arguments import Bound
from genaudit.recorder.child.calls import FLAT_BYTES, MOST_BATCHES, Calls
from genaudit.recorder.child.channel.marks import Marks

SPEC = {"calls": 5, "most_calls": 9, "soft_s": None, "driver": None}


class Reading:
    """Retains more with each reading."""

    def __init__(self, step: int) -> None:
        self._step = step
        self.retained = 0

    def settle(self) -> "Reading":
        self.retained += self._step
        return self


class Endless:
    alive = 0

    def __init__(self) -> None:
        Endless.alive += 1

    def __iter__(self) -> Iterator[bytes]:
        while True:
            yield b"x" * 100

    def __del__(self) -> None:
        Endless.alive -= 1


def run(path: Path, make: Any, step: int = 0, items: int | None = None) -> tuple[list[dict[str, Any]], list[int]]:
    """The marks of a run, and the calls after which references were walked."""
    walked: list[int] = []
    settler: Any = Reading(step)
    Calls(SPEC, Marks(str(path)), settler, walked.append).run(Bound(make, None, {"items": items}))
    return [json.loads(line) for line in path.read_text().splitlines()], walked


@pytest.mark.parametrize(("step", "calls"), [(0, 5), (1024, 5), (1024 * 1024, 9)])
def test_calls_go_on_while_memory_rises(tmp_path: Path, step: int, calls: int) -> None:
    """What has a bound comes to it; nothing of a call is alive when memory is read."""
    marks, walked = run(tmp_path / "marks", Endless, step)

    assert [mark["number"] for mark in marks[:-1]] == list(range(1, calls + 1))
    assert {mark["batches"] for mark in marks[:-1]} == {MOST_BATCHES}
    # Who holds it is asked where something stays, and once more at the end.
    assert walked == ([4, calls] if step > FLAT_BYTES else [])
    assert Endless.alive == 0


def test_an_epoch_has_no_more_batches_than_items(tmp_path: Path) -> None:
    """Of a source without an end."""
    marks, _ = run(tmp_path / "marks", Endless, items=7)

    assert (marks[0]["batches"], marks[0]["batch_bytes"]) == (7, sys.getsizeof(b"x" * 100))


def test_what_is_new_with_each_epoch_is_called_once(tmp_path: Path) -> None:
    """The epochs of a generator are calls: they have shown what a call leaves."""
    marks, _ = run(tmp_path / "marks", lambda: iter([1, 2]))

    assert [mark["mark"] for mark in marks] == ["call", "end"]
    assert marks[-1]["stopped"] == "once"
