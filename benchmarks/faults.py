"""The matrix of faults as a table: how many of each kind hold.

    python benchmarks/faults.py                 # all
    python benchmarks/faults.py raised doors    # some kinds

A fault that does not hold is named below the table with what was wrong. The exit code is 1 if there is one.
"""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.faults.matrix import Fault, Place, all_faults


def main(kinds: list[str]) -> int:
    """Run the faults of some kinds, or of all."""
    faults = [fault for fault in all_faults() if not kinds or fault.kind in kinds]
    held: Counter[str] = Counter()
    broken: list[tuple[Fault, str]] = []
    began = time.monotonic()
    for number, fault in enumerate(faults, 1):
        sys.stderr.isatty() and print(
            f"\r{number}/{len(faults)} {fault.kind}: {fault.name}"[:100].ljust(100), end="", file=sys.stderr
        )
        wrong = run(fault)
        if wrong is None:
            held[fault.kind] += 1
        else:
            broken.append((fault, wrong))
    print("\r" + " " * 100 + "\r", end="", file=sys.stderr)
    print(f"{'kind':<16}{'faults':>8}{'held':>8}")
    for kind in dict.fromkeys(fault.kind for fault in faults):
        n_faults = sum(fault.kind == kind for fault in faults)
        print(f"{kind:<16}{n_faults:>8}{held[kind]:>8}")
    print(f"{'all':<16}{len(faults):>8}{held.total():>8}    {time.monotonic() - began:.0f} s")
    for fault, wrong in broken:
        print(f"not held: {fault.kind}: {fault.name}: {wrong}")
    return 1 if broken else 0


def run(fault: Fault) -> str | None:
    """What was wrong, in a line; ``None`` where the fault holds."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            fault.run(Place(Path(folder)))
        except Exception as error:
            return f"{type(error).__name__}: {str(error).partition(chr(10))[0][:200]}"
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
