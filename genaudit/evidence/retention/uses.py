"""Statements of the user's that bind a name, or that add to what it names."""

import ast
import functools
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeAlias

ADDING_METHODS = frozenset(
    {
        *("append", "appendleft", "extend", "extendleft", "insert", "add", "update", "setdefault", "push", "put"),
        *("put_nowait", "write", "writelines", "send", "register", "submit", "fill", "union_update"),
    }
)
ADDING_FUNCTIONS = frozenset({"heappush", "insort", "insort_left", "insort_right", "copyto"})
EMPTY_CALLS = frozenset(
    {
        *("list", "dict", "set", "deque", "defaultdict", "OrderedDict", "Counter", "bytearray", "Queue", "BytesIO"),
        "field",
        *("SimpleQueue", "LifoQueue", "PriorityQueue", "WeakValueDictionary", "StringIO", "empty", "zeros", "ones"),
        *("full", "empty_like", "zeros_like"),
    }
)
"""Calls that make a container which is filled later, where they are given no data."""
SIZED = frozenset({"empty", "zeros", "ones", "full", "bytearray", "empty_like", "zeros_like"})
"""Those of them that are given a size."""
READING_METHODS = frozenset(
    {
        *("get", "get_nowait", "items", "keys", "values", "pop", "popleft", "popitem", "clear", "remove", "discard"),
        *("copy", "index", "count", "join", "close", "qsize", "empty", "sort", "reverse", "rotate", "cache_clear"),
        *("astype", "reshape", "mean", "sum", "min", "max", "result", "done", "read", "acquire", "release"),
    }
)
"""Methods that keep nothing of what they are given."""
LOADING_METHODS = frozenset({"compute", "persist", "load", "collect", "to_pandas"})
"""Methods of what is lazy (Dask, xarray, Polars, Spark) that make it real: before, the name held no data."""
LOADING_OPTIONS = frozenset({"keep_in_memory"})
"""What a method of Hugging Face's datasets is told, so that what it makes is in no file."""
SHOWING_METHODS = frozenset(
    {"with_format", "with_transform", "select", "rename_column", "rename_columns", "cast_column"}
)
"""Methods of theirs that give the same table, seen otherwise."""
CACHES = frozenset({"lru_cache", "cache", "memoize", "cached"})
PROPERTIES = frozenset({"cached_property"})
Functions: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Fits: TypeAlias = Callable[[ast.AST], bool]
"""Tells whether a node is the name that is looked for."""


class Use(NamedTuple):
    """A line that binds a name, or adds to what it names."""

    line: int
    adds: bool
    is_empty: bool = False
    """Bound to a container with nothing in it; or nothing but a constant is added."""
    source: str | None = None
    """The name of the variable that it is bound to."""
    is_guess: bool = False
    """A method is called that may keep what it is given: `log.info("%s", batch)`."""
    is_made_of_itself: bool = False
    """Adds to it, or takes a part of it, by binding the name again: `images = images[order]`."""
    is_made_real: bool = False
    """Bound again to the data that it stood for: `table = table.compute()`."""

    @property
    def is_bind(self) -> bool:
        """Whether the name is given another meaning."""
        return not self.adds and not self.is_guess


def uses_of_name(scope: ast.AST, name: str) -> list[Use]:
    """Every line of a scope that binds a variable or adds to it, in their order.

    Functions inside the scope in which the name means a variable of their own are left out.
    """
    fits = functools.partial(_is_variable, name)
    nodes = list(visible(scope, name))
    return _in_order([*(use for node in nodes for use in uses_in(node, fits, name)), *_by_other_names(nodes, fits)])


def uses_of_attribute(scope: ast.AST, name: str, owner: str | None = None, *, not_own: bool = False) -> list[Use]:
    """Every line of a scope that binds an attribute or adds to it, in their order.

    Args:
        owner: Only of what has this name.
        not_own: Not of ``self``.
    """

    def fits(node: ast.AST) -> bool:
        if not isinstance(node, ast.Attribute) or node.attr != name:
            return False
        of = last_name(node.value)
        return (owner is None or owner in of) and not (not_own and of in (["self"], ["cls"]))

    nodes = list(ast.walk(scope))
    return _in_order([*(use for node in nodes for use in uses_in(node, fits, name)), *_by_other_names(nodes, fits)])


