"""Modules and files are imported as Python would, and names are followed up to the last call."""

import sys
from pathlib import Path
from typing import Any

import pytest

from genaudit.recorder.child.call import resolve
from genaudit.recorder.child.guard.refusal import Refusal
from genaudit.recorder.target import parse_target
from tests.recorder.child.conftest import Write


def load(text: str) -> Any:
    return resolve.load_module(parse_target(text).as_dict())


def walk(text: str) -> Any:
    target = parse_target(text).as_dict()
    return resolve.walk(resolve.load_module(target), target["steps"])


def test_current_directory_is_importable(write: Write) -> None:
    """It comes first on the path."""
    write("mydata.py", "x = 1")

    assert load("mydata:x").x == 1
    assert sys.path[0] == str(Path.cwd())


def test_package_module(write: Write) -> None:
    """A dotted name, with relative imports."""
    write("mypkg/__init__.py")
    write("mypkg/helpers.py", "y = 2")
    write("mypkg/data.py", "from .helpers import y")

    assert load("mypkg.data:y").y == 2


def test_file_in_a_package(write: Write) -> None:
    """A file of a package is imported by its dotted name, so that relative imports work."""
    write("src/mypkg/__init__.py")
    write("src/mypkg/sub/__init__.py")
    write("src/mypkg/helpers.py", "y = 2")
    write("src/mypkg/sub/data.py", "from ..helpers import y")

    module = load("src/mypkg/sub/data.py:y")

    assert (module.__name__, module.y) == ("mypkg.sub.data", 2)
    assert load("src/mypkg/__init__.py:y").__name__ == "mypkg"


@pytest.mark.parametrize("source", ["src", "lib", "python"])
def test_package_that_is_not_installed(write: Write, source: str) -> None:
    """It is found in the folder of sources by its own name, with and without files that make its folders packages."""
    write(f"{source}/own_{source}/helpers.py", "y = 2")
    write(f"{source}/own_{source}/sub/data.py", "from ..helpers import y\nimport beside")
    write(f"{source}/beside.py")

    assert load(f"own_{source}.sub.data:y").y == 2
    assert load(f"beside:{source}").__name__ == "beside"


def test_an_installed_package_comes_before_one_in_a_folder_of_sources(write: Write) -> None:
    """As for the import statement."""
    write("src/json/__init__.py", "x = 1")

    assert not hasattr(load("json:x"), "x")


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("src/bare/sub/data.py", "bare.sub.data"),
        ("bare/sub/data.py", "bare.sub.data"),
        ("project/bare/sub/data.py", "project.bare.sub.data"),
    ],
)
def test_relative_imports_without_init_files(write: Write, file: str, name: str) -> None:
    """The folders are packages all the same, from the folder of sources or from the current one."""
    folder = file.rpartition("/sub/")[0]
    write(f"{folder}/helpers.py", "y = 2")
    write(f"{folder}/sub/near.py", "z = 3")
    write(file, "from ..helpers import y\nfrom .near import z")
    module = load(f"{file}:y")

    assert (module.__name__, module.y, module.z) == (name, 2, 3)


