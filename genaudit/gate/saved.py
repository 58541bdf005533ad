"""A saved recording judged again by what the gate held it to, without the configuration and the baseline of then."""

from collections.abc import Mapping
from typing import Any

import msgspec

from genaudit.config.budgets import Budget
from genaudit.errors import RecordingError
from genaudit.gate.baseline import Baseline, entry_of
from genaudit.gate.judge import Terms, judge
from genaudit.model.recording import Recording
from genaudit.model.report import Report
from genaudit.report.build import conclude


def with_terms(recording: Recording, terms: Terms) -> Recording:
    """The recording with what it was judged by; of the baseline only what this target was compared with."""
    base = terms.baseline and (terms.baseline.same(terms.entry) or terms.baseline.elsewhere(terms.entry))
    needed = msgspec.structs.replace(terms, baseline=Baseline(entries=[base] if base else []))
    return msgspec.structs.replace(recording, terms=msgspec.to_builtins(needed))


def concluded(
    recording: Recording,
    *,
    budgets: Mapping[str, Budget] | None = None,
    fail_on: str | None = None,
    exit_zero: bool | None = None,
    strict: bool | None = None,
) -> Report:
    """The report of a recording, held to what the gate held it to.

    Args:
        recording: Of ``genaudit gate``, or of an audit alone.
        budgets: Budgets that win over those of then, by name.
        fail_on: The lowest level that fails; as it was then where ``None``, as are the others.
        exit_zero: Findings do not change the exit code.
        strict: An inconclusive outcome does.

    Raises:
        RecordingError: What it was held to cannot be read.
    """
    report = conclude(recording)
    terms = _terms(recording) or Terms(
        entry=entry_of(report, target=recording.request.target, arguments="", reason=""), updating=True
    )
    given = {"fail_on": fail_on, "exit_zero": exit_zero, "strict": strict}
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    return judge(report, msgspec.structs.replace(terms, budgets={**terms.budgets, **(budgets or {})}, **changes))


def _terms(recording: Recording) -> Terms | None:
    if recording.terms is None:
        return None
    try:
        return msgspec.convert(recording.terms, Terms)
    except msgspec.ValidationError as error:
        raise RecordingError(f"the terms in the recording cannot be read: {error}", slug="broken-file") from error
