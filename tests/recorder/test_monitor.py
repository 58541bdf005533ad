"""What the parent makes of marks, samples and stacks."""

import io
import os
import subprocess
from pathlib import Path

import pytest

from genaudit.errors import ExitCode, InternalError, TargetError, UsageError
from genaudit.experiment.checks import error_of
from genaudit.model.marks import AskMark, EndMark, Frame, RaisedMark
from genaudit.model.recording import Sample, Trial, TrialExit
from genaudit.recorder.trial.mark_file import LONGEST_LINE, MarkFile, make_mark_file
from genaudit.recorder.trial.output import KEPT_BYTES, TAIL_CHARACTERS, Drain
from genaudit.recorder.trial.stacks import parse_stacks
from genaudit.recorder.trial.tree import MOST_SAMPLES, Tree, thin

END = '{"mark":"end","at_s":1.0,"batch":3,"epochs":0,"exhausted":false,"stopped":"batches"}\n'


def test_marks_are_read_once_each(tmp_path: Path) -> None:
    """As the file grows."""
    path = tmp_path / "marks.jsonl"
    file = MarkFile(path)
    assert file.read() == []

    path.write_text('{"mark":"ask","at_s":0.5,"batch":3}\n')
    assert file.read() == [AskMark(at_s=0.5, batch=3)]
    assert file.read() == []

    with path.open("a") as more:
        more.write(END[:20])
    assert file.read() == []

    with path.open("a") as more:
        more.write(END[20:])
    assert file.read() == [EndMark(at_s=1.0, batch=3, epochs=0, exhausted=False, stopped="batches")]


def test_a_line_that_is_no_mark_is_left_out(tmp_path: Path) -> None:
    """A target may have written into a descriptor that was not its own."""
    path = tmp_path / "marks.jsonl"
    path.write_text("5\n" + END + "\xff{]\n" + '{"mark":"new kind","at_s":1}\n')

    assert [type(mark) for mark in MarkFile(path).read()] == [EndMark]


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
    file = MarkFile(path)
    marks = []
    with path.open("ab", buffering=0) as writer:
        for part in (
            ASK.encode(),
            *(odd[at : at + 500_000] for at in range(0, len(odd), 500_000)),
            b"\n",
            ASK.encode(),
        ):
            writer.write(part)
            marks += file.read()

    assert marks == [AskMark(at_s=0.5, batch=3)] * 2
    assert len(file._rest) == 0
    file.close()


def test_a_file_that_was_cut_off_is_read_on(tmp_path: Path) -> None:
    """From its new end."""
    path = tmp_path / "marks.jsonl"
    path.write_text(ASK * 5)
    file = MarkFile(path)
    assert len(file.read()) == 5

    path.write_text("")
    assert file.read() == []
    path.write_text(ASK)

    assert len(file.read()) == 1


def test_a_pipe_cannot_be_cut_off_or_deleted(tmp_path: Path) -> None:
    """What was written is read all the same, and more may be written."""
    path = tmp_path / "marks.jsonl"
    make_mark_file(path)
    file = MarkFile(path)
    with path.open("ab", buffering=0) as writer:
        writer.write(ASK.encode())
        path.open("w").close()
        path.unlink()
        path.mkdir()
        writer.write(ASK.encode())

    assert len(file.read()) == 2


STACKS = """\
Timeout!
Thread 0x00007f0000000001 (most recent call first):
  File "/usr/lib/python3/threading.py", line 320 in wait
  File "data.py", line 99 in worker

Current thread 0x00007f0000000002 (most recent call first):
  File "/site-packages/numpy/core.py", line 12 in load
  File "/home/a "b", c/data.py", line 7 in batches
  File "<string>", line 1 in <module>
Extension modules: numpy (total: 1)
"""


def test_the_stack_of_the_current_thread_is_taken() -> None:
    """Innermost first; odd names of folders too."""
    assert parse_stacks(STACKS) == [
        Frame(path="/site-packages/numpy/core.py", line=12, function="load"),
        Frame(path='/home/a "b", c/data.py', line=7, function="batches"),
        Frame(path="<string>", line=1, function="<module>"),
    ]


