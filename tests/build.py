"""Recordings as trials leave them, built from the few numbers that a test is about; no process is started."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from genaudit.evidence.evidence import Evidence
from genaudit.model.marks import (
    SCRIPT,
    ArgumentsMark,
    BatchMark,
    DriverMark,
    EndMark,
    EpochMark,
    HandedMark,
    Memory,
    PhaseMark,
    ReadyMark,
    SettledMark,
)
from genaudit.model.recording import Environment, MemoryLimit, Recording, Request, Trial, TrialExit
from genaudit.units import GIB, KIB, MIB

BASE = 30 * MIB
ITEM = 64 * KIB
BATCH_ITEMS = 8
BATCH = BATCH_ITEMS * ITEM


def memory(held: float, *, file: int = 10 * MIB, high: float | None = None) -> Memory:
    """A reading with so much held."""
    rss = round(held) + file
    return Memory(
        rss_bytes=rss,
        anon_bytes=round(held),
        file_bytes=file,
        shmem_bytes=0,
        high_water_bytes=rss if high is None else round(high) + file,
    )


def settled(batch: int, retained: float, *, epoch: int = 1, at: str = "block", **fields: object) -> SettledMark:
    """A settled reading of so much above the base."""
    held = BASE + round(retained)
    values: dict[str, object] = {
        "at_s": batch / 100,
        "before_bytes": held,
        "collected_bytes": held,
        "retained_bytes": held,
        "own_bytes": held,
        "garbage_objects": 0,
        "collector_on": True,
        "threads": 1,
        "open_files": 8,
        "children": 0,
    }
    return SettledMark(batch=batch, epoch=epoch, at=at, **{**values, **fields})  # type: ignore[arg-type]


def trial(
    items: int | None,
    retained: Callable[[int, int], float],
    *,
    kind: str = "scaled",
    batches: int | None = None,
    epochs: int = 3,
    settle_every: int = 1,
    natural: bool = False,
    base: float = BASE,
    transient: Callable[[int], float] = lambda batch: 2 * BATCH,
    **fields: object,
) -> Trial:
    """A trial that retains what a function of the batch and the epoch says, in bytes above the base.

    Args:
        items: Size of the data set; ``None`` where nothing scales, and then there are no epochs.
        retained: Of batch and epoch, both from 1.
        batches: Stop after so many; else after ``epochs``.
        settle_every: Batches between settled readings.
        natural: Whether epochs end by themselves.
        transient: How far memory rises while a batch is made, by its number.
    """
    per_epoch = -(-items // BATCH_ITEMS) if items else 10**9
    total = batches if batches is not None else per_epoch * epochs
    marks: list[BatchMark] = []
    readings: list[SettledMark] = []
    ends: list[EpochMark] = []
    for batch in range(1, total + 1):
        epoch = (batch - 1) // per_epoch + 1
        held = BASE + retained(batch, epoch) + BATCH
        marks.append(
            BatchMark(
                at_s=batch / 100,
                last=batch,
                count=1,
                epoch=epoch,
                seconds=0.01,
                before_bytes=round(held) + 10 * MIB,
                before_file_bytes=10 * MIB,
                memory=memory(held, high=held + transient(batch)),
                batch_bytes=BATCH,
                batch_items=BATCH_ITEMS,
            )
        )
        last_of_epoch = batch % per_epoch == 0
        if batch == 1 or last_of_epoch or batch % settle_every == 0 or batch == total:
            at = "first" if batch == 1 else "epoch" if last_of_epoch else "block"
            readings.append(settled(batch, retained(batch, epoch), epoch=epoch, at=at))
        if last_of_epoch:
            ends.append(EpochMark(at_s=batch / 100, epoch=epoch, batches=per_epoch, natural=natural))
    values: dict[str, object] = {
        "items": items,
        "batches_asked": total,
        "epochs_asked": None,
        "hold": 1,
        "exit": TrialExit(code=0, signal=None, reason="completed"),
        "wall_s": total / 100,
        "ready": ReadyMark(at_s=0.0, pid=1, clock_s=0.0, exact_peaks=True, memory=memory(8 * MIB)),
        "arguments": arguments(items),
        "phases": [
            PhaseMark(at_s=0.0, name="interpreter", seconds=0.1, memory=memory(8 * MIB)),
            PhaseMark(at_s=0.0, name="import", seconds=0.1, memory=memory(base)),
            PhaseMark(at_s=0.0, name="arguments", seconds=0.1, memory=memory(base), settled_bytes=round(base)),
            PhaseMark(at_s=0.0, name="create", seconds=0.1, memory=memory(base)),
        ],
        "batches": marks,
        "settled": readings,
        "epochs": ends,
        "end": EndMark(at_s=total / 100, batch=total, epochs=len(ends), exhausted=False, stopped="batches"),
    }
    return Trial(kind=kind, **{**values, **fields})  # type: ignore[arg-type]


def arguments(items: int | None) -> ArgumentsMark:
    """A target that takes a data set of 512 items made by a function."""
    return ArgumentsMark(
        at_s=0.0,
        kind="generator-function",
        path="/project/data.py",
        line=3,
        function="generate",
        signature="generate(keys)",
        arguments={"keys": f"list of {items}"},
        filled={},
        dataset_parameter=None if items is None else "keys",
        dataset_kind=None if items is None else "function",
        dataset_items=None if items is None else 512,
        items=items,
        file_bytes_per_item=None,
        project_root="/project",
    )


def of_a_script(made: Trial, *handed: HandedMark, **fields: object) -> Trial:
    """A trial as one of a script, the first of whose sources was driven."""
    mark = made.arguments
    assert mark is not None
    told = {"dataset_parameter": "{n}", "dataset_kind": "words"} if mark.items is not None else {}
    driver = DriverMark(at_s=0.0, kind="generator", handed=handed[0].number if handed else None)
    return replace(
        made,
        arguments=replace(mark, kind=SCRIPT, signature=None, arguments={}, **told),
        handed=list(handed),
        **{"driver": driver, **fields},
    )


def recording(*trials: Trial, **request: object) -> Recording:
    """A recording of these trials."""
    return Recording(
        genaudit_version="0",
        created_at="2026-01-01T00:00:00+00:00",
        request=Request(target="data:generate", **request),  # type: ignore[arg-type]
        environment=Environment(
            python="3.11", implementation="CPython", platform="Linux", kernel="6", allocator="glibc", cpus=2
        ),
        limit=MemoryLimit(bytes=16 * GIB, source="machine", trial_bytes=12 * GIB),
        working_directory="/project",
        trials=list(trials),
    )


def evidence(*trials: Trial, **request: object) -> Evidence:
    """The evidence of these trials."""
    return Evidence(recording(*trials, **request))


def at_sizes(
    retained: Callable[[int, int, int], float], sizes: Sequence[int] = (16, 32, 128, 512), **fields: object
) -> list[Trial]:
    """Trials of several sizes, each over three epochs; the largest is the clean one.

    Args:
        retained: Of the size, the batch and the epoch.
    """
    made = []
    for size in sizes:
        kind = "clean" if size == max(sizes) else "scaled"
        made.append(trial(size, lambda batch, epoch, size=size: retained(size, batch, epoch), kind=kind, **fields))  # type: ignore[misc]
    return made


def with_readings(made: Trial, change: Callable[[SettledMark], dict[str, object]]) -> Trial:
    """The trial with other settled readings.

    Args:
        made: A trial.
        change: Fields of a reading that are other than they were, from the reading.
    """
    return replace(made, settled=[replace(mark, **change(mark)) for mark in made.settled])
