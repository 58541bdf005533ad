"""Loops of plain Python over something that gives batches: which they are shows while they run.

A script has many loops, and most are over no batches. So one is only looked at until it has given something large or
has taken its time for a round; one that does neither is let go of.
"""

from __future__ import annotations

import builtins
from _weakref import ref
from gc import get_referents
from time import perf_counter

from genaudit.recorder.child.batch.size import size_of
from genaudit.recorder.child.guard.static_inspect import (
    FunctionType,
    GeneratorType,
    class_attribute,
    has,
    module_of,
)
from genaudit.recorder.child.guard.user_calls import calls_target
from genaudit.recorder.child.script.found import Found, is_in_memory
from genaudit.recorder.child.watch import rewrite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from genaudit.recorder.child.watch.watch import Watch

CONSUMER = "a loop of its own"
LEAST_BYTES = 16 * 1024
"""A batch is as large at least, or its round takes as long as this."""
LEAST_S = 0.001
LOOKED_AT = 64
"""A loop has so many rounds to show itself."""
_DEPTH, _WIDTH, _MOST_KEPT = 4, 24, 64
_PASSING = {"builtins", "itertools"}
_SHOWING = "tqdm"
_PLAIN = {
    type(builtins),
    type,
    FunctionType,
    str,
    int,
    float,
    bool,
    bytes,
    list,
    dict,
    set,
    frozenset,
    range,
    type(None),
}


class Bare:
    """Stands in the loops of the user's files.

    Args:
        watch: Is told of batches.
        is_told: Whether a library tells of what is given.
    """

    def __init__(self, watch: Watch, is_told: Callable[[Any], bool]) -> None:
        self._watch = watch
        self._is_told = is_told
        self._rounds: dict[int, tuple[Any, Rounds]] = {}

    def install(self) -> None:
        """Be there for files that are compiled from now on."""
        vars(builtins)[rewrite.LOOP] = self.loop
        vars(builtins)[rewrite.NEXT] = self.following
        rewrite.of_imports()

    @calls_target
    def loop(self, value: Any) -> Any:
        """What a loop is to run over in place of something: that itself, or what passes it on and is watched."""
        if type(value) in _PLAIN or self._watch.is_busy or not self._watch.is_on:
            return value
        source = self._source(value)
        return value if source is None else Looped(Rounds(self._watch, source), iter(value))

    @calls_target
    def following(self, iterator: Any, *default: Any) -> Any:
        """``next(iterator)``."""
        rounds = None
        if not self._watch.is_busy and self._watch.is_on and self._is_iterated(iterator):
            rounds = self._of(iterator)
        try:
            return next(iterator) if rounds is None else rounds.pull(iterator, iterator.__next__)
        except StopIteration:
            if not default:
                raise
            return default[0]

    @staticmethod
    def _is_iterated(iterator: Any) -> bool:
        kind = type(iterator)
        return kind is GeneratorType or (
            module_of(kind) not in _PASSING and isinstance(vars(kind).get("__next__"), FunctionType)
        )

    def _of(self, iterator: Any) -> Rounds | None:
        known = self._rounds.get(id(iterator))
        if known is not None and known[0]() is iterator:
            return known[1]
        if self._is_told(iterator):
            return None
        try:
            one = ref(iterator)
        except TypeError:
            return None
        if len(self._rounds) >= _MOST_KEPT:
            self._rounds.clear()
        # It is the caller's, and is not to be kept alive.
        rounds = Rounds(self._watch, Found(None, CONSUMER), one)
        self._rounds[id(iterator)] = one, rounds
        return rounds

    def _source(self, value: Any) -> Found | None:
        """What gives the batches; ``None`` where it is data as a whole, or its library tells of it."""
        kind = type(value)
        found = self._below(value) if module_of(kind) in _PASSING or module_of(kind).startswith(_SHOWING) else value
        if found is None or self._is_told(found) or is_in_memory(found, lists=False) or has(found, "read"):
            return None
        return Found(found, CONSUMER) if has(found, "__iter__") or has(found, "__getitem__") else None

    def _below(self, value: Any) -> Any:
        """The generator or the loader that is counted, zipped, or shown by a bar; ``None`` without one."""
        if type(value) is GeneratorType:
            return value
        level = [value]
        for _ in range(_DEPTH):
            level = [
                part
                for each in level
                for part in get_referents(each)[:_WIDTH]
                if type(part) not in _PLAIN or (type(part) is dict and module_of(type(each)).startswith(_SHOWING))
            ]
            for each in level:
                if type(each) is GeneratorType or _is_loader(each):
                    return each
        return None


