"""Which functions and classes of a file make batches, and the abstract run of each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import msgspec

from genaudit.lint.flow import names
from genaudit.lint.flow.calls import unbounded_memo
from genaudit.lint.flow.machine import Exhausted, Frame, Function, Machine, hoards_of
from genaudit.lint.flow.story import Story
from genaudit.lint.flow.values import Extent, Kind, Obj, Val, facts_of
from genaudit.lint.project import (
    ClassInfo,
    FunctionNode,
    Module,
    Project,
    all_statements,
    has_line_in,
    own_nodes,
    qualified_name,
)

_BASES = re.compile(
    r"(^|\.)(Dataset|IterableDataset|MapDataset|VisionDataset|DatasetFolder|ImageFolder|TensorDataset|Sequence|PyDataset"
    r"|LightningDataModule|DataModule|DatasetMixin|BaseDataset|DataFlow|RNGDataFlow|DataLoader|Iterator|TextDataset"
    r"|CustomDataset|ConcatDataset|GeneratorBasedBuilder|Generator|DataGenerator|AbstractDataset|FairseqDataset)$"
)
_EMITTERS = (
    "__getitem__ __iter__ __next__ next next_batch get_batch get_next_batch next_train_batch get_example get_item "
    "__getitems__ train_dataloader val_dataloader test_dataloader predict_dataloader __data_generation _generate_examples "
    "get_data nextBatch getBatch sample_batch get_minibatch next_minibatch batch train_batch batch_iter"
).split()
_STARTERS = (
    "__post_init__ __attrs_post_init__ prepare_data setup build _build initialize init load load_data _load_data read_data "
    "_load _read on_epoch_end reset read_dataset load_dataset make_dataset _prepare prepare load_all _load_all read create"
).split()
_PIPELINE = re.compile(
    r"\.(?:from_tensor_slices|from_tensors|list_files|TFRecordDataset|from_generator|TextLineDataset)\("
    r"|dataset_from_directory\("
)
_WORKERS = re.compile(r"num_workers\s*=\s*(?!0\b)\w")
_RETURNED_ITERATORS = frozenset(["iter", "map", "zip", "filter"])


class Subject(msgspec.Struct, frozen=True):
    """A generator, a data set class, or a function that makes a pipeline."""

    name: str
    kind: str
    """generator, class, pipeline, memo."""
    node: ast.AST
    chain: tuple[FunctionNode, ...] = ()
    """Functions around it, outermost first."""


def find(module: Module, project: Project) -> list[Subject]:
    """The subjects of a file, in order."""
    found = list(_in_body(module, project, module.tree.body, "", ()))
    driven = _names_driven_by_subjects(found)
    found.extend(_callers(module, found))
    return [subject for subject in found if subject.kind != "generator" or subject.name not in driven]


def _in_body(
    module: Module, project: Project, body: list[ast.stmt], prefix: str, chain: tuple[FunctionNode, ...]
) -> Iterator[Subject]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _function(module, project, node, prefix, chain)
        elif isinstance(node, ast.ClassDef):
            yield from _class(module, project, node, prefix, chain)
        elif isinstance(node, ast.If | ast.Try | ast.With | ast.For):
            inner = list(node.body) + list(getattr(node, "orelse", []))
            yield from _in_body(module, project, inner, prefix, chain)


def _function(
    module: Module,
    project: Project,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    prefix: str,
    chain: tuple[FunctionNode, ...],
) -> Iterator[Subject]:
    name = f"{prefix}{node.name}"
    if module.yields(node):
        if not any(_decorator_name(d).endswith(("contextmanager", "fixture")) for d in node.decorator_list):
            yield Subject(name, "generator", node, chain)
    elif _returns_iterator(node) or _makes_pipeline(node, module):
        yield Subject(name, "pipeline", node, chain)
    elif unbounded_memo(node, module.imports) is not None:
        yield Subject(name, "memo", node, chain)
    if len(chain) < 3:
        yield from _in_body(module, project, node.body, f"{name}.", (*chain, node))


def _decorator_name(node: ast.expr) -> str:
    return qualified_name(node.func if isinstance(node, ast.Call) else node, {}) or ""


def _returns_iterator(node: FunctionNode) -> bool:
    for statement in all_statements(node, enter=False):
        if isinstance(statement, ast.Return) and statement.value is not None:
            value = statement.value
            if isinstance(value, ast.GeneratorExp):
                return True
            if isinstance(value, ast.Call) and getattr(value.func, "id", "") in _RETURNED_ITERATORS:
                return True
    return False


def _makes_pipeline(node: FunctionNode, module: Module) -> bool:
    return has_line_in(_pipeline_lines(module), node)


def _pipeline_lines(module: Module) -> list[int]:
    if module.pipeline_lines is None:
        module.pipeline_lines = module.lines_with(_PIPELINE) if "tensorflow" in module.source.text else []
    return module.pipeline_lines


def _class(
    module: Module, project: Project, node: ast.ClassDef, prefix: str, chain: tuple[FunctionNode, ...]
) -> Iterator[Subject]:
    info = module.classes.get(node.name)
    if info is None or info.node is not node:
        info = ClassInfo(module, node)
    if is_data_set(info, project):
        yield Subject(f"{prefix}{node.name}", "class", node, chain)
    else:
        for method in info.methods.values():
            if unbounded_memo(method, module.imports) is not None:
                yield Subject(f"{prefix}{node.name}.{method.name}", "memo", method, chain)


def is_data_set(info: ClassInfo, project: Project) -> bool:
    """Whether a class hands out items or batches."""
    methods = info.methods
    if "__getitem__" in methods and "__len__" in methods:
        return True
    if any(name in methods for name in ("next_batch", "get_batch", "__next__", "next", "_generate_examples")):
        return True
    if any(info.module.yields(method) for method in methods.values()):
        return True
    return bool(methods) and has_data_base(info, project)


def has_data_base(info: ClassInfo, project: Project, depth: int = 5) -> bool:
    """Whether a class derives from a framework's data set, also through classes of the run."""
    machine = Machine(project, Story(name="", kind="", path=info.module.path, node=info.node))
    for node in info.node.bases:
        value = names.base_value(machine, info, node)
        if value.kind is Kind.EXTERNAL and _BASES.search(str(value.ref)):
            return True
        if (
            value.kind is Kind.CLASS
            and depth
            and value.ref is not info
            and has_data_base(value.ref, project, depth - 1)
        ):
            return True
    return False


