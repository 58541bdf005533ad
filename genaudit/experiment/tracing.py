"""How far a target is traced, to name the lines that hold what the clean trials found."""

from typing import Any

from genaudit.evidence import readings
from genaudit.evidence.accounting import made_ahead
from genaudit.evidence.blame.attribution import blame_batches, blame_cache, blame_first
from genaudit.evidence.blame.native import table_of_library
from genaudit.evidence.blame.sites import Blame
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.law import LawFit
from genaudit.evidence.suspicion import Suspicion
from genaudit.experiment.sizes import seconds_per_item
from genaudit.model.recording import Request

# Frames of each stack: enough to come out of numpy, Pillow and Keras; each costs time at every allocation.
DEPTH = 12
SHALLOW_DEPTH = 6
BATCHES = 16
MOST_BATCHES_TO_A_SPIKE = 60
EPOCHS = 3
# A load that is traced is to take no longer, by what it takes untraced, and to stand out so far from a batch.
LOAD_S = 1.5
STANDS_OUT = 3
SOFT_S = 8.0
# In which an epoch may come to its end, where nothing else tells how long it is.
TO_THE_END_S = 3.0
TIMEOUT_S = 30.0
# Between batches the heap is trimmed: else what one line freed would hide what another keeps.
LINE_BY_LINE: dict[str, Any] = {"thorough": True, "settle_every": 1}


