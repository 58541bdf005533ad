"""Processes that the target forked trim their heaps when asked, and no others are asked."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="real-time signals and /proc of Linux")

KEEPS_A_HEAP = """
import os, sys, time
from genaudit.recorder.child.memory import settle, status

settler = settle.Settler(status.Gauge())
ready, told = os.pipe()
if os.fork() == 0:
    os.close(ready)
    copy = [bytearray(b"x") * 100_000 for _ in range(400)]
    # Every other one: the holes stay with the heap.
    del copy[::2]
    os.write(told, b"1")
    while True:
        time.sleep(1)
os.read(ready, 1)
children = settle.descendants(os.getpid())
before = sum(settle.tree_held(children).values())
settler._forked.trim(children)
after = sum(settle.tree_held(children).values())
os.kill(children[0], 9)
print(before - after)
"""

LEAVES_OTHERS_ALONE = """
import os, subprocess, sys
from genaudit.recorder.child.memory import settle, status

settler = settle.Settler(status.Gauge())
other = subprocess.Popen(["sleep", "60"])
zombie = os.fork()
if zombie == 0:
    os._exit(0)
settler._forked.trim([other.pid, zombie, 2 ** 22 + 1])
print(other.poll())
other.kill()
"""


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_copy_gives_back_what_it_has_freed() -> None:
    """20 MB of it, less what shares a page with the rest."""
    assert int(run(KEEPS_A_HEAP)) > 15_000_000


def test_other_programs_and_the_dead_are_left_alone() -> None:
    """The signal would end one, and the other would never answer."""
    assert run(LEAVES_OTHERS_ALONE) == "None"
