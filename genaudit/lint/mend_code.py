"""Mends as code, made from the names that stand at the place: lines that go, and lines that come."""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection

_LONGEST = 100
_SIMPLE = (ast.Name, ast.Attribute)


def batchwise(node: ast.AST, targets: Collection[str], *, on_object: bool) -> str | None:
    """A comprehension over every item, made one over the items of a batch; ``None`` for what has another shape.

    Args:
        node: What gathers the items.
        targets: Names that it was given; the mend uses the name only if there is one.
        on_object: It is an attribute that a constructor sets.

    Example:
        >>> print(batchwise(ast.parse("[load(p) for p in paths]").body[0].value, {"images"}, on_object=False))
        -images = [load(p) for p in paths]
        +for start in range(0, len(paths), batch_size):
        +    images = [load(p) for p in paths[start:start + batch_size]]
    """
    if not isinstance(node, ast.ListComp) or len(node.generators) != 1 or len(targets) != 1:
        return None
    source = node.generators[0].iter
    if not isinstance(source, _SIMPLE) or node.generators[0].is_async:
        return None
    name, items = next(iter(targets)), ast.unparse(source)
    old, part = ast.unparse(node), copy.deepcopy(node)
    if len(old) > _LONGEST or "\n" in old:
        return None
    if on_object:
        kept = items if items.startswith("self.") else f"self.{items.rpartition('.')[2]}"
        part.generators[0].iter = ast.parse(f"{kept}[start:stop]", mode="eval").body
        keep = [] if kept == items else [f"+{kept} = {items}"]
        return "\n".join([f"-self.{name} = {old}", *keep, "+# and where a batch is made:", f"+{ast.unparse(part)}"])
    part.generators[0].iter = ast.parse(f"{items}[start:start + batch_size]", mode="eval").body
    loop = f"+for start in range(0, len({items}), batch_size):"
    return "\n".join([f"-{name} = {old}", loop, f"+    {name} = {ast.unparse(part)}"])


def mapped(node: ast.AST) -> str | None:
    """``np.load`` of a whole file, made a memory map; ``None`` where that cannot be told to work.

    Example:
        >>> print(mapped(ast.parse("np.load(path)").body[0].value))
        -np.load(path)
        +np.load(path, mmap_mode='r')
    """
    if not isinstance(node, ast.Call) or len(node.args) != 1:
        return None
    old = ast.unparse(node)
    if len(old) > _LONGEST or ".npz" in old or any(word.arg in ("mmap_mode", None) for word in node.keywords):
        return None
    return f"-{old}\n+{old[:-1]}, mmap_mode='r')"


def bounded(decorator: ast.AST, maxsize: int = 256) -> str | None:
    """A cache without a bound, with one.

    Example:
        >>> print(bounded(ast.parse("lru_cache(maxsize=None)").body[0].value))
        -@lru_cache(maxsize=None)
        +@lru_cache(maxsize=256)
    """
    old = ast.unparse(decorator)
    name = old.partition("(")[0].rpartition(".")
    if name[2] != "lru_cache" and not (name[2] == "cache" and name[0]):
        return None
    return f"-@{old}\n+@{name[0]}{name[1]}lru_cache(maxsize={maxsize})"
