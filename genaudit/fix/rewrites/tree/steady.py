"""What stays the same from one round of some code to the next: names that it neither binds nor changes in place."""

from __future__ import annotations

import builtins
import sys

import libcst as cst

from genaudit.fix.rewrites.tree.source import Source
from genaudit.fix.rewrites.tree.variables import is_label

MUTATORS = frozenset(
    """append appendleft extend extendleft insert pop popleft popitem remove clear sort reverse update add discard
    setdefault fill put resize partition itemset setflags rotate send throw close read readline write seek
    __setitem__ __delitem__""".split()
)
"""Methods that leave their object another one than it was."""
_HARMLESS = frozenset(
    """append extend add put join format write writerow info debug warning error log index count get
    batch padded_batch map prefetch take skip interleave filter repeat apply window shard from_generator""".split()
)
"""Methods that leave what they are given as it is: of containers, files and logs, and of pipelines."""
LIBRARIES = sys.stdlib_module_names | frozenset(
    """numpy torch torchvision tensorflow keras PIL cv2 pandas tqdm h5py matplotlib scipy skimage sklearn jax numba
    librosa soundfile imageio""".split()
)
"""Packages whose functions are known to change only what their names say."""
_CHANGE_WHAT_THEY_GET = frozenset(
    "shuffle heapify heappush heappop heapreplace heappushpop insort next iter "
    "copyto put place putmask fill_diagonal setattr delattr exec eval readinto".split()
)

_CONSTANTS = frozenset(["True", "False", "None"])


def bound_names(source: Source, within: cst.CSTNode) -> dict[str, list[cst.CSTNode]]:
    """Names that code gives a value, each with the nodes that do so; those of inner functions are left out."""
    found: dict[str, list[cst.CSTNode]] = {}
    stack: list[tuple[cst.CSTNode, bool]] = [(within, True)]
    while stack:
        node, is_own = stack.pop()
        if isinstance(node, cst.Global | cst.Nonlocal) and not is_own:
            for item in node.names:
                found.setdefault(item.name.value, []).append(node)
        if is_own:
            for name in _bound_at(source, node):
                found.setdefault(name, []).append(node)
        is_scope = isinstance(node, cst.FunctionDef | cst.ClassDef | cst.Lambda | cst.BaseComp) and node is not within
        stack.extend((child, is_own and not is_scope) for child in node.children)
    return found


def _bound_at(source: Source, node: cst.CSTNode) -> set[str]:
    if isinstance(node, cst.FunctionDef | cst.ClassDef):
        return {node.name.value}
    if isinstance(node, cst.Import | cst.ImportFrom):
        if isinstance(node.names, cst.ImportStar):
            return set()
        return {str(alias.evaluated_alias or alias.evaluated_name.partition(".")[0]) for alias in node.names}
    target: cst.CSTNode | None = None
    if isinstance(node, cst.AssignTarget | cst.AugAssign | cst.AnnAssign | cst.NamedExpr | cst.For | cst.Del):
        target = node.target
    elif isinstance(node, cst.AsName) and not isinstance(source.parent(node), cst.ImportAlias):
        target = node.name
    if target is None:
        return set()
    # ``x[0] = 1`` and ``x.a = 1`` change what x is, and do not bind it.
    return {
        name.value
        for name in source.find(cst.Name, target)
        if source.up(name, cst.Subscript, cst.Attribute) is None
        or not source.is_in(source.up(name, cst.Subscript, cst.Attribute) or node, target)
    }


def names_read(source: Source, within: cst.CSTNode) -> set[str]:
    """Names that code reads of what is around it; parameters and names of its own inner functions are left out."""
    return {
        name.value
        for name in source.find(cst.Name, within)
        if name.value not in _CONSTANTS and _is_expression(source, name) and not _is_of_inner(source, name, within)
    }


def _is_expression(source: Source, name: cst.Name) -> bool:
    others = cst.Param | cst.AssignTarget | cst.FunctionDef | cst.ClassDef | cst.NameItem
    return not is_label(source, name) and not isinstance(source.parent(name), others)


