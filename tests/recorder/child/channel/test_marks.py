"""What the child writes is there, whatever becomes of the child."""

import json
import os
from pathlib import Path

import pytest

from genaudit.recorder.child.channel.marks import Json, Marks, as_json
from genaudit.recorder.child.guard.descriptors import CLEAR_REFS_FD, MARKS_FD, STATUS_FD
from genaudit.recorder.child.memory.status import Gauge


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where marks go."""
    return tmp_path / "marks.jsonl"


def lines(path: Path) -> list[dict[str, object]]:
    """The marks in a file."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_mark_is_a_line(path: Path) -> None:
    """With its time, and readings as objects; what JSON does not know is text."""
    Marks(str(path)).write("phase", name="import", memory=Gauge().read(), other=Path("x"))

    (mark,) = lines(path)
    assert (mark["mark"], mark["name"], mark["other"]) == ("phase", "import", "x")
    assert mark["memory"]["rss_bytes"] > 0
    assert mark["at_s"] >= 0


@pytest.mark.parametrize("text", ["a b", 'a "b"', "C:\\\\x", "a\nb\x7f", "für", "‖ 日本", "\x85", ""])
def test_a_text_is_the_same_in_json(text: str) -> None:
    """Whether it has letters with an escape or not; and a part that is JSON already stays as it is."""
    assert json.loads(as_json({text: [text, Json(as_json(text))]})) == {text: [text, text]}


def test_a_reading_is_the_same_with_json_and_without() -> None:
    """Batches write it by hand."""
    reading = Gauge().read()

    assert json.loads(reading.as_json()) == reading.fields()


def test_marks_go_on_when_all_files_were_closed(path: Path) -> None:
    """And in the right file, though others have been opened in between: each has its own range of numbers."""
    gauge, marks = Gauge(), Marks(str(path))
    gauge.read()
    marks.write("first")
    for fd in (gauge._status, gauge._clear_refs, marks._fd):
        os.close(fd)

    before = gauge.read().rss
    marks.write("second")
    assert gauge.reset()
    marks.write("third", rss=before)

    assert [mark["mark"] for mark in lines(path)] == ["first", "second", "third"]
    assert STATUS_FD <= gauge._status < CLEAR_REFS_FD <= gauge._clear_refs < MARKS_FD <= marks._fd


@pytest.mark.process
def test_a_forked_copy_writes_nothing_and_ends(path: Path) -> None:
    """It would go on with the measured process's loop."""
    marks = Marks(str(path))
    pid = os.fork()
    if pid == 0:
        marks.write("copy")
        os._exit(77)
    _, status = os.waitpid(pid, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert path.read_text() == ""
