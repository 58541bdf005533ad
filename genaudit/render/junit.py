"""Outcomes as JUnit XML, for the test pages of CI."""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from genaudit.model import Level, Outcome, Report, Verdict

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(report: Report) -> bytes:
    """One test case for each outcome of a report, under the name of its target."""
    return junit_of(report.outcomes, suite=report.target.spec)


def junit_of(outcomes: Sequence[Outcome], *, suite: str = "genaudit") -> bytes:
    """One test case for each outcome; a suite without any holds one that passed, or CI calls it broken.

    Args:
        outcomes: Findings, and other answers of rules.
        suite: Name of the suite.
    """
    cases = [_case(outcome, suite) for outcome in outcomes]
    cases = cases or [f"  <testcase classname={_attribute(suite)} name={_attribute('no findings')}/>\n"]
    n_failures = sum(_fails(outcome) for outcome in outcomes)
    n_errors = sum(outcome.verdict is Verdict.ERROR for outcome in outcomes)
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f"<testsuites><testsuite name={_attribute(suite)} tests={_attribute(str(len(cases)))} "
        f"failures={_attribute(str(n_failures))} errors={_attribute(str(n_errors))}>\n"
    )
    return (head + "".join(cases) + "</testsuite></testsuites>\n").encode("utf-8")


def _fails(outcome: Outcome) -> bool:
    return outcome.is_finding and outcome.level is not Level.NOTE


def _case(outcome: Outcome, suite: str) -> str:
    location = outcome.location
    place = f" {location.path}:{location.line}" if location else ""
    name = _attribute(f"{outcome.code} {outcome.name}{place}")
    head = f"  <testcase classname={_attribute(suite)} name={name}"
    body = _body(outcome)
    return f"{head}>{body}</testcase>\n" if body else f"{head}/>\n"


def _body(outcome: Outcome) -> str:
    text = escape(_clean(outcome.message + (f"\n{outcome.fix}" if outcome.fix else "")))
    if _fails(outcome):
        return f"<failure type={_attribute(outcome.level.value)} message={_attribute(outcome.message)}>{text}</failure>"
    if outcome.verdict is Verdict.ERROR:
        return f"<error message={_attribute(outcome.message)}>{text}</error>"
    if outcome.verdict in (Verdict.NOT_APPLICABLE, Verdict.INCONCLUSIVE):
        return f"<skipped message={_attribute(outcome.message)}/>"
    return f"<system-out>{text}</system-out>" if outcome.is_finding else ""


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
