"""How often genaudit fix mends a fault, and proves it.

``python benchmarks/fix.py [--corpus] [--only GLOB] [--json FILE] [--diffs FOLDER]`` fixes each faulty case of the
truth set, or with ``--corpus`` each file of ``tests/fix/corpus``, without writing anything, and prints what came of it:
a proven change and its rewrite, or the reason for none.

What is proven is checked once more, without genaudit: the file as it is and as it would be are run by a plain loop,
and the digests of their batches are compared (``digests.py``). ``WITHOUT_REWRITE`` names the faults of the truth set
that no rewrite of a file can mend, with the reason; the share is of all others.
"""

import argparse
import collections
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genaudit.errors import GenauditError
from genaudit.fix.engine import Fixed, Wish
from genaudit.fix.rewrites.catalogue import REWRITES
from genaudit.fix.run import conduct
from genaudit.fix.shadow import shadow
from genaudit.model.job import Job
from tests.truth import bare, harness

PROVEN, NONE = "proven", "-"
ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "tests" / "fix" / "corpus"
ITEMS = 48
"""Of the data set whose batches are compared once more."""

_AT_EXIT = "what is to be done when the program ends is a part of the program"
_OF_BATCH = "what one batch is computed through is the author's arithmetic"
_WHOLE = "its format can be read only whole"
_ALL = "what is yielded is computed from all of the data"
_ON_PURPOSE = "a block of memory that was asked for by its size"
_YIELDS = "what is yielded depends on what is kept"
WITHOUT_REWRITE = {
    "args_array": "the data is the caller's",
    "args_list_of_images": "the data is the caller's",
    "args_records_of_bytes": "the data is the caller's",
    "eager_anonymous_mmap": _ON_PURPOSE,
    "eager_shared_memory": _ON_PURPOSE,
    "eager_distance_matrix": _ALL,
    "eager_sorted": _ALL,
    "eager_real_keras_flow_of_folder": _ALL,
    "eager_json_load": _WHOLE,
    "eager_pickle": _WHOLE,
    "eager_real_module_loader_torch": "the data is drawn at random, all at once",
    "eager_deque_of_map": _YIELDS,
    "growth_atexit": _AT_EXIT,
    "growth_finalizers": _AT_EXIT,
    "growth_call_closure": _AT_EXIT,
    "growth_ctypes": "memory of a library's own",
    "growth_log_records": "what is logged, and where to, is a setting",
    "growth_queue_outruns_consumer": _YIELDS,
    "growth_real_fold_atexit": _AT_EXIT,
    "growth_real_fold_exit_arguments": _AT_EXIT,
    "growth_undrained_buffer": _YIELDS,
    "handles_processes": "whether a process may be waited for is not in the text",
    "handles_threads": "whether a thread may be ended is not in the text",
    "handles_zombies": "whether a process may be waited for is not in the text",
    "spike_augmented_copies": _OF_BATCH,
    "spike_every_tenth_batch": _OF_BATCH,
    "spike_float64_of_uint8": _OF_BATCH,
    "spike_full_then_reduced": _OF_BATCH,
    "spike_in_a_helper": _OF_BATCH,
    "spike_one_hot_of_everything": _OF_BATCH,
    "spike_pairwise_broadcast": _OF_BATCH,
    "spike_real_torch_one_hot_masks": _OF_BATCH,
    "spike_real_volume_float64": _OF_BATCH,
    "spike_to_list": _OF_BATCH,
    "spike_whole_videos": _OF_BATCH,
    "workers_initializer": "each worker is made to read all, by the author's own design",
}
"""Faulty cases of the truth set for which there is no rewrite in principle."""


def job_of(path: Path) -> Job:
    """What a user would ask for, as ``tests.truth.harness.audit`` does."""
    module = bare.load(str(path))
    synth = getattr(module, "SYNTH", None)
    given: dict[str, Any] = {"synth": synth} if synth else {}
    if hasattr(module, "data") and not synth:
        given["args_from"] = f"{path}:data"
    return Job(target=f"{path}:{getattr(module, 'TARGET', 'generate')}", **{**given, **getattr(module, "OPTIONS", {})})


def fix_once(path: Path) -> dict[str, Any]:
    """One case fixed; a row of plain values."""
    begun = time.perf_counter()
    row: dict[str, Any] = {"case": path.stem, "result": NONE, "summary": "", "reasons": [], "diff": None}
    try:
        fixed = conduct(job_of(path), Wish(rewrites=REWRITES)).fixed
    except GenauditError as error:
        row["reasons"] = [error.message]
    else:
        fix = fixed.fix
        row["reasons"] = [f"{left.code}: {left.reason}" for left in fix.unfixed] or [fix.reason or ""]
        if fix.verified is not None:
            row |= {
                "result": PROVEN,
                "rewrites": [change.rewrite for change in fix.changes],
                "summary": "; ".join(change.summary for change in fix.changes),
                "seconds_ratio": fix.verified.seconds_ratio,
                "diff": fix.diff,
                "same": same_batches(path, fixed),
            }
    return row | {"seconds": time.perf_counter() - begun}


def same_batches(path: Path, fixed: Fixed) -> bool | None:
    """Whether a plain loop sees the same batches; ``None`` where those of the original differ from run to run."""
    before = [digests(path, ROOT) for _ in range(2)]
    if before[0] != before[1]:
        return None
    with shadow(fixed.after) as copy:
        return digests(copy.there(path), copy.there(ROOT)) == before[0]


def digests(path: Path, root: Path) -> str:
    """Those of a file's batches, run from the root of a copy of this repository.

    Raises:
        CalledProcessError: It fails.
    """
    done = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "digests.py"), str(path), str(ITEMS)],
        env={**os.environ, "PYTHONPATH": str(root)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def cases(pattern: str, *, corpus: bool) -> Iterator[Path]:
    """The files, those left out whose libraries are not installed."""
    paths = sorted(CORPUS.glob(f"{pattern}.py")) if corpus else harness.paths(pattern)
    for path in paths:
        if path.stem.startswith(("clean_", "_")):
            continue
        missing = harness.missing(path)
        if missing:
            print(f"{path.stem:<40} left out: {', '.join(missing)} is not installed")
        else:
            yield path


def main() -> int:
    """Print a line for each case, and the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", action="store_true")
    parser.add_argument("--only", default="*", metavar="GLOB")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--diffs", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    rows = []
    for path in cases(options.only, corpus=options.corpus):
        row = fix_once(path)
        rows.append(row)
        told = row["summary"] or WITHOUT_REWRITE.get(row["case"]) or row["reasons"][0]
        print(f"{row['case']:<40}{row['seconds']:>5.0f}  {row['result']:<7} {told}", flush=True)
        if options.json:
            options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
        if options.diffs and row["diff"]:
            options.diffs.mkdir(parents=True, exist_ok=True)
            (options.diffs / f"{row['case']}.patch").write_text(row["diff"], encoding="utf-8")
    possible = [row for row in rows if row["case"] not in WITHOUT_REWRITE]
    proven = [row for row in possible if row["result"] == PROVEN]
    same = collections.Counter(row.get("same") for row in rows if row["result"] == PROVEN)
    print(f"proven {len(proven)} of {len(possible)} for which there is a rewrite in principle, {len(rows)} in all")
    print(f"checked once more: {same[True]} the same, {same[False]} not, {same[None]} are others each time")
    return 1 if same[False] else 0


if __name__ == "__main__":
    sys.exit(main())
