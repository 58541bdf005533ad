"""A pool that is given all its work at once: it gets more only as results are taken."""

from __future__ import annotations

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.variables import made_by
from genaudit.model.catalogue import BATCH_GROWTH, EAGER_LOAD, UNBOUNDED_CACHE, UNBOUNDED_PREFETCH

_EXECUTORS = frozenset(["concurrent.futures.ThreadPoolExecutor", "concurrent.futures.ProcessPoolExecutor"])
_POOLS = frozenset(["multiprocessing.Pool", "multiprocessing.pool.ThreadPool", "multiprocessing.pool.Pool"])
_MOST = 16
_HELPER = '''def {name}(pool, function, items, most):
    """Results in their order, of which no more than so many are made ahead."""
    waiting = {deque}()
    for item in items:
        waiting.append({submit})
        if len(waiting) >= most:
            yield waiting.popleft().{result}()
    while waiting:
        yield waiting.popleft().{result}()
'''


class BoundMap:
    """The rewrite for ``executor.map(f, items)`` and ``pool.imap(f, items)`` in the head of a loop."""

    name = "bound-map"
    codes = frozenset(pattern.code for pattern in (EAGER_LOAD, BATCH_GROWTH, UNBOUNDED_CACHE, UNBOUNDED_PREFETCH))

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text that gives work as results are taken."""
        source = source_of(text)
        for call in source.find(cst.Call):
            outer = source.statement(call)
            if not source.covers(call, fault.line) and source.line(outer) != fault.line:
                continue
            maker = _maker(source, call)
            if maker is not None:
                return _bounded(source, call, maker, fault)
        return Refusal(reason="no pool is given all its work at the line of the finding")


def _maker(source: Source, call: cst.Call) -> str | None:
    """What made the pool whose ``map`` or ``imap`` is called."""
    if not isinstance(call.func, cst.Attribute) or call.func.attr.value not in {"map", "imap"}:
        return None
    return made_by(source, source.code(call.func.value))


def _bounded(source: Source, call: cst.Call, maker: str, fault: Fault) -> Proposal | Refusal:
    assert isinstance(call.func, cst.Attribute)
    method = call.func.attr.value
    is_executor = maker in _EXECUTORS and method == "map"
    if not is_executor and not (maker in _POOLS and method == "imap"):
        return Refusal(reason="what is mapped is given to no pool that gives results one by one")
    if len(call.args) != 2 or any(arg.keyword is not None or arg.star for arg in call.args):
        return Refusal(reason=f"{method} is called with more than a function and its items", is_near=True)
    parent = source.parent(call)
    loop = source.parent(parent) if isinstance(parent, cst.Arg) else parent
    is_head = isinstance(loop, cst.For) or (
        isinstance(loop, cst.Call) and source.name(loop.func) in {"enumerate", "zip", "iter"}
    )
    if not is_head and not isinstance(loop, cst.From):
        return Refusal(reason="the results are not taken one by one", is_near=True)
    changes = Changes(source)
    name = source.fresh("bounded_map")
    submit = "pool.submit(function, item)" if is_executor else "pool.apply_async(function, (item,))"
    helper = _HELPER.format(
        name=name,
        deque=changes.function("collections", "deque"),
        submit=submit,
        result="result" if is_executor else "get",
    )
    changes.helper(call, helper)
    given = ", ".join(source.code(arg.value) for arg in call.args)
    most = min(fault.bound or _MOST, _MOST)
    changes.replace(call, f"{name}({source.code(call.func.value)}, {given}, {most})")
    return Proposal(text=changes.apply(), summary=f"no more than {most} results are made ahead of those that are taken")
