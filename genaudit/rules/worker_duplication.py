"""Every worker process ends up with the data set."""

from genaudit.evidence.attribution import blame_workers
from genaudit.evidence.evidence import Evidence
from genaudit.model.limits import Limits
from genaudit.model.outcome import Level, Verdict
from genaudit.model.rule import rule
from genaudit.rules.answer import Answer, measured, not_applicable
from genaudit.rules.scaling import grows_with_items
from genaudit.rules.wording import HOW_TO_SCALE, larger_sizes, per_item
from genaudit.units import format_bytes

FIX = """\
# one array in place of many objects: a worker that reads it does not copy it
self.samples = np.asarray(samples)
# and start workers that inherit nothing: multiprocessing.get_context("forkserver")"""


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
    if not evidence.workers:
        return not_applicable("no child processes")
    marks = evidence.settled
    if marks and marks[-1].children - marks[0].children >= limits.fewest_handles:
        return not_applicable("child processes become more with every batch: process-leak tells of it")
    law = evidence.workers_law
    if law is None:
        return not_applicable(HOW_TO_SCALE)
    limit = limits.held_bytes_per_item(evidence.item_bytes, evidence.file_bytes_per_item)
    verdict, slope, _ = grows_with_items(law, limit)
    answer = measured(verdict, slope, "bytes/item", limit)
    if verdict is Verdict.PASS:
        return answer.says("workers hold nothing that grows with the data set")
    if verdict is Verdict.INCONCLUSIVE:
        return answer.says(f"workers hold {per_item(slope)}: {larger_sizes(law)} would tell")
    return answer.says(
        (
            f"{evidence.workers} workers add {per_item(slope)}, "
            f"{format_bytes(slope.value / evidence.workers)} each: the data is copied into every one"
        ),
        blame=blame_workers(evidence, law),
        saving_bytes=round(slope.value * law.sizes[-1]),
        fix=FIX,
    )
