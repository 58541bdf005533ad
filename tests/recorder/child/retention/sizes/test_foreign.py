"""Which classes may own more than their objects show."""

from __future__ import annotations

import collections
import ctypes
import itertools
import re
import sqlite3
import threading
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from genaudit.recorder.child.retention.sizes.foreign import is_foreign


class Plain:
    """Attributes only."""


class Slotted:
    """Slots only."""

    __slots__ = ("__weakref__", "one", "two")


class Derived(Exception):
    """Of one of Python's own classes."""

    __slots__ = ("extra",)


class Table(dict[str, int]):
    """A container with attributes."""


class Freeing:
    """Gives something back when it goes."""

    def __del__(self) -> None:
        """Free it."""


class Buffer(Freeing):
    """Inherits that."""


@pytest.mark.parametrize(
    "kind",
    [
        *(Plain, Slotted, Derived, Table, collections.OrderedDict, collections.deque, Path, re.Pattern),
        *(type(itertools.count()), type(threading.Lock()), np.ndarray, np.float32, np.dtype, int, type(zip())),
    ],
)
def test_what_tells_its_size(kind: Any) -> None:
    """Python's own, and classes made of it."""
    assert not is_foreign(kind)


@pytest.mark.parametrize(
    "kind",
    [sqlite3.Connection, type(zlib.decompressobj()), type(ctypes.create_string_buffer(1)), Freeing, Buffer],
)
def test_what_may_own_more(kind: Any) -> None:
    """Libraries in C behind Python's own modules; what has a finaliser."""
    assert is_foreign(kind)


def test_classes_of_libraries_in_c() -> None:
    """Readers and handles, with what is derived from them."""
    cv2, h5py = pytest.importorskip("cv2"), pytest.importorskip("h5py")

    class Reader(cv2.VideoCapture):  # type: ignore[misc,name-defined,unused-ignore]
        """Of the user's."""

    assert is_foreign(cv2.VideoCapture)
    assert is_foreign(Reader)
    assert is_foreign(h5py.h5d.DatasetID)
    assert not is_foreign(h5py.File)
