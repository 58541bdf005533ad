"""An exception is told as Python tells it, in bounded time and size."""

import traceback
from collections.abc import Callable

import pytest

from genaudit.recorder.child.guard import stack_text
from genaudit.recorder.child.guard.stack_text import message_of, name_of, syntax_place, text_of


def caught(call: Callable[[], object]) -> BaseException:
    """What a call raises."""
    try:
        call()
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def without_carets(text: str) -> str:
    """The text without the marks below each line that newer Pythons draw."""
    return "".join(line for line in text.splitlines(keepends=True) if line.strip(" ~^\n") or line == "\n")


def told(error: BaseException) -> str:
    """The text of it."""
    return text_of(error, error.__traceback__)


def chained(how: str) -> None:
    """Raise while another is handled."""
    try:
        int("x")
    except ValueError as error:
        if how == "from":
            raise KeyError("later") from error
        if how == "hidden":
            raise KeyError("later") from None
        raise KeyError("later")  # noqa: B904 - the context is what is tested


def noted() -> None:
    """Raise with notes."""
    error = ValueError("noted")
    error.__notes__ = ["one", "two"]
    raise error


@pytest.mark.parametrize(
    "call", [lambda: chained("from"), lambda: chained("hidden"), lambda: chained("context"), lambda: 1 / 0]
)
def test_it_is_as_python_has_it(call: Callable[[], object]) -> None:
    """Chains, suppressed ones, and plain ones."""
    error = caught(call)

    assert told(error) == without_carets("".join(traceback.format_exception(error)))


def test_notes_follow_the_message() -> None:
    """Those of PEP 678."""
    assert told(caught(noted)).endswith("ValueError: noted\none\ntwo\n")


def test_an_error_of_syntax_has_its_line() -> None:
    """Without a frame for it."""
    error = caught(lambda: compile("x = 1\na b\n", "data.py", "exec"))

    assert syntax_place(error) == ("data.py", 2)
    assert told(error).endswith('  File "data.py", line 2\n    a b\nSyntaxError: invalid syntax\n')


def test_a_long_chain_and_a_deep_stack_are_cut() -> None:
    """The last is told, and both ends of a stack."""
    last: BaseException = ValueError(0)
    for number in range(1, 20_000):
        error = ValueError(number)
        error.__cause__ = last
        last = error

    def deep(n: int) -> int:
        return deep(n - 1) if n else 1 // 0

    assert told(last).startswith("(exceptions before these are left out)")
    assert "ValueError: 19999\n" in told(last)
    assert "more calls]" in told(caught(lambda: deep(300)))
    assert len(told(caught(lambda: deep(300))).splitlines()) < 4 * stack_text.MOST_ROWS + 10


def test_what_a_class_says_of_itself_is_not_asked() -> None:
    """Only its message is, and whatever comes of it is told."""

    class Meta(type):
        def __getattribute__(cls, name: str) -> object:
            raise SystemExit(0)

    class Odd(Exception, metaclass=Meta):
        def __getattribute__(self, name: str) -> object:
            raise SystemExit(0)

        def __str__(self) -> str:
            raise KeyboardInterrupt

    error = Odd()

    assert name_of(error).endswith("Odd")
    assert message_of(error) == "(its message cannot be read: __str__ raised KeyboardInterrupt)"
    assert text_of(error, None).endswith("__str__ raised KeyboardInterrupt)\n")
