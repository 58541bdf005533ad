"""Findings as a GitLab code quality report."""

import json
from collections.abc import Sequence

from genaudit.model import Level, Outcome, Report
from genaudit.render.fingerprint import findings_of, fingerprints

_SEVERITIES = {Level.ERROR: "major", Level.WARNING: "minor", Level.NOTE: "info"}


def render_gitlab(report: Report) -> bytes:
    """The findings of a report."""
    return gitlab_of(report.outcomes)


def gitlab_of(outcomes: Sequence[Outcome]) -> bytes:
    """A JSON array, one object for each finding, each with a fingerprint of its own."""
    found = findings_of(outcomes)
    rows = [
        {
            "description": f"{outcome.code} {outcome.name}: {outcome.message}",
            "check_name": outcome.code,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[outcome.level],
            "location": {
                "path": outcome.location.path if outcome.location else ".",
                "lines": {"begin": outcome.location.line if outcome.location else 1},
            },
        }
        for outcome, fingerprint in zip(found, fingerprints(found), strict=True)
    ]
    return json.dumps(rows, indent=2).encode() + b"\n"
