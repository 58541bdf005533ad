"""From a configuration to audits: what is asked of each target, and what identifies it in the baseline."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from genaudit.config.budgets import Budget, forecast_fields
from genaudit.config.file import Configuration, Settings
from genaudit.config.paths import resolve_paths
from genaudit.errors import ExitCode, NothingToDoError
from genaudit.model.job import Job
from genaudit.model.progress import Progress
from genaudit.model.recording import Recording
from genaudit.options import JobOptions, rows_of
from genaudit.pipeline import Audit, audit, report_of
from genaudit.recorder.script import is_script, parse_script, with_words
from genaudit.recorder.target import parse_target

# With several causes, the exit code is that of the first here; an interruption ends everything.
_WORST_FIRST = (
    ExitCode.INTERRUPTED,
    ExitCode.INTERNAL,
    ExitCode.USAGE,
    ExitCode.TARGET,
    ExitCode.FINDINGS,
    ExitCode.INCONCLUSIVE,
    ExitCode.NOTHING,
)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One target, ready to be audited."""

    target: str
    job: Job
    budgets: dict[str, Budget]
    identity: dict[str, Any]
    """What the arguments' hash is made of."""


def plans(
    configuration: Configuration,
    targets: Sequence[str],
    *,
    overrides: Mapping[str, Any],
    budgets: Mapping[str, Budget],
) -> list[Plan]:
    """The audits that a gate is made of.

    Args:
        configuration: What the project says.
        targets: Those named on the command line; the configuration's where there are none.
        overrides: Values by key that win over the configuration.
        budgets: The same for budgets.

    Raises:
        NothingToDoError: No target is named anywhere.
        UsageError: A target cannot be understood.
    """
    names = list(targets) or configuration.targets
    if not names:
        raise NothingToDoError(
            "no target is configured, and none is named",
            slug="no-targets",
            hint="genaudit init writes a configuration; or name one: genaudit gate data:train_gen",
        )
    for name in names:
        if is_script(name):
            parse_script(*with_words(name))
        else:
            parse_target(name)
    given = Settings(values=dict(overrides), budgets=dict(budgets))
    return [_plan(name, given.over(configuration.settings(name)), configuration.folder) for name in names]


def _plan(target: str, settings: Settings, folder: Path) -> Plan:
    values = settings.values
    rows = [option for option in rows_of(JobOptions) if option.key in values]
    fields = {option.name: values[option.key] for option in rows}
    fields |= forecast_fields(settings.budgets)
    configured = resolve_paths(settings.arguments, folder)
    return Plan(
        target=target,
        job=Job(target=target, command=["genaudit", *sys.argv[1:]], configured=configured, **fields),
        budgets=settings.budgets,
        identity={
            "arguments": settings.arguments,
            **{option.key: values[option.key] for option in rows if option.identifies},
        },
    )


def measure(plan: Plan, progress: Callable[[Progress], None] | None = None) -> Audit:
    """Audit one target; budgets are not judged yet.

    Raises:
        GenauditError: As ``pipeline.record``.
    """
    return audit(plan.job, progress)


def measured_before(plan: Plan, recording: Recording) -> Audit:
    """The audit of a target whose trials have been run.

    Args:
        plan: What was asked for.
        recording: Of it.
    """
    return Audit(recording, report_of(recording, limits=plan.job.limits))


def worst_code(codes: Sequence[int]) -> ExitCode:
    """One exit code for all targets.

    Example:
        >>> int(worst_code([0, 4, 1])), int(worst_code([1, 3])), int(worst_code([0, 0]))
        (1, 3, 0)
    """
    return next((code for code in _WORST_FIRST if code in codes), ExitCode.CLEAN)