def _names_driven_by_subjects(found: list[Subject]) -> set[str]:
    """Module-level generators that another subject of the file calls: they are seen through it."""
    driven: set[str] = set()
    names_of_generators = {subject.name for subject in found if subject.kind == "generator" and not subject.chain}
    for subject in found:
        for node in ast.walk(subject.node):
            name = _called_name(node)
            if name in names_of_generators and name != subject.name:
                driven.add(name)
    return driven


def _callers(module: Module, found: list[Subject]) -> Iterator[Subject]:
    """Plain functions that hand something to a subject of the same file."""
    known = {subject.name for subject in found if not subject.chain and subject.kind in ("generator", "class")}
    if not known:
        return
    lines = module.lines_with(re.compile(rf"\b(?:{'|'.join(sorted(known))})\("))
    taken = {id(subject.node) for subject in found}
    for node in module.functions.values():
        if id(node) in taken or not has_line_in(lines, node):
            continue
        if any(_called_name(inner) in known for inner in own_nodes(node)):
            yield Subject(node.name, "caller", node)


def _called_name(node: ast.AST) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


# --- running --------------------------------------------------------------------------------------------------------


def tell(subject: Subject, module: Module, project: Project) -> Story:
    """Run a subject abstractly, and tell what happened."""
    story = Story(name=subject.name, kind=subject.kind, path=module.path, node=subject.node)
    story.workers = subject.kind == "class" and _WORKERS.search(module.source.text) is not None
    machine = Machine(project, story)
    try:
        closure = _closure(machine, subject, module)
        if subject.kind == "class":
            _run_class(machine, subject, module, closure)
        else:
            _run_function(machine, subject, module, closure)
    except (Exhausted, RecursionError):
        story.exhausted = True
    return story


def _closure(m: Machine, subject: Subject, module: Module) -> Frame | None:
    """The frame around a nested subject, its own statements run."""
    closure: Frame | None = None
    for node in subject.chain:
        function = Function(module, node, closure)
        frame = Frame(module, node, function.name, closure)
        frame.env.update(_entry(m, function, frame))
        frame.consumed = True
        with m.at("start"):
            if not isinstance(node, ast.Lambda):
                m.run(node.body, frame)
        for value in frame.env.values():
            if value.kind is Kind.CELL:
                value.ref.outlives = True
        closure = frame
    return closure


def _entry(m: Machine, function: Function, frame: Frame) -> dict[str, Val]:
    spec = function.node.args
    defaults = names.defaults_of(m, function, frame)
    return {
        arg.arg: names.entry_value(arg.arg, defaults.get(arg.arg))
        for arg in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)
    }


