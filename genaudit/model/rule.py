"""What every rule carries besides its decision."""

import inspect
from collections.abc import Callable
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from genaudit.model.outcome import Basis, EvidenceKind, Interval, Level, Location, Outcome, Verdict

Check = TypeVar("Check", bound=Callable[..., Any])
AnyRule: TypeAlias = "Rule[Callable[..., Any]]"


class RuleInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as lists, help and SARIF show it."""

    code: str
    name: str
    """A noun for the failing pattern."""
    title: str
    level: Level
    page: str
    """The rule's documentation, from the docstring of its function."""

    def outcome(
        self,
        verdict: Verdict,
        message: str,
        *,
        level: Level | None = None,
        evidence: EvidenceKind = EvidenceKind.MEASURED,
        value: float | None = None,
        unit: str | None = None,
        limit: float | None = None,
        baseline: float | None = None,
        noise: Interval | None = None,
        baseline_noise: Interval | None = None,
        location: Location | None = None,
        saving_bytes: int | None = None,
        fix: str | None = None,
        headline: str | None = None,
        basis: Basis | None = None,
    ) -> Outcome:
        """The rule's answer; the one way to make an outcome. What is not given is as ``Outcome`` has it.

        Args:
            verdict: The answer.
            message: The answer in words.
            level: Where it is not the rule's own.
        """
        return Outcome(
            code=self.code,
            name=self.name,
            verdict=verdict,
            level=level or self.level,
            evidence=evidence,
            message=message,
            value=value,
            unit=unit,
            limit=limit,
            baseline=baseline,
            noise=noise,
            baseline_noise=baseline_noise,
            location=location,
            saving_bytes=saving_bytes,
            fix=fix,
            headline=headline,
            basis=basis,
        )


class Rule(Generic[Check]):
    """A named pure function; ``check`` is the function itself."""

    def __init__(self, info: RuleInfo, check: Check) -> None:
        self.info = info
        self.check = check


def rule(*, code: str, name: str, title: str, level: Level = Level.ERROR) -> Callable[[Check], Rule[Check]]:
    """Make a function a rule.

    Args:
        code: ``GA`` and three digits, never used twice.
        name: A noun for the failing pattern, which reads well after "allow".
        title: The pattern as a short sentence.
        level: What a failed outcome weighs by default.
    """

    def wrap(check: Check) -> Rule[Check]:
        page = inspect.getdoc(check) or ""
        return Rule(RuleInfo(code=code, name=name, title=title, level=level, page=page), check)

    return wrap
