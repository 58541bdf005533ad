"""Classes that stand in the place of a list, or of an array, and load an item when it is asked for."""

from __future__ import annotations

from typing import NamedTuple

import libcst as cst

from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.source import Source

_SPECIAL = frozenset(["__getitem__", "__len__"])
METHODS = (
    frozenset(["index", "count", "__iter__", "__contains__", "__reversed__", *_SPECIAL]),
    frozenset(["shape", *_SPECIAL]),
)
"""What the stand-in of a list, and that of an array, can be asked for by name."""

_LIST = '''class {name}({sequence}):
    """A list whose items are loaded each time they are asked for; only what they are loaded from is kept."""
'''
_ARRAY = '''class {name}:
    """An array whose rows are loaded each time they are asked for; only what they are loaded from is kept."""
'''
_ADD = """
    def add(self, load, *given):
        self.sources.append((load, given))
"""
_LENGTH = """
    def __len__(self):
        return len(self.sources)
"""
_SHAPE = """
    @property
    def shape(self):
        return (len(self), *self[0].shape)
"""


class StandIns(NamedTuple):
    """The texts of a class for a list and of one for an array, whose items come in the same way."""

    of_list: str
    of_array: str

    def put(self, source: Source, changes: Changes, place: cst.CSTNode, *, is_array: bool) -> str:
        """Write one of the classes above what uses it; its name."""
        name = source.fresh("ArrayOnDemand" if is_array else "OnDemand")
        if is_array:
            text = self.of_array.format(name=name, numpy=changes.module("numpy"))
        else:
            text = self.of_list.format(name=name, sequence=changes.function("collections.abc", "Sequence"))
        changes.helper(place, text)
        return name


BY_ONE_FUNCTION = StandIns(
    of_list=f"""{_LIST}
    def __init__(self, load, sources):
        self.load, self.sources = load, list(sources)
{_LENGTH}
    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self.load(source) for source in self.sources[index]]
        return self.load(self.sources[index])
""",
    of_array=f"""{_ARRAY}
    def __init__(self, load, sources, gather):
        self.load, self.sources, self.gather = load, list(sources), gather
{_LENGTH}{_SHAPE}
    def __getitem__(self, index):
        rows = {{numpy}}.arange(len(self))[index]
        loaded = self.gather([self.load(self.sources[row]) for row in {{numpy}}.atleast_1d(rows)])
        return loaded if {{numpy}}.ndim(rows) else loaded[0]
""",
)
"""For what one function loads: it is given all that it loads from at once."""
EACH_BY_ITS_OWN = StandIns(
    of_list=f"""{_LIST}
    def __init__(self):
        self.sources = []
{_ADD}{_LENGTH}
    def __getitem__(self, index):
        if isinstance(index, slice):
            return [load(*given) for load, given in self.sources[index]]
        load, given = self.sources[index]
        return load(*given)
""",
    of_array=f"""{_ARRAY}
    def __init__(self, gather):
        self.gather, self.sources = gather, []
{_ADD}{_LENGTH}{_SHAPE}
    def __getitem__(self, index):
        rows = {{numpy}}.arange(len(self))[index]
        chosen = [self.sources[row] for row in {{numpy}}.atleast_1d(rows)]
        loaded = self.gather([load(*given) for load, given in chosen])
        return loaded if {{numpy}}.ndim(rows) else loaded[0]
""",
)
"""For what is filled piece by piece: each item is given the function that loads it, and what from."""


def gathered(source: Source, call: cst.Call) -> tuple[str, bool]:
    """How ``np.stack(images, axis=1)`` makes an array of ``items``, and whether it does no more than its function."""
    rest = [source.code(arg.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for arg in call.args[1:]]
    return f"{source.code(call.func)}({', '.join(['items', *rest])})", not rest
