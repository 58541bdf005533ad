"""All sources of arguments together become one call, with the data set at the size of the trial."""

import functools
import json
import os
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from genaudit.model.marks import ArgumentsMark
from genaudit.recorder.argument_text import parse_argument
from genaudit.recorder.child.call import resolve
from genaudit.recorder.child.call.arguments import Bound, prepare, prepare_target
from genaudit.recorder.child.dataset import subset
from genaudit.recorder.child.guard.refusal import Refusal
from genaudit.recorder.target import parse_target
from tests.recorder.child.conftest import Write


def gen(paths, labels=None, batch_size=4, *, mode="a", **options):
    yield paths, labels, batch_size, mode, options


class Loader:
    def __init__(self, paths, batch_size=2):
        self.paths = paths

    def flow(self, batch_size=2):
        yield self.paths[:batch_size]


class Bare:
    """Without a constructor of its own."""


def target(text: str) -> dict[str, Any]:
    return parse_target(text).as_dict()


def arg(*texts: str) -> list[list[Any]]:
    return [parse_argument(text) for text in texts]


def check_facts(bound: Bound) -> None:
    """The facts are the fields of the mark, and JSON can carry them."""
    mark = {"mark": "arguments", "at_s": 0.0, **bound.facts}
    assert set(mark) - {"mark"} == set(ArgumentsMark.__struct_fields__)
    msgspec.json.decode(json.dumps(mark), type=ArgumentsMark)


def test_order_of_sources(write: Write) -> None:
    """Defaults, configuration, --args-from, literals in the target, --arg: the later wins."""
    write("conf.py", "def fn(): return {'paths': 'F', 'labels': 'F', 'batch_size': 'F', 'mode': 'F'}")
    spec = {
        "config_arguments": {"paths": "C", "mode": "C", "labels": "C", "extra": "C"},
        "args_from": target("conf:fn"),
        "arguments": arg("mode=A"),
    }
    bound = prepare(gen, [], {"batch_size": 7, "mode": "T"}, spec)

    assert next(bound.call()) == ("F", "F", 7, "A", {"extra": "C"})
    assert bound.values == {"paths": "F", "labels": "F", "batch_size": 7, "mode": "A", "extra": "C"}
    check_facts(bound)


def test_last_of_equal_arguments_wins() -> None:
    """And the ones before are not even read."""
    bound = prepare(gen, ["p"], {}, {"arguments": arg("mode=glob:/nowhere/*", "mode=3")})

    assert bound.values["mode"] == 3


def test_call_again() -> None:
    """Another epoch gets a fresh generator with the same arguments."""
    bound = prepare(gen, [["x"]], {}, {})

    first, second = bound.call(), bound.call()
    assert first is not second
    assert next(first)[0] is next(second)[0]
    assert bound.again == bound.call


def test_object_needs_no_call(write: Write) -> None:
    """It is given as it is, and there is no second one."""
    items = [1, 2]
    bound = prepare_target((items, None), {})

    assert bound.call() is items
    assert bound.again is None
    assert bound.facts["kind"] == "object"
    check_facts(bound)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"arguments": arg("a=1")}, "--arg was given"),
        ({"args_from": {"module": "x"}}, "--args-from"),
        ({"synth": {"n": 1}}, "--synth"),
        ({"dataset": "x"}, "--dataset x"),
    ],
)
def test_object_takes_no_arguments(spec: dict[str, Any], said: str) -> None:
    """Said, not ignored."""
    with pytest.raises(Refusal) as caught:
        prepare_target(([1], None), spec)

    assert said in caught.value.message
    assert caught.value.exit_code == 2


def test_pending_call_is_bound() -> None:
    """As walk() leaves it."""
    assert next(prepare_target((gen, (gen, ["p"], {"mode": 1})), {}).call())[3] == 1


