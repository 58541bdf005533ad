"""What is found among all objects, and how much time names of it may take."""

import gc
from types import CellType
from typing import Any

import pytest

from genaudit.recorder.child.retention import climb, rest
from genaudit.recorder.child.retention.climb import Climb, Pace
from genaudit.recorder.child.retention.rest import OF_THOSE_BEFORE, _Scan, _with_functions
from genaudit.recorder.child.retention.walk import Walk


def closure_over(value: Any) -> Any:
    """A function that uses it."""
    return lambda: value


def test_a_variable_of_a_closure_is_found_by_its_function() -> None:
    """However many there are, at one look at all objects."""
    functions = [closure_over([number]) for number in range(40)]
    cells: list[Any] = [function.__closure__[0] for function in functions]
    alone, other = CellType([]), [1]
    found = _with_functions([*cells, cells[0], alone, other], gc.get_objects())

    assert [id(each) for each in found] == [*map(id, functions), id(alone), id(other)]


@pytest.mark.parametrize(("step_s", "steps"), [(0.1, 4), (0.3, 1), (0.6, 1)])
def test_no_step_is_taken_that_would_end_too_late(step_s: float, steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what the dearest has taken: the first is not known."""
    now = [0.0]
    monkeypatch.setattr(climb, "thread_time", lambda: now[0])
    holder: list[Any] = []
    for _ in range(40):
        holder = [holder]
    innermost = holder
    while innermost:
        innermost = innermost[0]
    climbed = 0
    own = Climb._climb

    def slow(self: Climb, level: list[Any]) -> list[Any]:
        nonlocal climbed
        climbed += 1
        now[0] += step_s
        return own(self, level)

    monkeypatch.setattr(Climb, "_climb", slow)
    pace = Pace(0.45)
    list(Climb(Walk(limit_s=60), [innermost], pace).chains())

    assert climbed == steps
    assert not pace.has_time()


@pytest.mark.parametrize(
    ("left", "before", "is_complete"),
    [
        pytest.param(0.0, 0.0, True, id="all were looked at"),
        pytest.param(0.4, 0.5, True, id="those of before are left"),
        pytest.param(0.6, 0.5, False, id="younger ones are left"),
        pytest.param(0.5, 0.5 / OF_THOSE_BEFORE - 0.1, False, id="too near to tell"),
        pytest.param(0.1, 0.0, False, id="nobody has counted"),
    ],
)
def test_a_scan_may_leave_what_was_there_before(
    left: float, before: float, is_complete: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The objects of a large library take more time than there is; what the target made is looked at first."""
    objects: list[Any] = [[number] for number in range(64 * rest._STRIDE)]
    looked = 0
    monkeypatch.setattr(rest, "get_objects", lambda: objects)
    own = _Scan._look_at

    def count(self: _Scan, some: list[Any]) -> None:
        nonlocal looked
        looked += rest._STRIDE
        own(self, some)

    monkeypatch.setattr(_Scan, "_look_at", count)
    monkeypatch.setattr(rest, "thread_time", lambda: float(looked > (1 - left) * len(objects)))
    walk = Walk(limit_s=60)
    _Scan(walk, round(before * len(objects))).holders()

    assert walk.is_complete is is_complete
