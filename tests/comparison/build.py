"""Comparisons and fingerprints as they come out of runs, made by hand."""

from typing import Any

from msgspec.structs import replace

from genaudit.comparison.figures import Measured, differences, figures
from genaudit.comparison.fingerprints import BatchFingerprint, Fingerprints, Leaf
from genaudit.model.comparison import Against, BatchCheck, Comparison, Drive, FirstDifference, SameData, Variant
from genaudit.model.marks import EndMark, EpochMark
from genaudit.model.recording import Trial, TrialExit
from genaudit.model.report import Report
from genaudit.units import KIB, MIB
from tests.build_report import clean, eager, leak

FLOOR = 32 * 1024
NAMES = ("inefficient", "efficient", "leaking")


def leaf(
    digest: str, *, place: str = "", kind: str = "numpy.ndarray", dtype: str = "float32", shape: Any = (8, 4)
) -> Leaf:
    """One array."""
    return Leaf(place=place, kind=kind, dtype=dtype, shape=list(shape), digest=digest)


def prints(
    *batches: list[Leaf],
    epochs: tuple[int, ...] = (),
    reason: str = "completed",
    items: list[list[str]] | None = None,
    outlines: dict[int, str] | None = None,
    stopped: str = "batches",
) -> Fingerprints:
    """Fingerprints of batches, numbered from 1."""
    rows = [
        BatchFingerprint(
            batch=at,
            outline=(outlines or {}).get(at, "."),
            leaves=leaves,
            items=items[at - 1] if items else [],
        )
        for at, leaves in enumerate(batches, 1)
    ]
    trial = Trial(
        kind="digest",
        items=None,
        batches_asked=len(rows),
        epochs_asked=None,
        hold=1,
        exit=TrialExit(code=0, signal=None, reason=reason),
        wall_s=1.0,
        epochs=[EpochMark(at_s=1.0, epoch=at, batches=n, natural=True) for at, n in enumerate(epochs, 1)],
        end=EndMark(at_s=1.0, batch=len(rows), epochs=len(epochs), exhausted=False, stopped=stopped),
    )
    return Fingerprints(batches=rows, seeds=["random", "numpy"], trial=trial)


def drives(
    variant: int,
    peaks_mib: list[float],
    speeds: list[float],
    *,
    reason: str = "completed",
    held_mib: float = 1.0,
    per_item: float | None = None,
    per_batch: float | None = None,
) -> list[Drive]:
    """A drive for each round; growth is a little other in each."""
    return [
        Drive(
            round=at,
            variant=variant,
            items=400,
            batches=50,
            reason=reason,
            retained_first_bytes=round(held_mib * MIB),
            growth_bytes_per_item=None if per_item is None else per_item + at,
            growth_bytes_per_batch=None if per_batch is None else per_batch - at,
            high_water_bytes=round(peak * MIB),
            tree_pss_bytes=round(peak * MIB * 0.9),
            first_batch_seconds=0.5 / speed,
            items_per_second=speed,
        )
        for at, (peak, speed) in enumerate(zip(peaks_mib, speeds, strict=True), 1)
    ]


def measured(drives: list[Drive], report: Report) -> Measured:
    """Drives of a variant with its audit; slopes over 336 items and 40 batches."""
    return Measured(drives=drives, report=report, resolution=FLOOR, item_span=336, batch_span=40)


def comparison(**changes: Any) -> Comparison:
    """An eager generator, its mend that is slower, and a variant that leaks and yields other data."""
    reports: list[Report] = [eager(), clean(), leak()]
    runs = [
        drives(0, [131.0, 131.4, 130.8], [660.0, 610.0, 700.0], held_mib=75.0, per_item=192 * KIB, per_batch=80),
        drives(1, [56.0, 56.2, 55.9], [330.0, 306.0, 349.0], per_item=2, per_batch=60),
        drives(2, [355.0, 354.0, 356.0], [655.0, 612.0, 703.0], per_item=4, per_batch=6 * MIB),
    ]
    rows = [measured(drives, report) for drives, report in zip(runs, reports, strict=True)]
    checks = [
        BatchCheck(
            verdict=SameData.SAME, ordered=True, batches=50, items=None, epochs=4, seeds=["PYTHONHASHSEED", "random"]
        ),
        BatchCheck(
            verdict=SameData.DIFFERENT,
            ordered=True,
            batches=3,
            items=None,
            epochs=0,
            first=FirstDifference(
                batch=3,
                epoch=1,
                what="values",
                place="[0]",
                base="0.5",
                other="0.25",
                index=[4, 0, 1, 2],
                n_different=12,
                n_values=1_572_864,
                largest_difference=0.25,
            ),
        ),
    ]
    variants = [
        Variant(name=name, target=report.target.spec, figures=figure, report=report)
        for name, report, figure in zip(
            ["inefficient", "efficient", "leaking"], reports, map(figures, rows), strict=True
        )
    ]
    against = [
        Against(
            variant=at,
            differences=differences(rows[0], rows[at]),
            batches=checks[at - 1],
        )
        for at in (1, 2)
    ]
    base = reports[0]
    fields: dict[str, Any] = {
        "genaudit_version": base.genaudit_version,
        "command": ["genaudit", "compare", *(one.target for one in variants), "--check-batches"],
        "created_at": base.created_at,
        "environment": base.environment,
        "machine": base.machine,
        "repeats": 3,
        "items": 400,
        "batches": 50,
        "variants": variants,
        "against": against,
        "drives": sorted((one for drives in runs for one in drives), key=lambda one: one.round),
        "notes": [],
        "exit_code": 1,
        **changes,
    }
    return Comparison(**fields)


def named(*names: str, **changes: Any) -> Comparison:
    """A comparison of so many variants, at most three, of these names."""
    made = comparison()
    variants = [replace(one, name=name, **changes) for name, one in zip(names, made.variants, strict=False)]
    against = [one for one in made.against if one.variant < len(variants)]
    drives = [one for one in made.drives if one.variant < len(variants)]
    return replace(made, variants=variants, against=against, drives=drives)
