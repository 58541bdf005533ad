"""Jobs made of readings."""

from typing import Any

from genaudit.model.watch import JobEndMark, JobRecording, PulledMark, WatchMark, WorkersMark
from genaudit.units import KIB


def job_of(
    held: list[float], batch_bytes: int = 256 * KIB, workers: list[float] | None = None, script: str = "", **fields: Any
) -> JobRecording:
    """A job with one reading for each batch, and one of its two workers."""
    head = WatchMark(
        at_s=0, pid=1, began_s=0, script=script, arguments=[], directory="/w", python="3.11", limit_bytes=0,
        limit_kind="machine", anon_bytes=0,
    )  # fmt: skip
    pulled = [
        PulledMark(
            at_s=at * 0.01, last=at, count=1, epoch=1, source=1, in_s=0.001, out_s=0.009,
            in_bytes=0, out_bytes=0, anon_bytes=round(n_bytes), batch_bytes=batch_bytes,
        )
        for at, n_bytes in enumerate(held, 1)
    ]  # fmt: skip
    read = [
        WorkersMark(at_s=at * 0.01, batch=at, own_bytes=0, held={"7": round(n_bytes / 2), "8": round(n_bytes / 2)})
        for at, n_bytes in enumerate(workers or [], 1)
    ]
    fields.setdefault("end", JobEndMark(at_s=9, batch=len(held), epoch=1, ending="exit", code=0))
    return JobRecording(head=head, pulled=pulled, workers=read, **fields)