def _by_other_names(nodes: list[ast.AST], fits: Fits) -> Iterator[Use]:
    """What is added by the name of an entry: ``known = self.by_class[label]``, and then ``known.append(image)``.

    A variable that is something else as well is no such name.
    """
    for function in nodes:
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        given: dict[str, list[ast.AST]] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                given.setdefault(node.targets[0].id, []).append(node.value)
        for name, values in given.items():
            if all(fits(_entry_of(value)) for value in values) and not any(fits(value) for value in values):
                is_it = functools.partial(_is_variable, name)
                uses = (use for node in visible(function, name) for use in uses_in(node, is_it, name))
                yield from (use for use in uses if use.adds and not use.is_made_of_itself)


def _is_variable(name: str, node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _entry_of(node: ast.AST) -> ast.AST:
    """What an entry is taken of: ``table`` of ``table[key]`` and of ``table.get(key)``; else the node itself."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        return _root_of(node.func.value)
    return _root_of(node)


def _in_order(uses: Iterable[Use]) -> list[Use]:
    return sorted(set(uses), key=lambda use: (use.line, use.adds))


def visible(scope: ast.AST, name: str) -> Iterator[ast.AST]:
    """The nodes of a scope in which a name means what it means in the scope."""
    waiting = [scope]
    while waiting:
        node = waiting.pop()
        yield node
        for child in ast.iter_child_nodes(node):
            if not (isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and owns(child, name)):
                waiting.append(child)
            elif not isinstance(child, ast.Lambda):
                waiting += child.decorator_list


def owns(function: ast.AST, name: str) -> bool:
    """Whether a name means a variable of this very function: a parameter, or one that is bound in it."""
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return False
    if has_parameter(function, name):
        return True
    bound, waiting = False, list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Global | ast.Nonlocal) and name in node.names:
            return False
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            bound = True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | ast.comprehension):
            waiting += ast.iter_child_nodes(node)
    return bound


def has_parameter(function: Functions | ast.Lambda, name: str) -> bool:
    """Whether a function is given something under this name."""
    given = function.args
    return any(arg.arg == name for arg in (*given.posonlyargs, *given.args, *given.kwonlyargs))


def uses_in(node: ast.AST, fits: Fits, name: str) -> Iterator[Use]:
    """How one statement or expression uses the name; what is inside it is not looked at.

    Args:
        fits: Tells whether a node is that name.
        name: Its last part.
    """
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _bound(target, node.value, fits)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
        if node.value is not None:
            yield from _bound(node.target, node.value, fits)
    elif isinstance(node, ast.Call):
        yield from _called(node, fits, name)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from _decorated(node, name)
    elif not isinstance(node, ast.AugAssign):
        yield from _bound_by_block(node, fits)
    elif fits(_root_of(node.target)):
        yield Use(node.lineno, adds=True)


def _called(node: ast.Call, fits: Fits, name: str) -> Iterator[Use]:
    if _adds(node, fits, name):
        is_constant = bool(node.args) and all(isinstance(argument, ast.Constant) for argument in node.args)
        yield Use(node.lineno, adds=True, is_empty=is_constant)
    elif _may_keep(node, fits):
        yield Use(node.lineno, adds=False, is_guess=True)


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


def _decorated(node: Functions, name: str) -> Iterator[Use]:
    """The decorator that makes a function a cache, or what a property computes once."""
    if node.name != name:
        return
    for decorator in node.decorator_list:
        called = set(last_name(decorator.func if isinstance(decorator, ast.Call) else decorator))
        if called & CACHES:
            yield Use(decorator.lineno, adds=False)
        elif called & PROPERTIES:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value is not None:
                    source = inner.value.id if isinstance(inner.value, ast.Name) else None
                    yield Use(inner.lineno, adds=False, source=source)


def _adds(node: ast.Call, fits: Fits, name: str) -> bool:
    if isinstance(node.func, ast.Attribute) and node.func.attr in ADDING_METHODS and fits(_root_of(node.func.value)):
        return True
    called = last_name(node.func)
    if called == ["setattr"] and len(node.args) > 1:
        return isinstance(node.args[1], ast.Constant) and node.args[1].value == name
    return bool(called and called[0] in ADDING_FUNCTIONS and node.args and fits(_root_of(node.args[0])))


def _may_keep(node: ast.Call, fits: Fits) -> bool:
    if not isinstance(node.func, ast.Attribute) or not fits(_root_of(node.func.value)):
        return False
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    return node.func.attr not in READING_METHODS and not all(isinstance(part, ast.Constant) for part in given)


def _root_of(node: ast.AST) -> ast.AST:
    """What an element is of: ``table`` of ``table[key][other]`` and of ``table.setdefault(key, [])``."""
    while True:
        if isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "setdefault":
            node = node.func.value
        else:
            return node


def _bound(target: ast.AST, value: ast.AST, fits: Fits) -> Iterator[Use]:
    line: int = target.lineno  # type: ignore[attr-defined]
    if isinstance(target, ast.Subscript):
        if fits(_root_of(target)):
            yield Use(line, adds=True, is_empty=isinstance(value, ast.Constant))
    elif isinstance(target, ast.Tuple | ast.List):
        values = value.elts if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts) else []
        for at, part in enumerate(target.elts):
            yield from _bound(part, values[at] if values else value, fits)
    elif isinstance(target, ast.Starred):
        yield from _bound(target.value, value, fits)
    elif fits(target):
        # `images = np.append(images, image)` adds to it.
        is_of_itself = any(fits(part) for part in ast.walk(value))
        is_real = is_of_itself and isinstance(value, ast.Call) and _is_loading(value)
        source = value.id if isinstance(value, ast.Name) else None
        yield Use(
            line,
            adds=is_of_itself and not is_real,
            is_empty=is_empty(value),
            source=source,
            is_made_of_itself=is_of_itself,
            is_made_real=is_real,
        )


def _is_loading(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Attribute) and call.func.attr in LOADING_METHODS:
        return True
    return any(
        given.arg in LOADING_OPTIONS and isinstance(given.value, ast.Constant) and given.value.value is True
        for given in call.keywords
    )


def shown(value: ast.expr) -> ast.expr:
    """What a value shows in another way: `corpus` of `corpus.with_format("torch")`; else the value itself."""
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in SHOWING_METHODS:
        value = value.func.value
    return value


def is_empty(value: ast.AST) -> bool:
    """Whether an expression makes a container that is filled later, a container of such, or nothing but a constant."""
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return all(map(is_empty, value.elts))
    if isinstance(value, ast.Dict):
        return all(map(is_empty, value.values))
    if isinstance(value, ast.ListComp | ast.SetComp | ast.DictComp):
        return is_empty(value.value if isinstance(value, ast.DictComp) else value.elt)
    if isinstance(value, ast.Constant):
        return True
    called = last_name(value.func) if isinstance(value, ast.Call) else []
    if not called or called[0] not in EMPTY_CALLS or not isinstance(value, ast.Call):
        return False
    return called[0] in SIZED or not any(_may_have_data(argument) for argument in value.args)


def _may_have_data(argument: ast.AST) -> bool:
    """Whether an argument may be what a container is filled with, and not its size, its class or nothing."""
    if isinstance(argument, ast.Constant | ast.Lambda | ast.Attribute | ast.BinOp):
        return False
    if isinstance(argument, ast.Name):
        return argument.id not in {"list", "dict", "set", "int", "float", "str", "maxsize"}
    return not (isinstance(argument, ast.List | ast.Tuple) and not argument.elts)


def last_name(node: ast.AST) -> list[str]:
    """The last part of a dotted name: ``seen`` of ``self.seen``."""
    if isinstance(node, ast.Name):
        return [node.id]
    return [node.attr] if isinstance(node, ast.Attribute) else []
