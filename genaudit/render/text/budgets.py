"""What a figure was promised to be, and what it was before: bars for budgets, words for the baseline."""

from typing import NamedTuple

from genaudit.model import Level, Outcome, Report, Verdict
from genaudit.render.ci.reported import BASELINE, BUDGET
from genaudit.render.text.phrases import quantity
from genaudit.units import format_change

_TONES = {Level.ERROR: "bad", Level.WARNING: "warn", Level.NOTE: ""}
_UNLIKE = 0.005
"""A smaller share of a change is not said."""


class Bar(NamedTuple):
    """A figure as a part of what it may be."""

    share: float
    """Filled, from 0 to 1."""
    limit_at: float
    """Where the limit is, from 0 to 1: at the end of the bar, unless the figure is above it."""
    said: str = ""
    """What the limit is, where the figure's own words do not tell."""
    tone: str = ""


class Change(NamedTuple):
    """A figure beside that of the baseline."""

    said: str
    tone: str = ""


def bar(value: float, limit: float, said: str = "", tone: str = "") -> Bar | None:
    """The bar of a value; ``None`` where there is no limit to fill."""
    if limit <= 0:
        return None
    longest = max(value, limit)
    return Bar(max(0.0, value / longest), limit / longest, said, tone)


def budget_bar(report: Report, number: str) -> Bar | None:
    """The bar of a budget.

    Args:
        report: Its outcomes tell of budgets.
        number: The last two digits of the code, which a budget and its comparison with the baseline share.
    """
    one = _outcome(report, BUDGET + number)
    if one is None or one.value is None or one.limit is None:
        return None
    limit = quantity(one.limit, one.unit, report.target.item_noun)
    said = {
        Verdict.PASS: f"within the budget of {limit}",
        Verdict.FAIL: f"over the budget of {limit}",
    }.get(one.verdict, f"not sure to keep the budget of {limit}")
    tone = _TONES[one.level] if one.verdict is Verdict.FAIL else ""
    # A promise of nothing at all has no length to fill, and is broken by anything.
    return bar(one.value, one.limit, said, tone) or Bar(float(one.value > 0), 0.0, said, tone)


def budget_of_peak(report: Report) -> float | None:
    """The most that memory may be, where it was promised."""
    one = _outcome(report, BUDGET + "01")
    return one.limit if one is not None and one.unit == "bytes" else None


def change(report: Report, number: str) -> Change | None:
    """The difference to the baseline."""
    one = _outcome(report, BASELINE + number)
    if one is None or one.value is None or one.baseline is None:
        return None
    difference = one.value - one.baseline
    noun = report.target.item_noun
    far = quantity(abs(difference), one.unit, noun)
    if abs(difference) <= _UNLIKE * abs(one.baseline) or far == quantity(0, one.unit, noun):
        return Change(f"= the baseline, {quantity(one.baseline, one.unit, noun)}")
    sign, word = ("▲", "above") if difference > 0 else ("▼", "below")
    said = f"{sign} {far}{_share(one.value, one.baseline)} {word} the baseline"
    if one.verdict is Verdict.FAIL:
        return Change(said, _TONES[one.level])
    return Change(said + (", within the noise" if one.verdict is Verdict.INCONCLUSIVE else ""))


def _share(value: float, before: float) -> str:
    """The change as a share of what was; of nothing there is no share."""
    return f" ({format_change(before, value)})".replace("%", " %") if before > 0 else ""


def _outcome(report: Report, code: str) -> Outcome | None:
    known = (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE)
    return next((outcome for outcome in report.outcomes if outcome.code == code and outcome.verdict in known), None)
