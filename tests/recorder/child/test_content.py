"""Batches of every kind are taken apart: what is the same has the same fingerprint, what is not has another."""

import collections
import hashlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from genaudit.recorder.child.batch.content import MOST_LEAVES, Walk, rows_of

Sample = collections.namedtuple("Sample", "image label")


class Holder:
    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


def taken(batch: Any) -> tuple[str, list[list[Any]]]:
    walk = Walk()
    return walk.put("", batch), walk.leaves


def test_an_array_is_its_dtype_shape_and_bytes() -> None:
    array = np.arange(12, dtype=np.int16).reshape(3, 4)
    digest = hashlib.blake2b(array.tobytes(), digest_size=8).hexdigest()

    assert taken(array) == (".", [["", "numpy.ndarray", "int16", [3, 4], digest, ""]])


def test_order_in_memory_does_not_matter() -> None:
    """A transposed copy holds the same values."""
    array = np.arange(12.0).reshape(3, 4)

    assert taken(np.asfortranarray(array)) == taken(array)
    assert taken(array[:, ::-1][:, ::-1]) == taken(array)


def test_places_and_outline_of_nested_containers() -> None:
    batch = {"x": (np.zeros(2), [1, 2, 3]), "meta": Sample(None, b"raw"), "a": {"deep": "text"}}
    outline, leaves = taken(batch)

    assert outline == "{'a': {'deep': .}, 'meta': (., .), 'x': (., [.])}"
    assert [one[0] for one in leaves] == ["['a']['deep']", "['meta'].image", "['meta'].label", "['x'][0]", "['x'][1]"]
    assert leaves[4][2:4] == ["int", [3]]


def test_the_order_of_a_dicts_keys_does_not_matter() -> None:
    assert taken({"a": 1, "b": 2}) == taken({"b": 2, "a": 1})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(np.float32([1.0]), np.float64([1.0]), id="dtype"),
        pytest.param(np.zeros((2, 3)), np.zeros((3, 2)), id="shape"),
        pytest.param(np.array([1, 2]), np.array([1, 3]), id="value"),
        pytest.param(np.array([1], ">i4"), np.array([1], "<i4"), id="byte order"),
        pytest.param(np.array([0.0]), np.array([-0.0]), id="minus zero"),
        pytest.param((1, 2.0), [1, 2.0], id="tuple or list"),
        pytest.param([1, 2], [1, 2.0], id="int or float"),
        pytest.param([1, 2], [2, 1], id="order"),
        pytest.param("1", 1, id="text or number"),
        pytest.param(np.array(["a", None], dtype=object), np.array(["b", None], dtype=object), id="objects"),
        pytest.param(np.ma.array([1, 2], mask=[0, 1]), np.ma.array([1, 2], mask=[1, 0]), id="mask"),
        pytest.param(Image.new("RGB", (4, 2)), Image.new("RGB", (2, 4)), id="size of an image"),
        pytest.param(Image.new("RGB", (4, 2)), Image.new("RGB", (4, 2), (0, 0, 1)), id="pixel"),
        pytest.param(Holder(x=np.zeros(2)), Holder(x=np.ones(2)), id="attribute"),
        pytest.param({"x": 1}, {"y": 1}, id="key"),
        pytest.param(np.datetime64("2024-01-01"), np.datetime64("2024-01-02"), id="date"),
    ],
)
def test_what_differs_has_another_fingerprint(one: Any, other: Any) -> None:
    assert taken(one) != taken(other)
    assert taken(one) == taken(one)


def test_an_unknown_object_is_said_to_be_one() -> None:
    """Its address is not taken for its content."""
    _, leaves = taken([object(), 1.5])

    assert leaves[0][1:5] == ["object", "", [], ""]
    assert leaves[1][4]


def test_many_leaves_end_in_one() -> None:
    """A batch of thousands of values is looked at whole, though not value by value."""
    batch = [[at, str(at)] for at in range(MOST_LEAVES + 50)]
    changed = [*batch[:-1], [-1, "x"]]
    _, leaves = taken([{"v": one} for one in batch])

    assert len(leaves) == MOST_LEAVES
    assert leaves[-1][0] == "…"
    assert taken([{"v": one} for one in changed])[1][-1] != leaves[-1]


def test_items_of_a_batch() -> None:
    images, labels = np.arange(6).reshape(3, 2), [7, 8, 9]

    assert [(list(image), label) for image, label in rows_of((images, labels))] == [
        ([0, 1], 7),
        ([2, 3], 8),
        ([4, 5], 9),
    ]
    assert [row["y"] for row in rows_of({"x": images, "y": np.array(labels)})] == labels
    assert rows_of(["a.jpg", "b.jpg"]) == ["a.jpg", "b.jpg"]


@pytest.mark.torch
def test_torch_tensors_of_any_type() -> None:
    torch = pytest.importorskip("torch")
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    _, (tensor,) = taken(torch.from_numpy(array.copy()))
    _, (plain,) = taken(array)

    assert tensor[2:5] == plain[2:5]
    assert tensor[1] == "torch.Tensor"
    assert taken(torch.ones(2, dtype=torch.bfloat16))[1][0][2:4] == ["bfloat16", [2]]
    assert taken(torch.eye(2).to_sparse()) == taken(torch.eye(2))
    assert taken(torch.zeros(0))[1][0][3] == [0]
    assert taken(torch.ones(2, 3).t())[1][0][4] == taken(torch.ones(3, 2))[1][0][4]


def test_frames_by_column() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"x": [1, 2], "name": ["a", "b"]})
    _, leaves = taken(frame)

    assert [one[0] for one in leaves][:2] == [".index", "['x']"]
    assert taken(frame) != taken(frame.assign(name=["a", "c"]))
