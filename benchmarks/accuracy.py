"""How often genaudit is right about the truth set, at the right line, how fast, and how well it forecasts.

``python benchmarks/accuracy.py [--only GLOB] [--repeat N] [--busy]`` prints tables; it writes no file but the one that
``--json`` names. Progress goes to stderr.
"""

import argparse
import collections
import contextlib
import fnmatch
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import overhead
from genaudit.model import Level, Report
from genaudit.render.text.holders import holder_of, is_of_kept_memory, path_text
from genaudit.units import GIB, MIB
from tests.truth import bare, harness

TIMES = 100
CLOSE = 0.02
MAPPED = 0.1
CAPPED = "_capped_"
WATCH_S = 0.01
COST_ROUNDS = 5
PATHS_WANTED = 0.9
NATIVE = {
    "growth_ctypes": "blocks of the C allocator",
    "growth_torch_graph": "nodes of the graph, in C++",
    "growth_real_tfdata_cache": "the cache of tf.data, in C++",
    "eager_real_tfdata_shuffle_all_decoded": "the buffer of tf.data, in C++",
}
"""Cases whose memory no Python object holds, and what it is: only of the others a path can be asked for."""
CLEAN = "(clean)"
NOTHING = "(nothing)"


def audit_once(path: Path) -> dict[str, Any]:
    """One audit of one case, compared with its truth; a row of plain values."""
    case = harness.load(path)
    begun = time.perf_counter()
    row: dict[str, Any] = {"case": case.name, "expected": sorted(case.expect), "found": [], "lines": 0}
    try:
        report = harness.audit(case)
        verdict = harness.check(case, report)
    except Exception as error:
        row |= {"wrong": [f"raised {type(error).__name__}: {error}"], "wrong_lines": [], "seconds": 0.0}
        return row
    row["seconds"] = time.perf_counter() - begun
    row |= {"expected": sorted(verdict.expect), "found": found_names(report), "lines": verdict.lines}
    row |= {"wrong": verdict.wrong, "wrong_lines": verdict.wrong_lines, "trials": trials(report)}
    row |= {"law": law(report), "peak": peak(report), "verdict": report.verdict.value}
    row["paths"] = {} if case.name in NATIVE else held_paths(report, verdict.expect)
    return row


def held_paths(report: Report, expect: Mapping[str, str]) -> dict[str, str]:
    """For each true finding about memory that is kept the path that its card shows; empty without a name of the user's.

    Variables, attributes and keys are such names; the function or module that a path begins with is not enough.
    """
    rows = {}
    for outcome in report.findings:
        if outcome.level is not Level.NOTE and outcome.name in expect and is_of_kept_memory(outcome):
            found = holder_of(report, outcome)
            rows[outcome.name] = path_text(found[1], label=found[0]) if found is not None and found[1].named else ""
    return rows


def found_names(report: Report) -> list[str]:
    """Names of the findings, notes left out; inconclusive answers marked as such."""
    found = [outcome.name for outcome in report.outcomes if outcome.is_finding and outcome.level is not Level.NOTE]
    return sorted(found) or (["(inconclusive)"] if report.verdict.value == "inconclusive" else [])


def trials(report: Report) -> list[str]:
    """What was run, in short."""
    return [f"{trial.kind} n={trial.items} b={trial.batches} {trial.wall_s:.2f}s" for trial in report.trials]


def law(report: Report) -> dict[str, Any] | None:
    """The growth law, as far as a forecast needs it."""
    found = report.growth_law
    items = report.target.items or max(found.sizes) if found is not None else None
    return None if found is None else {"law": found.law, "at": found.at, "items": items}


def peak(report: Report) -> dict[str, Any] | None:
    """The highest memory of the clean trial above what there was before the call, and what was run to get it."""
    clean = next((trial for trial in report.trials if trial.kind == "clean"), None)
    called = next((phase for phase in report.phases if phase.name == "arguments"), None)
    if clean is None or called is None or report.peak.high_water_bytes is None:
        return None
    rise = report.peak.high_water_bytes - called.rss_bytes
    return {"rise": rise, "items": clean.items, "batches": clean.batches}


def run_all(paths: list[Path], jobs: int) -> list[dict[str, Any]]:
    """Audit every case once."""
    rows = []
    with ThreadPoolExecutor(jobs) as pool:
        for row in pool.map(audit_once, paths):
            rows.append(row)
            answer = "wrong" if row["wrong"] else "line " if row["wrong_lines"] else "right"
            print(f"{answer} {row['seconds']:6.1f} s  {row['case']}", file=sys.stderr, flush=True)
    return rows


@contextlib.contextmanager
def busy_core(wanted: bool) -> Iterator[None]:
    """Keep another core busy meanwhile."""
    if not wanted:
        yield
        return
    spinner = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        spinner.kill()
        spinner.wait()


