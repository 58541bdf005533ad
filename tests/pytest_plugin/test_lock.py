"""Two processes never audit at the same time."""

import subprocess
import sys
from pathlib import Path

WORKER = """
import sys, time
from pathlib import Path
from genaudit.pytest_support.lock import one_at_a_time

log = Path(sys.argv[1])
for _ in range(5):
    with one_at_a_time():
        with log.open("a") as file:
            file.write("in\\n")
        time.sleep(0.01)
        with log.open("a") as file:
            file.write("out\\n")
"""


def test_one_goes_in_when_the_other_is_out(tmp_path: Path) -> None:
    """Three processes take turns: what goes in comes out before the next."""
    log = tmp_path / "log"
    workers = [subprocess.Popen([sys.executable, "-c", WORKER, str(log)]) for _ in range(3)]
    assert [worker.wait() for worker in workers] == [0, 0, 0]

    assert log.read_text().split() == ["in", "out"] * 15
