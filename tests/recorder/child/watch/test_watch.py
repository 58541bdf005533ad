"""What is measured around a batch: its numbers, its rows, the page that stays when a job dies."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from genaudit.model.watch import JobPhase
from genaudit.recorder.child.script.found import Found
from genaudit.recorder.child.watch import watch as watch_module
from genaudit.recorder.child.watch.names import MARKS, PAGE
from genaudit.recorder.child.watch.watch import EACH, MIB, Watch
from genaudit.watching import read_page


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Private memory as a watch reads it."""
    held = {"now": 100 * MIB}
    monkeypatch.setattr(watch_module, "reader", lambda: lambda: held["now"])
    return held


@pytest.fixture
def watch(memory: dict[str, int], tmp_path: Path) -> Iterator[Watch]:
    """A watch with one source."""
    made = Watch(str(tmp_path), limit=2**40)
    made.add(Found(iter([]), "a loop"))
    yield made
    made.end()


def marks(watch: Watch, kind: str) -> list[dict[str, Any]]:
    """Those of a kind that were written."""
    lines = Path(watch.folder, MARKS).read_text(encoding="utf-8").splitlines()
    return [mark for mark in map(json.loads, lines) if mark["mark"] == kind]


def pull(watch: Watch, memory: dict[str, int], inside: int = 0, outside: int = 0) -> None:
    """One batch, for which memory grows inside of its making and outside of it."""

    def make() -> bytes:
        memory["now"] += inside
        return b"batch"

    assert watch.pull(1, None, make) == b"batch"
    memory["now"] += outside


def test_growth_is_told_apart(watch: Watch, memory: dict[str, int]) -> None:
    """What grows while a batch is made, and while it is used; each of the first batches has a row."""
    for _ in range(4):
        pull(watch, memory, inside=1000, outside=10)
    watch.end()
    rows = marks(watch, "pulled")

    assert [row["last"] for row in rows] == [1, 2, 3, 4]
    assert [row["in_bytes"] for row in rows] == [1000] * 4
    assert sum(row["out_bytes"] for row in rows) == 3 * 10
    assert rows[0]["batch_bytes"] is not None


def test_later_batches_share_rows(watch: Watch, memory: dict[str, int]) -> None:
    """Nothing is lost of them."""
    for _ in range(EACH + 200):
        pull(watch, memory, inside=8, outside=-8)
    watch.end()
    rows = marks(watch, "pulled")

    assert EACH < len(rows) < EACH + 100
    assert sum(row["count"] for row in rows) == EACH + 200
    assert sum(row["in_bytes"] for row in rows) == 8 * (EACH + 200)


def test_the_page_has_the_batch(watch: Watch, memory: dict[str, int]) -> None:
    """At any moment, so that a job which is killed has told where it was."""

    def look() -> str:
        now = read_page(Path(watch.folder, PAGE))
        assert now is not None
        seen.append((now.batch, now.phase))
        return "batch"

    seen: list[Any] = []
    for _ in range(EACH + 3):
        watch.pull(1, None, look)
        look()

    assert seen[::2] == [(number, JobPhase.NEXT) for number in range(EACH + 3)]
    assert seen[1::2] == [(number, JobPhase.STEP) for number in range(1, EACH + 4)]


def test_what_is_pulled_within_is_no_batch_of_its_own(watch: Watch, memory: dict[str, int]) -> None:
    """A source that asks another one."""
    watch.pull(1, None, lambda: watch.pull(1, None, lambda: 3))

    assert (watch.batch, watch.is_busy) == (1, False)


def test_the_end_and_a_failure_pass(watch: Watch, memory: dict[str, int]) -> None:
    """And are told; the watch goes on."""
    with pytest.raises(StopIteration):
        watch.pull(1, None, next, iter([]))
    with pytest.raises(ZeroDivisionError):
        watch.pull(1, None, divmod, 1, 0)
    pull(watch, memory)

    assert (watch.epoch, watch.batch, watch.is_busy) == (2, 1, False)
    assert len(marks(watch, "epoch")) == 1


def test_growth_that_nobody_walks_for_is_looked_at_now_and_then(watch: Watch, memory: dict[str, int]) -> None:
    """A job that has grown by much has no row for each batch from then on."""
    for _ in range(EACH):
        pull(watch, memory)
    pull(watch, memory, inside=100 * MIB)
    n_rows = len(marks(watch, "pulled"))
    for _ in range(100):
        pull(watch, memory, inside=100)

    assert len(marks(watch, "pulled")) < n_rows + 20


def test_a_descriptor_that_the_job_has_closed() -> None:
    """Is opened again."""
    read: Any = watch_module.reader()
    first = read()
    held = dict(zip(read.__code__.co_freevars, read.__closure__, strict=True))
    os.close(held["fd"].cell_contents)

    assert abs(read() - first) < 64 * MIB
