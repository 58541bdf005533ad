"""Who keeps memory alive, for the report: paths in words, and the tree of all that is held."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from genaudit.evidence import readings
from genaudit.evidence.blame.native import NativeOwner, native_owner
from genaudit.evidence.blame.paths import blame_between_calls, blame_holding, gained_by, gained_by_calls, stretches
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.retention.tree import Holding, Tree, held_by
from genaudit.files import shown_path
from genaudit.model.catalogue import CALL_GROWTH
from genaudit.model.marks import DEFINED, RetentionMark, RetentionNode
from genaudit.model.outcome import Interval, Location, Outcome
from genaudit.model.recording import Trial
from genaudit.model.report import Accounting, Holder, RetentionStep, WalkedAt
from genaudit.units import KIB

MOST_HELD = 5
MOST_GROWN = 3
LEAST_SHARE = 0.02
"""Of what is retained: less is not worth a line."""
LEAST_BEFORE, LEAST_BEFORE_BYTES = 0.25, 256 * KIB
"""Of what is held: less that had been made before the call is no matter."""
UNACCOUNTED = "unaccounted"
Cells = Mapping[str, Sequence[int]]
"""First lines of the code cells of notebooks, by path."""
NO_CELLS: Cells = {}


def holders(evidence: Evidence, findings: Sequence[Outcome] = ()) -> list[Holder]:
    """The paths to what is held, the largest first, each with how it grows; then to what grows beside them.

    Args:
        evidence: What was measured.
        findings: Those that stand in lines of which none of these paths tells have a path too, where one was walked:
            a leak may leave a data set that was loaded a small part of what is held in the end.
    """
    shown = shown_walk(evidence)
    if shown is None:
        return []
    trial, marks = shown
    retained = max(retained_bytes(trial, marks), sum(mark.bytes for mark in marks), 1)
    grown = _grown(evidence)
    rows: list[Holder] = []
    for holding in held_by(marks):
        if holding.bytes >= LEAST_SHARE * retained and len(rows) < MOST_HELD:
            growth = next((each for each in grown if _is_same_path(holding, each.holding)), None)
            grown = [each for each in grown if each is not growth]
            rows.append(_holder(evidence, holding, share=holding.bytes / retained, growth=growth))
    others = [each for each in grown[:MOST_GROWN] if each.holding.is_named]
    rows += [_holder(evidence, each.holding, share=each.holding.bytes / retained, growth=each) for each in others]
    rows += _held_at_first(evidence, findings, rows)
    native = native_owner(evidence)
    if native is not None:
        rows = _with_native(evidence, rows, native)
    return rows + (_grown_by_calls(evidence) if any(_is_by_call(one) for one in findings) else [])


def _is_by_call(outcome: Outcome) -> bool:
    return outcome.is_finding and outcome.code == CALL_GROWTH.code


def _grown_by_calls(evidence: Evidence) -> list[Holder]:
    """The path to most of what stays of calls; its line is where the container of what stays is added to."""
    holdings, calls = gained_by_calls(evidence.recording)
    if not holdings:
        return []
    most = max(holdings, key=lambda holding: holding.bytes)
    blame = blame_between_calls(evidence.recording, evidence.project, most.bytes / calls)
    return [
        Holder(
            names=names_of(most, evidence.recording.cells),
            named=_named(most),
            type=most.payload.type,
            entries=most.container.entries if most.container is not None else None,
            bytes=most.bytes,
            share=1.0,
            growth_bytes_per_call=_rate(most.bytes, calls),
            gained_at=_gained_at(most, most),
            location=blame.location_in(evidence.recording.working_directory) if blame is not None else None,
            is_sampled=most.payload.is_sampled,
        )
    ]


def _held_at_first(evidence: Evidence, findings: Sequence[Outcome], known: Sequence[Holder]) -> list[Holder]:
    """The paths after the first batch that end in lines of findings; of lines that are known already none."""
    told = {_line(one.location) for one in known}
    missing = {_line(one.location) for one in findings if one.is_finding and one.figure == "per-item"} - told - {None}
    trial = (
        next((each for each in reversed(evidence.recording.trials) if _walks_at_first(each)), None) if missing else None
    )
    if trial is None:
        return []
    marks = _walks_at_first(trial)
    retained = max(retained_bytes(trial, marks), sum(mark.bytes for mark in marks), 1)
    rows = [_holder(evidence, holding, share=holding.bytes / retained) for holding in held_by(marks)]
    return [row for row in rows if _line(row.location) in missing]


def _walks_at_first(trial: Trial) -> list[RetentionMark]:
    return [mark for mark in trial.retention if mark.at == "first"]


def _line(location: Location | None) -> tuple[str, int] | None:
    return (location.path, location.line) if location is not None else None


def _with_native(evidence: Evidence, rows: list[Holder], native: NativeOwner) -> list[Holder]:
    """The same with what owns native memory, by which others of the same container are replaced."""
    names = names_of(native.holding, evidence.recording.cells)
    growth = None
    if native.holding.container is not None and native.batches:
        growth = _Growth(native.holding, native.batches, native.epochs)
    share = native.holding.bytes / max(native.retained, native.holding.bytes, 1)
    holder = _holder(evidence, native.holding, share=share, growth=growth)
    upto = native.holding.holder + 1
    own = [word for step in native.holding.steps[:upto] for word in words_of(step, cells=evidence.recording.cells)]
    others = [row for row in rows if row.names[: len(own)] != own or row.bytes > holder.bytes]
    holder = msgspec.structs.replace(holder, names=[*names[:-1], f"{names[-1]} (native memory)"])
    return sorted([holder, *others], key=lambda row: -row.bytes)


class _Growth(NamedTuple):
    """What a path gained between two walks."""

    holding: Holding
    batches: int
    epochs: int | None
    """Turns of epochs between the walks, where growth was looked for over these."""


def _grown(evidence: Evidence) -> list[_Growth]:
    """What the last trial with two walks gained, as far as it is more than nothing."""
    trial = _grown_trial(evidence)
    if trial is None:
        return []
    of_trial = list(stretches(trial))
    batches = of_trial[0].batches
    epochs = of_trial[0].last.epoch - of_trial[0].first.epoch if trial.epochs_asked else None
    least = max(1.0, LEAST_SHARE * (evidence.batch_bytes or 0)) * (epochs or batches)
    return [_Growth(holding, batches, epochs) for holding in gained_by(of_trial) if holding.bytes >= least]


def _grown_trial(evidence: Evidence) -> Trial | None:
    """The last trial that was walked twice."""
    return next((each for each in reversed(evidence.recording.trials) if any(stretches(each))), None)


def _is_same_path(one: Holding, other: Holding) -> bool:
    """Whether one path leads along the other: they may end at different steps."""
    return all(
        (ours.kind, ours.name, ours.type) == (theirs.kind, theirs.name, theirs.type)
        for ours, theirs in zip(one.steps, other.steps, strict=False)
    )


def retention(evidence: Evidence) -> list[RetentionStep]:
    """The tree of what is held, with what was not found as a root of its own, so that roots add up to all of it."""
    shown = shown_walk(evidence)
    if shown is None:
        return []
    trial, marks = shown
    steps: list[RetentionStep] = []
    for mark in marks:
        steps += _steps(evidence, trial, mark, at=len(steps))
    missing = retained_bytes(trial, marks) - sum(step.bytes for step in steps if step.parent < 0)
    if missing > 0:
        steps.append(RetentionStep(parent=-1, label=UNACCOUNTED, bytes=missing))
    return steps


def held_before(evidence: Evidence) -> int | None:
    """What was found that had been made before the call, at import or with the arguments; ``None`` where it is little.

    It is no part of what the process retains above what it held before the call, and the target holds it all the same.
    """
    shown = shown_walk(evidence)
    if shown is None:
        return None
    trial, marks = shown
    found, retained = marks[0].bytes, retained_bytes(trial, marks[:1])
    before, base = found - max(0, retained), readings.base_bytes(trial)
    if base is not None and before > base:
        # The process did not hold so much then: pages that nobody has written to take no memory.
        return None
    return before if before >= max(LEAST_BEFORE_BYTES, LEAST_BEFORE * found) else None


def held_at(evidence: Evidence) -> WalkedAt | None:
    """When the walk that is shown was made."""
    shown = shown_walk(evidence)
    if shown is None:
        return None
    trial, marks = shown
    return WalkedAt(items=trial.items, batches=marks[0].batch)


def grown(evidence: Evidence) -> list[RetentionStep]:
    """The tree of what grew; empty where nothing did, or where the tree of what is held shows it."""
    shown, trial = shown_walk(evidence), _grown_trial(evidence)
    if shown is None or trial is None or trial is shown[0] or not _grown(evidence):
        return []
    steps: list[RetentionStep] = []
    for each in stretches(trial):
        steps += _steps(evidence, trial, each.last, at=len(steps))
    return steps


def _steps(evidence: Evidence, trial: Trial, mark: RetentionMark, *, at: int) -> list[RetentionStep]:
    """The steps of one process; those of a worker stand below the worker.

    Args:
        at: Place that the first of them has in the list.
    """
    first = next((each.first for each in stretches(trial) if each.last is mark), None)
    grown = Tree(mark, before=first) if first is not None else None
    above = [RetentionStep(parent=-1, label=f"worker {mark.pid}", bytes=mark.bytes)] if mark.pid else []
    root, offset = (at if above else -1), at + len(above)
    return above + [
        RetentionStep(
            parent=node.parent + offset if node.parent >= 0 else root,
            label=" ".join(words_of(node, cells=evidence.recording.cells)),
            name=node.name if _is_private(node) else None,
            bytes=node.bytes,
            count=node.count,
            grown_bytes=grown.step(place).bytes if grown is not None else None,
            gained=grown.step(place).entries if grown is not None else None,
            location=_defined(evidence, node),
            is_sampled=node.is_sampled,
        )
        for place, node in enumerate(mark.nodes)
    ]


def shown_walk(evidence: Evidence) -> tuple[Trial, list[RetentionMark]] | None:
    """The walks of one moment, the target's own process first: those of the trial that found most."""
    found = [
        (trial, _at_once(trial, mark))
        for trial in evidence.recording.trials
        for mark in trial.retention
        if not mark.pid and mark.at != "call"
    ]
    return max(found, key=lambda pair: sum(mark.bytes for mark in pair[1]), default=None)


