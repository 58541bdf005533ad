"""Budgets and the baseline judged on a report: outcomes like those of rules, and counted like them."""

from collections.abc import Sequence

import msgspec

from genaudit.config.budgets import Budget
from genaudit.gate.baseline import Baseline, Entry
from genaudit.gate.figures import Reading, read, seconds_to_first_batch
from genaudit.gate.outcomes import BUDGETS, COMPARISONS, INFOS, NO_BASELINE
from genaudit.gate.regressions import Comparison, Rules, compare
from genaudit.gate.summary import kept, measured, promised, summary, what_settles, with_fixes
from genaudit.model.catalogue import Pattern
from genaudit.model.outcome import Interval, Location, Outcome, Verdict
from genaudit.model.report import Report
from genaudit.report.verdict import exit_code, run_verdict
from genaudit.rules.answer import compare as on_which_side


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a report is judged by, besides the rules."""

    budgets: dict[str, Budget] = {}
    baseline: Baseline | None = None
    """``None`` where there is no file."""
    entry: Entry
    """What the report itself would put into the baseline."""
    rules: Rules = Rules()
    fail_on: str = "error"
    exit_zero: bool = False
    strict: bool = False
    updating: bool = False
    """The baseline is being replaced, so nothing is compared with it."""


def judge(report: Report, terms: Terms) -> Report:
    """The report with an outcome for each budget and each comparison, its verdict and exit code by all of them."""
    added = [_budget(report, budget, terms) for budget in terms.budgets.values() if _counts(budget)]
    notes: list[str] = []
    if not terms.updating:
        compared, notes = _compared(report, terms)
        added += compared
    outcomes = [*report.outcomes, *added]
    codes = {outcome.code for outcome in added}
    verdict = run_verdict(outcomes, report.failure)
    code = exit_code(
        outcomes,
        report.failure,
        fail_on=terms.fail_on,
        exit_zero=terms.exit_zero,
        strict=terms.strict,
        tested=report.tested,
    )
    judged = msgspec.structs.replace(
        report,
        outcomes=outcomes,
        verdict=verdict,
        exit_code=int(code),
        notes=[*report.notes, *notes],
        rules=[*report.rules, *(info for info in INFOS if info.code in codes)],
    )
    judged = with_fixes(judged)
    return msgspec.structs.replace(judged, summary=summary(judged, report, terms.budgets))


def _counts(budget: Budget) -> bool:
    return budget.level is not None and budget.limit is not None


def _budget(report: Report, budget: Budget, terms: Terms) -> Outcome:
    assert budget.limit is not None
    assert budget.level is not None
    limit = budget.limit.value
    if budget.name == "time-to-first-batch":
        reading = _time_ratio(report, terms)
    else:
        reading = read(budget.name, report, unit=budget.limit.unit, items=budget.items)
    if report.failure is not None:
        verdict, message = Verdict.NOT_APPLICABLE, "the target did not run to the end of the drive"
    elif reading.interval is None:
        verdict, message = _unread(budget, reading)
    else:
        verdict, message = _against(budget.name, reading, reading.interval, limit, promised(budget))
    location = _location(report, reading.patterns) if verdict is Verdict.FAIL else None
    return BUDGETS[budget.name].outcome(
        verdict,
        message,
        level=budget.level,
        value=reading.interval.value if reading.interval else None,
        unit=reading.unit,
        limit=limit,
        noise=reading.interval,
        location=location,
    )


def _unread(budget: Budget, reading: Reading) -> tuple[Verdict, str]:
    """A promise that was not measured is not kept: only a missing baseline is nobody's fault."""
    verdict = Verdict.NOT_APPLICABLE if budget.name == "time-to-first-batch" else Verdict.INCONCLUSIVE
    return verdict, f"{budget.name} was not measured: {reading.missing}"


def _against(name: str, reading: Reading, interval: Interval, limit: float, budget: str) -> tuple[Verdict, str]:
    verdict = on_which_side(interval, limit)
    now = f"{name} is {measured(interval, reading.unit)}"
    if verdict is Verdict.FAIL and reading.undecided:
        return Verdict.INCONCLUSIVE, f"{now}, above the budget of {budget}, but {reading.undecided}"
    if reading.undecided and verdict is Verdict.PASS and name == "peak":
        return Verdict.INCONCLUSIVE, f"{now}: {reading.undecided}"
    if verdict is Verdict.FAIL:
        return verdict, f"{now}, above the budget of {budget}"
    if verdict is Verdict.PASS:
        return verdict, f"{kept(name, interval, reading.unit)}, within the budget of {budget}"
    return verdict, f"{now}, and the budget of {budget} lies between: {what_settles(reading, limit)}"


def _time_ratio(report: Report, terms: Terms) -> Reading:
    """Time to the first batch as a multiple of the baseline's, of the same environment only."""
    reading = seconds_to_first_batch(report)
    base = terms.baseline.same(terms.entry) if terms.baseline else None
    before = base.metrics.get("time-to-first-batch") if base else None
    if reading.interval is None:
        return msgspec.structs.replace(reading, unit="x")
    if before is None or before.value <= 0:
        return Reading(unit="x", missing="the baseline has no time of this environment to compare with")
    now = reading.interval
    # Ends against opposite ends: both times are uncertain.
    interval = Interval(
        value=now.value / before.value, low=max(0.0, now.low) / before.high, high=now.high / max(before.low, 1e-3)
    )
    return Reading(unit="x", interval=interval, patterns=reading.patterns, settle_by="")


def _compared(report: Report, terms: Terms) -> tuple[list[Outcome], list[str]]:
    """Outcomes of the comparison with the baseline, and notes on what could not be compared."""
    if report.failure is not None:
        return [], []
    same = terms.baseline.same(terms.entry) if terms.baseline else None
    base = same or (terms.baseline.elsewhere(terms.entry) if terms.baseline else None)
    if base is None:
        return [_missing()], []
    notes = []
    if same is None:
        notes.append(
            f"warning: the baseline was measured on {base.platform}, Python {base.python}, {base.allocator}: "
            "only ratios are compared with it"
        )
    compared = compare(report, terms.entry, base, terms.rules, terms.budgets)
    return [_regression(report, comparison) for comparison in compared], notes


def _missing() -> Outcome:
    return NO_BASELINE.outcome(
        Verdict.NOT_APPLICABLE,
        'there is no baseline for this target: genaudit gate --update-baseline --reason "…" writes one',
    )


def lacks_baseline(report: Report) -> bool:
    """Whether a report could not be held against a baseline, since there is none for its target."""
    return any(outcome.is_comparison and outcome.figure is None for outcome in report.outcomes)


def _regression(report: Report, comparison: Comparison) -> Outcome:
    return COMPARISONS[comparison.name].outcome(
        comparison.verdict,
        comparison.message,
        level=comparison.level,
        value=comparison.value,
        unit=comparison.unit.strip(),
        limit=comparison.limit,
        baseline=comparison.before.value,
        noise=comparison.interval,
        baseline_noise=comparison.before,
        location=_location(report, comparison.patterns) if comparison.verdict is Verdict.FAIL else None,
    )


def _location(report: Report, patterns: Sequence[Pattern]) -> Location | None:
    """The line that a rule blames for the same thing; else where the target is defined."""
    by_code = {outcome.code: outcome.location for outcome in report.outcomes if outcome.is_finding and outcome.location}
    for pattern in patterns:
        if pattern.code in by_code:
            return by_code[pattern.code]
    target = report.target
    if target.path is None or target.line is None:
        return None
    return Location(path=target.path, line=target.line, function=target.qualname)