@pytest.mark.parametrize(
    ("function", "kind", "name", "begins"),
    [
        (gen, "generator-function", "gen", "def gen("),
        (functools.partial(gen, labels=3), "generator-function", "gen", "def gen("),
        (functools.lru_cache(gen), "generator-function", "gen", "def gen("),
        (Loader, "class", "Loader", "    def __init__("),
        (Bare, "class", "Bare", "class Bare:"),
    ],
)
def test_facts_of_callables(function: Any, kind: str, name: str, begins: str) -> None:
    """Where it takes its arguments, seen through wrappers."""
    facts = prepare(function, [] if function is Bare else ["p"], {}, {}).facts

    assert (facts["kind"], facts["function"], facts["path"]) == (kind, name, __file__)
    with open(__file__) as file:
        line = file.read().splitlines()[facts["line"] - 1]
    assert line.startswith(begins)
    assert facts["project_root"] == str(Path(__file__).parents[4])


def test_method_and_builtin() -> None:
    """A method of an object; a callable without Python code has no place."""
    assert next(prepare(Loader("abc").flow, [], {}, {"arguments": arg("batch_size=3")}).call()) == "abc"
    bound = prepare(zip, [[1], [2]], {}, {})
    assert list(bound.call()) == [(1, 2)]
    assert (bound.facts["path"], bound.facts["line"]) == (None, None)
    # Python 3.13 gave it a signature.
    assert bound.facts["signature"] in {"zip(...)", "zip(*iterables, strict=False)"}


def test_arguments_are_described(files: list[str]) -> None:
    """Short; what is secret is for the parent to tell."""
    facts = prepare(gen, [files], {"password": "hunter2", "x": np.zeros((2, 3))}, {"size": {"items": 10}}).facts

    assert facts["arguments"] == {
        "paths": "list of 10 paths",
        "labels": "None",
        "batch_size": "4",
        "mode": "'a'",
        "password": "'hunter2'",
        "x": "ndarray float64 (2, 3)",
    }
    assert facts["signature"] == "gen(paths, labels=None, batch_size=4, *, mode='a', **options)"


@pytest.mark.parametrize(
    ("size", "items"),
    [
        (None, 40),
        ({"all": True}, 40),
        ({"items": 10}, 10),
        ({"items": 40}, 40),
        ({"items": 41}, 40),
        ({"items": 1}, 1),
        ({"auto": {"share": 8, "at_least": 16, "batches": 4}}, 16),
        ({"auto": {"share": 2, "at_least": 16, "batches": 4}}, 20),
        ({"auto": {"share": 8, "at_least": 2, "batches": 4}}, 16),
        ({"auto": {"share": 8, "at_least": 2, "batches": 1}}, 5),
        ({"auto": {"share": 1, "at_least": 90, "batches": 1}}, 40),
    ],
)
def test_sizes(size: dict[str, Any] | None, items: int, files: list[str]) -> None:
    """The size of the trial, never more than there is."""
    bound = prepare(gen, [files], {"labels": list(range(40))}, {"size": size})

    assert len(bound.values["paths"]) == len(bound.values["labels"]) == items == bound.facts["items"]
    assert bound.facts["dataset_items"] == 40
    assert (bound.facts["dataset_parameter"], bound.facts["dataset_kind"]) == ("paths", "files")
    assert bound.facts["along"] == ["labels"]
    assert bound.facts["file_bytes_per_item"] == pytest.approx(119.5)
    check_facts(bound)


@pytest.mark.parametrize(
    ("values", "guess"),
    [
        ({}, 32),
        ({"batch_size": 8, "minibatch": 3}, 8),
        ({"num_batches": 7}, 32),
        ({"batches_per_epoch": 7}, 32),
        ({"n_batch": 7}, 32),
        ({"max_batch_size": 7}, 7),
        ({"num_batches": 7, "batchsize": 5}, 5),
        ({"train_batch_size": 6}, 6),
        ({"bs": 9}, 9),
        ({"bs": 9, "batch": 4}, 4),
        ({"batch_size": True}, 32),
        ({"batch_size": 0}, 32),
        ({"batch_size": 2.0}, 32),
    ],
)
def test_batch_guess(values: dict[str, Any], guess: int) -> None:
    """A positive whole number under a name that says batch, not batches."""
    assert subset.batch_guess(values) == guess


