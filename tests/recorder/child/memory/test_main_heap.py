"""What is in use of the heap is known without trimming it."""

import pytest

from genaudit.recorder.child.memory.main_heap import open_main_heap
from genaudit.recorder.child.memory.trim import malloc_trim

BLOCK, N = 100_000, 60
# Other tests of this process leave and take a little meanwhile.
NEARLY = 0.1


def test_blocks_in_use_are_counted_and_those_let_go_are_not() -> None:
    """Whether or not their pages have been given back."""
    heap = open_main_heap()
    if heap is None:
        pytest.skip("another C library than glibc 2.33 or later")
    malloc_trim()(0)
    before, _ = heap.state()
    blocks = [bytearray(BLOCK) for _ in range(N)]
    for block in blocks:
        block[::4096] = b"x" * len(block[::4096])
    full, resident = heap.state()
    last = blocks.pop()
    blocks.clear()
    after, _ = heap.state()

    assert full - before == pytest.approx(N * BLOCK, rel=NEARLY)
    assert resident >= (1 - NEARLY) * N * BLOCK
    assert full - after == pytest.approx((N - 1) * len(last), rel=NEARLY)
