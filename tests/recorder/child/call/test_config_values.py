"""A text with fields becomes what the parameter takes."""

import argparse
import sys
from pathlib import Path
from typing import Any

import pytest

from genaudit.recorder.argument_text import parse_argument
from genaudit.recorder.child.call.arguments import prepare_target
from genaudit.recorder.child.call.resolve import load_module, walk
from genaudit.recorder.child.guard.refusal import Refusal
from genaudit.recorder.target import parse_target
from tests.recorder.child.conftest import Write

SOURCE = """
from __future__ import annotations
import argparse, dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, Optional, TypedDict

@dataclasses.dataclass
class Inner:
    size: tuple = (1, 1)
@dataclasses.dataclass
class Config:
    root: Path
    inner: Inner = None
    batch: int = 8
class Row(NamedTuple):
    root: str
    batch: int = 8
class Typed(TypedDict):
    root: str
class Own(argparse.Namespace): ...
class Easy(dict):
    def __init__(self, fields): super().__init__(fields, easy=True)
class Plain:
    def __init__(self, root, **more): self.root, self.more = root, more

def bare(cfg): yield cfg
def anything(cfg: Any): yield cfg
def namespace(cfg: argparse.Namespace): yield cfg
def own(cfg: Own): yield cfg
def data(cfg: Config | None = None): yield cfg
def optional(cfg: "Optional[Config]" = None): yield cfg
def row(cfg: Row): yield cfg
def typed(cfg: Typed): yield cfg
def mapping(cfg: Mapping[str, int]): yield cfg
def table(cfg: dict[str, int]): yield cfg
def easy(cfg: Easy): yield cfg
def plain(cfg: Plain): yield cfg
class Loader:
    def __init__(self, cfg: Config): self.cfg = cfg
    def flow(self, batch=1): yield self.cfg
"""


@pytest.fixture(autouse=True)
def module(write: Write) -> None:
    write("configs.py", SOURCE)
    write("conf.json", '{"root": "r", "inner": {"size": [2, 3]}}')
    write("conf.yaml", "root: r\ninner: {size: [2, 3]}\n")
    write("conf.toml", 'root = "r"\n[inner]\nsize = [2, 3]\n')
    write("wrong.yaml", "a: b: c")
    write("list.json", "[1]")


def given(name: str, text: str) -> Any:
    target = parse_target(f"configs:{name}").as_dict()
    spec = {"arguments": [parse_argument(f"cfg={text}")]}
    return next(prepare_target(walk(load_module(target), target["steps"]), spec).call())


@pytest.mark.parametrize(
    ("name", "text", "kind", "fields"),
    [
        ("bare", "ns:root=r,batch=4", "Namespace", {"root": "r", "batch": 4}),
        ("bare", 'ns:{"root": "r"}', "Namespace", {"root": "r"}),
        ("bare", "ns:a.b=1,a.c=(1, 2),d='x,y'", "Namespace", {"a": argparse.Namespace(b=1, c=(1, 2)), "d": "x,y"}),
        ("bare", '{"root": "r"}', "dict", {"root": "r"}),
        ("anything", '{"root": "r"}', "dict", {"root": "r"}),
        ("namespace", '{"root": "r"}', "Namespace", {"root": "r"}),
        ("own", "ns:root=r", "Own", {"root": "r"}),
        ("table", "ns:root=r", "dict", {"root": "r"}),
        ("mapping", "ns:root=r", "dict", {"root": "r"}),
        ("typed", "ns:root=r", "dict", {"root": "r"}),
        ("easy", "ns:root=r", "Easy", {"root": "r", "easy": True}),
        ("plain", "ns:root=r,x=1", "Plain", {"root": "r", "more": {"x": 1}}),
    ],
)
def test_fields_become_what_the_parameter_takes(name: str, text: str, kind: str, fields: dict[str, Any]) -> None:
    """By its annotation; without one by how they were written."""
    made = given(name, text)

    assert type(made).__name__ == kind
    assert (dict(made) if isinstance(made, dict) else vars(made)) == fields


@pytest.mark.parametrize("name", ["data", "optional", "Loader.flow"])
@pytest.mark.parametrize("text", ["ns:conf.json", "json:conf.json", "yaml:conf.yaml", "ns:root=r,inner.size=[2, 3]"])
def test_data_class(name: str, text: str) -> None:
    """With what its own fields are annotated as."""
    if text.startswith("yaml"):
        pytest.importorskip("yaml")
    made = given(name, text)

    assert (type(made).__name__, made.root, made.inner.size, made.batch) == ("Config", Path("r"), (2, 3), 8)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="has no tomllib")
def test_toml() -> None:
    """As the ending says."""
    assert given("data", "ns:conf.toml").inner.size == (2, 3)


def test_named_tuple() -> None:
    """It is called with its fields."""
    assert given("row", "ns:root=r") == ("r", 8)


def test_configuration_reads_like_that_of_a_library() -> None:
    """By attributes and by keys, where nothing says what it is."""
    pytest.importorskip("yaml")
    made = given("bare", "yaml:conf.yaml")

    assert (made.root, made["inner"]["size"], made.inner.size, made.get("x")) == ("r", [2, 3], [2, 3], None)
    with pytest.raises(AttributeError, match="no 'rot': it has root, inner"):
        made.rot


def test_configuration_of_omegaconf() -> None:
    """Where the target has imported it."""
    omegaconf = pytest.importorskip("omegaconf")

    assert isinstance(given("bare", "yaml:conf.yaml"), omegaconf.DictConfig)


@pytest.mark.parametrize(
    ("name", "text", "said", "hint"),
    [
        ("data", "ns:rot=r", "Config has no field 'rot'\n  Config(root: ", "did you mean root?"),
        ("data", "ns:batch=3", "Config needs root", "--arg cfg=ns:batch=…,root=…"),
        ("bare", "ns:nothing", "it is no file, no JSON object and no name=value", "ns:root=data,size=32"),
        ("bare", "ns:a=1,b", "'b' is no name=value", "ns:FILE"),
        ("bare", "ns:a=1,a.b=2", "'a' is a value and has fields", "ns:FILE"),
        ("bare", 'ns:{"a"', "is no JSON", "ns:FILE"),
        ("bare", "ns:list.json", "it has no fields", "ns:FILE"),
        ("bare", "yaml:none.yaml", "there is no such file, seen from", ""),
    ],
)
def test_what_cannot_be_read(name: str, text: str, said: str, hint: str) -> None:
    """What is wrong, and what to write."""
    with pytest.raises(Refusal) as caught:
        given(name, text)

    assert said in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.exit_code == 2


def test_wrong_yaml() -> None:
    """With the words of the library."""
    pytest.importorskip("yaml")
    with pytest.raises(Refusal, match="is no YAML"):
        given("bare", "yaml:wrong.yaml")


def test_without_a_library_for_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is missing, and another way."""
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(Refusal, match=r"PyYAML is not installed in .*, or write it as JSON"):
        given("bare", "yaml:conf.yaml")
