"""Outcomes as JUnit XML, for the test pages of CI."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

import msgspec

from genaudit.model import Level, Outcome, Report, Verdict
from genaudit.model.advice import plain
from genaudit.render.ci.outcomes import bounded, outcomes_with_holders
from genaudit.render.safe import place_text, printable, without_commands
from genaudit.render.text.report import not_tested

_SKIPPED = (Verdict.NOT_APPLICABLE, Verdict.INCONCLUSIVE)


class Suite(msgspec.Struct, frozen=True):
    """The test cases of one target."""

    name: str
    outcomes: Sequence[Outcome]
    seconds: float | None = None
    verdict: str = ""
    """Of the whole target, with what it does not cover."""
    placed: bool = True
    """Whether the names of cases have the place: findings of one rule are told apart by it, but it moves."""


def render_junit(*reports: Report) -> bytes:
    """A suite for each target, with a case for each rule, budget and comparison."""
    suites = [
        Suite(
            report.target.spec,
            outcomes_with_holders(report),
            sum(row.wall_s for row in report.trials),
            verdict=_verdict(report),
            placed=False,
        )
        for report in bounded(reports)
    ]
    return _document(suites)


def junit_of(outcomes: Sequence[Outcome], *, suite: str = "genaudit") -> bytes:
    """One test case for each outcome; a suite without any holds one that passed, or CI calls it broken.

    Args:
        outcomes: Findings, and other answers of rules.
        suite: Name of the suite.
    """
    return _document([Suite(suite, outcomes)])


def _verdict(report: Report) -> str:
    untested = not_tested(report)
    return report.label + (f"\nNot tested: {printable(untested)}" if untested is not None else "")


def _document(suites: Sequence[Suite]) -> bytes:
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    outcomes = [outcome for suite in suites for outcome in suite.outcomes]
    n_empty = sum(not suite.outcomes for suite in suites)
    body = "".join(_suite(suite) for suite in suites)
    return f"{head}<testsuites{_counts(outcomes, n_empty)}>\n{body}</testsuites>\n".encode()


def _suite(suite: Suite) -> str:
    cases = [_case(outcome, suite) for outcome in suite.outcomes]
    cases = cases or [f"  <testcase classname={_attribute(suite.name)} name={_attribute('no findings')}/>\n"]
    counts = _counts(suite.outcomes, not suite.outcomes)
    time = "" if suite.seconds is None else f' time="{suite.seconds:.3f}"'
    output = f"  <system-out>{escape(printable(suite.verdict))}</system-out>\n" if suite.verdict else ""
    return f"<testsuite name={_attribute(suite.name)}{counts}{time}>\n{''.join(cases)}{output}</testsuite>\n"


def _counts(outcomes: Sequence[Outcome], n_empty: int) -> str:
    n_failures = sum(_fails(outcome) for outcome in outcomes)
    n_errors = sum(outcome.verdict is Verdict.ERROR for outcome in outcomes)
    n_skipped = sum(outcome.verdict in _SKIPPED for outcome in outcomes)
    return f' tests="{len(outcomes) + n_empty}" failures="{n_failures}" errors="{n_errors}" skipped="{n_skipped}"'


def _fails(outcome: Outcome) -> bool:
    return outcome.is_finding and outcome.level is not Level.NOTE


def _case(outcome: Outcome, suite: Suite) -> str:
    location = outcome.location if suite.placed else None
    place = f" {place_text(location.path)}:{location.position}" if location else ""
    name = _attribute(f"{outcome.code} {outcome.name}{place}")
    head = f"  <testcase classname={_attribute(suite.name)} name={name}"
    body = _body(outcome)
    return f"{head}>{body}</testcase>\n" if body else f"{head}/>\n"


def _body(outcome: Outcome) -> str:
    place = f"{place_text(outcome.location.path)}:{outcome.location.position}: " if outcome.location else ""
    # Where a name has several lines, none of them becomes a command of a runner that prints the file.
    text = escape(without_commands(printable(place + outcome.message + _fix(outcome))))
    if _fails(outcome):
        message = outcome.message.partition("\n")[0]
        return f"<failure type={_attribute(outcome.level.value)} message={_attribute(message)}>{text}</failure>"
    if outcome.verdict is Verdict.ERROR:
        return f"<error message={_attribute(outcome.message)}>{text}</error>"
    if outcome.verdict in _SKIPPED:
        return f"<skipped message={_attribute(outcome.message)}/>"
    return f"<system-out>{text}</system-out>" if outcome.is_finding else ""


def _fix(outcome: Outcome) -> str:
    advice = plain(outcome.fix)
    return f"\n{advice}" if advice else ""


def _attribute(text: str) -> str:
    return quoteattr(printable(text))
