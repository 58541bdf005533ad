"""What is said where no batch was seen."""

import pytest

from genaudit.report.watch.unseen import what_to_write
from tests.evidence.watch.made import job_of


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "for e in range(3):\n    for x, y in gen(paths):\n        step(x)\n",
            "train.py:2 for x, y in genaudit.watch(gen(paths)):",
        ),
        ("for batch in loader:\n    step(batch)\n", "train.py:1 for batch in genaudit.watch(loader):"),
        ("for i in range(9):\n    step(i)\n", "write for batch in genaudit.watch(batches):"),
        ("for x in (:\n", "write for batch in genaudit.watch(batches):"),
    ],
)  # fmt: skip
def test_the_loop_of_the_script_is_written_out(text: str, line: str) -> None:
    """The inner loop, as it is to be; general words where there is none."""
    assert line in what_to_write(job_of([], script="/w/train.py", texts={"/w/train.py": text}))
