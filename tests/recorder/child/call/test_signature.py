"""Parameters of any callable, and values collected for them."""

import functools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaudit.recorder.child.call.signature import Binding, Signature, signature_of
from genaudit.recorder.child.guard.refusal import Refusal

T = TypeVar("T")
THING = object()


def plain(paths: list[str], batch_size: int = 32, *rest: int, shuffle=False, **options: Any) -> Iterator[int]:
    yield batch_size


def positional(a, b=2, /, c=3, *, d, e=5): ...


def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


class Loader:
    def __init__(self, size: int, deep: bool = False): ...

    def flow(self, batch_size): ...

    @classmethod
    def make(cls, size): ...

    @staticmethod
    def still(size): ...

    def __call__(self, size): ...


class Hidden:
    """The base's ``__new__`` hides the constructor."""

    def __new__(cls, *args: Any, **kwargs: Any) -> "Hidden":
        return super().__new__(cls)


class HiddenLoader(Hidden):
    def __init__(self, size: int) -> None: ...


class GenericLoader(Generic[T]):
    def __init__(self, size: int) -> None: ...


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (plain, "plain(paths: list[str], batch_size: int = 32, *rest: int, shuffle=False, **options: Any)"),
        (positional, "positional(a, b=2, /, c=3, *, d, e=5)"),
        (decorated(positional), "positional(a, b=2, /, c=3, *, d, e=5)"),
        (functools.partial(positional, 1, d=4), "positional(b=2, /, c=3, *, d=4, e=5)"),
        (functools.lru_cache(positional), "positional(a, b=2, /, c=3, *, d, e=5)"),
        (Loader, "Loader(size: int, deep: bool = False)"),
        (Loader(1).flow, "Loader.flow(batch_size)"),
        (Loader.flow, "Loader.flow(self, batch_size)"),
        (Loader.make, "Loader.make(size)"),
        (Loader.still, "Loader.still(size)"),
        (Loader(1), "Loader(size)"),
        (HiddenLoader, "HiddenLoader(size: int)"),
        (GenericLoader, "GenericLoader(size: int)"),
        (lambda x, /: x, "<lambda>(x, /)"),
        (dict, "dict(...)"),
        (min, "min(...)"),
    ],
)
def test_signatures_in_words(function: Callable[..., Any], text: str) -> None:
    """As one would write them, annotations and defaults included."""
    assert str(signature_of(function)) == text


def test_secret_and_long_defaults_are_not_shown() -> None:
    """A signature is short; what is secret in it is for the parent to tell."""

    def fn(api_key="abc", table=tuple(range(1000)), thing=THING): ...

    text = str(signature_of(fn))

    assert "api_key='abc', table=tuple of 1000 integers, thing=object object" in text


def test_annotations_become_text() -> None:
    """Written as text or as objects, they look the same."""

    def fn(a: "list[str]", b: list[Path], c: Sequence[str], d: Path | None, e: int): ...

    named = signature_of(fn).named
    assert [named[name].annotation for name in "abcde"] == [
        "list[str]",
        "list[Path]",
        "Sequence[str]",
        "Path | None",
        "int",
    ]


def bind(function: Callable[..., Any], *layers: tuple[list[Any], dict[str, Any]]) -> Binding:
    binding = Binding(signature_of(function))
    for args, kwargs in layers:
        binding.add(args, kwargs, "the target")
    return binding


def test_later_values_win() -> None:
    """Whether by position or by name."""
    binding = bind(plain, ([], {"paths": 1, "batch_size": 1}), ([2], {"shuffle": 2}), ([], {"paths": 3}))

    assert binding.values() == {"paths": 3, "batch_size": 1, "shuffle": 2}
    assert binding.call_arguments() == ([3], {"batch_size": 1, "shuffle": 2})


def test_extra_values() -> None:
    """What goes to *args and **kwargs comes along, and can be replaced by its place."""
    binding = bind(plain, ([1, 2, 3, 4], {"more": 5}))

    assert binding.values() == {"paths": 1, "batch_size": 2, "shuffle": False, "rest[0]": 3, "rest[1]": 4, "more": 5}
    binding.replace("rest[1]", 40)
    binding.replace("more", 50)
    assert binding.call_arguments() == ([1, 2, 3, 40], {"more": 50})


def test_positional_only_by_name() -> None:
    """--arg has names only; gaps before are filled with defaults."""
    assert bind(positional, ([1], {"d": 4})).call_arguments() == ([1], {"d": 4})
    assert bind(positional, ([], {"a": 1, "b": 7, "d": 4})).call_arguments() == ([1, 7], {"d": 4})


def test_builtins_take_anything() -> None:
    """Without a signature all is passed on."""
    binding = bind(dict, ([[("a", 1)]], {"b": 2}))

    assert binding.values() == {"args[0]": [("a", 1)], "b": 2}
    assert binding.missing() == []
    assert binding.call_arguments() == ([[("a", 1)]], {"b": 2})


@pytest.mark.parametrize(
    ("args", "kwargs", "slug", "message", "hint"),
    [
        ([1, 2, 3, 4], {}, "too-many-arguments", "takes 3 positional arguments, the target gives 4", ""),
        ([], {"zz": 1}, "unknown-argument", "no parameter 'zz' (the target)", ""),
        ([], {"alpa": 1}, "unknown-argument", "no parameter 'alpa'", "did you mean alpha?"),
        ([1], {"alpha": 1}, "argument-twice", "gives 'alpha' twice", ""),
    ],
)
def test_refusals(args: list[Any], kwargs: dict[str, Any], slug: str, message: str, hint: str) -> None:
    """Each shows the signature."""

    def fn(alpha, b=2, c=3, *, d=4): ...

    with pytest.raises(Refusal) as caught:
        bind(fn, (args, kwargs))

    assert (caught.value.slug, caught.value.exit_code, caught.value.hint) == (slug, 2, hint)
    assert message in caught.value.message
    assert "fn(alpha, b=2, c=3, *, d=4)" in caught.value.message


def test_missing_parameters() -> None:
    """Those without a value and a default, *args and **kwargs left out."""
    assert [parameter.name for parameter in bind(positional).missing()] == ["a", "d"]
    assert [parameter.name for parameter in bind(plain).missing()] == ["paths"]
    assert bind(positional, ([1], {"d": None})).missing() == []


NAMES = ["a", "b", "c", "d", "e"]


@given(st.integers(1, 5), st.dictionaries(st.sampled_from(NAMES), st.integers()))
def test_call_gets_what_was_bound(n_by_position: int, by_name: dict[str, int]) -> None:
    """Whatever comes by position or by name arrives at its parameter."""

    def fn(a, b, /, c=-3, d=-4, *args, e=-5):
        return {"a": a, "b": b, "c": c, "d": d, "e": e}

    values = list(range(100, 100 + min(n_by_position, 4)))
    binding = bind(fn, ([1, 2], {}), (values, {}), ([], by_name))
    args, kwargs = binding.call_arguments()

    expected = {"a": 1, "b": 2, "c": -3, "d": -4, "e": -5, **dict(zip(NAMES, values, strict=False)), **by_name}
    assert fn(*args, **kwargs) == expected
    assert binding.values() == expected


def test_signature_of_no_parameters() -> None:
    """An empty list is known to be empty."""
    assert str(Signature("f", [])) == "f()"
    assert str(Signature("f", None)) == "f(...)"