def _is_loader(value: Any) -> bool:
    kind = type(value)
    is_python = module_of(kind) not in _PASSING and not module_of(kind).startswith(_SHOWING)
    methods = (class_attribute(kind, name) for name in ("__next__", "__iter__", "__getitem__"))
    return is_python and any(type(method) is FunctionType for method in methods)


class Rounds:
    """The rounds of one loop.

    Args:
        watch: Is told of them once they are of batches.
        found: What gives them.
        given_by: Gives that, where it is not to be kept.
    """

    def __init__(self, watch: Watch, found: Found, given_by: Callable[[], Any] | None = None) -> None:
        self.watch = watch
        self._found: Found | None = found
        self._given_by = given_by
        self.number = 0
        """Of the source, once its rounds are known to be of batches."""
        self._n = 0
        self._begun_s = self._before_s = 0.0
        self._before = 0
        self._batch = 0

    @calls_target
    def pull(self, iterator: Any, call: Callable[[], Any]) -> Any:
        """One batch, or what may be one."""
        if self.number:
            return self.watch.pull(self.number, iterator, call)
        watch = self.watch
        if self._found is None or watch.is_busy or not watch.is_on:
            return call()
        if self._n and self._has_come_by(watch):
            self._becomes_known()
            return watch.pull(self.number, iterator, call)
        return call() if self._found is None else self._look(watch, call)

    def _has_come_by(self, watch: Watch) -> bool:
        """Whether its last round was one of a batch. An epoch is none: others have given batches in it."""
        now = perf_counter()
        if watch.batch == self._batch and now - self._before_s >= LEAST_S:
            return True
        if self._n >= LOOKED_AT:
            self._found = None
        return False

    @calls_target
    def _look(self, watch: Watch, call: Callable[[], Any]) -> Any:
        self._batch = watch.batch
        self._before, self._before_s = watch.held(), perf_counter()
        watch.is_busy = True
        try:
            batch = call()
        finally:
            watch.is_busy = False
        self._n += 1
        if self._n == 1 and (size_of(batch)[0] or 0) >= LEAST_BYTES:
            self._becomes_known(batch)
        return batch

    def _becomes_known(self, batch: Any = None) -> None:
        found, self._found = self._found, None
        if found is None:
            return
        if self._given_by is not None:
            found.value = self._given_by()
        self.number = self.watch.add(found)
        self.watch.was(self.number, self._n, (self._before, self._before_s), batch)


class Looped:
    """Passes on what an iterator gives. Nobody but one loop has it.

    Args:
        rounds: Of the loop.
        iterator: What is passed on.
    """

    __slots__ = ("_call", "_iterator", "_rounds")

    def __init__(self, rounds: Rounds, iterator: Any) -> None:
        self._rounds = rounds
        self._iterator = iterator
        self._call = iterator.__next__

    def __iter__(self) -> Looped:
        return self

    @calls_target
    def __next__(self) -> Any:
        rounds = self._rounds
        if rounds.number:
            # A call less at each batch of a loop that is known to be one.
            return rounds.watch.pull(rounds.number, self._iterator, self._call)
        return rounds.pull(self._iterator, self._call)
