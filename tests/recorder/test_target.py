"""The text of a target becomes a module or a file and steps, or an error that shows what is wrong."""

import contextlib
import marshal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaudit.errors import UsageError
from genaudit.recorder.target import parse_target


@pytest.mark.parametrize(
    ("text", "module", "steps"),
    [
        pytest.param("data:batches", "data", [["attr", "batches"]], id="module"),
        pytest.param("pkg.data::batches", "pkg.data", [["attr", "batches"]], id="two colons"),
        pytest.param("data:Loader.flow", "data", [["attr", "Loader"], ["attr", "flow"]], id="attribute"),
        pytest.param(
            "data:Loader(8).flow(batch_size=4)",
            "data",
            [["attr", "Loader"], ["call", [8], {}], ["attr", "flow"], ["call", [], {"batch_size": 4}]],
            id="chain",
        ),
        pytest.param("data:make(2)(3)", "data", [["attr", "make"], ["call", [2], {}], ["call", [3], {}]], id="twice"),
        pytest.param(
            "data:f(-1, 2j, {1, 2}, b'x', {'a': [(1,)]}, None, True)",
            "data",
            [["attr", "f"], ["call", [-1, 2j, {1, 2}, b"x", {"a": [(1,)]}, None, True], {}]],
            id="literals",
        ),
        pytest.param("data:f('a:b.py:c')", "data", [["attr", "f"], ["call", ["a:b.py:c"], {}]], id="colons in a text"),
        pytest.param(" data: f ( 1 ) ", "data", [["attr", "f"], ["call", [1], {}]], id="spaces"),
    ],
)
def test_modules(text: str, module: str, steps: list[object]) -> None:
    """A dotted name before the colon is a module."""
    found = parse_target(text)

    assert (found.module, found.file, found.steps) == (module, None, steps)


@pytest.mark.parametrize("name", ["data.py", "my-data.v2.py", "sub dir/my data.py", "sub dir/../data.py"])
@pytest.mark.parametrize("colon", [":", "::"])
def test_files(name: str, colon: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that ends in .py is a file, whatever else is in it; it becomes absolute."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub dir").mkdir()
    (tmp_path / name).write_text("")

    found = parse_target(f"{name}{colon}Loader(1)")

    assert found.module is None
    assert found.file is not None
    assert Path(found.file).is_absolute()
    assert Path(found.file).samefile(tmp_path / name)
    assert found.qualname == "Loader"


