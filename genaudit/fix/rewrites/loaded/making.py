"""How one item is made, and whether it is the same when it is made later."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable

from genaudit.fix.rewrites.loaded.gathered import Gathered, Unfit, assigned, last_name

_DRAWS = frozenset(
    [
        *("random", "randint", "randrange", "choice", "choices", "uniform", "normal", "rand", "randn", "sample"),
        *("permutation", "shuffle", "integers", "gauss", "standard_normal"),
    ]
)
_READS_ON = frozenset(["next", "pop", "popleft", "popitem", "readline", "read", "recv", "get_nowait"])
_SUSPENDS = (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)


def names_in(nodes: Iterable[ast.AST], kind: type[ast.expr_context] | None = None) -> set[str]:
    """Names in some nodes: those that are read, or given, or both."""
    return {
        node.id
        for outer in nodes
        for node in ast.walk(outer)
        if isinstance(node, ast.Name) and (kind is None or isinstance(node.ctx, kind))
    }


def split_loop(found: Gathered) -> None:
    """Find the statements of a loop that only serve to make the item; they go where it is made.

    Raises:
        Unfit: The loop does something that cannot be taken apart.
    """
    if found.loop is None or found.append is None:
        return
    loop, append = found.loop, found.append
    if any(isinstance(node, ast.Break | ast.Return | ast.Yield | ast.YieldFrom) for node in ast.walk(loop)):
        raise Unfit(f"the loop that fills {found.shown} may end before its last item")
    if names_in([found.target]) & names_in(loop.body, ast.Store):
        raise Unfit(f"the variable of the loop that fills {found.shown} gets another value in it")
    block = _block_of(append, found)
    wanted = names_in([found.item], ast.Load)
    if found.within is not None:
        wanted |= names_in([found.within], ast.Load)
    found.prepare = _serving(block[: block.index(found.within or append)], wanted, found)
    inside = {*_nodes(found.prepare), *ast.walk(found.within or append)}
    own = names_in([node for node in inside if isinstance(node, ast.Name)], ast.Store)
    others = {
        node.id
        for node in ast.walk(found.function)
        if isinstance(node, ast.Name) and node.id in own and node not in inside
    }
    if others:
        raise Unfit(f"{min(others)} is used elsewhere too, not only to make an item of {found.shown}")
    left = (names_in([found.item, *found.prepare], ast.Load) - own) & names_in(loop.body, ast.Store)
    if left:
        raise Unfit(f"{min(left)}, which an item of {found.shown} is made of, is set elsewhere in the loop")


def _serving(before: list[ast.stmt], wanted: set[str], found: Gathered) -> list[ast.stmt]:
    """Of some statements those that give what is wanted, and what these want."""
    wanted = wanted - names_in([found.target])
    serving: list[ast.stmt] = []
    for statement in reversed(before):
        if not names_in([statement], ast.Store) & wanted:
            continue
        if assigned(statement) is None and not isinstance(statement, ast.AugAssign):
            raise Unfit(f"what is put into {found.shown} is made by more than plain assignments")
        serving.insert(0, statement)
        wanted |= names_in([statement], ast.Load) - names_in([found.target])
    return serving


def _nodes(statements: list[ast.stmt]) -> set[ast.AST]:
    return {node for statement in statements for node in ast.walk(statement)}


def _block_of(statement: ast.stmt, found: Gathered) -> list[ast.stmt]:
    """The list of statements of the loop that holds one; a ``with`` that does nothing else comes along."""
    assert found.loop is not None
    for node in ast.walk(found.loop):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if not isinstance(block, list) or statement not in block:
                continue
            if isinstance(node, ast.For | ast.If):
                return block
            if isinstance(node, ast.With) and block[-1] is statement and found.within is None:
                _check_within(node, statement)
                found.within = node
                return _block_of(node, found)
            raise Unfit("an item is made inside of a try or while statement of the loop")
    raise Unfit("the statement that appends an item was not found")


def _check_within(node: ast.With, append: ast.stmt) -> None:
    """All that the ``with`` does is to make the item."""
    if any(assigned(statement) is None for statement in node.body if statement is not append):
        raise Unfit("the with statement that an item is made in does more than that")


def making(found: Gathered) -> list[ast.AST]:
    """All that makes an item."""
    return [*found.prepare, found.within or found.item]


def free_names(found: Gathered) -> set[str]:
    """Names that an item is made of, and that are given elsewhere."""
    made = making(found)
    own = names_in([found.target]) | names_in(made, ast.Store)
    is_list = {found.name} if found.receiver is None or found.within is not None else set()
    return names_in(made, ast.Load) - own - is_list


def check_item(found: Gathered) -> None:
    """Make sure that an item is the same whenever it is made, as far as the text tells.

    Raises:
        Unfit: It draws a random number, reads on in a file, or is made of something that changes later.
    """
    made = making(found)
    free = free_names(found)
    if not names_in([found.target]) & names_in(made, ast.Load):
        raise Unfit(f"items of {found.shown} are not made of what the loop goes over")
    for node in (node for outer in made for node in ast.walk(outer)):
        if isinstance(node, _SUSPENDS):
            raise Unfit(f"an item of {found.shown} is made with await, yield or :=")
        if isinstance(node, ast.Call):
            _check_call(node, free, found)
    if isinstance(found.item, ast.Name | ast.Constant) and not found.prepare and found.within is None:
        raise Unfit(f"nothing is loaded where {found.shown} is made")
    if found.receiver is None:
        _check_names(free, found)


def _check_call(call: ast.Call, free: set[str], found: Gathered) -> None:
    name = last_name(call.func)
    if name in _DRAWS:
        raise Unfit(f"an item of {found.shown} is drawn at random, so that it matters when it is made")
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if name == "next" or (name in _READS_ON and isinstance(owner, ast.Name) and owner.id in free):
        raise Unfit(f"an item of {found.shown} is what comes next in {ast.unparse(owner or call)}")


def _check_names(free: set[str], found: Gathered) -> None:
    """Nothing that items are made of may get another value once the list is there."""
    after = found.last.end_lineno or 0
    for node in ast.walk(found.function):
        name, line = _bound(node)
        if name in free and line > after:
            raise Unfit(f"{name}, which items of {found.shown} are made of, gets another value further down")
        if isinstance(node, ast.Global | ast.Nonlocal):
            raise Unfit("the function changes variables outside of it")


def _bound(node: ast.AST) -> tuple[str | None, int]:
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        return node.id, node.lineno
    if isinstance(node, ast.arg):
        return node.arg, node.lineno
    return None, 0


def is_global(name: str, found: Gathered) -> bool:
    """Whether a name is none of the function's own."""
    if name in dir(builtins):
        return True
    return not any(_bound(node)[0] == name for node in ast.walk(found.function))
