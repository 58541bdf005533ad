"""Values are described shortly, and nothing secret or costly comes out."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from genaudit.recorder.child.guard.describe import type_text, value_text


class Loud:
    def __repr__(self) -> str:
        raise AssertionError("must not be called")


class Broken:
    @property
    def shape(self) -> Any:
        raise ValueError("no")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5, "5"),
        (-1.5, "-1.5"),
        (None, "None"),
        (True, "True"),
        ("abc", "'abc'"),
        (b"ab", "b'ab'"),
        (Path("/a/b"), "/a/b"),
        ((256, 256), "(256, 256)"),
        ([1, "a"], "[1, 'a']"),
        ([], "[]"),
        (range(10**9), "range(0, 1000000000)"),
        (list(range(9)), "list of 9 integers"),
        (["x"] * 400, "list of 400 strings"),
        ([Path("a")] * 3, "list of 3 paths"),
        (tuple([1.5] * 20), "tuple of 20 numbers"),
        ([1, "a"] * 20, "list of 40 values"),
        ([np.zeros(3)] * 3, "list of 3 arrays"),
        ([Loud(), Loud()], "list of 2 Loud objects"),
        ({1}, "{1}"),
        ({"a": 1, "password": "x"}, "dict of 2: a, password"),
        ({}, "dict of 0"),
        (np.zeros((400, 32, 32, 3), np.uint8), "ndarray uint8 (400, 32, 32, 3)"),
        (pd.DataFrame({"a": [1, 2]}), "DataFrame (2, 1)"),
        (Loud(), "Loud object"),
        (Broken(), "Broken object"),
        (Loud, "class Loud"),
        (len, "function len"),
        (type_text, "function type_text"),
        pytest.param(10**10000, "int of 33220 bits", id="huge"),
        (dt.date(2020, 1, 1), "date object"),
    ],
)
def test_texts(value: object, text: str) -> None:
    """Types, sizes, and small plain values."""
    assert value_text(value) == text


def test_length_is_bounded() -> None:
    """80 characters, never more."""
    assert len(value_text("y" * 1000)) == 80
    assert value_text("y" * 78) == repr("y" * 78)
    assert value_text("y" * 79).endswith("…")
    assert len(value_text(["y" * 70] * 8)) == 80


def test_login_in_a_url_is_hidden() -> None:
    """The part before the @ of a host."""
    assert value_text("https://me:pw@host/a@b") == "'https://host/a@b'"
    assert "pw" not in value_text(["https://me:pw@host"])


def test_known_paths() -> None:
    """Strings that are known to be files are called so."""
    assert value_text(["a", "b"], paths=True) == "list of 2 paths"


def test_types() -> None:
    """With their module where it is not built in."""
    assert type_text(np.zeros(1)) == "numpy.ndarray"
    assert type_text([1]) == "list"
