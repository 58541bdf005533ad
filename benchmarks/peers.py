"""What the drive takes while it is measured, side by side with memray in one run: ratios over the bare loop.

    python benchmarks/peers.py                       # five rounds, about four minutes
    python benchmarks/peers.py --rounds 9 --only w5

Bare loop, clean trial and memray take turns, as the load of a machine changes. Each ratio is the time over the mean of
the bare loops before and after it; the median of the rounds counts, and the lowest stands beside it. A loop lasts from
the call to the end of the last pass, with all marks and settled readings that come in between; the workload notes it
itself. On a busy machine the processor's time of its process tells more than the time that went by, but what workers
and waiting take is not in it.

    python benchmarks/peers.py --reports             # instead: seconds from the command to the report, tool by tool

genaudit, memray, scalene, Fil and memory-profiler take turns on each workload. Beside the seconds stands the
processor's time of all processes, and whether the report names the line at fault where there is one. Those that are
not installed, or that fail, say so in their row.
"""

import argparse
import importlib.util
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from genaudit.recorder.synth.dataset import make_synth, parse_synth

HERE = Path(__file__).resolve().parent
WORKLOADS = {"w1_eager": 1, "w2_lazy": 3, "w4_spike": 1, "w5_objects": 6, "w6_workers": 1}
"""Passes over the data of each."""
LIMITS = {"w5_objects": 1.05}
LIMIT = 1.02
MOST = 100_000
Times = tuple[float, float]
BARE = """
import sys
sys.path.insert(0, sys.argv[1])
import workloads
make, passes = getattr(workloads, sys.argv[2]), int(sys.argv[3])
arguments = getattr(workloads, sys.argv[2].partition("_")[0] + "_arguments")()
for _ in range(passes):
    for batch in make(**arguments):
        pass
"""


FAULTS = {"w1_eager": "images = [_decoded", "w4_spike": "temporary = np.ones"}
"""The start of the line that is to be named."""
MOST_S = 600
STACKS = """
import sys
import memray
reader = memray.FileReader(sys.argv[1])
records = sorted(reader.get_high_watermark_allocation_records(), key=lambda record: -record.size)
for record in records[:5]:
    print(*[f"{file}:{line}" for _, file, line in record.stack_trace()], sep="\\n")
"""
"""Lines of the largest stacks at memray's highest moment."""


def main() -> None:
    """Print a row for each workload."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="workloads whose names have this in them")
    parser.add_argument(
        "--sizes", default="off", help="auto has the small sizes measured first, as the default audit does"
    )
    parser.add_argument("--reports", action="store_true", help="time each tool from its command to its report")
    asked = parser.parse_args()
    if asked.reports:
        with tempfile.TemporaryDirectory() as folder:
            report_times(Path(folder), [name for name in WORKLOADS if asked.only in name])
        return
    has_memray = importlib.util.find_spec("memray") is not None
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        os.environ["WORKLOAD_IMAGES"] = str(images(scratch))
        (scratch / "bare.py").write_text(BARE)
        heads = ("clean trial", "its processor", "memray", "its processor")
        print(f"{'median (lowest)':14} {' '.join(f'{head:>16}' for head in heads)}   limit", flush=True)
        for name in [name for name in WORKLOADS if asked.only in name]:
            rounds = list(measured(scratch, name, asked.rounds, asked.sizes, has_memray=has_memray))
            print(row(name, rounds), flush=True)


def report_times(scratch: Path, names: list[str]) -> None:
    """Print a row for each tool on each workload; the tools take turns."""
    os.environ["WORKLOAD_IMAGES"] = str(images(scratch))
    (scratch / "bare.py").write_text(BARE)
    for name in names:
        bare_s, bare_cpu_s, _ = timed_commands([[sys.executable, *program(scratch, name)]])
        print(f"{name:12} {'bare':16} {bare_s:7.1f} s {bare_cpu_s:7.1f} s of the processors", flush=True)
        for tool, commands in tools(scratch, name).items():
            print(f"{name:12} {tool:16} {tool_row(commands, scratch / tool, name)}", flush=True)


def program(scratch: Path, name: str) -> list[str]:
    """The bare loop as a script with its arguments."""
    return [str(scratch / "bare.py"), str(HERE), name, str(WORKLOADS[name])]


def tools(scratch: Path, name: str) -> dict[str, list[list[str]] | str]:
    """The commands of each tool up to its report, which it writes into a folder of its name; or why there are none."""
    target, python = program(scratch, name), [sys.executable, "-m"]
    taken = scratch / "memray.bin"
    found: dict[str, list[list[str]] | str] = {
        "genaudit": [
            [
                *(*python, "genaudit", "run", f"workloads.py:{name}", "--out", str(scratch / "genaudit"), "-q"),
                *("--args-from", f"workloads:{name.partition('_')[0]}_arguments"),
            ]
        ],
        "memray": [
            [*python, "memray", "run", "-q", "-f", "--follow-fork", "-o", str(taken), *target],
            [*python, "memray", "flamegraph", "-f", "-o", str(scratch / "memray" / "report.html"), str(taken)],
        ],
        "scalene": [
            [*python, "scalene", "run", "-o", str(scratch / "scalene" / "report.json"), target[0], "---", *target[1:]]
        ],
        # It has a program of its own, beside the interpreter.
        "filprofiler": [
            [
                str(Path(sys.executable).parent / "fil-profile"),
                *("-o", str(scratch / "filprofiler"), "--no-browser", "run", *target),
            ]
        ],
        "memory_profiler": [
            [*python, "memory_profiler", "-o", str(scratch / "memory_profiler" / "report.txt"), *target]
        ],
    }
    for tool in found:
        (scratch / tool).mkdir(exist_ok=True)
        if importlib.util.find_spec(tool) is None:
            found[tool] = "not installed"
    return found


def tool_row(commands: list[list[str]] | str, folder: Path, name: str) -> str:
    """Seconds to the report, and whether it names the line."""
    if isinstance(commands, str):
        return commands
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        seconds, of_processor, printed = timed_commands(commands)
    except subprocess.SubprocessError as error:
        return f"failed: {str(getattr(error, 'stderr', None) or error).strip().splitlines()[-1][:100]}"
    if "memray" in commands[-1]:
        # Its page packs the stacks that it draws; they are read from its file, in time that is not counted.
        printed += timed_commands([[sys.executable, "-c", STACKS, commands[-1][-1]]])[2]
    return f"{seconds:7.1f} s {of_processor:7.1f} s of the processors   {named(folder, printed, name)}"


def timed_commands(commands: list[list[str]]) -> tuple[float, float, str]:
    """Seconds of some commands in turn, those of all their processes, and what they printed.

    Raises:
        subprocess.SubprocessError: One has failed, or would not end. genaudit's exit code 1 is a finding.
    """
    began, before, printed = time.perf_counter(), spent_s(), ""
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE, timeout=MOST_S)
        if done.returncode not in ({0, 1} if "genaudit" in command else {0}):
            raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
        printed += done.stdout
    return time.perf_counter() - began, spent_s() - before, printed


def spent_s() -> float:
    """The processor's time of all processes that have ended below this one."""
    use = resource.getrusage(resource.RUSAGE_CHILDREN)
    return use.ru_utime + use.ru_stime


