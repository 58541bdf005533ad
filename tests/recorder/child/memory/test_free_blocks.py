"""After the free blocks are filled, small objects show in RSS byte for byte; before, they vanish in what was freed."""

import os
import subprocess
import sys

import pytest

from genaudit.units import KIB

# Freed blocks with some kept between them, so that no pool is given back; then as many objects again.
SMALL_OBJECTS = """
import sys
from genaudit.recorder.child.memory.status import Gauge
from genaudit.recorder.child.memory.free_blocks import Fillers, fill

size, n, wanted = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
garbage = [bytes(size - 33) for _ in range(2 * n)]
kept = garbage[::8]
del garbage
room = [None] * n
gauge, fillers = Gauge(), Fillers()
if wanted == "filled":
    fill(fillers)
before = gauge.read().held
for at in range(n):
    room[at] = bytes(size - 33)
print(gauge.read().held - before, fillers.n_bytes)
"""


def rise(size: int, n: int, wanted: str, **environment: str) -> tuple[int, int]:
    """Growth of memory by so many objects of a size in a process of its own, and what was filled before, in bytes."""
    command = [sys.executable, "-c", SMALL_OBJECTS, str(size), str(n), wanted]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, **environment})
    grown, filled = map(int, done.stdout.split())
    return grown, filled


@pytest.mark.parametrize("size", [48, 112, 240, 496])
def test_small_objects_are_seen_once_blocks_are_full(size: int) -> None:
    """In every class of blocks, to within two pools."""
    n = 1_000_000 // size

    grown, filled = rise(size, n, "filled")

    assert grown == pytest.approx(n * size, abs=48 * KIB, rel=0.05)
    assert filled > n * size
    assert rise(size, n, "as they were")[0] < n * size / 4


def test_another_allocator_is_left_alone() -> None:
    """There are no pools to fill, and nothing would say when to stop."""
    assert rise(240, 100, "filled", PYTHONMALLOC="malloc")[1] == 0
