"""All lines of a text file in a list: where each begins is kept instead, and a line is read when it is asked for."""

from __future__ import annotations

import builtins
from dataclasses import dataclass

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.effects import draws
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.variables import Mention, Variable, is_rebound_at, mentions, variable_of
from genaudit.model.catalogue import EAGER_LOAD, WHOLE_FILE_READ, WORKER_DUPLICATION

_READERS = frozenset("len enumerate zip iter reversed map filter sum min max any all random.choice".split())
_ENCODINGS = frozenset("utf-8 utf8 ascii us-ascii latin-1 latin1 iso-8859-1 cp1252".split())
"""Encodings in which a line feed is one byte, and that byte is nothing else."""
_OPTIONS = frozenset(["encoding", "errors"])

_INIT = """
class {name}:
    \"""Lines of a text file; only the places where they begin are in memory.\"""

    def __init__(self, path, **how):
        self.path, self.how = path, how
        self.starts = {array}("q", [0])
        line = b""
        with open(path, "rb") as file:
            for line in file:
                self.starts.append(self.starts[-1] + len(line))
"""
_ONE_RETURN = """
                if b"\\r" in line.removesuffix(b"\\n").removesuffix(b"\\r"):
                    raise ValueError(f"{path}: a carriage return inside of a line")
"""
_ONE_SEPARATOR = """
                if len(self.text(line).splitlines()) != 1:
                    raise ValueError(f"{path}: a line with a separator in it that is no line feed")
"""
_EMPTY_LAST = """
        if not self.starts[-1] or line.endswith(b"\\n"):
            # What is split at line feeds has an empty text behind the last one.
            self.starts.append(self.starts[-1])
"""
_GET = """

    def __len__(self):
        return len(self.starts) - 1

    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = range(len(self))[index]
        with open(self.path, "rb") as file:
            file.seek(self.starts[at])
            line = self.text(file.read(self.starts[at + 1] - self.starts[at])){ending}
        return {made}

    def text(self, content):
        return {wrapper}({buffer}(content), **self.how).read()
"""


@dataclass
class _Whole:
    """A list of all lines of a file, as it is made."""

    variable: Variable
    target: Mention
    statement: cst.BaseStatement
    """The statement that makes it, with the file that it opens."""
    emptied: cst.BaseSmallStatement | None
    """Where the list is made that a loop then fills."""
    path: str
    options: list[str]
    """How the file is opened: ``encoding="utf-8"``."""
    kind: str
    """``lines`` with their ends, ``splitlines``, or ``split``."""
    made: str
    """What becomes of a line, which is called ``line``."""