def named(folder: Path, printed: str, name: str) -> str:
    """Whether the line at fault is named in what a tool wrote: beside the name of its file, or by its number alone."""
    if name not in FAULTS:
        return "no line is at fault"
    lines = (HERE / "workloads.py").read_text().splitlines()
    number = next(at for at, line in enumerate(lines, 1) if line.strip().startswith(FAULTS[name]))
    written = [path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file()]
    pattern = re.compile(rf"workloads\.py\D{{1,40}}{number}\b|\"lineno\": *{number}\b|^ *{number} ", re.MULTILINE)
    return f"line {number} " + ("named" if any(map(pattern.search, [printed, *written])) else "not named")


def images(scratch: Path) -> Path:
    """A folder with 400 images of 256 by 256."""
    folder = scratch / "images"
    folder.mkdir()
    for path in make_synth(parse_synth("images:n=400,size=256x256"))["files"]:
        (folder / Path(path).name).symlink_to(path)
    return folder


def measured(scratch: Path, name: str, rounds: int, sizes: str, *, has_memray: bool) -> Iterator[list[float | None]]:
    """Ratios of the clean trial and of memray, of the time and of the processor's time each, round by round."""
    before = bare(scratch, name)
    for _ in range(rounds):
        own = clean(scratch, name, sizes)
        between = bare(scratch, name)
        peer = memray(scratch, name) if has_memray else None
        after = bare(scratch, name) if has_memray else between
        yield [*ratios(own, before, between), *ratios(peer, between, after)]
        before = after


def ratios(times: Times | None, before: Times, after: Times) -> list[float | None]:
    """Of two kinds of time over the mean of the bare loops."""
    if times is None:
        return [None, None]
    return [2 * time / (one + other) for time, one, other in zip(times, before, after, strict=True)]


def row(name: str, rounds: list[list[float | None]]) -> str:
    """The medians, and whether the limit is kept."""
    cells = []
    for column in zip(*rounds, strict=True):
        values = [value for value in column if value is not None]
        cells.append(f"{statistics.median(values):.2f} ({min(values):.2f})" if values else "-")
    limit = LIMITS.get(name, LIMIT)
    verdict = "ok" if statistics.median(loop for loop, *_ in rounds if loop is not None) <= limit else "ABOVE"
    return f"{name:14} {' '.join(f'{cell:>16}' for cell in cells)}   {limit:g}  {verdict}"


def bare(scratch: Path, name: str, *before: str) -> Times:
    """Times of the loop without anything, or under what comes before the program."""
    return times([sys.executable, *before, str(scratch / "bare.py"), str(HERE), name, str(WORKLOADS[name])], scratch)


def memray(scratch: Path, name: str) -> Times:
    """Times of the loop under ``memray run``."""
    return bare(scratch, name, "-m", "memray", "run", "-q", "-f", "-o", str(scratch / "memray.bin"))


def clean(scratch: Path, name: str, sizes: str) -> Times:
    """Times of the loop under the clean trial."""
    code = f"""
from genaudit.model.job import Job
from genaudit.pipeline import record
job = Job(
    target="workloads.py:{name}", sizes="{sizes}", quick=True, epochs={WORKLOADS[name]}, max_batches={MOST},
    args_from="workloads:{name.partition("_")[0]}_arguments",
)
trial = next(trial for trial in record(job).trials if trial.kind == "clean")
assert trial.exit.reason == "completed", trial.exit
print(trial.ready.pid)
"""
    return times([sys.executable, "-c", code], scratch)


def times(command: list[str], scratch: Path) -> Times:
    """What the workload has noted when a command is done: seconds, and the processor's seconds."""
    notes = scratch / "times.jsonl"
    notes.unlink(missing_ok=True)
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=HERE, env={**os.environ, "WORKLOAD_TIMES": str(notes)}
    )
    if done.returncode:
        sys.exit(done.stderr)
    ends = [json.loads(line) for line in notes.read_text().splitlines()]
    # The last end in the process that is meant, or in the only one.
    pid = int(done.stdout) if done.stdout.strip().isdigit() else ends[-1][0]
    seconds, of_processor = [end[1:] for end in ends if end[0] == pid][-1]
    return seconds, of_processor


if __name__ == "__main__":
    main()