def test_relative_imports_elsewhere(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As far up as the file goes."""
    write("far/bare2/helpers.py", "y = 2")
    write("far/bare2/sub/data.py", "    # from .... import no\nfrom ..helpers import y")
    write("here/empty.py")
    monkeypatch.chdir(tmp_path / "here")

    assert load("../far/bare2/sub/data.py:y").__name__ == "bare2.sub.data"


def test_loose_file(write: Write) -> None:
    """A loose file finds the files beside it, and others find it by its name."""
    write("some dir/beside.py", "y = 3")
    write("some dir/loose.py", "from beside import y")

    module = load("some dir/loose.py:y")

    assert (module.__name__, module.y) == ("loose", 3)
    assert sys.modules["loose"] is module
    assert sys.path[:2] == [str(Path.cwd() / "some dir"), str(Path.cwd())]


@pytest.mark.parametrize("name", ["my-data.py", "1 data.py", "data.v2.py"])
def test_file_whose_name_is_no_identifier(name: str, write: Write) -> None:
    """Also inside a package, where it can have no dotted name."""
    write(name, "x = 4")
    write(f"mypkg/{name}", "x = 5")
    write("mypkg/__init__.py")

    assert load(f"{name}:x").x == 4
    assert load(f"mypkg/{name}:x").x == 5


def test_file_is_loaded_once(write: Write) -> None:
    """The function of --args-from lives in the same module object as the target."""
    write("once.py", "x = []")

    assert load("once.py:x") is load("once.py:x")
    assert load("once:x") is load("once.py:x")


def test_file_with_the_name_of_a_loaded_module(write: Write) -> None:
    """The module of the standard library keeps its name."""
    import token

    write("token.py", "x = 6")

    module = load("token.py:x")

    assert module.x == 6
    assert sys.modules["token"] is token
    assert load("token.py:x") is module


def test_main_block_does_not_run(write: Write) -> None:
    """A file is imported, not run as a script."""
    write("script.py", "x = 1\nif __name__ == '__main__': raise SystemExit(1)")

    assert load("script.py:x").x == 1


@pytest.mark.parametrize("text", ["raises:x", "raises.py:x"])
@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("raise ValueError('mine')", ValueError),
        ("raise SystemExit(3)", SystemExit),
        ("import a_module_that_is_not_there", ModuleNotFoundError),
        ("from os import nothing_like_this", ImportError),
        ("def (", SyntaxError),
    ],
)
def test_what_the_import_raises_passes(text: str, source: str, error: type[BaseException], write: Write) -> None:
    """It is the user's own, and is to be shown with its traceback."""
    write("raises.py", source)

    with pytest.raises(error):
        load(text)
    assert "raises" not in sys.modules


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("nothere:x", "there is no module 'nothere'", "looked in"),
        ("mydta:x", "there is no module 'mydta'", "did you mean mydata?"),
        ("mypkg.hlpers:x", "there is no module 'mypkg.hlpers'", "did you mean mypkg.helpers?"),
        ("nopkg.data:x", "there is no module 'nopkg.data'", "looked in"),
        ("mydata.sub:x", "'mydata' is not a package", ""),
        ("mypkg2.inne:x", "there is no module 'mypkg2.inne'", "did you mean mypkg2.inner?"),
    ],
)
def test_missing_modules(text: str, message: str, hint: str, write: Write) -> None:
    """A missing module is the target's own; near names are offered."""
    write("mydata.py")
    write("mypkg/__init__.py")
    write("mypkg/helpers.py")
    write("src/mypkg2/inner.py")

    with pytest.raises(Refusal) as caught:
        load(text)

    assert (caught.value.slug, caught.value.exit_code) == ("module-not-found", 3)
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_missing_file(write: Write) -> None:
    """The file may have gone since the target was parsed."""
    with pytest.raises(Refusal) as caught:
        resolve.load_module({"module": None, "file": "/nowhere/data.py"})

    assert (caught.value.slug, caught.value.exit_code) == ("file-not-found", 3)


def test_package_shadowed_by_another(write: Write) -> None:
    """A package that cannot be imported by its name is refused, not confused with the other one."""
    write("email/__init__.py")
    write("email/mime/__init__.py")
    write("email/mime/text.py", "x = 1")
    import email.mime.text  # noqa: F401

    with pytest.raises(Refusal) as caught:
        load("email/mime/text.py:x")

    assert caught.value.slug == "module-shadowed"


SOURCE = """
    import functools

    def batches(n=1):
        for i in range(n):
            yield i

    def other(): return [1]

    class Loader:
        attribute = [7]
        def __init__(self, size, *, deep=0): self.size = size
        def flow(self, batch_size=2): return [self.size] * batch_size
        @property
        def broken(self): return self.nothing
        class Inner: pass

    class Callable:
        def __call__(self): return iter([])

    class Sequence:
        def __getitem__(self, i): return i
        def __call__(self): raise AssertionError

    def nested(): return batches

    called, sequence, bound = Callable(), Sequence(), functools.partial(batches, 3)
    items, number, running = [1, 2], 5, batches()
"""


