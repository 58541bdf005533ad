"""The time to the line: the default audit of a generator with a fault, over that of the same generator without it.

    python benchmarks/line.py                # about a minute; prints the ratios, the trials, and the lines that were named

Processor time of the trials, of runs made in turn; the median of the ratios is what counts. The exit code is 1 if a line is
wrong or a ratio above the limit.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

import genaudit

LIMIT = 2.0
TARGETS = """
import numpy as np

BATCH = 16
N_ROWS = 500


def picture(key):
    return np.random.default_rng(key).integers(0, 255, (192, 192, 3), np.uint8)


def list_of_pictures(keys):
    pictures = [picture(key) for key in keys]  # the line
    for start in range(0, len(keys), BATCH):
        yield np.stack(pictures[start : start + BATCH])


def list_of_pictures_without(keys):
    for start in range(0, len(keys), BATCH):
        yield np.stack([picture(key) for key in keys[start : start + BATCH]])


def row(key):
    return {"name": f"row {key}", "place": (key, key + 1.5), "labels": [key % 7, key % 11]}


def objects(keys):
    rows = [row(key) for key in keys]  # the line
    for start in range(0, len(rows), N_ROWS):
        yield rows[start : start + N_ROWS]


def objects_without(keys):
    for start in range(0, len(keys), N_ROWS):
        yield [row(key) for key in keys[start : start + N_ROWS]]


def spike(keys):
    for start in range(0, len(keys), BATCH):
        batch = np.stack([picture(key) for key in keys[start : start + BATCH]])
        yield (batch.astype(np.float64) / 255).astype(np.float16)  # the line


def spike_without(keys):
    for start in range(0, len(keys), BATCH):
        batch = np.empty((len(keys[start : start + BATCH]), 192, 192, 3), np.float16)
        for place, key in enumerate(keys[start : start + BATCH]):
            batch[place] = picture(key).astype(np.float64) / 255
        yield batch


def keys_for(n):
    return {"keys": range(n)}
"""
FAULTS = {
    "list_of_pictures": (800, "GA101", "an eager list of pictures"),
    "objects": (60_000, "GA101", "60,000 small objects"),
    "spike": (800, "GA301", "a spike of floats"),
}


def main() -> int:
    """Print every ratio with the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="pairs of audits for each ratio")
    rounds = parser.parse_args().rounds
    is_right = True
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "faults.py"
        path.write_text(TARGETS)
        for name, (items, code, title) in FAULTS.items():
            ratios = []
            for _ in range(rounds):
                without_s, _ = audited(path, f"{name}_without", items)
                with_s, report = audited(path, name, items)
                ratios.append(with_s / without_s)
            ratio = statistics.median(ratios)
            line = named_line(report, code)
            is_line = line == line_of(name)
            trials = " ".join(trial.kind for trial in report.trials)
            print(
                f"{title:30} {ratio:5.2f} x   limit {LIMIT:.1f}   line {line} {'right' if is_line else 'WRONG'}   {trials}"
            )
            is_right = is_right and is_line and ratio <= LIMIT
    return 0 if is_right else 1


def audited(path: Path, name: str, items: int) -> tuple[float, genaudit.Report]:
    """Processor seconds of the trials of one default audit, and its report."""
    before = os.times()
    report = genaudit.audit(f"{path}:{name}", args_from=f"{path}:keys_for", items=items)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system, report


def named_line(report: genaudit.Report, code: str) -> int | None:
    """The line of a finding."""
    return next((found.location.line for found in report.findings if found.code == code and found.location), None)


def line_of(name: str) -> int:
    """The marked line of a target."""
    lines = TARGETS.splitlines()
    begin = next(number for number, line in enumerate(lines, 1) if line.startswith(f"def {name}("))
    return next(number for number, line in enumerate(lines, 1) if number > begin and line.endswith("# the line"))


if __name__ == "__main__":
    sys.exit(main())
