"""Where nothing more can be imported, an exception is described in few words, whatever it does."""

from genaudit.recorder.child.guard.brief_failure import LONGEST_MESSAGE, MOST_FRAMES, describe_briefly


class Sullen(Exception):
    """One whose message cannot be read."""

    def __str__(self) -> str:
        raise SystemExit(3)


def caught(error: BaseException, depth: int = 0) -> BaseException:
    """The exception with its traceback, so many calls deep."""
    try:
        if depth:
            raised = caught(error, depth - 1)
            raise raised
        raise error
    except BaseException as again:
        return again


def test_the_fields_are_those_of_the_mark() -> None:
    """The innermost frame is last, as path, line and function."""
    fields = describe_briefly(caught(ValueError("no such thing")))

    assert (fields["type"], fields["message"], fields["traceback"]) == ("ValueError", "no such thing", "")
    path, line, function = fields["frames"][-1]
    assert (path, function) == (__file__, "caught")
    assert line > 1


def test_a_message_that_raises_is_no_end() -> None:
    """Not even where it asks to leave."""
    assert describe_briefly(Sullen())["message"] == "(its message cannot be read)"


def test_all_is_bounded() -> None:
    """The message, and the frames of a deep recursion."""
    fields = describe_briefly(caught(ValueError("x" * 10_000), depth=100))

    assert len(fields["message"]) == LONGEST_MESSAGE
    assert len(fields["frames"]) == MOST_FRAMES
