"""Training loops that keep what each batch made: read as they stand, without an abstract run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeGuard

from genaudit.lint.files.module import Module
from genaudit.lint.files.syntax import own_nodes, qualified_name
from genaudit.lint.rules.base import Hit, hit
from genaudit.model import Level, rule

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_Loop = ast.For | ast.AsyncFor | ast.While
_LOADER = re.compile(r"load|dataset|generator|_d[sl]\b")
"""What a loop over batches goes over, by its name."""
_NO_GRAPH = re.compile(r"\b(no_grad|inference_mode)\b")
_NAMED_LOADER = re.compile(r"(^|[._])(data_?)?loader$|(^|_)dl$", re.IGNORECASE)
"""What is surely a loader, by its name."""
_COLLECTING = frozenset(["list", "tuple", "sorted"])
_STEPS = frozenset(["backward", "train_on_batch", "test_on_batch", "apply_gradients"])
"""Methods that are called with each batch of a training."""
_FRAMEWORKS = ("torch", "tensorflow", "keras")
"""A file that names none of them trains nothing: other things go backward, too."""
_CUTTING = frozenset(
    "item detach detach_ tolist numpy size dim shape data dtype device grad grad_fn requires_grad backward".split()
)
"""Attributes of a tensor that lead to none of its graph."""
_NUMBERS = frozenset(["float", "int", "len", "str", "repr", "bool", "print", "isinstance", "type", "id", "range"])
_MOVED = frozenset(["to", "cuda", "cpu", "clone", "numpy", "contiguous", "detach", "copy"])
"""Methods that give the batch itself, or a copy of it."""
_ADDING = frozenset(["append", "extend", "add", "appendleft"])
_EMPTYING = frozenset(["clear", "pop", "popleft", "popitem", "remove"])


@rule(
    code="GA206",
    name="training-loop-growth",
    title="A training loop keeps what each batch made",
    level=Level.WARNING,
)
def training_loop_growth(module: Module) -> Iterator[Hit]:
    """A loop that trains puts a loss, an output or the batch itself into something that outlives the batch.

    Why it matters:
        A tensor of PyTorch that took part in ``backward`` brings the graph that made it: ``losses.append(loss)`` and
        ``total += loss`` keep the nodes of every batch, and without ``backward`` also all activations. A list of
        batches becomes the data set: ``batches = list(loader)`` loads it before the first step.

    When it is wrong:
        The loop ends after few batches, or something outside of it empties the list. Numbers are never accused:
        ``loss.item()``, ``float(loss)``, ``loss.detach()``.

    What to do:
        Keep the number: ``losses.append(loss.item())``, ``total += loss.item()``.

    Known misses:
        Loops in other files than the call of ``backward``; what a callback or a method of the user's own keeps.
    """
    if not may_train(module.source.text):
        return
    loaders = _loaders(module)
    for scope, name in _scopes(module):
        yield from _collected(scope, name, loaders, module)
    for scope, name in _scopes(module):
        if isinstance(scope, _FUNCTIONS) and module.yields(scope):
            continue
        for loop, losses in _training_loops(scope):
            yield from sorted(_TrainingLoop(loop, losses, module, name).hits(), key=lambda found: found.line)


def _collected(scope: ast.AST, function: str, loaders: set[str], module: Module) -> Iterator[Hit]:
    """Places that put all batches of a loader into a list, which the loop then goes over."""
    for node in own_nodes(scope):
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else getattr(node, "iter", None)
        loader = _whole_of(value)
        if loader is None or not ((isinstance(loader, ast.Name) and loader.id in loaders) or _is_loader(loader)):
            continue
        yield hit(
            node,
            path=module.path,
            function=function,
            message=f"every batch of {ast.unparse(loader)} is in memory before the first step",
            level=Level.WARNING,
            fix=f"go over {ast.unparse(loader)} itself in each epoch; shuffle=True gives its items another order",
        )


def _loaders(module: Module) -> set[str]:
    """Names that are given a loader of PyTorch."""
    return {
        target.id
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assign) and _is_loader(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _is_loader(value: ast.expr) -> bool:
    """Whether a value is a loader: a call of DataLoader, or what is named so."""
    if isinstance(value, ast.Call):
        return ast.unparse(value.func).rpartition(".")[2] == "DataLoader"
    return isinstance(value, ast.Name | ast.Attribute) and _NAMED_LOADER.search(ast.unparse(value)) is not None


def _whole_of(value: ast.expr | None) -> ast.expr | None:
    """What a value lists all elements of, as they are or moved; ``None`` where it is no such list."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in _COLLECTING:
        return value.args[0] if len(value.args) == 1 else None
    if not isinstance(value, ast.ListComp) or len(value.generators) != 1 or value.generators[0].ifs:
        return None
    (made,) = value.generators
    return made.iter if _kept_batch(value.elt, _names_of_batch(made)) is not None else None


