"""How a target or a trial ended, in words."""

from typing import Any

import pytest

from genaudit.model.marks import EndMark, RaisedMark
from genaudit.model.recording import TrialExit
from genaudit.model.report import Failure
from genaudit.report.failures import ending, exit_in_short, happened, headline
from genaudit.units import GIB
from tests.build import trial


def words(grouped: bool = False, **fields: Any) -> str:
    """The headline of a failure."""
    return headline(Failure(**fields), timeout_s=60.0, limit_bytes=2 * GIB, grouped=grouped)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"reason": "raised", "type": "KeyError", "message": "'x'", "phase": "create"},
            "raised KeyError when it was called: 'x'",
        ),
        ({"reason": "raised", "type": "KeyError", "batch": 3}, "raised KeyError in batch 3"),
        ({"reason": "refused", "message": "no such module"}, "no such module"),
        ({"reason": "refused"}, "cannot be run as asked"),
        (
            {"reason": "exited", "exit_code": 3, "phase": "import"},
            "ended its process with exit code 3 while it was imported",
        ),
        ({"reason": "crashed", "signal": "SIGSEGV", "batch": 1200}, "crashed with SIGSEGV in batch 1,200"),
        ({"reason": "killed", "signal": "SIGKILL"}, "was killed by SIGKILL"),
        ({"reason": "memory-limit", "phase": "close"}, "passed the memory limit of 2.00 GiB when it was closed"),
        ({"reason": "interrupted", "phase": "arguments"}, "was interrupted while its arguments were made"),
        ({"reason": "empty"}, "yielded no batch"),
        ({"reason": "of a later version"}, "of a later version"),
    ],
)
def test_headlines(fields: dict[str, Any], said: str) -> None:
    """What went wrong, and when."""
    assert words(**fields) == said


def test_a_time_limit_is_named_with_its_option() -> None:
    """So that it can be given more."""
    assert words(reason="timed-out", batch=2).startswith("hung, or was too slow, in batch 2: ended after ")
    assert words(reason="timed-out") == "hung, or was too slow: ended after 1 min 0 s (--timeout)"


def test_fast_batches_share_a_mark() -> None:
    """What ends the process leaves the batch open; an exception names its own."""
    assert (
        words(grouped=True, reason="killed", signal="SIGKILL", batch=9)
        == "was killed by SIGKILL in batch 9 or soon after"
    )
    assert words(grouped=True, reason="raised", type="KeyError", batch=9) == "raised KeyError in batch 9"


def test_a_long_message_is_cut() -> None:
    """A headline is one line."""
    said = words(reason="raised", type="ValueError", message="x" * 5000 + "\nmore")

    assert said == "raised ValueError: " + "x" * 200


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": "crashed", "signal": "SIGSEGV", "batch": 2}, "was ended by SIGSEGV, while making batch 2"),
        ({"reason": "timed-out", "phase": "import"}, "timed out, in phase import"),
        ({"reason": "exited", "exit_code": 1}, "left with exit code 1"),
        ({"reason": "memory-limit"}, "memory-limit"),
        ({"reason": "raised", "type": "KeyError"}, "raised KeyError"),
    ],
)
def test_sentences(fields: dict[str, Any], said: str) -> None:
    """For the part of a page that is about the failure."""
    assert happened(Failure(**fields)) == said


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("completed", None),
        ("killed", "was killed"),
        ("memory-limit", "passed the memory limit"),
        ("timed-out", "took too long; --timeout gives it more time"),
        ("skipped", "ended early: skipped"),
    ],
)
def test_endings(reason: str, said: str | None) -> None:
    """To follow the name of a variant."""
    ended = trial(None, lambda batch, epoch: 0.0, batches=2, exit=TrialExit(code=0, signal=None, reason=reason))

    assert ending(ended) == said


def test_a_drive_that_ran_out_of_time_ended_too_early() -> None:
    """Although its process ended as it should."""
    end = EndMark(at_s=0.0, batch=2, epochs=0, exhausted=False, stopped="time")

    assert ending(trial(None, lambda batch, epoch: 0.0, batches=2, end=end)) == (
        "took too long; --timeout gives it more time"
    )


def test_what_a_variant_raised() -> None:
    """With its message, cut."""
    mark = RaisedMark(at_s=0.0, phase="steady", batch=1, type="ValueError", message="y" * 500, traceback="", frames=[])
    broken = trial(
        None, lambda batch, epoch: 0.0, batches=2, raised=mark, exit=TrialExit(code=3, signal=None, reason="raised")
    )

    assert ending(broken) == "raised ValueError: " + "y" * 120


def test_cells() -> None:
    """A few words in a table of trials."""
    assert exit_in_short("completed", 0, None) == "completed"
    assert exit_in_short("interrupted", None, None) == "interrupted"
    assert exit_in_short("killed", 9, "SIGKILL") == "killed (SIGKILL)"
