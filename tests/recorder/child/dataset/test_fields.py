"""Fields of configurations are found by dotted names, and replaced in copies."""

import argparse
import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest

from genaudit.recorder.child.dataset import find
from genaudit.recorder.child.dataset.fields import MOST_FIELDS, by_last_name, fields_in, with_field
from genaudit.recorder.child.guard.refusal import Refusal


@dataclasses.dataclass(frozen=True)
class Frozen:
    root: str
    inner: Any = None


@dataclasses.dataclass
class Slotted:
    __slots__ = ("root",)
    root: str


class Table(dict):  # type: ignore[type-arg]
    def __getitem__(self, key: object) -> object:
        raise AssertionError("asked")


class Lazy:
    """No configuration: what it answers is its own affair."""

    @property
    def root(self) -> str:
        raise AssertionError("asked")


MADE = [
    {"root": "a", "n": 1},
    Table(root="a", n=1),
    argparse.Namespace(root="a", n=1),
    SimpleNamespace(root="a", n=1),
    Frozen("a"),
    Slotted("a"),
]


@pytest.mark.parametrize("config", MADE, ids=lambda config: type(config).__name__)
def test_field_is_replaced_in_a_copy(config: Any) -> None:
    """And the user's own is as it was."""
    changed = with_field(config, "root", "b")

    assert fields_in({"cfg": config})["cfg.root"] == "a"
    assert fields_in({"cfg": changed})["cfg.root"] == "b"
    assert type(changed) is type(config)
    assert changed is not config


def test_fields_in_fields() -> None:
    """To any place that has a name."""
    config = {"data": Frozen("a", inner=argparse.Namespace(root="b")), "batch": 8}
    found = fields_in({"cfg": config, "plain": 1})
    changed = with_field(config, "data.inner.root", "c")

    assert list(found) == ["cfg.data", "cfg.data.root", "cfg.data.inner", "cfg.data.inner.root", "cfg.batch"]
    assert fields_in({"cfg": changed})["cfg.data.inner.root"] == "c"
    assert config["data"].inner.root == "b"
    assert by_last_name(found)["batch"] == 8


def test_omega_configuration() -> None:
    """By its own functions, as nothing else can change it."""
    omegaconf = pytest.importorskip("omegaconf")
    config = omegaconf.OmegaConf.create({"data": {"root": "a"}})

    assert fields_in({"cfg": config})["cfg.data.root"] == "a"
    assert with_field(config, "data.root", "b").data.root == "b"
    assert config.data.root == "a"


@pytest.mark.parametrize(
    "value", [Lazy(), {1: "a"}, {"a b": 1}, {f"k{i}": i for i in range(MOST_FIELDS + 1)}, [{"root": "a"}], Frozen]
)
def test_what_has_no_fields(value: object) -> None:
    """Data, and objects of the user's own."""
    assert fields_in({"x": value}) == {}


def test_data_set_in_a_configuration(files: list[str]) -> None:
    """Found where there is one, and cut with what goes along with it."""
    labels = list(range(40))
    values = {"cfg": argparse.Namespace(paths=files, labels=labels, log_dir="files", here=".")}
    dataset = find.find(values)
    assert dataset is not None

    assert (dataset.name, dataset.kind, dataset.items) == ("cfg.paths", "files", 40)
    cut, n = dataset.cut({**values, **fields_in(values)}, 8, "")
    assert (n, len(cut["cfg.paths"]), cut["cfg.labels"]) == (8, 8, list(range(0, 40, 5)))


def test_argument_is_stronger_than_a_field(files: list[str]) -> None:
    """What is handed over by itself is more likely the data."""
    dataset = find.find({"paths": files[:20], "cfg": {"paths": files}})
    assert dataset is not None

    assert (dataset.name, dataset.items) == ("paths", 20)


def test_several_fields(files: list[str]) -> None:
    """Refused where they were typed, so that one can be named; else nothing is scaled, as before."""
    values = {"cfg": {"train": files, "val": files[:9]}}
    assert find.find(values) is None
    with pytest.raises(Refusal) as caught:
        find.find(values, told={"cfg"})
    assert caught.value.hint == "say which one grows with your data: --dataset cfg.train or --dataset cfg.val"

    named = find.find(values, "cfg.val")
    assert named is not None
    assert (named.name, named.items) == ("cfg.val", 9)
