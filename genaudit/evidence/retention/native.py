"""Who owns native memory: of what does not tell its size, what became more; and the stage of a pipeline that keeps it.

A walk sees a video reader as 48 bytes, whatever it holds. That there is one more of them with each batch, and that
memory rises which no object accounts for, says whose it is.
"""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from genaudit.evidence.retention.tree import NAMED, Holding, Key, Tree
from genaudit.model.marks import RetentionMark, RetentionNode
from genaudit.units import KIB

FEWEST = 3
"""Objects that must have come between two walks."""
CLEARLY = 2
"""So many times as many must have come as anywhere else, or nobody can tell whose the memory is."""
OF_ITEMS = 0.5
WITH_A_GRAPH = frozenset({"Tensor", "Parameter"})
LEAST_EACH = KIB
"""Bytes that each must own."""


class _Gain(NamedTuple):
    """What came to one container."""

    objects: int
    entries: int
    steps: list[RetentionNode]
    container: RetentionNode
    pid: int


def owners_that_grew(
    pairs: Iterable[tuple[RetentionMark, RetentionMark]], unexplained: float, *, fewest: float = FEWEST
) -> Holding | None:
    """The path to what became more; ``None`` where nothing did, or several did.

    Args:
        pairs: For each process an earlier walk and a later one.
        unexplained: Bytes that came between them, and that the walks have not found.
        fewest: Objects that must have come.
    """
    gains: dict[Key, _Gain] = {}
    for first, last in pairs:
        for key, gain in _gains(first, last):
            known = gains.get(key)
            gains[key] = gain if known is None else gain._replace(objects=gain.objects + known.objects)
    ranked = sorted(_by_container(gains), key=lambda gain: -gain.objects)
    if not ranked:
        return None
    best = ranked[0]
    if best.objects < fewest or unexplained < LEAST_EACH * best.objects:
        return None
    if len(ranked) > 1 and ranked[1].objects * CLEARLY > best.objects:
        return None
    return Holding(
        steps=best.steps,
        bytes=round(unexplained),
        entries=best.entries,
        container=best.container,
        grows=True,
        pid=best.pid,
    )


def owners_of_load(mark: RetentionMark, unexplained: float, items: int) -> Holding | None:
    """The path to objects of which there is one for each item, or nearly; ``None`` where there are none such.

    Args:
        mark: A walk after the first batch.
        unexplained: Bytes that it has not found.
        items: Of the data set.
    """
    nothing = msgspec.structs.replace(mark, nodes=[])
    holding = owners_that_grew([(nothing, mark)], unexplained, fewest=max(FEWEST, OF_ITEMS * items))
    return msgspec.structs.replace(holding, grows=False) if holding is not None else None


def _by_container(gains: dict[Key, _Gain]) -> list[_Gain]:
    """The largest gain of each container that has a name: a file that is kept has parts that are foreign as well."""
    found: dict[Key, _Gain] = {}
    for gain in gains.values():
        upto = next(at for at, step in enumerate(gain.steps) if step is gain.container)
        named = tuple((step.kind, step.name, step.type) for step in gain.steps[: upto + 1])
        if not any(step.kind in NAMED and step.name for step in gain.steps[: upto + 1]):
            continue
        known = found.get(named)
        if known is None or gain.objects > known.objects:
            found[named] = gain
    return list(found.values())


def _gains(first: RetentionMark, last: RetentionMark) -> Iterable[tuple[Key, _Gain]]:
    before, after = Tree(first).by_key, Tree(last)
    for at, node in enumerate(last.nodes):
        earlier = before.get(after.keys[at])
        count = node.count - (earlier.count if earlier is not None else 0)
        if node.type.rpartition(".")[2] in WITH_A_GRAPH:
            # A sum of losses is one tensor, whose graph has more nodes with each batch.
            count = max(count, _entries_of(node) - _entries_of(earlier))
        if not node.is_foreign or count < 1:
            continue
        steps = [(last.nodes[place], before.get(after.keys[place])) for place in after.path(at)]
        gained = [(step, _entries_of(step) - _entries_of(held)) for step, held in steps]
        container, entries = next(((step, n) for step, n in gained if n > 0), (None, 0))
        if container is None:
            # A chain of objects, each of which has the next.
            container = next(step for step, held in steps if step.count > (held.count if held is not None else 0))
        yield after.keys[at], _Gain(count, entries, [step for step, _ in steps], container, last.pid)


def _entries_of(node: RetentionNode | None) -> int:
    return (node.entries or 0) if node is not None else 0


CACHE, SHUFFLE = "CacheDataset", "ShuffleDataset"
"""Stages of pipelines of TensorFlow that keep what passes through them."""


def stage_of(mark: RetentionMark, stage: str) -> Holding | None:
    """The path to a stage of the pipeline that is driven; ``None`` without such a stage, or with several.

    Args:
        stage: What ends the name of its class: ``CacheDataset``.
    """
    tree = Tree(mark)
    found = [at for at, node in enumerate(mark.nodes) if node.type.endswith(stage)]
    paths = [path for at in found if mark.nodes[(path := tree.path(at))[0]].kind == "source"]
    if len(paths) != 1:
        return None
    return Holding(steps=[mark.nodes[at] for at in paths[0]], bytes=0, pid=mark.pid)
