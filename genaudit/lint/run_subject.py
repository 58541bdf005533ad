"""The abstract run of one subject: what is done before the first batch, and what for each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from genaudit.lint.files.module import ClassInfo, Module
from genaudit.lint.files.project import Project
from genaudit.lint.files.syntax import own_nodes, qualified_name
from genaudit.lint.interpreter import lookup, name_hints
from genaudit.lint.interpreter.frames import Exhausted, Frame, Function, Invocation, Pending, method_value
from genaudit.lint.interpreter.machine import Machine
from genaudit.lint.interpreter.subject_facts import SubjectFacts
from genaudit.lint.interpreter.values import (
    AbstractValue,
    Accumulation,
    Extent,
    Instance,
    Kind,
    accumulations_of,
    origins_of,
)
from genaudit.lint.subjects import Subject, has_data_base, returns_generator

_EMITTERS = (
    "__getitem__ __iter__ __next__ next next_batch get_batch get_next_batch next_train_batch get_example get_item "
    "__getitems__ train_dataloader val_dataloader test_dataloader predict_dataloader "
    "__data_generation _generate_examples get_data nextBatch getBatch "
    "sample_batch get_minibatch next_minibatch batch train_batch batch_iter setup_data"
).split()
_ASKED_ONCE = frozenset(["setup_data", "_generate_examples"])
_KEPT = frozenset(["setup_data"])
"""Methods of which a framework keeps every example that they give."""
_STARTERS = (
    "__post_init__ __attrs_post_init__ prepare_data setup build _build initialize init load load_data _load_data "
    "read_data _load _read on_epoch_end reset read_dataset load_dataset make_dataset _prepare prepare "
    "load_all _load_all read create"
).split()
_PUTTERS = frozenset("append extend add update insert setdefault".split())
_WORKERS = re.compile(r"num_workers\s*=\s*(?!0\b)\w")


MethodNode = ast.FunctionDef | ast.AsyncFunctionDef


def interpret(subject: Subject, module: Module, project: Project) -> SubjectFacts:
    """Run a subject abstractly; the result is what happened."""
    facts = SubjectFacts(name=subject.name, kind=subject.kind, path=module.path, node=subject.node)
    facts.workers = subject.kind == "class" and _WORKERS.search(module.source.text) is not None
    machine = Machine(project, facts)
    try:
        closure = _closure(machine, subject, module)
        if subject.kind == "class":
            _run_class(machine, subject, module, closure)
        else:
            _run_function(machine, subject, module, closure)
    except (Exhausted, RecursionError):
        facts.exhausted = True
    return facts


def _closure(machine: Machine, subject: Subject, module: Module) -> Frame | None:
    """The frame around a nested subject, its own statements run."""
    closure: Frame | None = None
    for node in subject.chain:
        function = Function(module, node, closure)
        frame = Frame(module, node, function.name, closure)
        frame.env.update(_entry(machine, function, frame))
        frame.consumed = True
        with machine.at("start"):
            if not isinstance(node, ast.Lambda):
                machine.run(node.body, frame)
        for value in frame.env.values():
            if value.kind is Kind.CONTAINER:
                value.ref.outlives = True
        closure = frame
    return closure


def _entry(machine: Machine, function: Function, frame: Frame) -> dict[str, AbstractValue]:
    spec = function.node.args
    defaults = machine.defaults_of(function, frame)
    return {
        arg.arg: lookup.entry_value(arg.arg, defaults.get(arg.arg))
        for arg in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)
    }


def _run_function(machine: Machine, subject: Subject, module: Module, closure: Frame | None) -> None:
    assert isinstance(subject.node, ast.FunctionDef | ast.AsyncFunctionDef)
    machine.phase = {"generator": "generator", "pipeline": "generator", "caller": "start"}.get(subject.kind, "memo")
    frame = _enter_entry(machine, Function(module, subject.node, closure, name=subject.name))
    if subject.kind == "pipeline" and frame is not None and frame.returned is not None:
        machine.emit(frame.returned, frame)
        _emit_iterator(machine, frame.returned, frame)
    if subject.kind == "caller" and frame is not None and frame.returned is not None:
        _emit_made(machine, frame.returned, frame)
    if subject.kind == "memo" and frame is not None and frame.returned is not None:
        machine.note_memo(subject.node, frame.returned, frame, module.imports)


def _emit_made(machine: Machine, returned: AbstractValue, frame: Frame) -> None:
    """A factory: what the generators that it returns give, bare or in a tuple, list or dict."""
    for value in _parts(returned, 2):
        if value.kind is Kind.LAZY and isinstance(value.ref, Pending) and value.ref.kind == "call":
            machine.facts.kind = "factory"
            machine.phase = "generator"
            _emit_iterator(machine, value, frame)


def _parts(value: AbstractValue, depth: int) -> Iterator[AbstractValue]:
    """A value, or those within a record or container."""
    inner: Iterable[AbstractValue] = ()
    if value.kind is Kind.TUPLE:
        inner = value.ref
    elif value.kind is Kind.CONTAINER:
        named = value.ref.named.values()
        inner = named or ([] if value.ref.content is None else [value.ref.content])
    else:
        yield value
    for part in inner if depth else ():
        yield from _parts(part, depth - 1)


def _emit_iterator(machine: Machine, value: AbstractValue, frame: Frame) -> None:
    if value.kind is Kind.LAZY and value.ref is not None:
        with machine.loop(Extent.WHOLE, yields=True):
            element, _ = machine.iterate(value, frame, frame.node)
        machine.facts.emitted |= origins_of(element)


def _enter_entry(machine: Machine, function: Function) -> Frame | None:
    frame = Frame(function.module, function.node, function.name, function.closure)
    args, kwargs = _entry_arguments(machine, function, frame)
    return machine.enter(function, args, kwargs)


def _entry_arguments(
    machine: Machine, function: Function, frame: Frame
) -> tuple[list[AbstractValue], dict[str, AbstractValue]]:
    values = _entry(machine, function, frame)
    spec = function.node.args
    positional = [*spec.posonlyargs, *spec.args]
    if function.this is not None and positional and not lookup.is_static(function.node):
        positional = positional[1:]
    return [values[arg.arg] for arg in positional], {arg.arg: values[arg.arg] for arg in spec.kwonlyargs}


def _run_class(machine: Machine, subject: Subject, module: Module, closure: Frame | None) -> None:
    assert isinstance(subject.node, ast.ClassDef)
    info = module.classes.get(subject.node.name)
    if info is None or info.node is not subject.node:
        info = ClassInfo(module, subject.node)
    this = AbstractValue(Kind.OBJECT, ref=Instance(info))
    this.ref.audited = True
    machine.facts.data_base = has_data_base(info, machine.project)
    ran = _start(machine, info, this, closure)
    _hold(machine, this)
    if any("InMemoryDataset" in (qualified_name(base, {}) or "") for base in info.node.bases):
        # Its base hands out what the constructor set.
        machine.facts.emitted |= origins_of(this)
    _split(machine, info, this, closure)
    for name, method in _emitting(machine, info):
        if id(method) not in ran:
            _emit_by(machine, info, name, method, this, closure)
            _hold(machine, this)


def _split(machine: Machine, info: ClassInfo, this: AbstractValue, closure: Frame | None) -> None:
    """A builder's splits: what it has read by the time that it says what its examples are made of."""
    method = machine.find_method(info, "_split_generators")
    examples = machine.find_method(info, "_generate_examples")
    if method is None or examples is None:
        return
    machine.phase = "start"
    frame = _enter_entry(machine, _method(method, this, closure))
    made: list[Invocation] = [(_method(examples, this, closure), (), kwargs) for kwargs in machine.splits]
    parts = list(_parts(frame.returned, 2)) if frame is not None and frame.returned is not None else []
    made += [value.ref.call for value in parts if isinstance(value.ref, Pending) and value.ref.call is not None]
    for function, args, kwargs in _worth_a_run(made):
        machine.phase = "generator"
        machine.enter(function, args, kwargs)
    if frame is not None and not examples[0].module.yields(examples[1]):
        for value in parts:
            machine.phase = "generator"
            _emit_iterator(machine, value, frame)