def _kept_batch(value: ast.expr, batch: list[str]) -> str | None:
    """The batch, where a value is the batch or the inputs of it, wherever moved; labels and indices are little."""
    if isinstance(value, ast.Tuple | ast.List):
        return next((name for element in value.elts if (name := _kept_batch(element, batch))), None)
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _MOVED:
        value = value.func.value
    return value.id if isinstance(value, ast.Name) and value.id in batch[:1] else None


def may_train(text: str) -> bool:
    """Whether a file may have a loop that trains, by its words."""
    return any(name in text for name in _FRAMEWORKS) and any(f".{name}(" in text for name in _STEPS)


def _scopes(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """The file, and each function in it, with its name."""
    yield module.tree, "<module>"
    for node in ast.walk(module.tree):
        if isinstance(node, _FUNCTIONS):
            yield node, node.name


def _training_loops(scope: ast.AST) -> Iterator[tuple[_Loop, set[str]]]:
    """The innermost loops of a scope in which a batch is trained on, and the names that ``backward`` is called on.

    Also those within them that go over a loader: what they add up goes backward when they are over.
    """
    for node in own_nodes(scope):
        if not isinstance(node, _Loop) or not _trains(node):
            continue
        inside = [each for each in own_nodes(node) if isinstance(each, _Loop)]
        if any(_trains(each) for each in inside):
            continue
        losses = {name for each in own_nodes(node) if _method(each) == "backward" and (name := _receiver(each))}
        yield node, losses
        for each in inside:
            if not isinstance(each, ast.While) and _LOADER.search(ast.unparse(each.iter)):
                yield each, losses


def _trains(loop: ast.AST) -> bool:
    return any(_method(node) in _STEPS for node in own_nodes(loop))


def _method(node: ast.AST) -> str:
    """The name of the method that a call calls; empty for all else."""
    return node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""


class _TrainingLoop:
    """One loop over batches: what it makes anew each time, what carries a graph, and what it puts where."""

    def __init__(self, loop: _Loop, losses: set[str], module: Module, function: str) -> None:
        self._losses = losses
        self._module = module
        self._function = function
        self._nodes = list(own_nodes(loop))
        self._batch = _names_of_batch(loop)
        seldom = [node for node in self._nodes if _is_seldom(node)]
        self._seldom = {id(inner) for node in seldom for inner in ast.walk(node)}
        bound = [node for node in self._nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
        augmented = {id(node.target) for node in self._nodes if isinstance(node, ast.AugAssign)}
        assigned = {node.id for node in bound if id(node) not in augmented}
        self._grown = _added_to_itself(self._nodes)
        self._anew = (assigned - self._grown) | set(self._batch)
        """Names that every batch binds anew."""
        self._emptied = {
            _dotted(node.func.value, module.imports)
            for node in self._nodes
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _EMPTYING
        } | {
            _dotted(target.value if isinstance(target, ast.Subscript) else target, module.imports)
            for node in self._nodes
            if isinstance(node, ast.Delete)
            for target in node.targets
        }
        self._measured = {
            _dotted(node.args[0], module.imports)
            for node in self._nodes
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len" and node.args
        }
        self._graph = self._with_graph()

    def hits(self) -> Iterator[Hit]:
        """Places that keep a graph, or a batch."""
        for node in self._nodes:
            if id(node) in self._seldom:
                continue
            for container, value in _kept(node):
                name = _dotted(container, self._module.imports)
                if name is None or not self._outlives(container, name):
                    continue
                yield from self._accused(node, name, value)

    def _accused(self, node: ast.AST, name: str, value: ast.expr) -> Iterator[Hit]:
        found = next(self._carried(value), None)
        if found is not None:
            is_number = found in self._losses
            words = "the number" if is_number else "it without the graph"
            fix = f"keep {words}: {ast.unparse(_without_graph(node, found, 'item' if is_number else 'detach'))}"
            yield self._hit(node, f"{name} keeps the graph of every batch with {found}", fix)
        elif isinstance(node, ast.Expr) and (batch := _kept_batch(value, self._batch)) is not None:
            yield self._hit(node, f"{name} keeps every batch: {batch}", "keep what is needed of it, not the batch")

    def _hit(self, node: ast.AST, message: str, fix: str) -> Hit:
        return hit(
            node,
            path=self._module.path,
            function=self._function,
            message=message,
            level=Level.WARNING,
            fix=fix,
        )

    def _outlives(self, container: ast.expr, name: str) -> bool:
        """Whether what is put there is still there with the next batch, and the one after it."""
        first = name.partition(".")[0]
        if first in self._anew or name in self._emptied or name in self._measured:
            return False
        return not isinstance(container, ast.Name) or not self._is_bounded(container.id)

    def _is_bounded(self, name: str) -> bool:
        """Whether the file makes a deque of a maximal length of that name."""
        made = re.compile(rf"\b{re.escape(name)}\s*=\s*(\w+\.)?deque\([^\n]*maxlen")
        return made.search(self._module.source.text) is not None

    def _with_graph(self) -> set[str]:
        """Names of tensors that bring a graph: what ``backward`` is called on, and what that was made from here."""
        made = self._made()
        names, todo = set(self._losses), list(self._losses)
        while todo:
            name = todo.pop()
            arguments = {argument for value in made.get(name, []) for argument in _first_arguments(value)}
            for argument in arguments - names:
                if self._is_computed(made.get(argument, [])):
                    names.add(argument)
                    todo.append(argument)
        return names & (self._anew | self._grown)

    def _made(self) -> dict[str, list[ast.expr]]:
        """What variables are given in the loop, or is added to them."""
        made: dict[str, list[ast.expr]] = {}
        for node in self._nodes:
            if isinstance(node, ast.Assign):
                given = [(target, node.value) for target in node.targets]
            else:
                given = [(node.target, node.value)] if _is_sum(node) else []
            for target, value in given:
                if isinstance(target, ast.Name):
                    made.setdefault(target.id, []).append(value)
        return made

    def _is_computed(self, values: list[ast.expr]) -> bool:
        """Whether calls make a variable from more than the batch: that itself, wherever it is moved, has no graph."""
        calls = bool(values) and all(isinstance(value, ast.Call) for value in values)
        return calls and not any(_is_of(value, self._batch) for value in values)

    def _carried(self, value: ast.expr) -> Iterator[str]:
        """Names of tensors that bring a graph into a value."""
        if isinstance(value, ast.Name):
            if value.id in self._graph:
                yield value.id
            return
        for part in _parts(value):
            yield from self._carried(part)


def _parts(value: ast.expr) -> list[ast.expr]:
    """The parts of an expression whose graph is in its value."""
    if isinstance(value, ast.Attribute):
        return [] if value.attr in _CUTTING else [value.value]
    if isinstance(value, ast.Call):
        # A method of the tensor; of what a function makes of it nothing is known.
        return _parts(value.func) if isinstance(value.func, ast.Attribute) else []
    if isinstance(value, ast.BinOp):
        return [value.left, value.right]
    if isinstance(value, ast.UnaryOp):
        return [value.operand]
    if isinstance(value, ast.Subscript):
        return [value.value]
    if isinstance(value, ast.Tuple | ast.List):
        return value.elts
    return value.values if isinstance(value, ast.Dict) else []


def _is_sum(node: ast.AST) -> TypeGuard[ast.AugAssign]:
    return isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add)


def _kept(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """A container or a sum, and what a statement adds to it."""
    if isinstance(node, ast.Expr) and _method(node.value) in _ADDING:
        call = node.value
        assert isinstance(call, ast.Call)
        assert isinstance(call.func, ast.Attribute)
        if call.args:
            yield call.func.value, call.args[0]
    elif _is_sum(node):
        yield node.target, node.value
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.Add):
        (target, *more), sides = node.targets, [node.value.left, node.value.right]
        for side, other in (sides, sides[::-1]):
            if not more and isinstance(target, ast.Name) and isinstance(side, ast.Name) and side.id == target.id:
                yield target, other


def _added_to_itself(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that are bound in a loop to themselves and something more, and to nothing else."""
    grown = {
        container.id
        for node in nodes
        if isinstance(node, ast.Assign)
        for container, _ in _kept(node)
        if isinstance(container, ast.Name)
    }
    others = {
        target.id
        for node in nodes
        if isinstance(node, ast.Assign) and not list(_kept(node))
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return grown - others


def _first_arguments(value: ast.expr) -> Iterator[str]:
    """Names that a value is computed from: of a call the first argument, which is the output that a loss is of."""
    if isinstance(value, ast.Call):
        if isinstance(value.func, ast.Name) and value.func.id in _NUMBERS:
            return
        if isinstance(value.func, ast.Attribute) and value.func.attr in _CUTTING:
            return
        for argument in value.args[:1]:
            yield from _first_arguments(argument)
    elif isinstance(value, ast.Name):
        yield value.id
    elif isinstance(value, ast.Attribute):
        if value.attr not in _CUTTING:
            yield from _first_arguments(value.value)
    elif isinstance(value, ast.BinOp):
        yield from _first_arguments(value.left)
        yield from _first_arguments(value.right)


def _is_of(value: ast.expr, batch: list[str]) -> bool:
    """Whether a value is a part of the batch, moved or of another type: nothing has been computed from it."""
    while isinstance(value, ast.Subscript | ast.Attribute | ast.Call):
        if isinstance(value, ast.Call) and not isinstance(value.func, ast.Attribute):
            return False
        value = value.func if isinstance(value, ast.Call) else value.value
    return isinstance(value, ast.Name) and value.id in batch


def _without_graph(node: ast.AST, name: str, method: str) -> ast.AST:
    """The statement with what a method of a tensor gives in its place."""

    class Detached(ast.NodeTransformer):
        def visit_Name(self, found: ast.Name) -> ast.AST:
            if found.id != name or not isinstance(found.ctx, ast.Load):
                return found
            return ast.Call(ast.Attribute(ast.Name(name, ast.Load()), method, ast.Load()), [], [])

    copy = ast.parse(ast.unparse(node))
    Detached().visit(copy)
    return copy


def _names_of_batch(loop: _Loop | ast.comprehension) -> list[str]:
    """The names of a loop's target that are the batch, or its parts in their order."""
    if isinstance(loop, ast.While):
        return []
    target: ast.expr = loop.target
    counts = any(isinstance(node, ast.Name) and node.id == "enumerate" for node in ast.walk(loop.iter))
    if counts and isinstance(target, ast.Tuple | ast.List) and len(target.elts) == 2:
        target = target.elts[1]
    parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
    return [part.id for part in parts if isinstance(part, ast.Name)]


def _is_seldom(node: ast.AST) -> bool:
    """Whether what is below a statement is done with a few batches, or where there is no graph."""
    if isinstance(node, ast.If):
        return any(isinstance(inner, ast.Mod) for inner in ast.walk(node.test))
    return isinstance(node, ast.With | ast.AsyncWith) and any(
        _NO_GRAPH.search(ast.unparse(item.context_expr)) for item in node.items
    )


def _receiver(call: ast.AST) -> str | None:
    """The name whose method a call calls."""
    value = call.func.value if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else None
    return value.id if isinstance(value, ast.Name) else None


def _dotted(node: ast.AST, imports: Mapping[str, str]) -> str | None:
    while isinstance(node, ast.Subscript):
        node = node.value
    return qualified_name(node, imports)
