"""Figures and promises in words: how a figure is written, what would settle a question, what a broken promise means."""

import math
import re
from collections.abc import Mapping

import msgspec

from genaudit.config.budgets import LAWS, Budget
from genaudit.gate.figures import Reading
from genaudit.model.catalogue import BATCH_GROWTH, BATCH_SPIKE, EAGER_LOAD, EPOCH_GROWTH, FILE_LEAK, WORKER_DUPLICATION
from genaudit.model.outcome import Interval, Outcome, RunVerdict, Verdict
from genaudit.model.report import Report, Summary
from genaudit.report.phrases import count, listed, rounded
from genaudit.units import format_bytes, format_seconds, with_range

# Beyond this, more measuring is no advice.
MOST_TIMES = 30
NONE = "none"
_NO_SPACE = re.compile(r"(?<=\d)(?=[KMGT]?i?B\b)", re.IGNORECASE)
DOES = {
    "peak": "takes {value} at its highest",
    "first-batch": "holds {value} after its first batch",
    "growth": "keeps {value} with every batch",
    "epoch-growth": "keeps {value} with every epoch",
    "spike": "needs {value} while it makes a batch",
    "per-item": "keeps {value} for every {noun}",
    "scaling": "holds memory that grows with its data set as {value}",
    "workers": "takes {value} in its workers",
    "open-files": "has {value}",
    "time-to-first-batch": "takes {value} the baseline's time to its first batch",
    "forecast": "will need {value} for the real data set",
}
FIXES = {
    "peak": "Make smaller batches, or hold fewer copies while one is made.",
    "first-batch": EAGER_LOAD.fix,
    "growth": BATCH_GROWTH.fix,
    "epoch-growth": EPOCH_GROWTH.fix,
    "spike": BATCH_SPIKE.fix,
    "per-item": EAGER_LOAD.fix,
    "scaling": EAGER_LOAD.fix,
    "workers": WORKER_DUPLICATION.fix,
    "open-files": FILE_LEAK.fix,
    "time-to-first-batch": "Do less before the first batch: open and load what a batch needs when it is made.",
    "forecast": EAGER_LOAD.fix,
}


# --- Figures ------------------------------------------------------------------------------------------------------


def figure(value: float, unit: str) -> str:
    """A value with its unit.

    Example:
        >>> figure(65536, "bytes/batch"), figure(2.5, "x batch"), figure(0, "exponent")
        ('64.0 KiB/batch', '2.50x batch', 'constant')
    """
    if unit.startswith("bytes"):
        return format_bytes(value) + unit.removeprefix("bytes")
    if unit == "seconds":
        return format_seconds(value)
    if unit == "files":
        return f"{value:.0f} open file{'' if round(value) == 1 else 's'}"
    if unit == "exponent":
        return "constant" if value == 0 else f"n^{value:.2f}"
    return f"{value:.2f}{unit}"


def measured(interval: Interval, unit: str) -> str:
    """A measured value with its interval, where it has one."""
    return with_range(figure(interval.value, unit), interval.low, interval.high, lambda end: _end(end, unit))


def settled(interval: Interval, unit: str) -> str:
    """The same of a promise that is kept: growth that noise explains, or that falls, is none."""
    return NONE if is_rate(unit) and interval.low <= 0 else measured(interval, unit)


def kept(name: str, interval: Interval, unit: str) -> str:
    """What is said of a promise that is kept: how much it is, or that there is none.

    Example:
        >>> kept("epoch-growth", Interval(value=-5.0, low=-9.0, high=2.0), "bytes/epoch")
        'no epoch-growth'
        >>> kept("per-item", Interval(value=-5.0, low=-9.0, high=2.0), "bytes/item")
        'nothing is kept per item'
    """
    said = settled(interval, unit)
    if said != NONE:
        return f"{name} is {said}"
    return "nothing is kept per item" if name == "per-item" else f"no {name}"


def figure_before(interval: Interval, unit: str) -> str:
    """The baseline's value: growth that noise explains, or that falls, was none."""
    return NONE if is_rate(unit) and interval.low <= 0 else figure(interval.value, unit)


