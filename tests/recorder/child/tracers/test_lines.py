"""Memory by line: lines of other threads and of forked processes are the target's too, each counted once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.process, pytest.mark.skipif(sys.platform != "linux", reason="/proc of Linux")]

TARGET = """
import os, threading, time

kept = []

def fill():
    kept.append(bytearray(b"x") * 20_000_000)

def in_a_thread(function):
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()

def fill_in_a_copy():
    fill()
    pid = os.fork()
    if pid == 0:
        fill()
        fill()
        time.sleep(0.1)
        done = True
        os._exit(0)
    os.waitpid(pid, 0)
"""
TRACE = """
import sys
from genaudit.recorder.child.channel.marks import Marks
from genaudit.recorder.child.memory.status import Gauge
from genaudit.recorder.child.tracers.lines import LineTracer

root, marks, scratch, call = sys.argv[1:]
sys.path.insert(0, root)
import target
tracer = LineTracer(Marks(marks), Gauge(), root, scratch)
tracer.during(lambda: eval(call, vars(target)))
tracer.snapshot("end", 1)
tracer.stop()
"""


def lines_of(folder: Path, call: str) -> dict[str, list[int]]:
    """By function, bytes and executions of the line that left most."""
    (folder / "target.py").write_text(TARGET)
    (folder / "scratch").mkdir()
    marks = folder / "marks.jsonl"
    subprocess.run([sys.executable, "-c", TRACE, str(folder), str(marks), str(folder / "scratch"), call], check=True)
    (mark,) = [json.loads(line) for line in marks.read_text().splitlines()]
    largest: dict[str, list[int]] = {}
    for site in mark["sites"]:
        largest.setdefault(site["frames"][0][2], [site["bytes"], site["blocks"]])
    return largest


@pytest.mark.parametrize(
    ("call", "times"),
    [
        pytest.param("fill()", 1, id="here"),
        pytest.param("in_a_thread(fill)", 1, id="another thread"),
        pytest.param("fill_in_a_copy()", 3, id="a forked process"),
        pytest.param("in_a_thread(fill_in_a_copy)", 3, id="a process that another thread forks"),
    ],
)
def test_a_line_has_what_it_left(tmp_path: Path, call: str, times: int) -> None:
    """Each execution once, wherever it was."""
    n_bytes, hits = lines_of(tmp_path, call)["fill"]

    assert n_bytes == pytest.approx(times * 20_000_000, rel=0.05)
    assert hits == times
