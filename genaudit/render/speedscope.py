"""The retention tree and the allocation sites as flame graphs, in the file format of speedscope.

Source:
    https://github.com/jlfwong/speedscope/blob/main/src/lib/file-format-spec.ts
"""

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from genaudit.model.outcome import Location
from genaudit.model.report import Report, RetentionStep, SiteRow
from genaudit.render.safe import one_line, printable_report

SCHEMA = "https://www.speedscope.app/file-format-schema.json"
LONGEST_NAME = 200

Frame: TypeAlias = tuple[str, str | None, int | None]
"""Name, file and line."""
Stack: TypeAlias = list[int]
"""Places in the list of frames, from the root to the leaf."""


def render_speedscope(report: Report) -> bytes:
    """What is held, what grew, and the lines that allocated, each as a profile whose weights are bytes.

    A step's own weight is what no step below it has, so that the sum of a profile is all that is held, with
    *unaccounted*; of what grew, steps that gave memory back count as nothing.
    """
    report = printable_report(report)
    frames = _Frames()
    profiles = [
        _profile("held: who keeps it alive", _stacks(report.retention, frames, lambda step: step.bytes)),
        _profile("grown since the first batch", _stacks(report.grown or report.retention, frames, _grown)),
        _profile("allocation sites: retained", [*_of_sites(report.sites, frames, _kept), *_untraced(report, frames)]),
        _profile("allocation sites: peak", _of_sites(report.sites, frames, lambda site: site.peak_bytes or 0)),
    ]
    kept = [profile for profile in profiles if profile["samples"]]
    body = {
        "$schema": SCHEMA,
        "exporter": f"genaudit {report.genaudit_version}",
        "name": one_line(f"{report.target.spec}: {report.summary.headline}", LONGEST_NAME),
        "activeProfileIndex": 0,
        "shared": {"frames": frames.listed()},
        # Its viewer refuses a file without a profile.
        "profiles": kept or [_profile("nothing was walked or traced", [])],
    }
    return json.dumps(body, ensure_ascii=True, indent=1).encode() + b"\n"


class _Frames:
    """Frames, each once."""

    def __init__(self) -> None:
        self._places: dict[Frame, int] = {}

    def place(self, name: str, path: str | None = None, line: int | None = None) -> int:
        return self._places.setdefault((one_line(name, LONGEST_NAME), path, line), len(self._places))

    def at(self, name: str, location: Location | None) -> int:
        return self.place(name) if location is None else self.place(name, location.path, location.line)

    def listed(self) -> list[dict[str, Any]]:
        """As the format has them: what is not known is left out."""
        return [
            {key: value for key, value in (("name", name), ("file", path), ("line", line)) if value is not None}
            for name, path, line in self._places
        ]


def _stacks(
    steps: list[RetentionStep], frames: _Frames, weigh: Callable[[RetentionStep], int]
) -> list[tuple[Stack, int]]:
    """The stack of each step that has a weight of its own, with that weight."""
    own = [max(0, weigh(step)) for step in steps]
    whole = list(own)
    stacks: list[Stack] = []
    for at, step in enumerate(steps):
        # Steps of a report that somebody else wrote may point anywhere: such a step is a root.
        parent = step.parent if 0 <= step.parent < at else -1
        label = f"{step.label} ({step.count:,} objects)" if step.count > 1 else step.label
        # No frame is kept of what is weighed at nothing.
        stacks.append([*(stacks[parent] if parent >= 0 else []), frames.at(label, step.location)] if whole[at] else [])
        if parent >= 0:
            own[parent] = max(0, own[parent] - whole[at])
    return [(stack, weight) for stack, weight in zip(stacks, own, strict=True) if weight and stack]


def _grown(step: RetentionStep) -> int:
    return step.grown_bytes or 0


def _of_sites(sites: list[SiteRow], frames: _Frames, weigh: Callable[[SiteRow], int]) -> list[tuple[Stack, int]]:
    """Each line below its file."""
    return [
        (
            [
                frames.place(site.path, site.path),
                frames.place(f"{site.function or '<module>'}:{site.line}", site.path, site.line),
            ],
            weight,
        )
        for site in sites
        if (weight := weigh(site)) > 0
    ]


def _kept(site: SiteRow) -> int:
    return site.retained_bytes


def _untraced(report: Report, frames: _Frames) -> list[tuple[Stack, int]]:
    """What is retained and no line answers for."""
    weight = report.untraced_bytes or 0
    return [([frames.place("native or untraced")], weight)] if weight > 0 else []


def _profile(name: str, stacks: Iterable[tuple[Stack, int]]) -> dict[str, Any]:
    """A profile of weighted stacks, the heaviest first."""
    ordered = sorted(stacks, key=lambda weighed: -weighed[1])
    return {
        "type": "sampled",
        "name": name,
        "unit": "bytes",
        "startValue": 0,
        "endValue": sum(weight for _, weight in ordered),
        "samples": [stack for stack, _ in ordered],
        "weights": [weight for _, weight in ordered],
    }
