"""The line in the user's own code that holds the memory."""

import math
from collections import defaultdict
from pathlib import PurePath

import msgspec

from genaudit.evidence.definitions import definitions
from genaudit.model.marks import Frame, Site, SitesMark
from genaudit.model.recording import Recording, Trial
from genaudit.sourcetext import lines_of

NEAR = 0.6
_FOREIGN = {"site-packages", "dist-packages"}


class Blame(msgspec.Struct, frozen=True, kw_only=True):
    """A line and the memory that came from it."""

    path: str
    line: int
    function: str | None
    n_bytes: int
    share: float
    """Of all that was to be explained."""
    engine: str


class Project:
    """Tells the user's own code from libraries, and names functions.

    Args:
        recording: Its trials say where the target lives.
    """

    def __init__(self, recording: Recording) -> None:
        self._root = next(
            (t.arguments.project_root for t in recording.trials if t.arguments and t.arguments.project_root),
            _home(recording),
        )
        self._harness = recording.harness_path
        self._sources = recording.sources

    def deepest(self, frames: list[Frame]) -> Frame | None:
        """The innermost frame in the user's own code."""
        return next((frame for frame in frames if self.is_own(frame.path)), None)

    def is_own(self, path: str) -> bool:
        """Whether a file is the user's: below the project, and not installed into an environment inside it."""
        if self._harness and path.startswith(self._harness):
            return False
        try:
            below = PurePath(path).relative_to(self._root)
        except ValueError:
            return False
        return not _FOREIGN.intersection(below.parts)

    def function_at(self, path: str, line: int) -> str | None:
        """The name of the function around a line."""
        source = self._sources.get(path)
        around = [one.name for one in definitions(source or "") if one.line <= line <= one.last]
        return around[-1] if around else None

    def line_text(self, path: str, line: int) -> str | None:
        """The text of a line of the user's code."""
        lines = lines_of(self._sources.get(path, ""))
        return lines[line - 1] if 0 < line <= len(lines) else None


def _home(recording: Recording) -> str:
    """Where a target lives that could not even be imported: the working directory, or its file's folder elsewhere."""
    directory = PurePath(recording.working_directory)
    file = directory / recording.request.target.partition(":")[0]
    return str(directory if file.suffix != ".py" or directory in file.parents else file.parent)


def by_own_line(project: Project, mark: SitesMark) -> dict[tuple[str, int], tuple[int, int]]:
    """Bytes and blocks of a snapshot by the deepest line of the user's own."""
    sums: dict[tuple[str, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for site in mark.sites:
        frame = project.deepest(site.frames)
        if frame is not None:
            n_bytes, blocks = sums[frame.path, frame.line]
            sums[frame.path, frame.line] = (n_bytes + site.bytes, blocks + site.blocks)
    return dict(sums)


def snapshot(trial: Trial, at: str) -> SitesMark | None:
    """The last snapshot of a trial taken at a moment."""
    return next((mark for mark in reversed(trial.sites) if mark.at == at), None)


def blame_held(project: Project, mark: SitesMark, expected: float, *, fewest_share: float = 0.3) -> Blame | None:
    """The line that holds most at a snapshot.

    Args:
        expected: Bytes to be explained; a line that explains less than ``fewest_share`` of them is not blamed.
    """
    return _largest(project, by_own_line(project, mark), expected, fewest_share, mark.engine)


def blame_growth(
    project: Project, first: SitesMark, last: SitesMark, expected: float, *, fewest_share: float = 0.3
) -> Blame | None:
    """The line whose memory grew most between two snapshots."""
    before = by_own_line(project, first)
    after = by_own_line(project, last)
    grown = {
        place: (n_bytes - before.get(place, (0, 0))[0], blocks - before.get(place, (0, 0))[1])
        for place, (n_bytes, blocks) in after.items()
    }
    return _largest(project, grown, expected, fewest_share, last.engine)


def blame_peak(project: Project, mark: SitesMark, expected: float, *, fewest_share: float = 0.3) -> Blame | None:
    """The line that memory stood highest in; of several that come near, the one that added most to it.

    A line that calls another of the user's own is not it: the other one ran.
    """
    own: list[tuple[int, int, Site]] = [
        (site.height_bytes, site.peak_bytes or 0, site)
        for site in mark.sites
        if site.height_bytes and site.frames and project.is_own(site.frames[0].path)
    ]
    if not own:
        return None
    highest = max(height for height, _, _ in own)
    peak, _, site = max((one for one in own if one[0] >= NEAR * highest), key=lambda one: one[1])
    if peak < fewest_share * expected:
        return None
    frame = site.frames[0]
    return Blame(
        path=frame.path,
        line=frame.line,
        function=frame.function,
        n_bytes=peak,
        share=min(1.0, peak / expected) if expected else 1.0,
        engine=mark.engine,
    )


def peak_of_one_item(project: Project, mark: SitesMark, n_batches: int, n_items: int) -> int:
    """The highest rise within one line that runs for every item: decoding it, which no batch can do without.

    Args:
        n_batches: Batches that the profile covers.
        n_items: Items in a batch; with one, an item and a batch cannot be told apart.
    """
    if n_items < 2:
        return 0
    per_item = 0.75 * n_items * n_batches
    return max(
        (
            site.peak_bytes
            for site in mark.sites
            if site.peak_bytes and site.blocks >= per_item and project.is_own(site.frames[0].path)
        ),
        default=0,
    )


def _largest(
    project: Project,
    sums: dict[tuple[str, int], tuple[int, int]],
    expected: float,
    fewest_share: float,
    engine: str,
) -> Blame | None:
    if not sums:
        return None
    if expected > 0:
        # The line that explains best, not the one that holds most: the batch itself may be larger than what is kept.
        likely = {place: sizes for place, sizes in sums.items() if sizes[0] >= fewest_share * expected}
        best = min(likely.items(), key=lambda item: abs(math.log(item[1][0] / expected)), default=None)
    else:
        best = max(sums.items(), key=lambda item: item[1][0])
    if best is None or best[1][0] <= 0:
        return None
    (path, line), (n_bytes, _) = best
    share = n_bytes / expected if expected > 0 else 1.0
    return Blame(
        path=path,
        line=line,
        function=project.function_at(path, line),
        n_bytes=n_bytes,
        share=min(1.0, share),
        engine=engine,
    )
