"""Memory is read from the kernel's own files."""

import mmap

from genaudit.recorder.child.memory.status import Gauge, content


def test_the_high_water_mark_is_the_kernels() -> None:
    """It rises with memory that is gone again, and begins anew at each reset."""
    gauge = Gauge()
    gauge.reset()
    before = gauge.read()
    # Not of the heap, where a process that has imported a framework may have as much that is resident and free.
    block = mmap.mmap(-1, 50_000_000, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    block.write(b"x" * 50_000_000)
    block.close()
    after = gauge.read()
    gauge.reset()

    assert gauge.exact
    # A little of the block may have had pages that were resident already.
    assert after.high_water - before.rss >= 45_000_000
    assert gauge.read().high_water < after.high_water


def test_a_file_of_a_process_that_has_ended_is_empty() -> None:
    """It is read between two looks at the list of processes."""
    assert content("/proc/999999999/statm") == b""
    assert content("/proc/self/comm")
