"""What a user is told where the system refused something."""

import pytest

from genaudit.cli.support.surroundings import refusal_of


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ImportError("libopenblas.so: failed to map segment from shared object"), "a library cannot be loaded"),
        (MemoryError(), "not enough memory"),
        (RuntimeError("can't start new thread"), "no thread can be started"),
    ],
)
def test_what_is_lacking_is_said(error: Exception, said: str) -> None:
    """With the limit to look at, as when a process may have little memory."""
    refusal = refusal_of(error)

    assert refusal is not None
    assert said in str(refusal)
    assert "ulimit -v" in refusal.hint


def test_a_bug_of_ours_is_none() -> None:
    """A module of genaudit's own that is missing is no matter of the system's."""
    assert refusal_of(ImportError("No module named 'genaudit.nothing'")) is None
