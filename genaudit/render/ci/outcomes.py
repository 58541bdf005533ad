"""What a report has to show on pages of CI: its outcomes, each with a place, and a target that broke as one of them.

Findings have fingerprints: names that stay the same while lines around them move.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

import msgspec

from genaudit.model import Level, Location, Outcome, Report, Verdict
from genaudit.model.catalogue import TARGET_FAILURE
from genaudit.model.rule import RuleInfo
from genaudit.render.safe import encodable_report
from genaudit.render.text.holders import holders_of

FAILURE = RuleInfo(
    code=TARGET_FAILURE,
    name="target-failure",
    title="The target did not run to the end",
    level=Level.ERROR,
    page="It could not be imported or called, raised, crashed, hung, or yielded nothing. What was measured until then "
    "is in the report.",
)


def bounded(reports: Iterable[Report]) -> list[Report]:
    """The reports as pages of CI can hold them: each text has an end, can be encoded, and shows no secret."""
    return [
        msgspec.structs.replace(encodable_report(_slim(report)), trials=report.trials, rules=report.rules)
        for report in reports
    ]


def outcomes_of(report: Report) -> list[Outcome]:
    """The outcomes of a bounded report, findings with a place each: CI pages have none for findings that lack one."""
    failed = [] if report.failure is None else [_failure(report)]
    return [_placed(outcome, report) for outcome in [*failed, *report.outcomes]]


def outcomes_with_holders(report: Report) -> list[Outcome]:
    """The outcomes of a bounded report; below the gravest about memory that is kept stands who keeps it."""
    return [
        msgspec.structs.replace(outcome, message="\n".join([outcome.message, *holders_of(report, outcome)]))
        for outcome in outcomes_of(report)
    ]


def outcomes_of_all(reports: Iterable[Report]) -> list[Outcome]:
    """The outcomes of several reports; findings name their target, as nothing else does on those pages."""
    return [
        msgspec.structs.replace(outcome, message=f"{_short(report)}: {outcome.message}")
        for report in reports
        for outcome in outcomes_with_holders(report)
    ]


def promise_of(outcome: Outcome) -> str:
    """What is promised: outcomes are named for their failing, promises for their figure."""
    name = outcome.figure or outcome.name
    return f"{name} against the baseline" if outcome.figure and outcome.is_comparison else name


def infos_of_all(reports: Iterable[Report]) -> list[RuleInfo]:
    """Every rule that has an outcome in a report, once."""
    return list({info.code: info for report in reports for info in [*report.rules, FAILURE]}.values())


def moved(reports: Iterable[Report], prefix: str) -> list[Report]:
    """The reports as seen from another folder: relative paths get a prefix."""
    if not prefix or prefix == ".":
        return list(reports)
    return [_moved(report, PurePosixPath(prefix)) for report in reports]


def _moved(report: Report, prefix: PurePosixPath) -> Report:
    def move(location: Location | None) -> Location | None:
        return location and msgspec.structs.replace(location, path=str(prefix / location.path))

    target = report.target
    path = target.path and str(prefix / target.path)
    failure = report.failure and msgspec.structs.replace(report.failure, location=move(report.failure.location))
    outcomes = [msgspec.structs.replace(outcome, location=move(outcome.location)) for outcome in report.outcomes]
    holders = [msgspec.structs.replace(holder, location=move(holder.location)) for holder in report.holders]
    return msgspec.structs.replace(
        report, holders=holders, outcomes=outcomes, failure=failure, target=msgspec.structs.replace(target, path=path)
    )


def _slim(report: Report) -> Report:
    """Without what makes a report large."""
    return msgspec.structs.replace(
        report,
        timeline=None,
        surface=[],
        sites=[],
        trials=[],
        processes=[],
        sources=[],
        phases=[],
        rules=[],
        retention=[],
    )


def _failure(report: Report) -> Outcome:
    failure = report.failure
    assert failure is not None
    why = f"{failure.type}: {failure.message}" if failure.type else failure.message or failure.reason
    headline = report.summary.headline
    return FAILURE.outcome(
        Verdict.FAIL, headline if why == headline else f"{headline} ({why})", location=failure.location
    )


def _placed(outcome: Outcome, report: Report) -> Outcome:
    if outcome.location is not None or not outcome.is_finding:
        return outcome
    at = report.at(report.target.path or _guessed(report), report.target.line or 1)
    return msgspec.structs.replace(outcome, location=at)


def line_of_target(report: Report) -> int | None:
    """Where the target begins in its file, where that is known; a notebook's file has no such line, and begins at 1."""
    path, line = report.target.path, report.target.line
    return 1 if path and line and report.at(path, line).cell is not None else line


def _guessed(report: Report) -> str:
    """The file of a target that could not be imported, by its name."""
    module = report.target.module or report.target.spec.partition(":")[0]
    return module if module.endswith(".py") else module.replace(".", "/") + ".py"


def _short(report: Report) -> str:
    return report.target.spec.partition("(")[0]


def fingerprints(outcomes: Sequence[Outcome]) -> list[str]:
    """One for each finding, all different: of its rule, file, function, and its number among those alike."""
    seen: Counter[tuple[str, str, str]] = Counter()
    names = []
    for outcome in outcomes:
        location = outcome.location
        key = (outcome.code, location.path if location else "", (location.function if location else "") or "")
        seen[key] += 1
        names.append(hashlib.sha256("\0".join((*key, str(seen[key]))).encode("utf-8", "replace")).hexdigest())
    return names


def findings_of(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes that failed.

    A line of a notebook's cell is none of its file, whose text is JSON: the message has the cell, and the place is the
    beginning of the file.
    """
    return [_of_the_file(outcome) for outcome in outcomes if outcome.is_finding]


def _of_the_file(outcome: Outcome) -> Outcome:
    location = outcome.location
    if location is None or location.cell is None:
        return outcome
    start = msgspec.structs.replace(location, line=1, end_line=None, column=None, cell=None, cell_line=None)
    return msgspec.structs.replace(outcome, message=f"{location.position}: {outcome.message}", location=start)
