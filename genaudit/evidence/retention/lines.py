"""The line of a path: where its name is bound or added to, from the syntax tree of the user's files."""

import ast
import builtins
import functools
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Set
from typing import NamedTuple

import msgspec

from genaudit.evidence.project import Project
from genaudit.evidence.retention.calls import (
    MAKERS,
    Given,
    Own,
    calls_of,
    given_to,
    given_to_field,
    handed_over,
    receivers,
)
from genaudit.evidence.retention.scopes import (
    FUNCTIONS,
    argument_of,
    classes,
    enclosing,
    function_at,
    loops_around,
    owner_of,
)
from genaudit.evidence.retention.tree import NAMED, Holding
from genaudit.evidence.retention.uses import (
    ADDING_METHODS,
    Use,
    has_parameter,
    is_empty,
    last_name,
    owns,
    shown,
    uses_in,
    uses_of_attribute,
    uses_of_name,
)
from genaudit.model.marks import RetentionNode
from genaudit.sourcetext import tree_of

MOST_PASSED = 3
"""Calls that a container is followed through to the line which fills it."""


KEEPING = frozenset({"register", "connect", "subscribe", "signal", "bind", "attach", "finalize", "add_done_callback"})
"""What functions are called that keep a function which they are given."""
AT_EXIT = "atexit"
"""The module whose callbacks C code keeps: their number is all that a walk sees of those with arrays for arguments."""
_CALLABLE = frozenset({"function", "method", "partial"})
_ARGUMENTS = frozenset({"tuple", "dict"})
_SUSPENDED = frozenset({"generator", "coroutine", "async_generator"})
_OF_THE_LANGUAGE = _CALLABLE | {"generator", "coroutine", "async_generator", "frame", "cell", "module", "Thread"}
_WORD = re.compile(r"([A-Z])")
_TABLES_OF_MODULES = frozenset({"_buffers", "_parameters", "_modules"})
"""Where ``torch.nn.Module`` keeps attributes: ``self.mean = …`` is an entry of one of these."""


class Place(NamedTuple):
    """A line in a file."""

    path: str
    line: int


class Scope(NamedTuple):
    """Where a name means what is looked for."""

    path: str
    tree: ast.AST
    uses: list[Use]


def places_of(holding: Holding, project: Project, sources: Mapping[str, str], *, grows: bool) -> list[Place]:
    """The lines that fill what a path holds, the likeliest first; none where no name of the path is in the user's code.

    Args:
        holding: The path.
        sources: Text of the user's files, by path.
        grows: Whether it became more while batches were pulled: then the lines that add to it come first.
    """
    own = Own(
        {path: tree for path, text in sources.items() if project.is_own(path) and (tree := _tree(text)) is not None}
    )
    own.is_script = project.is_script
    own.driven = holding.steps[0].name if holding.steps[0].kind == "source" and not own.is_script else ""
    holding = _with_attributes(holding)
    root = holding.steps[0]
    if root.kind == "module" and root.name == AT_EXIT:
        return _with_arguments(own)
    handed = _handed_over(root, own)
    if root.kind == "referent" and (not handed or root.type in _ARGUMENTS):
        return handed or (_registered(root, own) if grows else []) or _made(holding.steps, own)
    if grows and not handed and (function := _first_own(holding.steps, own)) is not None:
        handed = _given_to_others(function.function or "", function.line, own)
    if grows and handed:
        # Each of these brings no more: it is their number that grows.
        return handed
    if grows and holding.entries <= 0 and (asked := _asked_of_entries(holding.steps, own)):
        return asked
    # From the container up, then what is inside its entries, the innermost first.
    holder, n_steps = holding.holder, len(holding.steps)
    inner = range(n_steps - 1, holder, -1)
    for at in [*range(holder, -1, -1), *inner]:
        places = _of_step(holding.steps, at, own, grows=grows)
        if places and at == holder and grows and holding.steps[at].count == 1 and _is_made_once(places, own):
            # The list was there before; its entries have gained something.
            places = next((each for at in inner if (each := _later(holding.steps, at, own))), places)
        if places:
            return list(dict.fromkeys(places))
    found = handed or _of_stages(holding.steps, own) or _of_libraries(holding.steps[1:], own)
    found = found or _of_loops(holding.steps, own)
    return found or _of_source(holding.steps, own) or _of_driven(root, own)


