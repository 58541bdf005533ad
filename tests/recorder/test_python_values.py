"""Values of fixtures are made again from what was written down."""

import argparse
import dataclasses
import datetime as dt
import enum
import importlib.util
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest

from genaudit.errors import UsageError
from genaudit.recorder.python_values import write_arguments


class Transform:
    """A class of a module, as tests pass them."""

    @staticmethod
    def flip(image: Any) -> Any:
        return image[::-1]


class Mode(enum.Enum):
    FAST = "f"


class Row(NamedTuple):
    root: str
    size: int = 3


@dataclasses.dataclass(frozen=True)
class Config:
    root: Path
    mode: Mode = Mode.FAST
    inner: Any = None
    made: int = dataclasses.field(default=7, init=False)


def made_again(tmp_path: Path, **values: Any) -> dict[str, Any]:
    """What the written module gives."""
    path, _, name = write_arguments(values, tmp_path).rpartition(":")
    spec = importlib.util.spec_from_file_location("written", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name)()


@pytest.mark.parametrize(
    "value",
    [
        None, True, 3, -2.5, math.inf, 1 + 2j, complex(math.inf, -0.0), "it's \"so\"\n", b"\x00\xff", range(2, 9, 3),
        [], (), (1,),
        set(), {1, 2}, frozenset({"a"}), {}, [1, (2, [3, {"k": (None,)}])], {"a": [1]}, {(1, 2): {"b": 2.0}},
        Path("a b/c's.jpg"), [Path("/x"), Path("y")], dt.datetime(2024, 2, 29, 12), dt.timedelta(days=2),
        np.float32(1.5), np.int64(-3), np.bool_(True), np.dtype("uint8"),
        argparse.Namespace(root="a", inner=SimpleNamespace(b=[1])), SimpleNamespace(), Mode.FAST, Row("a", 4),
        Config(Path("a"), inner={"rows": [Row("b")]}),
        Transform, Transform.flip, Path.joinpath, len,
    ],
    # Without the address of a function, which is another in each worker.
    ids=lambda value: repr(value).partition(" at 0x")[0],
)  # fmt: skip
def test_values_come_back_as_they_were(tmp_path: Path, value: Any) -> None:
    again = made_again(tmp_path, value=value)["value"]

    assert again == value
    assert type(again) is type(value)


def test_not_a_number_comes_back(tmp_path: Path) -> None:
    assert math.isnan(made_again(tmp_path, value=math.nan)["value"])


def test_arrays_go_through_files(tmp_path: Path) -> None:
    array = np.arange(12, dtype=np.float32).reshape(3, 4)
    again = made_again(tmp_path, first=array, second=[array.T, {"labels": np.array([1, 2])}])

    assert again["first"].dtype == np.float32
    assert np.array_equal(again["first"], array)
    assert np.array_equal(again["second"][0], array.T)
    assert np.array_equal(again["second"][1]["labels"], [1, 2])


def test_a_memory_map_stays_one(tmp_path: Path) -> None:
    """A map read into memory would be an eager load that the test never asked for."""
    np.save(tmp_path / "big.npy", np.arange(100.0).reshape(10, 10))
    mapped = np.load(tmp_path / "big.npy", mmap_mode="r")
    again = made_again(tmp_path, data=mapped)["data"]

    assert type(again) is np.memmap
    assert np.array_equal(again, mapped)
    assert made_again(tmp_path, data=mapped[2:4])["data"].tolist() == mapped[2:4].tolist()


@pytest.mark.parametrize(
    ("value", "what"),
    [
        pytest.param(object(), "object", id="object"),
        pytest.param(lambda n: n, "function without a name that leads to it", id="lambda"),
        pytest.param(np.array([object()]), "numpy.ndarray", id="array of objects"),
        pytest.param([1, {"deep": open}], "", id="fine"),
        pytest.param([1, {"deep": iter([])}], "list_iterator", id="deep inside"),
        pytest.param(np.ma.array([1], mask=[1]), "MaskedArray", id="masked"),
    ],
)
def test_what_cannot_be_made_again_is_named_with_the_way_out(tmp_path: Path, value: Any, what: str) -> None:
    if not what:
        assert made_again(tmp_path, paths=value)["paths"] == value
        return
    with pytest.raises(UsageError) as caught:
        write_arguments({"paths": value}, tmp_path)

    assert "'paths' is a " in caught.value.message
    assert what in caught.value.message
    assert "inside the test function" in caught.value.hint
