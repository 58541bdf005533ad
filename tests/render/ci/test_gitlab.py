"""Code quality reports, as GitLab reads them."""

import json

import pytest
from msgspec.structs import replace

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
    found = sum(one.is_finding for one in report.outcomes) + (report.failure is not None)
    assert len(rows) == found + report.is_partial


def test_what_was_not_tested_is_an_entry_too() -> None:
    """As grave as a warning, where the target is, with the command that tests it; and none of a whole pass."""
    partial = replace(made.unscaled(), untested="growth with the data set. To test it: genaudit run data:flow --x")
    row, again = json.loads(render_gitlab(partial, made.clean(), partial))

    assert row["description"].startswith(f"PASS (batches only) {partial.target.spec}: not tested: growth")
    assert row["description"].endswith("genaudit run data:flow --x")
    assert (row["severity"], row["check_name"]) == ("minor", "GA901")
    assert row["location"] == {"path": partial.target.path, "lines": {"begin": partial.target.line}}
    assert row["fingerprint"] != again["fingerprint"]


def test_equal_findings_have_fingerprints_of_their_own() -> None:
    """GitLab shows only one of those that are equal."""
    rows = json.loads(render_gitlab(made.leak(), made.leak(), made.eager(), made.crash()))
    names = [row["fingerprint"] for row in rows]

    assert len(set(names)) == len(names) >= 4
