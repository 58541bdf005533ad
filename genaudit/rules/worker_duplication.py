"""Every worker process ends up with the data set."""

from genaudit.evidence.blame.attribution import blame_workers
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.law import LawFit
from genaudit.model.catalogue import WORKER_DUPLICATION
from genaudit.model.limits import Limits
from genaudit.model.outcome import Interval, Level, Verdict
from genaudit.model.rule import rule
from genaudit.rules.answer import Answer, measured, not_applicable
from genaudit.rules.messages import how_to_scale, larger_sizes, per_item
from genaudit.rules.scaling import Growth, grows_with_items
from genaudit.units import format_bytes

NO_GROWTH = Interval(value=0.0, low=0.0, high=0.0)


@rule(code="GA501", name="worker-duplication", title="Workers copy the data set", level=Level.WARNING)
def worker_duplication(evidence: Evidence, limits: Limits) -> Answer:
    """What the child processes hold beyond the target's own process grows with the data set.

    Why it matters:
        With eight workers the data is in memory nine times. RSS hides it: pages shared at fork are copied one by one
        as reference counts are written to them.

    How it is measured:
        PSS of each process without mapped files, added over the tree, less what the target's own process holds.

    What to do:
        Keep samples in arrays and not in lists of Python objects; start workers by spawn or forkserver; let each worker
        load what it needs.
    """
    if not evidence.trial_set.workers:
        return not_applicable("no child processes")
    marks = evidence.settled
    if marks and marks[-1].children - marks[0].children >= limits.fewest_handles:
        return not_applicable("child processes become more with every batch: process-leak reports it")
    law, held, limit, (verdict, slope, *_) = _worse(evidence, limits)
    if law is None:
        return (
            not_applicable(how_to_scale(evidence.arguments)) if evidence.first_law is None else _at_one_size(evidence)
        )
    answer = measured(verdict, slope, "bytes/item", limit)
    if verdict is Verdict.PASS:
        return answer.with_message("workers hold nothing that grows with the data set")
    if verdict is Verdict.INCONCLUSIVE:
        if evidence.is_heap_alone(slope, law, held, limit):
            return answer.with_message("workers hold nothing that grows with the data set", verdict=Verdict.PASS)
        return answer.with_message(
            f"workers hold {per_item(slope)}: {larger_sizes(law, evidence.items_there)} would tell"
        )
    return answer.with_message(
        (
            f"{evidence.trial_set.workers} workers add {per_item(slope)}, "
            f"{format_bytes(slope.value / evidence.trial_set.workers)} each: the data is copied into every one"
        ),
        blame=blame_workers(evidence, law),
        saving_bytes=round(slope.value * law.sizes[-1]),
        fix=WORKER_DUPLICATION.fix,
    )


def _at_one_size(evidence: Evidence) -> Answer:
    """Workers of the smaller sizes had made all of their batches when the first was read, and ended."""
    larger = "a larger data set" if evidence.items_there else "a larger data set (--items)"
    return Answer(
        verdict=Verdict.INCONCLUSIVE,
        message=f"workers lived long enough to be read at one size only: {larger} would tell what they hold of it",
    )


def _worse(evidence: Evidence, limits: Limits) -> tuple[LawFit | None, LawFit | None, float, Growth]:
    """The law that accuses, with that of what references lead to at the same moment.

    Of what workers load when they start, or of what an epoch leaves them with. Over an epoch their heaps fill as well,
    so more is allowed then.
    """
    sizes = evidence.data_item_bytes, evidence.file_bytes_per_item
    answer: tuple[LawFit | None, LawFit | None, float, Growth] = (None, None, 0.0, Growth(Verdict.PASS, NO_GROWTH))
    for law, held, limit in (
        (evidence.workers_first_law, evidence.held_in_workers_first_law, limits.held_bytes_per_item(*sizes)),
        (evidence.workers_law, evidence.held_in_workers_law, limits.cached_bytes_per_item(*sizes)),
    ):
        if law is not None:
            answer = law, held, limit, _beyond_queue(evidence, law, limit)
            if answer[3].verdict is Verdict.FAIL:
                break
    return answer


def _beyond_queue(evidence: Evidence, law: LawFit, limit: float) -> Growth:
    """Whether it grows; for data sets larger than what workers make ahead of the first batch as well."""
    found, ahead = grows_with_items(law, limit), evidence.items_ahead
    if found.verdict is not Verdict.FAIL or ahead is None:
        return found
    beyond = law.beyond(ahead)
    return found._replace(verdict=Verdict.INCONCLUSIVE) if beyond is None else grows_with_items(beyond, limit)