def _worth_a_run(calls: Iterable[Invocation]) -> Iterator[Invocation]:
    """Calls that say more of the examples than their parameters' names do: they hand over data, or switch on a part."""
    seen: set[frozenset[str]] = set()
    for function, args, kwargs in calls:
        switched = frozenset(_switched(function, args, kwargs))
        if any(origins_of(value) for value in (*args, *kwargs.values())):
            yield function, args, kwargs
        elif switched and switched not in seen:
            seen.add(switched)
            yield function, args, kwargs


def _switched(function: Function, args: Sequence[AbstractValue], kwargs: Mapping[str, AbstractValue]) -> Iterator[str]:
    """Parameters that are ``None`` or off, unless a call says otherwise, as this one does."""
    spec = function.node.args
    positional = [arg.arg for arg in (*spec.posonlyargs, *spec.args)][0 if function.this is None else 1 :]
    given = {**dict(zip(positional, args, strict=False)), **kwargs}
    off = zip(reversed(positional), reversed(spec.defaults), strict=False)
    for name, default in off:
        if isinstance(default, ast.Constant) and not default.value and name in given and given[name].const is ...:
            yield name
    # Of a list of files each place is known.
    yield from (name for name, value in given.items() if value.kind in (Kind.CONTAINER, Kind.TUPLE))


