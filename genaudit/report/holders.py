"""Who keeps memory alive, for the report: paths in words, and the tree of all that is held."""

from collections.abc import Iterator

from genaudit.evidence import readings
from genaudit.evidence.blame.paths import pairs
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.retention.lines import places_of
from genaudit.evidence.retention.tree import Holding, Tree
from genaudit.files import shown_path
from genaudit.model.marks import RetentionMark, RetentionNode
from genaudit.model.outcome import Interval, Location
from genaudit.model.recording import Trial
from genaudit.model.report import Accounting, Holder, RetentionStep

MOST_HELD = 5
MOST_GROWN = 3
LEAST_SHARE = 0.02
"""Of what is retained: less is not worth a line."""
UNACCOUNTED = "unaccounted"


def holders(evidence: Evidence) -> list[Holder]:
    """The paths to what is held, the largest first, then to what grows."""
    shown = shown_walk(evidence)
    if shown is None:
        return []
    trial, mark = shown
    retained = max(retained_bytes(trial, mark), mark.bytes, 1)
    held = [
        _holder(evidence, holding, share=holding.bytes / retained)
        for holding in Tree(mark).holdings()
        if holding.bytes >= LEAST_SHARE * retained
    ]
    return held[:MOST_HELD] + list(_growing(evidence, retained))


def _growing(evidence: Evidence, retained: int) -> Iterator[Holder]:
    pair = next(pairs(evidence.recording), None)
    if pair is None or not evidence.growth.leak:
        return
    first, last = pair
    batches = last.batch - first.batch
    least = max(1.0, LEAST_SHARE * (evidence.batch_bytes or 0)) * batches
    grown = [holding for holding in Tree(last, before=first).holdings() if holding.bytes >= least]
    for holding in grown[:MOST_GROWN]:
        rate = holding.bytes / batches
        yield _holder(
            evidence,
            holding,
            share=holding.bytes / retained,
            growth=Interval(value=rate, low=rate, high=rate),
            gained=holding.entries / batches,
        )


def retention(evidence: Evidence) -> list[RetentionStep]:
    """The tree of what is held, with what was not found as a root of its own."""
    shown = shown_walk(evidence)
    if shown is None:
        return []
    trial, mark = shown
    first = next((first for first, last in pairs(evidence.recording) if last is mark), None)
    grown = Tree(mark, before=first) if first is not None else None
    steps = [
        RetentionStep(
            parent=node.parent,
            label=" ".join(words_of(node)),
            bytes=node.bytes,
            count=node.count,
            grown_bytes=grown.step(at).bytes if grown is not None else None,
            gained=grown.step(at).entries if grown is not None else None,
            location=_defined(evidence, node),
            is_sampled=node.is_sampled,
        )
        for at, node in enumerate(mark.nodes)
    ]
    missing = retained_bytes(trial, mark) - mark.bytes
    if missing > 0:
        steps.append(RetentionStep(parent=-1, label=UNACCOUNTED, bytes=missing))
    return steps


def shown_walk(evidence: Evidence) -> tuple[Trial, RetentionMark] | None:
    """The walk that found most: of the drive that was asked for, or of a smaller trial that was run to walk."""
    marks = [(trial, mark) for trial in evidence.recording.trials for mark in trial.retention if mark.pid == 0]
    marks = [(trial, mark) for trial, mark in marks if mark.at != "call"]
    return max(marks, key=lambda pair: pair[1].bytes, default=None)


def retained_bytes(trial: Trial, mark: RetentionMark) -> int:
    """What the target's own process retained at the moment of a walk, above what it held before the call."""
    base = readings.base_bytes(trial)
    readings_then = [settled for settled in trial.settled if settled.batch == mark.batch]
    return readings_then[-1].own_bytes - base if base is not None and readings_then else 0


def _holder(
    evidence: Evidence, holding: Holding, *, share: float, growth: Interval | None = None, gained: float | None = None
) -> Holder:
    container = holding.container
    grows = growth is not None
    return Holder(
        names=names_of(holding, gained if grows else None),
        type=holding.payload.type,
        entries=container.entries if container is not None else None,
        bytes=holding.bytes,
        share=min(1.0, share),
        growth_bytes_per_batch=growth,
        gained_per_batch=gained if grows and container is not None else None,
        location=_filled(evidence, holding, grows=grows),
        is_sampled=holding.payload.is_sampled,
    )


def _filled(evidence: Evidence, holding: Holding, *, grows: bool) -> Location | None:
    """Where the name of a path is bound or added to."""
    recording, project = evidence.recording, evidence.project
    for place in places_of(holding, project, recording.sources, grows=grows)[:1]:
        return Location(
            path=shown_path(place.path, recording.working_directory),
            line=place.line,
            function=project.function_at(place.path, place.line),
        )
    return None


def _defined(evidence: Evidence, node: RetentionNode) -> Location | None:
    """Where a function is defined that is a step of the tree."""
    if node.path is None or node.line is None:
        return None
    path = shown_path(node.path, evidence.recording.working_directory)
    return Location(path=path, line=max(1, node.line), function=node.function)


def names_of(holding: Holding, gained: float | None = None) -> list[str]:
    """The steps of a path in words.

    Args:
        gained: Entries that its container gains with each batch.
    """
    words: list[str] = []
    container = holding.container
    for at, step in enumerate(holding.steps):
        parts = words_of(step, is_last=at == len(holding.steps) - 1)
        if gained is not None and step is container:
            parts[-1] = f"{_short(step.type)}, {_a_batch(gained)}"
        words += parts
    return words


def words_of(node: RetentionNode, *, is_last: bool = True) -> list[str]:
    """A step in words: its name, and what it is where that says more."""
    if node.kind == "module":
        return [f"{node.name} (module)"]
    if node.kind == "source":
        return [f"{node.name} (line {node.line})" if node.line else node.name]
    what = " ".join(part for part in (_short(node.type), _extent(node)) if part)
    if not node.name:
        return [what]
    return [node.name, what] if is_last or node.entries is not None else [node.name]


def _extent(node: RetentionNode) -> str:
    if node.detail:
        return node.detail
    return f"of {node.entries // max(1, node.count):,}" if node.entries else ""


def _short(type_text: str) -> str:
    return type_text.rpartition(".")[2]


def _a_batch(gained: float) -> str:
    number = f"{gained:+,.0f}" if gained >= 1 or gained == 0 else f"{gained:+.2g}"
    return f"{number} a batch"


def accounting(evidence: Evidence) -> Accounting | None:
    """What is held beside what an epoch yields, where the data set could not be scaled."""
    account = evidence.account
    if account is None or evidence.first_law is not None:
        return None
    return Accounting(
        held_bytes=account.held_bytes,
        epoch_bytes=account.epoch.bytes if account.epoch is not None else None,
        share=account.share,
        epoch_from=account.epoch.known_from if account.epoch is not None else None,
    )