def test_directory_is_scaled(files: list[str], tmp_path: Path) -> None:
    """Below the scratch folder, which the parent removes."""

    def read(root):
        yield from sorted(os.listdir(f"{root}/class_1"))

    spec = {"size": {"items": 4}, "scratch": str(tmp_path / "scratch")}
    bound = prepare(read, [str(tmp_path / "files")], {}, spec)

    assert list(bound.call()) == ["020.jpg", "030.jpg"]
    assert (bound.facts["dataset_kind"], bound.facts["items"]) == ("directory", 4)


def test_without_a_data_set() -> None:
    """Absent is None, never 0."""
    facts = prepare(gen, ["nothing"], {}, {"size": {"items": 4}}).facts

    for name in ("dataset_parameter", "dataset_kind", "dataset_items", "items", "file_bytes_per_item"):
        assert facts[name] is None
    assert facts["along"] == []


def test_default_may_be_the_data_set(files: list[str]) -> None:
    """Nobody gave it, and yet it grows with the data."""

    def own(paths=tuple(files)):
        yield len(paths)

    assert next(prepare(own, [], {}, {"size": {"items": 5}}).call()) == 5


def test_extra_positional_may_be_the_data_set(files: list[str]) -> None:
    """Also where a callable has no names for its arguments."""
    bound = prepare(zip, [files, list(range(40))], {}, {"size": {"items": 2}})

    assert list(bound.call()) == [(files[0], 0), (files[20], 20)]
    assert bound.facts["dataset_parameter"] in {"args[0]", "iterables[0]"}


def test_glob_for_paths(files: list[str], tmp_path: Path) -> None:
    """--arg with a pattern; Path objects where the annotation wants them."""

    def paths_of(paths: list[Path]):
        yield paths

    spec = {"arguments": arg(f"paths=glob:{tmp_path}/files/**/*.jpg"), "size": {"items": 2}}
    assert prepare(gen, [], {}, spec).values["paths"] == [files[0], files[20]]
    assert prepare(paths_of, [], {}, spec).values["paths"] == [Path(files[0]), Path(files[20])]


# --args-from


def test_args_from_with_n(write: Write, files: list[str]) -> None:
    """Called with the size of the trial; what it returns is not cut again."""
    write("conf.py", f"FILES = {files!r}\ndef fn(n, seed=3): return {{'paths': FILES[:n], 'mode': n}}")
    spec = {"args_from": target("conf:fn"), "size": {"items": 30}, "items": 2000}

    bound = prepare(gen, [], {}, spec)

    assert (len(bound.values["paths"]), bound.values["mode"]) == (30, 30)
    facts = bound.facts
    assert (facts["dataset_parameter"], facts["dataset_kind"]) == ("fn(n)", "function")
    assert (facts["dataset_items"], facts["items"]) == (2000, 30)
    assert facts["file_bytes_per_item"] == pytest.approx(114, abs=2)
    check_facts(bound)


@pytest.mark.parametrize(
    ("source", "items", "total"),
    [
        ("def fn(n): return {'paths': n}", None, 512),
        ("def fn(n): return {'paths': n}", 300, 300),
        ("def fn(n=400): return {'paths': n}", None, 400),
        ("def fn(n=400): return {'paths': n}", 300, 300),
        ("def fn(n=None): return {'paths': n}", None, 512),
        ("def fn(n=0): return {'paths': n}", None, 512),
        ("def fn(n, /): return {'paths': n}", None, 512),
        ("def fn(*, n): return {'paths': n}", None, 512),
        ("def fn(a=1, *, n): return {'paths': n}", None, 512),
        ("class fn:\n  def __new__(cls, n): return {'paths': n}", None, 512),
        ("fn = lambda count: {'paths': count}", 7, 7),
    ],
)
def test_size_for_args_from(source: str, items: int | None, total: int, write: Write) -> None:
    """--items, else the parameter's own default, else 512."""
    write("conf.py", source)

    bound = prepare(gen, [], {}, {"args_from": target("conf:fn"), "items": items})

    assert bound.values["paths"] == bound.facts["dataset_items"] == bound.facts["items"] == total