def _hold(machine: Machine, this: AbstractValue) -> None:
    """Note what the object keeps by now."""
    for name, value in this.ref.attributes.items():
        kept = accumulations_of(value)
        machine.facts.on_object |= kept
        for accumulation in kept:
            if isinstance(accumulation, Accumulation) and accumulation.made:
                accumulation.targets.add(name)
    machine.facts.held |= machine.facts.on_object


def _start(machine: Machine, info: ClassInfo, this: AbstractValue, closure: Frame | None) -> set[int]:
    """The constructor, and what else fills the object before batches are asked for."""
    ran: set[int] = set()
    for name in ("__init__", *_STARTERS):
        method = machine.find_method(info, name)
        if method is None or method[0].module.yields(method[1]):
            continue
        if name not in ("__init__", "__post_init__", "setup") and not _sets_what_is_missing(method[1], this):
            continue
        function = _method(method, this, closure)
        ran.add(id(method[1]))
        machine.phase = "start"
        _enter_entry(machine, function)
    for filler in _fillers(machine, info, this):
        ran.add(id(filler))
        machine.phase = "start"
        _enter_entry(machine, _method((info, filler), this, closure))
    _other_constructors(machine, info, closure)
    return ran


def _fillers(machine: Machine, info: ClassInfo, this: AbstractValue) -> Iterator[MethodNode]:
    """Methods that somebody has to call before iterating: they fill what items are taken from, which is empty."""
    emitting = [method for _, method in _emitting(machine, info)]
    called = _attributes_used(info, emitting)
    for name, method in info.methods.items():
        if name in called or method in emitting or info.module.yields(method):
            continue
        if not name_hints.fills(name) and (not _asks_nothing(method) or not name_hints.may_fill(name)):
            continue
        loops = any(isinstance(node, ast.For | ast.While | ast.comprehension) for node in own_nodes(method))
        empty = {attribute for attribute in _attributes_filled(method) if _is_empty(this, attribute)}
        if loops and empty & called:
            yield method


def _asks_nothing(method: MethodNode) -> bool:
    """Whether a method can be called with nothing but its object."""
    spec = method.args
    required = len(spec.posonlyargs) + len(spec.args) - len(spec.defaults)
    return required == 1 and not spec.kwonlyargs and not method.decorator_list


def _attributes_used(info: ClassInfo, methods: Iterable[MethodNode]) -> set[str]:
    """Attributes and methods of the object that some methods use, also through those that they call."""
    used: set[str] = set()
    todo = list(methods)
    while todo:
        names = {node.attr for node in ast.walk(todo.pop()) if isinstance(node, ast.Attribute)} - used
        used |= names
        todo += [info.methods[name] for name in names if name in info.methods]
    return used


