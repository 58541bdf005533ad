"""From what was measured of each variant to the comparison. Pure."""

from collections.abc import Mapping, Sequence

from genaudit.comparison.drives import AuditedVariant
from genaudit.comparison.figures import differences, figures, resolution
from genaudit.comparison.options import Options
from genaudit.errors import ExitCode
from genaudit.model.comparison import Against, BatchCheck, Comparison, Figures, SameData, Variant, faults


def concluded(
    variants: Sequence[AuditedVariant],
    checks: Mapping[int, BatchCheck],
    *,
    options: Options,
    items: int | None,
    interrupted: bool,
) -> Comparison:
    """The comparison of variants that have been run.

    Args:
        variants: The first is what the others are compared with.
        checks: Whether batches are the same, by position, where that was looked at.
        options: What was asked for.
        items: The size that all were driven at, where that is less than the whole.
        interrupted: Not all was measured.
    """
    measured = [trial for variant in variants for trial in variant.trials]
    floor = resolution(measured) if measured else 0.0
    rows = [variant.measured(floor) for variant in variants]
    drives = [drive for variant in variants for drive in variant.drives]
    first = variants[0].recording
    return Comparison(
        genaudit_version=first.genaudit_version,
        command=first.request.command,
        created_at=first.created_at,
        environment=first.environment,
        machine=variants[0].report.machine,
        repeats=options.job.repeats,
        items=max((drive.items for drive in drives if drive.items), default=None),
        batches=min((drive.batches for drive in drives), default=None),
        variants=[_result(variant, figures(row)) for variant, row in zip(variants, rows, strict=True)],
        against=[
            Against(
                variant=variant.index,
                differences=differences(rows[0], rows[variant.index]),
                batches=checks.get(variant.index),
            )
            for variant in variants[1:]
        ],
        drives=sorted(drives, key=lambda drive: drive.round),
        notes=_notes(variants, items, repeats=options.job.repeats, interrupted=interrupted),
        exit_code=int(_exit_code(variants, checks, strict=options.strict, interrupted=interrupted)),
    )


def _result(variant: AuditedVariant, shown: Figures) -> Variant:
    return Variant(
        name=variant.spec.name,
        target=variant.report.target.spec,
        revision=variant.spec.revision,
        commit=variant.spec.commit,
        figures=shown,
        report=variant.report,
        problem=variant.problem,
    )


def _notes(variants: Sequence[AuditedVariant], items: int | None, *, repeats: int, interrupted: bool) -> list[str]:
    notes = []
    wholes = {variant.report.target.items for variant in variants if variant.is_measurable}
    if len(wholes) > 1:
        sizes = " and ".join(f"{n:,}" if n else "an unknown number of" for n in sorted(wholes, key=lambda n: n or 0))
        notes.append(f"the variants were given data sets of {sizes} items")
    if items is not None:
        notes.append(
            f"driven in turns at {items:,} items, the most that every variant could be run at; "
            "the audits of the others went further"
        )
    slow = [variant.name for variant in variants if variant.is_measurable and variant.growth.is_long]
    if repeats < 2:
        notes.append("with one repeat the noise is not known: --repeats 3 tells differences from noise")
    elif slow:
        notes.append(
            f"growth of {' and '.join(slow)} takes long to measure: what was measured in the audit alone has the "
            "interval of its slope"
        )
    if interrupted:
        notes.append("interrupted: what had been measured by then is shown")
    return notes


def _exit_code(
    variants: Sequence[AuditedVariant], checks: Mapping[int, BatchCheck], *, strict: bool, interrupted: bool
) -> ExitCode:
    """With several causes: not measured, then findings, then not known."""
    if interrupted:
        return ExitCode.INTERRUPTED
    reasons = {variant.reason for variant in variants if not variant.is_measurable}
    if reasons - {"memory-limit"}:
        return ExitCode.TARGET
    verdicts = {check.verdict for check in checks.values()}
    if reasons or SameData.DIFFERENT in verdicts or any(faults(variant.report) for variant in variants[1:]):
        return ExitCode.FINDINGS
    undecided = SameData.UNKNOWN in verdicts or any(variant.report.is_partial for variant in variants)
    return ExitCode.INCONCLUSIVE if strict and undecided else ExitCode.CLEAN
