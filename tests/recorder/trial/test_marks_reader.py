"""The marks of a child are read as they come; what the target writes among them is left out."""

from pathlib import Path

import pytest

from genaudit.model.marks import AskMark, EndMark
from genaudit.recorder.trial.marks_reader import LONGEST_LINE, MarksReader, make_mark_file

END = '{"mark":"end","at_s":1.0,"batch":3,"epochs":0,"exhausted":false,"stopped":"batches"}\n'


def test_marks_are_read_once_each(tmp_path: Path) -> None:
    """As the file grows."""
    path = tmp_path / "marks.jsonl"
    reader = MarksReader(path)
    assert reader.read() == []

    path.write_text('{"mark":"ask","at_s":0.5,"batch":3}\n')
    assert reader.read() == [AskMark(at_s=0.5, batch=3)]
    assert reader.read() == []

    with path.open("a") as more:
        more.write(END[:20])
    assert reader.read() == []

    with path.open("a") as more:
        more.write(END[20:])
    assert reader.read() == [EndMark(at_s=1.0, batch=3, epochs=0, exhausted=False, stopped="batches")]


def test_a_line_that_is_no_mark_is_left_out(tmp_path: Path) -> None:
    """A target may have written into a descriptor that was not its own."""
    path = tmp_path / "marks.jsonl"
    path.write_text("5\n" + END + "\xff{]\n" + '{"mark":"new kind","at_s":1}\n')

    assert [type(mark) for mark in MarksReader(path).read()] == [EndMark]


ASK = '{"mark":"ask","at_s":0.5,"batch":3}\n'
ODD = {
    "nesting": b"[" * 100_000,
    "objects": b'{"a":' * 100_000,
    "no text": bytes(range(256)).replace(b"\n", b""),
    "other types": b'{"mark":"ask","at_s":[],"batch":"x"}',
    "out of range": b'{"mark":"ask","at_s":1e999,"batch":' + b"9" * 5000 + b"}",
    "a lone surrogate": b'{"mark":"ask","at_s":1,"batch":"\\ud800"}',
    "too long": b"x" * (LONGEST_LINE + 1),
    "many lines": b"\n" * 100_000,
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
@pytest.mark.parametrize("pipe", [True, False], ids=["pipe", "file"])
def test_what_the_target_writes_there_is_left_out(tmp_path: Path, odd: bytes, *, pipe: bool) -> None:
    """Marks before and after it are read."""
    path = tmp_path / "marks.jsonl"
    if pipe:
        make_mark_file(path)
    reader = MarksReader(path)
    marks = []
    with path.open("ab", buffering=0) as writer:
        for part in (
            ASK.encode(),
            *(odd[at : at + 500_000] for at in range(0, len(odd), 500_000)),
            b"\n",
            ASK.encode(),
        ):
            writer.write(part)
            marks += reader.read()

    assert marks == [AskMark(at_s=0.5, batch=3)] * 2
    assert len(reader._rest) == 0
    reader.close()


def test_a_file_that_was_cut_off_is_read_on(tmp_path: Path) -> None:
    """From its new end."""
    path = tmp_path / "marks.jsonl"
    path.write_text(ASK * 5)
    reader = MarksReader(path)
    assert len(reader.read()) == 5

    path.write_text("")
    assert reader.read() == []
    path.write_text(ASK)

    assert len(reader.read()) == 1


def test_a_pipe_cannot_be_cut_off_or_deleted(tmp_path: Path) -> None:
    """What was written is read all the same, and more may be written."""
    path = tmp_path / "marks.jsonl"
    make_mark_file(path)
    reader = MarksReader(path)
    with path.open("ab", buffering=0) as writer:
        writer.write(ASK.encode())
        path.open("w").close()
        path.unlink()
        path.mkdir()
        writer.write(ASK.encode())

    assert len(reader.read()) == 2
