"""A broken promise in three sentences: what the target does, what that means for its user, how to keep it."""

from collections.abc import Mapping

import msgspec

from genaudit.config.budgets import KINDS, Budget
from genaudit.gate.wording import NONE, figure, is_rate, promised
from genaudit.model.outcome import Outcome, RunVerdict, Verdict
from genaudit.model.report import Report, Summary
from genaudit.render.ci.outcomes import is_comparison, is_promise
from genaudit.render.text.report import findings
from genaudit.report.phrases import count, rounded
from genaudit.units import format_bytes

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
LOADING = "Keep paths, offsets or a memory map, and load each item when its batch is made."
MENDS = {
    "peak": "Make smaller batches, or hold fewer copies while one is made.",
    "first-batch": LOADING,
    "growth": "Let go of each batch: keep a number, or bound what is kept.",
    "epoch-growth": "Clear what belongs to an epoch when the epoch ends.",
    "spike": "Fill one preallocated array, and convert in place.",
    "per-item": LOADING,
    "scaling": LOADING,
    "workers": "Keep the data in arrays, not Python lists; start workers by spawn or forkserver.",
    "open-files": "Close each file when it has been read: use a with statement.",
    "time-to-first-batch": "Do less before the first batch: open and load what a batch needs when it is made.",
    "forecast": LOADING,
}


def with_mends(report: Report) -> Report:
    """The report with a mend, and the bytes it saves, for each broken promise."""
    outcomes = [_mended(report, one) if is_promise(one) and one.is_finding else one for one in report.outcomes]
    return msgspec.structs.replace(report, outcomes=outcomes)


def summary(report: Report, audited: Report, budgets: Mapping[str, Budget]) -> Summary:
    """The verdict in words.

    Args:
        report: With the outcomes of promises, and their mends.
        audited: What the audit alone had concluded.
        budgets: By name.
    """
    found = findings(report)
    broken = [one for one in found if is_promise(one)]
    if report.failure is not None or audited.verdict is RunVerdict.ERROR:
        return audited.summary
    if broken and found[0] is broken[0]:
        return _broken(report, broken, budgets)
    if broken:
        return _found_and_broken(audited.summary, broken, budgets)
    open_ = [one for one in report.outcomes if is_promise(one) and one.verdict is Verdict.INCONCLUSIVE]
    if open_ and report.verdict is RunVerdict.INCONCLUSIVE and audited.verdict is RunVerdict.PASS:
        told = "; ".join(one.message for one in open_)
        return Summary(headline="cannot be held against every budget by what was measured", cause=told)
    return audited.summary


def _broken(report: Report, broken: list[Outcome], budgets: Mapping[str, Budget]) -> Summary:
    lead = broken[0]
    both = [one for one in broken if _name(one) == _name(lead)]
    others = list(dict.fromkeys(_name(one) for one in broken if _name(one) != _name(lead)))
    noun = report.target.item_noun
    does = DOES[_name(lead)].format(value=_plain(lead.value or 0.0, lead.unit), noun=noun)
    headline = f"{does}: {_promises(both, budgets)}"
    if others:
        headline += f"; {_listed(others)} {'is' if len(others) == 1 else 'are'} above what was promised, too"
    return Summary(
        headline=headline, cause=_cause(report, lead), consequence=_consequence(report, both), mend=_mend(report, both)
    )


def _found_and_broken(found: Summary, broken: list[Outcome], budgets: Mapping[str, Budget]) -> Summary:
    """The words of a rule that found the same, or worse, and what it breaks."""
    names = list(dict.fromkeys(_name(one) for one in broken))
    told = []
    for name in names[:2]:
        both = [one for one in broken if _name(one) == name]
        told.append(f"{name} is {figure(both[0].value or 0.0, both[0].unit or '')}, {_promises(both, budgets)}")
    more = f"; {len(names) - 2} more are broken" if len(names) > 2 else ""
    said = f"{found.consequence or ''} It breaks what was promised: {'; '.join(told)}{more}.".strip()
    return msgspec.structs.replace(found, consequence=said)


def _promises(both: list[Outcome], budgets: Mapping[str, Budget]) -> str:
    said = []
    for one in both:
        if is_comparison(one):
            said.append(f"the baseline {_before(one)}")
        elif _name(one) in budgets:
            said.append(f"the budget is {_budget(one, budgets[_name(one)])}")
    return ", ".join(said)