def _run_function(m: Machine, subject: Subject, module: Module, closure: Frame | None) -> None:
    assert isinstance(subject.node, ast.FunctionDef | ast.AsyncFunctionDef)
    m.phase = {"generator": "generator", "pipeline": "generator", "caller": "start"}.get(subject.kind, "memo")
    frame = _enter_entry(m, Function(module, subject.node, closure, name=subject.name))
    if subject.kind == "pipeline" and frame is not None and frame.returned is not None:
        m.emit(frame.returned, frame)
        _emit_iterator(m, frame.returned, frame)
    if subject.kind == "memo" and frame is not None and frame.returned is not None:
        m.calls.note_memo(m, subject.node, frame.returned, frame, module.imports)


def _emit_iterator(m: Machine, value: Val, frame: Frame) -> None:
    if value.kind is Kind.LAZY and value.ref is not None:
        with m.loop(Extent.WHOLE, yields=True):
            element, _ = m.iteration.iterate(m, value, frame, frame.node)
        m.story.emitted |= facts_of(element)


def _enter_entry(m: Machine, function: Function) -> Frame | None:
    frame = Frame(function.module, function.node, function.name, function.closure)
    values = _entry(m, function, frame)
    spec = function.node.args
    positional = [*spec.posonlyargs, *spec.args]
    if function.this is not None and positional and not names.is_static(function.node):
        positional = positional[1:]
    args = [values[arg.arg] for arg in positional]
    kwargs = {arg.arg: values[arg.arg] for arg in spec.kwonlyargs}
    return m.enter(function, args, kwargs)


def _run_class(m: Machine, subject: Subject, module: Module, closure: Frame | None) -> None:
    assert isinstance(subject.node, ast.ClassDef)
    info = module.classes.get(subject.node.name)
    if info is None or info.node is not subject.node:
        info = ClassInfo(module, subject.node)
    this = Val(Kind.OBJECT, ref=Obj(info))
    this.ref.audited = True
    m.story.data_base = has_data_base(info, m.project)
    ran = _start(m, info, this, closure)
    for value in this.ref.attributes.values():
        m.story.held |= hoards_of(value)
    for name, method in _emitting(m, info):
        if id(method) not in ran:
            _emit_by(m, info, name, method, this, closure)


def _start(m: Machine, info: ClassInfo, this: Val, closure: Frame | None) -> set[int]:
    """The constructor, and what else fills the object before batches are asked for."""
    ran: set[int] = set()
    for name in ("__init__", *_STARTERS):
        found = names.find_method(m, info, name)
        if found is None or found[0].module.yields(found[1]):
            continue
        if name not in ("__init__", "__post_init__", "setup") and not _sets_what_is_missing(found[1], this):
            continue
        function = _method(found, this, closure)
        ran.add(id(found[1]))
        m.phase = "start"
        _enter_entry(m, function)
    return ran


def _sets_what_is_missing(method: ast.AST, this: Val) -> bool:
    """Whether a method gives the object attributes that its constructor left empty."""
    for node in own_nodes(method):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            old = this.ref.attributes.get(node.attr)
            if old is None or old.const is None or (old.kind is Kind.CELL and old.ref.content is None):
                return True
    return False


def _method(
    found: tuple[ClassInfo, ast.FunctionDef | ast.AsyncFunctionDef], this: Val, closure: Frame | None
) -> Function:
    owner, node = found
    function: Function = names.method_value(owner, node, this).ref
    function.closure = closure
    return function


def _emitting(m: Machine, info: ClassInfo) -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    found: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
    for name in _EMITTERS:
        method = names.find_method(m, info, name)
        if method is not None:
            found[name] = method[1]
    called = {node.attr for method in found.values() for node in ast.walk(method) if isinstance(node, ast.Attribute)}
    for name, node in info.methods.items():
        if info.module.yields(node) and name not in found and name not in called:
            found[name] = node
    return list(found.items())


def _emit_by(
    m: Machine,
    info: ClassInfo,
    name: str,
    method: ast.FunctionDef | ast.AsyncFunctionDef,
    this: Val,
    closure: Frame | None,
) -> None:
    found = names.find_method(m, info, name)
    assert found is not None
    function = _method(found, this, closure)
    generator = found[0].module.yields(method)
    m.phase = "generator" if generator else "batch"
    if name in ("__getitem__", "get_example", "get_item", "__getitems__"):
        frame = m.enter(function, [Val(Kind.SMALL, Extent.ONE)] * 3, {})
    else:
        frame = _enter_entry(m, function)
    if frame is not None and frame.returned is not None:
        m.emit(frame.returned, frame)
        if not generator:
            m.phase = "generator"
            _emit_iterator(m, frame.returned, frame)
    for value in this.ref.attributes.values():
        m.story.held |= hoards_of(value)
