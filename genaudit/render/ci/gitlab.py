"""Findings as a GitLab code quality report."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from genaudit.model import Level, Location, Outcome, Report
from genaudit.model.catalogue import INCONCLUSIVE
from genaudit.render.ci.outcomes import bounded, findings_of, fingerprints, line_of_target, outcomes_of_all
from genaudit.render.safe import printable
from genaudit.render.text.report import not_tested

_SEVERITIES = {Level.ERROR: "major", Level.WARNING: "minor", Level.NOTE: "info"}


def render_gitlab(*reports: Report) -> bytes:
    """The findings of reports, and what was not tested of targets without a fault."""
    shown = bounded(reports)
    seen: Counter[str] = Counter()
    rows = _rows(outcomes_of_all(shown))
    for report in shown:
        if report.is_partial:
            seen[report.target.spec] += 1
            rows.append(_not_tested(report, seen[report.target.spec]))
    return _document(rows)


def gitlab_of(outcomes: Sequence[Outcome]) -> bytes:
    """A JSON array, one object for each finding, each with a fingerprint of its own."""
    return _document(_rows(outcomes))


def _not_tested(report: Report, number: int) -> dict[str, Any]:
    """A target without a fault of which not everything was tested: as grave as a warning, whose colour it has.

    Args:
        report: Of the target.
        number: Which one it is of the reports of this target.
    """
    name = printable(f"{report.label} {report.target.spec}")
    key = f"{INCONCLUSIVE.code}\0{report.target.spec}\0{number}"
    return {
        "description": printable(f"{name}: not tested: {not_tested(report)}").replace("\n", "; "),
        "check_name": INCONCLUSIVE.code,
        "fingerprint": hashlib.sha256(key.encode("utf-8", "replace")).hexdigest(),
        "severity": _SEVERITIES[Level.WARNING],
        "location": _location(report.target.path, line_of_target(report)),
    }


def _rows(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    findings = findings_of(outcomes)
    return [
        {
            "description": printable(f"{outcome.code} {outcome.name}: {outcome.message}").replace("\n", "; "),
            "check_name": outcome.code,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[outcome.level],
            "location": _place(outcome.location),
        }
        for outcome, fingerprint in zip(findings, fingerprints(findings), strict=True)
    ]


def _place(location: Location | None) -> dict[str, Any]:
    if location is None:
        return _location(None, None)
    place = _location(location.path, location.line)
    if location.column is not None:
        place["positions"] = {"begin": {"line": location.line, "column": location.column}}
    return place


def _location(path: str | None, line: int | None) -> dict[str, Any]:
    return {"path": printable(path) if path else ".", "lines": {"begin": line or 1}}


def _document(rows: list[dict[str, Any]]) -> bytes:
    return json.dumps(rows, indent=2).encode() + b"\n"
