"""What workers and their queue hold by themselves, in figures and in words."""

from genaudit.evidence import readings
from genaudit.evidence.evidence import Evidence
from genaudit.model.marks import DriverMark
from genaudit.units import format_bytes


def worker_notes(evidence: Evidence, driver: DriverMark) -> list[str]:
    """What their queue holds by itself, and what each of them adds."""
    notes = []
    by = settings_of(driver)
    if driver.queue_batches:
        n_bytes, whole = evidence.batch_bytes, queue_bytes(evidence, driver)
        each = f" of {format_bytes(n_bytes)} each" if n_bytes else ""
        full = f", {format_bytes(whole)}" if whole else ""
        notes.append(f"the queue of its workers holds up to {driver.queue_batches:,} batches{each} by itself{full}{by}")
    mark = evidence.trial_set.handed
    if mark is not None and mark.keeps:
        n_bytes = evidence.batch_bytes
        kept = f", {format_bytes(mark.keeps * n_bytes)}" if n_bytes else ""
        notes.append(
            f"{mark.consumer.partition(',')[0]} itself keeps the first {mark.keeps} batches of a generator{kept}"
        )
    added = worker_bytes(evidence)
    if added:
        notes.append(f"each worker process adds {format_bytes(added)} to what the process itself takes")
    return notes


def settings_of(driver: DriverMark | None) -> str:
    """The settings that workers and their queue come from, in parentheses; empty where there are none."""
    return f" ({driver.workers_by})" if driver is not None and driver.workers_by else ""


def queue_bytes(evidence: Evidence, driver: DriverMark | None) -> int | None:
    """What a queue holds by itself when it is full; ``None`` without one."""
    if driver is None or not driver.queue_batches or not evidence.batch_bytes:
        return None
    return driver.queue_batches * evidence.batch_bytes


def worker_bytes(evidence: Evidence) -> int | None:
    """What a worker process holds beside the target's own, the most of the first epoch; ``None`` without workers."""
    clean = evidence.trial_set.clean
    most = readings.most_in_workers(clean) if clean is not None else None
    number = evidence.trial_set.workers
    return None if most is None or not number else round(most[1] / number)