def _at_once(trial: Trial, own: RetentionMark) -> list[RetentionMark]:
    """A walk, and those of the workers at the same batch."""
    return [own, *(mark for mark in trial.retention if mark.pid and (mark.at, mark.batch) == (own.at, own.batch))]


def retained_bytes(trial: Trial, marks: list[RetentionMark]) -> int:
    """What was retained at the moment of the walks above what was held before the call; of workers what they have."""
    base = readings.base_bytes(trial)
    then = next((settled for settled in reversed(trial.settled) if settled.batch == marks[0].batch), None)
    if base is None or then is None:
        return 0
    workers = sum(then.tree.get(str(mark.pid), 0) for mark in marks if mark.pid)
    return then.own_bytes - base + workers


def _holder(evidence: Evidence, holding: Holding, *, share: float, growth: _Growth | None = None) -> Holder:
    container = holding.container
    return Holder(
        names=names_of(holding, evidence.recording.cells),
        named=_named(holding),
        type=holding.payload.type,
        entries=container.entries if container is not None else None,
        bytes=holding.bytes,
        share=min(1.0, share),
        growth_bytes_per_batch=_rate(growth.holding.bytes, growth.batches) if growth and not growth.epochs else None,
        growth_bytes_per_epoch=_rate(growth.holding.bytes, growth.epochs) if growth and growth.epochs else None,
        gained_per_batch=growth.holding.entries / growth.batches if growth and growth.holding.container else None,
        gained_at=_gained_at(holding, growth.holding) if growth else None,
        location=_filled(evidence, growth.holding if growth else holding, grows=growth is not None),
        is_sampled=holding.payload.is_sampled,
    )


