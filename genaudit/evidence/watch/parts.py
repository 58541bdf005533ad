"""In which part of a job memory grows: its source, the queue and the workers, or the training step.

Who holds it decides: memory that was born in ``next()`` and is kept by the training loop grows in the training step.
Where walks of references find too little, memory before and after each ``next()`` decides, as far as it can.
"""

from pathlib import PurePath

import msgspec

from genaudit.evidence.project import Project
from genaudit.evidence.retention.lines import Place, places_of
from genaudit.evidence.retention.native import FEWEST, owners_that_grew
from genaudit.evidence.retention.tree import Holding, Tree
from genaudit.evidence.watch.growth import JobGrowth
from genaudit.model.marks import RetentionMark, RetentionNode
from genaudit.model.watch import JobRecording, Part

EXPLAINED = 0.5
"""From this share of the rise on, what walks have found says where it is."""
MOST_OF_IT = 0.6
OF_BATCHES = 0.3
FEWEST_WALKS = 3
STEADY = 0.2
"""Growth of the second half, as a share of that of the first."""
WARM_BATCHES = 2
QUEUES = frozenset({"Queue", "SimpleQueue", "LifoQueue", "PriorityQueue", "JoinableQueue", "_Queue"})
ENQUEUERS = ("Enqueuer", "DataLoaderIter", "PrefetchIter")


class JobProject(Project):
    """The user's own code in a job.

    Args:
        root: Its folder.
        texts: Its files, by path.
    """

    def __init__(self, root: str, texts: dict[str, str]) -> None:
        self._root = root
        self.is_script = True
        self._harness = ""
        self._sources = texts


class Grown(msgspec.Struct, frozen=True, kw_only=True):
    """A path that gained memory, and the part of the job that it is of."""

    holding: Holding
    part: Part
    place: Place | None
    batches: int
    """Between the walks."""
    other: Place | None = None
    """A line on the other side that fills the same: the source's, or the training step's."""


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """Where it grows."""

    part: Part | None
    """``None`` where that cannot be told."""
    by_walks: bool
    """Whether references say so; memory around ``next()`` does otherwise."""
    shares: dict[Part, float] = {}
    grown: list[Grown] = []
    """What holds it, the largest of the part first."""
    is_counted: bool = False
    """Objects came with batches that own memory which no walk can see."""


def attribute(job: JobRecording, growth: JobGrowth, project: Project) -> Attribution:
    """The part that memory grows in, with those that hold it."""
    grown = _grown(job, project)
    if growth.workers_grow and not growth.grows:
        of_workers = [each for each in grown if each.holding.pid]
        return Attribution(part=Part.QUEUE, by_walks=bool(of_workers), shares={Part.QUEUE: 1.0}, grown=of_workers)
    own = [each for each in grown if not each.holding.pid]
    rise = _rise(job)
    found = sum(each.holding.bytes for each in own)
    by_memory = _by_memory(job, growth)
    if rise > 0 and found >= EXPLAINED * rise:
        return _by_holders([_on_its_side(each, by_memory) for each in own], found)
    native = _native(job, project, rise - found)
    if native is not None and (by_memory is None or by_memory is native.part):
        return Attribution(part=native.part, by_walks=True, shares={native.part: 1.0}, grown=[native], is_counted=True)
    if by_memory is not None:
        of_part = [each for each in own if each.part is by_memory]
        return Attribution(part=by_memory, by_walks=False, shares={by_memory: 1.0}, grown=of_part)
    return Attribution(part=None, by_walks=False, grown=own)


def _by_holders(own: list[Grown], found: int) -> Attribution:
    shares: dict[Part, float] = {}
    shared = sum(each.holding.bytes for each in own if each.other is not None)
    if shared > (1 - MOST_OF_IT) * found:
        # Both sides add to it, and how much each does is not to be seen.
        ordered = sorted(own, key=lambda each: (each.other is None, -each.holding.bytes))
        return Attribution(part=None, by_walks=True, grown=ordered)
    for each in own:
        shares[each.part] = shares.get(each.part, 0.0) + each.holding.bytes / found
    part = max(shares, key=lambda one: shares[one])
    ordered = sorted(own, key=lambda each: (each.part is not part, -each.holding.bytes))
    is_clear = shares[part] >= MOST_OF_IT
    return Attribution(part=part if is_clear else None, by_walks=True, shares=shares, grown=ordered)


def _on_its_side(grown: Grown, by_memory: Part | None) -> Grown:
    """One that lines of both sides fill: memory around ``next()`` tells which of them do, as far as it can."""
    if grown.other is None or by_memory is None:
        return grown
    place = grown.place if grown.part is by_memory else grown.other
    return msgspec.structs.replace(grown, part=by_memory, place=place, other=None)


def _pairs(job: JobRecording) -> list[tuple[RetentionMark, RetentionMark]]:
    """For each process an early walk and its last."""
    found = []
    for pid in sorted({mark.pid for mark in job.walks}):
        walks = [mark for mark in job.walks if mark.pid == pid]
        # By the second batch a model has what it keeps for each of its weights.
        early = next((mark for mark in walks if mark.batch >= WARM_BATCHES and mark is not walks[-1]), walks[0])
        first = early if len(walks) > 2 else walks[0]
        if walks[-1].batch > first.batch:
            found.append((first, walks[-1]))
    return found


