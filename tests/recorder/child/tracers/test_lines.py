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

def fill_by_import():
    import filling

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
    (folder / "filling.py").write_text("import target\n\ntarget.fill()\n")
    (folder / "scratch").mkdir()
    marks = folder / "marks.jsonl"
    command = [sys.executable, "-c", TRACE, str(folder), str(marks), str(folder / "scratch"), call]
    # The target's folder is mostly the current one, below which a file of no folder at all would be.
    subprocess.run(command, check=True, cwd=folder)
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


PARSED = """
import mmap

def row(number):
    word = number % 7
    return [word]

def parse(n, needs):
    rows = []
    for number in range(n):
        rows.append(row(number))
    wide = needs and bytearray(4_000_000)
    del wide
    return rows

def twice(n):
    parse(n, False)
    first = len(parse(n, True))
    return first + len(parse(n, True))

def late(n):
    total = 0
    for number in range(n):
        total += step(number, n)
    return total

def step(number, n):
    wide = bytearray(4_000_000 if number >= n - 200 else 10)
    return len(wide)
"""
COUNTED = """
import sys
from genaudit.recorder.child.channel.marks import Marks
from genaudit.recorder.child.memory.status import Gauge
from genaudit.recorder.child.tracers.lines import LineTracer

class Counting(Gauge):
    readings = 0
    def read(self):
        Counting.readings += 1
        return super().read()

root, marks, scratch, call, peaks_only = sys.argv[1:]
sys.path.insert(0, root)
import target
tracer = LineTracer(Marks(marks), Counting(), root, scratch, peaks_only=peaks_only == "True")
tracer.during(lambda: eval(call, vars(target)))
tracer.snapshot("end", 1)
print(Counting.readings)
"""


def highest(folder: Path, call: str, *, peaks_only: bool) -> tuple[str, int, int, int, dict[str, int]]:
    """Function and line in which memory rose highest, by how much, readings of memory, and executions by line."""
    folder.mkdir()
    (folder / "target.py").write_text(PARSED)
    (folder / "scratch").mkdir()
    marks = folder / "marks.jsonl"
    arguments = [str(folder), str(marks), str(folder / "scratch"), call, str(peaks_only)]
    done = subprocess.run([sys.executable, "-c", COUNTED, *arguments], check=True, capture_output=True, text=True)
    (mark,) = [json.loads(line) for line in marks.read_text().splitlines()]
    near = 0.6 * max(site["height_bytes"] for site in mark["sites"])
    top = max((site for site in mark["sites"] if site["height_bytes"] >= near), key=lambda site: site["peak_bytes"])
    hits = {f"{site['frames'][0][2]}:{site['frames'][0][1]}": site["blocks"] for site in mark["sites"]}
    _, line, function = top["frames"][0]
    return function, line, top["peak_bytes"], int(done.stdout), hits


@pytest.mark.parametrize(
    ("call", "function", "statement"),
    [
        pytest.param("twice(500)", "parse", "wide = needs", id="a line between loops that move nothing"),
        pytest.param("late(500)", "step", "wide = bytearray", id="a line that moved nothing for long"),
    ],
)
def test_a_spike_is_found_among_lines_that_move_nothing(
    tmp_path: Path, call: str, function: str, statement: str
) -> None:
    """They are not read each time, and count each time."""
    whole = highest(tmp_path / "whole", call, peaks_only=False)
    quick = highest(tmp_path / "quick", call, peaks_only=True)
    line = next(number for number, text in enumerate(PARSED.split("\n"), 1) if statement in text)

    assert whole[:2] == quick[:2] == (function, line)
    assert quick[2] == pytest.approx(whole[2], rel=0.05)
    assert quick[2] > 3_900_000
    assert quick[3] < whole[3] / 2
    assert quick[4] == whole[4]


def test_the_machinery_of_imports_is_not_the_users(tmp_path: Path) -> None:
    """What Python runs to import a module has the name of a file in no folder; the module's own lines count."""
    lines = lines_of(tmp_path, "fill_by_import()")

    assert {"fill_by_import", "fill"} <= set(lines)
    assert not {name for name in lines if "_load" in name or "_find" in name}
