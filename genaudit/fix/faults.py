"""From a report to what a rewrite is asked about: each finding, and every place in the code that it points to."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from genaudit.evidence.project import is_installed
from genaudit.fix.rewrites.base import Fault
from genaudit.model.catalogue import Kind, pattern_of
from genaudit.model.outcome import Level, Location, Outcome
from genaudit.model.report import Holder, Report

SHARE_OF_MEMORY = 1 / 16
"""Of the machine's memory, for what one cache or queue may keep."""
SHARE_OF_ENTRIES = 1 / 4
"""Of the entries that were measured: a bound that no drive comes to proves nothing."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A fault, and the file that it is in."""

    path: Path
    """Absolute, links followed."""
    fault: Fault


def fixable(report: Report) -> list[Outcome]:
    """The findings that a change of the code could answer, the worst first."""
    return [finding for finding in report.findings if _is_of_code(finding)]


def _is_of_code(finding: Outcome) -> bool:
    pattern = pattern_of(finding.code)
    return not finding.is_promise and finding.level is not Level.NOTE and (
        pattern is None or pattern.kind is not Kind.AUDIT
    )  # fmt: skip


def places(finding: Outcome, report: Report, folder: Path, *, cache_size: int | None = None) -> list[Place]:
    """Where a rewrite may have to be made, the likeliest first: the line to blame, then those of what holds the memory.

    Args:
        finding: Of the report.
        report: Whose paths are relative to ``folder``.
        folder: The working directory.
        cache_size: How many entries a cache may keep; else as many as memory has room for.
    """
    grows = _grows(finding)
    holders = [holder for holder in report.holders if _is_growing(holder) is grows] or report.holders
    found: dict[tuple[Path, int], Place] = {}
    for location, holder in _located(finding, holders, report):
        path = Path(os.path.realpath(folder / location.path))
        if path.suffix not in {".py", ".pyw", ".ipynb"} or is_installed(path):
            continue
        fault = Fault(
            code=finding.code,
            line=location.line,
            function=location.function,
            holders=_names(holder) if holder is not None else (),
            target=report.target.qualname or None,
            bound=cache_size or (_bound(holder, report) if holder is not None else None),
        )
        found.setdefault((path, location.line), Place(path=path, fault=fault))
    return list(found.values())


def _located(finding: Outcome, holders: list[Holder], report: Report) -> Iterator[tuple[Location, Holder | None]]:
    """Places, each with what holds the memory there, as far as it is known."""
    first = next(iter(holders), None)
    if finding.location is not None:
        at = finding.location
        same = [holder for holder in holders if holder.location and _at(holder.location) == _at(at)]
        yield at, next(iter(same), first)
    for holder in holders:
        if holder.location is not None:
            yield holder.location, holder
    target = report.target
    if target.path is not None and target.line is not None:
        yield Location(path=target.path, line=target.line, function=target.qualname), first


def _at(location: Location) -> tuple[str, int]:
    return location.path, location.line


def _grows(finding: Outcome) -> bool:
    pattern = pattern_of(finding.code)
    return pattern is not None and pattern.kind is Kind.KEEPS


def _is_growing(holder: Holder) -> bool:
    rates = (holder.growth_bytes_per_batch, holder.growth_bytes_per_epoch, holder.growth_bytes_per_call)
    return any(rate is not None for rate in rates)


def _names(holder: Holder) -> tuple[str, ...]:
    return tuple(holder.names[at] for at in holder.named if at < len(holder.names))


def _bound(holder: Holder, report: Report) -> int | None:
    """A number of entries that memory has room for, and that a drive comes to: a power of two."""
    if not holder.entries or holder.bytes <= 0:
        return None
    most = [holder.entries * SHARE_OF_ENTRIES]
    if report.growth_law is not None and report.growth_law.sizes:
        # With a batch on top, a cache is full at the smallest size already: then it is seen not to grow.
        n_items = (report.batches.items_median if report.batches else None) or 0
        most.append(min(report.growth_law.sizes) - n_items)
    if report.machine.bytes:
        most.append(report.machine.bytes * SHARE_OF_MEMORY / (holder.bytes / holder.entries))
    return int(2 ** max(1, math.floor(math.log2(max(2.0, min(most))))))
