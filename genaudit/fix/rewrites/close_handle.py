"""What is opened and never closed: it is closed when its last line has run."""

from __future__ import annotations

from typing import Any

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.variables import Mention, mentions, variable_of
from genaudit.model.catalogue import BATCH_GROWTH, FILE_LEAK, PROCESS_LEAK, THREAD_LEAK

_MANAGED = frozenset(
    """open io.open gzip.open bz2.open lzma.open tarfile.open zipfile.ZipFile h5py.File wave.open PIL.Image.open
    concurrent.futures.ThreadPoolExecutor concurrent.futures.ProcessPoolExecutor multiprocessing.Pool
    multiprocessing.pool.ThreadPool""".split()
)
_CLOSED = frozenset(["sqlite3.connect", "socket.socket", "mmap.mmap"])
_DESCRIPTORS = frozenset(["os.open"])


class CloseHandle:
    """The rewrite for a file, a pool or a connection that one block of statements opens and uses."""

    name = "close-handle"
    codes = frozenset(pattern.code for pattern in (FILE_LEAK, THREAD_LEAK, PROCESS_LEAK, BATCH_GROWTH))

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text that closes it."""
        source = source_of(text)
        for statement in source.find(cst.Assign):
            if source.covers(statement, fault.line) and _opener(source, statement) is not None:
                return _closed(source, statement)
        return Refusal(reason="nothing that can be closed gets a name at the line of the finding")


def _opener(source: Source, statement: cst.Assign) -> str | None:
    if len(statement.targets) != 1 or not isinstance(statement.value, cst.Call):
        return None
    name = source.name(statement.value.func)
    return name if name in _MANAGED | _CLOSED | _DESCRIPTORS else None


def _closed(source: Source, statement: cst.Assign) -> Proposal | Refusal:
    target = statement.targets[0].target
    variable = variable_of(source, target)
    line = source.statement(statement)
    if variable is None or not isinstance(variable.home, cst.FunctionDef) or not isinstance(target, cst.Name):
        return Refusal(reason=f"{source.code(target)} outlives the function that opens it", is_near=True)
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return Refusal(reason="it is opened on a line with other statements", is_near=True)
    uses = [node for node in mentions(source, variable) if node is not target]
    following = source.following(line)
    places = [at for at, later in enumerate(following) for node in uses if source.is_in(node, later)]
    if len(places) != len(uses):
        return Refusal(reason=f"{target.value} is used in another block than the one that opens it", is_near=True)
    for node in uses:
        if _is_handed_on(source, node):
            return Refusal(reason=f"{target.value} is handed on, or closed, on line {source.line(node)}", is_near=True)
    body = following[: max(places, default=-1) + 1]
    changes = Changes(source)
    if not body:
        return Refusal(reason=f"{target.value} is not used where it is opened", is_near=True)
    opener = _opener(source, statement)
    _wrap(source, changes, statement, body, opener or "")
    return Proposal(text=changes.apply(), summary=f"{target.value} is closed when its last line has run")


def _is_handed_on(source: Source, node: Mention) -> bool:
    """Whether something else may need it later, or closes it already."""
    parent = source.parent(node)
    if isinstance(parent, cst.Attribute):
        return parent.attr.value in {"close", "shutdown", "detach", "release"}
    if isinstance(parent, cst.Arg):
        call = source.parent(parent)
        return not isinstance(call, cst.Call) or (source.name(call.func) or "") not in _READERS
    return not isinstance(parent, cst.For | cst.CompFor | cst.Subscript) or (
        isinstance(parent, cst.CompFor) and source.up(node, cst.GeneratorExp) is not None
    )


_READERS = frozenset(
    """os.read os.pread os.fstat os.lseek list json.load pickle.load numpy.load numpy.array numpy.asarray len
    csv.reader csv.DictReader""".split()
)


def _wrap(source: Source, changes: Changes, statement: cst.Assign, body: list[cst.BaseStatement], opener: str) -> None:
    target = statement.targets[0].target
    assert isinstance(target, cst.Name)
    line = source.statement(statement)
    if opener in _DESCRIPTORS:
        end = cst.parse_statement(f"os.close({target.value})\n", source.module.config_for_parsing)
        changes.enclose(body, lambda inside: cst.Try(inside, finalbody=cst.Finally(cst.IndentedBlock([end]))))
        return
    value: cst.BaseExpression = statement.value
    if opener in _CLOSED:
        value = cst.Call(cst.parse_expression(changes.function("contextlib", "closing")), [cst.Arg(value)])
    item = cst.WithItem(value, cst.AsName(cst.Name(target.value)))

    def opened(inside: cst.IndentedBlock) -> Any:
        return cst.With([item], inside, leading_lines=getattr(line, "leading_lines", ()))

    changes.enclose(body, opened)
    changes.remove(statement)