def _grown(job: JobRecording, project: Project) -> list[Grown]:
    holdings: list[tuple[Holding, int]] = []
    for first, last in _pairs(job):
        batches = last.batch - first.batch
        holdings += [(each, batches) for each in Tree(last, before=first).holdings() if each.bytes > 0]
    trees: dict[int, list[tuple[int, Tree]]] = {}
    for mark in job.walks:
        trees.setdefault(mark.pid, []).append((mark.batch, Tree(mark)))
    return [_of_part(job, project, each, batches) for each, batches in holdings if _is_steady(trees[each.pid], each)]


def _is_steady(walks: list[tuple[int, Tree]], holding: Holding) -> bool:
    """Whether a path gained memory in both halves of the walks: what is made once, or reached otherwise, does not."""
    if len(walks) < FEWEST_WALKS:
        return True
    upto = holding.holder + 1
    key = tuple((step.kind, step.name, step.type) for step in holding.steps[:upto])
    series = [(batch, tree.by_key.get(key)) for batch, tree in walks]
    sizes = [(batch, node.bytes if node is not None else 0) for batch, node in series]
    middle = (sizes[0][0] + sizes[-1][0]) / 2
    at = min(range(1, len(sizes) - 1), key=lambda place: abs(sizes[place][0] - middle))
    early, late = (_rate(sizes[0], sizes[at]), _rate(sizes[at], sizes[-1]))
    return late > 0 and (early <= 0 or late >= STEADY * early)


def _rate(one: tuple[int, int], other: tuple[int, int]) -> float:
    return (other[1] - one[1]) / max(1, other[0] - one[0])


def _of_part(job: JobRecording, project: Project, holding: Holding, batches: int) -> Grown:
    places = places_of(holding, project, job.texts, grows=True)
    place = next(iter(places), None)
    part = _part_of(job, holding, place)
    other = next((one for one in places if _part_of(job, holding, one) is not part), None)
    return Grown(holding=holding, part=part, place=place, batches=batches, other=other)


def _part_of(job: JobRecording, holding: Holding, place: Place | None) -> Part:
    if holding.pid or any(map(_is_queue, holding.steps)):
        return Part.QUEUE
    if place is not None:
        return Part.SOURCE if _is_of_source(job, place) else Part.STEP
    root = holding.steps[0]
    names = {name for source in job.sources for name in source.names}
    is_used = root.kind == "module" and len(holding.steps) > 1 and holding.steps[1].name in names
    return Part.SOURCE if root.kind == "source" or is_used else Part.STEP


def _is_queue(step: RetentionNode) -> bool:
    name = step.type.rpartition(".")[2]
    return name in QUEUES or name.endswith(ENQUEUERS)


def _is_of_source(job: JobRecording, place: Place) -> bool:
    return any(
        path == place.path and first <= place.line <= last
        for source in job.sources
        for path, first, last in source.spans
    )


def _rise(job: JobRecording) -> float:
    """By how much private memory rose between the two walks of the job's own process."""
    pair = next((pair for pair in _pairs(job) if not pair[0].pid), None)
    if pair is None:
        return 0.0
    first, last = (_held_at(job, mark.batch) for mark in pair)
    return max(0.0, last - first)


def _held_at(job: JobRecording, batch: int) -> float:
    return float(next((mark.anon_bytes for mark in reversed(job.pulled) if mark.last <= batch), 0))


def _native(job: JobRecording, project: Project, unexplained: float) -> Grown | None:
    """What owns memory that no object shows: tensors with the graph behind them, readers."""
    pairs = _pairs(job)
    if not pairs or unexplained <= 0:
        return None
    batches = pairs[0][1].batch - pairs[0][0].batch
    holding = owners_that_grew(pairs, unexplained, fewest=max(FEWEST, OF_BATCHES * batches))
    return _of_part(job, project, holding, batches) if holding is not None else None


def _by_memory(job: JobRecording, growth: JobGrowth) -> Part | None:
    """The part by memory before and after each ``next()``.

    A batch is made inside and let go of outside, and how much of its memory is new each time is not known: the answer
    is to be the same whether none of it is, or all.
    """
    inside, outside, whole = growth.inside, growth.outside, growth.per_batch
    if inside is None or outside is None or whole is None or any(source.mixed for source in job.sources):
        return None
    most = max(0, growth.batch_bytes or 0)
    least = min(most, max(0.0, -outside.value))
    parts = {_larger(inside.value - handed, outside.value + handed, whole.value) for handed in (least, most)}
    return parts.pop() if len(parts) == 1 else None


def _larger(inside: float, outside: float, whole: float) -> Part | None:
    if inside >= MOST_OF_IT * whole and inside > outside:
        return Part.SOURCE
    return Part.STEP if outside >= MOST_OF_IT * whole and outside > inside else None


def folder_of_job(job: JobRecording) -> str:
    """The folder that is the user's own."""
    directory = PurePath(job.head.directory)
    script = PurePath(job.head.script) if job.head.script else None
    return str(directory if script is None or directory in script.parents else script.parent)
