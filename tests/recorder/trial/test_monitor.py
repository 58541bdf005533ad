"""How a trial ended decides whether that is an error or a result."""

import pytest

from genaudit.errors import ExitCode, InternalError, TargetError, UsageError
from genaudit.experiment.checks import error_of
from genaudit.model.marks import RaisedMark
from genaudit.model.recording import Trial, TrialExit


def trial(reason: str, raised: RaisedMark | None = None, **fields: object) -> Trial:
    """A trial that ended for a reason."""
    exit_ = TrialExit(code=fields.pop("code", None), signal=fields.pop("signal", None), reason=reason, **fields)  # type: ignore[arg-type]
    return Trial(
        kind="clean", items=None, batches_asked=1, epochs_asked=None, hold=1, exit=exit_, wall_s=1, raised=raised
    )


def refusal(exit_code: int) -> RaisedMark:
    """The child's refusal."""
    return RaisedMark(
        at_s=0,
        phase="arguments",
        batch=0,
        type="Refusal",
        message="no such thing",
        traceback="",
        frames=[],
        slug="nothing",
        hint="look elsewhere",
        exit_code=exit_code,
    )


@pytest.mark.parametrize(("exit_code", "kind"), [(2, UsageError), (3, TargetError)])
def test_a_refusal_is_an_error_with_its_exit_code(exit_code: int, kind: type[Exception]) -> None:
    """Its message and what to do about it are the child's."""
    error = error_of(trial("refused", refusal(exit_code)))

    assert type(error) is kind
    assert (error.message, error.slug, error.hint, error.exit_code) == (
        "no such thing",
        "nothing",
        "look elsewhere",
        exit_code,
    )


def test_a_child_that_never_began_is_our_fault() -> None:
    """With what it said, and how it ended."""
    error = error_of(trial("internal", code=1, stderr_tail="ImportError: genaudit is broken\n"))

    assert isinstance(error, InternalError)
    assert error.exit_code is ExitCode.INTERNAL
    assert "exit code 1 before it began" in error.message
    assert "genaudit is broken" in error.message


@pytest.mark.parametrize("reason", ["completed", "raised", "exited", "crashed", "killed", "timed-out", "memory-limit"])
def test_what_the_target_does_is_a_result(reason: str) -> None:
    """No error: it is in the report."""
    assert error_of(trial(reason)) is None