def test_automatic_size_for_args_from(write: Write) -> None:
    """The size of a batch is taken from what is known before the function is called."""
    write("conf.py", "def fn(n): return {'paths': n}")
    auto = {"auto": {"share": 100, "at_least": 3, "batches": 4}}

    assert prepare(gen, [], {"batch_size": 5}, {"args_from": target("conf:fn"), "size": auto}).facts["items"] == 20


@pytest.mark.parametrize("text", ["conf:fn", "conf:fixed(5)", "conf.py:fn"])
def test_args_from_without_n(text: str, write: Write, files: list[str]) -> None:
    """Then the data set is found by value as ever, and cut."""
    write("conf.py", f"def fn(): return {{'paths': {files!r}}}\ndef fixed(n): return fn()")

    facts = prepare(gen, [], {}, {"args_from": target(text), "size": {"items": 4}}).facts

    assert (facts["dataset_kind"], facts["dataset_items"], facts["items"]) == ("files", 40, 4)


def test_args_from_gives_a_pair(write: Write) -> None:
    """Positional and keyword arguments."""
    write("conf.py", "def fn(): return (['p', 'l'], {'mode': 'm'})")

    assert next(prepare(gen, [], {"labels": "T"}, {"args_from": target("conf:fn")}).call()) == ("p", "T", 4, "m", {})


@pytest.mark.parametrize(
    ("source", "slug", "code"),
    [
        ("def fn(): return [1]", "args-from-result", 2),
        ("def fn(): yield {}", "args-from-result", 2),
        ("def fn(): return {1: 2}", "args-from-result", 2),
        ("def fn(): return ('ab', {})", "args-from-result", 2),
        ("def fn(): return {'paths': 1, 'modes': 2}", None, None),
        ("def fn(a, b): return {}", "args-from-parameters", 2),
        ("fn = [1]", "args-from-not-callable", 2),
        ("", "attribute-not-found", 3),
    ],
)
def test_wrong_args_from(source: str, slug: str | None, code: int | None, write: Write) -> None:
    """What it must be is said."""
    write("conf.py", source)
    spec = {"args_from": target("conf:fn")}
    if slug is None:
        assert prepare(gen, [], {}, spec).values["modes"] == 2
        return
    with pytest.raises(Refusal) as caught:
        prepare(gen, [], {}, spec)
    assert (caught.value.slug, caught.value.exit_code) == (slug, code)


def test_what_args_from_raises_passes(write: Write) -> None:
    """It is the user's own code."""
    write("conf.py", "def fn(): raise ValueError('mine')")

    with pytest.raises(ValueError, match="mine"):
        prepare(gen, [], {}, {"args_from": target("conf:fn")})


# --synth


