"""One way to make a request, for every command and function that asks for an audit."""

import operator
from collections.abc import Sequence
from typing import Any

from genaudit.errors import UsageError
from genaudit.model.recording import Request

_DEFAULT = Request(target="")
MOST = {
    "batches": 10**9,
    "max_batches": 10**9,
    "epochs": 10**9,
    "hold": 10**9,
    "repeats": 1000,
    "items": 10**9,
    "project_items": 10**15,
}
"""Numbers that a request can have; what is larger is a slip, and no machine lives to see its end."""
LONGEST_S = 10.0**8


def request_of(
    target: str,
    command: Sequence[str],
    *,
    batches: int = _DEFAULT.batches,
    max_batches: int = _DEFAULT.max_batches,
    timeout: float = _DEFAULT.timeout_s,
    **others: Any,
) -> Request:
    """The request for an audit.

    Args:
        target: What is audited.
        command: How it was asked for.
        batches: Batches to pull.
        max_batches: Batches to pull at most; never less than those that are asked for.
        timeout: Seconds after which a trial is ended.
        others: Further fields, by their names.

    Raises:
        UsageError: A number is out of its range.
    """
    numbers = {
        "batches": batches,
        "max_batches": max_batches,
        **{name: others[name] for name in MOST if name in others},
    }
    for name, value in numbers.items():
        _check(name, value)
    if not isinstance(timeout, int | float) or not 0 < timeout <= LONGEST_S:
        raise UsageError(
            f"timeout: {timeout!r} is not a number of seconds from 0 to {LONGEST_S:,.0f}", slug="bad-number"
        )
    most = max(batches, max_batches)
    return Request(target=target, command=list(command), batches=batches, max_batches=most, timeout_s=timeout, **others)


def _check(name: str, value: object) -> None:
    if value is None and name in {"epochs", "items", "project_items"}:
        return
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = 0
    if not 1 <= number <= MOST[name]:
        raise UsageError(
            f"{name.replace('_', '-')}: {_short(value)} is not a whole number from 1 to {MOST[name]:,}",
            slug="bad-number",
        )


def _short(value: object) -> str:
    """A value in a few characters; Python refuses to write numbers of thousands of digits."""
    if isinstance(value, int) and abs(value) >= 10**30:
        return "a number of more than 30 digits"
    return repr(value)[:60]
