"""What a report has to show on pages of CI: its outcomes, each with a place, and a target that broke as one of them."""

from collections.abc import Iterable
from pathlib import PurePosixPath

import msgspec

from genaudit.model import EvidenceKind, Level, Location, Outcome, Report, Verdict
from genaudit.model.rule import RuleInfo
from genaudit.render.safe import encodable_report

FAILURE = RuleInfo(
    code="GA900",
    name="target-failure",
    title="The target did not run to the end",
    level=Level.ERROR,
    page="It could not be imported or called, raised, crashed, hung, or yielded nothing. What was measured until then "
    "is in the report.",
)

BUDGET, BASELINE = "GA6", "GA7"
"""How the codes of budgets begin, and those of comparisons with the baseline."""
_RANKS = ("03", "04", "06", "07", "11", "01", "08", "02", "05", "09", "10")
"""The last digits of the codes of budgets: growth, epoch-growth, per-item, scaling, forecast, peak, workers, …"""


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


def outcomes_of_all(reports: Iterable[Report]) -> list[Outcome]:
    """The outcomes of several reports; findings name their target, as nothing else does on those pages."""
    return [
        msgspec.structs.replace(one, message=f"{_short(report)}: {one.message}")
        for report in reports
        for one in outcomes_of(report)
    ]


def is_promise(outcome: Outcome) -> bool:
    """Whether an outcome is that of a budget, or of a comparison with the baseline."""
    return outcome.code.startswith((BUDGET, BASELINE))


def is_comparison(outcome: Outcome) -> bool:
    """Whether an outcome is that of a comparison with the baseline."""
    return outcome.code.startswith(BASELINE)


def promise_rank(outcome: Outcome) -> int:
    """Where a promise stands among broken ones: growth first, which has no end, then sizes; a budget before a baseline.

    What is no promise comes before all.
    """
    if not is_promise(outcome):
        return -1
    digits = outcome.code[-2:]
    return 2 * (_RANKS.index(digits) if digits in _RANKS else len(_RANKS)) + is_comparison(outcome)


def promise_of(outcome: Outcome) -> str:
    """What is promised: outcomes are named for their failing."""
    name = outcome.name.removesuffix("-over-budget")
    return f"{name.removesuffix('-regression')} against the baseline" if name.endswith("-regression") else name


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
    outcomes = [msgspec.structs.replace(one, location=move(one.location)) for one in report.outcomes]
    return msgspec.structs.replace(
        report, outcomes=outcomes, failure=failure, target=msgspec.structs.replace(target, path=path)
    )


def _slim(report: Report) -> Report:
    """Without what makes a report large."""
    return msgspec.structs.replace(
        report, timeline=None, surface=[], sites=[], trials=[], processes=[], sources=[], phases=[], rules=[]
    )


def _failure(report: Report) -> Outcome:
    failure = report.failure
    assert failure is not None
    told = f"{failure.type}: {failure.message}" if failure.type else failure.message or failure.reason
    return Outcome(
        code=FAILURE.code,
        name=FAILURE.name,
        verdict=Verdict.FAIL,
        level=FAILURE.level,
        evidence=EvidenceKind.MEASURED,
        message=report.summary.headline if told == report.summary.headline else f"{report.summary.headline} ({told})",
        location=failure.location,
    )


def _placed(outcome: Outcome, report: Report) -> Outcome:
    if outcome.location is not None or not outcome.is_finding:
        return outcome
    path, line = report.target.path, report.target.line or 1
    return msgspec.structs.replace(outcome, location=Location(path=path or _guessed(report), line=line))


def _guessed(report: Report) -> str:
    """The file of a target that could not be imported, by its name."""
    module = report.target.module or report.target.spec.partition(":")[0]
    return module if module.endswith(".py") else module.replace(".", "/") + ".py"


def _short(report: Report) -> str:
    return report.target.spec.partition("(")[0]
