"""Findings as SARIF 2.1.0, for code scanning.

Source:
    OASIS, Static Analysis Results Interchange Format 2.1.0.
"""

import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from genaudit.model import Level, Outcome, Report, RuleInfo
from genaudit.model.advice import plain
from genaudit.model.fix import Fix
from genaudit.render.ci.outcomes import (
    bounded,
    findings_of,
    fingerprints,
    infos_of_all,
    line_of_target,
    outcomes_of_all,
)
from genaudit.render.ci.replacements import fixes_of
from genaudit.render.safe import printable
from genaudit.render.text.report import not_tested
from genaudit.version import __version__

_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "note"}
MAX_RESULTS = 5_000
"""What the largest reader of the format shows."""


def render_sarif(*reports: Report) -> bytes:
    """The findings of reports; a target that broke is one, and says that the run was not whole."""
    shown = bounded(reports)
    whole = all(report.failure is None for report in reports)
    notifications = [
        (
            report.target.path or ".",
            line_of_target(report),
            printable(f"{report.target.spec}: {report.label}, not tested: {untested}"),
        )
        for report in shown
        if (untested := not_tested(report)) is not None
    ]
    return sarif_of(
        outcomes_of_all(shown),
        rules=infos_of_all(shown),
        notifications=notifications,
        whole=whole,
        fixes=[report.fix for report in reports if report.fix is not None],
    )


def sarif_of(
    outcomes: Sequence[Outcome],
    *,
    rules: Sequence[RuleInfo] = (),
    notifications: Sequence[tuple[str, int | None, str]] = (),
    whole: bool = True,
    fixes: Sequence[Fix] = (),
) -> bytes:
    """A SARIF log with one run.

    Args:
        outcomes: What to report; only findings are.
        rules: Rules to describe; those of the findings where empty.
        notifications: Path, line and text of what could not be audited.
        whole: Everything that was to be audited was.
        fixes: What was proven of reports.
    """
    findings = findings_of(outcomes)[:MAX_RESULTS]
    described = _described(findings, rules)
    index = {rule["id"]: number for number, rule in enumerate(described)}
    run = {
        "tool": {
            "driver": {"name": "genaudit", "version": __version__, "semanticVersion": __version__, "rules": described}
        },
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(outcome, index[outcome.code], name, fixes)
            for outcome, name in zip(findings, fingerprints(findings), strict=True)
        ],
        "invocations": [{"executionSuccessful": whole, "toolExecutionNotifications": _notifications(notifications)}],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2).encode() + b"\n"


def _described(findings: Sequence[Outcome], rules: Sequence[RuleInfo]) -> list[dict[str, Any]]:
    known = {
        info.code: {
            "id": info.code,
            "name": info.name,
            "shortDescription": {"text": info.title},
            "fullDescription": {"text": info.page.split("\n\n")[0] or info.title},
            "help": {"text": info.page or info.title},
            "defaultConfiguration": {"level": _LEVELS[info.level]},
        }
        for info in rules
    }
    for outcome in findings:
        if outcome.code not in known:
            known[outcome.code] = {"id": outcome.code, "name": outcome.name, "shortDescription": {"text": outcome.name}}
    return [known[code] for code in sorted(known)]


def _result(outcome: Outcome, index: int, fingerprint: str, fixes: Sequence[Fix]) -> dict[str, Any]:
    advice = plain(outcome.fix)
    text = outcome.message + (f"\nSuggested fix:\n{advice}" if advice else "")
    result: dict[str, Any] = {
        "ruleId": outcome.code,
        "ruleIndex": index,
        "level": _LEVELS[outcome.level],
        "message": {"text": text},
        "partialFingerprints": {"genaudit/v1": fingerprint},
        "properties": {"evidence": outcome.evidence.value},
    }
    location = outcome.location
    if location is not None:
        place = _place(location.path, location.line, location.end_line, location.column)
        if location.function:
            place["logicalLocations"] = [{"fullyQualifiedName": location.function, "kind": "function"}]
        result["locations"] = [place]
        proven = [each for fix in fixes for each in fixes_of(fix, outcome.code, location.path)]
        if proven:
            proven[0]["artifactChanges"][0]["artifactLocation"] = _artifact(location.path)
            result["fixes"] = proven[:1]
    return result


def _place(path: str, line: int | None, end_line: int | None, column: int | None = None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(path)}
    if line is not None:
        begins = {} if column is None else {"startColumn": column}
        physical["region"] = {"startLine": max(1, line), **begins, "endLine": max(1, end_line or line)}
    return {"physicalLocation": physical}


def _artifact(path: str) -> dict[str, str]:
    pure = PurePath(path)
    uri = quote(_octets(pure.as_posix()))
    return {"uri": f"file://{uri}"} if pure.is_absolute() else {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _octets(path: str) -> bytes:
    """The bytes of a file's name; of a name that no file can have, as much as can be shown."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "replace")


def _notifications(notifications: Sequence[tuple[str, int | None, str]]) -> list[dict[str, Any]]:
    return [
        {"level": "warning", "message": {"text": text}, "locations": [_place(path, line, None)]}
        for path, line, text in notifications
    ]
