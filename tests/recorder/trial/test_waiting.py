"""The stacks that faulthandler writes become frames."""

import pytest

from genaudit.model.marks import Frame
from genaudit.recorder.trial.waiting import parse_stacks

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