def confusion(rows: Iterable[dict[str, Any]]) -> collections.Counter[tuple[str, str]]:
    """How often which rule was expected, and which was found in its place."""
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    for row in rows:
        expected, found = set(row["expected"]) - {"cyclic-garbage"}, set(row["found"])
        if not expected and not found:
            counts[CLEAN, NOTHING] += 1
        for name in expected & found:
            counts[name, name] += 1
        odd = sorted(found - expected) or [NOTHING]
        for name in expected - found:
            counts[name, odd[0]] += 1
        if expected <= found:
            for name in sorted(found - expected):
                counts["+".join(sorted(expected)) or CLEAN, name] += 1
    return counts


def print_verdicts(rows: list[dict[str, Any]]) -> None:
    """The confusion table, the wrong ones, the share of right lines, the times."""
    print(f"\nexpected rule{'':24}found rule{'':27}audits")
    for (expected, found), count in sorted(confusion(rows).items()):
        print(f"{expected:36} {found:36} {count:6d}{'' if _agree(expected, found) else '  <-- wrong'}")
    for row in rows:
        for sentence in row["wrong"] + row["wrong_lines"]:
            print(f"  {row['case']}: {sentence}")
    wrong = sum(bool(row["wrong"]) for row in rows)
    lines, wrong_lines = sum(row["lines"] for row in rows), sum(len(row["wrong_lines"]) for row in rows)
    print(f"\nright verdicts: {len(rows) - wrong} of {len(rows)}; wrong: {wrong}")
    if lines:
        print(f"right lines: {lines - wrong_lines} of {lines} ({(lines - wrong_lines) / lines:.1%})")
    print_paths(rows)
    seconds = sorted(row["seconds"] for row in rows)
    print(f"seconds per case: median {statistics.median(seconds):.1f}, 90th percentile {_percentile(seconds, 0.9):.1f}")


def print_paths(rows: list[dict[str, Any]]) -> None:
    """Of findings about memory that Python objects hold, the share with a path that has a name of the user's."""
    found = [(row["case"], name, path) for row in rows for name, path in row.get("paths", {}).items()]
    if not found:
        return
    named = sum(bool(path) for _, _, path in found)
    print(f"findings with a path to a name of the user's: {named} of {len(found)} ({named / len(found):.1%})", end="")
    print("" if named >= PATHS_WANTED * len(found) else f"  <-- fewer than {PATHS_WANTED:.0%}")
    for case, name, path in found:
        if not path:
            print(f"  {case}: {name} has no such path")


def _agree(expected: str, found: str) -> bool:
    return expected == found or (expected, found) == (CLEAN, NOTHING)


