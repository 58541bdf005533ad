"""What allocators keep free goes back to the kernel before memory is read: glibc's heap, and Arrow's pool."""

import subprocess
import sys

import pytest

from genaudit.recorder.child.memory.trim import trim_all

MIB = 1024 * 1024
_ARROW = """
import sys
import pyarrow as pa
from genaudit.recorder.child.memory.status import Gauge
from genaudit.recorder.child.memory.trim import malloc_trim, trim_all

gauge = Gauge()
trim = trim_all(malloc_trim())
kept = pa.array([b"x" * 16384] * 512, pa.binary())
trim(0)
before = gauge.read().held
columns = [pa.array([bytes([part]) * 16384 for _ in range(2048)], pa.binary()) for part in range(3)]
del columns
malloc_trim()(0)
freed = gauge.read().held
trim(0)
print(freed - before, gauge.read().held - before, pa.total_allocated_bytes())
"""


@pytest.mark.process
@pytest.mark.parametrize("pool", ["mimalloc", "jemalloc", "system"])
def test_arrow_gives_back_what_is_free(pool: str) -> None:
    """In a process of its own, as the pool is chosen when Arrow is loaded: what is in use stays, 8 MiB of it."""
    pytest.importorskip("pyarrow")
    done = subprocess.run(
        [sys.executable, "-c", _ARROW],
        capture_output=True,
        text=True,
        check=True,
        env={"ARROW_DEFAULT_MEMORY_POOL": pool},
    )
    _, after, in_use = map(int, done.stdout.split())

    assert in_use >= 8 * MIB
    # Of 96 MiB that were freed. A pool keeps some pages for itself.
    assert abs(after) < 4 * MIB, done.stderr


def test_without_arrow_the_heap_is_trimmed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, with what was asked for; and Arrow is not imported for it."""
    asked: list[int] = []
    monkeypatch.setattr("genaudit.recorder.child.memory.trim.member_of", lambda module, name: None)

    assert trim_all(lambda pad: asked.append(pad) or 1)(0) == 1
    assert asked == [0]


def test_a_pool_that_is_none_is_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """An old version, or what a target has put there."""
    monkeypatch.setattr("genaudit.recorder.child.memory.trim.member_of", lambda module, name: lambda: None)

    assert trim_all(lambda pad: pad)(7) == 7
