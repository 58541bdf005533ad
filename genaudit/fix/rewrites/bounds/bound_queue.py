"""A queue without a bound between a thread and its reader: it gets one, so that the thread waits for the reader."""

from __future__ import annotations

from dataclasses import dataclass, field

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.variables import Mention, Variable, assigned, is_rebound_at, mentions, variable_of
from genaudit.model.catalogue import BATCH_GROWTH, EAGER_LOAD, UNBOUNDED_CACHE, UNBOUNDED_PREFETCH

_QUEUES = frozenset(["queue.Queue", "queue.LifoQueue", "multiprocessing.Queue"])
_STARTERS = frozenset(["threading.Thread", "multiprocessing.Process"])
_MOST = 16
"""Entries that wait, whatever the memory would allow: more than a reader takes before the thread has made one."""


@dataclass
class _Ends:
    """Where entries are put into a queue, and taken out of it."""

    puts: list[Mention] = field(default_factory=list)
    gets: list[Mention] = field(default_factory=list)
    passed: list[cst.Call] = field(default_factory=list)
    """Calls that start a thread and give it the queue."""
    others: list[Mention] = field(default_factory=list)


class BoundQueue:
    """The rewrite for ``queue.Queue()`` that a thread fills ahead of its reader."""

    name = "bound-queue"
    codes = frozenset(pattern.code for pattern in (EAGER_LOAD, BATCH_GROWTH, UNBOUNDED_CACHE, UNBOUNDED_PREFETCH))

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text with a queue of so many entries."""
        source = source_of(text)
        made = [call for call in source.find(cst.Call) if source.name(call.func) in _QUEUES and not call.args]
        for call in made:
            variable = _variable(source, call)
            if variable is not None and _is_meant(source, call, variable, fault):
                return _bounded(source, call, variable, fault)
        return Refusal(reason="no queue without a bound is at the line of the finding")


def _variable(source: Source, call: cst.Call) -> Variable | None:
    statement = source.small(call)
    if not isinstance(statement, cst.Assign) or len(statement.targets) != 1 or statement.value is not call:
        return None
    return variable_of(source, statement.targets[0].target)


def _is_meant(source: Source, call: cst.Call, variable: Variable, fault: Fault) -> bool:
    statement = source.statement(call)
    if source.covers(statement, fault.line) or variable.name in fault.holders:
        return True
    names = {name for name, _ in _receivers(source, _ends(source, variable))}
    at_line = [node for node in source.find(cst.Call) if source.covers(source.statement(node), fault.line)]
    called = [node.func.value for node in at_line if isinstance(node.func, cst.Attribute)]
    return any(variable_of(source, node) == variable or source.code(node) in names for node in called)


def _ends(source: Source, variable: Variable) -> _Ends:
    ends = _Ends()
    for node in mentions(source, variable):
        method = source.parent(node)
        if isinstance(method, cst.Attribute) and isinstance(source.parent(method), cst.Call):
            kind = {"put": ends.puts, "get": ends.gets, "task_done": None}.get(method.attr.value, ends.others)
            if kind is not None:
                kind.append(node)
            continue
        starter = _starter(source, node)
        if starter is not None:
            ends.passed.append(starter)
        elif not is_rebound_at(source, node) or assigned(source, node) is None:
            ends.others.append(node)
    return ends


def _starter(source: Source, node: Mention) -> cst.Call | None:
    """The call that starts a thread with a queue among its arguments."""
    arguments = source.up(node, cst.Arg)
    call = source.parent(arguments) if arguments is not None else None
    if not isinstance(call, cst.Call) or source.name(call.func) not in _STARTERS:
        return None
    is_args = arguments is not None and arguments.keyword is not None and arguments.keyword.value == "args"
    return call if is_args and isinstance(source.parent(source.parent(node) or node), cst.Tuple) else None


def _receivers(source: Source, ends: _Ends) -> list[tuple[str, cst.FunctionDef]]:
    """The functions that threads run, with the name that the queue has there."""
    found = []
    for call in ends.passed:
        given = {arg.keyword.value: arg.value for arg in call.args if arg.keyword}
        function = source.definition(source.code(given["target"])) if "target" in given else None
        arguments = given.get("args")
        if function is None or not isinstance(arguments, cst.Tuple):
            continue
        for param, element in zip(function.params.params, arguments.elements, strict=False):
            if any(source.is_in(node, element) for node in _mentions_of(source, ends, call)):
                found.append((param.name.value, function))
    return found


def _mentions_of(source: Source, ends: _Ends, call: cst.Call) -> list[cst.CSTNode]:
    names = {source.code(node) for node in [*ends.gets, *ends.puts]}
    return [node for node in source.find(cst.Name, call) if node.value in names] + [
        node for node in source.find(cst.Attribute, call) if source.code(node) in names
    ]


def _bounded(source: Source, call: cst.Call, variable: Variable, fault: Fault) -> Proposal | Refusal:
    ends = _ends(source, variable)
    name = variable.name
    if ends.others:
        return Refusal(reason=f"line {source.line(ends.others[0])} looks at {name} itself", is_near=True)
    putting = {source.function(node) for node in ends.puts} | {function for _, function in _receivers(source, ends)}
    taking = {source.function(node) for node in ends.gets}
    if not taking or putting & taking:
        return Refusal(reason=f"the function that fills {name} empties it, too: it would wait for itself", is_near=True)
    for starter in _threads(source, ends, putting):
        if not _is_daemon(source, starter):
            return Refusal(
                reason=f"the thread of line {source.line(starter)} is no daemon: it would wait for ever for a reader "
                "that has stopped",
                is_near=True,
            )
    starters = _threads(source, ends, putting)
    if not starters and not _runs_itself(source, putting):
        return Refusal(reason=f"which thread fills {name} cannot be told", is_near=True)
    changes = Changes(source)
    reason = _unwaited(source, changes, ends, starters)
    if reason is not None:
        return Refusal(reason=reason, is_near=True)
    bound = min(fault.bound or _MOST, _MOST)
    changes.replace(call, f"{source.code(call.func)}(maxsize={bound})")
    return Proposal(text=changes.apply(), summary=f"{name} has room for {bound} entries, and its thread waits for more")


def _threads(source: Source, ends: _Ends, putting: set[cst.FunctionDef | None]) -> list[cst.Call]:
    """Calls that make the threads which fill the queue."""
    names = {function.name.value for function in putting if function is not None}
    found = list(ends.passed)
    for call in source.find(cst.Call):
        if source.name(call.func) not in _STARTERS or any(call is other for other in found):
            continue
        targets = [arg.value for arg in call.args if arg.keyword and arg.keyword.value == "target"]
        if any(source.code(target).rpartition(".")[2] in names for target in targets):
            found.append(call)
    return found


def _is_daemon(source: Source, call: cst.Call) -> bool:
    """Whether it is said where the thread is made, or of its name: ``thread.daemon = True``."""
    if any(arg.keyword and arg.keyword.value == "daemon" and source.code(arg.value) == "True" for arg in call.args):
        return True
    statement = source.small(call)
    names = {source.code(target.target) for target in getattr(statement, "targets", ())}
    return any(_says_daemon(source, within=source.function(call), name=name) for name in names)


def _says_daemon(source: Source, within: cst.CSTNode | None, name: str) -> bool:
    assigned_to = [source.code(node).replace(" ", "") for node in source.find(cst.Assign, within)]
    called = [source.code(node) for node in source.find(cst.Call, within)]
    return f"{name}.daemon=True" in assigned_to or f"{name}.setDaemon(True)" in called


def _runs_itself(source: Source, putting: set[cst.FunctionDef | None]) -> bool:
    """Whether what fills the queue is ``run`` of a class that is a thread, and a daemon."""
    classes = [source.class_of(function) for function in putting if function is not None]
    return bool(classes) and all(
        owner is not None
        and any(source.name(base.value) == "threading.Thread" for base in owner.bases)
        and (_says_daemon(source, owner, "self") or any(_is_daemon_of(call) for call in source.find(cst.Call, owner)))
        and {function.name.value for function in putting if function is not None} == {"run"}
        for owner in classes
    )


def _is_daemon_of(call: cst.Call) -> bool:
    """``super().__init__(daemon=True)``."""
    is_init = isinstance(call.func, cst.Attribute) and call.func.attr.value == "__init__"
    return is_init and any(arg.keyword and arg.keyword.value == "daemon" for arg in call.args)


def _unwaited(source: Source, changes: Changes, ends: _Ends, starters: list[cst.Call]) -> str | None:
    """Leave out what waits until the thread has put everything; why that cannot be."""
    known = _known_to(source, starters)
    first = min(source.place(node) for node in ends.gets)
    reader = source.function(ends.gets[0])
    for call in source.find(cst.Call, reader):
        if not isinstance(call.func, cst.Attribute) or call.func.attr.value not in {"join", "wait"} or call.args:
            continue
        statement = source.small(call)
        if source.code(call.func.value) not in known:
            continue
        if source.place(call) > first or not isinstance(statement, cst.Expr) or statement.value is not call:
            continue
        if source.loops(call) or source.function(call) is not reader:
            return f"line {source.line(call)} waits for the thread before the first entry is taken"
        changes.remove(statement)
    return None


def _known_to(source: Source, starters: list[cst.Call]) -> set[str]:
    """Names of threads, and of what they are given: an event that one of them sets."""
    found: set[str] = set()
    for call in starters:
        found |= {source.code(node) for node in source.find(cst.Name, call)}
        statement = source.small(call)
        if isinstance(statement, cst.Assign) and statement.value is call:
            found |= {source.code(target.target) for target in statement.targets}
    return found
