"""Reports as JUnit XML, read by the parser that many CI tools use."""

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped

from genaudit.model import Report
from genaudit.render import render_several
from genaudit.render.ci.junit import render_junit
from tests import build_report as made


def read(*reports: Report) -> JUnitXml:
    return JUnitXml.fromstring(render_junit(*reports))


@pytest.mark.parametrize("name", made.STANDARD)
def test_every_report_is_read(name: str) -> None:
    """Counts agree with the cases, whatever the report holds."""
    for suite in read(made.STANDARD[name]()):
        results = [result for case in suite for result in case.result]
        assert suite.tests == len(list(suite))
        assert suite.failures == sum(isinstance(one, Failure) for one in results)
        assert suite.errors == sum(isinstance(one, Error) for one in results)
        assert suite.skipped == sum(isinstance(one, Skipped) for one in results)


def test_a_suite_for_each_target_and_a_case_for_each_outcome() -> None:
    clean, leak = made.clean(), made.leak()
    document = JUnitXml.fromstring(render_several([clean, leak], "junit"))
    suites = {suite.name: suite for suite in document}

    assert list(suites) == [clean.target.spec, leak.target.spec]
    assert {case.name for case in suites[leak.target.spec]} == {f"{one.code} {one.name}" for one in leak.outcomes}
    failed = [case for case in suites[leak.target.spec] if any(isinstance(one, Failure) for one in case.result)]
    assert [case.name for case in failed] == ["GA201 batch-growth"]
    assert "sample_generators/leaking.py:8" in failed[0].result[0].text
    assert document.tests == sum(suite.tests for suite in suites.values())


def test_a_target_that_broke_fails() -> None:
    """Its suite must not look as if nothing was wrong."""
    (suite,) = read(made.crash())

    assert suite.failures >= 1
    assert any(case.name.startswith("GA900") for case in suite)


def test_names_stay_when_lines_move() -> None:
    """CI follows a case by its name."""
    assert all(":" not in case.name for suite in read(made.leak()) for case in suite)
