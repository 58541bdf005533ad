"""Findings as a GitLab code quality report."""

import json
from collections.abc import Sequence

from genaudit.model import Level, Outcome, Report
from genaudit.render.ci.outcomes import bounded, findings_of, fingerprints, outcomes_of_all
from genaudit.render.safe import printable

_SEVERITIES = {Level.ERROR: "major", Level.WARNING: "minor", Level.NOTE: "info"}


def render_gitlab(*reports: Report) -> bytes:
    """The findings of reports."""
    return gitlab_of(outcomes_of_all(bounded(reports)))


def gitlab_of(outcomes: Sequence[Outcome]) -> bytes:
    """A JSON array, one object for each finding, each with a fingerprint of its own."""
    findings = findings_of(outcomes)
    rows = [
        {
            "description": printable(f"{outcome.code} {outcome.name}: {outcome.message}").replace("\n", "; "),
            "check_name": outcome.code,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[outcome.level],
            "location": {
                "path": printable(outcome.location.path) if outcome.location else ".",
                "lines": {"begin": outcome.location.line if outcome.location else 1},
            },
        }
        for outcome, fingerprint in zip(findings, fingerprints(findings), strict=True)
    ]
    return json.dumps(rows, indent=2).encode() + b"\n"