def _with_attributes(holding: Holding) -> Holding:
    """The same path, with what a module of torch keeps in a table of its own as the attribute that code calls it."""
    steps: list[RetentionNode] = []
    container = holding.container
    for step in holding.steps:
        if step.kind == "entry" and step.name and steps and steps[-1].name in _TABLES_OF_MODULES:
            steps[-1] = msgspec.structs.replace(step, kind="attribute")
            container = steps[-1] if step is container else container
        else:
            steps.append(step)
    return msgspec.structs.replace(holding, steps=steps, container=container)


def _asked_of_entries(steps: list[RetentionNode], own: Own) -> list[Place]:
    """The one line that calls a method of an entry, where the entries became more: ``volumes[index].get_fdata()``.

    An object of a library fills an attribute of its own then; the list of such objects was there before.
    """
    last = len(steps) - 1
    containers = [at for at, step in enumerate(steps[:-1]) if step.entries and step.kind in NAMED and step.name]
    is_of_library = steps[last].kind == "attribute" and not any(classes(tree, steps[-2].type) for tree in own.values())
    if not containers or not is_of_library:
        return []
    name = steps[containers[-1]].name
    places = {Place(path, line) for path, tree in own.items() for line in _calls_of_entries(tree, name)}
    return list(places) if len(places) == 1 else []


def _calls_of_entries(tree: ast.AST, name: str) -> Iterator[int]:
    """Lines that call a method of an entry of what has this name, or of a variable that is bound to one."""
    for function in ast.walk(tree):
        if not isinstance(function, FUNCTIONS):
            continue
        bound = {
            target.id
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and _is_entry_of(node.value, name)
            for target in node.targets
            if isinstance(target, ast.Name)
        } | {
            node.target.id
            for node in ast.walk(function)
            if isinstance(node, ast.For) and name in last_name(node.iter) and isinstance(node.target, ast.Name)
        }
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                of = node.func.value
                if _is_entry_of(of, name) or (isinstance(of, ast.Name) and of.id in bound):
                    yield node.lineno


def _is_entry_of(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Subscript) and name in last_name(node.value)


def _later(steps: list[RetentionNode], at: int, own: Own) -> list[Place]:
    """The lines that fill what a step names, unless that is done when its object is made."""
    places = _of_step(steps, at, own, grows=True)
    return [] if _is_made_once(places, own) else places


def _is_made_once(places: list[Place], own: Own) -> bool:
    """Whether all of these lines run when an object is made, and not again."""
    around = [owner_of(own[place.path], place.line) for place in places]
    return all(getattr(function, "name", "") in MAKERS for function in around)


def _of_stages(steps: list[RetentionNode], own: Own) -> list[Place]:
    """Of a pipeline, the call that made the stage which holds it: ``cache`` made a ``CacheDataset``.

    No name of such a path is the user's: what holds the data are objects of a library.
    """
    for step in reversed(steps):
        stage = step.type.rpartition(".")[2].strip("_")
        if not stage.endswith("Dataset") or stage == "Dataset" or next(_calls_of_class(stage, own), None) is not None:
            # What the user's code makes by its class is no stage: ``TensorDataset(torch.tensor(values))``.
            continue
        method = _WORD.sub(r"_\1", stage.removesuffix("Dataset")).strip("_").lower()
        calls = [
            (name, Place(path, node.end_lineno or node.lineno))
            for path, tree in own.items()
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            for name in last_name(node.func)
            if method in name
        ]
        if calls:
            exact = [place for name, place in calls if name == method]
            return list(dict.fromkeys(exact)) or [calls[0][1]]
    return []


def _of_source(steps: list[RetentionNode], own: Own) -> list[Place]:
    """Where the object that is driven is made, if no name of the path is the user's: ``return cycle(loader)``."""
    root = steps[0]
    wanted = root.type.rpartition(".")[2].strip("_")
    if root.kind != "source":
        return []
    calls = [
        (Place(path, node.lineno), node)
        for path, tree in own.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and wanted in last_name(node.func)
    ]
    if len({place for place, _ in calls}) != 1:
        return []
    return _filled(calls, steps[1].name if len(steps) > 1 else "", own) or [calls[0][0]]


def _first_own(steps: list[RetentionNode], own: Own) -> RetentionNode | None:
    """The function of the user's that a path goes through, where all above it is of libraries."""
    if steps[0].kind == "function":
        return steps[0]
    if steps[0].kind != "module" or steps[0].path in own:
        return None
    return next((step for step in steps if step.type == "function" and step.path in own), None)


