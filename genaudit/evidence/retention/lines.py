"""The line of a path: where its name is bound or added to, from the syntax tree of the user's files."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Set
from typing import NamedTuple, TypeAlias

from genaudit.evidence.project import Project
from genaudit.evidence.retention.tree import NAMED, Holding
from genaudit.model.marks import RetentionNode
from genaudit.sourcetext import tree_of

ADDING_METHODS = frozenset(
    {
        *("append", "appendleft", "extend", "extendleft", "insert", "add", "update", "setdefault", "push", "put"),
        *("put_nowait", "write", "send", "register", "submit", "fill"),
    }
)
ADDING_FUNCTIONS = frozenset({"heappush", "insort", "insort_left", "insort_right", "copyto"})
EMPTY_CALLS = frozenset(
    {
        *("list", "dict", "set", "deque", "defaultdict", "OrderedDict", "Counter", "bytearray", "Queue", "BytesIO"),
        *("SimpleQueue", "LifoQueue", "WeakValueDictionary", "empty", "zeros", "ones", "full"),
    }
)
"""Calls that make a container which is filled later."""
CACHES = frozenset({"lru_cache", "cache", "cached_property", "memoize", "cached"})
Functions: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Scope: TypeAlias = ast.AST
Fits: TypeAlias = Callable[[ast.AST], bool]
"""Tells whether a node is the name that is looked for."""


_WORD = re.compile(r"([A-Z])")


class Place(NamedTuple):
    """A line in a file."""

    path: str
    line: int


class Use(NamedTuple):
    """A line that binds a name, or adds to what it names."""

    line: int
    adds: bool
    is_empty: bool = False
    """Bound to a container with nothing in it."""
    source: str | None = None
    """The name of the variable that it is bound to."""


def places_of(holding: Holding, project: Project, sources: Mapping[str, str], *, grows: bool) -> list[Place]:
    """The lines that fill what a path holds, the likeliest first; none where no name of the path is in the user's code.

    Args:
        holding: The path.
        sources: Text of the user's files, by path.
        grows: Whether it became more while batches were pulled: then the lines that add to it come first.
    """
    own = {path: text for path, text in sources.items() if project.is_own(path)}
    for at in range(len(holding.steps) - 1, -1, -1):
        places = _of_step(holding.steps, at, own, grows=grows)
        if places:
            return places
    return _of_stages(holding.steps, own)


def _of_stages(steps: list[RetentionNode], own: Mapping[str, str]) -> list[Place]:
    """Of a pipeline, the call that made the stage which holds it: ``cache`` made a ``CacheDataset``.

    No name of such a path is the user's: what holds the data are objects of a library.
    """
    for step in reversed(steps):
        stage = step.type.rpartition(".")[2].strip("_")
        if not stage.endswith("Dataset") or stage == "Dataset":
            continue
        method = _WORD.sub(r"_\1", stage.removesuffix("Dataset")).strip("_").lower()
        for path, text in own.items():
            tree = tree_of(text)
            for node in ast.walk(tree) if tree is not None else ():
                if isinstance(node, ast.Call) and any(method in name for name in _last_name(node.func)):
                    return [Place(path, node.end_lineno or node.lineno)]
    return []


def lines_of_names(text: str, names: Set[str]) -> set[int]:
    """The lines of a source text that bind one of these names, or add to what it names."""
    tree = tree_of(text)
    if tree is None or not names:
        return set()

    def fits(node: ast.AST) -> bool:
        return bool(names & set(_last_name(node)))

    return {use.line for node in ast.walk(tree) for use in _use(node, fits)}


def _of_step(steps: list[RetentionNode], at: int, own: Mapping[str, str], *, grows: bool) -> list[Place]:
    step = steps[at]
    if step.type == "_lru_cache_wrapper" and step.name:
        return [place for path, text in own.items() for place in _cached(path, text, step.name)]
    if step.kind in NAMED and step.name:
        return _of_name(steps, at, own, grows=grows)
    if step.kind == "referent" and at > 0:
        return _of_call(steps, at, own)
    return []


def _of_name(steps: list[RetentionNode], at: int, own: Mapping[str, str], *, grows: bool) -> list[Place]:
    step, above = steps[at], steps[at - 1] if at else None
    scopes = list(_scopes(step, above, own))
    for narrow in (True, False):
        places: list[Place] = []
        for path, scope, is_narrow in scopes:
            if is_narrow is narrow:
                uses = list(_uses(scope, step.name, is_attribute=step.kind == "attribute"))
                places += [Place(path, line) for line in _chosen(scope, uses, grows=grows)]
        if places:
            return places
    return []


def _scopes(
    step: RetentionNode, above: RetentionNode | None, own: Mapping[str, str]
) -> Iterator[tuple[str, Scope, bool]]:
    """Where the name may be written: first where it certainly means this one, then anywhere in the user's files."""
    for path, text in own.items():
        tree = tree_of(text)
        if tree is None:
            continue
        is_here = above is not None and above.path == path
        if above is not None and above.kind == "module":
            yield path, tree, is_here
            continue
        if above is not None and above.line is not None and is_here and step.kind in {"variable", "cell", "default"}:
            function = _function_at(tree, above.line)
            if function is not None:
                yield path, function, True
        elif step.kind == "attribute" and above is not None:
            names = {above.type.rpartition(".")[2], above.detail.rpartition(".")[2]}
            yield from ((path, found, True) for name in names for found in _classes(tree, name))
        yield path, tree, False