@pytest.mark.parametrize(
    ("text", "name", "args", "kwargs"),
    [
        ("t:batches", "batches", [], {}),
        ("t:batches(3)", "batches", [3], {}),
        ("t:Loader", "Loader", [], {}),
        ("t:Loader(3, deep=1)", "Loader", [3], {"deep": 1}),
        ("t:Loader(3).flow", "Loader.flow", [], {}),
        ("t:Loader(3).flow(batch_size=4)", "Loader.flow", [], {"batch_size": 4}),
        ("t:Loader.flow", "Loader.flow", [], {}),
        ("t:Loader.Inner", "Loader.Inner", [], {}),
        ("t:nested()(2)", "batches", [2], {}),
        ("t:called", "", [], {}),
        ("t:bound", "", [], {}),
    ],
)
def test_last_call_is_pending(
    text: str, name: str, args: list[object], kwargs: dict[str, object], write: Write
) -> None:
    """Calls before the last are made; the last is given back."""
    write("t.py", SOURCE)

    value, pending = walk(text)

    assert pending is not None
    assert pending == (value, args, kwargs)
    assert getattr(value, "__qualname__", "") == name


@pytest.mark.parametrize(
    "text", ["t:items", "t:number", "t:running", "t:sequence", "t:Loader(1).attribute", "t:Loader(9).size"]
)
def test_objects_are_not_called(text: str, write: Write) -> None:
    """What can be iterated over as it is, or cannot be called, is no pending call."""
    write("t.py", SOURCE)

    assert walk(text)[1] is None


def test_pending_arguments_are_copies(write: Write) -> None:
    """Binding them does not change the target."""
    write("t.py", SOURCE)
    steps: list[list[Any]] = [["attr", "batches"], ["call", [1], {"a": 2}]]

    _, pending = resolve.walk(load("t:x"), steps)
    assert pending is not None
    pending[1].append(2)
    pending[2]["b"] = 3

    assert steps[1] == ["call", [1], {"a": 2}]


@pytest.mark.parametrize(
    ("text", "slug", "message", "hint", "code"),
    [
        ("t:batchs", "attribute-not-found", "t.py) has no attribute 'batchs'", "did you mean batches?", 3),
        ("t:zzz", "attribute-not-found", "has no attribute 'zzz'", "it defines batches, other, Loader", 3),
        ("t:Loader(1).flw()", "attribute-not-found", "Loader(…) has no attribute 'flw'", "did you mean flow?", 3),
        ("t:items()", "not-callable", "items cannot be called: it is a list", "leave the parentheses out", 3),
        ("t:number.real()", "not-callable", "number.real cannot be called: it is an int", "", 3),
        ("t:Loader().flow()", "arguments", "missing a required argument: 'size'", "--arg is for the last call", 2),
        ("t:Loader(1, 2).flow()", "arguments", "Loader(size, *, deep=0)", "", 2),
        ("t:Loader(1, wide=2).flow()", "arguments", "'wide'", "", 2),
    ],
)
def test_refusals(text: str, slug: str, message: str, hint: str, code: int, write: Write) -> None:
    """Each says what is there instead."""
    write("t.py", SOURCE)

    with pytest.raises(Refusal) as caught:
        walk(text)

    assert (caught.value.slug, caught.value.exit_code) == (slug, code)
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_failing_property_is_the_users_own(write: Write) -> None:
    """An AttributeError from inside of a property is no missing attribute."""
    write("t.py", SOURCE)

    with pytest.raises(AttributeError, match="nothing"):
        walk("t:Loader(1).broken")


def test_submodule_that_is_not_imported(write: Write) -> None:
    """pkg:sub.fn is written pkg.sub:fn."""
    write("mypkg/__init__.py")
    write("mypkg/sub.py", "def fn(): yield 1")

    with pytest.raises(Refusal) as caught:
        walk("mypkg:sub.fn")

    assert caught.value.hint == "mypkg.sub is a module: write mypkg.sub:NAME"


def test_file_hidden_by_a_loaded_module(write: Write) -> None:
    """A file named as a module that is loaded already is found by its path."""
    write("token.py", "def batches(): yield 1")

    with pytest.raises(Refusal) as caught:
        walk("token:batches")

    assert caught.value.hint == "another module has the name of your file; write token.py:batches"
