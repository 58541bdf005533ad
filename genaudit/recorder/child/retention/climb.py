"""From what was found among all objects up to what has a name: a module, or a class of one."""

from __future__ import annotations

from _collections import deque  # type: ignore[import-not-found]
from gc import get_referents, get_referrers
from sys import modules
from time import thread_time

from genaudit.recorder.child.guard.own_imports import fields_of_module
from genaudit.recorder.child.guard.static_inspect import FunctionType, is_owned, module_of
from genaudit.recorder.child.retention import edges
from genaudit.recorder.child.retention.sizes.kinds import OURS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from genaudit.recorder.child.retention.walk import Walk

MOST_LEVELS = 32
MOST_ABOVE = 3
"""Objects that refer to one, of which each is followed further."""
MOST_AT_A_LEVEL = 20
"""Each more makes a step longer: it compares all references that there are with each."""
_PACKAGE = __name__.rpartition(".")[0]
_MAIN = {"__main__", "__mp_main__"}
"""What a script is called, the second by multiprocessing: its globals were walked, but for those beside its source."""


class Pace:
    """Whether there is time for a step up, by what the dearest so far took.

    Args:
        until: By the clock of the thread.
    """

    __slots__ = ("_step_s", "_until")

    def __init__(self, until: float) -> None:
        self._until = until
        self._step_s = 0.0

    def has_time(self) -> bool:
        """Whether another step can be taken."""
        return thread_time() + self._step_s < self._until

    def took(self, seconds: float) -> None:
        """A step has been taken."""
        self._step_s = max(self._step_s, seconds)


class Climb:
    """Follows references upwards from several objects at once, as each step looks at every object there is.

    Args:
        holders: From where.
        pace: Shared by all that climb in a walk.
    """

    def __init__(self, walk: Walk, holders: list[Any], pace: Pace | None = None) -> None:
        self._walk = walk
        self._pace = pace or Pace(walk.deadline)
        self._holders = holders
        self._above: dict[int, list[Any]] = {}
        """What refers to an object, by the identity of that."""
        self._climbed: set[int] = set()
        """Objects whose references were all looked for."""
        self._namespaces = {
            id(fields): name for name in list(modules) if type(name) is str and (fields := fields_of_module(name))
        }

    def chains(self) -> Iterator[list[Any]]:
        """From the top down to each holder, the first being the name of a module.

        Without one it is what C code keeps to call it later, such as the callbacks of ``atexit``; or the holder alone.
        """
        level = [each for each in self._holders if not self._is_end(each)]
        for _ in range(MOST_LEVELS):
            if not self._pace.has_time() or all(self._path(holder)[1] for holder in self._holders):
                break
            begin = thread_time()
            level = self._climb(level)
            self._pace.took(thread_time() - begin)
        for holder in self._holders:
            path, is_named = self._path(holder)
            if not is_named:
                yield self._callback(holder)
            elif not self._is_accounted(path[-1]):
                yield self._named(path)

    def _climb(self, level: list[Any]) -> list[Any]:
        """One step up; what has been reached by it."""
        following: dict[int, Any] = {}
        # From 3.13 on the arguments of the call are among what it finds.
        arguments = tuple(level)
        referrers = get_referrers(*arguments) if level else []
        wanted = set(map(id, level))
        self._climbed |= wanted
        for referrer in referrers:
            if self._is_of_the_search(referrer) or referrer is level or referrer is arguments:
                continue
            for held in get_referents(referrer):
                if id(held) in wanted:
                    above = self._above.setdefault(id(held), [])
                    if len(above) < MOST_ABOVE and all(each is not referrer for each in above):
                        above.append(referrer)
                        following[id(referrer)] = referrer
        further = [each for key, each in following.items() if key not in self._above and not self._is_end(each)]
        return further[:MOST_AT_A_LEVEL]

    def _is_of_the_search(self, referrer: Any) -> bool:
        """Whether it refers to an object only because that was looked for."""
        kind = type(referrer)
        if kind is edges.FrameType or referrer is modules or referrer is self._holders:
            return True
        if kind is list and any(referrer is above for above in self._above.values()):
            return True
        return self._walk.kind_of(kind).is_ours and module_of(kind).startswith(_PACKAGE)

    def _callback(self, holder: Any) -> list[Any]:
        """From a function or its arguments, which no object refers to, down to a holder."""
        path, is_kept = self._path(holder, self._is_callback)
        if is_kept and edges.is_callback(type(path[-1])):
            return path[::-1]
        # A table of a library's that is too far up looks like the arguments of a callback.
        from_code = self._to_users_code(holder)
        return path[::-1] if is_kept and len(from_code) == 1 else from_code

    def _is_callback(self, value: Any) -> bool:
        is_free = id(value) in self._climbed and id(value) not in self._above
        return is_free and (edges.is_callback(type(value)) or type(value) in (tuple, dict))

    def _path(self, holder: Any, is_end: Callable[[Any], bool] | None = None) -> tuple[list[Any], bool]:
        """The shortest way up from a holder, and whether it ends where it is to end."""
        is_end = is_end or self._is_end
        paths = deque([[holder]])
        met = {id(holder)}
        while paths:
            path = paths.popleft()
            if is_end(path[-1]):
                return path, True
            for above in self._above.get(id(path[-1]), ()):
                if id(above) not in met:
                    met.add(id(above))
                    paths.append([*path, above])
        return [holder], False

    def _to_users_code(self, holder: Any) -> list[Any]:
        """A way down from the nearest function of the user's, where no module or class has a name for it.

        A library may keep a function in a table that is too far up.
        """
        path, is_found = self._path(holder, _is_users_function)
        return path[::-1] if is_found else [holder]

    def _is_end(self, value: Any) -> bool:
        return id(value) in self._namespaces or self._is_class(value) or self._is_accounted(value)

    def _is_class(self, value: Any) -> bool:
        return issubclass(type(value), type) and is_owned(value)

    def _is_accounted(self, value: Any) -> bool:
        """Whether the walk knows of it already, by a sample of what holds it, or it is genaudit's own."""
        if self._walk.has(value) or self._walk.kind_of(type(value)).is_ours:
            return True
        name = self._namespaces.get(id(value), "")
        return name in _MAIN or name.partition(".")[0] == OURS

    def _named(self, path: list[Any]) -> list[Any]:
        """A way up as a way down."""
        chain = path[::-1]
        if id(chain[0]) in self._namespaces:
            chain[0] = self._namespaces[id(chain[0])]
        elif self._is_class(chain[0]):
            chain.insert(0, module_of(chain[0]))
        return chain


def _is_users_function(value: Any) -> bool:
    return type(value) is FunctionType and not edges.is_installed(value.__code__.co_filename)
