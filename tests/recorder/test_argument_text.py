"""The text of an argument becomes a name, a kind and a value."""

import marshal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaudit.errors import UsageError
from genaudit.recorder.argument_text import parse_argument


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n=4", ["n", "value", 4]),
        ("n = -4", ["n", "value", -4]),
        ("size=(256, 256)", ["size", "value", (256, 256)]),
        ("kinds={1, 2}", ["kinds", "value", {1, 2}]),
        ("raw=b'x'", ["raw", "value", b"x"]),
        ("z=1+2j", ["z", "value", 1 + 2j]),
        ("deep={'a': [(1, {2: None})]}", ["deep", "value", {"a": [(1, {2: None})]}]),
        ("flag=True", ["flag", "value", True]),
        ("flag=true", ["flag", "value", "true"]),
        ("name='4'", ["name", "value", "4"]),
        ("mode=fast", ["mode", "value", "fast"]),
        ("mode=", ["mode", "value", ""]),
        ("url=http://host/a=b", ["url", "value", "http://host/a=b"]),
        ("call=f(1)", ["call", "value", "f(1)"]),
        ("paths=glob:a/*.jpg", ["paths", "glob", "a/*.jpg"]),
        ("names=lines:list.txt", ["names", "lines", "list.txt"]),
        ("meta=json:a.json", ["meta", "json", "a.json"]),
        ("x=npy:x.npy", ["x", "npy", "x.npy"]),
        ("fn=py:pkg.mod:Class.method", ["fn", "py", "pkg.mod:Class.method"]),
        ("fn=py:dir/file.py:fn", ["fn", "py", "dir/file.py:fn"]),
        ("text=str:4", ["text", "str", "4"]),
        ("text=str:", ["text", "str", ""]),
        ("text=str:glob:x", ["text", "str", "glob:x"]),
        ("text=globs:x", ["text", "value", "globs:x"]),
    ],
)
def test_values(text: str, expected: list[object]) -> None:
    """A literal, else a string, unless a prefix says otherwise."""
    found = parse_argument(text)

    assert found == expected
    assert type(found[2]) is type(expected[2])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("n", "no ="),
        ("=4", "not the name"),
        ("a b=4", "not the name"),
        ("--n=4", "not the name"),
        ("paths=glob:", "nothing comes after glob:"),
        ("x=py:mod", "names no object"),
        ("x=py::fn", "names no object"),
        ("x=py:mod:", "names no object"),
        ("x=py:mod:a b", "names no object"),
    ],
)
def test_wrong_arguments(text: str, said: str) -> None:
    """What cannot be meant is refused at once."""
    with pytest.raises(UsageError, match="--arg") as caught:
        parse_argument(text)

    assert said in caught.value.message
    assert caught.value.slug == "bad-argument"


@given(st.text())
def test_any_value_is_taken(value: str) -> None:
    """Behind NAME= anything may stand, and it can always be sent to the child."""
    try:
        found = parse_argument(f"x={value}")
    except UsageError:
        assert value.partition(":")[0] in {"glob", "lines", "json", "npy", "py"}
    else:
        marshal.dumps(found)