def _rate(n_bytes: int, steps: int) -> Interval:
    rate = n_bytes / max(1, steps)
    return Interval(value=rate, low=rate, high=rate)


def _filled(evidence: Evidence, holding: Holding, *, grows: bool) -> Location | None:
    """Where the name of a path is bound or added to."""
    blame = blame_holding(evidence.recording, evidence.project, holding, grows=grows)
    return blame.location_in(evidence.recording.working_directory) if blame is not None else None


def _defined(evidence: Evidence, node: RetentionNode) -> Location | None:
    """Where a function is defined that is a step of the tree."""
    if node.path is None or node.line is None:
        return None
    path = shown_path(node.path, evidence.recording.working_directory)
    return Location(path=path, line=max(1, node.line), function=node.function)


def names_of(holding: Holding, cells: Cells = NO_CELLS) -> list[str]:
    """The steps of a path in words.

    Args:
        holding: The path.
        cells: Those of notebooks, as a recording has them.
    """
    last = len(holding.steps) - 1
    return [word for at, step in enumerate(holding.steps) for word in words_of(step, is_last=at == last, cells=cells)]


def _named(holding: Holding) -> list[int]:
    """Places in the path's words of variables, attributes and keys."""
    places, at = [], 0
    for step in holding.steps:
        if _is_private(step):
            places.append(at)
        at += len(words_of(step, is_last=step is holding.steps[-1]))
    return places


