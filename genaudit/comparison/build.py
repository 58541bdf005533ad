"""From what was measured of each variant to the comparison. Pure."""

from collections.abc import Mapping, Sequence

from genaudit.comparison.drives import Runner
from genaudit.comparison.figures import differences, figures, resolution
from genaudit.comparison.options import Options
from genaudit.errors import ExitCode
from genaudit.model.comparison import Against, BatchCheck, Comparison, Figures, SameData, Variant, faults


def concluded(
    runners: Sequence[Runner],
    checks: Mapping[int, BatchCheck],
    *,
    options: Options,
    items: int | None,
    interrupted: bool,
) -> Comparison:
    """The comparison of variants that have been run.

    Args:
        runners: The first is what the others are compared with.
        checks: Whether batches are the same, by position, where that was looked at.
        options: What was asked for.
        items: The size that all were driven at, where that is less than the whole.
        interrupted: Not all was measured.
    """
    measured = [trial for runner in runners for trial in runner.trials]
    floor = resolution(measured) if measured else 0.0
    rows = [runner.measured(floor) for runner in runners]
    drives = [drive for runner in runners for drive in runner.drives]
    first = runners[0].recording
    return Comparison(
        genaudit_version=first.genaudit_version,
        command=first.request.command,
        created_at=first.created_at,
        environment=first.environment,
        machine=runners[0].report.machine,
        repeats=options.job.repeats,
        items=max((drive.items for drive in drives if drive.items), default=None),
        batches=min((drive.batches for drive in drives), default=None),
        variants=[_variant(runner, figures(row)) for runner, row in zip(runners, rows, strict=True)],
        against=[
            Against(variant=runner.at, differences=differences(rows[0], rows[runner.at]), batches=checks.get(runner.at))
            for runner in runners[1:]
        ],
        drives=sorted(drives, key=lambda one: one.round),
        notes=_notes(runners, items, repeats=options.job.repeats, interrupted=interrupted),
        exit_code=int(_exit_code(runners, checks, strict=options.strict, interrupted=interrupted)),
    )


def _variant(runner: Runner, found: Figures) -> Variant:
    contender = runner.contender
    return Variant(
        name=contender.name,
        target=runner.report.target.spec,
        revision=contender.revision,
        commit=contender.commit,
        figures=found,
        report=runner.report,
        problem=runner.problem,
    )


def _notes(runners: Sequence[Runner], items: int | None, *, repeats: int, interrupted: bool) -> list[str]:
    notes = []
    wholes = {runner.report.target.items for runner in runners if runner.runs}
    if len(wholes) > 1:
        sizes = " and ".join(f"{n:,}" if n else "an unknown number of" for n in sorted(wholes, key=lambda n: n or 0))
        notes.append(f"the variants were given data sets of {sizes} items")
    if items is not None:
        notes.append(
            f"driven in turns at {items:,} items, the most that every variant could be run at; "
            "the audits of the others went further"
        )
    slow = [runner.name for runner in runners if runner.runs and runner.growth.is_long]
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
    runners: Sequence[Runner], checks: Mapping[int, BatchCheck], *, strict: bool, interrupted: bool
) -> ExitCode:
    """With several causes: not measured, then findings, then not known."""
    if interrupted:
        return ExitCode.INTERRUPTED
    reasons = {runner.reason for runner in runners if not runner.runs}
    if reasons - {"memory-limit"}:
        return ExitCode.TARGET
    verdicts = {check.verdict for check in checks.values()}
    if reasons or SameData.DIFFERENT in verdicts or any(faults(runner.report) for runner in runners[1:]):
        return ExitCode.FINDINGS
    undecided = SameData.UNKNOWN in verdicts or any(runner.report.is_partial for runner in runners)
    return ExitCode.INCONCLUSIVE if strict and undecided else ExitCode.CLEAN
