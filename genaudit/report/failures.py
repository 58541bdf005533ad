"""How a target or a trial ended before it should have, in words: a headline, a sentence, behind a name, in a cell."""

from genaudit.model.recording import Trial
from genaudit.model.report import Failure
from genaudit.units import format_bytes, format_seconds

LONGEST_MESSAGE = 200
LONGEST_ENDING = 120
WHY_EMPTY = "is the data set empty, does a filter let nothing through, or is a batch larger than the data set?"
"""What to ask where there was no batch."""
_ENDED = {
    "raised": "raised",
    "exited": "ended its process",
    "crashed": "crashed",
    "killed": "was killed",
    "memory-limit": "passed the memory limit",
}
"""What the target did, by the reason of its exit."""
_TOO_LONG = "took too long; --timeout gives it more time"
_PHASES = {
    "interpreter": " before it was imported",
    "import": " while it was imported",
    "script": " in the script, before it handed a source to a consumer",
    "arguments": " while its arguments were made",
    "create": " when it was called",
    "close": " when it was closed",
}


def headline(failure: Failure, *, timeout_s: float, limit_bytes: int, grouped: bool) -> str:
    """What went wrong, and when, as the headline of a report.

    Args:
        failure: What is known of it.
        timeout_s: How long the trial might take.
        limit_bytes: How much memory it might take.
        grouped: Its batches were so fast that several share a mark, so that which one it was is not known.

    Example:
        >>> failure = Failure(reason="crashed", signal="SIGSEGV", batch=3)
        >>> headline(failure, timeout_s=60, limit_bytes=1024, grouped=False)
        'crashed with SIGSEGV in batch 3'
    """
    where = _where(failure, grouped)
    when = "," + where if where else ""
    how = {
        "raised": f" {failure.type}{where}{_first_line(failure)}",
        "exited": f" with exit code {failure.exit_code}{where}",
        "crashed": f" with {failure.signal}{where}",
        "killed": f" by {failure.signal}{where}",
        "memory-limit": f" of {format_bytes(limit_bytes)}{where}",
    }
    if failure.reason in _ENDED:
        return _ENDED[failure.reason] + how[failure.reason]
    return {
        "refused": failure.message or "cannot be run as asked",
        "timed-out": f"hung, or was too slow{when}: ended after {format_seconds(timeout_s)} (--timeout)",
        "interrupted": f"was interrupted{where}",
        "empty": "yielded no batch",
    }.get(failure.reason, failure.reason)


def _where(failure: Failure, grouped: bool) -> str:
    """When it went wrong, as the end of a sentence."""
    if not failure.batch:
        return _PHASES.get(failure.phase or "", "")
    # What ends the process leaves the batch open within the next group; what is raised names its own.
    return f" in batch {failure.batch:,}" + (" or soon after" if grouped and failure.type is None else "")


def _first_line(failure: Failure) -> str:
    """The first line of an exception's message."""
    first = (failure.message or "").strip().partition("\n")[0].rstrip(" :")
    return f": {first[:LONGEST_MESSAGE]}" if first else ""


def happened(failure: Failure) -> str:
    """What happened to a target that did not come to its end, as a sentence of its own.

    Example:
        >>> happened(Failure(reason="raised", type="OSError", message="no such file", phase="create"))
        'raised OSError: no such file, in phase create'
    """
    when = f", in phase {failure.phase}" if failure.phase else ""
    if failure.batch:
        when = f", while making batch {failure.batch:,}"
    if failure.type:
        return f"raised {failure.type}" + (f": {failure.message}" if failure.message else "") + when
    if failure.signal:
        return f"was ended by {failure.signal}{when}"
    if failure.reason == "timed-out":
        return f"timed out{when}"
    if failure.exit_code is not None:
        return f"left with exit code {failure.exit_code}{when}"
    return f"{failure.reason}{when}"


def ending(trial: Trial) -> str | None:
    """Why a trial did not come to its planned end, to follow a variant's name; ``None`` where it did."""
    reason = trial.exit.reason
    if reason == "completed":
        took_too_long = trial.end is not None and trial.end.stopped == "time"
        return _TOO_LONG if took_too_long else None
    if trial.raised is not None:
        return f"raised {trial.raised.type}: {trial.raised.message[:LONGEST_ENDING]}"
    if reason == "timed-out":
        return _TOO_LONG
    return _ENDED.get(reason, f"ended early: {reason}")


def exit_in_short(reason: str, code: int | None, signal: str | None) -> str:
    """How a trial ended, in a few words.

    Example:
        >>> exit_in_short("killed", None, "SIGKILL"), exit_in_short("exited", 3, None)
        ('killed (SIGKILL)', 'exited (exit 3)')
    """
    if signal:
        return f"{reason} ({signal})"
    return reason if code in (None, 0) else f"{reason} (exit {code})"
