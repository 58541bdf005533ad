"""The marks of one trial, sorted by their kind as they come."""

from typing import Any

from genaudit.model.marks import (
    PHASE_AFTER,
    AnyMark,
    ArgumentsMark,
    BatchMark,
    DriverMark,
    EndMark,
    EpochMark,
    HoldersMark,
    LeftMark,
    PhaseMark,
    RaisedMark,
    ReadyMark,
    SettledMark,
    SitesMark,
)


class Gathered:
    """What a child has written so far."""

    def __init__(self) -> None:
        self.ready: ReadyMark | None = None
        self.arguments: ArgumentsMark | None = None
        self.driver: DriverMark | None = None
        self.raised: RaisedMark | None = None
        self.end: EndMark | None = None
        self.phases: list[PhaseMark] = []
        self.batches: list[BatchMark] = []
        self.settled: list[SettledMark] = []
        self.epochs: list[EpochMark] = []
        self.sites: list[SitesMark] = []
        self.holders: list[HoldersMark] = []
        self.has_left = False
        """Whether the child has told all: how its process ends says nothing of the target."""

    def take(self, mark: AnyMark) -> None:
        """One more, in its place."""
        if isinstance(mark, LeftMark):
            self.has_left = True
            return
        name = _PLACES[type(mark)]
        place = getattr(self, name)
        if isinstance(place, list):
            place.append(mark)
        else:
            setattr(self, name, mark)

    @property
    def items(self) -> int | None:
        """Size of the data set; ``None`` before the arguments are made, and where there is none."""
        return self.arguments.items if self.arguments else None

    @property
    def is_closed(self) -> bool:
        """Whether the target was closed, and came back from it: it may end its process there."""
        return any(phase.name == "close" for phase in self.phases)

    @property
    def phase(self) -> str:
        """The phase that is going on."""
        return PHASE_AFTER.get(self.phases[-1].name if self.phases else None, "steady")

    @property
    def fields(self) -> dict[str, Any]:
        """All of it, as fields of ``Trial``."""
        return {name: getattr(self, name) for name in _PLACES.values()}


_PLACES: dict[type[object], str] = {
    ReadyMark: "ready",
    ArgumentsMark: "arguments",
    DriverMark: "driver",
    RaisedMark: "raised",
    EndMark: "end",
    PhaseMark: "phases",
    BatchMark: "batches",
    SettledMark: "settled",
    EpochMark: "epochs",
    SitesMark: "sites",
    HoldersMark: "holders",
}
