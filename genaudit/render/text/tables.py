"""Labels and values, for tables of two columns."""

from genaudit.model import Interval, Report
from genaudit.render.text.history import revision_text
from genaudit.render.text.report import before_text, growth_per_batch_text, is_settled, limit_above, memory_owner
from genaudit.report.phrases import count, duration, grown, plural, quantity, rounded, size
from genaudit.units import format_bytes

NO_SPIKE = 0.05
"""A rise by a smaller share of a batch is none."""


def batch_rows(report: Report) -> list[tuple[str, str]]:
    """What is known of the batches, each with its label."""
    batches = report.batches
    if batches is None:
        return []
    rate = batches.items_per_second
    spike = batches.spike_ratio_max
    epochs = f" in {count(batches.epochs, 'epoch')}" if batches.epochs else ""
    rows = [
        ("Batches", f"{batches.count:,}{epochs}"),
        ("Size of a batch", size(batches.bytes_median) if batches.bytes_median is not None else "not known"),
        ("Items in a batch", None if batches.items_median is None else f"{batches.items_median:,}"),
        ("Time of a batch", f"{duration(batches.seconds_median)} (the first: {duration(batches.first_batch_seconds)})"),
        ("Speed", None if rate is None else f"{_rate(rate)} {plural(report.target.item_noun)} per second"),
        ("Held after batch 1", size(batches.retained_first_bytes) + before_text(report)),
        ("Growth per batch", growth_per_batch_text(report)),
        ("Growth per epoch", _per_epoch(report, batches.growth_bytes_per_epoch)),
        ("Largest spike", _spike(spike, batches.spike_batch)),
    ]
    return [(label, text) for label, text in rows if text]


def method_rows(report: Report) -> list[tuple[str, str]]:
    """How the figures were made, and how far to trust them."""
    environment, cost = report.environment, report.overhead
    exact = "the kernel's own, exact for every batch" if report.peak.exact else "the highest sample: a lower bound"
    packages = ", ".join(f"{name} {version}" for name, version in environment.packages.items())
    rows = [
        ("genaudit", report.genaudit_version),
        ("Made", report.created_at),
        ("Command", " ".join(report.command)),
        ("Source", report.target.source or ""),
        ("Revision", revision_text(report.revision)),
        ("Python", f"{environment.implementation} {environment.python}"),
        ("Packages", packages),
        ("Platform", f"{environment.platform}, {count(environment.cpus, 'CPU')}, allocator {environment.allocator}"),
        ("Memory limit", _limit(report)),
        ("A trial is ended at", _size(report.machine.trial_limit_bytes)),
        ("High-water marks", exact),
        ("Measuring code", _cost(cost.harness_bytes, "in the target's process; never blamed on the target")),
        ("Tracer", _cost(cost.tracer_bytes, "in the traced trial only; never blamed on the target")),
    ]
    return [(label, text) for label, text in rows if text]


def _per_epoch(report: Report, interval: Interval | None) -> str | None:
    if interval is None:
        return None
    settled, limit = is_settled(report, "bytes/epoch"), limit_above(report, interval, "bytes/epoch")
    return grown(interval, "epoch", settled=settled, limit=limit)


def _rate(rate: float) -> str:
    return f"{rounded(rate):,.0f}" if rate >= 100 else f"{rate:.3g}"


def _spike(ratio: float | None, batch: int | None) -> str | None:
    if ratio is None:
        return None
    return "none" if ratio < NO_SPIKE else f"{quantity(ratio, 'x batch')}{_in_batch(batch)}"


def _in_batch(batch: int | None) -> str:
    return f" in batch {batch:,}" if batch else ""


def _limit(report: Report) -> str:
    owner = f" ({memory_owner(report)})" if report.machine.bytes else ""
    return _size(report.machine.bytes) + owner


def _size(n_bytes: int) -> str:
    return format_bytes(n_bytes) if n_bytes else "not known"


def _cost(n_bytes: int | None, where: str) -> str | None:
    return None if n_bytes is None else f"{format_bytes(n_bytes)} {where}"
