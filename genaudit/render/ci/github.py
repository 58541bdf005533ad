"""Findings as workflow commands, which GitHub shows beside the changed lines."""

from collections.abc import Sequence

import msgspec

from genaudit.model import Level, Outcome, Report
from genaudit.model.advice import plain
from genaudit.render.ci.outcomes import bounded, findings_of, line_of_target, outcomes_of_all
from genaudit.render.safe import printable, shorten
from genaudit.render.text.report import not_tested
from genaudit.report.phrases import sentence

LONGEST_MESSAGE = 4000
SHOWN = 10
"""GitHub shows ten annotations of a kind for each step; the rest would be dropped in silence."""
_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}
_ORDER = [Level.ERROR, Level.WARNING, Level.NOTE]


def render_github(*reports: Report) -> bytes:
    """The findings of reports."""
    shown = bounded(reports)
    partly = "".join(f"{_not_tested(report)}\n" for report in shown if report.is_partial)
    return github_of([outcome for report in shown for outcome in _with_consequence(report)]) + partly.encode(
        "utf-8", "replace"
    )


def _not_tested(report: Report) -> str:
    """A target without a fault of which not everything was tested."""
    line = line_of_target(report) or 1
    place = f"file={_property(report.target.path)},line={line},endLine={line}," if report.target.path else ""
    title = _property(printable(f"{report.label} {report.target.spec}"))
    return f"::warning {place}title={title}::{_data(printable(f'not tested: {not_tested(report)}'))}"


def _with_consequence(report: Report) -> list[Outcome]:
    """The outcomes; the gravest with what the verdict says it leads to."""
    findings, consequence = report.findings, report.summary.consequence
    return [
        msgspec.structs.replace(outcome, message=f"{outcome.message}\n{sentence(printable(consequence))}")
        if consequence and findings and outcome.code == findings[0].code
        else outcome
        for outcome in outcomes_of_all([report])
    ]


def github_of(outcomes: Sequence[Outcome]) -> bytes:
    """One command for each of the gravest and largest findings, and a line that says how many there are besides."""
    findings = sorted(
        findings_of(outcomes),
        key=lambda outcome: (_ORDER.index(outcome.level), outcome.is_promise, -(outcome.saving_bytes or 0)),
    )
    lines = [_command(outcome) for outcome in findings[:SHOWN]]
    if len(findings) > len(lines):
        lines.append(f"genaudit: {len(findings) - len(lines)} more findings, not annotated")
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def _command(outcome: Outcome) -> str:
    place = ""
    if outcome.location is not None:
        line, column = outcome.location.line, outcome.location.column
        last = outcome.location.end_line or line
        # GitHub takes a column only of what lies on one line.
        at = f"col={column}," if column is not None and last == line else ""
        place = f"file={_property(outcome.location.path)},line={line},endLine={last},{at}"
    title = _property(f"{outcome.code} {outcome.name}")
    advice = plain(outcome.fix)
    message = outcome.message + (f"\n{advice}" if advice else "")
    return f"::{_COMMANDS[outcome.level]} {place}title={title}::{_data(message)}"


def _data(text: str) -> str:
    """A text of which the runner, and the terminal that shows the log, obey nothing."""
    return shorten(printable(text), LONGEST_MESSAGE).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
