"""How often genaudit fix mends a fault of the truth set, and proves it.

``python benchmarks/fix.py [--only GLOB] [--json FILE]`` fixes each faulty case, without writing anything, and prints
what came of it: a proven change and its rewrite, or the reason for none. Of some faults there can be no rewrite: memory
of a library's own, or data that is handed over whole.
"""

import argparse
import collections
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genaudit.errors import GenauditError
from genaudit.fix.engine import Wish
from genaudit.fix.rewrites.catalogue import REWRITES
from genaudit.fix.run import conduct
from genaudit.model.job import Job
from tests.truth import harness

PROVEN, NONE = "proven", "-"


def job_of(case: harness.Case) -> Job:
    """What ``tests.truth.harness.audit`` asks for."""
    given: dict[str, Any] = {"synth": case.synth} if case.synth else {}
    if case.scales and not case.synth:
        given["args_from"] = f"{case.path}:data"
    return Job(target=f"{case.path}:{case.target}", **{**given, **case.options})


def fix_once(path: Path) -> dict[str, Any]:
    """One case fixed; a row of plain values."""
    case = harness.load(path)
    begun = time.perf_counter()
    row: dict[str, Any] = {"case": case.name, "summary": "", "reason": ""}
    try:
        fix = conduct(job_of(case), Wish(rewrites=REWRITES)).fixed.fix
    except GenauditError as error:
        row |= {"result": NONE, "reason": error.message}
    else:
        if fix.verified is not None:
            row |= {"result": PROVEN, "summary": "; ".join(change.summary for change in fix.changes)}
            row["seconds_ratio"] = fix.verified.seconds_ratio
        else:
            reasons = [unfixed.reason for unfixed in fix.unfixed] or [fix.reason or ""]
            row |= {"result": NONE, "reason": reasons[0]}
    return row | {"seconds": time.perf_counter() - begun}


def main() -> int:
    """Print a line for each case, and the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="*", metavar="GLOB")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = []
    for path in harness.paths(options.only):
        if path.stem.startswith("clean_"):
            continue
        missing = harness.missing(path)
        if missing:
            print(f"{path.stem:<40} left out: {', '.join(missing)} is not installed")
            continue
        row = fix_once(path)
        rows.append(row)
        print(
            f"{row['case']:<40}{row['seconds']:>5.0f}  {row['result']:<7} {row['summary'] or row['reason']}", flush=True
        )
    counted = collections.Counter(row["result"] for row in rows)
    print(f"proven {counted[PROVEN]} of {len(rows)} faulty cases")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
