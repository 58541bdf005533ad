"""Which functions and classes of a file make batches, and the abstract run of each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import msgspec

from genaudit.lint.files.module import ClassInfo, Module
from genaudit.lint.files.project import Project
from genaudit.lint.files.syntax import (
    FunctionNode,
    all_statements,
    has_line_in,
    own_nodes,
    qualified_name,
    unbounded_memo,
)
from genaudit.lint.interpreter import name_hints
from genaudit.lint.interpreter.machine import Machine
from genaudit.lint.interpreter.subject_facts import SubjectFacts
from genaudit.lint.interpreter.values import Kind

_BASES = re.compile(
    r"(^|\.)(\w*Dataset|DatasetFolder|ImageFolder|Sequence|PyDataset"
    r"|LightningDataModule|DataModule|DatasetMixin|BaseDataset|DataFlow|RNGDataFlow|DataLoader|Iterator|TextDataset"
    r"|CustomDataset|ConcatDataset|GeneratorBasedBuilder|DatasetReader|\w*DialogTeacher|ArrowBasedBuilder|IterDataPipe|MapDataPipe|Generator|DataGenerator|AbstractDataset|FairseqDataset)$"
)
_PIPELINE_WORDS = ("from_tensor", "list_files", "RecordDataset", "from_generator", "TextLine", "from_directory")
_PIPELINE = re.compile(
    r"\.(?:from_tensor_slices|from_tensors|list_files|TFRecordDataset|from_generator|TextLineDataset)\("
    r"|dataset_from_directory\("
)
_RETURNED_ITERATORS = frozenset(["iter", "map", "zip", "filter"])


class Subject(msgspec.Struct, frozen=True):
    """A generator, a data set class, or a function that makes a pipeline."""

    name: str
    kind: str
    """generator, class, pipeline, memo."""
    node: ast.AST
    chain: tuple[FunctionNode, ...] = ()
    """Functions around it, outermost first."""


def find(module: Module, project: Project, *, with_driven: bool = False) -> list[Subject]:
    """The subjects of a file, in order.

    Args:
        module: The file.
        project: What it belongs to.
        with_driven: What can be driven by itself: also generators that another subject of the file calls, which are
            seen through that one, but no classes of which only a method's result can be iterated.
    """
    subjects = list(_in_body(module, project, module.tree.body, "", ()))
    if with_driven:
        subjects = [subject for subject in subjects if subject.kind != "class" or _is_driven(subject, module, project)]
    driven = set() if with_driven else _names_driven_by_subjects(module, subjects)
    subjects.extend(_callers(module, subjects))
    return [subject for subject in subjects if subject.kind != "generator" or subject.name not in driven]


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
        text = module.source.text
        known = "tensorflow" in text and any(word in text for word in _PIPELINE_WORDS)
        module.pipeline_lines = module.lines_with(_PIPELINE) if known else []
    return module.pipeline_lines


def _class(
    module: Module, project: Project, node: ast.ClassDef, prefix: str, chain: tuple[FunctionNode, ...]
) -> Iterator[Subject]:
    info = module.classes.get(node.name)
    if info is None or info.node is not node:
        info = ClassInfo(module, node)
    makers = (method for method in info.methods.values() if returns_generator(info, method))
    if is_data_set(info, project) or any(makers):
        yield Subject(f"{prefix}{node.name}", "class", node, chain)
    else:
        for method in info.methods.values():
            if unbounded_memo(method, module.imports) is not None:
                yield Subject(f"{prefix}{node.name}.{method.name}", "memo", method, chain)


def _is_driven(subject: Subject, module: Module, project: Project) -> bool:
    assert isinstance(subject.node, ast.ClassDef)
    return is_data_set(ClassInfo(module, subject.node), project)


def is_data_set(info: ClassInfo, project: Project) -> bool:
    """Whether a class hands out items or batches."""
    if _hands_out(info) or any(info.module.yields(method) for method in info.methods.values()):
        return True
    if info.node.name.endswith("Reader") and any(name_hints.gives_all_examples(name) for name in info.methods):
        return True
    if not info.methods or not info.node.bases:
        return False
    return has_data_base(info, project, in_run=_reads(info))


_READING = re.compile(r"\b(open|fromfile|(\w*_)?(im)?(read|load)[a-z_]*)\(|\bcsv\.|\bjson\.")


def _reads(info: ClassInfo) -> bool:
    """Whether a class may read something by itself: what its base reads is seen where the base is."""
    module = info.module
    if module.read_lines is None:
        module.read_lines = module.lines_with(_READING)
    return has_line_in(module.read_lines, info.node)


def _hands_out(info: ClassInfo) -> bool:
    """Whether a class has the methods by which items or batches are asked for."""
    methods = info.methods
    by_index = "__getitem__" in methods and "__len__" in methods
    return by_index or any(
        name in methods for name in ("next_batch", "get_batch", "__next__", "next", "_generate_examples")
    )


def returns_generator(info: ClassInfo, method: FunctionNode) -> bool:
    """Whether a method returns what a generator inside of it gives: ``def flow(self): def forever(): yield ...``."""
    if not info.module.may_yield(method) or isinstance(method, ast.Lambda):
        return False
    inner = {
        node.name
        for node in method.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and info.module.yields(node)
    }
    if not inner:
        return False
    returned = [node.value for node in method.body if isinstance(node, ast.Return)]
    return any(isinstance(value, ast.Call) and _called_name(value) in inner for value in returned)


def has_data_base(info: ClassInfo, project: Project, depth: int = 5, *, in_run: bool = True) -> bool:
    """Whether a class derives from a framework's data set, or from a class of the run that hands out items.

    Args:
        info: The class.
        project: What it belongs to.
        depth: How many bases to follow.
        in_run: Whether a class of the run counts that no framework's is a base of.
    """
    machine = Machine(project, SubjectFacts(name="", kind="", path=info.module.path, node=info.node))
    for node in info.node.bases:
        value = machine.base_value(info, node)
        if value.kind is Kind.EXTERNAL and _BASES.search(str(value.ref)):
            return True
        if value.kind is not Kind.CLASS or not depth or value.ref is info:
            continue
        if (in_run and _is_base(value.ref)) or has_data_base(value.ref, project, depth - 1, in_run=in_run):
            return True
    return False


def _is_base(info: ClassInfo) -> bool:
    """Whether a class of the run hands out items by itself."""
    return info.node.name == "DatasetReader" or "__iter__" in info.methods or _hands_out(info)


def _names_driven_by_subjects(module: Module, subjects: list[Subject]) -> set[str]:
    """Module-level generators that another subject of the file calls for an item or a batch: they are seen through it.

    One that is called once, with what its caller was given, reads as much as its caller: it is a subject of its own.
    """
    names_of_generators = {subject.name for subject in subjects if subject.kind == "generator" and not subject.chain}
    callers: dict[str, set[str]] = {}
    driven: set[str] = set()
    for subject in subjects:
        for node in ast.walk(subject.node):
            name = _called_name(node)
            if name not in names_of_generators or name == subject.name:
                continue
            if subject.name in names_of_generators and _called_once(node, subject.node):
                callers.setdefault(name, set()).add(subject.name)
            else:
                driven.add(name)
    while more := {name for name, by in callers.items() if name not in driven and by & driven}:
        driven |= more
    return driven


def _called_once(call: ast.AST, function: ast.AST) -> bool:
    """Whether a call stands outside of loops, and passes on nothing but parameters and constants."""
    assert isinstance(call, ast.Call)
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    spec = function.args
    given = {arg.arg for arg in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)}
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    if not all(
        isinstance(value, ast.Constant) or (isinstance(value, ast.Name) and value.id in given) for value in values
    ):
        return False
    return not any(call is node for body in _repeated(function) for node in ast.walk(body))


def _repeated(function: ast.AST) -> Iterator[ast.AST]:
    """Parts of a function that run more than once, or when somebody else decides."""
    for node in ast.walk(function):
        if isinstance(node, ast.For | ast.AsyncFor | ast.While):
            yield from node.body
        elif isinstance(node, ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef) and node is not function:
            yield node
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            yield node.elt if not isinstance(node, ast.DictComp) else node.value
            yield from (generator.iter for generator in node.generators[1:])


def _callers(module: Module, subjects: list[Subject]) -> Iterator[Subject]:
    """Plain functions that hand something to a subject of the same file."""
    known = {subject.name for subject in subjects if not subject.chain and subject.kind in ("generator", "class")}
    if not known:
        return
    lines = module.lines_with(re.compile(rf"\b(?:{'|'.join(sorted(known))})\("))
    taken = {id(subject.node) for subject in subjects}
    for node in module.functions.values():
        if id(node) in taken or not has_line_in(lines, node):
            continue
        if any(_called_name(inner) in known for inner in own_nodes(node)):
            yield Subject(node.name, "caller", node)


def _called_name(node: ast.AST) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
