"""Budgets that a measured run would keep, with room to breathe."""

import math

from genaudit.gate.figures import read
from genaudit.model.report import Report
from genaudit.units import KIB, MIB

ROOM = 1.25
# Below these a budget would guard the noise of an allocator.
LEAST = {"peak": 16 * MIB, "first-batch": 1 * MIB, "growth": 8 * KIB, "epoch-growth": 128 * KIB, "per-item": 1 * KIB}
_UNITS = (("TiB", 2**40), ("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10))


def suggested(report: Report) -> dict[str, str]:
    """Budgets as they are written, by name: the upper end of what was measured, and a quarter more.

    A fault that was found is not promised to stay: its budget is what a clean target would keep.
    """
    found = {}
    faults = {outcome.code for outcome in report.findings}
    for name, least in LEAST.items():
        reading = read(name, report)
        if reading.interval is None or reading.undecided:
            continue
        rate = reading.unit.partition("/")[2]
        clean = faults.isdisjoint(pattern.code for pattern in reading.patterns)
        if not clean and name in {"peak", "first-batch"}:
            continue
        size = nice_size(max(float(least), ROOM * reading.interval.high if clean else 0.0))
        found[name] = f"{size}/{rate}" if rate else size
    law = read("scaling", report).interval
    if law is not None:
        found["scaling"] = "constant"
    spike = read("spike", report).interval
    if spike is not None:
        found["spike"] = f"{max(4, math.ceil(ROOM * spike.high))}x batch"
    return found


def nice_size(n_bytes: float) -> str:
    """A size of two digits that is not less.

    Example:
        >>> nice_size(1025), nice_size(33_500_000), nice_size(2**30)
        ('1.1KiB', '32MiB', '1GiB')
    """
    n = math.ceil(n_bytes)
    for unit, factor in _UNITS:
        if n < factor:
            continue
        tenths = -(-n * 10 // factor)
        if tenths >= 1000:
            tenths = -(-tenths // 100) * 100
        elif tenths >= 100:
            tenths = -(-tenths // 10) * 10
        return f"{tenths / 10:g}{unit}"
    return f"{n}B"