def _percentile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def bare_run(path: Path, items: int | None, batches: int) -> dict[str, Any]:
    """The same case driven without genaudit."""
    command = [sys.executable, bare.__file__, str(path), str(items or 0), str(batches)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def make_data(path: Path, items: int) -> None:
    """Make the files of a data set in a process of their own: writing them may take more memory than reading them."""
    code = "import sys; from tests.truth import bare; bare.arguments(bare.load(sys.argv[1]), int(sys.argv[2]))"
    subprocess.run([sys.executable, "-c", code, str(path), str(items)], cwd=harness.ROOT, check=True)


def print_peaks(rows: list[dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    """The reported peak against the kernel's high-water mark of a bare run of the same batches."""
    print("\nreported peak against VmHWM of a bare run, each above what there was before the call")
    checked = []
    for row in _spread([row for row in rows if row.get("peak") and not row["case"].startswith("handles")], limit):
        path = harness.CASES / f"{row['case']}.py"
        make_data(path, row["peak"]["items"] or 0)
        answer = bare_run(path, row["peak"]["items"], row["peak"]["batches"])
        rise = answer["high_water"] - answer["called"]
        error = (row["peak"]["rise"] - rise) / answer["high_water"]
        print(f"  {row['case']:36} {row['peak']['rise'] / MIB:9.1f} MiB, bare {rise / MIB:9.1f} MiB  {error:+.2%}")
        checked.append({"case": row["case"], "error": error})
    return checked


def print_forecasts(rows: list[dict[str, Any]], limit: int, most_bytes: float) -> list[dict[str, Any]]:
    """The forecast at 100 times the size of the data set that is audited, against a real run of that size."""
    print("\nforecast at 100 times the size of the data set, against a real run of that size")
    # Of some there are not as many items.
    rows = [row for row in rows if row.get("law") and CAPPED not in row["case"]]
    linear = [row for row in rows if row["law"]["law"] == "linear" and not row["wrong"]]
    checked = []
    for row in _spread(linear, limit):
        items = TIMES * row["law"]["items"]
        path = harness.CASES / f"{row['case']}.py"
        found = harness.audit(harness.load(path), project_items=items).growth_law
        if found is None or found.projection is None:
            print(f"  {row['case']:36} n={items}: no forecast was made")
            continue
        forecast = found.projection.bytes
        if forecast.value > most_bytes:
            print(
                f"  {row['case']:36} n={items}: {forecast.value / GIB:.1f} GiB is more than --forecast-bytes; left out"
            )
            continue
        real = real_bytes(path, items, found.at == "first batch")
        error = forecast.value / real - 1
        within = forecast.low <= real <= forecast.high
        interval = f"{forecast.low / MIB:.1f} to {forecast.high / MIB:.1f}"
        print(
            f"  {row['case']:36} n={items}: {forecast.value / MIB:9.1f} MiB ({interval}), real {real / MIB:9.1f} MiB"
            f"  {error:+.2%}{'' if abs(error) <= CLOSE else '  <-- inside the interval' if within else '  <-- missed'}",
            flush=True,
        )
        checked.append({"case": row["case"], "items": items, "error": error, "inside": within})
    close = sum(abs(row["error"]) <= CLOSE for row in checked)
    print(f"within {CLOSE:.0%}: {close} of {len(checked)}")
    return checked


def real_bytes(path: Path, items: int, first_batch: bool) -> float:
    """What a run of that size takes.

    The kernel's high-water mark. It counts pages of the data's own mapped files, which are the kernel's to drop, and
    knows nothing of workers: there it is the most that was held at any time by the whole tree.
    """
    size = bare.batch_size(bare.load(str(path))) or 1
    make_data(path, items)
    batches = 1 if first_batch else -(-items // size)
    command = [sys.executable, bare.__file__, str(path), str(items), str(batches)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        held, alone = _watch(process)
        answer = json.loads(process.stdout.read().splitlines()[-1]) if process.stdout else {}
    mapped = answer["high_water"] - answer["mapped"] - held
    return float(answer["high_water"] if alone and mapped < MAPPED * held else held + answer["mapped"])


def _watch(process: "subprocess.Popen[str]") -> tuple[int, bool]:
    """The most that a process and those below it held, mapped files left out, and whether there were none below it."""
    highest, alone = 0, True
    while process.poll() is None:
        time.sleep(WATCH_S)
        with contextlib.suppress(OSError, ValueError, KeyError, psutil.Error):
            below = psutil.Process(process.pid).children(recursive=True)
            sizes = bare.status(process.pid)
            now = sum(map(bare.pss, (process.pid, *(one.pid for one in below)))) if below else 0
            highest = max(highest, now or sizes["RssAnon"] + sizes["RssShmem"])
            alone = alone and not below
    return highest, alone


def _spread(rows: list[dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    """At most ``limit`` rows, spread over all, each case once."""
    once = list({row["case"]: row for row in rows}.values())
    step = max(1, len(once) // max(limit, 1))
    return once[::step][:limit]


def print_cost() -> float:
    """A whole default audit of the lazy sample against one bare drive of its batches, both with their start."""
    with tempfile.TemporaryDirectory() as folder:
        ratio = overhead.audit_ratio(Path(folder), overhead.lazy_sample(), COST_ROUNDS)
    print(f"\nwhole default audit of the lazy sample: {ratio:.2f} times one bare drive, the median of {COST_ROUNDS}")
    return ratio


def options() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", metavar="GLOB", help="cases by name; repeatable")
    parser.add_argument("--repeat", type=int, default=1, metavar="N", help="run the whole set N times")
    parser.add_argument("--busy", action="store_true", help="keep another core busy meanwhile")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="audits at a time; more than 1 disturbs")
    parser.add_argument("--forecasts", type=int, default=100, metavar="N", help="linear cases whose forecast is tried")
    parser.add_argument("--forecast-bytes", type=float, default=6 * GIB, help="leave out forecasts above this")
    parser.add_argument("--peaks", type=int, default=8, metavar="N", help="cases whose peak is compared")
    parser.add_argument("--no-cost", action="store_true", help="leave out the cost of a whole audit")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write every row there as well")
    return parser.parse_args()


def main() -> int:
    """Run the set and print the figures; 1 if a verdict was wrong."""
    asked = options()
    os.chdir(harness.ROOT)
    wanted = [
        path
        for path in harness.paths()
        if any(fnmatch.fnmatch(path.stem, pattern) for pattern in asked.only or ["*"]) and not harness.missing(path)
    ]
    if not wanted:
        print("no case has such a name", file=sys.stderr)
        return 2
    rows: list[dict[str, Any]] = []
    with busy_core(asked.busy):
        for _ in range(asked.repeat):
            rows += run_all(wanted, asked.jobs)
    print_verdicts(rows)
    result: dict[str, Any] = {"audits": rows, "peaks": print_peaks(rows, asked.peaks)}
    result["forecasts"] = print_forecasts(rows, asked.forecasts, asked.forecast_bytes)
    result["audit_to_drive"] = None if asked.no_cost else print_cost()
    if asked.json:
        asked.json.write_text(json.dumps(result, indent=1), encoding="utf-8")
    return int(any(row["wrong"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
