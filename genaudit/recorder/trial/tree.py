"""The target's process and all below it, measured from outside."""

import time

import msgspec

from genaudit.errors import UsageError
from genaudit.model.recording import ProcessUse, Sample
from genaudit.recorder.child.memory.settle import common_bytes
from genaudit.recorder.child.memory.shared import Shared
from genaudit.recorder.trial.samplers import MemoryProfilerSampler, OwnMemory, ProcSampler, Sampler
from genaudit.recorder.trial.waiting import began_ticks, runs

# PSS takes the kernel milliseconds per GiB and a lock in the target: at most this share of the time goes there.
PSS_DUTY = 0.01
CHILDREN_EVERY_S = 0.1
# Above this half of the samples are left out.
MOST_SAMPLES = 4096
# More are looked through for those that have ended: a target may start a process for each batch.
MOST_SEEN = 1000
MOST_NAMES = 200


class Tree:
    """Samples a process tree.

    Args:
        pid: The target's process.
        root: The process that it and all that came from it are below; the target's own where ``None``.
        shared: Shared memory since before the process began.
        sampler: How processes are read.
        server: The process that it was forked from, if any: their common pages are the target's.
    """

    def __init__(
        self,
        pid: int,
        root: int | None = None,
        shared: Shared | None = None,
        sampler: Sampler | None = None,
        server: int | None = None,
    ) -> None:
        self._server = server
        self.pid = pid
        self._sampler = sampler or ProcSampler()
        self._last: Sample | None = None
        self._next_s = 0.0
        self.shared = shared or Shared()
        self._root = pid if root is None else root
        self.zero_s = time.monotonic()
        self.pss_peak_bytes: int | None = None
        self.peak_processes: list[ProcessUse] = []
        self.names: dict[int, str] = {}
        """Of the processes that samples tell apart, by id."""
        self.seen: dict[int, int] = {}
        """Processes that were below it at some time, by id, with the time each began."""
        self._below: list[int] = []
        self._looked_s = 0.0
        self._next_pss_s = 0.0

    def sample(self, *, with_pss: bool = False) -> Sample | None:
        """One reading; the last one again where another would take too much of the time, ``None`` once it has ended.

        Args:
            with_pss: Read PSS too, whatever share of the time that takes.
        """
        now = time.monotonic()
        if now < self._next_s and not with_pss:
            return self._last
        own = self._sampler.own(self.pid)
        if own is None:
            return None
        self._look_below(now, again=with_pss)
        self.shared.look([self.pid, *self._below])
        uses = self._uses() if with_pss or now >= self._next_pss_s else None
        self._last = Sample(
            at_s=now - self.zero_s,
            rss_bytes=own.rss_bytes,
            held_bytes=own.held_bytes,
            pss_bytes=None if uses is None else _sum(uses),
            children=len(self._below),
            processes=self._by_process(uses or []),
        )
        if self._sampler.duty is not None:
            ended = time.monotonic()
            self._next_s = ended + (ended - now) / self._sampler.duty
        return self._last

    def for_the_child(self) -> list[int]:
        """What a child that cannot read its own memory is told: RSS, held, threads, then each process and its PSS.

        Raises:
            UsageError: The system does not tell it, though the child is there.
        """
        sampler = MemoryProfilerSampler()
        own = sampler.own(self.pid)
        if own is None and runs(self.pid):
            raise UsageError(
                "the memory of the measured process cannot be read here",
                slug="memory-not-told",
                hint="genaudit doctor tells what this system measures; a container with Linux measures all",
            )
        own = own or OwnMemory(0, 0)
        numbers = [own.rss_bytes, own.held_bytes, sampler.threads(self.pid)]
        others = [pid for pid in sampler.below(self._root) if pid != self.pid]
        if others:
            for use in filter(None, map(sampler.use, (self.pid, *others))):
                numbers += [use.pid, use.pss_bytes]
        return numbers

    def rss_bytes(self, sample: Sample) -> int:
        """RSS added over the tree: more than the truth where pages are shared, so a cheap upper bound."""
        return sample.rss_bytes + sum(self._sampler.rss_bytes(pid) for pid in self._below) + self.shared.grown_bytes()

    def see_shared(self) -> None:
        """See what its processes have of shared memory, however short ago that was looked at."""
        self.shared.see([self.pid, *self._below])

    def pss_bytes(self) -> int:
        """PSS added over the tree, now."""
        return _sum(self._uses())

    def _look_below(self, now: float, *, again: bool) -> None:
        if now - self._looked_s < CHILDREN_EVERY_S and not again:
            return
        self._looked_s = now
        self._below = [pid for pid in self._sampler.below(self._root) if pid != self.pid]
        for pid in self._below:
            if pid not in self.seen and (began := began_ticks(pid)) is not None:
                self.seen[pid] = began
        if len(self.seen) > MOST_SEEN:
            self.seen = {pid: began for pid, began in self.seen.items() if runs(pid)}

    def _uses(self) -> list[ProcessUse]:
        began = time.monotonic()
        uses = [use for pid in (self.pid, *self._below) if (use := self._sampler.use(pid)) is not None]
        beyond = self.shared.beyond_bytes([self.pid, *self._below]) + (
            common_bytes(self._server, files=True) if self._server else 0
        )
        if uses and beyond:
            uses[0] = msgspec.structs.replace(uses[0], pss_bytes=uses[0].pss_bytes + beyond)
        total = _sum(uses)
        if self.pss_peak_bytes is None or total > self.pss_peak_bytes:
            self.pss_peak_bytes = total
            self.peak_processes = uses
        ended = time.monotonic()
        self._next_pss_s = ended + (ended - began) / PSS_DUTY
        return uses

    def _by_process(self, uses: list[ProcessUse]) -> dict[int, int]:
        """PSS by process; of one alone the sum says it. A target that starts a process for each batch has only sums."""
        if len(uses) < 2 or len(self.names) > MOST_NAMES:
            return {}
        self.names.update({use.pid: use.name for use in uses})
        return {use.pid: use.pss_bytes for use in uses}


def thin(samples: list[Sample]) -> list[Sample]:
    """Half as many samples: of each four the lowest and the highest, so that no spike is lost; PSS goes along."""
    kept: list[Sample] = []
    for start in range(0, len(samples), 4):
        four = samples[start : start + 4]
        picked = {id(min(four, key=_rss_bytes)), id(max(four, key=_rss_bytes))}
        with_pss = [sample for sample in four if sample.pss_bytes is not None]
        highest = max(with_pss, key=lambda sample: sample.pss_bytes or 0, default=None)
        if highest is not None and len(picked) > 1 and id(highest) not in picked:
            picked.add(id(highest))
        kept += [sample for sample in four if id(sample) in picked]
    return kept


def _rss_bytes(sample: Sample) -> int:
    return sample.rss_bytes


def _sum(uses: list[ProcessUse]) -> int:
    return sum(use.pss_bytes for use in uses)
