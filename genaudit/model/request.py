"""One way to make a request, for every command and function that asks for an audit."""

from collections.abc import Sequence
from typing import Any

from genaudit.model.recording import Request

_DEFAULT = Request(target="")


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
    """
    most = max(batches, max_batches)
    return Request(target=target, command=list(command), batches=batches, max_batches=most, timeout_s=timeout, **others)
