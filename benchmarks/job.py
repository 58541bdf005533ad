"""How often genaudit is right about a training script as it is: the jobs of ``tests/jobs``.

``python benchmarks/job.py [--only GLOB] [--json FILE]`` audits each with ``genaudit run`` and prints a table: whether
the source was found, the verdict, the place of memory, the line to blame, and whether all came at the first try,
without an option. The exit code is 1 if a figure was missed. Jobs of frameworks that are not installed are left out.
"""

import argparse
import fnmatch
import importlib.util
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.jobs.harness import ASKED, modules_of, run  # noqa: E402 - the tests are no installed package
from tests.jobs.manifest import JOBS  # noqa: E402

FIRST_TRIES = 0.9


def main() -> int:
    """Print the table and the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="*", metavar="GLOB")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="copy what each job leaves to here")
    options = parser.parse_args()
    rows = []
    print(f"{'job':<28}{'s':>5}  {'  '.join(ASKED)}", flush=True)
    for job in JOBS:
        if not fnmatch.fnmatch(job.name, options.only):
            continue
        missing = [name for name in modules_of(job) if importlib.util.find_spec(name) is None]
        if missing:
            print(f"{job.name:<28}       left out: {', '.join(missing)} is not installed")
            continue
        with tempfile.TemporaryDirectory() as folder:
            row = run(job, Path(folder)) | {"options": list(job.options)}
            if options.keep:
                kept = options.keep / job.name.replace("/", "-")
                shutil.copytree(folder, kept, dirs_exist_ok=True, ignore=shutil.ignore_patterns("tmp"))
        rows.append(row)
        wrong = row["wrong"]
        marks = "  ".join(("-" if name in wrong else "yes").ljust(len(name)) for name in ASKED)
        print(f"{row['job']:<28}{row['seconds']:>5.0f}  {marks}", flush=True)
        for name, text in wrong.items():
            print(f"    {name}: {text}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return shares(rows)


def shares(rows: list[dict[str, Any]]) -> int:
    """Print how many are right; 1 if a figure was missed."""
    right = {name: sum(name not in row["wrong"] for row in rows) for name in ASKED}
    first = sum(not row["wrong"] and not row["options"] for row in rows)
    print(", ".join(f"{name} {number} of {len(rows)}" for name, number in right.items()))
    print(f"all right at the first try without an option: {first} of {len(rows)}")
    missed = first < FIRST_TRIES * len(rows) or any(right[name] < len(rows) for name in ("source", "verdict", "place"))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