def _attributes_filled(method: MethodNode) -> set[str]:
    """Attributes of the object that a method sets, or puts something into."""
    filled: set[str] = set()
    for node in own_nodes(method):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            filled.add(node.attr)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            filled |= _attribute_in(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _PUTTERS:
            filled |= _attribute_in(node.func.value)
    return filled


def _attribute_in(node: ast.expr) -> set[str]:
    return {node.attr} if isinstance(node, ast.Attribute) else set()


def _is_empty(this: AbstractValue, name: str) -> bool:
    """Whether the constructor left an attribute without anything in it."""
    old = this.ref.attributes.get(name)
    return old is None or old.const is None or (old.kind is Kind.CONTAINER and old.ref.content is None)


def _other_constructors(machine: Machine, info: ClassInfo, closure: Frame | None) -> None:
    """Class methods that return an instance: ``from_folder``, ``load``."""
    for node in info.methods.values():
        if not any(isinstance(d, ast.Name) and d.id == "classmethod" for d in node.decorator_list):
            continue
        function = _method((info, node), AbstractValue(Kind.CLASS, ref=info), closure)
        machine.phase = "start"
        frame = _enter_entry(machine, function)
        if frame is None or frame.returned is None or frame.returned.kind is not Kind.OBJECT:
            continue
        machine.facts.on_object |= accumulations_of(frame.returned)
        getter = info.methods.get("__getitem__")
        if getter is not None and frame.returned.ref.cls is info and origins_of(frame.returned):
            _emit_by(machine, info, "__getitem__", getter, frame.returned, closure)


def _sets_what_is_missing(method: ast.AST, this: AbstractValue) -> bool:
    """Whether a method gives the object attributes that its constructor left empty."""
    for node in own_nodes(method):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is_empty(this, node.attr):
            return True
    return False


def _method(
    owned: tuple[ClassInfo, ast.FunctionDef | ast.AsyncFunctionDef], this: AbstractValue, closure: Frame | None
) -> Function:
    owner, node = owned
    function: Function = method_value(owner, node, this).ref
    function.closure = closure
    return function


def _emitting(machine: Machine, info: ClassInfo) -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    methods: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
    for name in _EMITTERS:
        method = machine.find_method(info, name)
        if method is not None:
            methods[name] = method[1]
    getter = machine.find_method(info, "get") if machine.facts.data_base else None
    if getter is not None and _takes_number(getter[1]):
        methods["get"] = getter[1]
    called = {node.attr for method in methods.values() for node in ast.walk(method) if isinstance(node, ast.Attribute)}
    for name, node in info.methods.items():
        makes = info.module.yields(node) or returns_generator(info, node)
        # What the constructor has run to its end hands out nothing by itself.
        spent = bool(methods) and id(node) in machine.entered
        if makes and name not in methods and name not in called and not spent:
            methods[name] = node
    if not methods and info.node.name.endswith("Reader"):
        methods = {name: node for name, node in info.methods.items() if _gives_all(machine, name)}
    return list(methods.items())


def _gives_all(machine: Machine, name: str) -> bool:
    """Whether a method of a reader returns every example there is."""
    return name_hints.gives_all_examples(name) or (name == "read" and machine.facts.data_base)


def _keep_all(machine: Machine, function: Function) -> None:
    """A framework asks for all examples before the first batch, and keeps them."""
    frame = Frame(function.module, function.node, function.name)
    args, kwargs = _entry_arguments(machine, function, frame)
    with machine.at("generator"):
        value = machine.call_function(function, args, kwargs, function.node)
        made = machine.consume(value, frame, function.node)
    machine.facts.emitted |= origins_of(made)


def _takes_number(method: MethodNode) -> bool:
    """Whether a method is asked for an item by its number: ``get(self, index)``."""
    return len(method.args.args) > 1 and name_hints.numbers_item(method.args.args[1].arg)


def _emit_by(
    machine: Machine,
    info: ClassInfo,
    name: str,
    method: ast.FunctionDef | ast.AsyncFunctionDef,
    this: AbstractValue,
    closure: Frame | None,
) -> None:
    owned = machine.find_method(info, name)
    assert owned is not None
    function = _method(owned, this, closure)
    if (name in _KEPT and machine.facts.data_base) or name_hints.gives_all_examples(name) or name == "read":
        _keep_all(machine, function)
        return
    generator = owned[0].module.yields(method)
    # What is asked for once gives all examples, whichever way it makes them.
    machine.phase = "generator" if generator or name in _ASKED_ONCE else "batch"
    if name in ("__getitem__", "get_example", "get_item", "__getitems__"):
        frame = machine.enter(function, [AbstractValue(Kind.SMALL, Extent.ONE)] * 3, {})
    else:
        frame = _enter_entry(machine, function)
    if frame is not None and frame.returned is not None:
        machine.emit(frame.returned, frame)
        if not generator:
            machine.phase = "generator"
            _emit_iterator(machine, frame.returned, frame)