@pytest.fixture
def synth(files: list[str], tmp_path: Path) -> dict[str, Any]:
    """What make_synth() gives, of forty files."""
    labels = [i // 20 for i in range(40)]
    return {
        "kind": "images",
        "plural": "images",
        "inside": "in 2 class folders",
        "directory": str(tmp_path / "files"),
        "files": files,
        "labels": labels,
        "classes": 2,
        "size": [9, 8],
        "n": 40,
    }


def test_synth_is_cut_with_its_labels(synth: dict[str, Any], files: list[str]) -> None:
    """And a count of images follows."""

    def train(image_paths, labels, batch_size, num_images):
        yield image_paths, labels, batch_size, num_images

    bound = prepare(train, [], {}, {"synth": synth, "size": {"items": 2}})

    assert next(bound.call()) == ([files[0], files[20]], [0, 1], 32, 2)
    assert bound.facts["filled"]["image_paths"] == "list of 40 paths of made images"
    assert bound.facts["dataset_items"] == 40
    check_facts(bound)


def test_synth_for_a_class_with_a_directory(synth: dict[str, Any], tmp_path: Path) -> None:
    """Through links, as any directory."""

    class Folder:
        def __init__(self, data_dir, output_dir="/"): ...

    spec = {"synth": synth, "size": {"items": 4}, "scratch": str(tmp_path / "scratch")}
    facts = prepare(Folder, [], {}, spec).facts

    assert (facts["kind"], facts["dataset_parameter"], facts["dataset_kind"], facts["items"]) == (
        "class", "data_dir", "directory", 4,
    )  # fmt: skip


def test_synth_leaves_given_values(synth: dict[str, Any]) -> None:
    """Only what nothing else gave is filled."""
    bound = prepare(gen, [], {}, {"synth": synth, "arguments": arg("batch_size=5")})

    assert bound.facts["filled"] == {"paths": "list of 40 paths of made images"}
    assert (bound.values["batch_size"], bound.values["labels"]) == (5, None)


@pytest.mark.parametrize(("n", "items"), [(1, 10), (10, 10), (11, 20), (20, 20), (21, 40), (40, 40), (99, 40)])
def test_made_files_of_fewer_rows(n: int, items: int, tmp_path: Path) -> None:
    """Of a format that the child cannot cut: the smallest that has as many rows; a number of rows follows."""
    for rows in (10, 20, 40):
        (tmp_path / f"{rows}.h5").write_bytes(bytes(rows))
    made = {
        "kind": "h5", "plural": "rows", "directory": str(tmp_path), "labels": [0] * 40, "classes": 1, "n": 40,
        "file": str(tmp_path / "40.h5"), "files": [str(tmp_path / "40.h5")], "what": "HDF5 file of 40 rows",
        "smaller": [[rows, str(tmp_path / f"{rows}.h5")] for rows in (10, 20)],
    }  # fmt: skip

    def rows_of(h5_path: Path, n_items): ...

    bound = prepare(rows_of, [], {}, {"synth": made, "size": {"items": n}})

    assert bound.values == {"h5_path": tmp_path / f"{items}.h5", "n_items": items}
    assert (bound.facts["dataset_items"], bound.facts["items"], bound.facts["dataset_kind"]) == (40, items, "made")
    assert bound.facts["file_bytes_per_item"] == 1
    check_facts(bound)


# Refusals


def needy(paths, labels, *, size, mode=1): ...


@pytest.mark.parametrize(
    ("function", "args", "spec", "slug", "said", "hint"),
    [
        (
            needy,
            [],
            {},
            "missing-arguments",
            "needs values for paths, labels, size",
            "--arg 'paths=glob:FOLDER/*' --arg labels=…",
        ),
        (needy, ["p", "l"], {}, "missing-arguments", "needs a value for size", "--arg size=…"),
        (needy, [], {}, "missing-arguments", "needs values", "py:MODULE:NAME gives an object of your own, --args-from"),
        (Loader, [], {}, "missing-arguments", "Loader(paths, batch_size=2)", "--arg 'paths=glob:FOLDER/*'"),
        (Loader.flow, [], {}, "missing-arguments", "needs a value for self", "Loader(…).flow"),
        (needy, [], {"arguments": arg("sise=1")}, "unknown-argument", "'sise' (--arg)", "did you mean size?"),
        (needy, [], {"config_arguments": {"sizes": 1}}, "unknown-argument", "(the configuration)", "size"),
        (needy, [1, 2, 3], {}, "too-many-arguments", "takes 2 positional arguments", ""),
        (gen, ["p"], {"arguments": arg("labels=glob:/nowhere/*")}, "glob-empty", "matches no file", ""),
        (gen, ["p"], {"dataset": "z"}, "unknown-dataset", "--dataset z", "paths, labels"),
    ],
)
def test_refusals(function: Any, args: list[Any], spec: dict[str, Any], slug: str, said: str, hint: str) -> None:
    """Wrong use, with the signature."""
    with pytest.raises(Refusal) as caught:
        prepare(function, args, {}, spec)

    assert (caught.value.slug, caught.value.exit_code) == (slug, 2)
    assert said in caught.value.message
    assert hint in caught.value.hint


def test_unknown_argument_is_told_before_its_file_is_read() -> None:
    """The name is wrong, whatever the value."""
    with pytest.raises(Refusal, match="no parameter 'z'"):
        prepare(needy, [], {}, {"arguments": arg("z=glob:/nowhere/*")})


def test_two_data_sets(files: list[str]) -> None:
    """Exit code 2, with both."""
    with pytest.raises(Refusal, match=r"paths .* labels"):
        prepare(gen, [files, files], {}, {})


def test_project_root_of_an_installed_function(write: Write) -> None:
    """The current directory: from there the user's code calls it."""
    assert prepare(json.dumps, [1], {}, {}).facts["project_root"] == os.getcwd()


@pytest.mark.parametrize("mark", ["pyproject.toml", "setup.cfg", "setup.py", ".git/HEAD"])
def test_project_root(mark: str, write: Write) -> None:
    """The nearest folder above with a project's files, else the file's own."""
    path = write("outer/inner/pkg/data.py", "def fn(): yield 1")
    write("outer/setup.cfg")

    def root() -> str:
        function = resolve.load_module(target(f"{path}:fn")).fn
        return str(prepare(function, [], {}, {}).facts["project_root"])

    assert root() == str(Path("outer").absolute())
    write(f"outer/inner/{mark}")
    assert root() == str(Path("outer/inner").absolute())


def test_project_root_where_nothing_marks_it(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scratch folder that the command is run in, as a whole; the file's own folder from anywhere else."""
    path = write("pkg/data.py", "def fn(): yield 1")
    function = resolve.load_module(target(f"{path}:fn")).fn
    inside = prepare(function, [], {}, {}).facts["project_root"]
    monkeypatch.chdir("/")

    outside = prepare(function, [], {}, {}).facts["project_root"]

    assert (inside, outside) == (str(Path(path).parents[1]), str(Path(path).parent))


def test_line_of_a_decorated_function(write: Write) -> None:
    """The def, not the decorator."""
    write(
        "deco.py",
        """
        import functools
        def wrap(f):
            @functools.wraps(f)
            def inner(*a, **k): return f(*a, **k)
            return inner
        @wrap
        @functools.lru_cache(
            maxsize=1
        )
        def fn(): yield 1
        class A:
            pass
        class AB: pass
        fl = lambda: [1]
        """,
    )
    module = resolve.load_module(target("deco:fn"))

    lines = [prepare(getattr(module, name), [], {}, {}).facts["line"] for name in ("fn", "A", "AB", "fl")]
    assert lines == [11, 12, 14, 15]
    assert sys.modules["deco"] is module


@pytest.mark.parametrize(
    "spec", [{"arguments": arg("paths=lines:names.txt")}, {"config_arguments": {"paths": "lines:names.txt"}}]
)
def test_lines_of_a_file_are_cut(spec: dict[str, Any], write: Write) -> None:
    """However they were given; a list of the same names in the target's text is none."""
    names = [f"trial_{number}" for number in range(32)]
    write("names.txt", "\n".join(names))
    bound = prepare(gen, [], {}, {**spec, "size": {"items": 16}})
    written = prepare(gen, [names], {}, {"size": {"items": 16}})

    assert (bound.facts["dataset_kind"], bound.facts["dataset_items"], bound.facts["items"]) == ("lines", 32, 16)
    assert len(bound.values["paths"]) == 16
    assert written.facts["dataset_kind"] is None
    check_facts(bound)
