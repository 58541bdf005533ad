"""Code quality reports, as GitLab reads them."""

import json

import pytest

from genaudit.render.ci.gitlab import render_gitlab
from tests import build_report as made

# What GitLab's documentation asks of each entry; its reader leaves out entries that lack any of them.
ENTRY = {
    "type": "object",
    "required": ["description", "check_name", "fingerprint", "severity", "location"],
    "properties": {
        "description": {"type": "string", "minLength": 1},
        "check_name": {"type": "string", "pattern": "^GA[0-9]{3}$"},
        "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {
            "type": "object",
            "required": ["path", "lines"],
            "properties": {
                "path": {"type": "string", "minLength": 1, "not": {"pattern": "^\\./"}},
                "lines": {
                    "type": "object",
                    "required": ["begin"],
                    "properties": {"begin": {"type": "integer", "minimum": 1}},
                },
            },
        },
    },
}


@pytest.mark.parametrize("name", made.STANDARD)
def test_every_report_is_valid(name: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    report = made.STANDARD[name]()
    rows = json.loads(render_gitlab(report))

    jsonschema.validate(rows, {"type": "array", "items": ENTRY})
    assert len(rows) == sum(one.is_finding for one in report.outcomes) + (report.failure is not None)


def test_equal_findings_have_fingerprints_of_their_own() -> None:
    """GitLab shows only one of those that are equal."""
    rows = json.loads(render_gitlab(made.leak(), made.leak(), made.eager(), made.crash()))
    names = [row["fingerprint"] for row in rows]

    assert len(set(names)) == len(names) >= 4
