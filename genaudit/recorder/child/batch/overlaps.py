"""How many bytes of memory arrays cover together, memory that several share counted once."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Extent = tuple[int, int, int, tuple[Any, ...]]
    """Start, end, bytes of the elements, and what tells equal views apart."""


def bytes_of_arrays(arrays: list[Any]) -> int:
    """Bytes of numpy arrays, and of extents of other memory, overlaps counted once.

    Arrays that own their memory cannot overlap, so their addresses are not even asked for.

    Args:
        arrays: Of numpy's own class, not of one derived from it.
    """
    owned: dict[int, int] = {}
    for array in arrays:
        # What is no array tells its address alone, not whether another shares it.
        if type(array) is tuple or array.base is not None:
            return covered([one if type(one) is tuple else extent_of(one) for one in arrays])
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
    address = array.__array_interface__["data"][0]
    return extent(address, array.itemsize, array.shape, array.strides)


def extent(address: int, item: int, shape: tuple[int, ...], strides: Sequence[int]) -> Extent:
    """The range of memory of elements in rows.

    Args:
        address: Of the first element.
        item: Bytes of an element.
        shape: Elements along each dimension.
        strides: Bytes from one to the next along each.
    """
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
