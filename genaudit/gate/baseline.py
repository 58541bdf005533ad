"""The baseline: what was measured when somebody last said that it is as it should be, kept in the repository."""

import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from genaudit.errors import UsageError
from genaudit.files import MOST_SETTING_BYTES, read_bytes
from genaudit.gate.figures import Reading, read, seconds_to_first_batch
from genaudit.masking import mask
from genaudit.model.codec import Versioned, check_version, decode, decode_head, refusing
from genaudit.model.outcome import Interval
from genaudit.model.report import Report
from genaudit.units import KIB

VERSION = 1
COMPARED = ("peak", "first-batch", "growth", "epoch-growth", "spike", "per-item", "workers", "open-files")
# Values are rounded to these steps, so that a difference in the file is a difference in the target.
STEPS = {"bytes": 64 * KIB, "bytes/batch": 64, "bytes/epoch": KIB, "bytes/item": 1, "x batch": 0.05, "seconds": 0.001}


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    """One figure with its interval, and its scatter over repeats."""

    value: float
    low: float
    high: float
    mad: float | None = None

    @property
    def interval(self) -> Interval:
        """Value and interval alone."""
        return Interval(value=self.value, low=self.low, high=self.high)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What one target measured in one environment."""

    target: str
    arguments: str
    """Hash of everything that the target is called with and driven by."""
    platform: str
    python: str
    allocator: str
    genaudit: str
    reason: str
    batch_bytes: float | None = None
    item_bytes: float | None = None
    metrics: dict[str, Metric] = {}

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two entries comparable."""
        return (self.target, self.arguments, self.platform, self.python, self.allocator)


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """All entries of a file."""

    version: int = VERSION
    entries: list[Entry] = []

    def same(self, entry: Entry) -> Entry | None:
        """The entry of the same target, arguments and environment."""
        return next((known for known in self.entries if known.key == entry.key), None)

    def elsewhere(self, entry: Entry) -> Entry | None:
        """An entry of the same target and arguments from another environment, the nearest."""
        others = [known for known in self.entries if known.key[:2] == entry.key[:2]]
        return max(others, key=lambda known: [a == b for a, b in zip(known.key, entry.key, strict=True)], default=None)

    def updated(self, entries: list[Entry]) -> "Baseline":
        """The baseline with entries put in the place of those of the same key."""
        new = {entry.key for entry in entries}
        kept = [known for known in self.entries if known.key not in new]
        return Baseline(entries=sorted([*kept, *entries], key=lambda known: known.key))


def arguments_hash(settings: Mapping[str, object]) -> str:
    """Twelve digits that change when what a target is called with changes."""
    text = json.dumps(settings, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def entry_of(report: Report, *, target: str, arguments: str, reason: str) -> Entry:
    """The entry that a report makes."""
    environment, batches = report.environment, report.batches
    readings = {name: read(name, report) for name in COMPARED}
    readings["time-to-first-batch"] = seconds_to_first_batch(report)
    size, count = (batches.bytes_median, batches.items_median) if batches else (None, None)
    return Entry(
        target=mask(target),
        arguments=arguments,
        platform=environment.platform,
        python=".".join(environment.python.split(".")[:2]),
        allocator=environment.allocator,
        genaudit=report.genaudit_version,
        reason=mask(reason),
        batch_bytes=size,
        item_bytes=round(size / count) if size and count else None,
        metrics={name: metric for name, reading in readings.items() if (metric := _metric(reading)) is not None},
    )


def _metric(reading: Reading) -> Metric | None:
    interval = reading.interval
    if interval is None or reading.undecided:
        return None
    step = STEPS.get(reading.unit, 1)
    return Metric(
        value=_tidy(round(interval.value / step) * step),
        low=_tidy(math.floor(interval.low / step) * step),
        high=_tidy(math.ceil(interval.high / step) * step),
        mad=None if reading.mad is None else _tidy(math.ceil(reading.mad / step) * step),
    )


def _tidy(value: float) -> float:
    """Without the digits that only floating point adds; whole where it is whole."""
    tidy = round(value, 3) + 0.0
    return int(tidy) if tidy == int(tidy) else tidy


def read_baseline(path: Path) -> Baseline | None:
    """The baseline in a file; ``None`` where there is no file.

    Raises:
        UsageError: It cannot be read, or a newer genaudit wrote it.
    """
    try:
        content = read_bytes(path, MOST_SETTING_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", slug="unreadable-baseline") from error
    with refusing(
        f"{path} cannot be read as a baseline",
        slug="bad-baseline",
        hint='write it anew: genaudit gate --update-baseline --reason "…"',
        error=UsageError,
    ):
        version = decode_head(content, Versioned).version
        check_version(version, VERSION, name=str(path), kind="baseline", error=UsageError)
        return decode(content, Baseline)


def baseline_bytes(baseline: Baseline) -> bytes:
    """The file's content: sorted, indented, so that its differences can be reviewed."""
    fields: Any = msgspec.to_builtins(baseline)
    return json.dumps(fields, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n"