def _of_libraries(steps: list[RetentionNode], own: Own) -> list[Place]:
    """Of objects of a library, the call that made the innermost of those that the user makes: ``TensorDataset(…)``.

    Where that was given a variable of the name that the object has it by, the line that fills the variable.
    """
    for step, below in reversed(list(itertools.pairwise(steps))):
        name = step.name if step.kind == "class" else step.type
        if step.entries is not None or name in _OF_THE_LANGUAGE or hasattr(builtins, name):
            continue
        calls = list(_calls_of_class(name, own))
        if calls:
            return list(dict.fromkeys(_filled(calls, below.name, own) or [place for place, _ in calls]))
    return []


def _filled(calls: list[tuple[Place, ast.Call]], name: str, own: Own) -> list[Place]:
    """Where a variable is bound that one call was given: of the name of the attribute in which it is kept.

    Or, given first, one that is made item by item, or made real: ``examples = [item for item in table]``.
    """
    if len(calls) != 1 or not name:
        return []
    ((place, call),) = calls
    tree = own[place.path]
    scope = owner_of(tree, place.line) or tree
    given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == name)]
    names = [value.id for value in given if isinstance(value, ast.Name)]
    first = value.id if call.args and isinstance(value := shown(call.args[0]), ast.Name) else ""
    for wanted in [name] if name in names else [first] if first else []:
        binds = [use for use in uses_of_name(scope, wanted) if use.is_bind and use.line <= place.line]
        last = binds[-1] if binds else None
        if last and (wanted == name or last.is_made_real or _is_made_of_items(scope, wanted, last.line, own)):
            return [Place(place.path, last.line)]
    return []


def _is_made_of_items(scope: ast.AST, name: str, line: int, own: Own) -> bool:
    """Whether what a variable is bound to there is made by a comprehension, or by a function of the user's."""
    functions = _names_of_functions(own)
    return any(
        isinstance(part, ast.ListComp | ast.GeneratorExp | ast.DictComp)
        or (part is node.value and isinstance(part, ast.Call) and not functions.isdisjoint(last_name(part.func)))
        for node in ast.walk(scope)
        if isinstance(node, ast.Assign) and node.lineno == line and _binds(node, name)
        for part in ast.walk(node.value)
    )


