"""Walks of references by hand: steps written as a tree, with what each holds."""

from typing import Any

import msgspec

from genaudit.model.marks import RetentionMark, RetentionNode


class Step:
    """A node, and those below it."""

    def __init__(self, kind: str, name: str, kind_of: str, n_bytes: int, *below: "Step", **fields: Any) -> None:
        self.node = RetentionNode(parent=-1, kind=kind, name=name, type=kind_of, bytes=n_bytes, **fields)
        self.below = below


def walk(*roots: Step, at: str = "first", batch: int = 1, pid: int = 0, epoch: int = 1) -> RetentionMark:
    """The mark of a walk that found these."""
    nodes: list[RetentionNode] = []

    def add(step: Step, parent: int) -> None:
        nodes.append(msgspec.structs.replace(step.node, parent=parent))
        place = len(nodes) - 1
        for child in step.below:
            add(child, place)

    for root in roots:
        add(root, -1)
    total = sum(root.node.bytes for root in roots)
    return RetentionMark(
        at_s=1.0, at=at, batch=batch, epoch=epoch, pid=pid, visited=9, seconds=0.001, is_complete=True, bytes=total,
        nodes=nodes,
    )  # fmt: skip


def generator(
    *below: Step, n_bytes: int, path: str = "/project/data.py", line: int = 3, name: str = "generate"
) -> Step:
    """The generator that is driven, suspended at a line."""
    return Step("source", name, "generator", n_bytes, *below, path=path, line=line, function=name)


def images(n_bytes: int, entries: int, *, name: str = "images", kind: str = "variable", of: str = "list") -> Step:
    """A container of arrays."""
    array = Step("entry", "", "ndarray", n_bytes - 8 * entries, detail="64x64 uint8", count=entries)
    return Step(kind, name, of, n_bytes, array, entries=entries)
