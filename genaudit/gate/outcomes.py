"""What budgets and comparisons with the baseline are called, and the pages that explain them."""

import textwrap
from collections.abc import Mapping

from genaudit.config.budgets import KINDS
from genaudit.gate.regressions import MIN_CHANGES
from genaudit.model.catalogue import FIGURES, MISSING_BASELINE
from genaudit.model.outcome import Level
from genaudit.model.rule import RuleInfo

NO_BASELINE = RuleInfo(
    code=MISSING_BASELINE,
    name="missing-baseline",
    title="There is no baseline to compare with",
    level=Level.NOTE,
    page='Write one with genaudit gate --update-baseline --reason "…", and commit it.',
)
_JUDGED = """\
How it is judged:
    It is broken where the lower end of the interval is above the budget, kept where the upper end is not, and
    inconclusive between; the message says what would settle it."""
_REGRESSION = """\
The figure is above the baseline's.

How it is judged:
    By more than the greatest of the tolerance, the least change that counts, and three scaled median absolute
    deviations of its repeats; and the intervals of both do not meet.

What to do:
    Fix it, or accept it: genaudit gate --update-baseline --reason "why it is right now"."""


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 110)


BUDGETS: Mapping[str, RuleInfo] = {
    kind.name: RuleInfo(
        code=FIGURES[kind.name].budget,
        name=f"{kind.name}-over-budget",
        title=kind.title,
        level=Level.ERROR,
        page=f"{_wrapped(kind.page)}\n\n{_JUDGED}",
    )
    for kind in KINDS.values()
}
"""What answers for each budget, by its name."""
COMPARISONS: Mapping[str, RuleInfo] = {
    name: RuleInfo(
        code=FIGURES[name].baseline,
        name=f"{name}-regression",
        title=f"The figure of {name} is above the baseline's",
        level=Level.ERROR,
        page=_REGRESSION,
    )
    for name in MIN_CHANGES
}
"""What answers for each comparison with the baseline, by the figure's name."""
INFOS: tuple[RuleInfo, ...] = (*BUDGETS.values(), NO_BASELINE, *COMPARISONS.values())
