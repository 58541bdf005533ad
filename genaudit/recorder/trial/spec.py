"""What a trial is asked to do, as the parent plans it and the child reads it."""

from typing import Any

import msgspec


class TrialSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One trial. Only values that ``marshal`` can carry."""

    kind: str
    """scaled, clean, forecast, walked, called, traced, lines, native."""
    target: dict[str, Any]
    """``TargetSpec.as_dict()``, with ``root``: the folder that is the user's own."""
    batches: int
    size: dict[str, Any]
    """``{"items": n}``, ``{"all": True}`` or ``{"auto": {...}}``; see ``child.dataset.subset``."""
    epochs: int | None = None
    hold: int = 1
    thorough: bool = False
    """A small trial that measures memory and not time: more of it may go into measuring."""
    settle_every: int = 0
    """Batches between settled readings; 0 settles at the first batch, at epochs and at the end only."""
    settle_free_s: float | None = None
    """Seconds that settling may take whatever share of the time that is; a little where ``None``."""
    soft_s: float | None = None
    """The drive stops by itself after so many seconds, between two batches."""
    timeout_s: float = 300.0
    """The process is ended after so many seconds, wherever it is."""
    has_rows: bool | None = None
    """Whether items are files of many rows, of which batches are made; ``None`` where nobody knows."""
    looks_on: bool = False
    """The end of the iterator is looked for behind epochs that were counted by items."""
    patience_s: float | None = None
    """So long the first batch of a part of the data set is waited for: with too few items a loop may never end."""
    engine: str = "none"
    """none, tracemalloc, lines, memray, digest."""
    digest: dict[str, Any] = {}
    """What to write of the batches, where that is the engine; see ``child.tracers.fingerprint``."""
    depth: int = 1
    table: list[str] = []
    """Of a library, the name of a module and those of attributes: tracemalloc tells where its newest entry was made."""
    peaks_only: bool = False
    """Where lines are the engine: only how high memory rises in them is asked, and not what they leave behind."""
    own_allocator: bool = False
    """The allocator is left as the user has it; else all threads share one arena, and readings can be compared."""
    fill_pools: bool = False
    """The free blocks of the interpreter's allocator are filled before anything of the target is measured."""
    walks: list[str] = []
    """Moments at which references are walked: first, epoch, end."""
    calls: int = 0
    """The target is called so often, as training over folds does, and not driven further."""
    most_calls: int = 0
    """The same while memory rises with each call."""
    leave_new_data: bool = False
    """The trial ends where the arguments were made by writing a data set: what that takes would be in the base."""
    interpreter: list[str] = []
    """How the Python that it runs in is started; genaudit's own where empty."""
    variables: dict[str, str | None] = {}
    """Of its environment those that are other than genaudit's own; ``None`` takes one away."""
    sampler: str = "proc"
    """Who samples the processes from outside: proc, memory-profiler."""
    asks: bool = False
    """The child asks its parent for each reading of its own memory, too."""
    extends: bool = True
    """More batches may be pulled while memory still rises."""
    otherwise: dict[str, Any] | None = None
    """Fields that replace these where the target has no data set that can be scaled."""
    inputs: dict[str, Any] = {}
    """``arguments``, ``config_arguments``, ``args_from``, ``synth``, ``dataset``, ``items``, ``driver``."""

    def as_dict(self, *, marks: str, stacks: str, scratch: str, control: int) -> dict[str, Any]:
        """The dictionary that the child gets, with the places it writes to."""
        fields = {name: getattr(self, name) for name in self.__struct_fields__ if name != "inputs"}
        places = {"marks": marks, "stacks": stacks, "scratch": scratch, "control": control}
        return {**fields, **self.inputs, **places}