def test_links_keep_their_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A linked file is imported under the name that the user gave."""
    (tmp_path / "real.py").write_text("")
    (tmp_path / "link.py").symlink_to(tmp_path / "real.py")
    monkeypatch.chdir(tmp_path)

    assert parse_target("link.py:f").file == str(tmp_path / "link.py")


def test_dictionary_can_be_marshalled() -> None:
    """The child gets it through marshal, which knows plain values only."""
    found = parse_target("data:f([1, {2}], x={'a': (None, ..., 1.5)})").as_dict()

    assert marshal.loads(marshal.dumps(found)) == found
    assert found["text"] == "data:f([1, {2}], x={'a': (None, ..., 1.5)})"


@pytest.mark.parametrize(
    ("text", "slug", "said", "hint"),
    [
        pytest.param("pkg.data.batches", "target-without-colon", "no colon", "pkg.data:batches", id="dots only"),
        pytest.param("pkg.f(1, 'a')", "target-without-colon", "no colon", "pkg:f(1, 'a')", id="dots and a call"),
        pytest.param("data.py", "target-without-colon", "no colon", "data.py:batches", id="file only"),
        pytest.param("data", "target-without-colon", "no colon", "data:batches", id="name of a file"),
        pytest.param("", "target-without-colon", "no colon", "module:NAME", id="empty"),
        pytest.param("data.py:", "target-without-name", "names no", "data.py:batches", id="file without a name"),
        pytest.param("data:", "target-without-name", "names no", "data:batches", id="module without a name"),
        pytest.param(":f", "bad-target", "no module", "module:NAME", id="nothing before the colon"),
        pytest.param("my-data:f", "bad-target", "'my-data'", "my-data.py:f", id="a file's name as a module"),
        pytest.param("notes.ipynb:f", "file-not-found", "notes.ipynb", "note.ipynb", id="notebook"),
        pytest.param("folder/:f", "bad-target", "folder/", "a directory", id="directory"),
        pytest.param("dtaa.py:f", "file-not-found", "dtaa.py", "data.py", id="missing file"),
        pytest.param("nowhere/data.py:f", "file-not-found", "nowhere", "no directory", id="missing directory"),
        pytest.param("data:f(", "target-syntax", "never closed", "", id="open parenthesis"),
        pytest.param("data:class", "target-syntax", "invalid", "", id="keyword"),
        pytest.param("data:A::b", "target-syntax", "invalid", "A.b", id="colons in the name"),
        pytest.param("data:f[0]", "target-syntax", "only names", "write a function", id="subscript"),
        pytest.param("data:f() + 1", "target-syntax", "only names", "write a function", id="operator"),
        pytest.param("data:f(**{'a': 1})", "target-syntax", "** cannot", "", id="double star"),
        pytest.param("data:f(a=1, a=2)", "target-syntax", "a is given twice", "", id="twice"),
        pytest.param("data:f(x)", "target-not-literal", "'x' is not", "for a text write 'x'", id="name"),
        pytest.param("data:f(k=np.mean)", "target-not-literal", "'np.mean'", "--arg k=py:np:mean", id="attribute"),
        pytest.param("data:f(open('x'))", "target-not-literal", "open('x')", "--args-from", id="call"),
        pytest.param("data:f(*[1])", "target-not-literal", "*[1]", "--args-from", id="star"),
        pytest.param("data:f(1 + 2)", "target-not-literal", "1 + 2", "--args-from", id="sum"),
        pytest.param("data:f(lambda: 1)", "target-not-literal", "lambda", "--args-from", id="lambda"),
        pytest.param("data:f(glob('a/*.jpg'))", "target-glob", "glob(", "--arg paths=glob:a/*.jpg", id="glob"),
        pytest.param(
            "data:f(images=sorted(glob.glob('*.png')))", "target-glob", "glob(", "--arg images=glob:*.png", id="sorted"
        ),
        pytest.param(
            "data:f(list(Path('d').rglob('*.png')))", "target-glob", "rglob", "--arg paths=glob:d/**/*.png", id="rglob"
        ),
        pytest.param("data:f(sorted([3, 1]))", "target-not-literal", "sorted", "--args-from", id="sorted, no glob"),
    ],
)
def test_wrong_texts(
    text: str, slug: str, said: str, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each mistake has its own name, its own words, and what to write instead."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "my-data.py").write_text("")
    (tmp_path / "note.ipynb").write_text("{}")
    (tmp_path / "data.py").write_text("def helper(): ...\nclass Loader: ...\ndef batches():\n    yield 1\n")

    with pytest.raises(UsageError) as caught:
        parse_target(text)

    assert (caught.value.slug, caught.value.exit_code) == (slug, 2)
    assert said in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("data:f(é='ü', b=x)", "x)"),
        ("data:  f( 1, y)", "y)"),
        ("data:f(1).g[0]", "f(1).g[0]"),
    ],
)
def test_caret_points_at_the_piece(text: str, marked: str) -> None:
    """The caret stands under the first letter of the wrong piece, also behind letters of several bytes."""
    with pytest.raises(UsageError) as caught:
        parse_target(text)

    _, shown, caret = caught.value.message.splitlines()
    assert shown == f"  {text}"
    assert shown[caret.index("^") :].startswith(marked)


def test_generators_are_suggested_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what a file defines, the generator is the likeliest target; a broken file suggests nothing."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.py").write_text("def helper(): ...\ndef _own(): yield\ndef batches():\n    yield 1\n")
    (tmp_path / "broken.py").write_text("def (")

    with pytest.raises(UsageError) as caught:
        parse_target("data.py")
    assert caught.value.hint == "it defines data.py:batches, data.py:helper"
    with pytest.raises(UsageError) as caught:
        parse_target("broken.py")
    assert "module:NAME" in caught.value.hint


LITERALS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(LITERALS, max_size=3), st.dictionaries(st.sampled_from(["a", "size", "é"]), LITERALS))
def test_any_literals_come_back(args: list[object], kwargs: dict[str, object]) -> None:
    """What repr() writes is read back as it was."""
    inside = [repr(value) for value in args] + [f"{name}={value!r}" for name, value in kwargs.items()]

    assert parse_target(f"data:f({', '.join(inside)})").steps[-1] == ["call", args, kwargs]


@given(st.text() | st.text(alphabet="data:py.f(x)[]'\"1,=*\\\n\0 #é", max_size=30).map("data:".__add__))
def test_any_text_parses_or_is_refused(text: str) -> None:
    """Whatever is typed, near misses too, there is no traceback."""
    with contextlib.suppress(UsageError):
        assert parse_target(text).steps[0][0] == "attr"


@pytest.mark.parametrize("text", ["x" * 300, "x-" * 300 + ":f", "x/" * 300 + "y.py:f", "x" * 300 + ".py:f"])
def test_what_is_too_long_for_a_name_is_refused(text: str) -> None:
    """The system does not even look for such a file."""
    with pytest.raises(UsageError):
        parse_target(text)
