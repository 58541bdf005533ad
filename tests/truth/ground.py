"""Is what a case says of itself true? Its memory as the kernel gives it, measured without genaudit.

The method is plain on purpose: two sizes, a few settled readings, a difference. It knows from the case which pattern
to look for, which genaudit does not.
"""

import contextlib
import itertools
import json
import math
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from genaudit.units import KIB, MIB
from tests.expect import parse_expected
from tests.truth import bare
from tests.truth.harness import Case, load

NOISE_BYTES = 1.5 * MIB
INDEX_BYTES = 1.4 * KIB
GROWTH_BYTES = 4 * KIB
_ITEMS = re.compile(r"^ITEMS = \d+$", re.MULTILINE)


def measure(case: Case, items: int, batches: int, marks: list[int]) -> dict[str, Any]:
    """Run a case bare; ``settled`` of the answer has the readings by batch number."""
    with _resized(case, items) as path:
        answer: dict[str, Any] = _run(case, [str(path), *map(str, (items, batches, *marks))])
    answer["settled"] = {int(batch): reading for batch, reading in answer["settled"].items()}
    return answer


@contextlib.contextmanager
def _resized(case: Case, items: int) -> Iterator[Path]:
    """The case's file; of one that offers no size, a copy whose constant ``ITEMS`` is another."""
    text = case.path.read_text(encoding="utf-8")
    if case.scales or not _ITEMS.search(text):
        yield case.path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, case.path.name)
        copy.write_text(_ITEMS.sub(f"ITEMS = {items}", text), encoding="utf-8")
        yield copy


def _run(case: Case, arguments: list[str]) -> Any:
    """What a bare run printed."""
    command = [sys.executable, bare.__file__, *arguments]
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        # Files, not pipes: a process that the case leaves behind would keep a pipe open.
        process = subprocess.Popen(command, stdout=output, stderr=errors, start_new_session=True)
        code = process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        output.seek(0), errors.seek(0)
        if code:
            raise AssertionError(f"{case.name} failed bare: {errors.read()[-2000:]}")
        return json.loads(output.read().splitlines()[-1])


def disagreements(case: Case) -> list[str]:
    """Sentences on all that the kernel sees otherwise than the case says."""
    if case.is_clean:
        return _clean(case)
    return [sentence for name, text in case.expect.items() for sentence in CHECKS[name](case, text)]


def _compare(what: str, got: float, text: str, at_least: float) -> list[str]:
    expected = parse_expected(text)
    if expected.value is None:
        return [] if got >= at_least else [f"{what} is {got:,.0f}, less than {at_least:,.0f}"]
    if abs(got - expected.value) <= expected.tolerance * expected.value:
        return []
    return [f"{what} is {got:,.0f}, not {expected.value:,.0f} ({got / expected.value - 1:+.1%})"]


def _epoch(case: Case, items: int) -> int:
    """Batches of an epoch."""
    size = bare.batch_size(bare.load(str(case.path))) or 1
    return math.ceil(items / size)


def _held(answer: Mapping[str, Any], batch: int) -> float:
    return float(answer["settled"][batch]["held"] - answer["settled"][0]["held"])


def _clean(case: Case) -> list[str]:
    """With more items nothing more is held; with more batches neither."""
    small, large = case.ground_sizes or (512, 1024)
    noise = case.ground_noise or NOISE_BYTES
    last = []
    wrong = _calls_stay(case) if case.ground_calls else []
    for items in (small, large):
        once = max(_epoch(case, items), 60) if case.scales else 250
        marks = [range(batches - 5, batches) for batches in (once, 2 * once)]
        answer = measure(case, items, 2 * once, [0, *itertools.chain(*marks)])
        early, late = (statistics.median(_held(answer, batch) for batch in window) for window in marks)
        last.append(late)
        slope = (late - early - noise / 3) / once
        if slope > GROWTH_BYTES:
            wrong.append(f"grows by {slope:,.0f} bytes a batch in the second of two epochs of {items} items")
        if not case.scales:
            return wrong
    allowed = (case.ground_index or INDEX_BYTES) * (large - small) + noise
    if last[1] - last[0] > allowed:
        wrong.append(f"holds {last[1] - last[0]:,.0f} bytes more with {large} items than with {small}")
    return wrong


def _eager(case: Case, text: str) -> list[str]:
    small, large = case.ground_sizes or (256, 1024)
    answers = [measure(case, items, 1, [0, 1]) for items in (small, large)]
    if not case.scales:  # It may have loaded all that it loads when it was imported.
        held = [float(answer["settled"][1]["held"]) for answer in answers]
    else:
        held = [_held(answer, 1) for answer in answers]
    return _compare("growth per item at the first batch", (held[1] - held[0]) / (large - small), text, 400)


