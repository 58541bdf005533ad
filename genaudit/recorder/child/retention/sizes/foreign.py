"""Objects that may own memory which no object of Python's shows: of classes in C, whose size is the library's affair.

A video reader, a connection to a database, a stage of a pipeline takes a few bytes by its own account, and may have
gigabytes behind it. Their sizes are not known, their numbers and who holds them are.
"""

from __future__ import annotations

from genaudit.recorder.child.guard.static_inspect import (
    is_native,
    is_owned,
    module_of,
    mro_of,
    name_of,
    namespace_of,
)
from genaudit.recorder.child.retention.edges import STANDARD, is_library

_OWNERS = {"_sqlite3", "sqlite3", "_ctypes", "zlib", "_lzma", "_bz2", "pyexpat", "_elementtree"}
"""Modules of Python's own whose objects have memory of C libraries behind them."""
_TOLD = {"numpy", "pandas"}
"""Libraries whose objects all say what they take."""
_LABELS = {"dtype", "device", "Size", "Generator", "layout", "memory_format", "qscheme"}
_POINTER = tuple.__itemsize__
_base_of = type.__dict__["__base__"].__get__
_basic_size_of = type.__dict__["__basicsize__"].__get__
_Member = type(type.__dict__["__basicsize__"])


def is_foreign(kind: type) -> bool:
    """Whether objects of a class may own memory that nothing tells the size of."""
    for base in mro_of(kind):
        root = module_of(base).partition(".")[0]
        if root in _OWNERS and _has_storage(base):
            return True
        if root in _TOLD or (root == "torch" and name_of(base) in _LABELS):
            return False
        if root not in STANDARD and (_has_storage(base) or _frees_by_hand(base)):
            return True
    return False


def _has_storage(kind: type) -> bool:
    """Whether a class adds fields in C to its base: more than a class of Python's own adds for names and slots."""
    below = _base_of(kind)
    if below is None:
        return False
    namespace = namespace_of(kind)
    own = sum(name in namespace for name in ("__dict__", "__weakref__"))
    if not is_native(kind):
        # Of a class of Python's the slots are members; so are some of one that is written in C.
        own += sum(type(held) is _Member for held in namespace.values()) if "__slots__" in namespace else 0
    return bool(_basic_size_of(kind) - _basic_size_of(below) > own * _POINTER)


def _frees_by_hand(kind: type) -> bool:
    """Whether a class of the user's has a finaliser: what it frees is not Python's to free."""
    return "__del__" in namespace_of(kind) and not is_native(kind) and not is_owned_by_library(kind)


def is_owned_by_library(kind: type) -> bool:
    """Whether a class is of an installed library."""
    return is_owned(kind) and is_library(module_of(kind))