def is_rate(unit: str | None) -> bool:
    """Whether a unit is that of growth, which is none at and below zero."""
    return (unit or "").startswith("bytes/")


def promised(budget: Budget) -> str:
    """A budget as it was written, with a space before the unit of a size as figures have it, and what it is for."""
    assert budget.limit is not None
    if budget.name == "forecast":
        return f"{_NO_SPACE.sub(' ', budget.text)} for {budget.items:,} items"
    if budget.name == "scaling" and budget.text not in LAWS:
        return f"an exponent of {budget.text}"
    return figure(budget.limit.value, "files") if budget.name == "open-files" else _NO_SPACE.sub(" ", budget.text)


def _end(value: float, unit: str) -> str:
    """An end of an interval, which need not say again what it is per."""
    if unit == "exponent":
        return f"{value:.2f}"
    # No batch gives memory back while it is made: below zero, a spike is only the width of its interval.
    value = max(0.0, value) if unit == "x batch" else value
    return figure(value, unit.partition("/")[0] if unit.startswith("bytes") else unit)


def what_settles(reading: Reading, limit: float) -> str:
    """What to measure more of, so that the interval lies on one side of a limit."""
    interval = reading.interval
    if interval is None:
        return ""
    if not reading.settle_by:
        return "more repeats would settle it, here and in the baseline"
    width = max(interval.high - interval.value, interval.value - interval.low)
    distance = abs(interval.value - limit)
    if distance * MOST_TIMES <= width:
        return "it lies at the budget, where no measurement decides: move the budget"
    times = 1.1 * width / distance
    if reading.settle_by == "repeats":
        return f"repeats = {max(3, math.ceil(reading.amount * times**2))} would settle it"
    return f"{reading.settle_by} = {math.ceil(reading.amount * times)} would settle it"


# --- Summaries ----------------------------------------------------------------------------------------------------


def with_fixes(report: Report) -> Report:
    """The report with a fix, and the bytes it saves, for each broken promise."""
    outcomes = [
        _fixed(report, outcome) if outcome.is_promise and outcome.is_finding else outcome for outcome in report.outcomes
    ]
    return msgspec.structs.replace(report, outcomes=outcomes)


def summary(report: Report, audited: Report, budgets: Mapping[str, Budget]) -> Summary:
    """The verdict in words.

    Args:
        report: With the outcomes of promises, and their fixes.
        audited: What the audit alone had concluded.
        budgets: By name.
    """
    findings = report.findings
    broken = [outcome for outcome in findings if outcome.is_promise]
    if report.failure is not None or audited.verdict is RunVerdict.ERROR:
        return audited.summary
    if broken and findings[0] is broken[0]:
        return _broken(report, broken, budgets)
    if broken:
        return _found_and_broken(audited.summary, broken, budgets)
    undecided = [
        outcome for outcome in report.outcomes if outcome.is_promise and outcome.verdict is Verdict.INCONCLUSIVE
    ]
    if undecided and report.verdict is RunVerdict.INCONCLUSIVE and audited.verdict is RunVerdict.PASS:
        messages = "; ".join(outcome.message for outcome in undecided)
        return Summary(headline="cannot be held against every budget by what was measured", cause=messages)
    return audited.summary


def _broken(report: Report, broken: list[Outcome], budgets: Mapping[str, Budget]) -> Summary:
    lead = broken[0]
    both = [outcome for outcome in broken if _name(outcome) == _name(lead)]
    others = list(dict.fromkeys(_name(outcome) for outcome in broken if _name(outcome) != _name(lead)))
    noun = report.target.item_noun
    does = DOES[_name(lead)].format(value=_plain(lead.value or 0.0, lead.unit), noun=noun)
    headline = f"{does}: {_promises(both, budgets)}"
    if others:
        headline += f"; {listed(others)} {'is' if len(others) == 1 else 'are'} above what was promised, too"
    return Summary(
        headline=headline, cause=_cause(report, lead), consequence=_consequence(report, both), mend=_fix(report, both)
    )


