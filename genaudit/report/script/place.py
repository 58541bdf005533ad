"""Where the memory of a script is: in its source, in a queue, in workers, or in the loop that trains."""

from genaudit.evidence.evidence import Evidence
from genaudit.evidence.retention.tree import Tree, is_shared_by_forks
from genaudit.files import shown_path
from genaudit.model.catalogue import EAGER_LOAD, TRAINING_LOOP_GROWTH, UNBOUNDED_PREFETCH, WORKER_DUPLICATION
from genaudit.model.marks import SCRIPT, DriverMark
from genaudit.model.outcome import Outcome, RunVerdict
from genaudit.model.report import GENERATOR, QUEUE, STEP, WORKERS, Place
from genaudit.report.phrases import count
from genaudit.report.script.workers import queue_bytes, settings_of
from genaudit.units import MIB, format_bytes

LARGE_QUEUE_BYTES = 16 * MIB
"""A queue of less is no reason to look for memory in it."""
MOST = 0.5
"""What holds more than this share of the growth is where it is."""
NOT_RUN = "the training step was not run"
_SUBJECTS = {
    "generator": "the generator",
    "keras-dataset": "the data set",
    "torch-loader": "the data set of the loader",
    "tf-dataset": "the pipeline",
    "arrays": "the script",
}
_OTHERS = {QUEUE: "the queue ", STEP: "the training loop "}
_QUEUE_TYPES = {"Queue", "SimpleQueue", "LifoQueue", "PriorityQueue"}


def place(evidence: Evidence, finding: Outcome | None, verdict: RunVerdict) -> Place | None:
    """The place of what was found; of a source without a fault, a place that is worth a look all the same.

    Args:
        evidence: Of an audit.
        finding: The gravest; ``None`` without one.
        verdict: That of the run.
    """
    if evidence.arguments is None or evidence.arguments.kind != SCRIPT or verdict is RunVerdict.ERROR:
        return None
    driver = evidence.trial_set.driver
    if finding is None:
        return _large_queue(evidence, driver)
    if finding.code == TRAINING_LOOP_GROWTH.code:
        at = finding.location
        return Place(
            name=STEP,
            text=f"in the loop that trains, as it reads: nothing grows in the source; {NOT_RUN}",
            path=at.path if at is not None else None,
            line=at.line if at is not None else None,
        )
    if finding.code == UNBOUNDED_PREFETCH.code or _is_held_by_queue(evidence, finding):
        return Place(name=QUEUE, text=f"in a queue that runs ahead, not in what it is filled with; {NOT_RUN}")
    in_workers = _is_in_workers(evidence) and not (finding.code == EAGER_LOAD.code and _is_inherited(evidence))
    if finding.code == WORKER_DUPLICATION.code or in_workers:
        number = evidence.trial_set.workers
        by = settings_of(driver)
        return Place(name=WORKERS, text=f"in each of {count(number, 'worker process')}{by}; {NOT_RUN}")
    has_workers = evidence.trial_set.workers or (driver is not None and driver.queue_batches)
    beside = "more than in its workers and their queue" if has_workers else "in no queue and no worker"
    return Place(name=GENERATOR, text=f"in the source itself, {beside}; {NOT_RUN}")


def subject(evidence: Evidence, found: Place | None) -> str:
    """Who does what the headline says; empty where that is the target."""
    if found is None:
        return ""
    if found.name in _OTHERS:
        return _OTHERS[found.name]
    driver = evidence.trial_set.driver
    named = _SUBJECTS.get(driver.kind if driver is not None else "", "the source")
    return f"{named} " if found.name == GENERATOR else "each worker "


def _is_inherited(evidence: Evidence) -> bool:
    """Whether its workers hold arrays that the process itself had before: they are forks, and share them."""
    marks = [mark for trial in evidence.recording.trials for mark in trial.retention]
    held = [holding for mark in marks for holding in Tree(mark).holdings()]
    own = [holding for holding in held if not holding.pid]
    most = max(own, key=lambda holding: holding.bytes, default=None)
    in_workers = max((holding.bytes for holding in held if holding.pid), default=0)
    return most is not None and is_shared_by_forks(most) and most.bytes >= MOST * in_workers


def _is_in_workers(evidence: Evidence) -> bool:
    """Whether more came in worker processes than in the target's own, from the first batch on."""
    clean = evidence.trial_set.clean
    marks = [mark for mark in clean.settled if mark.children] if clean is not None else []
    if len(marks) < 2:
        return False
    # Workers that are read as they end hold less.
    most = max(marks, key=lambda mark: mark.retained_bytes)
    own = most.own_bytes - marks[0].own_bytes
    whole = most.retained_bytes - marks[0].retained_bytes
    return whole > 0 and whole - own > MOST * whole


def _is_held_by_queue(evidence: Evidence, finding: Outcome) -> bool:
    """Whether the line to blame fills a queue: a call of ``put`` that nothing bounds."""
    location = finding.location
    if location is None:
        return False
    folder = evidence.recording.working_directory
    for path, text in evidence.recording.sources.items():
        if shown_path(path, folder) == location.path:
            lines = text.splitlines()
            line = lines[location.line - 1] if 0 < location.line <= len(lines) else ""
            return ".put(" in line and any(f"{name}(" in text for name in _QUEUE_TYPES)
    return False


def _large_queue(evidence: Evidence, driver: DriverMark | None) -> Place | None:
    """A queue that holds much by itself, though nothing is wrong with it."""
    n_bytes = queue_bytes(evidence, driver)
    if driver is None or n_bytes is None or n_bytes < LARGE_QUEUE_BYTES:
        return None
    number = f"{driver.queue_batches:,} batches of {format_bytes(evidence.batch_bytes or 0)}"
    held = f"{number}, {format_bytes(n_bytes)}{settings_of(driver)}"
    return Place(name=QUEUE, text=f"nothing is kept; the queue holds up to {held}")