@pytest.mark.parametrize("text", ["", "Fatal Python error: Segmentation fault\n\n", "Current thread 0x1 (most"])
def test_no_stack_is_no_frames(text: str) -> None:
    """The crash may have come before it was written, or in the midst."""
    assert parse_stacks(text) == []


def test_half_of_the_samples_keep_the_lowest_the_highest_and_the_highest_of_the_tree() -> None:
    """A spike is never thinned away."""
    samples = [Sample(at_s=float(at), rss_bytes=1000 + at % 7, held_bytes=1) for at in range(MOST_SAMPLES)]
    samples[1234] = Sample(at_s=1234.0, rss_bytes=9000, held_bytes=1)
    samples[2345] = Sample(at_s=2345.0, rss_bytes=1, held_bytes=1)
    samples[3457] = Sample(at_s=3457.0, rss_bytes=1003, held_bytes=1, pss_bytes=7000)

    thinned = thin(samples)

    assert len(thinned) <= MOST_SAMPLES * 0.75
    assert all(samples[at] in thinned for at in (1234, 2345, 3457))
    assert [sample.at_s for sample in thinned] == sorted(sample.at_s for sample in thinned)


@pytest.mark.process
def test_processes_of_the_tree_are_told_apart() -> None:
    """Each with its PSS, whose sum is that of the tree, and its name; one alone needs no telling."""
    alone = subprocess.Popen(["sleep", "100"])
    tree = Tree(os.getpid())
    try:
        sample = tree.sample()
        single = Tree(alone.pid).sample()
    finally:
        alone.kill()
        alone.wait()

    assert sample is not None
    assert {os.getpid(), alone.pid} <= set(sample.processes)
    assert sum(sample.processes.values()) == sample.pss_bytes
    assert tree.names[alone.pid] == "sleep"
    assert single is not None
    assert (single.processes, bool(single.pss_bytes)) == ({}, True)


def test_output_is_drained_to_its_end_and_its_end_kept() -> None:
    """Of any amount, in a bounded amount of memory."""
    text = b"".join(b"%07d\n" % number for number in range(100_000))
    drain = Drain(io.BufferedReader(io.BytesIO(text)))  # type: ignore[arg-type]

    tail = drain.tail(wait_s=60)

    assert drain.n_bytes == len(text)
    assert tail == text[-TAIL_CHARACTERS:].decode()
    assert sum(map(len, drain._kept)) <= 2 * KEPT_BYTES


def trial(reason: str, raised: RaisedMark | None = None, **fields: object) -> Trial:
    """A trial that ended for a reason."""
    exit_ = TrialExit(code=fields.pop("code", None), signal=fields.pop("signal", None), reason=reason, **fields)  # type: ignore[arg-type]
    return Trial(
        kind="clean", items=None, batches_asked=1, epochs_asked=None, hold=1, exit=exit_, wall_s=1, raised=raised
    )


def refusal(exit_code: int) -> RaisedMark:
    """The child's refusal."""
    return RaisedMark(
        at_s=0,
        phase="arguments",
        batch=0,
        type="Refusal",
        message="no such thing",
        traceback="",
        frames=[],
        slug="nothing",
        hint="look elsewhere",
        exit_code=exit_code,
    )


@pytest.mark.parametrize(("exit_code", "kind"), [(2, UsageError), (3, TargetError)])
def test_a_refusal_is_an_error_with_its_exit_code(exit_code: int, kind: type[Exception]) -> None:
    """Its message and what to do about it are the child's."""
    error = error_of(trial("refused", refusal(exit_code)))

    assert type(error) is kind
    assert (error.message, error.slug, error.hint, error.exit_code) == (
        "no such thing",
        "nothing",
        "look elsewhere",
        exit_code,
    )


def test_a_child_that_never_began_is_our_fault() -> None:
    """With what it said, and how it ended."""
    error = error_of(trial("internal", code=1, stderr_tail="ImportError: genaudit is broken\n"))

    assert isinstance(error, InternalError)
    assert error.exit_code is ExitCode.INTERNAL
    assert "exit code 1 before it began" in error.message
    assert "genaudit is broken" in error.message


@pytest.mark.parametrize("reason", ["completed", "raised", "exited", "crashed", "killed", "timed-out", "memory-limit"])
def test_what_the_target_does_is_a_result(reason: str) -> None:
    """No error: it is in the report."""
    assert error_of(trial(reason)) is None
