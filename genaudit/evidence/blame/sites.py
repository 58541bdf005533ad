"""The line in the user's own code that holds the memory."""

import math
from collections import defaultdict
from collections.abc import Container, Mapping
from typing import TypeAlias

import msgspec

from genaudit.evidence.project import Project
from genaudit.files import shown_path
from genaudit.model.marks import Site, SitesMark
from genaudit.model.outcome import Location
from genaudit.model.recording import Trial

NEAR = 0.6
"""From this share of the highest on, a line counts as near it."""
ABOUT = math.log(1.25)
"""How far two sizes lie apart that may be the same."""
FEWEST_SHARE = 0.3
"""A line that explains less than this share of what is expected is not blamed."""
OFTEN = 0.75
"""From this share of all items on, a line runs for each."""

Place: TypeAlias = tuple[str, int]
"""Path and line."""


class Blame(msgspec.Struct, frozen=True, kw_only=True):
    """A line and the memory that came from it."""

    path: str
    line: int
    function: str | None
    n_bytes: int
    share: float
    """Of all that was to be explained."""
    is_only: bool = True
    """Whether no other line could be meant as well."""
    keeps: bool = False
    """Whether a path of references leads there: the line fills what keeps it, wherever it was allocated."""

    def location_in(self, working_directory: str) -> Location:
        """Where the line is, as users name their files."""
        return Location(path=shown_path(self.path, working_directory), line=self.line, function=self.function)


def by_own_line(project: Project, mark: SitesMark) -> dict[Place, tuple[int, int]]:
    """Bytes and blocks of a snapshot by the deepest line of the user's own."""
    sums: dict[Place, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for site in mark.sites:
        frame = project.deepest(site.frames)
        if frame is not None:
            n_bytes, blocks = sums[frame.path, frame.line]
            sums[frame.path, frame.line] = (n_bytes + site.bytes, blocks + site.blocks)
    return dict(sums)


def snapshot(trial: Trial, at: str) -> SitesMark | None:
    """The last snapshot of a trial taken at a moment."""
    return next((mark for mark in reversed(trial.sites) if mark.at == at), None)


def blame_held(project: Project, mark: SitesMark, expected: float) -> Blame | None:
    """The line that holds most at a snapshot.

    Args:
        expected: Bytes to be explained.
    """
    return _best_explanation(project, by_own_line(project, mark), expected)


def blame_growth(
    project: Project, first: SitesMark, last: SitesMark, expected: float, passing: Mapping[Place, int] | None = None
) -> Blame | None:
    """The line whose memory grew most between two snapshots.

    Args:
        expected: Bytes to be explained.
        passing: By line the bytes that it makes and that are let go elsewhere: no more than that is no growth.
    """
    before = by_own_line(project, first)
    after = by_own_line(project, last)
    grown = {
        place: (n_bytes - before.get(place, (0, 0))[0], blocks - before.get(place, (0, 0))[1])
        for place, (n_bytes, blocks) in after.items()
    }
    if passing:
        grown = {place: sizes for place, sizes in grown.items() if sizes[0] > passing.get(place, 0)}
    return _best_explanation(project, grown, expected)


def blame_rise(project: Project, mark: SitesMark, expected: float, let_go: Container[Place]) -> Blame | None:
    """The line that runs about once a batch, and in one run takes about as much as stays of each.

    Where the heap has free blocks, what a line keeps may show nowhere but in some of its runs.

    Args:
        expected: Bytes that stay of a batch.
        let_go: Lines whose memory is known to be let go.
    """
    likely = [
        (abs(math.log(site.peak_bytes / expected)), site)
        for site in mark.sites
        if site.frames and project.is_own(site.frames[0].path) and site.peak_bytes and site.blocks <= 2 * mark.batch
        if (site.frames[0].path, site.frames[0].line) not in let_go
    ]
    far, site = min(likely, key=lambda candidate: candidate[0], default=(math.inf, None))
    if site is None or far > ABOUT:
        return None
    frame = site.frames[0]
    n_bytes = site.peak_bytes or 0
    share = min(1.0, n_bytes / expected)
    return Blame(path=frame.path, line=frame.line, function=frame.function, n_bytes=n_bytes, share=share)


def blame_peak(project: Project, mark: SitesMark, expected: float) -> Blame | None:
    """The line in which memory was highest; of several that come near, the one that added most.

    A line that only calls another line of the user's own is not blamed. One that is run again and again while a batch
    is made adds what all of its runs left, and not what the largest did.
    """
    own = [site for site in mark.sites if site.frames and project.is_own(site.frames[0].path)]
    added = [
        (site.height_bytes, max(site.peak_bytes or 0, site.bytes // max(1, mark.batch)), site)
        for site in own
        if site.height_bytes
    ]
    if not added:
        return None
    highest = max(height for height, _, _ in added)
    peak, site = max(
        ((peak, site) for height, peak, site in added if height >= NEAR * highest), key=lambda candidate: candidate[0]
    )
    if peak < FEWEST_SHARE * expected:
        # Several lines add a part each: the line that calls them has all of it, the innermost of those that do.
        calling = [(site.peak_bytes or 0, site) for site in own if (site.peak_bytes or 0) >= FEWEST_SHARE * expected]
        if not calling:
            return None
        most = max(peak for peak, _ in calling)
        peak, site = min(
            ((peak, site) for peak, site in calling if peak >= NEAR * most), key=lambda candidate: candidate[0]
        )
    frame = site.frames[0]
    return Blame(
        path=frame.path,
        line=frame.line,
        function=frame.function,
        n_bytes=peak,
        share=min(1.0, peak / expected) if expected else 1.0,
    )


def peak_of_one_item(project: Project, mark: SitesMark, n_batches: int, n_items: int) -> int:
    """The highest rise within one line that runs for every item: decoding it, which no batch can do without.

    Args:
        n_batches: Batches that the profile covers.
        n_items: Items in a batch; with one, an item and a batch cannot be told apart.
    """
    if n_items < 2:
        return 0
    return max(
        (
            site.peak_bytes
            for site in mark.sites
            if site.peak_bytes and runs_for_each_item(site, n_batches, n_items) and project.is_own(site.frames[0].path)
        ),
        default=0,
    )


def runs_for_each_item(site: Site, n_batches: int, n_items: int) -> bool:
    """Whether a line ran about as often as there were items in all batches."""
    return site.blocks >= OFTEN * n_items * n_batches


def _best_explanation(project: Project, sums: dict[Place, tuple[int, int]], expected: float) -> Blame | None:
    if not sums:
        return None
    if expected > 0:
        # The line that explains best, not the one that holds most: the batch itself may be larger than what is kept.
        likely = {place: sizes for place, sizes in sums.items() if sizes[0] >= FEWEST_SHARE * expected}
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
    )