def _function_at(tree: ast.AST, line: int) -> Functions | None:
    """The function whose first line, that of its decorators counted in, this is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if first <= line <= node.lineno:
                return node
    return None


def _classes(tree: ast.AST, name: str) -> list[ast.ClassDef]:
    """Classes of a name, with those of the user's that it is derived from."""
    by_name = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    found: list[ast.ClassDef] = []
    wanted = [name]
    while wanted:
        node = by_name.pop(wanted.pop(), None)
        if node is not None:
            found.append(node)
            wanted += [last for base in node.bases for last in _last_name(base)]
    return found


def _chosen(scope: Scope, uses: list[Use], *, grows: bool) -> list[int]:
    """The lines that fill it: those that add to it, or else those that bind it to something."""
    adds = [use.line for use in uses if use.adds]
    binds = [use for use in uses if not use.adds]
    filled = [use for use in binds if not use.is_empty]
    if adds and (grows or not filled):
        return adds
    lines: list[int] = []
    for use in filled:
        # `self.images = images`: the line that fills the other name.
        behind = _behind(scope, use, grows=grows) if use.source else []
        lines += behind or [use.line]
    return lines or adds or [use.line for use in binds]


def _behind(scope: Scope, use: Use, *, grows: bool) -> list[int]:
    around = _innermost_function(scope, use.line)
    if around is None or use.source is None:
        return []
    uses = [other for other in _uses(around, use.source, is_attribute=False) if other.line != use.line]
    return _chosen(around, [other._replace(source=None) for other in uses], grows=grows)


def _innermost_function(scope: Scope, line: int) -> Functions | None:
    around = [
        node
        for node in ast.walk(scope)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    return max(around, key=lambda node: node.lineno, default=None)


def _uses(scope: Scope, name: str, *, is_attribute: bool) -> Iterator[Use]:
    """Every line of a scope that binds a name or adds to it, in their order."""

    def fits(node: ast.AST) -> bool:
        if is_attribute:
            return isinstance(node, ast.Attribute) and node.attr == name
        return isinstance(node, ast.Name) and node.id == name

    found = [use for node in ast.walk(scope) for use in _use(node, fits)]
    yield from sorted(set(found))


def _use(node: ast.AST, fits: Fits) -> Iterator[Use]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _bound(target, node.value, fits)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
        if node.value is not None:
            yield from _bound(node.target, node.value, fits)
    elif isinstance(node, ast.AugAssign):
        if fits(_root_of(node.target)):
            yield Use(node.lineno, adds=True)
    elif isinstance(node, ast.Call):
        if _adds(node, fits):
            yield Use(node.lineno, adds=True)
    else:
        yield from _bound_by_block(node, fits)


def _bound_by_block(node: ast.AST, fits: Fits) -> Iterator[Use]:
    """The targets of a loop or of a ``with``."""
    if isinstance(node, ast.For | ast.AsyncFor):
        target, line = node.target, node.lineno
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        target, line = node.optional_vars, node.context_expr.lineno
    else:
        return
    if any(fits(part) for part in ast.walk(target)):
        yield Use(line, adds=False)


def _adds(node: ast.Call, fits: Fits) -> bool:
    if isinstance(node.func, ast.Attribute) and node.func.attr in ADDING_METHODS and fits(_root_of(node.func.value)):
        return True
    called = _last_name(node.func)
    return bool(called and called[0] in ADDING_FUNCTIONS and node.args and fits(_root_of(node.args[0])))


def _root_of(node: ast.AST) -> ast.AST:
    """What an element is of: ``table`` of ``table[key][other]``."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node


def _bound(target: ast.AST, value: ast.AST, fits: Fits) -> Iterator[Use]:
    line: int = target.lineno  # type: ignore[attr-defined]
    if isinstance(target, ast.Subscript):
        if fits(_root_of(target)):
            yield Use(line, adds=True)
    elif isinstance(target, ast.Tuple | ast.List):
        if any(fits(part) for part in target.elts):
            yield Use(line, adds=False)
    elif fits(target):
        source = value.id if isinstance(value, ast.Name) else None
        yield Use(line, adds=False, is_empty=_is_empty(value), source=source)


def _is_empty(value: ast.AST) -> bool:
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return not value.elts
    if isinstance(value, ast.Dict):
        return not value.keys
    if isinstance(value, ast.Constant):
        return True
    called = _last_name(value.func) if isinstance(value, ast.Call) else []
    return bool(called) and called[0] in EMPTY_CALLS


def _last_name(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id]
    return [node.attr] if isinstance(node, ast.Attribute) else []


def _cached(path: str, text: str, name: str) -> Iterator[Place]:
    """The decorator of a cached function, or the line that makes a cache of a function."""
    tree = tree_of(text)
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            for decorator in node.decorator_list:
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                if CACHES.intersection(_last_name(called)):
                    yield Place(path, decorator.lineno)
        elif isinstance(node, ast.Assign) and any(name in _last_name(target) for target in node.targets):
            yield Place(path, node.lineno)


def _of_call(steps: list[RetentionNode], at: int, own: Mapping[str, str]) -> list[Place]:
    """What has no name, as the ``cycle`` that a loop runs over: the call that makes it, in the function around it."""
    above = next((step for step in reversed(steps[:at]) if step.path is not None and step.line is not None), None)
    text = own.get(above.path or "") if above is not None else None
    tree = tree_of(text) if text is not None else None
    if above is None or tree is None:
        return []
    function = _function_at(tree, above.line or 0)
    wanted = steps[at].type.rpartition(".")[2].lstrip("_")
    return [
        Place(above.path or "", node.lineno)
        for node in ast.walk(function or ast.Module(body=[], type_ignores=[]))
        if isinstance(node, ast.Call) and wanted in _last_name(node.func)
    ]
