"""What the outcomes of a gate are called: GA6xx for budgets, GA7xx for the baseline, GA900 for a target that broke."""

import textwrap

from genaudit.config.budgets import KINDS
from genaudit.gate.regressions import MIN_CHANGES
from genaudit.model.outcome import Level
from genaudit.model.rule import RuleInfo

BASELINE = RuleInfo(
    code="GA700",
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
    Mend it, or accept it: genaudit gate --update-baseline --reason "why it is right now"."""


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 110)


def budget_code(name: str) -> str:
    """The code of a budget's outcome."""
    return KINDS[name].code


def regression_code(name: str) -> str:
    """The code of a comparison's outcome: that of the budget of the same figure, a hundred higher."""
    return KINDS[name].code.replace("GA6", "GA7", 1)


INFOS: tuple[RuleInfo, ...] = (
    *(
        RuleInfo(
            code=kind.code,
            name=f"{kind.name}-over-budget",
            title=kind.title,
            level=Level.ERROR,
            page=f"{_wrapped(kind.page)}\n\n{_JUDGED}",
        )
        for kind in KINDS.values()
    ),
    BASELINE,
    *(
        RuleInfo(
            code=regression_code(name),
            name=f"{name}-regression",
            title=f"The figure of {name} is above the baseline's",
            level=Level.ERROR,
            page=_REGRESSION,
        )
        for name in MIN_CHANGES
    ),
)
NAMES = {info.code: info.name for info in INFOS}