def _gained_at(holding: Holding, gained: Holding) -> int | None:
    """Place in a path's words of the container that gained entries; the paths may end at different steps."""
    at = next((at for at, step in enumerate(gained.steps) if step is gained.container), len(holding.steps))
    if at >= len(holding.steps):
        return None
    last = len(holding.steps) - 1
    return sum(len(words_of(step, is_last=place == last)) for place, step in enumerate(holding.steps[: at + 1])) - 1


def _is_private(node: RetentionNode) -> bool:
    return bool(node.name) and node.kind not in DEFINED


def words_of(node: RetentionNode, *, is_last: bool = True, cells: Cells = NO_CELLS) -> list[str]:
    """A step in words: its name, and what it is where that says more."""
    if node.kind == "module":
        return [f"{node.name} (module)"]
    if node.kind == "source":
        return [f"{node.name} ({_line_text(node, cells)})" if node.line else node.name]
    what = " ".join(part for part in (_short(node.type), _extent(node)) if part)
    if not node.name:
        return [what]
    return [node.name, what] if is_last or node.entries is not None else [node.name]


def _line_text(node: RetentionNode, cells: Cells) -> str:
    """``line 15``, or ``cell 3:2`` in a notebook."""
    path = node.path or ""
    at = Location(path=path, line=node.line or 1).in_cells(cells.get(path, ()))
    return f"line {at.line}" if at.cell is None else at.position


def _extent(node: RetentionNode) -> str:
    if node.detail:
        return node.detail
    return f"of {node.entries // max(1, node.count):,}" if node.entries else ""


def _short(type_text: str) -> str:
    return type_text.rpartition(".")[2]


def accounting(evidence: Evidence) -> Accounting | None:
    """What is held beside what an epoch yields, where the data set could not be scaled."""
    account = evidence.account
    if account is None or evidence.first_law is not None:
        return None
    # What accuses is not less than what is held, though the newest batch is left out of that.
    data = account.holding or account.cached
    held_bytes = max(account.held_bytes, data.bytes if data is not None else 0)
    epoch_bytes = account.epoch.bytes if account.epoch is not None else None
    return Accounting(
        held_bytes=held_bytes,
        epoch_bytes=epoch_bytes,
        share=held_bytes / epoch_bytes if epoch_bytes else None,
        epoch_from=account.epoch.known_from if account.epoch is not None else None,
    )