def _budget(one: Outcome, budget: Budget) -> str:
    """A size as the figure beside it is written; all else as the user wrote it."""
    by_size = (one.unit or "").startswith("bytes") and budget.items is None
    return _plain(one.limit or 0.0, one.unit) if by_size else promised(budget)


def _before(one: Outcome) -> str:
    # Its interval is not in the outcome, but the message was made with it.
    nothing = is_rate(one.unit) and f"the baseline {NONE}" in one.message
    return NONE if nothing else _plain(one.baseline or 0.0, one.unit)


def _cause(report: Report, lead: Outcome) -> str:
    """The line of the rule that found the same; where none did, no line is to blame for all that is known."""
    place = lead.location
    if place is None:
        return f"{lead.message}."
    at = f"{place.path}:{place.line}" + (f" in {place.function}" if place.function else "")
    rule = _explaining(report, lead)
    return f"{at}: {rule.message if rule else 'measured as a whole, since no rule blames one of its lines'}."


def _explaining(report: Report, promise: Outcome) -> Outcome | None:
    return next(
        (
            one
            for one in report.outcomes
            if one.is_finding and not is_promise(one) and one.location is not None and one.location == promise.location
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
    full = f"{format_bytes(report.machine.bytes)} is full after about {times}"
    said = []
    for one in both:
        before = (0.0 if _before(one) == NONE else one.baseline) if is_comparison(one) else one.limit
        many = "any number" if not before or before <= 0 else f"{rounded(max(1.0, room / before)):,.0f}"
        said.append(f"the baseline allowed {many}" if is_comparison(one) else f"the budget allows {many}")
    return f"{full}; {', '.join(said)}."


def _mended(report: Report, one: Outcome) -> Outcome:
    rule = _explaining(report, one)
    over = _over_bytes(report, one)
    fix = f"Mend what {rule.code} {rule.name} found on this line." if rule is not None else _what_to_do(report, one)
    return msgspec.structs.replace(one, fix=fix, saving_bytes=round(over) if over and over > 0 else None)


def _mend(report: Report, both: list[Outcome]) -> str:
    """What to do, and for what grew since the baseline how to see what changed."""
    said = _what_to_do(report, both[0])
    if not any(is_comparison(one) for one in both):
        return said
    spec = report.target.spec
    quoted = f"'{spec}'" if "(" in spec else spec
    return f"{said} genaudit compare {quoted} --against HEAD~1 shows what changed."


def _what_to_do(report: Report, one: Outcome) -> str:
    """The mend, and the bytes that it saves."""
    over = _over_bytes(report, one)
    if over is None or over <= 0:
        return MENDS[_name(one)]
    kept = "As in the baseline, that" if is_comparison(one) else "Within the budget, that"
    return f"{MENDS[_name(one)]} {kept} saves {format_bytes(over)}{_over_what(report, one)}."


def _over_bytes(report: Report, one: Outcome) -> float | None:
    """Bytes above what was promised, over all that was measured; ``None`` where the figure is not of bytes."""
    before = one.baseline if is_comparison(one) else one.limit
    if one.value is None or before is None:
        return None
    over = one.value - max(0.0, before)
    batches = report.batches
    if one.unit == "bytes":
        return over
    if one.unit == "bytes/batch":
        return over * batches.count if batches else None
    if one.unit == "bytes/epoch":
        return over * batches.epochs if batches and batches.epochs else None
    if one.unit == "bytes/item":
        return over * _items(report)
    if one.unit == "x batch" and batches is not None and batches.bytes_median:
        return over * batches.bytes_median
    return None


def _over_what(report: Report, one: Outcome) -> str:
    if one.unit == "bytes/batch" and report.batches:
        return f" over the {count(report.batches.count, 'batch')} measured"
    if one.unit == "bytes/epoch" and report.batches:
        return f" over the {count(report.batches.epochs, 'epoch')} measured"
    return f" over {count(_items(report), report.target.item_noun)}" if one.unit == "bytes/item" else ""


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


def _name(one: Outcome) -> str:
    """The figure of a promise, by the last two digits of its code."""
    return next(kind.name for kind in KINDS.values() if kind.code[-2:] == one.code[-2:])


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