def _is_of_inner(source: Source, name: cst.Name, within: cst.CSTNode) -> bool:
    """Whether a function or a comprehension in the code has the name as its own."""
    for outer in [within, *source.above(name)]:
        if outer is not within and not source.is_in(outer, within):
            continue
        if isinstance(outer, cst.FunctionDef | cst.Lambda):
            own = {param.name.value for param in source.find(cst.Param, outer.params)}
            own |= bound_names(source, outer.body).keys()
            is_inside = source.is_in(name, outer.body) or isinstance(source.parent(name), cst.Param)
            if name.value in own and is_inside:
                return True
        if isinstance(outer, cst.BaseComp):
            loop: cst.CompFor | None = outer.for_in
            while loop is not None:
                if any(each.value == name.value for each in source.find(cst.Name, loop.target)):
                    return True
                loop = loop.inner_for_in
    return False


def change_in_place(
    source: Source,
    code: str,
    within: cst.CSTNode,
    *,
    trusting: bool = False,
    kind: type[cst.BaseExpression] | None = None,
) -> cst.CSTNode | None:
    """The first place in some code where what an expression has may be changed in place; ``None`` where none is.

    Args:
        source: The text.
        code: How the expression is written: ``paths``, ``self.paths``.
        within: The code that is looked at.
        trusting: Whether functions of other files, and methods of what is not known, are taken to change nothing.
        kind: Of the expression, where it is no name and no attribute.
    """
    return _Looking(source, trusting).change(code, within, kind or (cst.Attribute if "." in code else cst.Name))


class _Looking:
    """Looks for changes, through the functions of the file too."""

    def __init__(self, source: Source, trusting: bool) -> None:
        self._source = source
        self._trusting = trusting
        self._seen: set[str] = set()
        self._own = {node.name.value for node in source.find(cst.ClassDef)}

    def change(self, code: str, within: cst.CSTNode, kind: type[cst.BaseExpression]) -> cst.CSTNode | None:
        source = self._source
        return next((node for node in source.find(kind, within) if source.code(node) == code and self._may(node)), None)

    def _may(self, node: cst.BaseExpression) -> bool:
        source = self._source
        inner, parent = node, source.parent(node)
        while isinstance(parent, cst.Subscript | cst.Attribute) and parent.value is inner:
            above = source.parent(parent)
            if isinstance(above, cst.AssignTarget | cst.Del | cst.AugAssign) and above.target is parent:
                return True
            if isinstance(parent, cst.Attribute) and isinstance(above, cst.Call) and above.func is parent:
                return parent.attr.value in MUTATORS
            inner, parent = parent, above
        if isinstance(parent, cst.AugAssign) and parent.target is inner:
            return True
        call = source.parent(parent) if isinstance(parent, cst.Arg) else None
        is_given = inner is node and isinstance(call, cst.Call) and isinstance(parent, cst.Arg)
        return is_given and self._changes(call, parent)  # type: ignore[arg-type]

    def _changes(self, call: cst.Call, argument: cst.Arg) -> bool:
        """Whether a call may change what it is given; of a function of the file, its own text tells."""
        source = self._source
        name = source.name(call.func) or source.code(call.func)
        root, last = name.rpartition(".")[0].partition(".")[0], name.rpartition(".")[2]
        if last in _CHANGE_WHAT_THEY_GET or (argument.keyword is not None and argument.keyword.value == "out"):
            return True
        made = source.definition(name) if not root else None
        if made is not None:
            param = parameter_for(call, argument, made)
            if name in self._seen:
                return False
            self._seen.add(name)
            return param is None or self.change(param, made.body, cst.Name) is not None
        if not root and (name in self._own or hasattr(builtins, name)):
            return False
        return root == "self" or not (self._trusting or last in _HARMLESS or root in LIBRARIES)


def parameter_for(call: cst.Call, argument: cst.Arg, made: cst.FunctionDef) -> str | None:
    """The parameter of a function that an argument of a call of it becomes."""
    if argument.star or any(arg.star for arg in call.args):
        return None
    if argument.keyword is not None:
        return argument.keyword.value
    params = [*made.params.posonly_params, *made.params.params]
    at = next(at for at, arg in enumerate(call.args) if arg is argument)
    return params[at].name.value if at < len(params) else None
