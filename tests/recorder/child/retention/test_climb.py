"""From what holds data up to what has a name, or to what C code is to call."""

import atexit
import functools
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from genaudit.recorder.child.retention.climb import Climb
from genaudit.recorder.child.retention.edges import place_of
from genaudit.recorder.child.retention.walk import Walk


class Records:
    """Keeps something, and can be asked to let go of it."""

    def __init__(self) -> None:
        self.work: list[Any] = [object()]

    def close(self, *_: object) -> None:
        """At exit."""
        self.work.clear()


def chain_to(work: list[Any]) -> list[Any]:
    """From the top down to this."""
    (chain,) = Climb(Walk(limit_s=60), [work]).chains()
    return chain


@contextmanager
def kept_until_exit(register: Callable[[Records], Any]) -> Iterator[weakref.ref[Records]]:
    """Records that nothing keeps but what was registered."""
    records = Records()
    function = register(records)
    kept = weakref.ref(records)
    del records
    wanted = weakref.WeakMethod(function) if hasattr(function, "__self__") else weakref.ref(function)
    del function
    try:
        yield kept
    finally:
        atexit.unregister(wanted())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("register", "kind"),
    [
        (lambda records: atexit.register(records.close), "method"),
        (lambda records: atexit.register(functools.partial(Records.close, records)), "partial"),
        (lambda records: atexit.register(lambda: records.close()), "function"),
    ],
    ids=["a bound method", "a partial object", "a closure"],
)
def test_callbacks_that_c_code_keeps(register: Callable[[Records], Any], kind: str) -> None:
    """No reference leads to what ``atexit`` will call: the way begins at the callback."""
    with kept_until_exit(register) as kept:
        records = kept()
        assert records is not None
        found = chain_to(records.work)

    assert type(found[0]).__name__ == kind
    assert any(type(each) is Records for each in found) or kind == "partial"
    assert type(found[-1]) is list


def test_a_bound_method_has_the_place_of_its_function() -> None:
    """That is where it can be read."""
    code = Records.close.__code__

    assert place_of(Records().close) == (code.co_filename, code.co_firstlineno, "close")
    assert place_of([].append) is None