class Tracing:
    """The size and the length of the trials that trace.

    Args:
        evidence: What the clean trials found.
        suspicion: What is to be explained.
        request: What the user asked for.
    """

    def __init__(self, evidence: Evidence, suspicion: Suspicion, request: Request) -> None:
        self._evidence = evidence
        self._suspicion = suspicion
        self._request = request
        self._trials = evidence.recording.trials
        small = [trial for trial in self._trials if trial.kind == "scaled" and trial.items and trial.epochs]
        self._smallest = small[0] if small else None
        self._spike = self._worst_spike()
        self._grows = suspicion.cache or suspicion.growth
        self._by_epoch = suspicion.growth_by_epoch and not self._grows
        # Where nothing is suspected, every line is of interest.
        self._all = request.lines or (request.native and not suspicion.any)

    def size(self) -> dict[str, Any]:
        """The size of the data set, as a trial is asked for it."""
        items, _ = self._spike
        if items is not None and not self._grows:
            return {"items": items}
        if self._smallest is None:
            return {"all": True}
        if not self._by_epoch and (self._grows or self._suspicion.handles or self._all):
            # Within one epoch: what is kept may be let go at its turn.
            whole = max(trial.arguments.dataset_items or 0 for trial in self._trials if trial.arguments)
            return {"items": min(whole, (BATCHES + 2) * (readings.batch_items(self._trials) or 1))}
        law = self._evidence.lost_law if self._suspicion.transients else self._evidence.first_law
        is_of_items = self._suspicion.eager or self._suspicion.transients
        return {"items": self._size_that_shows(law) if is_of_items else self._smallest.items}

    def fields(self) -> dict[str, Any]:
        """How long the trial goes on, and how deep it looks."""
        longest = max((trial.wall_s for trial in self._trials), default=0.0)
        return {
            "batches": self._batches(),
            "epochs": EPOCHS if self._by_epoch else None,
            "depth": DEPTH if self._suspicion.any else SHALLOW_DEPTH,
            "soft_s": SOFT_S,
            # Some targets hang under a tracer, and what it would add is not worth waiting for long.
            "timeout_s": min(self._request.timeout_s, max(TIMEOUT_S, 8 * longest)),
        }

    def table(self, walked: Evidence) -> list[str]:
        """The table of a library's that gains entries with the batches, whose entries are to tell where they come from.

        Args:
            walked: What is known since references were walked.
        """
        leak = walked.growth.leak
        if not self._grows or leak is None:
            return []
        return table_of_library(walked.recording, walked.project, leak.per_batch.value)

    def walk_fields(self, *, is_scaled: bool) -> dict[str, Any]:
        """The same for a trial that walks references, which takes no longer than the drive alone.

        Args:
            is_scaled: Whether there is a data set of several sizes. Without one, what is held is compared with what an
                epoch yields, whose length may be told by its end only.
        """
        fields = {name: value for name, value in self.fields().items() if name not in {"depth", "timeout_s"}}
        batches = fields["batches"] if self._grows or self._by_epoch else 1
        walks = ["first", "end"] if batches > 1 else ["first"]
        fields |= {"batches": batches, "walks": walks, "extends": False}
        return fields if is_scaled else fields | self._through_an_epoch(batches)

    def _through_an_epoch(self, batches: int) -> dict[str, Any]:
        """Up to the last batch of an epoch, whose iterator still holds there what it caches; or to where it ends.

        Args:
            batches: Those that are wanted anyway.
        """
        length = self._evidence.epoch_length
        if length is None:
            return {} if batches > 1 else {"batches": self._request.max_batches, "epochs": 1, "soft_s": TO_THE_END_S}
        last = min(length[0] - 1 - self._made_ahead(length[0]), self._request.max_batches)
        if last < max(2, batches):
            return {}
        return {"batches": last, "walks": ["first", "end"], "settle_every": last, "soft_s": SOFT_S}

    def _made_ahead(self, length: int) -> int:
        """Batches of an epoch that workers have made by then and that wait."""
        trials = self._evidence.trial_set
        return made_ahead(trials.driver, length) if trials.workers else 0

    def _batches(self) -> int:
        batches = 1
        if self._by_epoch:
            batches = max(BATCHES, EPOCHS * self._smallest.epochs[0].batches if self._smallest else 0)
        elif self._grows or self._suspicion.handles or self._all:
            batches = BATCHES
        _, batch = self._spike
        return max(batches, min(MOST_BATCHES_TO_A_SPIKE, batch + 1)) if batch else batches

    def _worst_spike(self) -> tuple[int | None, int]:
        """Size and batch of the worst spike; no batch where none is suspected."""
        spike = self._evidence.spike
        return (spike.items, spike.batch) if self._suspicion.spike and spike is not None else (None, 0)

    def _size_that_shows(self, law: LawFit | None) -> int:
        """The smallest size at which what is loaded stands out from a batch, as far as it can be traced in a moment."""
        enough = STANDS_OUT * (self._evidence.batch_bytes or 0)
        sizes = sorted({trial.items for trial in self._evidence.trials if trial.items})
        seconds = seconds_per_item(self._trials, epochs=False)
        quick = [size for size in sizes if seconds * size <= LOAD_S] or sizes[:1]
        return next((size for size in quick if law is not None and law.growing_part(size) >= enough), quick[-1])


def is_unexplained(evidence: Evidence, suspicion: Suspicion) -> bool:
    """Whether no line is known for what is retained: native memory, which only the kernel sees."""
    return any(blame is None for blame in _blames(evidence, suspicion))


def is_certain(evidence: Evidence, suspicion: Suspicion) -> bool:
    """Whether there is one line for all that is retained, and no other that could have filled the same."""
    return all(blame is not None and blame.is_only for blame in _blames(evidence, suspicion))


def _blames(evidence: Evidence, suspicion: Suspicion) -> list[Blame | None]:
    """The line to blame for each kind of memory that is retained."""
    blames = []
    law = evidence.first_law
    if suspicion.eager and law is not None:
        blames.append(blame_first(evidence, law))
    if suspicion.cache or suspicion.growth or suspicion.growth_by_epoch:
        leak = evidence.growth.leak
        kept = leak.per_batch.value if leak is not None and suspicion.growth else 0.0
        blames.append(blame_batches(evidence, kept) if kept or not suspicion.cache else blame_cache(evidence))
    return blames
