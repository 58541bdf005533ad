"""The tree of a walk as rows of a mark: what matters of it, parents first."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from genaudit.recorder.child.retention.walk import Node

LEAST_SHARE = 0.002
"""Nodes that take less of all that was found are left out; what they take stays in their parents."""
MOST_ROWS = 300
_SHARED = 0.5


def rows_of(roots: list[Node]) -> tuple[int, list[dict[str, Any]]]:
    """Bytes in all, and a row for every node that matters.

    Args:
        roots: Of the walk.
    """
    totals: dict[int, tuple[float, float]] = {}
    order = _in_order(roots)
    factors: dict[int, float] = {}
    for node in order:
        above = factors[id(node.parent)] if node.parent is not None else 1.0
        factors[id(node)] = _factor(node, above)
    for node in reversed(order):
        own = factors[id(node)]
        data, plain = node.data * own, node.plain * own
        for child in node.children.values():
            below = totals[id(child)]
            data, plain = data + below[0], plain + below[1]
        totals[id(node)] = data, plain
    n_bytes = sum(sum(totals[id(root)]) for root in roots)
    chosen = _chosen(order, totals, LEAST_SHARE * n_bytes)
    rows: list[dict[str, Any]] = []
    for node in order:
        if id(node) in chosen:
            node.index = len(rows)
            rows.append(_row(node, totals[id(node)], factors[id(node)]))
    return round(n_bytes), rows


def _in_order(roots: list[Node]) -> list[Node]:
    order: list[Node] = []
    stack = list(reversed(roots))
    while stack:
        node = stack.pop()
        order.append(node)
        stack.extend(reversed(list(node.children.values())))
    return order


def _factor(node: Node, above: float) -> float:
    """How many objects each one that was looked at stands for, those of its parents counted in.

    Where many that were sampled lead to the same few, these are all that there are.
    """
    if node.attempts > 1 and node.sampled_above and node.visited <= _SHARED * node.attempts:
        return 1.0
    return above * node.scale


def _chosen(order: list[Node], totals: dict[int, tuple[float, float]], least: float) -> set[int]:
    large = sorted(
        (node for node in order if sum(totals[id(node)]) >= max(1.0, least)), key=lambda node: -sum(totals[id(node)])
    )
    # A child takes no more than its parent, so that parents are chosen before it.
    chosen: set[int] = set()
    for node in large[:MOST_ROWS]:
        if node.parent is None or id(node.parent) in chosen:
            chosen.add(id(node))
    return chosen


def _row(node: Node, total: tuple[float, float], factor: float) -> dict[str, Any]:
    return {
        "parent": node.parent.index if node.parent is not None else -1,
        "kind": node.kind,
        "name": node.name,
        "type": node.type,
        "detail": node.detail,
        "count": max(1, round(node.visited * factor)),
        "entries": None if node.entries is None else round(node.entries * factor),
        "bytes": round(sum(total)),
        "data_bytes": round(total[0]),
        "object_bytes": round(total[1]),
        "is_sampled": factor > 1.001,
        "path": node.path,
        "line": node.line,
        "function": node.function,
    }
