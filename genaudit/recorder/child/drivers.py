"""Picks the driver for what a target gave, from an explicit list, by shape."""

from __future__ import annotations

from genaudit.recorder.child.guard.describe import type_text
from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.refusal import USAGE, Refusal, near
from genaudit.recorder.child.guard.static_inspect import FunctionType, has, mro_of, name_of, namespace_of
from genaudit.recorder.child.several import sources_in
from genaudit.recorder.child.sources import (
    GeneratorSource,
    IteratorSource,
    KerasSource,
    SequenceSource,
    Source,
    TensorFlowSource,
    TorchDatasetSource,
    TorchLoaderSource,
    is_a,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from genaudit.recorder.child.sources import Again

_CO_GENERATOR = 0x20
_DRIVABLE = (
    "genaudit drives generators, iterators, iterables, also asynchronous ones, objects with __len__ and __getitem__ "
    "(Keras PyDataset), tf.data.Dataset, torch DataLoader and Dataset"
)


DRIVERS: tuple[type[Source], ...] = (
    KerasSource,
    TensorFlowSource,
    TorchLoaderSource,
    TorchDatasetSource,
    GeneratorSource,
    IteratorSource,
    Source,
    SequenceSource,
)
"""The first that fits is taken."""

NAMES = tuple(driver.kind for driver in DRIVERS)
"""What ``--driver`` takes."""


def open_source(result: Any, again: Again, driver: str | None = None) -> Source:
    """The source for what a target gave.

    Args:
        result: A generator, iterator, iterable, data set, loader.
        again: Makes a fresh result for another epoch; ``None`` where that is not possible.
        driver: Name of the driver to use whatever the shape.

    Raises:
        Refusal: No driver fits, or the one named does not.
    """
    if name_of(type(result)) == "coroutine":
        return _open_awaited(result, again, driver)
    if driver is not None:
        return _forced(result, again, driver)
    several = sources_in(result)
    if several is not None:
        source = open_source(several.first, several.again(again))
        source.several = several
        return source
    if not _is_plain_value(result):
        for candidate in DRIVERS:
            if candidate.fits(result):
                return candidate(result, again)
    if has(result, "__aiter__") and not has(result, "__iter__"):
        opened: Source | None = _asynchronous().open_asynchronous(result, again)
        if opened is not None:
            return opened
    raise Refusal(
        f"the target gives {_what(result)}, which is no source of batches", slug="not-drivable", hint=_hint(result)
    )


def _open_awaited(coroutine: Any, again: Again, driver: str | None) -> Source:
    """The source for what comes of a coroutine."""
    wait = _asynchronous().awaited
    make: Any = again
    return open_source(wait(coroutine), None if again is None else lambda: wait(make()), driver)


def _asynchronous() -> ModuleType:
    with OwnImports():
        from genaudit.recorder.child import asynchronous
    return asynchronous


def _forced(result: Any, again: Again, name: str) -> Source:
    wanted = "generator" if name == "generator-function" else name
    by_name = {candidate.kind: candidate for candidate in DRIVERS}
    if wanted not in by_name:
        close = near(name, NAMES)
        raise Refusal(
            f"--driver {name}: there is no such driver" + (f"; did you mean {close[0]}?" if close else ""),
            slug="unknown-driver",
            hint=f"drivers: {', '.join(NAMES)}",
            exit_code=USAGE,
        )
    candidate = by_name[wanted]
    # A driver of a framework asks for the type; forced, only what it calls must be there.
    has_calls = SequenceSource.fits(result) if issubclass(candidate, SequenceSource) else Source.fits(result)
    if not has_calls or (candidate in {GeneratorSource, IteratorSource} and not candidate.fits(result)):
        raise Refusal(
            f"--driver {name} cannot drive {_what(result)}",
            slug="driver-does-not-fit",
            hint="leave --driver out and genaudit picks by shape",
            exit_code=USAGE,
        )
    return candidate(result, again)


def _is_plain_value(result: Any) -> bool:
    """Data or a single batch rather than a source of them, though some can be iterated over."""
    kind = type(result)
    if result is None or issubclass(kind, (str, bytes, bytearray, memoryview, int, float, complex, dict, type)):
        return True
    if name_of(kind) in {"module", "function", "method", "builtin_function_or_method"}:
        return True
    if is_a(result, {"Image"}, {"PIL"}) or has(result, "iloc"):
        return True
    return has(result, "shape", "dtype")


def _what(result: Any) -> str:
    if result is None:
        return "None"
    text = type_text(result)
    return f"an {text}" if text[:1].lower() in "aeiou" else f"a {text}"


def _hint(result: Any) -> str:
    kind = type(result)
    if has(result, "__anext__"):
        return f"it has __anext__ but no __aiter__; add an __aiter__ that returns self. {_DRIVABLE}"
    if result is None:
        return f"does the function lack a yield, or a return? {_DRIVABLE}"
    if issubclass(kind, dict) or has(result, "dtype") or has(result, "iloc"):
        return (
            "this is data, not batches of it; name a function that yields its parts, or add --driver iterable if its "
            f"rows are the batches. {_DRIVABLE}"
        )
    if callable(result):
        return f"it can be called: add parentheses at the end of the target, NAME(…)(…). {_DRIVABLE}"
    if has(result, "__next__"):
        return f"it has __next__ but no __iter__; add an __iter__ that returns self. {_DRIVABLE}"
    methods = _generator_methods(kind)
    if not methods:
        return _DRIVABLE
    first = f"{name_of(kind)}.{methods[0]}"
    others = f" (or {', '.join(methods[1:])})" if methods[1:] else ""
    return f"its method makes batches: name it, {first}{others}, with the same arguments. {_DRIVABLE}"


def _generator_methods(kind: type) -> list[str]:
    """Public methods that yield."""
    functions = {name: value for base in reversed(mro_of(kind)) for name, value in namespace_of(base).items()}
    return [
        name
        for name, value in functions.items()
        if type(value) is FunctionType and not name.startswith("_") and value.__code__.co_flags & _CO_GENERATOR
    ]