def _binds(node: ast.Assign, name: str) -> bool:
    """Whether a statement binds a variable, by itself or as one of several: ``images, labels = load(folder)``."""
    targets = [part for target in node.targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def _of_loops(steps: list[RetentionNode], own: Own) -> list[Place]:
    """Of a generator of a library's that a function of the user's goes through: the one loop over a call there.

    Nothing has its name but the loop itself: ``for image in executor.map(load, paths)``.
    """
    for above, below in itertools.pairwise(steps):
        tree = own.get(above.path or "")
        function = function_at(tree, above.line or 0) if tree is not None else None
        if function is None or below.type not in _SUSPENDED or below.path in own:
            continue
        loops = [
            Place(above.path or "", node.iter.lineno)
            for node in ast.walk(function)
            if isinstance(node, ast.For | ast.AsyncFor)
            and owner_of(function, node.lineno) is function
            and any(isinstance(part, ast.Call) for part in ast.walk(node.iter))
        ]
        return loops if len(loops) == 1 else []
    return []


def _of_driven(root: RetentionNode, own: Own) -> list[Place]:
    """Where the object that is driven gets its name in a module, if nothing that it has is named in the user's code."""
    if root.kind != "source":
        return []
    return [
        Place(path, use.line)
        for path, tree in own.items()
        for use in uses_of_name(tree, root.name)
        if use.is_bind and owner_of(tree, use.line) is None
    ]


def _calls_of_class(name: str, own: Own) -> Iterator[tuple[Place, ast.Call]]:
    """Calls that make an object of a class: of the class, or of what it offers for that, as ``DataFrame.from_dict``."""
    for path, tree in own.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                of = node.func.value if isinstance(node.func, ast.Attribute) else node.func
                if name in last_name(node.func) or name in last_name(of):
                    yield Place(path, node.lineno), node


def _handed_over(root: RetentionNode, own: Own) -> list[Place]:
    """Where a function was handed to what keeps it out of sight, or the arguments that it is to be called with.

    Callbacks of ``atexit`` and of signals are kept by C code: no reference leads to them.
    """
    if root.kind not in {"referent", "function"} or root.type not in _CALLABLE | _ARGUMENTS:
        return []
    if root.type not in _ARGUMENTS:
        return _given_to_others(root.name or root.type, root.line, own)
    return _with_arguments(own)


def _with_arguments(own: Own) -> list[Place]:
    """Where a function is registered together with what it is to be called with."""
    calls = [(path, call) for path, call in calls_of(own, "register") if len(call.args) + len(call.keywords) > 1]
    return list(dict.fromkeys(Place(path, call.lineno) for path, call in calls))


def _given_to_others(function: str, line: int | None, own: Own) -> list[Place]:
    """Where a function of the user's is given to code of others, which keeps it, and with it all that it uses."""
    functions = _names_of_functions(own)
    # What the user's own function is given, that has.
    calls = [each for each in handed_over(own, function, line) if functions.isdisjoint(_called(each[1]))]
    registering = [(path, call) for path, call in calls if _is_adding(call)]
    return list(dict.fromkeys(Place(path, call.lineno) for path, call in registering or calls))


def _is_adding(call: ast.expr) -> bool:
    return not ADDING_METHODS.isdisjoint(_called(call))


def _called(call: ast.expr) -> list[str]:
    return last_name(call.func if isinstance(call, ast.Call) else call)


def _made(steps: list[RetentionNode], own: Own) -> list[Place]:
    """Where objects of a user's class are made that no name leads to: cycles that wait for the collector."""
    module, _, wanted = steps[0].type.rpartition(".")
    return list(dict.fromkeys(place for place, _ in _calls_of_class(wanted, own))) if module else []


def _registered(root: RetentionNode, own: Own) -> list[Place]:
    """Where objects of a user's class give a method of theirs to a library that keeps it: ``atexit.register``."""
    places = []
    for path, tree in own.items():
        for kind in classes(tree, root.type.rpartition(".")[2]):
            methods = {node.name for node in kind.body if isinstance(node, ast.FunctionDef)}
            for node in ast.walk(kind):
                if isinstance(node, ast.Call) and KEEPING & set(last_name(node.func)):
                    given = [*node.args, *(keyword.value for keyword in node.keywords)]
                    if any(_is_own_method(part, methods) for part in given):
                        places.append(Place(path, node.lineno))
    return list(dict.fromkeys(places))


def _is_own_method(node: ast.AST, methods: Set[str]) -> bool:
    return isinstance(node, ast.Attribute) and last_name(node.value) == ["self"] and node.attr in methods


def lines_of_names(text: str, names: Set[str]) -> set[int]:
    """The lines of a source text that bind one of these names, or add to what it names."""
    tree = _tree(text)
    if tree is None or not names:
        return set()

    def fits(node: ast.AST) -> bool:
        return any(name in names for name in last_name(node))

    found = {use.line for node in ast.walk(tree) for use in uses_in(node, fits, "")}
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return found | {node.lineno for node in functions if node.name in names and node.decorator_list}


@functools.lru_cache(maxsize=64)
def _tree(text: str) -> ast.Module | None:
    return tree_of(text)


def _of_step(steps: list[RetentionNode], at: int, own: Own, *, grows: bool) -> list[Place]:
    step, above = steps[at], steps[at - 1] if at else None
    if step.type == "_lru_cache_wrapper" and step.name:
        return [Place(path, use.line) for path, tree in own.items() for use in _uses_of_cache(tree, step.name)]
    if step.kind in NAMED and step.name and above is not None:
        return _of_name(step, above, own, grows=grows) or _decorated(step, own)
    if step.kind == "referent" and above is not None:
        return _of_nameless(step, above, own)
    return []


def _decorated(step: RetentionNode, own: Own) -> list[Place]:
    """The decorator that made a library's object of a function: ``tf.function`` keeps a graph for each number."""
    if step.kind == "attribute" or step.type in _OF_THE_LANGUAGE:
        return []
    return [
        Place(path, node.decorator_list[0].lineno)
        for path, tree in own.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == step.name and node.decorator_list
    ]


def _uses_of_cache(tree: ast.AST, name: str) -> list[Use]:
    """The decorator of a cached function, or the line that makes a cache of one; wherever the name is bound."""

    def fits(node: ast.AST) -> bool:
        return name in last_name(node)

    uses = [use for node in ast.walk(tree) for use in uses_in(node, fits, name)]
    return [use for use in uses if not use.adds and not use.is_empty and not use.is_guess]


def _of_name(step: RetentionNode, above: RetentionNode, own: Own, *, grows: bool) -> list[Place]:
    made_empty: list[Place] = []
    for scopes in _scopes(step, above, own):
        places: list[Place] = []
        for scope in scopes:
            places += _chosen(scope, own, grows=grows, follow=lambda scope: _passed(scope, step.name, own))
            places = places or _given(scope, step.name, own, grows=grows)
        if places:
            return places
        made_empty = made_empty or [
            Place(scope.path, use.line) for scope in scopes for use in scope.uses if use.is_bind
        ]
    return made_empty


def _scopes(step: RetentionNode, above: RetentionNode, own: Own) -> Iterator[list[Scope]]:
    """Where the name may be written: where it certainly means this one, then where it probably does."""
    if step.kind == "attribute":
        yield from _scopes_of_attribute(step, above, own)
    elif above.kind == "module":
        path = above.path
        if path is not None and path in own:
            yield [Scope(path, own[path], uses_of_name(own[path], step.name))]
        yield [Scope(each, tree, uses_of_attribute(tree, step.name)) for each, tree in own.items() if each != path]
    elif above.path is not None and above.path in own and above.line is not None:
        tree = own[above.path]
        inner = function_at(tree, above.line, above.function)
        for function in enclosing(tree, inner) if inner is not None else ():
            uses = uses_of_name(function, step.name)
            if uses or owns(function, step.name):
                yield [Scope(above.path, function, uses)]
            if owns(function, step.name):
                break
        default = argument_of(inner, step.name) if inner is not None and step.kind == "default" else None
        if default is not None:
            yield [Scope(above.path, tree, [Use(default.lineno, adds=False)])]


def _scopes_of_attribute(step: RetentionNode, above: RetentionNode, own: Own) -> Iterator[list[Scope]]:
    names = {above.type.rpartition(".")[2], above.detail.rpartition(".")[2]} | (
        {above.name} if above.kind == "class" else set()
    )
    found = [(path, node) for path, tree in own.items() for name in sorted(names) for node in classes(tree, name)]
    if found:
        yield [
            Scope(path, node, [*_in_body(node, step.name), *uses_of_attribute(node, step.name)]) for path, node in found
        ]
        # From outside: what is another object's own has another class.
        yield [Scope(path, tree, uses_of_attribute(tree, step.name, not_own=True)) for path, tree in own.items()]
    elif above.name:
        # Of a library's class: `namespace.images = …`, where that is what the step above is called.
        yield [Scope(path, tree, uses_of_attribute(tree, step.name, owner=above.name)) for path, tree in own.items()]


def _in_body(node: ast.ClassDef, name: str) -> list[Use]:
    """Uses in the body of a class itself: `KEPT = []`, and what makes a method or a property a cache."""

    def fits(part: ast.AST) -> bool:
        return isinstance(part, ast.Name) and part.id == name

    return [use for statement in node.body for use in uses_in(statement, fits, name)]


def _chosen(scope: Scope, own: Own, *, grows: bool, follow: Callable[[Scope], list[Place]]) -> list[Place]:
    """The lines that fill it: those that add to it, or else those that bind it to something that is not empty."""
    adds = _added(scope.path, scope.uses)
    filled = [use for use in scope.uses if use.is_bind and not use.is_empty]
    filled = [use for use in filled if use.is_made_real] or filled
    if adds and (grows or not filled):
        return adds
    guesses = [Place(scope.path, use.line) for use in scope.uses if use.is_guess and _runs_again(scope, use)]
    if grows and (guessed := follow(scope) or guesses):
        # What is bound once gains nothing by that: something must be called with more of it.
        return guessed
    places: list[Place] = []
    for use in filled:
        own_line = Place(scope.path, use.line)
        if grows and _runs_again(scope, use) and not _is_made_once([own_line], own):
            # Bound again and again: what it was bound to before is gone, or is an object of its own.
            places.append(own_line)
            continue
        # `self.images = images`: the line that fills the other name.
        places += _behind(scope, use, own, grows=grows) or [own_line]
    # A table may be made of names, and get its data as a column: what ran tells which of them it was. Where nothing
    # does, those come first that the user's own functions make.
    added = _added(scope.path, [use for use in scope.uses if not use.is_made_of_itself])
    if not places:
        return adds or follow(scope)
    return _own_first([*places, *added], own) if added else places


def _own_first(places: list[Place], own: Own) -> list[Place]:
    """Before others the lines that name a function of the user's: ``table["picture"] = table.path.map(read)``."""
    functions = _names_of_functions(own)

    def names_none(place: Place) -> bool:
        statements = (
            node for node in ast.walk(own[place.path]) if isinstance(node, ast.stmt) and node.lineno == place.line
        )
        names = (node.id for each in statements for node in ast.walk(each) if isinstance(node, ast.Name))
        return functions.isdisjoint(names)

    return sorted(places, key=names_none)


def _names_of_functions(own: Own) -> set[str]:
    return {node.name for tree in own.values() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def _runs_again(scope: Scope, use: Use) -> bool:
    """Whether a line can run more than once: those of a module by itself run when it is imported."""
    return not isinstance(scope.tree, ast.Module) or owner_of(scope.tree, use.line) is not None


def _added(path: str, uses: list[Use]) -> list[Place]:
    """The lines that add to it: those that add more than a constant, if there are any."""
    adds = [use for use in uses if use.adds]
    return [Place(path, use.line) for use in [use for use in adds if not use.is_empty] or adds]


def _behind(scope: Scope, use: Use, own: Own, *, grows: bool) -> list[Place]:
    """Where the variable is filled that a name is bound to, if it is one of the function's own."""
    around = owner_of(scope.tree, use.line)
    if around is None or use.source is None:
        return []
    uses = [other._replace(source=None) for other in uses_of_name(around, use.source) if other.line != use.line]
    if grows:
        # Bound to a variable that is made anew each time, the name itself is what keeps it.
        uses = [other for other in uses if not other.is_bind]
    return _of_variable(Scope(scope.path, around, uses), use.source, own, grows=grows)


def _of_variable(scope: Scope, name: str, own: Own, *, grows: bool, depth: int = MOST_PASSED) -> list[Place]:
    """Where a variable of a function is filled: there, in a function that it is passed to, or before it is given."""
    places = _chosen(scope, own, grows=grows, follow=lambda scope: _passed(scope, name, own))
    return places or _given(scope, name, own, grows=grows, depth=depth)


def _given(scope: Scope, name: str, own: Own, *, grows: bool, depth: int = MOST_PASSED) -> list[Place]:
    """Where what a parameter is given is filled: by what calls this function, or makes an object of this class."""
    given: list[Given] = []
    if depth and isinstance(scope.tree, ast.FunctionDef | ast.AsyncFunctionDef):
        given = given_to(own, scope.path, scope.tree, name) if has_parameter(scope.tree, name) else []
    elif depth and isinstance(scope.tree, ast.ClassDef):
        given = given_to_field(own, scope.tree, name)
    return [place for each in given for place in _of_value(each, own, grows=grows, depth=depth - 1)]


def _of_value(given: Given, own: Own, *, grows: bool, depth: int) -> list[Place]:
    """Where a value is filled that a call gives; the call itself where its argument has no name."""
    here, value = Place(given.path, given.value.lineno), shown(given.value)
    if isinstance(value, ast.Attribute):
        uses = uses_of_attribute(own[given.path], value.attr)
        found = Scope(given.path, own[given.path], [use._replace(source=None) for use in uses])
        return _chosen(found, own, grows=grows, follow=lambda _: []) or [here]
    if not isinstance(value, ast.Name):
        return [] if is_empty(value) else [here]
    name = value.id
    inner = given.scope
    around = enclosing(own[given.path], inner) if isinstance(inner, FUNCTIONS) else []
    scope = next((each for each in around if owns(each, name)), own[given.path])
    uses = [use._replace(source=None) for use in uses_of_name(scope, name)]
    return _of_variable(Scope(given.path, scope, uses), name, own, grows=grows, depth=depth) or [here]


def _passed(scope: Scope, name: str, own: Own, depth: int = MOST_PASSED) -> list[Place]:
    """Where a container is filled that this scope makes, and hands to a function or a thread of the user's."""
    places: list[Place] = []
    for node in ast.walk(scope.tree):
        if not isinstance(node, ast.Call) or depth == 0:
            continue
        for path, function, parameter in receivers(node, name, own):
            uses = uses_of_name(function, parameter)
            places += _added(path, uses) or _passed(Scope(path, function, uses), parameter, own, depth - 1)
    return places


def _of_nameless(step: RetentionNode, above: RetentionNode, own: Own) -> list[Place]:
    """What has no name: the ``cycle`` that is made in place, or what a loop of the function runs over."""
    if above.path is None or above.path not in own or above.line is None:
        return []
    function = function_at(own[above.path], above.line, above.function)
    if function is None:
        return []
    wanted = step.type.rpartition(".")[2].lstrip("_")
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and wanted in last_name(node.func)]
    lines = [node.lineno for node in calls] or [loop.lineno for loop in loops_around(function, above.line)]
    return [Place(above.path, line) for line in lines]