def _argument(case: Case, text: str) -> list[str]:
    held = []
    for items in (256, 1024):
        answer = measure(case, items, 1, [0])
        held.append(answer["settled"][0]["held"] - answer["imported"]["held"])
    return _compare("growth per item of the arguments", (held[1] - held[0]) / 768, text, KIB)


def _batch_growth(case: Case, text: str) -> list[str]:
    answer = measure(case, 128, 240, [0, 40, 240])
    return _compare("growth per batch", (_held(answer, 240) - _held(answer, 40)) / 200, text, GROWTH_BYTES)


def _cache(case: Case, text: str) -> list[str]:
    first, third = [], []
    for items in (128, 512):
        epoch = _epoch(case, items)
        answer = measure(case, items, 3 * epoch, [0, epoch, 3 * epoch])
        first.append(_held(answer, epoch))
        third.append(_held(answer, 3 * epoch))
    wrong = _compare("growth per item at the end of the first epoch", (first[1] - first[0]) / 384, text, 4 * KIB)
    if third[1] > 1.1 * first[1] + NOISE_BYTES:
        wrong.append(f"grows on after the first epoch: {first[1]:,.0f}, then {third[1]:,.0f}")
    return wrong


def _epoch_growth(case: Case, text: str) -> list[str]:
    epoch = _epoch(case, 128)
    marks = [(number * epoch) + 3 for number in range(1, 6)]
    answer = measure(case, 128, marks[-1], [0, *marks, marks[-1] - 2])
    rises = [_held(answer, later) - _held(answer, earlier) for earlier, later in itertools.pairwise(marks)]
    if min(rises) < 64 * KIB:
        return [f"an epoch adds only {min(rises):,.0f} bytes"]
    return []


def _calls(case: Case, calls: int) -> float:
    """What one call leaves behind, in bytes; the first two, which warm things up, left out."""
    held = _run(case, [str(case.path), "256", "calls", str(calls)])
    return float(held[-1] - held[1]) / (calls - 2)


def _calls_stay(case: Case) -> list[str]:
    each = _calls(case, case.ground_calls)
    allowed = GROWTH_BYTES + NOISE_BYTES / (case.ground_calls - 2)
    return [f"a call leaves {each:,.0f} bytes behind"] if each > allowed else []


def _call_growth(case: Case, text: str) -> list[str]:
    return _compare("growth per call", _calls(case, 10), text, 256 * KIB)


def _spike(case: Case, text: str) -> list[str]:
    answer = measure(case, 400, 50, [0, 1])
    rise = max(answer["later_rise"], answer["first_rise"] - max(_held(answer, 1), 0))
    times = rise / answer["batch_bytes"]
    if times > 4.2 and rise > 2 * MIB:
        return []
    return [f"a batch of {answer['batch_bytes']:,} bytes takes {times:.1f} times its size"]


def _handles(kind: str) -> Callable[[Case, str], list[str]]:
    def check(case: Case, text: str) -> list[str]:
        if case.ground_sizes:
            return by_items(case, *case.ground_sizes)
        answer = measure(case, 128, 60, [20, 60])
        grown = answer["settled"][60][kind] - answer["settled"][20][kind]
        return [] if grown >= 36 else [f"40 batches add {grown} {kind}"]

    def by_items(case: Case, small: int, large: int) -> list[str]:
        """Some stay open for each item, and the second epoch adds none."""
        ends = []
        for items in (small, large):
            epoch = _epoch(case, items)
            answer = measure(case, items, 2 * epoch, [0, epoch, 2 * epoch])
            ends.append(answer["settled"][epoch][kind])
            if answer["settled"][2 * epoch][kind] > ends[-1] + 2:
                return [f"the second epoch of {items} items adds {kind}"]
        grown = ends[1] - ends[0]
        return [] if grown >= (large - small) / 20 else [f"{large - small} more items add {grown} {kind}"]

    return check


def _duplication(case: Case, text: str) -> list[str]:
    held = [measure(case, items, 20, [0, 20])["settled"][20]["in_children"] for items in (256, 1024)]
    return _compare("growth per item in the children", (held[1] - held[0]) / 768, text, 8 * KIB)


CHECKS: dict[str, Callable[[Case, str], list[str]]] = {
    "eager-load": _eager,
    "dataset-as-argument": _argument,
    "batch-growth": _batch_growth,
    "unbounded-cache": _cache,
    "epoch-growth": _epoch_growth,
    "call-growth": _call_growth,
    "batch-spike": _spike,
    "file-leak": _handles("files"),
    "thread-leak": _handles("threads"),
    "process-leak": _handles("children"),
    "worker-duplication": _duplication,
}


if __name__ == "__main__":
    import time

    from tests.truth.harness import paths

    for path in [path for pattern in sys.argv[1:] or ["*"] for path in paths(pattern)]:
        begun = time.perf_counter()
        sentences = disagreements(load(path))
        print(f"{path.stem}: {'; '.join(sentences) or 'true'} ({time.perf_counter() - begun:.1f} s)", flush=True)
