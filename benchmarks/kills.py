"""Kill genaudit at random moments: no process of the target's may live on, and none of genaudit's.

    python benchmarks/kills.py          # 50 kills
    python benchmarks/kills.py 10       # fewer

The targets start daemons, leave their session, their environment and their files. Every process below a run inherits
a mark of this script's, or a descriptor that only it has: what has either after a kill is an orphan.
"""

import os
import random
import signal
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.faults.orphans import ESCAPES, kill_and_count


def main(kills: int) -> int:
    """Kill so many audits, each at another moment."""
    chance = random.Random(11)
    orphans = 0
    for number in range(kills):
        name = sorted(ESCAPES)[number % len(ESCAPES)]
        after_s = chance.uniform(0.05, 3.0)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            left = kill_and_count(Path(folder), ESCAPES[name], after_s)
        orphans += len(left)
        print(f"{number + 1}/{kills} {after_s:.2f} s {name}: {len(left)} left")
        for pid in left:
            os.kill(pid, signal.SIGKILL)
    print(f"{orphans} orphans in {kills} kills")
    return 1 if orphans else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