def _found_and_broken(audited: Summary, broken: list[Outcome], budgets: Mapping[str, Budget]) -> Summary:
    """The words of a rule that found the same, or worse, and what it breaks."""
    names = list(dict.fromkeys(_name(outcome) for outcome in broken))
    figures = []
    for name in names[:2]:
        both = [outcome for outcome in broken if _name(outcome) == name]
        figures.append(f"{name} is {figure(both[0].value or 0.0, both[0].unit or '')}, {_promises(both, budgets)}")
    more = f"; {len(names) - 2} more are broken" if len(names) > 2 else ""
    consequence = f"{audited.consequence or ''} It breaks what was promised: {'; '.join(figures)}{more}.".strip()
    return msgspec.structs.replace(audited, consequence=consequence)


def _promises(both: list[Outcome], budgets: Mapping[str, Budget]) -> str:
    promises = []
    for outcome in both:
        if outcome.is_comparison:
            promises.append(f"the baseline {_before(outcome)}")
        elif _name(outcome) in budgets:
            promises.append(f"the budget is {_budget(outcome, budgets[_name(outcome)])}")
    return ", ".join(promises)


def _budget(outcome: Outcome, budget: Budget) -> str:
    """A size as the figure beside it is written; all else as the user wrote it."""
    by_size = (outcome.unit or "").startswith("bytes") and budget.items is None
    return _plain(outcome.limit or 0.0, outcome.unit) if by_size else promised(budget)


def _before(outcome: Outcome) -> str:
    return NONE if _was_none(outcome) else _plain(outcome.baseline or 0.0, outcome.unit)


def _was_none(outcome: Outcome) -> bool:
    """Whether there was no growth in the baseline."""
    before = outcome.baseline_noise
    return is_rate(outcome.unit) and before is not None and before.low <= 0


def _cause(report: Report, lead: Outcome) -> str:
    """The line of the rule that found the same; where none did, no line is to blame for all that is known."""
    place = lead.location
    if place is None:
        return f"{lead.message}."
    at = place.place + (f" in {place.function}" if place.function else "")
    rule = _explaining(report, lead)
    return f"{at}: {rule.message if rule else 'measured as a whole, since no rule blames one of its lines'}."


def _explaining(report: Report, promise: Outcome) -> Outcome | None:
    return next(
        (
            outcome
            for outcome in report.outcomes
            if outcome.is_finding
            and not outcome.is_promise
            and outcome.location is not None
            and outcome.location == promise.location
        ),
        None,
    )


def _consequence(report: Report, both: list[Outcome]) -> str:
    lead = both[0]
    name, value = _name(lead), lead.value or 0.0
    if name in {"growth", "epoch-growth"} and is_rate(lead.unit):
        return _filled(report, both, "batch" if name == "growth" else "epoch")
    if name == "scaling":
        return f"Twice the data set holds {2**value:.2g} times the memory."
    if name == "time-to-first-batch":
        return f"Whatever waits for the first batch waits {value:.2g} times as long as before."
    if name == "open-files":
        return "A process may have 1,024 files open on most systems, and fails to open more."
    over = _over_bytes(report, lead)
    if over is None:
        return f"{lead.message}."
    if name == "per-item":
        return f"{count(_items(report), report.target.item_noun)} hold {format_bytes(over)} more than promised."
    return {
        "peak": f"Where there is room for what was promised only, it is ended: {format_bytes(over)} are missing.",
        "first-batch": f"{format_bytes(over)} more than promised are taken before the second batch is made.",
        "spike": f"{format_bytes(over)} more than promised must be free while a batch is made.",
        "workers": f"The workers take {format_bytes(over)} more than promised, besides the process itself.",
        "forecast": f"Where there is room for what was promised only, it is ended: {format_bytes(over)} are missing.",
    }.get(name, f"{format_bytes(over)} more than promised.")


