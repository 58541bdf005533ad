"""The target's hooks, trace and profile functions and monitors, which are not to hear of genaudit's own calls."""

from __future__ import annotations

import sys
from sys import getprofile, getrecursionlimit, gettrace, setprofile, setrecursionlimit, settrace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MODULE = type(sys)
_mro_of = type.__dict__["__mro__"].__get__
_vars_of = type.__dict__["__dict__"].__get__
FUNCTION: Any = type(lambda: None)
_METHOD = type((lambda _: None).__get__(0))
# Calls so deep are enough for genaudit and for the library below it.
_DEPTH = 1000
_MONITORS = range(6)
# The table itself: the names that lead to it may be put to others.
_state = vars(sys)

UNHOOK = ((settrace, (None,)), (setprofile, (None,)))
"""Calls to be made one by one where an exception of the target's arrives: a hook that raised may raise again as soon as
a function of genaudit's is entered."""


class SilentHooks:
    """While this is entered, no hook of the target's hears of what is called, and calls may be deep.

    A hook that is not written in Python goes on: it raises nothing, and could not be set again from here.
    """

    __slots__ = ("_depth", "_events", "_profile", "_trace")

    def __enter__(self) -> None:
        self._trace, self._profile, self._depth = gettrace(), getprofile(), getrecursionlimit()
        if self._depth < _DEPTH:
            setrecursionlimit(_DEPTH)
        if self._trace is not None:
            self._trace = _python(self._trace)
        if self._profile is not None:
            self._profile = _python(self._profile)
        if self._trace is not None:
            settrace(None)
        if self._profile is not None:
            setprofile(None)
        self._events = _silenced()

    def __exit__(self, *_: object) -> None:
        for tool, events in self._events:
            sys.monitoring.set_events(tool, events)  # type: ignore[attr-defined]
        if self._depth < _DEPTH:
            try:
                setrecursionlimit(self._depth)
            except RecursionError:
                # The target set it where fewer calls were open.
                self._depth = _DEPTH
        if self._profile is not None:
            setprofile(self._profile)
        if self._trace is not None:
            settrace(self._trace)


def _python(hook: Any) -> Any:
    """A hook that calls code in Python; ``None`` for those of profilers in C, which are set from C and only there.

    Source:
        The C API, *PyEval_SetProfile*: what ``sys.getprofile`` then gives is an object of any kind, callable or not.
    """
    kind = type(hook)
    # Below a partial or a cached call there may be Python's.
    if kind is FUNCTION or kind is _METHOD or _vars_of(kind).get("__module__") == "functools":
        return hook
    calls = [_vars_of(base).get("__call__") for base in _mro_of(kind)]
    return hook if any(type(call) is FUNCTION for call in calls) else None


def _silenced() -> list[tuple[int, int]]:
    """Tools that listen by ``sys.monitoring`` (PEP 669, Python 3.12), now silent, with what each listened to."""
    monitoring = _state.get("monitoring")
    if type(monitoring) is not _MODULE:
        return []
    tools = [(tool, monitoring.get_events(tool)) for tool in _MONITORS if monitoring.get_tool(tool) is not None]
    silenced = [(tool, events) for tool, events in tools if events and _is_python(monitoring, tool, events)]
    for tool, _ in silenced:
        monitoring.set_events(tool, 0)
    return silenced


def _is_python(monitoring: Any, tool: int, events: int) -> bool:
    """Whether a tool has a callback in Python; one in C counts entries and exits, and is not to miss any."""
    for bit in range(events.bit_length()):
        if events >> bit & 1:
            # What is there can be read only by putting something else there.
            callback = monitoring.register_callback(tool, 1 << bit, None)
            monitoring.register_callback(tool, 1 << bit, callback)
            if _python(callback) is not None:
                return True
    return False
