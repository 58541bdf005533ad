"""How the processes of a run are drawn, the same in every figure."""

from typing import NamedTuple

from genaudit.model.series import ProcessTimeline
from genaudit.render.figures.palette import NAMED, Theme
from genaudit.render.text.processes import OTHERS, process_label

HATCHES = ("", "/", ".", "x")
_COLOURS = ("rss", "held", "pss", "high", "muted")


class Look(NamedTuple):
    """How a process is drawn: by colour, and by hatching where colours come round again."""

    label: str
    colour: str
    """The name of a colour of the theme."""
    hatch: str

    def of(self, theme: Theme = NAMED) -> str:
        """The colour itself."""
        colour: str = getattr(theme, self.colour)
        return colour


def looks(line: ProcessTimeline) -> list[Look]:
    """How each process is called and drawn, the target's own first, then those that are only summed."""
    labels = [process_label(at) for at in range(len(line.processes))] + ([OTHERS] if line.n_others else [])
    rounds = [(colour, hatch) for hatch in HATCHES for colour in _COLOURS]
    return [Look(label, *rounds[at % len(rounds)]) for at, label in enumerate(labels)]


def columns(line: ProcessTimeline) -> list[list[int]]:
    """PSS of each process by point, in the order of ``looks``."""
    series = [[point.pss_bytes[at] for point in line.points] for at in range(len(line.processes))]
    return [*series, [point.other_bytes for point in line.points]] if line.n_others else series
