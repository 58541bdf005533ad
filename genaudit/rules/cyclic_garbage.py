"""Large garbage that waits for the cyclic collector."""

from genaudit.evidence.evidence import Evidence
from genaudit.model.catalogue import CYCLIC_GARBAGE
from genaudit.model.limits import Limits
from genaudit.model.outcome import Level, Verdict
from genaudit.model.rule import rule
from genaudit.rules.answer import Answer, not_applicable
from genaudit.units import format_bytes


@rule(code="GA204", name="cyclic-garbage", title="Large objects wait for the collector", level=Level.NOTE)
def cyclic_garbage(evidence: Evidence, limits: Limits) -> Answer:
    """A collection gives back much memory: large objects are in reference cycles.

    Why it matters:
        Objects in a cycle live until the collector runs, which counts objects and not bytes: a few large arrays may
        wait for long. It is no leak, but the peak is higher than it need be.

    How it is measured:
        RssAnon before and after gc.collect(), at every settled reading.

    What to do:
        Break the cycle, or use weakref. Exceptions that are kept hold the frames of their traceback.
    """
    if not evidence.settled:
        return not_applicable("needs a batch")
    garbage = evidence.trial_set.garbage_bytes
    limit = max(limits.garbage_bytes_floor, limits.garbage_batches * (evidence.batch_bytes or 0))
    is_much = garbage > limit
    return Answer(
        verdict=Verdict.FAIL if is_much else Verdict.PASS,
        message=f"up to {format_bytes(garbage)} waited for the collector"
        if is_much
        else "little waits for the collector",
        value=float(garbage),
        unit="bytes",
        limit=float(limit),
        saving_bytes=garbage if is_much else None,
        fix=CYCLIC_GARBAGE.fix if is_much else None,
    )
