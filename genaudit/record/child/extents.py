"""How many bytes of memory arrays cover together, memory that several share counted once."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Extent = tuple[int, int, int, tuple[Any, ...]]
    """Start, end, bytes of the elements, and what tells equal views apart."""


def bytes_of_arrays(arrays: list[Any]) -> int:
    """Bytes of numpy arrays and torch tensors on the CPU, overlaps counted once.

    Arrays that own their memory cannot overlap, so their addresses are not even asked for.
    """
    owned: dict[int, int] = {}
    for array in arrays:
        # A torch tensor has no base; whether it shares its storage only the address tells.
        if getattr(array, "base", array) is not None:
            return covered([extent_of(array) for array in arrays])
        owned[id(array)] = array.nbytes
    return sum(owned.values())


def covered(extents: list[Extent]) -> int:
    """Bytes in a group of memory ranges.

    Views that interleave, such as the three channels of one image, cover the same range and are added up; but no group
    of overlapping views is larger than the range it covers.
    """
    total = 0
    start = end = 0
    members: dict[tuple[Any, ...], int] = {}
    for low, high, n_bytes, key in sorted(extents, key=lambda extent: extent[:3]):
        if low >= end:
            total += min(sum(members.values()), end - start)
            start, end, members = low, high, {}
        end = max(end, high)
        members[key] = n_bytes
    return total + min(sum(members.values()), end - start)


def extent_of(array: Any) -> Extent:
    """The range of memory that the elements of an array lie in."""
    if hasattr(array, "data_ptr"):
        item = array.element_size()
        strides = [stride * item for stride in array.stride()]
        return _extent(array.data_ptr(), item, tuple(array.shape), strides)
    address = array.__array_interface__["data"][0]
    return _extent(address, array.itemsize, array.shape, array.strides)


def _extent(address: int, item: int, shape: tuple[int, ...], strides: Sequence[int]) -> Extent:
    low, high, n_bytes = address, address + item, item
    for size, stride in zip(shape, strides, strict=True):
        n_bytes *= size
        if size == 0:
            return address, address, 0, ()
        if stride < 0:
            low += (size - 1) * stride
        else:
            high += (size - 1) * stride
    return low, high, n_bytes, (low, n_bytes, tuple(sorted(zip(shape, strides, strict=True))))
