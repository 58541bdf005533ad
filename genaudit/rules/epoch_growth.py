"""Memory that is still there one epoch later, every epoch."""

from genaudit.evidence.evidence import Evidence
from genaudit.model.limits import Limits
from genaudit.model.outcome import Level, Verdict
from genaudit.model.rule import rule
from genaudit.rules.answer import Answer, compare, not_applicable
from genaudit.rules.batch_growth import TURN_OF_EPOCH
from genaudit.rules.blaming import blame_batches
from genaudit.rules.wording import per_epoch

FIX = """\
# clear what belongs to an epoch when it ends:
def on_epoch_end(self):
    self._seen.clear()"""


@rule(code="GA202", name="epoch-growth", title="Memory grows with every epoch", level=Level.ERROR)
def epoch_growth(evidence: Evidence, limits: Limits) -> Answer:
    """What is retained at the end of an epoch keeps rising, by what is kept at the turn of an epoch.

    Why it matters:
        A little kept per epoch ends a long training hours after it began.

    How it is measured:
        Settled readings at the ends of at least three epochs, the first left out as warm-up. Growth that comes batch
        by batch is batch-growth, and not told twice.

    When it is wrong:
        A cache that fills over many epochs looks the same. Run more: --epochs 10; a cache levels off.

    What to do:
        Look at what is made anew for each epoch and not let go: iterators, permutations, copies, pools of workers.
    """
    growth = evidence.epoch_growth
    if growth is None:
        return not_applicable("needs three epochs: give a data set that can be scaled, or --epochs 3")
    limit = float(limits.epoch_growth_bytes)
    common = {"value": growth.per_epoch.value, "unit": "bytes/epoch", "limit": limit, "noise": growth.per_epoch}
    verdict = compare(growth.per_epoch, limit)
    if verdict is Verdict.FAIL and growth.inside_share >= TURN_OF_EPOCH:
        return Answer(
            verdict=Verdict.PASS, message="what grows does so with batches, not at the turn of an epoch", **common
        )
    if verdict is Verdict.FAIL and growth.levels_off:
        verdict = Verdict.INCONCLUSIVE
    if verdict is Verdict.PASS:
        return Answer(verdict=verdict, message=f"flat over {growth.n_epochs} epochs", **common)
    if verdict is Verdict.INCONCLUSIVE:
        return Answer(
            verdict=verdict,
            message=f"grows by {per_epoch(growth.per_epoch)}: more epochs would tell (--epochs {growth.n_epochs * 3})",
            **common,
        )
    return Answer(
        verdict=verdict,
        message=f"keeps {per_epoch(growth.per_epoch)}, epoch after epoch",
        blame=blame_batches(evidence, 0.0),
        saving_bytes=round(growth.per_epoch.value * (growth.n_epochs - 1)),
        fix=FIX,
        **common,
    )