class IndexLines:
    """The rewrite for ``readlines()``, ``read().splitlines()`` and loops that fill a list with lines."""

    name = "index-lines"
    codes = frozenset(pattern.code for pattern in (EAGER_LOAD, WHOLE_FILE_READ, WORKER_DUPLICATION))

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text with an index of the lines."""
        source = source_of(text)
        whole = _whole_at(source, fault.line)
        if isinstance(whole, Refusal):
            return whole
        code = source.code(whole.target)
        for node in mentions(source, whole.variable):
            if node is whole.target or source.small(node) is whole.emptied or source.is_in(node, whole.statement):
                continue
            if not _is_read_by_place(source, node):
                return Refusal(
                    reason=f"line {source.line(node)} needs {code} to be a list, or hands it on", is_near=True
                )
        changes = Changes(source)
        name = source.fresh("Lines")
        changes.helper(whole.statement, _class(changes, name, whole))
        arguments = ", ".join([whole.path, *whole.options])
        changes.put(whole.statement, f"{code} = {name}({arguments})\n")
        if whole.emptied is not None:
            changes.remove(whole.emptied)
        return Proposal(text=changes.apply(), summary=f"{code} keeps where each line begins, and reads it when asked")


def _class(changes: Changes, name: str, whole: _Whole) -> str:
    parts = [_INIT, _ONE_SEPARATOR if whole.kind == "splitlines" else _ONE_RETURN]
    if whole.kind == "split":
        parts.append(_EMPTY_LAST)
    values = {
        "name": name,
        "array": changes.function("array", "array"),
        "wrapper": changes.function("io", "TextIOWrapper"),
        "buffer": changes.function("io", "BytesIO"),
        "ending": "" if whole.kind == "lines" else '.removesuffix("\\n")',
        "made": whole.made,
    }
    text = "\n".join(part.strip("\n") for part in [*parts, "", _GET])
    for word, value in values.items():
        text = text.replace("{" + word + "}", value)
    return text.lstrip("\n") + "\n"


# --- how it is made -------------------------------------------------------------------------------------------------


def _whole_at(source: Source, line: int) -> _Whole | Refusal:
    """The list of lines that is made at a line of the text."""
    far = Refusal(reason="no list of all lines of a text file is made at the line of the finding")
    for statement in source.find(cst.BaseSmallStatement):
        if not source.covers(statement, line) and not _is_around(source, statement, line):
            continue
        found = _from_statement(source, statement)
        if found is not None:
            return found
    return far


def _is_around(source: Source, statement: cst.BaseSmallStatement, line: int) -> bool:
    outer = source.up(statement, cst.For, cst.With)
    return outer is not None and source.line(outer) == line


def _from_statement(source: Source, statement: cst.BaseSmallStatement) -> _Whole | Refusal | None:
    taken = _taken(source, statement)
    read = _read(source, taken.lines) if taken is not None else None
    if taken is None or read is None:
        return None
    variable = variable_of(source, taken.target)
    opened, outer = _opened(source, read, taken)
    if variable is None or opened is None or outer is None:
        return None
    made = "line" if taken.made is None else _of_line(source, taken.made, taken.line)
    if made is None:
        return Refusal(reason="what becomes of a line depends on more than the line", is_near=True)
    how = _how(source, opened)
    if how is None:
        return Refusal(reason="how the file is opened leaves open where its lines begin", is_near=True)
    emptied = _emptied(source, variable) if taken.loop else None
    if taken.loop and emptied is None:
        return Refusal(reason=f"{source.code(taken.target)} is not filled here alone", is_near=True)
    return _Whole(variable, taken.target, outer, emptied, *how, kind=read.kind, made=made)


@dataclass
class _Taken:
    """Lines that are put into a list."""

    target: cst.Name | cst.Attribute
    lines: cst.BaseExpression
    made: cst.BaseExpression | None
    """What of each line is put there; ``None`` for itself."""
    line: str
    loop: cst.For | None


def _taken(source: Source, statement: cst.BaseSmallStatement) -> _Taken | None:
    if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
        target, value = statement.targets[0].target, statement.value
        if not isinstance(target, cst.Name | cst.Attribute):
            return None
        if not isinstance(value, cst.ListComp):
            return _Taken(target, value, None, "", None)
        part = value.for_in
        if part.ifs or part.inner_for_in or not isinstance(part.target, cst.Name):
            return None
        return _Taken(target, part.iter, value.elt, part.target.value, None)
    loop = _filling(source, statement)
    if loop is None or not isinstance(statement, cst.Expr):
        return None
    call = statement.value
    assert isinstance(call, cst.Call)
    assert isinstance(call.func, cst.Attribute)
    assert isinstance(loop.target, cst.Name)
    filled = call.func.value
    if not isinstance(filled, cst.Name | cst.Attribute):
        return None
    return _Taken(filled, loop.iter, call.args[0].value, loop.target.value, loop)


def _opened(source: Source, read: _Read, taken: _Taken) -> tuple[cst.Call | None, cst.BaseStatement | None]:
    """What opens the file, and the statement that opens it, takes the lines, and does nothing else."""
    outer = taken.loop or source.statement(taken.target)
    if read.opened is not None:
        return read.opened, outer
    block = source.up(outer, cst.With)
    if block is None or source.siblings(outer) != [outer] or source.parent(outer) is not block.body:
        return None, None
    item = block.items[0]
    is_it = item.asname is not None and source.code(item.asname.name) == read.handle and len(block.items) == 1
    return (item.item, block) if is_it and isinstance(item.item, cst.Call) else (None, None)


def _filling(source: Source, statement: cst.BaseSmallStatement) -> cst.For | None:
    """The loop that does nothing but put something of each line into a list."""
    if not isinstance(statement, cst.Expr) or not isinstance(statement.value, cst.Call):
        return None
    call = statement.value.func
    if not isinstance(call, cst.Attribute) or call.attr.value != "append":
        return None
    line = source.statement(statement)
    loop = source.up(line, cst.For)
    if loop is None or source.siblings(line) != [line] or source.parent(line) is not loop.body or loop.orelse:
        return None
    return loop if isinstance(loop.target, cst.Name) else None


def _of_line(source: Source, made: cst.BaseExpression, name: str) -> str | None:
    """What is made of a line, where it needs nothing but the line and names of the whole module."""
    if draws(source, made):
        return None
    known = {name, *source.top_imports, *dir(builtins)}
    for node in source.module.body:
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            known.add(node.name.value)
    for used in source.find(cst.Name, made):
        parent = source.parent(used)
        if isinstance(parent, cst.Attribute) and parent.attr is used:
            continue
        if isinstance(parent, cst.Arg) and parent.keyword is used:
            continue
        if used.value not in known:
            return None
    if any(isinstance(node, cst.BaseComp | cst.Lambda) for node in source.find(cst.BaseExpression, made)):
        return None
    renamed = made.visit(_LineName(source, name))
    assert isinstance(renamed, cst.BaseExpression)
    return source.code(renamed)


class _LineName(cst.CSTTransformer):
    def __init__(self, source: Source, name: str) -> None:
        super().__init__()
        self._source = source
        self._name = name

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:  # noqa: N802
        parent = self._source.parent(original_node)
        is_other = (isinstance(parent, cst.Attribute) and parent.attr is original_node) or (
            isinstance(parent, cst.Arg) and parent.keyword is original_node
        )
        if is_other or original_node.value != self._name:
            return updated_node
        return updated_node.with_changes(value="line")


def _emptied(source: Source, variable: Variable) -> cst.BaseSmallStatement | None:
    """The only statement that binds a list, as an empty one."""
    bound = [node for node in mentions(source, variable) if is_rebound_at(source, node)]
    if len(bound) != 1:
        return None
    statement = source.small(bound[0])
    if isinstance(statement, cst.Assign) and len(statement.targets) == 1 and source.code(statement.value) == "[]":
        return statement
    return None


@dataclass
class _Read:
    """An expression that gives all lines of a file."""

    kind: str
    opened: cst.Call | None
    """What opens the file, where the expression does itself."""
    handle: str | None
    """The name of the open file, where it does not."""


def _read(source: Source, value: cst.BaseExpression) -> _Read | None:
    if isinstance(value, cst.Name):
        return _Read("lines", None, value.value)
    if not isinstance(value, cst.Call):
        return None
    if source.name(value.func) == "list" and len(value.args) == 1:
        return _read(source, value.args[0].value)
    if source.name(value.func) in {"open", "io.open"}:
        return _Read("lines", value, None)
    if not isinstance(value.func, cst.Attribute):
        return None
    inner = value.func.value
    if value.func.attr.value == "readlines" and not value.args:
        return _file(inner, "lines")
    return _read_and_split(source, value, inner)


def _read_and_split(source: Source, call: cst.Call, inner: cst.BaseExpression) -> _Read | None:
    """What ``splitlines()`` and ``split()`` at line feeds give of ``read()``, and of ``read_text()``."""
    assert isinstance(call.func, cst.Attribute)
    given = [source.code(arg.value).replace("'", '"') for arg in call.args]
    kind = call.func.attr.value
    if (kind, given) not in [("splitlines", []), ("split", ['"\\n"'])]:
        return None
    if not isinstance(inner, cst.Call) or not isinstance(inner.func, cst.Attribute):
        return None
    if inner.func.attr.value == "read" and not inner.args:
        return _file(inner.func.value, kind)
    return _Read(kind, inner, None) if inner.func.attr.value == "read_text" else None


def _file(node: cst.BaseExpression, kind: str) -> _Read | None:
    if isinstance(node, cst.Name):
        return _Read(kind, None, node.value)
    return _Read(kind, node, None) if isinstance(node, cst.Call) else None


def _how(source: Source, opened: cst.Call) -> tuple[str, list[str]] | None:
    """Path and options of a call that opens a text file; ``None`` where its lines may not end with one byte."""
    options = {arg.keyword.value: source.code(arg.value) for arg in opened.args if arg.keyword}
    given = [source.code(arg.value) for arg in opened.args if arg.keyword is None and not arg.star]
    if source.name(opened.func) in {"open", "io.open"}:
        places, path = ["file", "mode"], None
    elif isinstance(opened.func, cst.Attribute) and opened.func.attr.value in {"read_text", "open"}:
        places = ["encoding", "errors"] if opened.func.attr.value == "read_text" else ["mode"]
        path = source.code(opened.func.value)
    else:
        return None
    if len(given) > len(places) or len(given) + len(options) != len(opened.args):
        return None
    options.update(zip(places, given, strict=False))
    path = path or options.pop("file", None)
    mode = options.pop("mode", '"r"').strip("'\"")
    encoding = options.get("encoding", '"utf-8"').strip("'\"").lower()
    if path is None or mode not in {"r", "rt"} or encoding not in _ENCODINGS or not options.keys() <= _OPTIONS:
        return None
    return path, [f"{name}={value}" for name, value in options.items()]


def _is_read_by_place(source: Source, node: Mention) -> bool:
    """Whether a mention asks for entries by their places, for all in turn, or how many there are."""
    parent = source.parent(node)
    if isinstance(parent, cst.Subscript):
        outer = source.parent(parent)
        while isinstance(outer, cst.Subscript | cst.Attribute):
            parent, outer = outer, source.parent(outer)
        return not isinstance(outer, cst.AssignTarget | cst.AugAssign | cst.Del | cst.AnnAssign)
    if isinstance(parent, cst.For | cst.CompFor):
        return parent.iter is node
    if isinstance(parent, cst.Arg):
        call = source.parent(parent)
        return isinstance(call, cst.Call) and source.name(call.func) in _READERS
    return False
