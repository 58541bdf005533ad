"""Reports and recordings without a line of the user's code, for pages that are shown to others."""

import re

import msgspec

from genaudit.model import EvidenceKind, Outcome
from genaudit.model.advice import CHECK, plain, read_advice
from genaudit.model.comparison import Comparison
from genaudit.model.fix import Fix
from genaudit.model.marks import DEFINED, RetentionNode
from genaudit.model.recording import Recording, Trial, TrialExit
from genaudit.model.report import Holder, Report, RetentionStep

GAP = "…"
_FRAME = re.compile(r'(?P<indent>\s*)File ".*", line \d+')
_WARNING = re.compile(r"\S.*:\d+: \w*Warning: ")


def without_source(report: Report) -> Report:
    """The report without a line of the user's code, and without names of variables and keys in paths of retention.

    Paths of files, line numbers and names of functions, classes and modules stay.
    """
    replace = msgspec.structs.replace
    failure = report.failure
    if failure is not None:
        failure = replace(
            failure,
            traceback=without_code_lines(failure.traceback),
            stderr_tail=without_code_lines(failure.stderr_tail),
        )
    return replace(
        report,
        sources=[],
        sites=[replace(site, source=None) for site in report.sites],
        outcomes=[replace(outcome, fix=_fix(outcome)) for outcome in report.outcomes],
        trials=[replace(trial, exit=_exit(trial.exit)) for trial in report.trials],
        failure=failure,
        holders=[_nameless_holder(holder) for holder in report.holders],
        retention=[_nameless_step(step) for step in report.retention],
        grown=[_nameless_step(step) for step in report.grown],
        fix=_fix_without_source(report.fix),
    )


def _fix_without_source(fix: Fix | None) -> Fix | None:
    """That a fix is proven, without the lines that it changes; words about them hold names of variables."""
    replace = msgspec.structs.replace
    return fix and replace(
        fix,
        diff=None,
        reason=fix.reason and GAP,
        changes=[replace(change, summary=GAP) for change in fix.changes],
        unfixed=[replace(left, reason=GAP, advice=None) for left in fix.unfixed],
    )


def _nameless_holder(holder: Holder) -> Holder:
    """A path without the names of variables, attributes and keys; what they hold stays."""
    names = [GAP if at in holder.named else name for at, name in enumerate(holder.names)]
    return msgspec.structs.replace(holder, names=names)


def _nameless_step(step: RetentionStep) -> RetentionStep:
    label = step.label.removeprefix(step.name).strip() if step.name else step.label
    return msgspec.structs.replace(step, label=label or GAP, name=None)


def comparison_without_source(comparison: Comparison) -> Comparison:
    """The comparison without a line of any variant's code."""
    variants = [
        msgspec.structs.replace(variant, report=without_source(variant.report)) for variant in comparison.variants
    ]
    return msgspec.structs.replace(comparison, variants=variants)


def recording_without_source(recording: Recording) -> Recording:
    """The recording without the user's files, the lines that tracebacks quote, and the names of variables.

    These lead to lines of source, and to nothing without it.
    """
    return msgspec.structs.replace(
        recording,
        sources={},
        cells={},
        trials=[_trial(trial) for trial in recording.trials],
        fix=_fix_without_source(recording.fix),
    )


def without_code_lines(text: str) -> str:
    r"""A traceback, or a log with tracebacks and warnings in it, without the lines of code that Python quotes.

    Example:
        >>> without_code_lines('  File "a.py", line 3, in load\n    secret(1)\n    ^^^^^^\nKeyError: 1')
        '  File "a.py", line 3, in load\nKeyError: 1'
    """
    kept, quoted = [], None
    for line in text.split("\n"):
        if quoted is not None and line.startswith(quoted):
            continue
        frame = _FRAME.match(line)
        quoted = frame["indent"] + "  " if frame else "  " if _WARNING.match(line) else None
        kept.append(line)
    return "\n".join(kept)


def _fix(outcome: Outcome) -> str | None:
    """The advice, without a sketch that was written from the user's own code, as those of the source's readers are."""
    advice = read_advice(outcome.fix)
    if advice.code is None:
        return plain(outcome.fix) or None
    if outcome.evidence is EvidenceKind.MEASURED:
        return plain(outcome.fix)
    return f"{CHECK}{advice.check}" if advice.check else None


def _trial(trial: Trial) -> Trial:
    raised = trial.raised
    if raised is not None:
        raised = msgspec.structs.replace(raised, traceback=without_code_lines(raised.traceback))
    retention = [
        msgspec.structs.replace(mark, nodes=[_nameless(node) for node in mark.nodes]) for mark in trial.retention
    ]
    return msgspec.structs.replace(trial, exit=_exit(trial.exit), raised=raised, retention=retention)


def _nameless(node: RetentionNode) -> RetentionNode:
    """A step without the name of a variable, an attribute or a key; functions, classes and modules keep theirs."""
    return node if node.kind in DEFINED else msgspec.structs.replace(node, name="")


def _exit(end: TrialExit) -> TrialExit:
    return msgspec.structs.replace(end, stderr_tail=without_code_lines(end.stderr_tail))
