"""What is held beside what an epoch yields: the answer that rules share where there is one size only."""

from genaudit.evidence.accounting import OF_AN_ITEM, Epoch
from genaudit.evidence.blame.paths import blame_handed, blame_holding
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.retention.tree import Holding
from genaudit.model.outcome import EvidenceKind, Verdict
from genaudit.rules.answer import Answer
from genaudit.units import format_bytes


def yields(epoch: Epoch) -> str:
    """What an epoch yields, and what told its length."""
    return f"{format_bytes(epoch.bytes)} ({epoch.batches:,} batches, by {epoch.known_from})"


def holds_data(
    evidence: Evidence, holding: Holding, epoch: Epoch, message: str, *, fix: str, grows: bool = False
) -> Answer:
    """The fault, proven at one size.

    Args:
        holding: What holds the data set.
        epoch: What it is held beside.
        message: The answer in words.
        fix: What to do.
        grows: Whether it was filled while batches were pulled.
    """
    return Answer(
        verdict=Verdict.FAIL,
        message=message,
        value=holding.bytes / max(1, _items(evidence, holding, epoch)),
        unit="bytes/item",
        limit=OF_AN_ITEM * (evidence.item_bytes or 0),
        evidence=EvidenceKind.ACCOUNTED,
        blame=blame_holding(evidence.recording, evidence.project, holding, grows=grows)
        or blame_handed(evidence.trial_set.handed, holding),
        saving_bytes=holding.bytes,
        fix=fix,
    )


def _items(evidence: Evidence, holding: Holding, epoch: Epoch) -> int:
    """Items of an epoch; where a batch does not tell how many it has, entries of what holds them, if there are more."""
    if (evidence.batch_items or 1) > 1:
        return epoch.items
    step = holding.steps[holding.holder]
    return max(epoch.items, (step.entries or 0) // max(1, step.count))