def _filled(report: Report, both: list[Outcome], per: str) -> str:
    """When memory is full, and when it would be if the promise were kept."""
    room = report.machine.bytes - (report.peak.high_water_bytes or 0)
    times = count(rounded(max(1.0, room / (both[0].value or 1.0))), per)
    full = f"{format_bytes(report.machine.bytes)} runs out after about {times}"
    allowed = []
    for outcome in both:
        before = (0.0 if _was_none(outcome) else outcome.baseline) if outcome.is_comparison else outcome.limit
        many = "any number" if not before or before <= 0 else f"{rounded(max(1.0, room / before)):,.0f}"
        allowed.append(f"the baseline allowed {many}" if outcome.is_comparison else f"the budget allows {many}")
    return f"{full}; {', '.join(allowed)}."


def _fixed(report: Report, outcome: Outcome) -> Outcome:
    rule = _explaining(report, outcome)
    over = _over_bytes(report, outcome)
    fix = f"Fix what {rule.code} {rule.name} found on this line." if rule is not None else _what_to_do(report, outcome)
    return msgspec.structs.replace(outcome, fix=fix, saving_bytes=round(over) if over and over > 0 else None)


def _fix(report: Report, both: list[Outcome]) -> str:
    """What to do, and for what grew since the baseline how to see what changed."""
    fix = _what_to_do(report, both[0])
    if not any(outcome.is_comparison for outcome in both):
        return fix
    spec = report.target.spec
    quoted = f"'{spec}'" if "(" in spec else spec
    return f"{fix} genaudit compare {quoted} --against HEAD~1 shows what changed."


def _what_to_do(report: Report, outcome: Outcome) -> str:
    """The fix, and the bytes that it saves."""
    over = _over_bytes(report, outcome)
    if over is None or over <= 0:
        return FIXES[_name(outcome)]
    kept = "As in the baseline, that" if outcome.is_comparison else "Within the budget, that"
    return f"{FIXES[_name(outcome)]} {kept} saves {format_bytes(over)}{_over_what(report, outcome)}."


def _over_bytes(report: Report, outcome: Outcome) -> float | None:
    """Bytes above what was promised, over all that was measured; ``None`` where the figure is not of bytes."""
    before = outcome.baseline if outcome.is_comparison else outcome.limit
    if outcome.value is None or before is None:
        return None
    over = outcome.value - max(0.0, before)
    batches = report.batches
    if outcome.unit == "bytes":
        return over
    if outcome.unit == "bytes/batch":
        return over * batches.count if batches else None
    if outcome.unit == "bytes/epoch":
        return over * batches.epochs if batches and batches.epochs else None
    if outcome.unit == "bytes/item":
        return over * _items(report)
    if outcome.unit == "x batch" and batches is not None and batches.bytes_median:
        return over * batches.bytes_median
    return None


def _over_what(report: Report, outcome: Outcome) -> str:
    if outcome.unit == "bytes/batch" and report.batches:
        return f" over the {count(report.batches.count, 'batch')} measured"
    if outcome.unit == "bytes/epoch" and report.batches:
        return f" over the {count(report.batches.epochs, 'epoch')} measured"
    return f" over {count(_items(report), report.target.item_noun)}" if outcome.unit == "bytes/item" else ""


def _items(report: Report) -> int:
    law = report.growth_law
    if law is not None and law.projection is not None:
        return law.projection.items
    return report.target.items or (max(law.sizes) if law is not None and law.sizes else 1)


def _plain(value: float, unit: str | None) -> str:
    """A figure without what it is per, which the sentence says."""
    unit = unit or ""
    if unit.startswith("bytes"):
        return format_bytes(value)
    if unit.startswith("x"):
        return f"{value:.3g} times" + (" a batch" if unit == "x batch" else "")
    return figure(value, unit) if unit in {"files", "exponent"} else f"{value:.3g} {unit.partition('/')[0]}"


def _name(outcome: Outcome) -> str:
    """The figure of a broken promise; only the note that there is no baseline has none, and it is never broken."""
    return outcome.figure or ""
