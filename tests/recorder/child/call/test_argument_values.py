"""Values with a prefix are read in the target's process."""

import sys
from pathlib import Path

import numpy as np
import pytest

from genaudit.recorder.child.call.argument_values import value_of
from genaudit.recorder.child.dataset.subset import is_mapped
from genaudit.recorder.child.guard.refusal import Refusal
from tests.recorder.child.conftest import Write


def test_plain_values_pass() -> None:
    """Literals, and text that is not to be read as one."""
    assert value_of("x", "value", {"a": (1,)}) == {"a": (1,)}
    assert value_of("x", "str", "glob:4") == "glob:4"


def test_glob(write: Write) -> None:
    """Sorted, into folders with **, as strings or as paths."""
    for name in ("b.jpg", "a.jpg", "sub/c.jpg", "d.png"):
        write(name)

    assert value_of("x", "glob", "*.jpg") == ["a.jpg", "b.jpg"]
    assert value_of("x", "glob", "**/*.jpg") == ["a.jpg", "b.jpg", "sub/c.jpg"]
    assert value_of("x", "glob", "*.png", as_path=True) == [Path("d.png")]


def test_glob_at_home(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell does not see the ~ behind the prefix."""
    path = write("home/a.jpg")
    monkeypatch.setenv("HOME", str(path.parent))

    assert value_of("x", "glob", "~/*.jpg") == [str(path)]


def test_lines(write: Write) -> None:
    """Without line ends and empty lines; spaces inside of a line stay."""
    Path("list.txt").write_bytes("a b\r\n\n ü \n  \nlast".encode())

    assert value_of("x", "lines", "list.txt") == ["a b", " ü ", "last"]


def test_json(write: Write) -> None:
    """A file, or the JSON itself."""
    write("a.json", '{"a": [1, null]}')

    assert value_of("x", "json", "a.json") == {"a": [1, None]}
    assert value_of("x", "json", '{"b": 2}') == {"b": 2}
    assert value_of("x", "json", " [1]") == [1]


def test_npy(write: Write) -> None:
    """A plain array over a mapped file: pages of it are no memory that the arguments hold."""
    np.save("x.npy", np.arange(6).reshape(2, 3))

    found = value_of("x", "npy", "x.npy")

    assert type(found) is np.ndarray
    assert is_mapped(found)
    assert found.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_what_is_written_into_a_mapped_array_stays_out_of_the_file(write: Write) -> None:
    """A target may normalise in place, as it can in an array that was read."""
    np.save("x.npy", np.ones(4))

    value_of("x", "npy", "x.npy")[:] = 7.0

    assert np.load("x.npy").tolist() == [1.0] * 4


@pytest.mark.parametrize("array", [np.zeros((0, 3)), np.float64(2.5)], ids=["empty", "without dimensions"])
def test_what_cannot_be_mapped_is_read(write: Write, array: np.ndarray) -> None:
    """Its values and its shape are the same."""
    np.save("x.npy", array)

    found = value_of("x", "npy", "x.npy")

    assert np.shape(found) == np.shape(array)
    assert np.array_equal(found, array)


def test_py(write: Write) -> None:
    """An object of a module or a file, attributes followed."""
    write("mymod.py", "class A:\n    b = [1]\ndef fn(): ...")

    assert value_of("x", "py", "mymod:A.b") == [1]
    assert value_of("x", "py", "mymod.py:A.b") is value_of("x", "py", "mymod:A.b")
    assert value_of("x", "py", "mymod::fn") is sys.modules["mymod"].fn


@pytest.mark.parametrize(
    ("kind", "raw", "slug", "said", "code"),
    [
        ("glob", "*.gif", "glob-empty", "matches no file, seen from", 2),
        ("lines", "no.txt", "argument-file-not-found", "--arg x=lines:no.txt: there is no such file, seen from", 2),
        ("lines", "latin.txt", "argument-unreadable", "cannot be read", 2),
        ("lines", "folder", "argument-file-not-found", "no regular file", 2),
        ("json", "no.json", "argument-file-not-found", "no such file", 2),
        ("json", "bad.json", "argument-unreadable", "cannot be read", 2),
        ("json", "{bad", "argument-unreadable", "cannot be read", 2),
        ("npy", "no.npy", "argument-file-not-found", "no such file", 2),
        ("npy", "bad.json", "argument-unreadable", "cannot be read", 2),
        ("npy", "objects.npy", "argument-unreadable", "cannot be read", 2),
        ("py", "nowhere:x", "module-not-found", "--arg x=py:nowhere:x: there is no module", 3),
        ("py", "mymod:zz", "attribute-not-found", "has no attribute 'zz'", 3),
        ("py", "mymod", "bad-argument", "names no object", 2),
    ],
)
def test_refusals(kind: str, raw: str, slug: str, said: str, code: int, write: Write) -> None:
    """What is missing or cannot be read is said with the argument as it was given."""
    write("mymod.py")
    write("bad.json", "{")
    write("folder/x")
    Path("latin.txt").write_bytes(b"\xff\xfe\xfa")
    np.save("objects.npy", np.array([{}], dtype=object))

    with pytest.raises(Refusal) as caught:
        value_of("x", kind, raw)

    assert (caught.value.slug, caught.value.exit_code) == (slug, code)
    assert said in caught.value.message


def test_absolute_patterns_need_no_place(write: Write) -> None:
    """Where it was looked for is clear then."""
    with pytest.raises(Refusal) as caught:
        value_of("x", "glob", "/nowhere/*.jpg")

    assert caught.value.message == "--arg x=glob:/nowhere/*.jpg: matches no file"


def test_what_the_users_module_raises_passes(write: Write) -> None:
    """It is shown with its traceback."""
    write("mymod.py", "raise ValueError('mine')")

    with pytest.raises(ValueError, match="mine"):
        value_of("x", "py", "mymod:x")
